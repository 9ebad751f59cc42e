//! The doors, listed: whatever writes, prints or sends belongs to a door, and each door asks who looks.
//!
//! A new place in the sources that writes a file, prints, or talks to a network fails here until it is listed with its
//! door; a door that nobody asks for fails too.
#![allow(clippy::unwrap_used, reason = "a test may stop where its ground is missing")]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use corredor::protect::Door;

/// What writes, prints or sends.
const WAYS: &[&str] = &[
    "fs::write(",
    "fs::copy(",
    "fs::hard_link(",
    "File::create(",
    "File::create_new(",
    "File::options(",
    "OpenOptions",
    "NamedTempFile",
    "println!(",
    "print!(",
    "stdout()",
    "stderr()",
    "TcpStream",
    "TcpListener",
    "UnixStream",
    "UdpSocket",
    "ureq::",
    "Command::new(",
    "write_geojson",
    "write_csv",
    "create_layer",
    "DriverManager",
    "event!(",
    "tell!(",
    "ArrowWriter",
    "put_whole(",
    "write_whole(",
    "Staged::create(",
    "Container::",
];

/// Where something goes that is written, printed or sent.
enum To {
    /// Out, by these doors.
    Out(&'static [Door]),
    /// Wherever the caller says, who is listed too.
    Caller,
    /// Into `.corredor`, which is its owner's alone, or another place of the workspace that nobody else reads.
    Inside,
    /// To the person who gave the files that it is made from, and to nobody else.
    Person,
    /// In: it reads, or writes what it read.
    In,
}

use Door::*;
use To::{Caller, In, Inside, Out, Person};

/// All files of the sources that write, print or send.
const LIST: &[(&str, To)] = &[
    ("audit/record.rs", Inside),
    ("build/back.rs", Inside),
    ("build/fetch/copy.rs", In),
    ("build/fetch/http.rs", Out(&[Hook])),
    ("build/history/backups.rs", Inside),
    ("build/history/file.rs", Out(&[History])),
    ("build/home.rs", Inside),
    ("build/links.rs", Inside),
    ("build/lock.rs", Inside),
    ("build/ops/failure.rs", Inside),
    ("build/ops/kept.rs", Inside),
    ("build/ops/metrics.rs", Out(&[Status])),
    ("build/ops/program.rs", Out(&[Hook])),
    ("build/ops/status.rs", Out(&[Status])),
    ("build/fingerprint/compare.rs", Inside),
    ("cli/compare.rs", Out(&[Compare])),
    ("cli/console.rs", Out(&[Message, Log])),
    ("cli/demo.rs", Inside),
    ("cli/diff.rs", Out(&[Diff])),
    ("cli/ficha.rs", Out(&[Ficha])),
    ("cli/guard.rs", Caller),
    ("cli/log/mod.rs", Out(&[Log])),
    ("cli/query/desk.rs", Out(&[SqlLayer, SqlFile, SqlRun])),
    ("cli/render.rs", Out(&[Render])),
    ("index/cells/file.rs", Person),
    ("layer/read/guard/network.rs", In),
    ("layer/write/container.rs", Caller),
    ("layer/write/csv.rs", Caller),
    ("layer/write/geojson.rs", Caller),
    ("layer/write/staged.rs", Caller),
    ("locate/counts.rs", Person),
    ("locate/packed.rs", Person),
    ("locate/staged.rs", Person),
    ("locate/tag.rs", Person),
    // The key itself.
    ("protect/place.rs", Inside),
    ("publish/diff/side.rs", Out(&[Changes])),
    ("publish/files.rs", Out(&[Geojson, Csv, Flatgeobuf, Qml, Metadata, RunName])),
    ("publish/geopackage.rs", Out(&[Geopackage])),
    ("publish/run.rs", Out(&[Project, Metadata, Audit])),
    ("publish/simplify/fit.rs", Out(&[Geojson])),
    ("query/audit.rs", Inside),
    // The caller names the file, or takes the answer from stdout.
    ("sql/output/destination.rs", Caller),
    ("sql/output/geojson.rs", Caller),
    ("sql/output/gpkg.rs", Caller),
    ("sql/output/parquet.rs", Caller),
    ("sql/shell/history.rs", Inside),
    ("sql/shell/input.rs", Person),
    ("sql/shell/terminal.rs", Person),
    ("risk/mirti/model.rs", Person),
    ("risk/mirti/output.rs", Person),
    ("view/output.rs", Out(&[Page])),
    ("view/serve.rs", Out(&[Page])),
    ("workspace/template.rs", Inside),
];

/// What publishes without writing itself: through GDAL.
const BESIDES: &[Door] = &[Postgis, Trends];

/// Files that compare the levels of two things with each other (which of them is stricter, or how far `[protect]`
/// lowers), and on how many lines. What a viewer sees only `sight` decides.
const BETWEEN_THINGS: &[(&str, usize)] = &[
    ("build/protect.rs", 1),
    ("build/withdraw.rs", 1),
    // Of two runs, which is for fewer.
    ("publish/diff/meaning.rs", 1),
    ("sensitivity/sight.rs", 1),
    ("sql/catalog/mod.rs", 1),
    ("workspace/check/levels/ground.rs", 1),
    ("workspace/check/levels/lowering.rs", 6),
    ("workspace/check/levels/mod.rs", 2),
    ("workspace/check/levels/one_file.rs", 1),
    ("workspace/check/levels/standing.rs", 1),
    ("workspace/seen.rs", 1),
];

/// The sources, without tests, comments and imports.
fn sources() -> BTreeMap<String, String> {
    fn walk(folder: &Path, files: &mut Vec<PathBuf>) {
        for entry in fs::read_dir(folder).unwrap().flatten() {
            match entry.path() {
                path if path.is_dir() => walk(&path, files),
                path if path.extension().is_some_and(|e| e == "rs") => files.push(path),
                _ => {}
            }
        }
    }
    let top = crate::fixtures::top();
    // The main crate and what it hands on are rooms by name; the others go under their own.
    let roots = [
        ("", "src"),
        ("", "crates/corredor-geo/src"),
        ("sql", "crates/corredor-sql/src"),
        ("cli", "crates/corredor-cli/src"),
    ]
    .map(|(room, root)| (room, top.join(root)));
    let crates = fs::read_dir(top.join("crates")).unwrap().count();
    assert_eq!(crates + 1, roots.len(), "a crate is not looked through");
    let mut files = Vec::new();
    roots.iter().for_each(|(_, root)| walk(root, &mut files));
    let is_test = |name: &str| name.contains("/tests/") || name.ends_with("/tests.rs");
    let code = |text: &str| {
        let text = text.split("#[cfg(test)]").next().unwrap_or_default();
        let said =
            |line: &&str| !["//", "use ", "pub use "].iter().any(|word| line.trim_start().starts_with(word));
        text.lines().filter(said).collect::<Vec<_>>().join("\n")
    };
    files
        .into_iter()
        .map(|path| {
            let of =
                |(room, root): &(&str, PathBuf)| Some(Path::new(room).join(path.strip_prefix(root).ok()?));
            let name = roots.iter().find_map(of).unwrap().to_string_lossy().into_owned();
            (name, code(&fs::read_to_string(path).unwrap()))
        })
        .filter(|(name, _)| !is_test(name))
        .collect()
}

#[test]
fn whatever_writes_prints_or_sends_has_its_door() {
    let listed: BTreeSet<&str> = LIST.iter().map(|(file, _)| *file).collect();
    assert_eq!(listed.len(), LIST.len(), "a file is listed twice");
    let sources = sources();
    let writers: BTreeMap<&str, Vec<&str>> = sources
        .iter()
        .map(|(name, text)| (name.as_str(), WAYS.iter().copied().filter(|way| text.contains(way)).collect()))
        .filter(|(_, ways): &(_, Vec<_>)| !ways.is_empty())
        .collect();
    let new: Vec<_> = writers.iter().filter(|(name, _)| !listed.contains(*name)).collect();
    assert!(
        new.is_empty(),
        "these write, print or send: list each with its door in tests/lib/door_list.rs: {new:#?}"
    );
    let gone: Vec<_> = listed.iter().filter(|name| !writers.contains_key(*name)).collect();
    assert!(gone.is_empty(), "these write no more: take them off the list: {gone:#?}");
}

#[test]
fn every_door_is_listed_and_asks_who_looks() {
    let sources = sources();
    let led: BTreeSet<Door> = LIST
        .iter()
        .flat_map(|(_, to)| match to {
            Out(doors) => doors.to_vec(),
            _ => Vec::new(),
        })
        .chain(BESIDES.iter().copied())
        .collect();
    let (mut unlisted, mut unasked) = (Vec::new(), Vec::new());
    for door in Door::ALL {
        if !led.contains(door) {
            unlisted.push(door);
        }
        // Asked by name: a door that is only declared lets everything through.
        let name = format!("Door::{door:?}");
        let asks = |(file, text): (&String, &String)| {
            let followed =
                |at: usize| text[at + name.len()..].chars().next().is_some_and(char::is_alphanumeric);
            file != "sensitivity/sight.rs" && text.match_indices(&name).any(|(at, _)| !followed(at))
        };
        if !sources.iter().any(asks) {
            unasked.push(door);
        }
    }
    assert!(unlisted.is_empty(), "no file leads to these doors: {unlisted:?}");
    assert!(unasked.is_empty(), "nobody asks `sight` or `admit` for these doors: {unasked:?}");
}

/// Whether a line compares a level with another.
fn compares(line: &str) -> bool {
    const NAMES: &[&str] =
        &["level", "levels", "viewer", "allowed", "published", "inherited", "above", "free"];
    let end = |text: &str| {
        let text = text.trim_end().trim_end_matches("()").trim_end_matches(')');
        text.rsplit(|c: char| !c.is_alphanumeric() && c != '_').next().unwrap_or_default().to_owned()
    };
    let start = |text: &str| {
        let named = |c: char| c.is_alphanumeric() || "_.:".contains(c);
        let text = text.trim_start_matches(['*', '&', '(']);
        let path: String = text.chars().take_while(|&c| named(c)).collect();
        path.rsplit(['.', ':']).next().unwrap_or_default().to_owned()
    };
    let is_level = |left: &str, right: &str| {
        // Steps of a tree are counted.
        if right.starts_with(|c: char| c.is_ascii_digit()) {
            return false;
        }
        let (left_end, right_end) = (end(left), start(right));
        let levels = NAMES.iter().take(3);
        levels.clone().any(|name| left_end == *name)
            || levels.clone().any(|name| right_end == *name)
            || right.trim_start_matches('*').starts_with("Level::")
    };
    let signs = [" < ", " > ", " <= ", " >= "];
    let by_sign = signs
        .iter()
        .any(|sign| line.match_indices(sign).any(|(at, _)| is_level(&line[..at], &line[at + sign.len()..])));
    let by_name = [".min(", ".max(", ".cmp("].iter().any(|call| {
        line.match_indices(call).any(|(at, _)| {
            let (left, right) = (end(&line[..at]), start(&line[at + call.len()..]));
            NAMES.contains(&left.as_str()) && NAMES.contains(&right.as_str())
        })
    });
    by_sign || by_name
}

#[test]
fn only_sight_compares_what_is_shown_with_who_looks() {
    for line in [
        "filter(|l| l.file.publish && l.level <= viewer)",
        "let free = published.min(viewer);",
        "run.level() > above",
        "seen(viewer.max(allowed))",
        "level_of(&sites) > viewer",
        "if viewer <= allowed {",
        "level >= Level::Strict",
    ] {
        assert!(compares(line), "{line}");
    }
    for line in ["let level: Level<'_> = of(x)", "fn f<T: Level>(x: T) -> Level", "zones.len() > at"] {
        assert!(!compares(line), "{line}");
    }
    let sources = sources();
    let found: BTreeMap<&str, Vec<&str>> = sources
        .iter()
        // Levels of statistics and of trees are others.
        .filter(|(_, text)| text.contains("Level") || text.contains(".level"))
        .map(|(name, text)| (name.as_str(), text.lines().filter(|line| compares(line)).collect()))
        .filter(|(_, lines): &(_, Vec<_>)| !lines.is_empty())
        .collect();
    let listed = |name: &str| BETWEEN_THINGS.iter().find(|(file, _)| *file == name).map_or(0, |(_, n)| *n);
    let new: Vec<_> = found.iter().filter(|(name, lines)| lines.len() > listed(name)).collect();
    assert!(new.is_empty(), "these compare levels: ask `sensitivity::sight` instead: {new:#?}");
    let fewer = |(name, lines): &&(&str, usize)| found.get(name).map_or(0, Vec::len) < *lines;
    let gone: Vec<_> = BETWEEN_THINGS.iter().filter(fewer).collect();
    assert!(gone.is_empty(), "these compare fewer levels: say so on the list: {gone:#?}");
}
