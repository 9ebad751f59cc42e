//! Where a layer stands, and what it inherits.

use std::collections::BTreeMap;

use crate::workspace::config::{Level, Step};

/// Where a layer stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Standing {
    /// Its effective level.
    pub(crate) level: Level,
    /// The layer whose file states that level; `None` if its own does (or leaves the default).
    pub(crate) from: Option<String>,
    /// Steps between it and its deepest read layer.
    pub(crate) depth: usize,
}

/// The strictest level among the inputs, and the layer that states it.
pub(super) fn inherited(step: Step<'_>, standings: &BTreeMap<String, Standing>) -> Option<(Level, String)> {
    let mut strictest: Option<(Level, String)> = None;
    for input in step.inputs() {
        let standing = standings.get(input.name)?;
        if strictest.as_ref().is_none_or(|(level, _)| standing.level > *level) {
            let from = standing.from.clone().unwrap_or_else(|| input.name.to_owned());
            strictest = Some((standing.level, from));
        }
    }
    strictest
}

pub(super) fn origin(from: Option<&str>) -> String {
    from.map(|from| format!(", from `{from}`")).unwrap_or_default()
}
