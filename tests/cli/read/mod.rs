//! Sources as people have them: read rightly, told, or refused with a reason.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may stop where its ground is missing")]

use crate::fixtures;

mod archives;
mod doubts;
mod notation;
mod other_programs;
mod real;
mod smallest;
mod suggest;
mod workbooks;

use std::fs;
use std::path::Path;

/// Four zones with the keys of the tables of these tests.
const ZONES: &str = r#"{"type":"FeatureCollection","features":[
{"type":"Feature","properties":{"code":"01001"},"geometry":{"type":"Polygon","coordinates":[[[10,40],[11,40],[11,41],[10,41],[10,40]]]}},
{"type":"Feature","properties":{"code":"01002"},"geometry":{"type":"Polygon","coordinates":[[[11,40],[12,40],[12,41],[11,41],[11,40]]]}},
{"type":"Feature","properties":{"code":"02001"},"geometry":{"type":"Polygon","coordinates":[[[10,41],[11,41],[11,42],[10,42],[10,41]]]}},
{"type":"Feature","properties":{"code":"02002"},"geometry":{"type":"Polygon","coordinates":[[[11,41],[12,41],[12,42],[11,42],[11,41]]]}}
]}"#;

fn put(dir: &Path, name: &str, bytes: impl AsRef<[u8]>) -> String {
    let path = dir.join(name);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(&path, bytes).unwrap();
    path.to_string_lossy().into_owned()
}

/// What `inspect` says on stdout.
fn inspected(dir: &Path, arguments: &[&str]) -> String {
    let done = fixtures::corredor(dir, &[&["inspect"], arguments].concat());
    let said = String::from_utf8_lossy(&done.stderr).into_owned();
    assert!(done.status.success(), "{said}");
    String::from_utf8(done.stdout).unwrap()
}

/// Builds the one layer of a workspace, whose source is a file in its data folder, and says what was told.
fn build(dir: &Path, file: &str, bytes: impl AsRef<[u8]>, read: &str) -> String {
    one_layer(dir, &format!("path = \"{file}\"\n{read}"));
    put(dir, &format!("data/{file}"), bytes);
    fixtures::told(dir, &["build", "x", "-v"])
}

/// A workspace of one public layer.
fn one_layer(dir: &Path, read: &str) {
    fixtures::one_layer(dir, read);
    put(dir, "layers/x.toml", format!("level = \"public\"\n[read]\n{read}"));
}

/// Asserts that a text has all of these words.
#[track_caller]
fn has(text: &str, words: &[&str]) {
    for word in words {
        assert!(text.contains(word), "no `{word}` in {text}");
    }
}

const TABLE: &str = "geometry = \"none\"\nkey = \"code\"\n";
