//! Lines over zones: kilometres of each line in each zone.

use std::collections::BTreeMap;

use corredor::join::{BorderIndex, Stretch, overlay};
use corredor::layer::LineView;
use serde_json::json;

use crate::timing::{measured, median};
use crate::{Outcome, files};

/// Cuts the first `count` lines at the borders of zones and adds up kilometres per line and zone.
pub fn run(zones: &str, lines: &str, count: usize, answer: &str) -> Outcome {
    let layer = files::zones(zones)?;
    let offsets: Vec<i32> = files::numbers(&format!("{lines}.offsets"), count + 1)?;
    let vertices = offsets.last().map_or(0, |&end| end as usize);
    let (lon, lat) = files::points(lines, vertices)?;
    let lines = LineView { lon: &lon, lat: &lat, lines: &offsets };
    let view = layer.zones()?;
    let keys = layer.keys();
    let (build, index) = median(|| BorderIndex::new(&view, &keys))?;
    let (work, sums) = median(|| overlay(&lines, &index).map(|stretches| totals(&stretches)))?;
    let (pairs, km): (Vec<[u32; 2]>, Vec<f64>) = sums.into_iter().unzip();
    files::keep(answer, "pairs", &pairs)?;
    files::keep(answer, "km", &km)?;
    Ok(measured(count, Some(build), work, json!({"pairs": pairs.len(), "vertices": vertices})))
}

/// Kilometres by line and zone.
fn totals(stretches: &[Stretch]) -> BTreeMap<[u32; 2], f64> {
    let mut km = BTreeMap::new();
    for stretch in stretches {
        if let Some(zone) = stretch.zone {
            *km.entry([stretch.line, zone]).or_insert(0.0) += stretch.km();
        }
    }
    km
}
