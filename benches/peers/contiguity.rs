//! Queen contiguity.

use corredor::hotspot::queen;
use serde_json::json;

use crate::timing::{measured, median};
use crate::{Outcome, files};

/// Finds the neighbours of each zone.
pub fn run(zones: &str, answer: &str) -> Outcome {
    let layer = files::zones(zones)?;
    let view = layer.zones()?;
    let (work, found) = median(|| queen(&view))?;
    let pairs: Vec<[u32; 2]> = (0..found.len())
        .flat_map(|zone| found.of(zone).iter().map(move |&neighbour| [zone as u32, neighbour]))
        .collect();
    files::keep(answer, "pairs", &pairs)?;
    let more = json!({"vertices": view.lon.len(), "pairs": found.edges(), "islands": found.islands().len()});
    Ok(measured(view.len(), None, work, more))
}
