//! `[check]`: its fields and layers exist, and each of its tests can fail.

use std::collections::BTreeMap;

use super::files::Files;
use crate::checked::{Document, Problem, Seg, did_you_mean, place};
use crate::workspace::config::{Check, LayerFile};
use crate::workspace::{OutputFields, fields};

pub(super) fn check(files: &Files<'_>, problems: &mut Vec<Problem>) {
    let contents: BTreeMap<String, Option<LayerFile>> = files
        .layers
        .iter()
        .map(|(name, parsed)| (name.clone(), parsed.content.clone().filter(|file| file.step().is_some())))
        .collect();
    let fields = fields::all(&contents);
    for (name, file, document) in files.readable() {
        if let Some(check) = &file.check {
            let mut look = Look { fields: &fields, document, problems };
            look.fields(name, check);
            look.others(name, check);
            look.bounds(check);
        }
    }
}

struct Look<'a> {
    fields: &'a BTreeMap<&'a str, OutputFields>,
    document: &'a Document,
    problems: &'a mut Vec<Problem>,
}

impl Look<'_> {
    fn field(&mut self, layer: &str, field: &str, place: &[Seg<'_>]) {
        let Some(fields) = self.fields.get(layer).filter(|fields| !fields.may_have(field)) else { return };
        let message = format!("layer `{layer}` has no field `{field}`");
        let help = did_you_mean(field, fields.names.iter().map(String::as_str), "it has");
        self.problems.push(self.document.error(place, message).maybe_help(help));
    }

    fn fields(&mut self, layer: &str, check: &Check) {
        for (setting, fields) in [("unique", &check.unique), ("not_null", &check.not_null)] {
            for (at, field) in fields.iter().enumerate() {
                self.field(layer, field, place!["check", setting, at]);
            }
        }
        for (at, range) in check.range.iter().enumerate() {
            self.field(layer, &range.field, place!["check", "range", at, "field"]);
        }
        for (at, accepted) in check.accepted.iter().enumerate() {
            self.field(layer, &accepted.field, place!["check", "accepted", at, "field"]);
        }
        for (at, total) in check.total.iter().enumerate() {
            self.field(layer, &total.field, place!["check", "total", at, "field"]);
        }
        for (at, change) in check.change.iter().enumerate() {
            self.field(layer, &change.field, place!["check", "change", at, "field"]);
        }
        if let Some(freshness) = &check.freshness {
            self.field(layer, &freshness.field, place!["check", "freshness", "field"]);
        }
        if let Some(field) = check.coverage.as_ref().and_then(|coverage| coverage.field.as_ref()) {
            self.field(layer, field, place!["check", "coverage", "field"]);
        }
    }

    /// Other layers that a check looks at.
    fn others(&mut self, layer: &str, check: &Check) {
        if let Some(coverage) = &check.coverage {
            self.layer(&coverage.zones, place!["check", "coverage", "zones"]);
        }
        for (at, total) in check.total.iter().enumerate() {
            if let Some(other) = &total.layer {
                self.layer(other, place!["check", "total", at, "layer"]);
                let field = total.layer_field.as_ref().unwrap_or(&total.field);
                let setting = if total.layer_field.is_some() { "layer_field" } else { "layer" };
                self.field(other, field, place!["check", "total", at, setting]);
            }
            if total.equals.is_some() == total.layer.is_some() {
                let message =
                    format!("the total of `{layer}.{}` needs either `equals` or `layer`", total.field);
                let place = place!["check", "total", at, "field"];
                self.problems.push(self.document.error(place, message).help("say what it must be equal to"));
            }
        }
    }

    fn layer(&mut self, layer: &str, place: &[Seg<'_>]) {
        if !self.fields.contains_key(layer) {
            let message = format!("there is no layer `{layer}`");
            let help = did_you_mean(layer, self.fields.keys().copied(), "the layers are");
            self.problems.push(self.document.error(place, message).maybe_help(help));
        }
    }

    /// Tests that could not fail, or not pass.
    fn bounds(&mut self, check: &Check) {
        let mut idle = |place: &[Seg<'_>], what: &str, help: &str| {
            self.problems.push(self.document.error(place, what.to_owned()).help(help));
        };
        for (at, range) in check.range.iter().enumerate() {
            let place = place!["check", "range", at, "field"];
            match (range.min, range.max) {
                (None, None) => idle(place, "a range without bounds", "give it `min`, `max` or both"),
                (Some(min), Some(max)) if min > max => {
                    idle(place, "`min` is greater than `max`", "nothing could pass: exchange them");
                }
                _ => {}
            }
        }
        if let Some(rows) = &check.rows {
            if rows.min.is_none() && rows.max.is_none() && rows.change_pct.is_none() {
                idle(
                    place!["check", "rows"],
                    "`rows` without bounds",
                    "give it `min`, `max` or `change_pct`",
                );
            }
            if rows.min.zip(rows.max).is_some_and(|(min, max)| min > max) {
                idle(
                    place!["check", "rows"],
                    "`min` is greater than `max`",
                    "nothing could pass: exchange them",
                );
            }
        }
    }
}
