//! The layers that steps refer to exist and are of the kind that the step needs.

use std::collections::BTreeMap;
use std::ops::Range;

use super::files::Files;
use crate::checked::{Document, Node, Problem, Value, did_you_mean, list};
use crate::workspace::config::{Features, GeometryKind, Role, Step, StepKind};

/// A reference as it stands in a file, whether or not the rest of the file is right.
pub(super) struct Reference<'a> {
    pub(super) name: &'a str,
    pub(super) span: Range<usize>,
    /// The setting, as messages name it.
    setting: String,
    role: Role,
}

/// By layer: its references to layers that exist.
pub(super) type Graph<'a> = BTreeMap<&'a str, Vec<Reference<'a>>>;

/// All references of a file, in the order of the steps.
fn references(document: &Document) -> Vec<Reference<'_>> {
    let mut found = Vec::new();
    for step in StepKind::ALL {
        let Some(table) = document.root.get(step.name()) else { continue };
        for reference in step.definition().references {
            let mut values = vec![&table.node];
            for key in reference.path {
                values = values
                    .into_iter()
                    .flat_map(|node| match &node.value {
                        Value::List(items) => items.iter().collect::<Vec<&Node>>(),
                        _ => vec![node],
                    })
                    .filter_map(|node| Some(&node.table()?.get(*key)?.node))
                    .collect();
            }
            found.extend(values.into_iter().filter_map(|value| {
                let setting = format!("{step}.{}", reference.path.join("."));
                Some(Reference {
                    name: value.text()?,
                    span: value.span.clone(),
                    setting,
                    role: reference.role,
                })
            }));
        }
    }
    found
}

pub(super) fn check<'a>(files: &Files<'a>, problems: &mut Vec<Problem>) -> Graph<'a> {
    let layers = files.layers;
    let mut graph = Graph::new();
    for (layer, parsed) in layers.iter().filter(|(_, parsed)| parsed.syntax) {
        let source = &parsed.document.source;
        let mut known = Vec::new();
        for reference in references(&parsed.document) {
            if !layers.contains_key(reference.name) {
                let others = layers.keys().map(String::as_str).filter(|other| other != layer);
                let message = format!("`{}`: there is no layer `{}`", reference.setting, reference.name);
                let help = did_you_mean(reference.name, others, "the layers are");
                problems.push(source.error(reference.span, message).maybe_help(help));
                continue;
            }
            if reference.name != layer {
                problems.extend(kind(files, layer, &reference));
            }
            known.push(reference);
        }
        graph.insert(layer, known);
    }
    graph
}

/// The problem with a reference to a layer of the wrong kind.
fn kind(files: &Files<'_>, layer: &str, reference: &Reference<'_>) -> Option<Problem> {
    let source = &files.layers.get(layer)?.document.source;
    let step = files.file(reference.name)?.step()?;
    let found = geometry(files, step);
    let Reference { name, setting, role, .. } = reference;
    // A lixel brings along what its own route has.
    if let Some(Step::Lixels(lixels)) = files.file(layer).and_then(|file| file.step())
        && *role == Role::Table
        && lixels.routes == *name
    {
        return None;
    }
    let (needed, fits) = (needs(*role), |step: Step<'_>| fits(files, *role, step));
    if fits(step) {
        return None;
    }
    let others: Vec<&str> = files
        .layers
        .keys()
        .map(String::as_str)
        .filter(|other| *other != layer && files.file(other).and_then(|file| file.step()).is_some_and(fits))
        .collect();
    let message = format!("`{setting}` needs {needed}; `{name}` {}", holds(step, found));
    let help = if others.is_empty() {
        "no layer of the workspace is of that kind".to_owned()
    } else {
        format!("of that kind: {}", list(&others))
    };
    Some(source.error(reference.span.clone(), message).help(help))
}

/// What a role asks for, for a message.
fn needs(role: Role) -> &'static str {
    match role {
        Role::Zones => "zones (polygons)",
        Role::Table => "a table keyed like the zones",
        Role::Routes => "routes (lines)",
        Role::Stretches => {
            "the stretches of an exposure layer (`output = \"stretches\"`), or lixels with `zones`"
        }
        Role::Lixels => "lixels (lines), or what is derived from them",
        Role::Places => "zones (polygons), or lixels",
        Role::Sites | Role::Points => "points",
    }
}

/// Whether a layer made by `step` can be used so.
fn fits(files: &Files<'_>, role: Role, step: Step<'_>) -> bool {
    match role {
        // What is derived from stretches has their fields in other hands.
        Role::Stretches => {
            let cut = step.cut_from().is_some_and(|(_, zones)| zones.is_some());
            cut && step.features() == Features::Own
        }
        Role::Lixels => are_lixels(files, step),
        Role::Places | Role::Table if are_lixels(files, step) => true,
        _ => role.geometries().contains(&geometry(files, step)),
    }
}

/// Whether the features of a step are lixels.
fn are_lixels(files: &Files<'_>, step: Step<'_>) -> bool {
    matches!(under(files, step), Step::Lixels(_))
}

/// The kind of geometry that a step makes, found where its features come from.
pub(super) fn geometry(files: &Files<'_>, step: Step<'_>) -> GeometryKind {
    under(files, step).geometry()
}

/// The step that made the features of a step, be they zones or lixels.
fn under<'a>(files: &'a Files<'_>, mut step: Step<'a>) -> Step<'a> {
    // No way through a workspace is longer than the workspace; circles have problems of their own.
    for _ in 0..files.layers.len() {
        let Features::Same(from) = step.features() else { break };
        match files.file(from).and_then(|file| file.step()) {
            Some(from) => step = from,
            None => break,
        }
    }
    step
}

/// What a layer holds, for a message.
fn holds(step: Step<'_>, geometry: GeometryKind) -> String {
    let what = match (step.output().holds, geometry) {
        ("", GeometryKind::Point) => "holds points",
        ("", GeometryKind::Line) => "holds lines",
        ("", GeometryKind::Polygon) => "holds polygons",
        ("", GeometryKind::None) => "is a table without geometry",
        (holds, _) => holds,
    };
    format!("{what} ([{}])", step.kind())
}
