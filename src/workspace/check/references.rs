//! The layers that steps refer to exist and are of the kind that the step needs.

use std::collections::BTreeMap;
use std::ops::Range;

use super::Files;
use crate::workspace::config::{
    CorridorOutput, CoverageOutput, ExposureOutput, GeometryKind, Role, Step, StepKind,
};
use crate::workspace::parse::{Document, Node, Value};
use crate::workspace::problem::Problem;
use crate::workspace::suggest::{did_you_mean, list};

/// A reference as it stands in a file, whether or not the rest of the file is right.
pub(super) struct Reference<'a> {
    pub(super) name: &'a str,
    pub(super) span: Range<usize>,
    /// The setting, as messages name it.
    setting: &'static str,
    role: Role,
}

/// By layer: its references to layers that exist.
pub(super) type Graph<'a> = BTreeMap<&'a str, Vec<Reference<'a>>>;

/// Where references stand in a file: step, setting below it, role. A setting below a list is looked
/// for in each item.
const PLACES: [(StepKind, &[&str], &str, Role); 34] = [
    (StepKind::Score, &["zones"], "score.zones", Role::Zones),
    (StepKind::Score, &["table"], "score.table", Role::Table),
    (StepKind::Composite, &["zones"], "composite.zones", Role::Places),
    (StepKind::Composite, &["table"], "composite.table", Role::Table),
    (StepKind::Composite, &["like"], "composite.like", Role::Table),
    (StepKind::Crosswalk, &["table"], "crosswalk.table", Role::Table),
    (StepKind::Crosswalk, &["zones"], "crosswalk.zones", Role::Zones),
    (StepKind::Crosswalk, &["links"], "crosswalk.links", Role::Table),
    (StepKind::Crosswalk, &["old_zones"], "crosswalk.old_zones", Role::Zones),
    (StepKind::Difference, &["zones"], "difference.zones", Role::Zones),
    (StepKind::Difference, &["table"], "difference.table", Role::Table),
    (StepKind::Exposure, &["routes"], "exposure.routes", Role::Routes),
    (StepKind::Exposure, &["zones"], "exposure.zones", Role::Zones),
    (StepKind::Corridor, &["routes"], "corridor.routes", Role::Routes),
    (StepKind::Corridor, &["zones"], "corridor.zones", Role::Zones),
    (StepKind::Corridor, &["people"], "corridor.people", Role::Points),
    (StepKind::Lixels, &["routes"], "lixels.routes", Role::Routes),
    (StepKind::Lixels, &["zones"], "lixels.zones", Role::Zones),
    (StepKind::Lixels, &["carry", "layer"], "lixels.carry.layer", Role::Table),
    (StepKind::Coverage, &["sites"], "coverage.sites", Role::Sites),
    (StepKind::Coverage, &["stretches"], "coverage.stretches", Role::Stretches),
    (StepKind::Counts, &["points"], "counts.points", Role::Points),
    (StepKind::Counts, &["zones"], "counts.zones", Role::Zones),
    (StepKind::Rates, &["lixels"], "rates.lixels", Role::Lixels),
    (StepKind::Rates, &["points"], "rates.points", Role::Points),
    (StepKind::Zonal, &["lixels"], "zonal.lixels", Role::Lixels),
    (StepKind::Zonal, &["zones"], "zonal.zones", Role::Zones),
    (StepKind::Hotspot, &["zones"], "hotspot.zones", Role::Places),
    (StepKind::Priority, &["zones"], "priority.zones", Role::Places),
    (StepKind::Priority, &["component", "layer"], "priority.component.layer", Role::Places),
    (StepKind::Priority, &["among", "layer"], "priority.among.layer", Role::Places),
    (StepKind::Priority, &["carry", "layer"], "priority.carry.layer", Role::Places),
    (StepKind::Rollup, &["zones"], "rollup.zones", Role::Zones),
    (StepKind::Rollup, &["by", "table"], "rollup.by.table", Role::Table),
];

/// All references of a file, in the order of [`PLACES`].
fn references(document: &Document) -> Vec<Reference<'_>> {
    let mut found = Vec::new();
    for (step, below, setting, role) in PLACES {
        let Some(mut values) = document.root.get(step.name()).map(|step| vec![&step.node]) else {
            continue;
        };
        for key in below {
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
            let name = value.text()?;
            Some(Reference { name, span: value.span.clone(), setting, role })
        }));
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
    match (role, step) {
        (Role::Stretches, Step::Exposure(exposure)) => exposure.output == ExposureOutput::Stretches,
        (Role::Stretches, Step::Lixels(lixels)) => lixels.zones.is_some(),
        (Role::Stretches, _) => false,
        (Role::Lixels, _) => are_lixels(files, step),
        (Role::Places | Role::Table, _) if are_lixels(files, step) => true,
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

/// The step that made the features of a step.
fn under<'a>(files: &'a Files<'_>, mut step: Step<'a>) -> Step<'a> {
    // No way through a workspace is longer than the workspace; circles have problems of their own.
    for _ in 0..files.layers.len() {
        let from = match step {
            Step::Rates(rates) => Some(rates.lixels.as_str()),
            Step::Coverage(coverage) if coverage.output == CoverageOutput::Stretches => {
                Some(coverage.stretches.as_str())
            }
            _ => step.places(),
        };
        match from.and_then(|name| files.file(name)?.step()) {
            Some(from) => step = from,
            None => break,
        }
    }
    step
}

/// What a layer holds, for a message.
fn holds(step: Step<'_>, geometry: GeometryKind) -> String {
    let what = match step {
        Step::Exposure(e) => match e.output {
            ExposureOutput::Stretches => "holds stretches",
            ExposureOutput::Zones => "holds totals per zone",
            ExposureOutput::Routes => "holds totals per route",
        },
        Step::Corridor(c) => match c.output {
            CorridorOutput::Zones => "holds shares per zone",
            CorridorOutput::Corridors => "holds corridors",
        },
        Step::Coverage(c) => match c.output {
            CoverageOutput::Zones => "holds coverage per zone",
            CoverageOutput::Stretches => "holds coverage per stretch",
            CoverageOutput::Gaps => "holds gaps",
        },
        _ => match geometry {
            GeometryKind::Point => "holds points",
            GeometryKind::Line => "holds lines",
            GeometryKind::Polygon => "holds polygons",
            GeometryKind::None => "is a table without geometry",
        },
    };
    format!("{what} ([{}])", step.kind())
}
