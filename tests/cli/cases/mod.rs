//! Situations from the field, each a folder beside the project with what to run and what must come of it
//! (`$CORREDOR_CASES`, or `../shared/cases`); where they are absent the tests say `skipped` and pass.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may stop where its ground is missing")]

use crate::fixtures;

mod computing;
mod dateline;
mod geometry;
mod sources;
mod tables;

use std::path::{Path, PathBuf};

/// A copy of a case, or `None`, said aloud, where it is not at hand.
fn case(name: &str) -> Option<tempfile::TempDir> {
    let root = std::env::var_os("CORREDOR_CASES")
        .map(PathBuf::from)
        .unwrap_or_else(|| fixtures::top().join("../shared/cases"));
    let folder = root.join(name);
    if !folder.is_dir() {
        let why = format!("no case at {} (set CORREDOR_CASES)", folder.display());
        fixtures::skip(fixtures::Need::Cases, &why);
        return None;
    }
    let copy = tempfile::tempdir().unwrap();
    copy_all(&folder, copy.path());
    Some(copy)
}

fn copy_all(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let path = entry.unwrap().path();
        let to = to.join(path.file_name().unwrap());
        match path.is_dir() {
            true => copy_all(&path, &to),
            // By its bytes: the originals may not be written to.
            false => std::fs::write(&to, std::fs::read(&path).unwrap()).unwrap(),
        }
    }
}

/// Makes what a case says that it makes.
fn make(folder: &Path) {
    let done = std::process::Command::new("sh").arg(folder.join("make.sh")).status().unwrap();
    assert!(done.success(), "{}", folder.display());
}

/// Builds the workspace in a folder, and says what was told.
fn build(folder: &Path) -> String {
    fixtures::told(folder, &["build"])
}

/// A published table, without its first line of headings.
fn table(folder: &Path, name: &str) -> Vec<String> {
    let text = std::fs::read_to_string(folder.join("published/current").join(name)).unwrap();
    text.trim_start_matches('\u{feff}').lines().skip(1).map(str::to_owned).collect()
}

/// Puts a text in place of the first one of a file that is so.
fn replace(path: &Path, from: &str, to: &str) {
    let text = std::fs::read_to_string(path).unwrap();
    assert!(text.contains(from), "{}: {text}", path.display());
    std::fs::write(path, text.replacen(from, to, 1)).unwrap();
}
