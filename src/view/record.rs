//! What the record of a layer says of how it was made: what a priority is made of, and how a score was judged.

use super::manifest::{PartOfPriority, Said, Tested};
use crate::publish::record::{LayerRecord, Parameters, Validation};
use crate::publish::style;

/// What the priority of a layer is made of, in its order. A layer that brings a priority along, and does not
/// make it, tells of the one that it brings; none where the record is withheld.
pub(super) fn priority_of(described: &LayerRecord) -> Vec<PartOfPriority> {
    match described.last_step("priority").map(|made| made.made.parameters()) {
        Some(Parameters::Priority(own)) => {
            let part = |(field, weight)| PartOfPriority { field, weight };
            own.components.into_iter().map(|one| part((one.field, one.weight))).collect()
        }
        _ => Vec::new(),
    }
}

/// How far from every site the gaps lie that a layer was last measured by; none where it was not, or the record is withheld.
pub(super) fn beyond(described: &LayerRecord) -> Option<Said> {
    let reach_km = described.last_step("coverage")?.made.parameters().reach_km()?;
    Some(Said::from(&style::beyond(reach_km, described.displaced.is_some())))
}

/// How a layer was judged; none where it was not, or where its run is of a version that told it otherwise.
pub(super) fn validation(described: &LayerRecord) -> Option<Tested> {
    let found = described.made()?.made.shared().validation?;
    let told = found.told()?;
    let Validation { judged, made_from, judged_by, events, .. } = found;
    Some(Tested { judged, made_from, judged_by, events, told })
}
