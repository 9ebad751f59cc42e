//! Sources reach no further than their name: whatever a file holds, nothing but the file is read, and it ends.
#![allow(clippy::unwrap_used, reason = "a test may stop where its ground is missing")]

use crate::fixtures;

mod bounds;
mod databases;
mod elsewhere;
mod files;
mod texts;

use std::fs;
use std::path::Path;

use corredor::layer::read::{Kind, Options, ReadError, inspect, read, read_whole};

const SECRET: &str = "id,lon,lat\nrefuge-7,-92.5,14.9\n";

/// A folder with a file that nobody named.
fn ground() -> tempfile::TempDir {
    let dir = tempfile::tempdir().unwrap();
    fs::write(dir.path().join("shelters.csv"), SECRET).unwrap();
    dir
}

/// What every way of reading says of a source; none may read it.
fn refused(path: &str) -> ReadError {
    let mut options = Options::new(path, Kind::None, "id");
    let seen = read("x", &options);
    assert!(seen.is_err(), "{path}: {seen:?}");
    options.number_rows = true;
    assert!(read("x", &options).is_err(), "{path}");
    assert!(read_whole("x", path, path).is_err(), "{path}");
    let seen = inspect(path, None, None);
    assert!(seen.is_err(), "{path}: {seen:?}");
    seen.unwrap_err()
}

fn put(dir: &Path, name: &str, bytes: &[u8]) -> String {
    let path = dir.join(name);
    fs::write(&path, bytes).unwrap();
    path.to_string_lossy().into_owned()
}
