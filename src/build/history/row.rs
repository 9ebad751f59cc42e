//! A row of the history: its own columns, and the run whose rows are added.

use crate::layer::Layer;

/// Columns before those of the layer.
pub(super) const SEQUENCE: &str = "sequence";

pub(super) const RUN: &str = "run";

pub(super) const ZONE: &str = "zone";

/// The run whose rows are added.
pub(in crate::build) struct Added<'a> {
    pub run: &'a str,
    pub sequence: u64,
    pub layer: &'a Layer,
}
