//! Sources that shrank or were cut off: what each held is compared with what it held in the run that is published, so
//! that coming back to good data is never refused.
//!
//! `shape` is what is remembered of a source, `tail` looks at the end of a text, `beside` compares.

mod compare;
mod good;
mod names;
mod shape;
mod tail;

use std::collections::BTreeMap;

use super::view::View;
use super::{BuildError, CheckFailure};
use crate::workspace::Source;

use compare::found;
pub(super) use compare::of_copy;
pub(super) use good::Good;
pub(super) use names::NAMES;
pub use shape::Shape;

/// What every source of a view holds that stands, and what is wrong with it beside the run that is published. `known` are
/// shapes that an earlier build noted.
pub(super) fn judge(
    view: &View,
    good: &Good<'_>,
    known: &BTreeMap<String, Shape>,
) -> Result<(BTreeMap<String, Shape>, Vec<CheckFailure>), BuildError> {
    let (mut shapes, mut failures) = (BTreeMap::new(), Vec::new());
    for (planned, work) in view.plan.layers().iter().zip(&view.layers) {
        let Some(read) = &planned.file.read else { continue };
        let context = &view.context;
        let in_memory = context.layers.get(&planned.name).is_some_and(|place| place.get().is_some());
        if !in_memory && !context.kept.contains_key(&planned.name) {
            continue;
        }
        let source = Source::resolve(&context.data, &read.path);
        let source = context.copies.get(&read.path).map_or(source.clone(), |copy| source.in_copy(copy));
        let tail = source.local().and_then(|path| tail::look(path, read));
        let settings = shape::settings_of(&work.parts.definition);
        let noted = known.get(&planned.name).filter(|shape| shape.fingerprint == work.fingerprint);
        let shape = match noted {
            Some(shape) => Shape { settings, ended: tail.as_ref().map(|tail| tail.ended), ..shape.clone() },
            None => Shape::of(&work.fingerprint, &settings, context.layer(&planned.name)?, tail.as_ref()),
        };
        let before = good.shape(context.cache.as_deref(), planned);
        for (check, message) in found(read, &shape, before.as_ref(), tail.as_ref()) {
            failures.push(CheckFailure { layer: planned.name.clone(), check, message });
        }
        shapes.insert(planned.name.clone(), shape);
    }
    Ok((shapes, failures))
}
