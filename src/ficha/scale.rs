//! Classes of a place, and the bands that they make on the scale.

use super::composite::Composite;
use super::sheet::{Band, Classed};
use crate::publish::record::ClassRecord;

/// The class of a row by each rule of the layer.
pub(super) fn classed(main: &Composite<'_>, row: usize) -> Vec<Classed> {
    let classed = |rule: &ClassRecord| {
        let mut cuts = rule.cuts.clone();
        if let Some(state) = main.text("state", row).filter(|_| cuts.is_empty()) {
            cuts = rule.group_cuts.get(&state).cloned().unwrap_or_default();
        }
        Classed {
            rule: rule.rule.clone(),
            class: main.text(&rule.field, row),
            share: main.number(&rule.share_field, row),
            names: rule.names.clone(),
            counts: rule.counts.iter().map(|&count| count as u64).collect(),
            cuts,
        }
    };
    main.parameters.classes.iter().map(classed).collect()
}

/// The bands of the first rule; none where it has no cut points of its own.
pub(super) fn bands(classes: &[Classed], scale: f64) -> Vec<Band> {
    let Some(main) = classes.first().filter(|main| main.cuts.len() + 1 == main.names.len()) else {
        return Vec::new();
    };
    let starts = std::iter::once(0.0).chain(main.cuts.iter().copied());
    let ends = main.cuts.iter().copied().chain(std::iter::once(scale));
    let names = main.names.iter().cloned();
    starts.zip(ends).zip(names).map(|((from, to), class)| Band { from, to, class }).collect()
}
