//! Errors of the command line, of opening a workspace and of starting one; and the help texts.
#![allow(clippy::unwrap_used, reason = "a test may stop where its ground is missing")]

use crate::fixtures;

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

use fixtures::told;

fn folder() -> tempfile::TempDir {
    tempfile::tempdir().unwrap()
}

fn put(dir: &Path, path: &str, text: impl AsRef<[u8]>) {
    let path = dir.join(path);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, text).unwrap();
}

fn entries(dir: &Path) -> usize {
    fs::read_dir(dir).unwrap().count()
}

/// A workspace with a problem in each of its files.
fn broken(dir: &Path) {
    put(
        dir,
        "corredor.toml",
        "[workspace]\nname = \"t\"\ntitel = { es = \"t\", en = \"t\" }\ncountry = { es = \"t\", en = \"t\" }\n",
    );
    put(
        dir,
        "layers/zones.toml",
        "[read]\npath = \"zone.geojson\"\ngeometry = \"polygone\"\nkey = \"code\"\n",
    );
    put(dir, "layers/gi.toml", "[hotspot]\nzones = \"zonse\"\npermutations = 50\n");
    put(dir, "data/zones.geojson", "");
}

#[test]
fn no_workspace() {
    let dir = folder();
    insta::assert_snapshot!(told(dir.path(), &["build"]));
    insta::assert_snapshot!(told(dir.path(), &["check", "--json"]));
    insta::assert_snapshot!(told(dir.path(), &["check", "-C", "nowhere"]));
}

#[test]
fn a_folder_of_layers_that_is_a_file() {
    let dir = folder();
    fixtures::one_layer(dir.path(), "");
    fs::remove_dir_all(dir.path().join("layers")).unwrap();
    put(dir.path(), "layers", "");
    insta::assert_snapshot!(told(dir.path(), &["check"]));
}

#[test]
fn a_file_that_is_not_utf8() {
    let dir = folder();
    fixtures::one_layer(dir.path(), "");
    put(dir.path(), "layers/x.toml", b"[read]\npath = \"poblaci\xf3n.csv\"\n");
    insta::assert_snapshot!(told(dir.path(), &["check"]));
}

#[test]
fn several_problems_at_once() {
    let dir = folder();
    broken(dir.path());
    insta::assert_snapshot!(told(dir.path(), &["check"]));
}

#[test]
fn several_problems_as_json() {
    let dir = folder();
    broken(dir.path());
    let told = told(dir.path(), &["build", "--json"]);
    let (exit, line) = told.split_once('\n').unwrap();
    assert_eq!(exit, "exit 1");
    let event: serde_json::Value = serde_json::from_str(line).unwrap();
    insta::assert_snapshot!(serde_json::to_string_pretty(&event).unwrap());
}

#[test]
fn check_under_strict() {
    let dir = folder();
    fixtures::one_layer(dir.path(), "path = \"x.csv\"\ngeometry = \"none\"\nkey = \"id\"\n");
    let text = fs::read_to_string(dir.path().join("layers/x.toml")).unwrap();
    put(dir.path(), "layers/x.toml", format!("level = \"public\"\npublish = true\n{text}"));
    put(dir.path(), "data/x.csv", "id\n1\n");
    insta::assert_snapshot!(told(dir.path(), &["check", "--strict"]));
}

#[test]
fn inspect_under_strict() {
    let dir = folder();
    put(dir.path(), "x.csv", "id\n1\n1\n");
    insta::assert_snapshot!(told(dir.path(), &["inspect", "--strict", "x.csv"]));
}

/// A workspace of one published table, of which one row is kept out.
fn ragged() -> tempfile::TempDir {
    let dir = folder();
    fixtures::one_layer(dir.path(), "path = \"t.csv\"\ngeometry = \"none\"\nkey = \"code\"\n");
    let text = fs::read_to_string(dir.path().join("layers/x.toml")).unwrap();
    put(dir.path(), "layers/x.toml", format!("level = \"public\"\npublish = true\n{text}"));
    put(dir.path(), "data/t.csv", "code,n\n01,1\n02,2\n03\n");
    dir
}

#[test]
fn strict_is_the_same_on_quiet_nights() {
    let dir = ragged();
    assert!(told(dir.path(), &["build"]).starts_with("exit 0"));
    assert!(told(dir.path(), &["build"]).starts_with("exit 0"), "nothing has changed");
    for _ in 0..2 {
        let strict = told(dir.path(), &["build", "--strict"]);
        assert!(strict.starts_with("exit 3") && strict.contains("1 new warning, and --strict"), "{strict}");
        assert!(strict.contains("warning: x: 1 features kept out") && strict.contains("line 4"), "{strict}");
    }
    put(dir.path(), "data/t.csv", "code,n\n01,1\n02,2\n03,3\n");
    assert!(told(dir.path(), &["build"]).starts_with("exit 0"));
    let runs = || entries(&dir.path().join("published/runs"));
    let before = runs();
    assert!(told(dir.path(), &["build", "--strict"]).starts_with("exit 0"));
    assert_eq!(runs(), before, "nothing is published anew");
}

#[cfg(feature = "sql")]
#[test]
fn a_query_tells_rows_that_a_layer_lacks() {
    let dir = ragged();
    let query = ["query", "-e", "SELECT count(*) AS n FROM x"];
    let said = told(dir.path(), &query);
    assert!(said.contains("warning: x: 1 features kept out") && said.contains("line 4"), "{said}");
    put(dir.path(), "data/t.csv", "code,n\n01,1\n");
    assert!(!told(dir.path(), &query).contains("kept out"));
}

#[test]
fn init_where_something_is() {
    let dir = folder();
    put(dir.path(), "work/notes.txt", "mine");
    insta::assert_snapshot!(told(dir.path(), &["init", "work"]));
    insta::assert_snapshot!(told(dir.path(), &["init", "work/notes.txt"]));
    assert_eq!(entries(&dir.path().join("work")), 1, "nothing is written");
}

#[test]
fn init_without_data() {
    let dir = folder();
    insta::assert_snapshot!(told(dir.path(), &["init", "--template", "mexico", "work"]));
    insta::assert_snapshot!(told(dir.path(), &["init", "--template", "mexico", "--data", "nowhere", "work"]));
    fs::create_dir(dir.path().join("data")).unwrap();
    insta::assert_snapshot!(told(dir.path(), &["init", "--template", "mexico", "--data", "data", "work"]));
    insta::assert_snapshot!(told(
        dir.path(),
        &["init", "--template", "mexico", "--data", "data", "work", "--json"]
    ));
    assert_eq!(entries(dir.path()), 1, "nothing is written");
}

#[test]
fn init_of_a_size_that_no_country_has() {
    let dir = folder();
    insta::assert_snapshot!(told(dir.path(), &["init", "--size", "10", "x"]));
    insta::assert_snapshot!(told(dir.path(), &["demo", "--size", "20001", "x"]));
    insta::assert_snapshot!(told(dir.path(), &["init", "--size", "60", "--data", ".", "x"]));
    assert_eq!(entries(dir.path()), 0, "nothing is written");
}

#[test]
fn demo_in_a_foreign_folder() {
    let dir = folder();
    put(dir.path(), "demo/notes.txt", "mine");
    insta::assert_snapshot!(told(dir.path(), &["demo"]));
    assert_eq!(entries(&dir.path().join("demo")), 1, "nothing is written");
}

#[test]
fn demo_that_cannot_be_written() {
    let dir = folder();
    put(dir.path(), "demo/.corredor-demo", "");
    put(dir.path(), "demo/data", "a file where a folder should be");
    insta::assert_snapshot!(told(dir.path(), &["demo", "--size", "60"]));
    insta::assert_snapshot!(told(dir.path(), &["demo", "--size", "60", "demo/data/below"]));
}

#[test]
fn a_result_that_cannot_be_written() {
    let Ok(full) = fs::OpenOptions::new().write(true).open("/dev/full") else {
        return fixtures::skip(fixtures::Need::System, "no /dev/full");
    };
    let output = Command::new(env!("CARGO_BIN_EXE_corredor"))
        .args(["schema", "layer"])
        .env("NO_COLOR", "1")
        .stdout(Stdio::from(full))
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(2));
    insta::assert_snapshot!(String::from_utf8(output.stderr).unwrap());
}

#[test]
fn wrong_options() {
    let dir = folder();
    let wrong: &[&[&str]] = &[
        &[],
        &["biuld"],
        &["build", "--forse"],
        &["build", "--threads", "0"],
        &["build", "--lang", "fr"],
        &["build", "--quiet", "--verbose"],
        &["init"],
        &["init", "--template", "mejico", "work"],
        &["init", "--seed", "one", "work"],
        &["schema", "layers"],
        &["inspect"],
    ];
    let said: Vec<String> = wrong
        .iter()
        .map(|arguments| format!("$ corredor {}\n{}", arguments.join(" "), told(dir.path(), arguments)))
        .collect();
    assert!(said.iter().all(|text| text.contains("exit 2")));
    insta::assert_snapshot!(said.join("\n"));
}

#[test]
fn help() {
    let dir = folder();
    let mut commands: Vec<Vec<String>> = vec![Vec::new()];
    while let Some(command) = commands.pop() {
        let arguments: Vec<&str> = command.iter().map(String::as_str).chain(["--help"]).collect();
        let output = fixtures::corredor(dir.path(), &arguments);
        assert!(output.status.success() && output.stderr.is_empty());
        let text = String::from_utf8(output.stdout).unwrap();
        // Each command names those below it, so that none is left out.
        commands.extend(below(&text).map(|name| [&command[..], &[name.to_owned()]].concat()));
        let name = [&["help".to_owned()], &command[..]].concat().join("_");
        insta::assert_snapshot!(name, text);
    }
}

/// The commands that a help text lists.
fn below(help: &str) -> impl Iterator<Item = &str> {
    let lines = help.lines().skip_while(|line| *line != "Commands:").skip(1);
    let listed = lines.take_while(|line| !line.is_empty()).filter_map(|line| line.strip_prefix("  "));
    // A description that is wrapped goes on further in.
    let names = listed.filter(|line| !line.starts_with(' ')).filter_map(|line| line.split(' ').next());
    names.filter(|name| *name != "help")
}

/// A program without SQL knows the commands that need it, and says what it lacks; with it, this is not compiled.
#[cfg(not(feature = "sql"))]
#[test]
fn a_program_without_sql_says_so() {
    let dir = folder();
    for command in [&["query", "-e", "SELECT 1"][..], &["queries"]] {
        let told = told(dir.path(), command);
        assert!(told.contains("this build of Corredor is without SQL"), "{told}");
        assert!(told.contains("cargo feature `sql`"), "{told}");
    }
}
