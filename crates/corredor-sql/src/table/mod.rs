//! Layers as tables.

mod layer;
mod provider;
mod scan;

pub(super) use layer::{GEOMETRY, LayerTable};
pub(super) use provider::LayerProvider;
pub(super) use scan::LayerScanExec;
