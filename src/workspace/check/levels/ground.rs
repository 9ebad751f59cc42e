//! What stands under a layer: whose borders it has, and which layers that are read its values come from.

use std::collections::{BTreeMap, BTreeSet};

use super::standing::Standing;
use crate::workspace::check::files::Files;
use crate::workspace::config::{Features, Level};

/// The layer that made the geometry and the keys of the features of a layer.
pub(super) fn frame<'a>(files: &'a Files<'_>, layer: &'a str) -> Option<&'a str> {
    // No way through a plan is longer than the plan; circles have problems of their own.
    let mut layer = layer;
    for _ in 0..=files.layers.len() {
        let next = match files.file(layer)?.step()?.features() {
            Features::Own | Features::Groups(_) => return Some(layer),
            Features::Of(next) | Features::Same(next) => next,
            Features::ZonesOf(stretches) => files.file(stretches)?.step()?.cut_from()?.1?,
        };
        layer = next;
    }
    None
}

/// The strictest level among the layers whose borders and keys a layer has, and that layer.
///
/// Values that are joined to them on the way do not count: [`Standing::level`] has those.
pub(super) fn borders<'a>(
    files: &'a Files<'_>,
    standings: &BTreeMap<String, Standing>,
    layer: &'a str,
) -> Option<(Level, &'a str)> {
    let mut at = layer;
    for _ in 0..=files.layers.len() {
        at = frame(files, at)?;
        at = match files.file(at)?.step()?.features() {
            Features::Groups(zones) => zones,
            // Read; or drawn along lines, which no group of zones is made of.
            _ => return Some((standings.get(at)?.level, at)),
        };
    }
    None
}

/// The layers that are read, at or under a layer, and stand above a level.
pub(super) fn read_above(
    files: &Files<'_>,
    standings: &BTreeMap<String, Standing>,
    layer: &str,
    level: Level,
) -> BTreeSet<String> {
    let above = |name: &str| {
        files.file(name).is_some_and(|file| file.read.is_some())
            && standings.get(name).is_some_and(|standing| standing.level > level)
    };
    under(files, layer, |_| true).into_iter().filter(|name| above(name)).collect()
}

/// A layer and all that it is made from, through layers that `enter` lets pass.
pub(in crate::workspace::check) fn under(
    files: &Files<'_>,
    layer: &str,
    enter: impl Fn(&str) -> bool,
) -> BTreeSet<String> {
    let mut seen = BTreeSet::from([layer.to_owned()]);
    let mut stack = vec![layer.to_owned()];
    while let Some(name) = stack.pop() {
        let Some(file) = files.file(&name).filter(|_| name == layer || enter(&name)) else { continue };
        for input in file.inputs() {
            if seen.insert(input.name.to_owned()) {
                stack.push(input.name.to_owned());
            }
        }
    }
    seen
}
