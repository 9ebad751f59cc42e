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

/// Runs the real binary in a folder; English, no colours, no environment of the caller's.
pub fn corredor(dir: &Path, arguments: &[&str]) -> std::process::Output {
    std::process::Command::new(env!("CARGO_BIN_EXE_corredor"))
        .args(arguments)
        .current_dir(dir)
        .env("LC_ALL", "C.UTF-8")
        .env("NO_COLOR", "1")
        .env_remove("RUST_BACKTRACE")
        .env_remove("RUST_LOG")
        .output()
        .expect("the binary runs")
}

/// What the binary said on stderr, with the exit code first and the folder's path taken out.
pub fn told(dir: &Path, arguments: &[&str]) -> String {
    let output = corredor(dir, arguments);
    let text = String::from_utf8_lossy(&output.stderr).replace(&*dir.to_string_lossy(), "DIR");
    let real = dir.canonicalize().map(|d| d.to_string_lossy().into_owned()).unwrap_or_default();
    let text = if real.is_empty() { text } else { text.replace(&real, "DIR") };
    format!("exit {}\n{}", output.status.code().unwrap_or(-1), text)
}

/// A workspace of one read layer, whose `[read]` table is given.
pub fn one_layer(dir: &Path, read: &str) {
    let workspace = "[workspace]\nname = \"t\"\ntitle = { es = \"t\", en = \"t\" }\ncountry = { es = \"t\", en = \"t\" }\n";
    std::fs::create_dir_all(dir.join("layers")).expect("folder");
    std::fs::create_dir_all(dir.join("data")).expect("folder");
    std::fs::write(dir.join("corredor.toml"), workspace).expect("file");
    std::fs::write(dir.join("layers/x.toml"), format!("[read]\n{read}")).expect("file");
}
