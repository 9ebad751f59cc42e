//! Looking for the fields that a step names, in the layers that it names.

use std::collections::{BTreeMap, BTreeSet};

use super::config::Carry;
use super::outputs::OutputFields;
use crate::checked::{Document, Problem, Seg, did_you_mean, place};

/// What a step is looked through with: fields of all layers, its own file, problems so far.
pub(crate) struct Look<'a> {
    pub(super) fields: &'a BTreeMap<&'a str, OutputFields>,
    pub(super) document: &'a Document,
    pub(super) problems: &'a mut Vec<Problem>,
}

impl Look<'_> {
    /// The key of a layer, where it is known.
    pub(super) fn key(&self, layer: &str) -> Option<String> {
        self.fields.get(layer).and_then(|fields| fields.key.clone())
    }

    /// Tells of a setting that cannot be.
    pub(super) fn error(&mut self, place: &[Seg<'_>], message: impl Into<String>, help: &str) {
        self.problems.push(self.document.error(place, message).help(help));
    }

    /// Fields that are brought along, none of them twice.
    pub(super) fn carried(&mut self, carry: &[Carry], step: &str, mut taken: BTreeSet<String>) {
        for (at, carry) in carry.iter().enumerate() {
            for (item, field) in carry.fields.iter().enumerate() {
                let place = place![step, "carry", at, "fields", item];
                self.field(&carry.layer, field, place);
                let help = "the key, `name` and `state` come by themselves; carry each other field once";
                self.once(taken.insert(field.clone()), field, place, help);
            }
        }
    }

    /// Tells of a field that is not the first of its name in the layer.
    pub(super) fn once(&mut self, is_first: bool, field: &str, place: &[Seg<'_>], help: &str) {
        if !is_first {
            let message = format!("field `{field}` would come twice into the layer");
            self.problems.push(self.document.error(place, message).help(help));
        }
    }

    pub(super) fn optional(&mut self, layer: &str, field: Option<&String>, place: &[Seg<'_>]) {
        if let Some(field) = field {
            self.field(layer, field, place);
        }
    }

    pub(super) fn field(&mut self, layer: &str, field: &str, place: &[Seg<'_>]) {
        let Some(fields) = self.fields.get(layer) else {
            return;
        };
        if !fields.may_have(field) {
            let message = format!("layer `{layer}` has no field `{field}`");
            let help = did_you_mean(field, fields.names.iter().map(String::as_str), "it has");
            self.problems.push(self.document.error(place, message).maybe_help(help));
        }
    }
}
