//! What sources held in the run that is published.

use super::shape::{Shape, settings_of};
use crate::build::cache::Cache;
use crate::build::fingerprint::State;
use crate::workspace::PlannedLayer;
use crate::workspace::config::Level;

/// What the sources of a plan held in the run that is published.
pub(in crate::build) struct Good<'a> {
    /// What that run was built from; none where nothing is published.
    pub state: Option<&'a State>,
    /// The level of those for whom its layers were.
    pub viewer: Level,
}

impl Good<'_> {
    /// What a source held: as it was noted, or of the layer that is kept of it.
    pub fn shape(&self, cache: Option<&Cache>, planned: &PlannedLayer) -> Option<Shape> {
        let state = self.state?;
        if let Some(shape) = state.shapes.get(&planned.name) {
            return Some(shape.clone());
        }
        let (fingerprint, parts) = state.layer(self.viewer, &planned.name)?;
        let layer = cache?.kept(&planned.name, fingerprint)?;
        Some(Shape::of(fingerprint, &settings_of(&parts.definition), &layer, None))
    }
}
