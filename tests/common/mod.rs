//! Helpers shared by the behaviour tests.
#![allow(dead_code, reason = "each test file uses some of them")]

use std::path::{Path, PathBuf};

/// The folder with Mexico's files, or `None` (said aloud) where it is absent.
pub fn mexico() -> Option<PathBuf> {
    let root = std::env::var_os("CORREDOR_DATA")
        .map(PathBuf::from)
        .unwrap_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/data"));
    let dir = root.join("mexico");
    if dir.is_dir() {
        return Some(dir);
    }
    eprintln!("skipped: no real data at {}; set CORREDOR_DATA", root.display());
    None
}
