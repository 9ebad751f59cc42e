//! The arrows: which room uses which, and which file of a room which other, read from the sources.
//!
//! ARCHITECTURE lists the rooms from the lowest to the highest: a room uses only those above its row. Inside a room no two
//! files use each other, directly or through others. There is no list of exceptions.
#![allow(clippy::unwrap_used, reason = "a test may stop where its ground is missing")]

mod source;

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::fs;
use std::sync::LazyLock;

use crate::fixtures::top;
use source::{Arrow, Project};

static ARROWS: LazyLock<Vec<Arrow>> = LazyLock::new(|| Project::read().arrows());

/// The room of a file; none for what only hands rooms on.
fn room(file: &str) -> Option<&str> {
    if let Some(inside) = file.strip_prefix("src/") {
        return inside.split(['/', '.']).next().filter(|name| *name != "lib");
    }
    let (name, inside) = file.strip_prefix("crates/")?.split_once("/src/")?;
    match inside.split_once('/') {
        Some((folder, _)) if name == "corredor-geo" => Some(folder),
        _ => Some(name),
    }
}

/// The rooms of ARCHITECTURE, from the lowest to the highest.
fn rooms() -> Vec<String> {
    let text = fs::read_to_string(top().join("ARCHITECTURE.md")).unwrap();
    let rows = text.lines().skip_while(|line| !line.starts_with("| room |")).skip(2);
    rows.take_while(|line| line.starts_with('|'))
        .map(|line| line.split('`').nth(1).unwrap().trim_end_matches('/').to_owned())
        .collect()
}

/// A file with lines of it, as a person looks them up.
fn lines_of(arrows: &[&Arrow]) -> String {
    let shown: Vec<String> = arrows
        .iter()
        .take(3)
        .map(|arrow| format!("{}:{} uses `{}` of {}", arrow.from, arrow.line, arrow.path, arrow.to))
        .collect();
    shown.join(", ")
}

#[test]
fn every_room_has_its_row() {
    let rows = rooms();
    let listed: BTreeSet<&str> = rows.iter().map(String::as_str).collect();
    assert_eq!(listed.len(), rows.len(), "ARCHITECTURE.md lists a room twice");
    let project = Project::read();
    let found: BTreeSet<&str> = project.names().filter_map(room).collect();
    let new: Vec<_> = found.difference(&listed).collect();
    assert!(
        new.is_empty(),
        "give these rooms a row in the table of ARCHITECTURE.md, below all that they use: {new:?}"
    );
    let gone: Vec<_> = listed.difference(&found).collect();
    assert!(gone.is_empty(), "these rooms are no more: take their rows out of ARCHITECTURE.md: {gone:?}");
}

#[test]
fn no_arrow_goes_to_a_higher_room() {
    let rooms = rooms();
    let height = |file: &str| rooms.iter().position(|name| Some(name.as_str()) == room(file));
    let up = |arrow: &&Arrow| match (height(&arrow.from), height(&arrow.to)) {
        (Some(from), Some(to)) => from < to,
        _ => false,
    };
    let new: Vec<String> = ARROWS.iter().filter(up).map(|arrow| lines_of(&[arrow])).collect();
    assert!(
        new.is_empty(),
        "a room uses none that stands below it in the table of ARCHITECTURE.md: move what is used into the lower room, or \
         into one below both: {new:#?}"
    );
}

/// The shortest path along arrows, from a file to another.
fn shortest_path<'a>(
    graph: &BTreeMap<&'a str, BTreeSet<&'a str>>,
    from: &'a str,
    to: &'a str,
) -> Option<Vec<&'a str>> {
    let mut before: BTreeMap<&str, &str> = BTreeMap::new();
    let mut next = VecDeque::from([from]);
    while let Some(file) = next.pop_front() {
        if file == to {
            let mut path = vec![file];
            while let Some(&earlier) = before.get(path[path.len() - 1]) {
                path.push(earlier);
            }
            path.reverse();
            return Some(path);
        }
        for &other in graph.get(file).into_iter().flatten() {
            if other != from && !before.contains_key(other) {
                before.insert(other, file);
                next.push_back(other);
            }
        }
    }
    None
}

#[test]
fn no_files_of_a_room_use_each_other() {
    let inside: Vec<&Arrow> = ARROWS
        .iter()
        .filter(|arrow| {
            !arrow.hands_on && room(&arrow.from).is_some() && room(&arrow.from) == room(&arrow.to)
        })
        .collect();
    let mut graph: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for arrow in &inside {
        graph.entry(arrow.from.as_str()).or_default().insert(arrow.to.as_str());
    }
    // Each circle once, by its files.
    let mut circles: BTreeMap<BTreeSet<&str>, Vec<&str>> = BTreeMap::new();
    for (&from, others) in &graph {
        for &to in others {
            if let Some(back) = shortest_path(&graph, to, from) {
                circles.entry(back.iter().copied().collect()).or_insert(back);
            }
        }
    }
    let mut reported = Vec::new();
    for circle in circles.values() {
        let ends = circle.iter().zip(circle.iter().cycle().skip(1));
        let uses = ends.map(|(from, to)| {
            let arrows: Vec<&Arrow> =
                inside.iter().copied().filter(|arrow| arrow.from == *from && arrow.to == *to).collect();
            lines_of(&arrows)
        });
        reported.push(uses.collect::<Vec<_>>());
    }
    assert!(
        reported.is_empty(),
        "these files use each other: move what both need into a file of its own, or import from the file that defines \
         it: {reported:#?}"
    );
}

#[test]
fn arrows_lead_to_the_file_that_defines() {
    let sources = [
        ("src/lib.rs", "pub mod high;\npub mod low;\n"),
        (
            "src/low/mod.rs",
            "mod shape;\nmod size;\npub use shape::{Shape, area as extent};\npub use size::*;\n",
        ),
        (
            "src/low/shape.rs",
            "// use crate::high::Plan;\npub struct Shape;\npub fn area() { let s = \"crate::high::Plan\"; }\n",
        ),
        (
            "src/low/size.rs",
            "pub struct Size<'a>(&'a str, char);\nconst QUOTE: char = '\"';\npub fn up() { crate::high::plan(); }\n",
        ),
        (
            "src/high.rs",
            "use crate::low::{self, Shape};\npub fn plan() -> Shape {\n    low::extent();\n    low::Size::new()\n}\n\
             #[cfg(test)]\nmod tests {\n    use crate::low::Absent;\n}\n",
        ),
    ];
    let project = Project::of(sources.iter().map(|(file, text)| ("corredor", *file, *text)));
    let mut found: Vec<String> = project
        .arrows()
        .iter()
        .filter(|arrow| !arrow.hands_on)
        .map(|arrow| format!("{}:{} {}", arrow.from, arrow.line, arrow.to))
        .collect();
    found.sort();
    let expected = [
        "src/high.rs:1 src/low/shape.rs",
        "src/high.rs:3 src/low/shape.rs",
        "src/high.rs:4 src/low/size.rs",
        "src/low/size.rs:3 src/high.rs",
    ];
    assert_eq!(found, expected);
}

#[test]
fn every_invariant_names_a_test_that_is_there() {
    // One line for each, however many it is set in.
    let text = fs::read_to_string(top().join("ARCHITECTURE.md")).unwrap().replace("\n  ", " ");
    let lines: Vec<&str> = text.lines().filter(|line| line.contains("**Invariant:**")).collect();
    let mut without: BTreeSet<String> = rooms().into_iter().collect();
    for line in &lines {
        let (room, held) = line.split_once("**Invariant:**").unwrap();
        without.remove(room.split('`').nth(1).unwrap().trim_end_matches('/'));
        if held.contains("held by review") || held.contains("held by the compiler") {
            continue;
        }
        let code: Vec<&str> = held.split('`').skip(1).step_by(2).collect();
        // The file is followed by the name of its test.
        let test = code.windows(2).find(|pair| pair[0].ends_with(".rs"));
        assert!(test.is_some(), "ARCHITECTURE.md names no test, file and function, for this: {line}");
        for pair in code.windows(2).filter(|pair| pair[0].ends_with(".rs")) {
            let source = fs::read_to_string(top().join(pair[0])).unwrap_or_default();
            assert!(
                source.contains(&format!("fn {}(", pair[1])),
                "{} has no test {}: {line}",
                pair[0],
                pair[1]
            );
        }
    }
    assert!(without.is_empty(), "ARCHITECTURE.md states no invariant for these rooms: {without:?}");
}
