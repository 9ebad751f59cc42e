//! How sensitive each layer is, and the first gate: nothing above the allowed level is published.

pub(super) mod ground;
mod lowering;
mod one_file;
pub(crate) mod rules;
mod standing;

use std::collections::BTreeMap;

use self::lowering::{Judge, Lowered};
use self::standing::{inherited, origin};
use super::files::Files;
use crate::checked::{Document, Problem, place};
use crate::sensitivity::{Door, sight};
use crate::workspace::config::{LayerFile, Level, Step};

pub(crate) use standing::Standing;

/// Judges every layer whose inputs are known; the others have problems already.
pub(super) fn check(files: &Files<'_>, problems: &mut Vec<Problem>) -> BTreeMap<String, Standing> {
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
    let contents = one_file::contents(files);
    one_file::check(files, &contents, &standings, problems);
    let judge = Judge { files, standings: &standings, contents: &contents };
    let allowed = files.workspace.map(|workspace| workspace.highest_level());
    for (name, file, document) in files.readable() {
        let Some(step) = file.step() else { continue };
        let Some(standing) = standings.get(name) else {
            continue;
        };
        let inherited = inherited(step, &standings);
        stated(file, document, inherited.as_ref(), problems);
        if let Some(protect) = &file.protect {
            judge.judge(Lowered { name, step, protect, document }, problems);
        }
        let withheld = |allowed: &Level| sight(Door::Geojson, *allowed, standing.level).is_withheld();
        if let Some(allowed) = allowed.filter(|allowed| file.publish && withheld(allowed)) {
            problems.push(gate(file, document, standing, allowed));
        }
    }
    standings
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
