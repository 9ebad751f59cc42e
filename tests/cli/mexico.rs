//! The `mexico` template on the real files, through the real binary.
#![allow(clippy::unwrap_used, reason = "a test may stop where its ground is missing")]

use crate::fixtures;

use std::fs;

#[test]
fn the_main_job_on_real_files() {
    let Some(data) = fixtures::mexico() else { return };
    let dir = tempfile::tempdir().unwrap();
    let data = data.canonicalize().unwrap();
    let init = fixtures::corredor(
        dir.path(),
        &["init", "--template", "mexico", "--data", &data.to_string_lossy(), "mx"],
    );
    assert!(init.status.success(), "{}", String::from_utf8_lossy(&init.stderr));
    let folder = dir.path().join("mx");
    let output = fixtures::corredor(&folder, &["build"]);
    let told = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{told}");

    // The two boundary vintages, with the six codes that tell them apart.
    assert!(told.contains("2475") && told.contains("2469"), "{told}");
    for code in ["02007", "04013", "12082", "12083", "12084", "12085"] {
        assert!(told.contains(code), "{code} in {told}");
    }
    // 3 municipalities without poverty estimates, 13 without remittances; incidents outside Mexico.
    assert!(told.contains("3 without a value in") && told.contains("13 without a value in"), "{told}");
    assert!(told.contains("points outside every zone of `zones`"), "{told}");

    let published = folder.join("published/current");
    for layer in ["hotspots", "stretches", "gaps", "states"] {
        assert!(published.join(format!("{layer}.geojson")).is_file(), "{layer}");
    }
    let mut states = csv::Reader::from_path(published.join("states.csv")).unwrap();
    assert_eq!(states.records().count(), 32);
    let mut hotspots = csv::Reader::from_path(published.join("hotspots.csv")).unwrap();
    assert_eq!(hotspots.records().count(), 2475);
    // The vulnerability index: intervals hold the rank, two classes, 32 states, and a sheet for one of them.
    let mut index = csv::Reader::from_path(published.join("vulnerability.csv")).unwrap();
    let header = index.headers().unwrap().clone();
    let place = |name: &str| header.iter().position(|field| field == name).unwrap();
    let (rank, low, high) = (place("rank"), place("rank_lo"), place("rank_hi"));
    let (class, second) = (place("risk_class"), place("class_2"));
    let mut scored = 0;
    for row in index.records() {
        let row = row.unwrap();
        let number = |at: usize| row[at].parse::<f64>().ok();
        assert_eq!(number(rank).is_some(), !row[class].is_empty() && !row[second].is_empty());
        if let Some(rank) = number(rank) {
            assert!(number(low).unwrap() <= rank && rank <= number(high).unwrap(), "{row:?}");
            scored += 1;
        }
    }
    // All of 2020, of which three lack estimates that the recipe lets them lack.
    assert_eq!(scored, 2469);
    let mut by_state = csv::Reader::from_path(published.join("vulnerability_states.csv")).unwrap();
    assert_eq!(by_state.records().count(), 32);
    let sheet = fixtures::corredor(&folder, &["ficha", "07", "--lang", "es"]);
    assert!(sheet.status.success(), "{}", String::from_utf8_lossy(&sheet.stderr));
    assert!(fs::read_to_string(folder.join("ficha-07.es.html")).unwrap().contains("<h1>Chiapas</h1>"));

    let metadata: serde_json::Value =
        serde_json::from_slice(&fs::read(published.join("metadata.json")).unwrap()).unwrap();
    assert!(metadata["layers"].as_array().unwrap().len() >= 4);
}
