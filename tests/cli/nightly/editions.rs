//! Several editions from one build: what each holds, and that all of them are switched at once.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use corredor::build::{BuildError, BuildOptions, Silent, build};
use corredor::publish::verify;
use corredor::workspace::Workspace;

use super::faults::FIRST;
use super::ground::{self, Ground};

const NIGHT: i64 = 86_400;

/// Layers that are made from the shelters.
const COVERAGE: [&str; 2] = ["zone_coverage", "gaps"];

const PROTECT: &str =
    "[protect]\nto = \"public\"\nround_km = 1\nreason = { es = \"prueba\", en = \"test\" }\n";

const EDITIONS: [&str; 2] = ["public", "partners"];

/// A workspace whose shelters are above the level of the public; four groups of four zones to hide them among.
pub fn one() -> Ground {
    let ground = Ground::new();
    ground.edit("layers/shelters.toml", "level = \"public\"", "level = \"restricted\"");
    for layer in COVERAGE {
        let path = format!("layers/{layer}.toml");
        ground.put(&path, &(ground.text(&path) + PROTECT));
    }
    ground.edit("corredor.toml", "invented = true\n", "invented = true\n[protect]\nk = { public = 3 }\n");
    ground
}

/// The same, published for the public and for partners.
pub fn two() -> Ground {
    let ground = one();
    ground.edit(
        "corredor.toml",
        "invented = true\n",
        "invented = true\n[publish.edition.public]\n[publish.edition.partners]\nlevel = \"restricted\"\nkeep = 3\nkeep_months = 0\n",
    );
    ground
}

/// The run of an edition that is current.
pub fn current(ground: &Ground, edition: &str) -> String {
    let run = ground.path(&format!("published/{edition}/current")).canonicalize().unwrap();
    run.file_name().unwrap().to_str().unwrap().to_owned()
}

fn published(ground: &Ground, edition: &str) -> BTreeMap<String, Vec<u8>> {
    ground::files(&ground.path(&format!("published/{edition}/current")).canonicalize().unwrap())
}

/// The files that hold layers and how they are drawn; descriptions name the day and the run.
fn layers(files: BTreeMap<String, Vec<u8>>) -> BTreeMap<String, Vec<u8>> {
    let own = |name: &String| {
        [".geojson", ".csv", ".qml", ".fgb"].iter().any(|ending| name.ends_with(ending))
            && ["gaps.", "hotspots.", "states.", "stretches."].iter().any(|layer| name.starts_with(layer))
    };
    files.into_iter().filter(|(name, _)| own(name)).collect()
}

/// Every edition is whole to the byte, and all are of one set.
pub fn assert_whole(ground: &Ground, when: &str) {
    // The set is resolved once, as a reader of more than one edition would.
    let set = ground.path("published/current").canonicalize().unwrap();
    let mut runs = Vec::new();
    for edition in EDITIONS {
        let run = set.join(edition).canonicalize().unwrap();
        assert_eq!(verify(&run).unwrap(), [], "{when}: {edition}");
        runs.push(run.file_name().unwrap().to_owned());
    }
    // One that says what it said before keeps the run of then.
    assert!(runs.iter().any(|run| run == set.file_name().unwrap()), "{when}: {runs:?}");
    for edition in EDITIONS {
        let own = ground.path(&format!("published/{edition}/current")).canonicalize().unwrap();
        assert_eq!(own, set.join(edition).canonicalize().unwrap(), "{when}");
    }
}

#[test]
fn partners_get_what_a_workspace_without_protection_gives() {
    let ground = two();
    let outcome = ground.publish_at(FIRST);
    assert_eq!(outcome.editions.len(), 2);
    assert_whole(&ground, "first");
    // The same workspace as it was before anything was protected: for partners alone.
    let plain = one();
    plain.edit("corredor.toml", "invented = true\n", "invented = true\n[publish]\nlevel = \"restricted\"\n");
    for layer in COVERAGE {
        plain.edit(&format!("layers/{layer}.toml"), PROTECT, "");
    }
    plain.publish_at(FIRST);
    let (partners, expected) = (layers(published(&ground, "partners")), layers(plain.published()));
    assert_eq!(partners.keys().collect::<Vec<_>>(), expected.keys().collect::<Vec<_>>());
    assert!(partners.len() >= 12);
    for (name, bytes) in &partners {
        assert!(*bytes == expected[name], "{name} differs");
    }
    // The public gets something else, which says so.
    let public = published(&ground, "public");
    assert!(public["gaps.geojson"] != partners["gaps.geojson"]);
    assert!(public["hotspots.csv"] != partners["hotspots.csv"]);
    assert!(public["stretches.csv"] == partners["stretches.csv"], "what no site touches is the same");
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
    assert!(text(&public["metadata.json"]).contains("Sites are shown displaced"));
    assert!(text(&public["hotspots.en.qml"]).contains("sites moved on purpose"));
    assert!(!text(&published(&ground, "partners")["metadata.json"]).contains("displaced"));
    // Nothing that the public gets is finer than a kilometre.
    let near = |bytes: &[u8]| -> Vec<f64> {
        let text = text(bytes);
        let at = text.lines().next().unwrap().split(',').position(|field| field == "near_km").unwrap();
        text.lines().skip(1).map(|line| line.split(',').nth(at).unwrap().parse().unwrap()).collect()
    };
    assert!(near(&public["hotspots.csv"]).iter().all(|km| km.fract() == 0.0));
    assert!(near(&partners["hotspots.csv"]).iter().any(|km| km.fract() != 0.0));
    // Each run says for whom it is.
    for (edition, level) in [("public", "public"), ("partners", "restricted")] {
        let run: serde_json::Value =
            serde_json::from_slice(&published(&ground, edition)["run.json"]).unwrap();
        assert_eq!((&run["edition"], &run["level"]), (&edition.into(), &level.into()));
    }
}

#[test]
fn public_layers_are_the_same_every_night_and_wherever_in_its_settlement_a_site_is() {
    let ground = two();
    let first = ground.publish_at(FIRST).run.unwrap();
    let before = EDITIONS.map(|edition| layers(published(&ground, edition)));
    let public = ground::tree(&ground.path("published/public"));
    // Another house of the same municipality, and other rows and keys.
    ground.put("data/shelters.csv", "id,lon,lat\nX9,3.2,0.6\nS1,0.9,0.1\n");
    let outcome = ground.publish_at(FIRST + NIGHT);
    let second = outcome.run.clone().unwrap();
    assert_ne!(first, second);
    let after = layers(published(&ground, "partners"));
    assert!(before[1] != after, "partners see that it moved");
    // The public does not: there is no run, no link, no byte that tells that anything was edited.
    assert_eq!((current(&ground, "public"), current(&ground, "partners")), (first.clone(), second.clone()));
    assert_eq!(ground::tree(&ground.path("published/public")), public);
    let editions = serde_json::to_value(&outcome.editions).unwrap();
    assert_eq!((&editions[0]["unchanged"], &editions[1]["unchanged"]), (&true.into(), &false.into()));
    assert_whole(&ground, "only partners have a new run");
    let digest = |run: &str| run.split('-').nth(1).unwrap().to_owned();
    assert_eq!(digest(&first), digest(&second), "the run's name says nothing of it");
    // It is no reason to build that time passes.
    assert!(ground.publish_at(FIRST + 2 * NIGHT).unchanged);
    assert!(ground.run(&["verify"]).status.success());
    // Sets are what one goes back to.
    assert!(ground.run(&["rollback", "previous"]).status.success());
    assert_eq!((current(&ground, "public"), current(&ground, "partners")), (first.clone(), first.clone()));
    assert!(ground.run(&["rollback", &second]).status.success());
    assert_eq!((current(&ground, "public"), current(&ground, "partners")), (first.clone(), second));
    let found = ground.run(&["audit", "--json", "--edition", "public"]);
    assert!(found.status.success());
    // A run by hand is a run.
    assert!(ground.run(&["build", "--force"]).status.success());
    assert_ne!(current(&ground, "public"), first);
    // In another municipality it is seen elsewhere, or at least published as if it were.
    let mut seen = std::collections::BTreeSet::new();
    for lon in 0..4 {
        ground.put("data/shelters.csv", &format!("id,lon,lat\nS1,{lon}.5,0.5\n"));
        ground.publish_at(FIRST + 3 * NIGHT + i64::from(lon));
        seen.insert(published(&ground, "public")["gaps.csv"].clone());
    }
    assert!(seen.len() > 1);
}

#[test]
fn what_stays_the_same_is_kept_as_long_as_it_is_current() {
    let ground = two();
    let first = ground.publish_at(FIRST).run.unwrap();
    for night in 1..9 {
        ground.put("data/shelters.csv", &format!("id,lon,lat\nS1,0.{night},0.5\nS2,3.5,0.5\n"));
        ground.publish_at(FIRST + night * NIGHT);
        assert_whole(&ground, &format!("night {night}"));
        assert_eq!(current(&ground, "public"), first);
    }
    let count = |folder: &str| ground::names(&ground.path(&format!("published/{folder}"))).len();
    assert_eq!((count("public/runs"), count("partners/runs")), (1, 3));
    assert!(count("sets") <= 4, "{:?}", ground::names(&ground.path("published/sets")));
    // Partners' current run goes: the set of before, with the same public run.
    let gone = current(&ground, "partners");
    assert!(ground.run(&["withdraw", "--edition", "partners", &gone]).status.success());
    assert_ne!(current(&ground, "partners"), gone);
    assert_whole(&ground, "withdrawn");
    assert!(ground.run(&["verify"]).status.success());
}

#[test]
fn one_publication_has_no_new_run_where_it_says_the_same() {
    let ground = one();
    let first = ground.publish_at(FIRST).run.unwrap();
    let before = ground::tree(&ground.path("published"));
    ground.put("data/shelters.csv", "id,lon,lat\nX9,3.2,0.6\nS1,0.9,0.1\n");
    let outcome = ground.publish_at(FIRST + NIGHT);
    assert!(outcome.unchanged && outcome.run.is_none());
    assert!(outcome.layers.iter().any(|layer| !layer.reused));
    assert_eq!((ground.current(), ground::tree(&ground.path("published"))), (first.clone(), before));
    let outcome = ground.publish_at(FIRST + 2 * NIGHT);
    assert!(outcome.unchanged && outcome.layers.is_empty(), "there was nothing left to do");
    // Where a file is lost all is written anew.
    fs::remove_file(ground.path(&format!("published/runs/{first}/gaps.csv"))).unwrap();
    ground.put("data/shelters.csv", "id,lon,lat\nX9,3.3,0.6\nS1,0.9,0.1\n");
    assert!(ground.publish_at(FIRST + 3 * NIGHT).run.is_some());
    // What one says of a layer is published too.
    ground.edit("layers/gaps.toml", "Brechas", "Huecos");
    assert!(ground.publish_at(FIRST + 4 * NIGHT).run.is_some());
}

#[test]
fn the_one_publication_of_a_workspace_is_displaced_too_and_stays_where_it_was() {
    let ground = one();
    ground.publish_at(FIRST);
    let public = layers(ground.published());
    assert!(ground.path("published/current").read_link().unwrap().starts_with("runs"));
    let both = two();
    both.publish_at(FIRST);
    let edition = layers(published(&both, "public"));
    for (name, bytes) in &public {
        assert!(edition[name] == *bytes, "{name} differs");
    }
}

#[test]
fn without_a_key_nothing_is_derived_from_the_sites() {
    let ground = two();
    ground.edit("corredor.toml", "invented = true\n", "");
    let folder = tempfile::tempdir().unwrap();
    let key = folder.path().join("none.key");
    let build = || {
        let output = ground.command(&["build"]).env("CORREDOR_KEY_FILE", &key).output().unwrap();
        (output.status.code(), String::from_utf8_lossy(&output.stderr).into_owned())
    };
    let check = || {
        let output = ground.command(&["check"]).env("CORREDOR_KEY_FILE", &key).output().unwrap();
        String::from_utf8_lossy(&output.stderr).into_owned()
    };
    assert!(check().contains("the key by which sites are displaced does not serve"), "{}", check());
    let (code, told) = build();
    assert!(code != Some(0) && told.contains("corredor key --new"), "{told}");
    assert!(!ground.path("published/public/runs").exists());
    fs::write(&key, "01".repeat(32)).unwrap();
    std::os::unix::fs::PermissionsExt::set_mode(&mut fs::metadata(&key).unwrap().permissions(), 0o600);
    fs::set_permissions(&key, std::os::unix::fs::PermissionsExt::from_mode(0o600)).unwrap();
    assert!(!check().contains("does not serve"), "{}", check());
    let (code, told) = build();
    assert_eq!(code, Some(0), "{told}");
    let first = layers(published(&ground, "public"));
    // Another key shows them elsewhere, and is a reason to build.
    // The places of two keys together may say too much: the audit sees to that, so the run of before goes first.
    fs::remove_dir_all(ground.path("published")).unwrap();
    fs::write(&key, "02".repeat(32)).unwrap();
    assert_eq!(build().0, Some(0));
    assert!(layers(published(&ground, "public")) != first);
}

#[test]
fn going_back_takes_all_editions_along() {
    let ground = two();
    let first = ground.publish_at(FIRST).run.unwrap();
    ground.put("data/shelters.csv", "id,lon,lat\nS1,2.5,2.5\n");
    let second = ground.publish_at(FIRST + NIGHT).run.unwrap();
    assert_eq!(EDITIONS.map(|edition| current(&ground, edition)), [second.clone(), second.clone()]);
    let output = ground.run(&["rollback", "previous"]);
    assert_eq!(String::from_utf8(output.stdout).unwrap(), format!("Current now: {first}\n"));
    assert_eq!(EDITIONS.map(|edition| current(&ground, edition)), [first.clone(), first]);
    assert_whole(&ground, "after going back");
    assert_eq!(ground.publish_at(FIRST + 2 * NIGHT).withdrawn, Some(second));
    // A run that one edition keeps no more is no set to go back to.
    for night in 3..8 {
        ground.put("data/shelters.csv", &format!("id,lon,lat\nS1,{}.5,2.5\n", night % 4));
        ground.publish_at(FIRST + night * NIGHT);
    }
    let runs = |edition: &str| {
        let output = ground.run(&["runs", "--json", "--edition", edition]);
        let runs: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
        runs.as_array().unwrap().iter().map(|run| run["run"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!((runs("public").len(), runs("partners").len()), (5, 3));
    let told = ground.told(&["rollback", &runs("public")[0]]);
    assert!(told.contains("edition `partners` keeps that run no more"), "{told}");
    assert_whole(&ground, "after going back was refused");
    let told = ground.told(&["verify", "--edition", "nobody"]);
    assert!(told.contains("there are: partners, public"), "{told}");
    for edition in EDITIONS {
        assert!(ground.run(&["verify", "--edition", edition]).status.success());
        assert!(ground.run(&["diff", "--edition", edition]).status.success());
    }
}

#[test]
fn nothing_is_compared_across_levels() {
    let ground = one();
    ground.edit("corredor.toml", "invented = true\n", "invented = true\n[publish]\nlevel = \"restricted\"\n");
    ground.publish_at(FIRST);
    ground.edit("corredor.toml", "level = \"restricted\"", "level = \"public\"");
    assert!(ground.try_publish_at(FIRST + NIGHT).is_err(), "not beside what others saw");
    assert!(ground.told(&["withdraw", "--above", "public", "--leave-none"]).starts_with("exit 0"));
    let outcome = ground.publish_at(FIRST + NIGHT);
    assert!(outcome.run.is_some() && outcome.diff.is_none());
    assert!(!ground.path("published/current/changes.json").exists());
    // Nor does what was built for the ones come to the others.
    let fresh = one();
    fresh.publish_at(FIRST);
    let (here, there) = (layers(ground.published()), layers(fresh.published()));
    assert_eq!(here.keys().collect::<Vec<_>>(), there.keys().collect::<Vec<_>>());
    for (name, bytes) in here {
        assert!(bytes == there[&name], "{name} differs");
    }
}

#[test]
fn only_some_layers_do_not_come_as_others_saw_them() {
    let ground = one();
    ground.edit("corredor.toml", "invented = true\n", "invented = true\n[publish]\nlevel = \"restricted\"\n");
    ground.publish_at(FIRST);
    let secret = layers(ground.published());
    ground.edit("corredor.toml", "level = \"restricted\"", "level = \"public\"");
    let workspace = Workspace::open(ground.root()).unwrap();
    let options = BuildOptions { only: vec!["risk".to_owned()], ..BuildOptions::default() };
    match build(&workspace, &options, &mut Silent) {
        Err(error) => assert!(matches!(error, BuildError::NeverBuilt { .. }), "{error}"),
        Ok(_) => assert!(layers(ground.published())["gaps.csv"] != secret["gaps.csv"]),
    }
}

#[test]
fn killed_at_twenty_instants() {
    let ground = two();
    ground.publish_at(FIRST);
    let began = std::time::Instant::now();
    ground.put("data/table.csv", &ground::table(1));
    ground.build(&[]);
    let whole = began.elapsed().as_micros() as u64;
    for case in 0..25_usize {
        let before = current(&ground, "public");
        ground.put("data/table.csv", &ground::table(case % 97 + 2));
        ground.put("data/shelters.csv", &format!("id,lon,lat\nS1,{}.5,{}.5\n", case % 4, case % 3));
        let mut child = ground
            .command(&["build", "--quiet"])
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        // Every fifth comes to its end, however busy the machine is: after kills a build still publishes.
        if case % 5 == 4 {
            assert!(child.wait().unwrap().success(), "the build after kill {case}");
            assert!(current(&ground, "public") != before, "nothing new after kill {case}");
        } else {
            // Knuth's multiplier spreads the instants.
            let at = (case as u64 * 2_654_435_761) % 1000;
            std::thread::sleep(Duration::from_micros(whole * 5 / 4 * at / 1000));
            child.kill().unwrap();
            child.wait().unwrap();
        }
        assert_whole(&ground, &format!("after kill {case}"));
    }
    ground.put("data/table.csv", &ground::table(0));
    ground.publish_at(FIRST + 40 * NIGHT);
    assert_whole(&ground, "after the run that followed");
    for folder in ["public/runs", "partners/runs", "sets"] {
        let left = ground::names(&ground.path(&format!("published/{folder}")));
        assert!(left.iter().all(|name| !name.ends_with(".partial")), "{left:?}");
    }
    let sets = ground::names(&ground.path("published/sets"));
    let public = ground::names(&ground.path("published/public/runs"));
    assert!(public.iter().all(|run| sets.contains(run)), "{public:?} {sets:?}");
}

#[test]
fn ten_pairs_at_once() {
    let ground = two();
    ground.publish_at(FIRST);
    for pair in 0..10_usize {
        ground.put("data/table.csv", &ground::table(pair + 1));
        let start = || {
            ground
                .command(&["build", "--quiet", "--wait"])
                .stdout(Stdio::null())
                .stderr(Stdio::null())
                .spawn()
                .unwrap()
        };
        let mut both = [start(), start()];
        // A reader who resolves the set once never sees one edition new and the other old.
        while both.iter_mut().any(|child| child.try_wait().unwrap().is_none()) {
            assert_one(&ground.path("published"));
        }
        for child in &mut both {
            assert!(child.wait().unwrap().success());
        }
        assert_whole(&ground, &format!("after pair {pair}"));
    }
}

/// Both editions lead to runs of one name.
fn assert_one(published: &Path) {
    let set = published.join("current").canonicalize().unwrap();
    let runs = EDITIONS.map(|edition| set.join(edition).canonicalize().unwrap());
    assert_eq!(runs[0].file_name(), runs[1].file_name());
}
