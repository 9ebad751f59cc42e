//! Data tests: what the `[check]` tables say must hold, of every layer, before anything is published.
//!
//! `values` looks at a layer alone, `against` at other layers and at the run that is current.

mod against;
mod failure;
mod values;

use std::sync::Arc;

use super::fingerprint::State;
use super::{BuildError, Context, Note};
use crate::layer::Layer;
use crate::workspace::Plan;
use crate::workspace::config::Level;

pub use failure::CheckFailure;
pub(super) use failure::Found;

/// The tests that a `[check]` may hold.
pub(super) const NAMES: [&str; 9] =
    ["unique", "not_null", "range", "accepted", "rows", "coverage", "total", "freshness", "change"];

/// Tests the dates of every layer that says how old they may be: they grow old while nothing changes.
///
/// # Errors
/// As [`check`].
pub(super) fn fresh(
    context: &Context,
    plan: &Plan,
    now: jiff::Timestamp,
) -> Result<Vec<CheckFailure>, BuildError> {
    let mut failures = Vec::new();
    for planned in plan.layers() {
        let freshness = planned.file.check.as_ref().and_then(|check| check.freshness.as_ref());
        let Some(freshness) = freshness else { continue };
        let stale = values::stale(context.layer(&planned.name)?, freshness, now)?;
        failures.extend(stale.map(|message| CheckFailure {
            layer: planned.name.clone(),
            check: "freshness",
            message,
        }));
    }
    Ok(failures)
}

/// Tests every layer that has a `[check]`; all failures at once. What cannot be compared for want of an earlier run is
/// noted.
///
/// # Errors
/// Where a layer lacks a field that a test names, or holds no numbers in it.
pub(super) fn check(
    context: &Context,
    plan: &Plan,
    viewer: Level,
    before: Option<&State>,
    now: jiff::Timestamp,
) -> Result<Vec<CheckFailure>, BuildError> {
    let mut failures = Vec::new();
    for planned in plan.layers() {
        let Some(check) = &planned.file.check else { continue };
        let layer = context.layer(&planned.name)?;
        let mut found = Vec::new();
        values::check(layer, check, now, &mut found)?;
        against::others(context, layer, check, &mut found)?;
        if check.rows.as_ref().is_some_and(|rows| rows.change_pct.is_some()) || !check.change.is_empty() {
            match earlier(context, viewer, &planned.name, before) {
                Some(old) => against::earlier(layer, &old, check, &mut found)?,
                None => context.note(Note::new(
                    format!(
                        "`{}` no se compara con la corrida anterior: no hay o no se guardó",
                        planned.name
                    ),
                    format!(
                        "`{}` is not compared with the run before: there is none, or it is not kept",
                        planned.name
                    ),
                )),
            }
        }
        let own = |(check, message)| CheckFailure { layer: planned.name.clone(), check, message };
        failures.extend(found.into_iter().map(own));
    }
    Ok(failures)
}

/// The layer as it was in the run that is current.
fn earlier(context: &Context, viewer: Level, layer: &str, before: Option<&State>) -> Option<Arc<Layer>> {
    let (fingerprint, _) = before?.layer(viewer, layer)?;
    context.cache.as_ref()?.kept(layer, fingerprint).map(Arc::new)
}
