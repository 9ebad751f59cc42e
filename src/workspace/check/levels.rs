//! How sensitive each layer is, and the first gate: nothing above the allowed level is published.

use std::collections::{BTreeMap, BTreeSet};

use super::Files;
use super::references::Graph;
use crate::workspace::config::{LayerFile, Level, Precision, Protect, Step};
use crate::workspace::parse::{Document, place};
use crate::workspace::problem::Problem;

/// Where a layer stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Standing {
    /// Its effective level.
    pub(crate) level: Level,
    /// The layer whose file states that level; `None` if its own does (or leaves the default).
    pub(crate) from: Option<String>,
    /// Steps between it and its deepest read layer.
    pub(crate) depth: usize,
}

/// Judges every layer whose inputs are known; the others have problems already.
pub(super) fn check(
    files: &Files<'_>,
    graph: &Graph<'_>,
    problems: &mut Vec<Problem>,
) -> BTreeMap<String, Standing> {
    let mut standings: BTreeMap<String, Standing> = BTreeMap::new();
    // Each round settles the layers whose inputs are settled; circles never are.
    loop {
        let ready: Vec<(&String, Standing)> = files
            .readable()
            .filter(|(name, ..)| !standings.contains_key(*name))
            .filter_map(|(name, file, _)| Some((name, standing(file, &standings)?)))
            .collect();
        if ready.is_empty() {
            break;
        }
        standings.extend(ready.into_iter().map(|(name, standing)| (name.clone(), standing)));
    }
    let allowed = files.workspace.map(|workspace| workspace.highest_level());
    for (name, file, document) in files.readable() {
        let Some(step) = file.step() else { continue };
        let Some(standing) = standings.get(name) else {
            continue;
        };
        let inherited = inherited(step, &standings);
        stated(file, document, inherited.as_ref(), problems);
        if let Some(protect) = &file.protect {
            protection(files, graph, (name, step, protect), document, &standings, problems);
        }
        if let Some(allowed) = allowed.filter(|allowed| file.publish && standing.level > *allowed) {
            problems.push(gate(file, document, standing, allowed));
        }
    }
    standings
}

/// The strictest level among the inputs, and the layer that states it.
fn inherited(step: Step<'_>, standings: &BTreeMap<String, Standing>) -> Option<(Level, String)> {
    let mut strictest: Option<(Level, String)> = None;
    for input in step.inputs() {
        let standing = standings.get(input.name)?;
        if strictest.as_ref().is_none_or(|(level, _)| standing.level > *level) {
            let from = standing.from.clone().unwrap_or_else(|| input.name.to_owned());
            strictest = Some((standing.level, from));
        }
    }
    strictest
}

fn standing(file: &LayerFile, standings: &BTreeMap<String, Standing>) -> Option<Standing> {
    let step = file.step()?;
    if let Step::Read(_) = step {
        return Some(Standing { level: file.level.unwrap_or_default(), from: None, depth: 0 });
    }
    let inputs = step.inputs();
    let depths: Option<Vec<usize>> =
        inputs.iter().map(|input| Some(standings.get(input.name)?.depth + 1)).collect();
    let depth = depths?.into_iter().max()?;
    let (level, from) = inherited(step, standings)?;
    Some(match (&file.protect, file.level) {
        (Some(protect), _) => Standing { level: protect.to, from: None, depth },
        (None, Some(stated)) if stated >= level => Standing { level: stated, from: None, depth },
        _ => Standing { level, from: Some(from), depth },
    })
}

/// `level` on a derived layer may only raise.
fn stated(
    file: &LayerFile,
    document: &Document,
    inherited: Option<&(Level, String)>,
    problems: &mut Vec<Problem>,
) {
    let (Some(stated), Some((level, from))) = (file.level, inherited) else {
        return;
    };
    let place = place!["level"];
    match &file.protect {
        None if stated < *level => {
            let message =
                format!("level \"{stated}\" is below the level \"{level}\" that comes from `{from}`");
            let help = "only [protect] lowers a level, with its reason; or take `level` out";
            problems.push(document.error(place, message).help(help));
        }
        Some(protect) if protect.to != stated => {
            let message = format!("level \"{stated}\" contradicts protect.to = \"{}\"", protect.to);
            problems.push(document.error(place, message).help("take `level` out: [protect] sets it"));
        }
        _ => {}
    }
}

fn protection(
    files: &Files<'_>,
    graph: &Graph<'_>,
    (name, step, protect): (&str, Step<'_>, &Protect),
    document: &Document,
    standings: &BTreeMap<String, Standing>,
    problems: &mut Vec<Problem>,
) {
    let span = document.key_span(place!["protect"]);
    if let Step::Read(_) = step {
        let message = "[protect] cannot stand on a layer that is read: its rows would pass as they are";
        let help = "state the true `level` of the source, and protect the layers derived from it";
        problems.push(document.source.error(span, message).help(help));
        return;
    }
    if protect.reason.es.trim().is_empty() && protect.reason.en.trim().is_empty() {
        let problem = document.error(place!["protect", "reason"], "[protect] needs a reason");
        problems.push(problem.help("say why the layer is safe at that level; it is kept in the metadata"));
    }
    let to = protect.to;
    let place = place!["protect", "to"];
    if let Some((level, from)) = inherited(step, standings) {
        if to > level {
            let message =
                format!("[protect] lowers, but \"{to}\" is above the level \"{level}\" of the inputs");
            problems
                .push(document.error(place, message).help(format!("to raise it, state level = \"{to}\"")));
        } else if to == level {
            let message = format!("[protect] lowers nothing: the inputs are \"{level}\" already (`{from}`)");
            problems.push(document.warning(place, message).help("take it out"));
        }
    }
    let mut named = BTreeSet::new();
    for input in step.inputs().into_iter().filter(|input| input.rows && named.insert(input.name)) {
        if let Some(standing) = standings.get(input.name).filter(|standing| standing.level > to) {
            let message = format!(
                "[protect] cannot lower to \"{to}\": the rows of `{}` would come along, and they are \"{}\"{}",
                input.name,
                standing.level,
                origin(standing.from.as_deref())
            );
            let help = format!("protect `{}` first, or use a layer at \"{to}\" in its place", input.name);
            problems.push(document.error(place, message).help(help));
        }
    }
    for (coverage, sites) in exact_sites(files, graph, name, to, standings) {
        let through = if coverage == name { String::new() } else { format!(" (through `{coverage}`)") };
        let message = format!(
            "[protect] cannot lower to \"{to}\": the layer carries distances to the sites of `{sites}`{through}, \
             whose precision is \"exact\""
        );
        let help = format!(
            "circles of those distances would meet at the sites; place `{sites}` by town and state \
             precision = \"town\", or leave the level"
        );
        problems.push(document.source.error(span.clone(), message).help(help));
    }
}

/// Coverage layers at or under `name` whose distances lead to exactly placed sites above level
/// `to`. A layer on the way that is protected has been judged in its own file.
fn exact_sites<'a>(
    files: &Files<'_>,
    graph: &Graph<'a>,
    name: &'a str,
    to: Level,
    standings: &BTreeMap<String, Standing>,
) -> BTreeSet<(&'a str, String)> {
    let mut found = BTreeSet::new();
    let mut seen = BTreeSet::new();
    let mut stack = vec![name];
    while let Some(layer) = stack.pop() {
        let Some(file) = files.file(layer).filter(|_| seen.insert(layer)) else {
            continue;
        };
        if layer != name && file.protect.is_some() && standings.get(layer).is_some_and(|s| s.level <= to) {
            continue;
        }
        if let Some(coverage) = &file.coverage {
            let exact = files
                .file(&coverage.sites)
                .and_then(|sites| sites.read.as_ref())
                .is_some_and(|read| read.precision == Precision::Exact);
            if exact && standings.get(&coverage.sites).is_some_and(|sites| sites.level > to) {
                found.insert((layer, coverage.sites.clone()));
            }
        }
        stack.extend(graph.get(layer).into_iter().flatten().map(|reference| reference.name));
    }
    found
}

/// The refusal to publish.
fn gate(file: &LayerFile, document: &Document, standing: &Standing, allowed: Level) -> Problem {
    let level = standing.level;
    let (why, help) = match &standing.from {
        Some(from) => (
            origin(Some(from)),
            format!(
                "take `publish` out, or add [protect] with the reason why the layer no longer shows what \
                 `{from}` holds"
            ),
        ),
        None if file.level.is_none() && file.protect.is_none() => (
            ", the default of layers that are read".to_owned(),
            "state the level of the source if it is not sensitive, or take `publish` out".to_owned(),
        ),
        None => (
            ", as its own file states".to_owned(),
            "take `publish` out, or publish layers derived from it under [protect]".to_owned(),
        ),
    };
    let message = format!(
        "the layer cannot be published: its level is \"{level}\"{why}; publish.level allows \"{allowed}\""
    );
    document.error(place!["publish"], message).help(help)
}

fn origin(from: Option<&str>) -> String {
    from.map(|from| format!(", from `{from}`")).unwrap_or_default()
}
