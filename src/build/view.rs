//! The layers of a build as those see them who may see up to a level.

use super::Context;
use super::work::LayerWork;
use crate::workspace::Plan;
use crate::workspace::config::Level;

/// Plan, layers and work for those who may see up to a level.
pub(super) struct View {
    pub viewer: Level,
    pub plan: Plan,
    pub context: Context,
    pub layers: Vec<LayerWork>,
}
