//! The layers that stand already, for the steps that come after.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

use super::BuildError;
use crate::layer::{Column, Layer, Provenance};
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
    /// Layers that stand.
    pub layers: BTreeMap<String, Arc<Layer>>,
}

impl Context {
    /// A layer that stands.
    ///
    /// # Errors
    /// [`BuildError::NotBuilt`] where the plan has not built it before.
    pub fn layer(&self, name: &str) -> Result<&Arc<Layer>, BuildError> {
        self.layers.get(name).ok_or_else(|| BuildError::NotBuilt { layer: name.to_owned() })
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
