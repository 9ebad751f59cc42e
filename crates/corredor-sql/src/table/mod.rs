//! Layers as tables.

mod layer;
mod scan;

pub(super) use layer::{GEOMETRY, LayerProvider, LayerTable};
pub(super) use scan::LayerScanExec;
