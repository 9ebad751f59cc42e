//! Faults: after each, `current` is a whole valid run, nothing is lost, the next run succeeds once the fault is gone, and
//! the message says what happened.

use std::collections::BTreeMap;
use std::fs;
use std::process::{Command, Stdio};
use std::time::Duration;

use corredor::build::{BuildError, BuildOptions, Observer, Silent, build};
use corredor::workspace::{Workspace, WorkspaceError};

use super::ground::{self, Ground};

pub const FIRST: i64 = 1_790_000_000;

/// Spread over many instants, and the same each time.
pub struct Dice(pub u64);

impl Dice {
    pub fn below(&mut self, limit: u64) -> u64 {
        // Knuth's multiplier; the high bits are good enough for choosing instants.
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % limit
    }
}

/// The current run is whole to the byte.
pub fn assert_whole(ground: &Ground, when: &str) {
    let run = ground.path("published/current").canonicalize().unwrap();
    assert_eq!(corredor::publish::verify(&run).unwrap(), [], "{when}");
}

/// What is published of the layers is what a workspace that knows nothing of the past makes of the same files.
pub fn assert_as_fresh(ground: &Ground, when: &str) {
    let fresh = Ground::new();
    for folder in ["data", "layers"] {
        fs::remove_dir_all(fresh.path(folder)).unwrap();
        for (path, bytes) in ground::tree(&ground.path(folder)) {
            let path = fresh.path(path.strip_prefix(ground.root()).unwrap().to_str().unwrap());
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, bytes).unwrap();
        }
    }
    fresh.publish_at(FIRST);
    let layers = |ground: &Ground| -> BTreeMap<String, Vec<u8>> {
        let own = |name: &String| {
            // Descriptions name the day of publication.
            !name.ends_with(".qmd")
                && !name.ends_with(".stac.json")
                && ["gaps", "hotspots", "states", "stretches"]
                    .iter()
                    .any(|layer| name.starts_with(&format!("{layer}.")))
        };
        ground.published().into_iter().filter(|(name, _)| own(name)).collect()
    };
    let (here, there) = (layers(ground), layers(&fresh));
    assert_eq!(here.keys().collect::<Vec<_>>(), there.keys().collect::<Vec<_>>());
    for (name, bytes) in here {
        assert!(bytes == there[&name], "{name} differs {when}");
    }
}

/// A build in this process; errors as they are told.
pub fn nightly(ground: &Ground) -> Result<(), String> {
    let workspace = Workspace::open(ground.root()).map_err(|error| match error {
        WorkspaceError::Invalid(problems) => problems.lines().collect::<Vec<_>>().join("\n"),
        error => error.to_string(),
    })?;
    build(&workspace, &BuildOptions::default(), &mut Silent).map(drop).map_err(|error| error.to_string())
}

#[test]
fn killed_at_two_hundred_instants() {
    let ground = Ground::new();
    ground.publish_at(FIRST);
    let mut dice = Dice(87);
    // How long a build takes here and now, so that the kills meet every part of it.
    let began = std::time::Instant::now();
    ground.put("data/table.csv", &ground::table(1));
    ground.build(&[]);
    let whole = began.elapsed().as_micros() as u64;
    for case in 0..200_usize {
        ground.put("data/table.csv", &ground::table(case % 97));
        ground.put("data/shelters.csv", &ground::shelters(0.5 + (case % 5) as f64 / 2.0));
        let mut child = ground
            .command(&["build", "--quiet"])
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        std::thread::sleep(Duration::from_micros(dice.below(whole * 5 / 4)));
        child.kill().unwrap();
        child.wait().unwrap();
        assert_whole(&ground, &format!("after kill {case}"));
        if case % 25 == 24 {
            // One that comes to its end, however busy the machine is.
            nightly(&ground).unwrap();
            assert_whole(&ground, &format!("after the run that followed kill {case}"));
            assert_as_fresh(&ground, &format!("after kill {case}"));
        }
    }
    let runs = fs::read_dir(ground.path("published/runs")).unwrap();
    let left: Vec<_> = runs.map(|run| run.unwrap().file_name().into_string().unwrap()).collect();
    assert!(left.iter().all(|name| !name.ends_with(".partial")), "{left:?}");
}

#[test]
fn a_run_that_was_cut_off_is_carried_on() {
    struct Stop;
    impl Observer for Stop {
        fn begin(&mut self, _: &str, _: &str, _: usize, _: usize) {}
        fn done(&mut self, report: &corredor::build::LayerReport) {
            // As a kill would: nothing is told or tidied up.
            if report.layer == "gi" {
                std::panic::panic_any("killed");
            }
        }
        fn note(&mut self, _: &corredor::build::Note) {}
        fn publishing(&mut self, _: usize) {}
    }
    let ground = Ground::new();
    let workspace = Workspace::open(ground.root()).unwrap();
    let night = || build(&workspace, &BuildOptions::default(), &mut Stop);
    let killed = std::panic::catch_unwind(std::panic::AssertUnwindSafe(night));
    assert!(killed.is_err());
    let output = ground.run(&["build"]);
    let told = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success() && told.contains("the run before this one was cut off"), "{told}");
    let reused = told.lines().filter(|line| line.ends_with("unchanged")).count();
    assert!(reused >= 6, "{told}");
    assert_as_fresh(&ground, "after it was carried on");
}

#[test]
fn asked_to_stop() {
    let ground = Ground::new();
    ground.publish_at(FIRST);
    let mut dice = Dice(7);
    let mut codes = BTreeMap::new();
    for case in 0..12_usize {
        ground.put("data/table.csv", &ground::table(case + 1));
        let child = ground.command(&["build"]).stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
        std::thread::sleep(Duration::from_millis(20 + dice.below(120)));
        let signal = if case % 2 == 0 { "-TERM" } else { "-INT" };
        let pid = child.id().to_string();
        let _ = Command::new("kill").args([signal, &pid]).status().unwrap();
        let output = child.wait_with_output().unwrap();
        let told = String::from_utf8_lossy(&output.stderr).into_owned();
        // Before it listens a signal ends the process; else it is told, or came too late.
        let code = output.status.code();
        if code == Some(130) {
            assert!(told.contains("asked to stop"), "{told}");
        }
        *codes.entry(code).or_insert(0) += 1;
        assert_whole(&ground, &format!("after signal {case}"));
    }
    assert!(codes.keys().all(|code| matches!(code, None | Some(0 | 130))), "{codes:?}");
    ground.build(&[]);
    assert_as_fresh(&ground, "after signals");
}

#[test]
fn a_stop_between_steps_is_told_and_carried_on() {
    let ground = Ground::new();
    let workspace = Workspace::open(ground.root()).unwrap();
    let options = BuildOptions::default();
    options.stop.store(true, std::sync::atomic::Ordering::Relaxed);
    let error = build(&workspace, &options, &mut Silent).unwrap_err();
    assert!(matches!(error, BuildError::Interrupted));
    assert!(!ground.path("published/current").exists());
    assert!(ground.text(".corredor/journal.jsonl").contains("interrupted"));
    nightly(&ground).unwrap();
}

#[test]
fn bad_inputs() {
    let ground = Ground::new();
    for layer in ["shelters", "incidents"] {
        ground.edit(&format!("layers/{layer}.toml"), ground::LAX, "");
    }
    ground.publish_at(FIRST);
    let (current, published) = (ground.current(), ground.published());
    let files = ["zones.geojson", "routes.geojson", "table.csv", "shelters.csv", "incidents.csv"];
    let mut cases = 0;
    for (at, file) in files.iter().enumerate() {
        let path = format!("data/{file}");
        let good = fs::read(ground.path(&path)).unwrap();
        let other = fs::read(ground.path(&format!("data/{}", files[(at + 1) % files.len()]))).unwrap();
        let mut damaged: Vec<(String, Option<Vec<u8>>)> = vec![
            ("empty".into(), Some(Vec::new())),
            ("vanished".into(), None),
            ("swapped".into(), Some(other)),
            ("zeros".into(), Some(vec![0; good.len()])),
            ("noise".into(), Some(good.iter().map(|byte| byte.wrapping_mul(37) ^ 0x5a).collect())),
        ];
        for part in 1..8 {
            let length = good.len() * part / 8;
            damaged.push((format!("cut off at {length}"), Some(good[..length].to_vec())));
        }
        for (what, bytes) in damaged {
            cases += 1;
            match bytes {
                Some(bytes) => fs::write(ground.path(&path), bytes).unwrap(),
                None => fs::remove_file(ground.path(&path)).unwrap(),
            }
            let when = format!("{file} {what}");
            match nightly(&ground) {
                Err(told) => {
                    assert!(
                        told.contains(file) || told.contains(file.split('.').next().unwrap()),
                        "{when}: {told}"
                    );
                    assert_eq!(ground.current(), current, "{when}");
                }
                // Another list of points with the same fields is another list, not a broken one.
                Ok(()) => assert_eq!(when, "shelters.csv swapped", "{when} was taken"),
            }
            assert_whole(&ground, &when);
            fs::write(ground.path(&path), &good).unwrap();
            if ground.current() != current {
                // The longer list is what is published now, and the way back asks for somebody who knows.
                assert!(nightly(&ground).unwrap_err().contains("`shelters`, fewer_rows"), "{when}");
                fs::remove_dir_all(ground.path("published")).unwrap();
            }
            nightly(&ground).unwrap();
            // What was taken is published; the good file then makes the good layers again.
            for layer in ["gaps", "hotspots", "states", "stretches"] {
                let name = format!("{layer}.geojson");
                assert!(ground.published()[&name] == published[&name], "{when}: {name}");
            }
            if ground.current() != current {
                // Start from the same run again.
                fs::remove_dir_all(ground.path("published")).unwrap();
                ground.publish_at(FIRST);
                assert_eq!(ground.current(), current);
            }
        }
    }
    assert_eq!(cases, 60);
}

#[test]
fn a_bit_flipped_in_each_file_of_the_cache() {
    let ground = Ground::new();
    ground.publish_at(FIRST);
    let kept = ground::tree(&ground.path(".corredor"));
    let mut dice = Dice(3);
    let mut cases = 0;
    for (path, bytes) in &kept {
        if bytes.is_empty() || path.ends_with(".gitignore") {
            continue;
        }
        cases += 1;
        // From the same state each time, with one bit off.
        fs::remove_dir_all(ground.path(".corredor")).unwrap();
        for (path, bytes) in &kept {
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, bytes).unwrap();
        }
        let mut broken = bytes.clone();
        let bit = dice.below(broken.len() as u64 * 8) as usize;
        broken[bit / 8] ^= 1 << (bit % 8);
        fs::write(path, broken).unwrap();
        ground.put("data/shelters.csv", &ground::shelters(0.5 + (cases % 6) as f64 / 3.0));
        let when = format!("bit {bit} of {}", path.strip_prefix(ground.root()).unwrap().display());
        match nightly(&ground) {
            // It cannot be made again, so somebody has to look.
            Err(told) if when.contains("history.parquet") => {
                assert!(told.contains("the history of past nights cannot be read"), "{when}: {told}");
                assert_eq!(fs::read(path).unwrap().len(), bytes.len(), "it is left where it is");
                fs::write(path, bytes).unwrap();
                nightly(&ground).unwrap();
            }
            built => built.unwrap_or_else(|told| panic!("{when}: {told}")),
        }
        assert_whole(&ground, &when);
        if cases % 5 == 0 {
            assert_as_fresh(&ground, &when);
        }
    }
    assert!(cases >= 35, "{cases}");
    // The ones that were met are told.
    let blob = kept.keys().find(|path| path.to_string_lossy().contains("blobs")).unwrap();
    for path in kept.keys().filter(|path| path.parent() == blob.parent() && path.exists()) {
        let mut bytes = fs::read(path).unwrap();
        bytes[40] ^= 1;
        fs::write(path, bytes).unwrap();
    }
    ground.put("data/shelters.csv", &ground::shelters(3.1));
    let told = ground.told(&["build"]);
    assert!(told.starts_with("exit 0") && told.contains("is damaged; it is built again"), "{told}");
    assert_as_fresh(&ground, "after every blob was damaged");
}

#[test]
fn a_cache_of_another_version() {
    let ground = Ground::new();
    ground.publish_at(FIRST);
    fs::rename(ground.path(".corredor/cache-1"), ground.path(".corredor/cache-0")).unwrap();
    ground.put("data/shelters.csv", &ground::shelters(1.5));
    let told = ground.told(&["build"]);
    assert!(told.starts_with("exit 0") && told.contains("what another version kept was removed"), "{told}");
    assert!(!ground.path(".corredor/cache-0").exists());
    assert_as_fresh(&ground, "after another version");
}

#[test]
fn a_clock_that_is_set_back() {
    let ground = Ground::new();
    ground.edit(
        "corredor.toml",
        "invented = true\n",
        "invented = true\n[publish]\nkeep = 2\nkeep_months = 0\n",
    );
    let first = ground.publish_at(FIRST).run.unwrap();
    ground.put("data/shelters.csv", &ground::shelters(1.5));
    let second = ground.publish_at(FIRST - 100 * 86_400).run.unwrap();
    assert!(second < first, "its name is earlier");
    assert_eq!(ground.current(), second);
    ground.put("data/shelters.csv", &ground::shelters(2.5));
    let outcome = ground.publish_at(FIRST - 50 * 86_400);
    assert_eq!(outcome.diff.unwrap().from, second);
    // The one that was published first went, though its name is the latest.
    let runs = corredor::publish::runs(&ground.path("published")).unwrap();
    assert_eq!(runs.iter().map(|run| run.run.clone()).collect::<Vec<_>>(), [second, outcome.run.unwrap()]);
    assert_whole(&ground, "after the clock was set back");
}

#[test]
fn two_at_once() {
    let ground = Ground::new();
    let lock = fs::File::create(ground.path(".corredor.lock")).unwrap();
    lock.lock().unwrap();
    let told = ground.told(&["build", "--quiet"]);
    assert!(told.starts_with("exit 2") && told.contains("another build is at work"), "{told}");
    let waiting = ground.command(&["build", "--quiet", "--wait", "60"]).spawn().unwrap();
    std::thread::sleep(Duration::from_millis(300));
    assert!(!ground.path("published/current").exists(), "it waits");
    drop(lock);
    assert!(waiting.wait_with_output().unwrap().status.success());
    assert_whole(&ground, "after waiting");
    // A lock that a dead process left holds nobody back.
    ground.put(".corredor.lock", "process 999999, since 2026-01-01 00:00:00 UTC\n");
    ground.put("data/shelters.csv", &ground::shelters(1.5));
    let both: Vec<_> =
        (0..2).map(|_| ground.command(&["build", "--quiet", "--wait"]).spawn().unwrap()).collect();
    for child in both {
        assert!(child.wait_with_output().unwrap().status.success());
    }
    assert_as_fresh(&ground, "after two at once");
}
