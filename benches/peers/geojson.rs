//! GeoJSON: writing and reading.

use std::error::Error;
use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::Path;

use corredor::layer::Layer;
use corredor::layer::read::read;
use corredor::layer::write::{WriteReport, write_geojson};
use serde_json::json;

use crate::timing::{measured, median};
use crate::{Outcome, files};

/// Writes zones as RFC 7946 with seven decimals.
pub fn write(zones: &str, name: &str) -> Outcome {
    let (layer, file) = (files::zones(zones)?, files::answer(name)?);
    let (work, report) = median(|| write_to(&layer, &file))?;
    let more = json!({"vertices": report.vertices, "repaired": report.repaired.len()});
    Ok(measured(report.bytes as usize, None, work, more))
}

/// Reads the file that [`write`] wrote, and writes it `again`, which must give the same bytes.
pub fn read_back(name: &str, again: &str) -> Outcome {
    let file = files::answer(name)?;
    let bytes = std::fs::metadata(&file)?.len();
    let mut options = files::options(&file);
    // All but `id`, the key once more, which is a member of the feature and no property of it.
    options.fields = Some(["cvegeo", "cve_ent", "cve_mun", "nom_mun", "pob", "viv"].map(String::from).into());
    let (work, layer) = median(|| read("zones", &options))?;
    write_to(&layer, &files::answer(again)?)?;
    Ok(measured(bytes as usize, None, work, json!({"vertices": layer.zones()?.lon.len()})))
}

fn write_to(layer: &Layer, file: &Path) -> Result<WriteReport, Box<dyn Error>> {
    let mut out = BufWriter::new(File::create(file)?);
    let report = write_geojson(layer, &mut out)?;
    out.flush()?;
    Ok(report)
}
