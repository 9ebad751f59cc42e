//! GeoJSON: writing and reading.

use std::error::Error;
use std::fs::File;
use std::io::{BufWriter, Write};

use corredor::layer::Layer;
use corredor::layer::write::{WriteReport, write_geojson};
use serde_json::json;

use crate::timing::{measured, median};
use crate::{Outcome, files};

/// Writes zones as RFC 7946 with seven decimals.
pub fn write(zones: &str, file: &str) -> Outcome {
    let layer = files::zones(zones)?;
    let (work, report) = median(|| write_to(&layer, file))?;
    let more = json!({"vertices": report.vertices, "repaired": report.repaired.len()});
    Ok(measured(report.bytes as usize, None, work, more))
}

/// Reads the file that [`write`] wrote, and writes it `again`, which must give the same bytes.
pub fn read_back(file: &str, again: &str) -> Outcome {
    let bytes = std::fs::metadata(file)?.len();
    let (work, layer) = median(|| files::zones(file))?;
    write_to(&layer, again)?;
    Ok(measured(bytes as usize, None, work, json!({"vertices": layer.zones()?.lon.len()})))
}

fn write_to(layer: &Layer, file: &str) -> Result<WriteReport, Box<dyn Error>> {
    let mut out = BufWriter::new(File::create(file)?);
    let report = write_geojson(layer, &mut out)?;
    out.flush()?;
    Ok(report)
}
