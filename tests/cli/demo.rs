//! The demo, end to end through the real binary: what it finds, what it publishes, and that it never breaks.
#![allow(clippy::unwrap_used, reason = "a test may stop where its ground is missing")]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use crate::fixtures;

/// A workspace on a small invented country, generated once a test.
fn workspace(dir: &Path, size: &str) -> PathBuf {
    let output = fixtures::corredor(dir, &["init", "--size", size, "country"]);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    dir.join("country")
}

fn build(folder: &Path, arguments: &[&str]) -> std::process::Output {
    let output = Command::new(env!("CARGO_BIN_EXE_corredor"))
        .arg("build")
        .args(arguments)
        .current_dir(folder)
        .env("LC_ALL", "C.UTF-8")
        .env("SOURCE_DATE_EPOCH", "1764547200")
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    output
}

/// Every file of the current run with its bytes.
fn current(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    fs::read_dir(folder.join("published/current"))
        .unwrap()
        .map(|entry| entry.unwrap())
        .map(|entry| (entry.file_name().into_string().unwrap(), fs::read(entry.path()).unwrap()))
        .collect()
}

/// Rows of a CSV as maps.
fn rows(path: &Path) -> Vec<BTreeMap<String, String>> {
    let mut reader = csv::Reader::from_path(path).unwrap();
    reader.deserialize().map(|row| row.unwrap()).collect()
}

#[test]
fn planted_clusters_are_found() {
    let dir = tempfile::tempdir().unwrap();
    let folder = workspace(dir.path(), "600");
    build(&folder, &[]);
    let key = |row: &BTreeMap<String, String>| row["code"].clone();
    let planted: BTreeSet<String> = rows(&folder.join("data/planted_truth.csv"))
        .iter()
        .filter(|row| row["planted"] == "1")
        .map(key)
        .collect();
    let reported: BTreeSet<String> = rows(&folder.join("published/current/hotspots.csv"))
        .iter()
        .filter(|row| row["gi_bin"].parse::<i64>().is_ok_and(|bin| bin >= 2))
        .map(key)
        .collect();
    let found = planted.intersection(&reported).count();
    let false_pct = 100.0 * (reported.len() - found) as f64 / reported.len() as f64;
    let found_pct = 100.0 * found as f64 / planted.len() as f64;
    println!(
        "planted {}, reported {}, found {found_pct:.1} %, false {false_pct:.1} %",
        planted.len(),
        reported.len()
    );
    assert_eq!((planted.len(), reported.len(), found), (77, 76, 76));
    assert!(found_pct >= 90.0, "found {found_pct:.1} %");
    assert!(false_pct <= 10.0, "false {false_pct:.1} %");
}

#[test]
fn planted_stretches_are_found() {
    let dir = tempfile::tempdir().unwrap();
    let folder = workspace(dir.path(), "600");
    build(&folder, &[]);
    let number = |row: &BTreeMap<String, String>, field: &str| row[field].parse::<f64>().unwrap();
    let stretches: Vec<(String, f64, f64)> = rows(&folder.join("data/planted_stretches.csv"))
        .iter()
        .map(|row| (row["route"].clone(), number(row, "from_km"), number(row, "to_km")))
        .collect();
    assert_eq!(stretches.len(), 5);
    let (mut planted, mut found, mut reported) = (0, 0, 0);
    for row in rows(&folder.join("published/current/way_hotspots.csv")) {
        let middle = number(&row, "from_km").midpoint(number(&row, "to_km"));
        let within = stretches
            .iter()
            .any(|(route, from, to)| *route == row["route"] && (*from..=*to).contains(&middle));
        let hot = row["gi_bin"].parse::<i64>().is_ok_and(|bin| bin >= 2);
        planted += usize::from(within);
        found += usize::from(hot && within);
        reported += usize::from(hot);
    }
    println!("planted {planted}, found {found}, reported {reported}");
    assert_eq!((planted, found, reported), (61, 59, 62));
    assert!(found * 10 >= planted * 9, "{found} of {planted}");
    assert!((reported - found) * 10 <= reported, "{found} of {reported}");
}

#[test]
fn the_published_set_is_whole_and_protected() {
    let dir = tempfile::tempdir().unwrap();
    let folder = workspace(dir.path(), "200");
    build(&folder, &[]);
    let files = current(&folder);
    for name in ["hotspots", "stretches", "gaps", "states", "country", "route_exposure"] {
        for suffix in [".geojson", ".csv", ".qml", ".es.qml", ".en.qml"] {
            assert!(files.contains_key(&format!("{name}{suffix}")), "{name}{suffix} in {:?}", files.keys());
        }
    }
    for name in ["work_centres.csv", "work_centres.geojson", "child_labour.csv", "supply_stretches.geojson"] {
        assert!(files.contains_key(name), "{name} in {:?}", files.keys());
    }
    let header = String::from_utf8_lossy(&files["hotspots.csv"]).lines().next().unwrap().to_owned();
    let fields: Vec<&str> = header.split(',').collect();
    for field in [
        "code",
        "name",
        "state",
        "risk",
        "risk_class",
        "route_km",
        "expo_km",
        "near_km",
        "gap_km",
        "incidents",
        "gi_z",
        "gi_p",
        "gi_q",
        "gi_bin",
        "priority",
    ] {
        assert!(fields.contains(&field), "{field} in {header}");
    }
    // The priority is what is drawn first, in pictures as in QGIS; its hot spots are there too.
    let style = |name: &str| String::from_utf8_lossy(&files[name]).into_owned();
    assert!(style("hotspots.qml").contains("attr=\"coalesce(&quot;prio_rank&quot;, -1)\""));
    let styles: serde_json::Value = serde_json::from_str(&style("styles.json")).unwrap();
    assert_eq!(styles["layers"]["hotspots"]["second"]["renderer"]["field"], "gi_bin");
    let drawn = |by: &[&str]| {
        let arguments = [&["render", "hotspots", "--out", "x.svg"], by].concat();
        let told = fixtures::told(&folder, &arguments);
        assert!(told.starts_with("exit 0"), "{told}");
        fs::read(folder.join("x.svg")).unwrap()
    };
    assert!(drawn(&[]) == drawn(&["--by", "prio_rank"]));
    assert!(drawn(&[]) != drawn(&["--by", "gi_bin"]));
    let refused = fixtures::told(&folder, &["render", "hotspots", "--out", "x.svg", "--by", "risk"]);
    assert!(refused.contains("not drawn by `risk`") && refused.contains("prio_rank, gi_bin"), "{refused}");
    // No shelter's id, name or place may stand in anything published.
    let shelters = rows(&folder.join("data/shelters.csv"));
    assert!(!shelters.is_empty());
    for (file, bytes) in &files {
        let text = String::from_utf8_lossy(bytes);
        for shelter in &shelters {
            assert!(!text.contains(&format!("\"{}\"", shelter["id"])), "{} in {file}", shelter["id"]);
            assert!(!text.contains(&shelter["name"]), "{} in {file}", shelter["name"]);
        }
    }
    // Distances that leave are whole kilometres.
    for row in rows(&folder.join("published/current/hotspots.csv")) {
        for field in ["near_km", "gap_km"] {
            let km: f64 = row[field].parse().unwrap();
            assert!(km.fract() == 0.0, "{field} = {km}");
        }
    }
}

#[test]
fn a_restricted_layer_is_refused() {
    let dir = tempfile::tempdir().unwrap();
    let folder = workspace(dir.path(), "60");
    let path = folder.join("layers/shelters.toml");
    let text = fs::read_to_string(&path).unwrap();
    fs::write(&path, format!("publish = true\n{text}")).unwrap();
    let told = fixtures::told(&folder, &["build"]);
    assert!(told.starts_with("exit 1"), "{told}");
    assert!(told.contains("restricted") && told.contains("shelters"), "{told}");
    assert!(!folder.join("published/current").exists());
}

#[test]
fn the_same_bytes_for_any_number_of_threads() {
    let dir = tempfile::tempdir().unwrap();
    let folder = workspace(dir.path(), "200");
    let mut runs = Vec::new();
    for threads in ["1", "2", "4"] {
        // A second run of the same second would get another name.
        let _ = fs::remove_dir_all(folder.join("published"));
        build(&folder, &["--force", "--threads", threads]);
        runs.push(current(&folder));
    }
    for other in &runs[1..] {
        assert_eq!(runs[0].keys().collect::<Vec<_>>(), other.keys().collect::<Vec<_>>());
        for (name, bytes) in &runs[0] {
            assert!(bytes == &other[name], "{name} differs with the number of threads");
        }
    }
}

#[test]
fn nothing_changed_means_nothing_done() {
    let dir = tempfile::tempdir().unwrap();
    let folder = workspace(dir.path(), "60");
    build(&folder, &[]);
    let before = fs::read_link(folder.join("published/current")).unwrap();
    let output = build(&folder, &[]);
    assert!(String::from_utf8_lossy(&output.stdout).contains("Nothing has changed"));
    assert_eq!(fs::read_link(folder.join("published/current")).unwrap(), before);
    build(&folder, &["--force"]);
    assert_ne!(fs::read_link(folder.join("published/current")).unwrap(), before);
    let incidents = folder.join("data/incidents.csv");
    let text = fs::read_to_string(&incidents).unwrap();
    let cut = text.trim_end().rsplit_once('\n').unwrap().0;
    fs::write(&incidents, format!("{cut}\n")).unwrap();
    let output = build(&folder, &[]);
    assert!(!String::from_utf8_lossy(&output.stdout).contains("Nothing has changed"));
}

#[test]
fn strict_publishes_nothing_where_there_are_warnings() {
    let dir = tempfile::tempdir().unwrap();
    let folder = workspace(dir.path(), "60");
    let told = fixtures::told(&folder, &["build", "--strict"]);
    assert!(told.starts_with("exit 3"), "{told}");
    assert!(!folder.join("published/current").exists());
}

#[test]
fn a_partial_build_publishes_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let folder = workspace(dir.path(), "60");
    build(&folder, &["risk"]);
    assert!(!folder.join("published/current").exists());
    let told = fixtures::told(&folder, &["build", "rsik"]);
    assert!(told.starts_with("exit 1") && told.contains("did you mean `risk`?"), "{told}");
}

#[test]
fn killing_a_build_leaves_the_current_run_whole() {
    let dir = tempfile::tempdir().unwrap();
    let folder = workspace(dir.path(), "200");
    let started = Instant::now();
    build(&folder, &[]);
    let whole = started.elapsed();
    let check = |folder: &Path| {
        let files = current(folder);
        let metadata: serde_json::Value = serde_json::from_slice(&files["metadata.json"]).unwrap();
        let mut named = 0;
        for layer in metadata["layers"].as_array().unwrap() {
            for file in layer["files"].as_array().unwrap() {
                let bytes = &files[file["name"].as_str().unwrap()];
                assert_eq!(bytes.len() as u64, file["bytes"].as_u64().unwrap());
                named += 1;
            }
        }
        assert!(named >= 20, "{named} files named");
    };
    for attempt in 0..20_u32 {
        // Instants spread over the whole build, the last ones over its publication.
        let wait =
            whole.mul_f64(f64::from(attempt * 7 % 20) / 20.0) + Duration::from_millis(u64::from(attempt));
        let mut child = Command::new(env!("CARGO_BIN_EXE_corredor"))
            .args(["build", "--force", "--quiet"])
            .current_dir(&folder)
            .stdout(Stdio::null())
            .spawn()
            .unwrap();
        std::thread::sleep(wait);
        let _ = child.kill();
        child.wait().unwrap();
        check(&folder);
    }
    build(&folder, &["--force"]);
    check(&folder);
    let leftovers = fs::read_dir(folder.join("published/runs"))
        .unwrap()
        .filter(|e| e.as_ref().unwrap().file_name().to_string_lossy().ends_with(".partial"))
        .count();
    assert_eq!(leftovers, 0, "partial runs of dead builds stay behind");
}

#[test]
fn readers_in_two_languages() {
    let dir = tempfile::tempdir().unwrap();
    let folder = workspace(dir.path(), "60");
    let spanish = Command::new(env!("CARGO_BIN_EXE_corredor"))
        .args(["build", "--lang", "es"])
        .current_dir(&folder)
        .output()
        .unwrap();
    let text = String::from_utf8_lossy(&spanish.stdout).into_owned();
    assert!(text.contains("PAÍS INVENTADO") && text.contains("Puntos calientes"), "{text}");
    let output = fixtures::corredor(&folder, &["build", "--force", "--json"]);
    let outcome: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(outcome["summary"]["invented"], true);
    for line in String::from_utf8_lossy(&output.stderr).lines() {
        serde_json::from_str::<serde_json::Value>(line).unwrap();
    }
}
