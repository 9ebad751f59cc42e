//! `[validate]`: its fields are there, and the score is made from the events that it names.

use std::collections::BTreeMap;

use super::files::Files;
use super::levels::ground::under;
use super::references::geometry;
use crate::checked::{Document, Problem, Seg, did_you_mean, place};
use crate::workspace::OutputFields;
use crate::workspace::config::{GeometryKind, Validate};

/// Checks the `[validate]` of a layer; `fields` are those of every layer.
pub(super) fn check(
    files: &Files<'_>,
    name: &str,
    validate: &Validate,
    fields: &BTreeMap<&str, OutputFields>,
    document: &Document,
    problems: &mut Vec<Problem>,
) {
    let zones = files.file(name).and_then(|file| file.step()).map(|step| geometry(files, step));
    if let (None, Some(GeometryKind::Polygon)) = (&validate.km, zones) {
        let problem = document.error(place!["validate", "field"], "zones have no kilometres of their own");
        problems.push(problem.help("name in `km` the field that holds the kilometres of route in each zone"));
    }
    let mut field = |layer: &str, field: &str, place: &[Seg<'_>]| {
        if let Some(known) = fields.get(layer).filter(|known| !known.may_have(field)) {
            let help = did_you_mean(field, known.names.iter().map(String::as_str), "it has");
            let message = format!("layer `{layer}` has no field `{field}`");
            problems.push(document.error(place, message).maybe_help(help));
        }
    };
    field(name, &validate.field, place!["validate", "field"]);
    for (at, beside) in validate.beside.iter().enumerate() {
        field(name, beside, place!["validate", "beside", at]);
    }
    if let Some(km) = &validate.km {
        field(name, km, place!["validate", "km"]);
    }
    let place = place!["validate", "events"];
    let mut above = under(files, name, |_| true);
    above.remove(name);
    if !above.contains(&validate.events) {
        let message = format!("`validate.events`: the layer is not made from `{}`", validate.events);
        let points = above.iter().map(String::as_str).filter(|name| {
            let step = files.file(name).and_then(|file| file.step());
            step.is_some_and(|step| step.geometry() == GeometryKind::Point)
        });
        let help = did_you_mean(&validate.events, points, "it is made from these points");
        problems.push(document.error(place, message).maybe_help(help));
        return;
    }
    field(&validate.events, &validate.date, place!["validate", "date"]);
}
