//! A publisher that is killed at any moment leaves `current` whole, and the next one cleans up.
#![allow(clippy::unwrap_used, reason = "helpers of tests")]

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use corredor::publish::Run;

/// Where the child publishes; without it, the child's test does nothing.
const FOLDER: &str = "CORREDOR_TEST_PUBLISHED";

/// Files in a run, all with the same text.
const FILES: usize = 12;

fn publish(root: &Path, n: usize) {
    let run = Run::begin(root, &format!("20261123T{n:06}Z"), "0123456789").unwrap();
    for file in 0..FILES {
        fs::write(run.folder().join(format!("{file}.txt")), n.to_string()).unwrap();
    }
    run.commit(3).unwrap();
}

/// The run that is current, checked to be whole.
fn whole(root: &Path) -> String {
    let run = root.join("current").canonicalize().unwrap();
    let texts: Vec<String> =
        (0..FILES).map(|file| fs::read_to_string(run.join(format!("{file}.txt"))).unwrap()).collect();
    assert!(texts.iter().all(|text| *text == texts[0]), "{} is a mixture: {texts:?}", run.display());
    texts[0].clone()
}

/// What the child process runs: publishes until it is killed.
#[test]
fn child_publishes_until_killed() {
    let Some(folder) = std::env::var_os(FOLDER) else { return };
    let start: usize = std::env::var("CORREDOR_TEST_START").unwrap().parse().unwrap();
    (start..start + 100_000).for_each(|n| publish(Path::new(&folder), n));
}

#[test]
fn killed_at_any_moment_current_is_whole() {
    let dir = tempfile::tempdir().unwrap();
    let root = dir.path();
    publish(root, 0);
    let mut moved = 0;
    for attempt in 1..=24_u64 {
        let before = whole(root);
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "publish_kill::child_publishes_until_killed"])
            .env(FOLDER, root)
            .env("CORREDOR_TEST_START", (attempt * 1000).to_string())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        // On a busy machine a child may need seconds to begin; every third is given them.
        let patience = Instant::now() + Duration::from_secs(30);
        while attempt % 3 == 0 && whole(root) == before && Instant::now() < patience {
            std::thread::sleep(Duration::from_millis(1));
        }
        // Uneven waits, so that the kill meets every stage of a run.
        std::thread::sleep(Duration::from_micros(20_000 + attempt * 7919 % 60_000));
        child.kill().unwrap();
        child.wait().unwrap();
        moved += usize::from(whole(root) != before);
    }
    assert!(moved > 0, "no child got as far as publishing");
    publish(root, 999_999);
    assert_eq!(whole(root), "999999");
    let left: Vec<String> = fs::read_dir(root.join("runs"))
        .unwrap()
        .map(|e| e.unwrap().file_name().into_string().unwrap())
        .collect();
    assert!(left.len() <= 3 && left.iter().all(|name| !name.ends_with(".partial")), "{left:?}");
    assert_eq!(fs::read_dir(root).unwrap().count(), 2, "links are left over");
}
