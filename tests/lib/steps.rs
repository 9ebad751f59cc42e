//! Every step writes the fields that it declares, and every field has words.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use corredor::build::{BuildOptions, Silent, build};
use corredor::workspace::config::{Level, StepKind};
use corredor::workspace::{Plan, Workspace};
use serde_json::Value;

use crate::fixtures;

/// The demo with every derived layer published that may be.
fn demo(dir: &Path) -> Workspace {
    let made = fixtures::corredor(dir, &["init", "--size", "60", "country"]);
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    let folder = dir.join("country");
    let plan = Workspace::open(&folder).unwrap().plan().clone();
    for layer in plan.layers().iter().filter(|layer| layer.file.read.is_none() && !layer.file.publish) {
        if layer.level == Level::Public {
            let path = folder.join(format!("layers/{}.toml", layer.name));
            fs::write(&path, format!("publish = true\n{}", layer.definition_text)).unwrap();
        }
    }
    Workspace::open(&folder).unwrap()
}

/// The steps of the layers of a plan.
fn kinds(plan: &Plan) -> BTreeSet<&'static str> {
    plan.layers().iter().filter_map(|layer| Some(layer.file.step()?.kind().name())).collect()
}

#[test]
fn columns_are_those_that_are_declared_and_have_words() {
    let dir = tempfile::tempdir().unwrap();
    let workspace = demo(dir.path());
    build(&workspace, &BuildOptions::default(), &mut Silent).unwrap();
    let metadata = fs::read(dir.path().join("country/published/current/metadata.json")).unwrap();
    let metadata: Value = serde_json::from_slice(&metadata).unwrap();
    let told: BTreeMap<&str, &Vec<Value>> = metadata["layers"]
        .as_array()
        .unwrap()
        .iter()
        .map(|layer| (layer["layer"].as_str().unwrap(), layer["fields"].as_array().unwrap()))
        .collect();
    let declared = workspace.plan().fields();
    // What a workspace reads it calls as it likes; what steps bring along of it keeps that name.
    let header = fs::read_to_string(dir.path().join("country/data/indicators.csv")).unwrap();
    let own: BTreeSet<&str> = header.lines().next().unwrap().split(',').collect();
    let mut tried = BTreeSet::new();
    for layer in workspace.plan().layers() {
        let (Some(fields), Some(step)) = (told.get(layer.name.as_str()), layer.file.step()) else { continue };
        if step.kind() == StepKind::Read {
            continue;
        }
        let name = |field: &Value| field["name"].as_str().unwrap().to_owned();
        let written: BTreeSet<String> = fields.iter().map(name).collect();
        let wanted = &declared[&layer.name];
        assert!(wanted.complete, "{}: not all fields are known", layer.name);
        let what = format!("{}: {}", layer.name, step.kind().name());
        assert!(written.is_subset(&wanted.names), "{what}: {written:?} {:?}", wanted.names);
        // Where a source is read whole, only the data tell whether a field to be brought along is there.
        if layer.inputs.iter().all(|input| declared[input].complete) {
            assert_eq!(written, wanted.names, "{what}");
        }
        let is_own =
            |field: &&Value| wanted.key.as_ref() == Some(&name(field)) || own.contains(&*name(field));
        for field in fields.iter().filter(|field| !is_own(field)) {
            let words = |lang: &str| field["alias"][lang].as_str().is_some_and(|words| !words.is_empty());
            assert!(words("es") && words("en"), "{}: {field} has no words", layer.name);
        }
        tried.insert(step.kind().name());
    }
    let mut missed = kinds(workspace.plan());
    missed.retain(|kind| *kind != StepKind::Read.name() && !tried.contains(kind));
    assert!(missed.is_empty(), "steps of the demo that were not tried: {missed:?}");
    assert!(tried.len() >= 11, "{tried:?}");
}
