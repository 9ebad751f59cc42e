//! What moved between two runs, by key.
//!
//! `side` reads a run as it was published, feature by feature, so any two runs can be compared, whatever made them.
//! `features` compares the layers; `meaning` says what that means for hot spots, ranks, gaps and sources; `text` tells a
//! person, `layers` makes map layers of it.

mod differences;
mod features;
mod layers;
mod meaning;
mod side;
mod text;
mod theme;

use std::path::Path;

use super::PublishError;

pub use differences::{Diff, Gap, Gaps, Hotspots, Mover, SourceChange};
pub use features::{FeatureChange, LayerDiff};
pub use layers::{Changes, change_layers};
pub use side::Side;
pub(crate) use theme::CHANGES;

/// How many of the largest movers are named.
pub const MOVERS: usize = 10;

/// Compares two runs by their folders.
///
/// O(n log n) in the features; geometry is compared as published, to the seventh decimal, without being parsed.
///
/// # Errors
/// [`PublishError::Io`] and [`PublishError::Unreadable`] with the file.
pub fn diff(from: &Path, to: &Path) -> Result<Diff, PublishError> {
    let (from, to) = (Side::open(from)?, Side::open(to)?);
    between(&from, &to)
}

/// Compares two runs.
///
/// # Errors
/// As [`diff`]; [`PublishError::Levels`] where they are for readers of two levels: what changed would say what the others
/// were shown.
pub fn between(from: &Side, to: &Side) -> Result<Diff, PublishError> {
    if from.level() != to.level() {
        return Err(PublishError::Levels {
            a: from.run().to_owned(),
            level_a: from.level().name(),
            b: to.run().to_owned(),
            level_b: to.level().name(),
        });
    }
    let (before, after) = (from.layers(), to.layers());
    let only = |here: &[String], there: &[String]| -> Vec<String> {
        here.iter().filter(|layer| !there.contains(layer)).cloned().collect()
    };
    let mut diff = Diff {
        from: from.run().to_owned(),
        to: to.run().to_owned(),
        layers_added: only(&after, &before),
        layers_removed: only(&before, &after),
        sources: meaning::sources(from, to),
        ..Diff::default()
    };
    for layer in after.iter().filter(|layer| before.contains(layer)) {
        // Equal bytes need not be opened, unless a summary reads them.
        let same = from.same_bytes(to, layer);
        let (mut old, mut new) = (from.table(layer)?, to.table(layer)?);
        if !same {
            from.complete(layer, &mut old)?;
            to.complete(layer, &mut new)?;
            diff.layers.extend(features::compare(layer, to.key(layer), &old, &new));
        }
        meaning::add(&mut diff, layer, &old, &new);
    }
    diff.movers.sort_by(|a, b| b.moved.abs().total_cmp(&a.moved.abs()).then_with(|| a.key.cmp(&b.key)));
    diff.movers.truncate(MOVERS);
    Ok(diff)
}
