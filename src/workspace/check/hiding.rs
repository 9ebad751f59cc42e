//! `[protect]` of `corredor.toml` and `[publish.edition]`: the gazetteer is there, has places, and may be known to every
//! reader of what is displaced by it; editions have names that a folder can bear.

use std::collections::{BTreeMap, BTreeSet};

use super::files::Files;
use super::levels::Standing;
use crate::checked::{Problem, did_you_mean, place};
use crate::sensitivity::{Door, sight};
use crate::workspace::config::{Coverage, GeometryKind, LayerFile, Level};
use crate::workspace::fields;

/// Names in `published/` that are taken.
const TAKEN: [&str; 3] = ["runs", "current", "sets"];

/// The longest name of an edition.
const LONGEST_NAME: usize = 40;

pub(super) fn check(files: &Files<'_>, standings: &BTreeMap<String, Standing>, problems: &mut Vec<Problem>) {
    let Some(workspace) = files.workspace else { return };
    for name in workspace.publish.edition.keys() {
        let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_' || c == '-';
        let fits = name.starts_with(|c: char| c.is_ascii_lowercase()) && name.chars().all(plain);
        if !fits || name.len() > LONGEST_NAME || TAKEN.contains(&name.as_str()) {
            let message = format!(
                "edition `{name}` must be lower-case ASCII letters, digits, `-` and `_`, a letter first, \
                 {LONGEST_NAME} at most, and none of {}",
                TAKEN.join(", ")
            );
            let span = files.document.key_span(place!["publish", "edition", name]);
            problems.push(files.document.source.error(span, message).help("its folder is called that"));
        }
    }
    named(files, problems);
    schemas(files, problems);
    gazetteer(files, problems);
    known(files, standings, problems);
}

/// An edition that is called by the name of a level is for readers of that level.
fn named(files: &Files<'_>, problems: &mut Vec<Problem>) {
    for edition in files.workspace.iter().flat_map(|workspace| workspace.editions()) {
        let Some(name) = &edition.name else { continue };
        let levels = [Level::Public, Level::Restricted, Level::Confidential];
        let said = levels.into_iter().find(|level| level.name() == name);
        let Some(said) = said.filter(|said| sight(Door::Geojson, *said, edition.level).is_withheld()) else {
            continue;
        };
        let message = format!(
            "edition `{name}` is for readers of level \"{}\": who reads it by its name may be of level \"{said}\"",
            edition.level
        );
        let place = place!["publish", "edition", name, "level"];
        let help = "call it otherwise, or lower its level; what stands in its folder was read by others";
        problems.push(files.document.warning(place, message).help(help));
    }
}

/// No two editions replace each other's tables.
fn schemas(files: &Files<'_>, problems: &mut Vec<Problem>) {
    let mut seen: BTreeMap<(String, String), Option<String>> = BTreeMap::new();
    for edition in files.workspace.iter().flat_map(|workspace| workspace.editions()) {
        let Some(postgis) = edition.postgis else { continue };
        let key = (postgis.connection, postgis.schema);
        if let Some(other) = seen.get(&key) {
            let [one, two] = [other, &edition.name].map(|name| name.clone().unwrap_or_default());
            let message = format!(
                "editions `{one}` and `{two}` would fill the same schema `{}` of one database",
                key.1
            );
            let place = place!["publish", "edition", &two];
            problems
                .push(files.document.error(place, message).help("give each a `postgis.schema` of its own"));
        }
        seen.insert(key, edition.name);
    }
}

/// The named layer is read, has places, and has the field of people.
fn gazetteer(files: &Files<'_>, problems: &mut Vec<Problem>) {
    let Some(protect) = files.workspace.map(|workspace| &workspace.protect) else { return };
    let document = files.document;
    let place = place!["protect", "gazetteer"];
    let Some(name) = &protect.gazetteer else { return };
    let Some(parsed) = files.layers.get(name) else {
        let help = did_you_mean(name, files.layers.keys().map(String::as_str), "the layers are");
        let message = format!("there is no layer `{name}` (protect.gazetteer)");
        problems.push(document.error(place, message).maybe_help(help));
        return;
    };
    let Some(file) = &parsed.content else { return };
    let Some(read) = &file.read else {
        let message = format!("protect.gazetteer must be a layer that is read; `{name}` is derived");
        let help = "name the layer of zones or places that it is made from";
        problems.push(document.error(place, message).help(help));
        return;
    };
    if !matches!(read.geometry, GeometryKind::Point | GeometryKind::Polygon) {
        let message = format!("protect.gazetteer must have points or polygons; `{name}` has neither");
        problems.push(document.error(place, message));
    }
    let contents = BTreeMap::from([(name.clone(), Some(LayerFile::clone(file)))]);
    let fields = fields::all(&contents).remove(name.as_str()).unwrap_or_default();
    if let Some(people) = protect.people.as_ref().filter(|people| !fields.may_have(people)) {
        let help = did_you_mean(people, fields.names.iter().map(String::as_str), "its fields are");
        let message = format!("layer `{name}` has no field `{people}` (protect.people)");
        problems.push(document.error(place!["protect", "people"], message).maybe_help(help));
    }
}

/// Who sees displaced sites may know the places among which they are hidden.
fn known(files: &Files<'_>, standings: &BTreeMap<String, Standing>, problems: &mut Vec<Problem>) {
    let Some(workspace) = files.workspace else { return };
    for edition in workspace.editions() {
        let seen = |level: Level| sight(Door::Geojson, edition.level, level).is_whole();
        let allowed = |name: &str| standings.get(name).is_some_and(|standing| seen(standing.level));
        for (name, file, document) in files.readable() {
            let Some(coverage) = &file.coverage else { continue };
            let leaves = descendants(files, name)
                .iter()
                .any(|layer| allowed(layer) && files.file(layer).is_some_and(|file| file.publish));
            if !leaves || allowed(&coverage.sites) {
                continue;
            }
            let stated = workspace.protect.gazetteer.clone();
            let Some(gazetteer) = stated.or_else(|| zones_of(files, coverage)) else { continue };
            let Some(standing) = standings.get(&gazetteer).filter(|standing| !seen(standing.level)) else {
                continue;
            };
            let message = format!(
                "the sites of `{}` are hidden among the places of `{gazetteer}`, which are \"{}\" themselves, from \
                 readers of level \"{}\"",
                coverage.sites, standing.level, edition.level
            );
            let help = "name a layer of settlements or zones that everybody may know: [protect] gazetteer = \"LAYER\" \
                        in corredor.toml";
            problems.push(document.error(place!["coverage", "sites"], message).help(help));
        }
    }
}

/// The zones that a coverage layer measures.
fn zones_of(files: &Files<'_>, coverage: &Coverage) -> Option<String> {
    files.file(&coverage.stretches)?.cut_from()?.1.map(str::to_owned)
}

/// A layer and all that is made from it.
fn descendants<'a>(files: &'a Files<'_>, name: &'a str) -> BTreeSet<&'a str> {
    let mut found = BTreeSet::from([name]);
    loop {
        let before = found.len();
        for (layer, file, _) in files.readable() {
            if file.inputs().iter().any(|input| found.contains(input.name)) {
                found.insert(layer);
            }
        }
        if found.len() == before {
            return found;
        }
    }
}
