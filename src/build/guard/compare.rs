//! Comparison of a source with what it held in the run that is published.

use std::collections::BTreeMap;
use std::path::Path;

use super::shape::{self, Shape};
use super::tail;
use crate::build::checks::Found;
use crate::build::fingerprint::layer_parts;
use crate::layer::Layer;
use crate::text::redact_address;
use crate::workspace::PlannedLayer;
use crate::workspace::config::{Guard, Read};

/// What is wrong with a copy that was just fetched, or with what was just read, beside what is published.
pub(in crate::build) fn of_copy(
    planned: &PlannedLayer,
    read: &Read,
    file: Option<&Path>,
    layer: &Layer,
    before: Option<&Shape>,
) -> Found {
    let tail = file.and_then(|file| tail::look(file, read));
    let settings = shape::settings_of(&layer_parts(planned, 0, BTreeMap::new(), None).definition);
    found(read, &Shape::of("", &settings, layer, tail.as_ref()), before, tail.as_ref())
}

/// What is wrong with what a source holds now, beside what it held.
pub(super) fn found(read: &Read, now: &Shape, before: Option<&Shape>, tail: Option<&tail::Tail>) -> Found {
    let guard: Guard = read.guard.clone().unwrap_or_default();
    let mut found = Vec::new();
    // Another way of reading gives other numbers of right.
    if let Some(before) = before.filter(|before| before.settings == now.settings) {
        found.extend(shape::compare(now, before, &guard));
    }
    if let Some(tail) = tail.filter(|_| guard.cut_line) {
        let ended_before = before.and_then(|before| before.ended);
        let name = redact_address(&read.path);
        found.extend(tail.fault(ended_before).map(|fault| ("cut_line", format!("{name} {fault}"))));
    }
    found
}
