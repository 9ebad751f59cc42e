//! Whatever stands in the files: no panic, the same problems in the same order, places in the text.

use std::path::Path;

use corredor::workspace::template::Template;
use corredor::workspace::{Problem, Workspace, WorkspaceError};
use proptest::prelude::*;

use super::support::{MAIN, problems, workspace};

/// The problems of a workspace; opens it, and shows them prettily, neither of which may panic.
fn found(dir: &Path) -> Vec<Problem> {
    match Workspace::open(dir) {
        Ok(workspace) => workspace.warnings().to_vec(),
        Err(WorkspaceError::Invalid(problems)) => {
            let mut text = String::new();
            miette::GraphicalReportHandler::new().render_report(&mut text, &problems).unwrap();
            problems.problems().to_vec()
        }
        Err(other) => panic!("{other}"),
    }
}

fn places_are_in_the_text(dir: &Path) {
    for problem in found(dir) {
        let bytes = std::fs::read(dir.join(&problem.file)).unwrap();
        let text = String::from_utf8_lossy(&bytes);
        assert!(text.get(problem.span.clone()).is_some(), "{}", problem.one_line());
        let line = text.split('\n').nth(problem.line - 1).unwrap();
        assert!(problem.column <= line.chars().count() + 1, "{}", problem.one_line());
        assert!(!problem.one_line().contains('\n'));
    }
}

/// Text that is often nearly TOML, and often nearly a layer.
fn toml_like() -> impl Strategy<Value = String> {
    let word = prop_oneof![
        Just("zones"),
        Just("read"),
        Just("score"),
        Just("indicator"),
        Just("by"),
        Just("priority"),
        Just("component"),
        Just("carry"),
        Just("layer"),
        Just("fields"),
        Just("rollup"),
        Just("prefix"),
        Just("protect"),
        Just("to"),
        Just("level"),
        Just("\"public\""),
        Just("publish"),
        Just("true"),
        Just("goalposts"),
        Just("classes"),
        Just("cuts"),
        Just("names"),
        Just("="),
        Just("["),
        Just("]"),
        Just("[["),
        Just("]]"),
        Just("{"),
        Just("}"),
        Just(","),
        Just("."),
        Just("\n"),
        Just("\n["),
        Just("\""),
        Just("'"),
        Just("\"\"\""),
        Just("#"),
        Just("nan"),
        Just("-inf"),
        Just("1e999"),
        Just("0x1F"),
        Just("2020-01-01"),
        Just("ñ"),
        Just("\u{feff}"),
        Just("\r\n"),
        Just("\t"),
        Just("\0"),
        Just("\"a\""),
        Just("[0, 1]"),
        Just("99999999999999999999"),
    ];
    prop::collection::vec(word, 0..60).prop_map(|words| words.join(" "))
}

/// A layer file of a template with some bytes cut out and some put in.
fn mangled() -> impl Strategy<Value = (String, String)> {
    let files: Vec<(&str, &str)> =
        Template::ALL.iter().flat_map(|template| template.files()).skip(1).copied().collect();
    let layers: Vec<(&str, &str)> =
        files.into_iter().filter(|(path, _)| path.starts_with("layers/")).collect();
    (prop::sample::select(layers), any::<prop::sample::Index>(), 0_usize..12, "[ -~\n]{0,4}").prop_map(
        |((path, text), at, cut, put)| {
            let mut chars: Vec<char> = text.chars().collect();
            let start = at.index(chars.len());
            let end = (start + cut).min(chars.len());
            chars.splice(start..end, put.chars());
            let name = path.trim_start_matches("layers/").trim_end_matches(".toml").to_owned();
            (name, chars.into_iter().collect())
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 192, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_text_is_judged(layer in ".{0,300}", main in ".{0,200}") {
        places_are_in_the_text(workspace(&main, &[("a", &layer)]).path());
    }

    #[test]
    fn nearly_toml_is_judged(layer in toml_like(), main in toml_like()) {
        places_are_in_the_text(workspace(&main, &[("a", &layer), ("zones", &main)]).path());
    }

    #[test]
    fn mangled_templates_are_judged((name, text) in mangled()) {
        let mut layers: Vec<(String, String)> = Template::Demo
            .files()
            .iter()
            .filter_map(|(path, text)| {
                let name = path.strip_prefix("layers/")?.strip_suffix(".toml")?;
                Some((name.to_owned(), (*text).to_owned()))
            })
            .collect();
        layers.retain(|(other, _)| *other != name);
        layers.push((name, text));
        let layers: Vec<(&str, &str)> = layers.iter().map(|(n, t)| (n.as_str(), t.as_str())).collect();
        places_are_in_the_text(workspace(MAIN, &layers).path());
    }

    #[test]
    fn any_bytes_are_judged(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        let dir = workspace(MAIN, &[("a", "")]);
        std::fs::write(dir.path().join("layers/a.toml"), bytes).unwrap();
        places_are_in_the_text(dir.path());
    }

    /// The order in which files were written, and so in which a folder lists them, changes nothing.
    #[test]
    fn problems_do_not_depend_on_the_order_of_files(order in Just((0..6).collect::<Vec<usize>>()).prop_shuffle()) {
        let files = [
            ("a", "[hotspot]\nzones = \"b\"\nfdr = 1\nx = 1\n"),
            ("b", "[hotspot]\nzones = \"c\"\n"),
            ("c", "[hotspot]\nzones = \"b\"\n"),
            ("d", "[counts]\npoints = \"e\"\nzones = \"f\"\n"),
            ("e", "[read]\npath = \"x.csv\"\ngeometry = \"polygon\"\nkey = \"id\"\n"),
            ("f", "publish = true\n[read]\npath = \"y.csv\"\ngeometry = \"point\"\nkey = \"id\"\nlon = \"x\"\n"),
        ];
        let shuffled: Vec<(&str, &str)> = order.iter().map(|at| files[*at]).collect();
        prop_assert_eq!(
            problems(workspace(MAIN, &shuffled).path()),
            problems(workspace(MAIN, &files).path())
        );
    }
}

#[test]
fn problems_come_by_file_then_place() {
    let dir = workspace(
        "[workspace]\nname = 1\n",
        &[("b", "x = 1\ny = 2\n"), ("a", "[hotspot]\nfdr = 1\nzones = \"q\"\n"), ("c", "z = \n")],
    );
    let places: Vec<_> = found(dir.path()).into_iter().map(|p| (p.file, p.line, p.column)).collect();
    let mut sorted = places.clone();
    sorted.sort();
    assert_eq!(places, sorted);
    assert!(places.len() > 6);
}
