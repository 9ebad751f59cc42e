//! The layers that stand already, for the steps that come after.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use super::BuildError;
use crate::join::{BorderIndex, Stretch, overlay};
use crate::layer::{Column, Geometry, Layer, Provenance};
use crate::workspace::config::LayerFile;

/// What a step may look at.
#[derive(Debug, Default)]
pub struct Context {
    /// Folder that relative source paths start from.
    pub data: PathBuf,
    /// Seed of every random draw.
    pub seed: u64,
    /// Layer files of the plan.
    pub files: BTreeMap<String, LayerFile>,
    /// Every layer of the plan; those that stand are set.
    pub layers: BTreeMap<String, OnceLock<Arc<Layer>>>,
    /// SHA-256 of each local source, from the fingerprint.
    pub digests: BTreeMap<PathBuf, String>,
    /// Held while borders are dissolved, which takes some 70 bytes a vertex: one layer at a time, whose groups
    /// are parallel anyway.
    pub(super) dissolving: Mutex<()>,
    /// Overlays that several steps ask for.
    pub(super) overlays: Mutex<Vec<Overlay>>,
}

/// Routes over zones, as they were computed for one step.
#[derive(Debug)]
pub(super) struct Overlay {
    routes: Arc<Geometry>,
    zones: Arc<Geometry>,
    stretches: Arc<Vec<Stretch>>,
}

impl Context {
    /// A layer that stands.
    ///
    /// # Errors
    /// [`BuildError::NotBuilt`] where the plan has not built it before.
    pub fn layer(&self, name: &str) -> Result<&Arc<Layer>, BuildError> {
        self.layers
            .get(name)
            .and_then(OnceLock::get)
            .ok_or_else(|| BuildError::NotBuilt { layer: name.to_owned() })
    }

    /// The stretches of routes over zones, for the step of a layer: computed once for all steps that ask for the same geometry.
    ///
    /// # Errors
    /// As [`BorderIndex::new`] and [`overlay`].
    pub(super) fn stretches(
        &self,
        layer: &str,
        routes: &Layer,
        zones: &Layer,
    ) -> Result<Arc<Vec<Stretch>>, BuildError> {
        let (line_view, zone_view) = (routes.lines()?, zones.zones()?);
        let mut overlays = self.overlays.lock().unwrap_or_else(PoisonError::into_inner);
        // Layers derived from one another share their geometry, and so the order of their features.
        let same = |known: &&Overlay| {
            Arc::ptr_eq(&known.routes, routes.geometry()) && Arc::ptr_eq(&known.zones, zones.geometry())
        };
        if let Some(known) = overlays.iter().find(same) {
            return Ok(Arc::clone(&known.stretches));
        }
        let join = |error| BuildError::Join { layer: layer.to_owned(), error };
        let index = BorderIndex::new(&zone_view, &zones.keys()).map_err(join)?;
        let stretches = Arc::new(overlay(&line_view, &index).map_err(join)?);
        overlays.push(Overlay {
            routes: Arc::clone(routes.geometry()),
            zones: Arc::clone(zones.geometry()),
            stretches: Arc::clone(&stretches),
        });
        Ok(stretches)
    }

    /// The layer file of a planned layer.
    ///
    /// # Errors
    /// [`BuildError::NotBuilt`] where the plan has no such layer.
    pub fn file(&self, name: &str) -> Result<&LayerFile, BuildError> {
        self.files.get(name).ok_or_else(|| BuildError::NotBuilt { layer: name.to_owned() })
    }
}

/// The columns that every zone layer carries on: key, name, state.
pub(super) fn identity(layer: &Layer) -> Vec<Column> {
    [layer.key(), "name", "state"]
        .into_iter()
        .filter_map(|field| {
            let values = layer.attributes().column_by_name(field)?;
            Some(Column { name: field.to_owned(), values: Arc::clone(values) })
        })
        .collect()
}

/// The record of a derived layer.
pub(super) fn derived(step: &str, inputs: &[&str]) -> Provenance {
    Provenance {
        step: step.to_owned(),
        inputs: inputs.iter().map(|&i| i.to_owned()).collect(),
        ..Provenance::default()
    }
}

/// Rows of `right` for each row of `left`, by key; and what does not match.
pub(super) fn matched(left: &Layer, right: &Layer) -> (Vec<Option<usize>>, Option<crate::layer::Finding>) {
    let positions = right.positions();
    let rows: Vec<Option<usize>> = left.keys().iter().map(|key| positions.get(key).copied()).collect();
    let there = left.positions();
    let only = |layer: &Layer, other: &std::collections::HashMap<&str, usize>| -> Vec<String> {
        layer.keys().into_iter().filter(|key| !other.contains_key(key)).map(str::to_owned).collect()
    };
    let (only_left, only_right) = (only(left, &positions), only(right, &there));
    let finding =
        (!only_left.is_empty() || !only_right.is_empty()).then(|| crate::layer::Finding::Unmatched {
            left: left.name().to_owned(),
            left_count: left.len(),
            only_left,
            right: right.name().to_owned(),
            right_count: right.len(),
            only_right,
        });
    (rows, finding)
}
