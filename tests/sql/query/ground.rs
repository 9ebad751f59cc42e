//! Workspaces that the tests ask, made once; and how they are asked.

use std::collections::BTreeMap;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::OnceLock;

use crate::fixtures::{config_home, mexico};

/// A workspace on a small invented country, built twice, with other indicators the second time: zones of state 05 get
/// those of 03001, zones of state 03 those of 08015. `tests/oracles/make_queries.py` does the same.
pub fn demo() -> &'static Path {
    static DEMO: OnceLock<(tempfile::TempDir, PathBuf)> = OnceLock::new();
    let (_, folder) = DEMO.get_or_init(|| {
        let dir = tempfile::tempdir().unwrap();
        done(&command(dir.path(), &["init", "--size", "200", "demo"]).output().unwrap());
        let folder = dir.path().join("demo");
        done(&command(&folder, &["build"]).output().unwrap());
        second_night(&folder.join("data/indicators.csv"));
        done(&command(&folder, &["build"]).env("SOURCE_DATE_EPOCH", "1764633600").output().unwrap());
        (dir, folder)
    });
    folder
}

/// A workspace on the real data of Mexico, built twice alike; `None`, said aloud, where they are not at hand.
pub fn of_mexico() -> Option<&'static Path> {
    static MEXICO: OnceLock<Option<(tempfile::TempDir, PathBuf)>> = OnceLock::new();
    let made = MEXICO.get_or_init(|| {
        let data = mexico()?;
        let dir = tempfile::tempdir().unwrap();
        let data = data.to_string_lossy().into_owned();
        done(
            &command(dir.path(), &["init", "--template", "mexico", "--data", &data, "mexico"])
                .output()
                .unwrap(),
        );
        let folder = dir.path().join("mexico");
        for night in ["1764547200", "1764633600"] {
            done(&command(&folder, &["build", "--force"]).env("SOURCE_DATE_EPOCH", night).output().unwrap());
        }
        Some((dir, folder))
    });
    made.as_ref().map(|(_, folder)| folder.as_path())
}

fn second_night(path: &Path) {
    let text = fs::read_to_string(path).unwrap();
    let rows: BTreeMap<&str, &str> = text.lines().filter_map(|line| line.split_once(',')).collect();
    let changed: String = text
        .lines()
        .map(|line| {
            let (code, values) = line.split_once(',').unwrap();
            let values = match code.get(..2) {
                Some("05") => rows["03001"],
                Some("03") => rows["08015"],
                _ => values,
            };
            format!("{code},{values}\n")
        })
        .collect();
    fs::write(path, changed).unwrap();
}

/// The binary in a folder: English, no colours, a state folder of its own.
pub fn command(dir: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_corredor"));
    command
        .args(arguments)
        .current_dir(dir)
        .env("LC_ALL", "C.UTF-8")
        .env("NO_COLOR", "1")
        .env("SOURCE_DATE_EPOCH", "1764547200")
        .env("XDG_STATE_HOME", dir.join("state"))
        .env("XDG_CONFIG_HOME", config_home())
        .env_remove("CORREDOR_KEY_FILE")
        .env_remove("RUST_BACKTRACE")
        .env_remove("RUST_LOG")
        .stdin(Stdio::null());
    command
}

/// `corredor query` with these arguments.
pub fn query(dir: &Path, arguments: &[&str]) -> Output {
    command(dir, &[&["query"], arguments].concat()).output().unwrap()
}

/// `corredor query` with statements on stdin.
pub fn piped(dir: &Path, arguments: &[&str], text: &str) -> Output {
    let mut child = command(dir, &[&["query"], arguments].concat())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(text.as_bytes()).unwrap();
    child.wait_with_output().unwrap()
}

/// The output of a run that must have come to its end.
pub fn done(output: &Output) -> String {
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout.clone()).unwrap()
}

/// The rows of `-e SQL` as CSV, the header among them.
pub fn rows(dir: &Path, sql: &str) -> String {
    done(&query(dir, &["-e", sql]))
}

/// The exit code, and what was said on stderr.
pub fn said(output: &Output) -> String {
    let text = String::from_utf8_lossy(&output.stderr);
    format!("exit {}\n{text}", output.status.code().unwrap_or(-1))
}

/// A workspace of a single table, `x`, with the fields `id`, `n` and `name`.
pub fn table(dir: &Path, level: &str, rows: &str) {
    crate::fixtures::one_layer(dir, "path = \"x.csv\"\ngeometry = \"none\"\nkey = \"id\"\n");
    let path = dir.join("layers/x.toml");
    let text = fs::read_to_string(&path).unwrap();
    fs::write(&path, format!("level = \"{level}\"\n{text}")).unwrap();
    fs::write(dir.join("data/x.csv"), format!("id,n,name\n{rows}")).unwrap();
}
