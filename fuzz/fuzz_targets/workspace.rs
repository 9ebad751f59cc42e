//! `corredor.toml` and layer files of any bytes: no panic, the same problems every time, places in the text.
//!
//! Files are separated by lines of three dashes: `corredor.toml` first, then `layers/a.toml`, `b`, `c`.
#![no_main]

use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use corredor::workspace::{Problem, Workspace, WorkspaceError};
use libfuzzer_sys::fuzz_target;

const SEPARATOR: &[u8] = b"\n---\n";
const LAYERS: [&str; 3] = ["a", "b", "c"];

/// The folder of this process, in memory where the system has such a place; rewritten for every input.
static ROOT: LazyLock<PathBuf> = LazyLock::new(|| {
    let memory = Path::new("/dev/shm");
    let parent = if memory.is_dir() { memory.to_owned() } else { std::env::temp_dir() };
    let root = parent.join(format!("corredor-fuzz-{}", std::process::id()));
    std::fs::create_dir_all(root.join("layers")).unwrap();
    std::fs::create_dir_all(root.join("data")).unwrap();
    for file in ["zones.geojson", "table.csv"] {
        std::fs::write(root.join("data").join(file), "").unwrap();
    }
    root
});

fuzz_target!(|data: &[u8]| {
    let mut files = split(data);
    std::fs::write(ROOT.join("corredor.toml"), files.next().unwrap_or_default()).unwrap();
    for name in LAYERS {
        let path = ROOT.join("layers").join(format!("{name}.toml"));
        match files.next() {
            Some(bytes) => std::fs::write(path, bytes).unwrap(),
            None => drop(std::fs::remove_file(path)),
        }
    }
    let found = problems();
    found.iter().for_each(place_is_in_the_text);
    let lines = |problems: &[Problem]| problems.iter().map(Problem::one_line).collect::<Vec<_>>();
    assert_eq!(lines(&found), lines(&problems()));
});

fn split(mut data: &[u8]) -> impl Iterator<Item = &[u8]> {
    let mut ended = false;
    std::iter::from_fn(move || {
        if ended {
            return None;
        }
        match data.windows(SEPARATOR.len()).position(|window| window == SEPARATOR) {
            Some(at) => {
                let file = &data[..at];
                data = &data[at + SEPARATOR.len()..];
                Some(file)
            }
            None => {
                ended = true;
                Some(data)
            }
        }
    })
}

fn problems() -> Vec<Problem> {
    match Workspace::open(&ROOT) {
        Ok(workspace) => {
            let layers: Vec<_> = workspace.plan().layers().iter().collect();
            for (at, layer) in layers.iter().enumerate() {
                let made = |input: &String| layers[..at].iter().any(|earlier| earlier.name == *input);
                assert!(layer.inputs.iter().all(made), "`{}` comes before an input of it", layer.name);
            }
            workspace.warnings().to_vec()
        }
        Err(WorkspaceError::Invalid(problems)) => problems.problems().to_vec(),
        Err(other) => panic!("{other}"),
    }
}

fn place_is_in_the_text(problem: &Problem) {
    let bytes = std::fs::read(ROOT.join(&problem.file)).unwrap();
    let text = String::from_utf8_lossy(&bytes);
    let shown = problem.one_line();
    assert!(text.get(problem.span.clone()).is_some(), "{shown}");
    let line = text.split('\n').nth(problem.line - 1).unwrap();
    assert!((1..=line.chars().count() + 1).contains(&problem.column), "{shown}");
    assert!(!shown.contains('\n') && !problem.message.is_empty(), "{shown}");
}
