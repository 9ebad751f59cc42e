//! Points in zones.

use std::path::Path;

use corredor::index::CellIndex;
use corredor::join::Locator;
use serde_json::json;

use crate::timing::{measured, median};
use crate::{Outcome, files};

/// Builds the index that suits so many points, then looks them up.
pub fn built(zones: &str, points: &str, count: usize, answer: &str) -> Outcome {
    let layer = files::zones(zones)?;
    let (lon, lat) = files::points(points, count)?;
    let view = layer.zones()?;
    let keys = layer.keys();
    let (build, locator) = median(|| Locator::for_points(&view, &keys, count as u64))?;
    let mut found = vec![0_u32; count];
    let (work, ()) = median(|| locator.locate_many(&lon, &lat, &mut found))?;
    files::keep(answer, "zone", &found)?;
    let (kind, bytes) = match &locator {
        Locator::Bands(_) => ("bands", None),
        Locator::Cells(cells) => ("cells", Some(cells.bytes())),
    };
    Ok(measured(count, Some(build), work, json!({"index": kind, "index_bytes": bytes})))
}

/// Opens a saved index, then looks points up.
pub fn saved(zones: &str, points: &str, count: usize, answer: &str) -> Outcome {
    let file = files::answer(&format!("{answer}.index"))?;
    save(zones, count, &file)?;
    let (lon, lat) = files::points(points, count)?;
    let (open, index) = median(|| CellIndex::open(&file, None))?;
    let mut found = vec![0_u32; count];
    let (work, ()) = median(|| {
        index.index.locate_many(&lon, &lat, &mut found);
        Ok::<_, std::convert::Infallible>(())
    })?;
    files::keep(answer, "zone", &found)?;
    let bytes = std::fs::metadata(&file)?.len();
    Ok(measured(count, Some(open), work, json!({"index": "saved", "index_bytes": bytes})))
}

fn save(zones: &str, count: usize, file: &Path) -> Result<(), Box<dyn std::error::Error>> {
    let layer = files::zones(zones)?;
    // The layer stands in the order of its keys.
    let by_rank: Vec<u32> = (0..layer.len() as u32).collect();
    let index = CellIndex::new(&layer.zones()?, &by_rank, count as u64)?;
    Ok(index.save(file, &layer.keys(), &[0; 32])?)
}
