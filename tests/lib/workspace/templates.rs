//! Both templates are workspaces without a fault or a warning.

use std::fmt::Write as _;
use std::path::Path;

use corredor::workspace::Workspace;
use corredor::workspace::config::Level;
use corredor::workspace::template::{Template, TemplateError, write};

use super::support::problems;
use crate::fixtures::mexico;

/// Empty files in place of the data that a template expects.
fn stand_ins(template: Template, folder: &Path) {
    std::fs::create_dir_all(folder).unwrap();
    for file in template.data_files() {
        let file = folder.join(file);
        std::fs::create_dir_all(file.parent().unwrap()).unwrap();
        std::fs::write(file, "").unwrap();
    }
}

fn plan_of(workspace: &Workspace) -> String {
    let mut text = String::new();
    for layer in workspace.plan().layers() {
        let from = layer.level_from.as_ref().map(|from| format!(" from {from}")).unwrap_or_default();
        let publish = if layer.file.publish { ", published" } else { "" };
        let kind = layer.file.step().map(|step| step.kind().name()).unwrap_or_default();
        writeln!(text, "{} [{kind}] <- {:?}: {}{from}{publish}", layer.name, layer.inputs, layer.level)
            .unwrap();
    }
    text
}

#[test]
fn demo_checks_clean() {
    let dir = tempfile::tempdir().unwrap();
    write(Template::Demo, dir.path(), None).unwrap();
    stand_ins(Template::Demo, &dir.path().join("data"));
    assert_eq!(problems(dir.path()), "");
    let workspace = Workspace::open(dir.path()).unwrap();
    assert!(workspace.file().workspace.invented);
    insta::assert_snapshot!(plan_of(&workspace));
}

#[test]
fn mexico_checks_clean_with_stand_ins() {
    let dir = tempfile::tempdir().unwrap();
    let data = dir.path().join("mis \"datos\"");
    stand_ins(Template::Mexico, &data);
    let root = dir.path().join("w");
    write(Template::Mexico, &root, Some(&data)).unwrap();
    assert_eq!(problems(&root), "");
    let workspace = Workspace::open(&root).unwrap();
    assert_eq!(workspace.data_folder(), data.canonicalize().unwrap());
    insta::assert_snapshot!(plan_of(&workspace));
}

#[test]
fn mexico_finds_the_real_files() {
    let Some(data) = mexico() else { return };
    let dir = tempfile::tempdir().unwrap();
    write(Template::Mexico, dir.path(), Some(&data)).unwrap();
    assert_eq!(problems(dir.path()), "");
    // The fields that the files name are in the headers.
    let header = |file: &str| {
        let text = std::fs::read_to_string(data.join(file)).unwrap();
        let first = text.trim_start_matches('\u{feff}').lines().next().unwrap().to_owned();
        first.split(',').map(str::to_owned).collect::<Vec<_>>()
    };
    for layer in Workspace::open(dir.path()).unwrap().plan().layers() {
        let Some(read) = layer.file.read.as_ref().filter(|read| read.path.ends_with(".csv")) else {
            continue;
        };
        let header = header(&read.path);
        for field in read.fields.iter().flatten() {
            assert!(header.contains(field), "{} has no {field}", read.path);
        }
    }
}

#[test]
fn nothing_sensitive_is_published() {
    for template in Template::ALL {
        let dir = tempfile::tempdir().unwrap();
        let data = dir.path().join("files");
        stand_ins(template, &data);
        let root = dir.path().join("w");
        write(template, &root, Some(&data)).unwrap();
        let workspace = Workspace::open(&root).unwrap();
        let plan = workspace.plan();
        for name in ["shelters", "incidents"] {
            let layer = plan.get(name).unwrap();
            assert_eq!((layer.level, layer.file.publish), (Level::Restricted, false));
        }
        assert!(plan.layers().iter().filter(|l| l.file.publish).all(|l| l.level == Level::Public));
        let published: Vec<&str> =
            plan.layers().iter().filter(|l| l.file.publish).map(|l| l.name.as_str()).collect();
        let expected: &[&str] = match template {
            Template::Demo => &[
                "child_labour",
                "work_centres",
                "child_gap",
                "vulnerability",
                "route_exposure",
                "stretches",
                "supply_stretches",
                "vulnerability_states",
                "gaps",
                "way_risk",
                "way_hotspots",
                "hotspots",
                "country",
                "states",
            ],
            Template::Mexico => &[
                "marginalisation",
                "vulnerability",
                "route_exposure",
                "stretches",
                "vulnerability_states",
                "gaps",
                "way_risk",
                "way_hotspots",
                "hotspots",
                "country",
                "states",
            ],
        };
        assert_eq!(published, expected);
    }
}

#[test]
fn writing_refuses_what_it_should() {
    let dir = tempfile::tempdir().unwrap();
    let full = dir.path().join("full");
    std::fs::create_dir(&full).unwrap();
    std::fs::write(full.join(".keep"), "").unwrap();
    let text = |error: TemplateError| error.to_string().replace(&*dir.path().to_string_lossy(), "DIR");
    let none = dir.path().join("none");
    let said = [
        write(Template::Demo, &full, None).unwrap_err(),
        write(Template::Mexico, &none, None).unwrap_err(),
        write(Template::Mexico, &none, Some(&full)).unwrap_err(),
        write(Template::Mexico, &none, Some(&dir.path().join("nowhere"))).unwrap_err(),
        "mexcio".parse::<Template>().unwrap_err(),
    ]
    .map(text);
    insta::assert_snapshot!(said.join("\n"));
    assert!(!none.exists(), "a refusal writes nothing");
}

#[test]
fn ancestors_are_the_layers_needed() {
    let dir = tempfile::tempdir().unwrap();
    write(Template::Demo, dir.path(), None).unwrap();
    stand_ins(Template::Demo, &dir.path().join("data"));
    let workspace = Workspace::open(dir.path()).unwrap();
    let names = |wanted: &[&str]| -> Vec<String> {
        let part = workspace.plan().with_ancestors(wanted).unwrap();
        part.layers().iter().map(|layer| layer.name.clone()).collect()
    };
    assert_eq!(names(&["gi"]), ["indicators", "zones", "risk", "gi"]);
    assert_eq!(names(&["shelters", "zones"]), ["shelters", "zones"]);
    assert!(names(&[]).is_empty());
    let ends =
        ["states", "country", "route_exposure", "gaps", "vulnerability_states", "child_gap", "way_hotspots"];
    let beside = ["localities", "supply_stretches", "zone_centres"];
    let whole = workspace.plan().layers().len();
    assert_eq!(names(&[&ends[..], &beside[..]].concat()).len(), whole);
    let error = workspace.plan().with_ancestors(&["hotspot"]).unwrap_err();
    assert_eq!(error.to_string(), "there is no layer `hotspot` (layers/hotspot.toml)");
}

#[test]
fn a_workspace_is_found_from_below() {
    let dir = tempfile::tempdir().unwrap();
    write(Template::Demo, dir.path(), None).unwrap();
    let root = dir.path().canonicalize().unwrap();
    assert_eq!(Workspace::find(&dir.path().join("layers")).unwrap(), root);
    assert_eq!(Workspace::find(dir.path()).unwrap(), root);
    let empty = tempfile::tempdir().unwrap();
    assert!(Workspace::find(empty.path()).unwrap_err().to_string().starts_with("no corredor.toml in "));
    assert!(
        Workspace::find(&empty.path().join("nowhere")).unwrap_err().to_string().starts_with("cannot read ")
    );
}
