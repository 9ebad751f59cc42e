//! The trace-back gate before the switch, and `corredor audit`.

use std::fs;
use std::os::unix::fs::PermissionsExt;

use corredor::build::{BuildError, TracedBack};
use serde_json::Value;

use super::faults::FIRST;
use super::ground::Ground;

const NIGHT: i64 = 86_400;

/// What lowers the level of the coverage layers.
const PROTECT: &str =
    "[protect]\nto = \"public\"\nround_km = 1\nreason = { es = \"prueba\", en = \"test\" }\n";

/// From now on the public may not know where the shelters are; each is hidden among three zones or more.
fn hide(ground: &Ground) {
    ground.edit("layers/shelters.toml", "level = \"public\"", "level = \"restricted\"");
    for layer in ["zone_coverage", "gaps"] {
        let path = format!("layers/{layer}.toml");
        ground.put(&path, &(ground.text(&path) + PROTECT));
    }
    ground.edit("corredor.toml", "invented = true\n", "invented = true\n[protect]\nk = { public = 3 }\n");
}

/// Shelters that the public may not see, for the public and for partners.
fn two() -> Ground {
    let ground = Ground::new();
    hide(&ground);
    ground.edit(
        "corredor.toml",
        "invented = true\n",
        "invented = true\n[publish.edition.public]\n[publish.edition.partners]\nlevel = \"restricted\"\n",
    );
    ground
}

fn reports(ground: &Ground, arguments: &[&str]) -> Vec<Value> {
    let output = ground.run(&[&["audit", "--json"], arguments].concat());
    let said: Value = serde_json::from_slice(&output.stdout).unwrap();
    said["editions"].as_array().unwrap().clone()
}

#[test]
fn each_edition_is_attacked_and_what_is_found_is_kept() {
    let ground = two();
    ground.publish_at(FIRST);
    ground.put("data/shelters.csv", "id,lon,lat\nS1,0.5,0.5\nS2,3.5,0.5\nS3,2.5,3.4\n");
    ground.publish_at(FIRST + NIGHT);
    let found = reports(&ground, &[]);
    let names: Vec<&str> = found.iter().map(|report| report["edition"].as_str().unwrap()).collect();
    assert_eq!(names, ["public", "partners"]);
    assert!(found.iter().all(|report| report["passed"] == true), "{found:#?}");
    let public = &found[0];
    assert_eq!((public["sites"].as_u64(), public["k"].as_u64()), (Some(3), Some(3)));
    assert!(public["candidates"][0].as_f64().unwrap() >= 3.0);
    assert_eq!(public["runs"].as_array().unwrap().len(), 2);
    assert_eq!(public["differences"].as_array().unwrap().len(), 1);
    for run in public["runs"].as_array().unwrap() {
        let sources = run["sources"].as_array().unwrap();
        assert!(sources.iter().any(|s| s["layer"] == "hotspots" && s["field"] == "near_km"), "{sources:?}");
        assert!(sources.iter().all(|s| s["unexplained"] == 0), "{sources:?}");
    }
    // Partners see the sites, and what the public sees besides.
    assert_eq!((found[1]["sites"].as_u64(), found[1]["runs"].as_array().unwrap().len()), (Some(0), 4));
    // Nothing that is said names a site or a place.
    for lang in ["es", "en"] {
        let output = ground.run(&["audit", "--edition", "public", "--lang", lang]);
        let page = String::from_utf8(output.stdout).unwrap();
        assert!(output.status.success() && page.contains("hotspots.near_km"), "{page}");
        assert!(!page.contains("S1") && !page.contains("3.5"), "{page}");
    }
    let records = ground.path(".corredor/audit");
    let files: Vec<_> = fs::read_dir(&records).unwrap().map(|entry| entry.unwrap().path()).collect();
    assert_eq!(files.len(), 4);
    for file in files {
        assert_eq!(fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600, "{file:?}");
    }
    assert_eq!(
        reports(&ground, &["--edition", "public", "--run", "current"])[0]["runs"].as_array().unwrap().len(),
        1
    );
    let told = ground.told(&["audit", "--edition", "nobody"]);
    assert!(told.contains("there is no edition `nobody`") && told.contains("partners"), "{told}");
}

#[test]
fn nothing_is_published_beside_a_run_that_gives_sites_away() {
    let ground = Ground::new();
    ground.publish_at(FIRST);
    let before = ground.current();
    // From now on nobody may know where they are; the run of before still tells.
    hide(&ground);
    let error = ground.try_publish_at(FIRST + NIGHT).unwrap_err();
    let BuildError::TracedBack(TracedBack { faults, help, .. }) = &error else { panic!("{error:?}") };
    assert!(
        faults.iter().any(|fault| fault.contains("`near_km` of layer `hotspots`") && fault.contains(&before))
    );
    assert!(help.iter().any(|help| help.contains(&format!("corredor withdraw {before}"))), "{help:?}");
    assert_eq!(ground.current(), before, "the switch was not made");
    let output = ground.run(&["audit", "--lang", "en"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(String::from_utf8(output.stdout).unwrap().contains("does NOT pass"));
    // Without it there is nothing to compare with.
    fs::remove_dir_all(ground.path(&format!("published/runs/{before}"))).unwrap();
    fs::remove_file(ground.path("published/current")).unwrap();
    ground.publish_at(FIRST + 2 * NIGHT);
    assert!(reports(&ground, &[])[0]["passed"] == true);
}

#[test]
fn nothing_published_says_nothing() {
    let ground = Ground::new();
    let told = ground.told(&["audit"]);
    assert!(told.contains("corredor build"), "{told}");
}

/// Settlements in rows: their ids begin with `prefix`, and they stand `east` degrees further on.
fn towns(prefix: &str, east: f64, rows: usize) -> String {
    let mut text = "id,lon,lat\n".to_owned();
    for i in 0..16 {
        let (lon, lat) = ((i % (16 / rows)) as f64 + 0.25 + east, (i / (16 / rows)) as f64 + 0.5);
        text.push_str(&format!("{prefix}{i:02},{lon},{lat}\n"));
    }
    text
}

/// Hidden among settlements of a list of its own.
fn listed(list: &str) -> Ground {
    let ground = Ground::new();
    hide(&ground);
    ground.edit("corredor.toml", "[protect]\n", "[protect]\ngazetteer = \"towns\"\n");
    ground.put("data/towns.csv", list);
    ground.put(
        "layers/towns.toml",
        "level = \"public\"\n[read]\npath = \"towns.csv\"\ngeometry = \"point\"\nkey = \"id\"\nlon = \"lon\"\nlat = \"lat\"\n",
    );
    ground
}

#[test]
fn another_list_of_settlements_is_no_way_past_the_gate() {
    let ground = listed(&towns("A", 0.0, 4));
    let before = ground.publish_at(FIRST).run.unwrap();
    // The same settlements under other names are the same settlements; more people to hide among are none the worse.
    ground.put("data/towns.csv", &towns("B", 0.0, 4));
    ground.publish_at(FIRST + NIGHT);
    let stood = ground.current();
    // Others, whatever they are called, and whatever the sites are called in the list of that night.
    for (night, list, sites) in [
        (2, towns("C", 0.5, 4), "S1,0.5,0.5\nS2,3.5,0.5\n"),
        (3, towns("A", 0.5, 4), "S1,0.5,0.5\nS2,3.5,0.5\n"),
        (4, towns("C", 0.5, 4), "X1,0.51,0.5\nX2,3.51,0.5\n"),
    ] {
        ground.put("data/towns.csv", &list);
        ground.put("data/shelters.csv", &format!("id,lon,lat\n{sites}"));
        let error = ground.try_publish_at(FIRST + night * NIGHT).unwrap_err();
        let BuildError::TracedBack(TracedBack { faults, help, .. }) = &error else { panic!("{error:?}") };
        assert!(faults.iter().any(|fault| fault.contains("another list of settlements")), "{faults:?}");
        // All the runs of that list at once, and the other way out.
        let help = help.join("; ");
        assert!(help.contains("corredor withdraw ") && help.contains(&before), "{help}");
        assert!(help.contains("[protect] gazetteer"), "{help}");
        assert_eq!(ground.current(), stood, "the switch was not made");
    }
    // What is said is enough.
    for run in super::ground::names(&ground.path("published/runs")) {
        ground.run(&["withdraw", "--leave-none", &run]);
    }
    ground.publish_at(FIRST + 5 * NIGHT);
    assert!(reports(&ground, &[])[0]["passed"] == true);
}

#[test]
fn settlements_that_span_no_area_hide_nothing() {
    let ground = listed(&towns("A", 0.0, 1).replace("A15", "B15"));
    let error = ground.try_publish_at(FIRST).unwrap_err();
    let BuildError::TracedBack(TracedBack { faults, .. }) = &error else { panic!("{error:?}") };
    assert!(faults.iter().any(|fault| fault.contains("km\u{b2}")), "{faults:?}");
    assert!(!ground.path("published/current").exists());
}
