//! Neighbours by common borders: on the real layers, and as a layer file asks for them.
#![allow(clippy::unwrap_used, reason = "a test may stop where its ground is missing")]

use crate::fixtures;

use std::collections::{HashMap, HashSet};
use std::fs;
use std::path::Path;

use corredor::hotspot::{Contiguity, ContiguityOptions, ContiguityRule, contiguity, queen};
use fixtures::{Zones, mexico};

fn pairs(lists: &Contiguity) -> HashSet<(u32, u32)> {
    let of = |a: usize| lists.of(a).iter().map(move |&b| (a as u32, b));
    (0..lists.len()).flat_map(of).collect()
}

/// Pairs of zones with an equal vertex, by a table of all vertices.
fn sharing_a_vertex(zones: &Zones) -> HashSet<(u32, u32)> {
    let view = zones.view();
    let mut at: HashMap<(u64, u64), Vec<u32>> = HashMap::new();
    for zone in 0..view.len() {
        for ring in view.rings_of(zone) {
            for (lon, lat) in ring.lon.iter().zip(ring.lat) {
                let here = at.entry((lon.to_bits(), lat.to_bits())).or_default();
                if here.last() != Some(&(zone as u32)) {
                    here.push(zone as u32);
                }
            }
        }
    }
    let all = at.values().flat_map(|here| here.iter().flat_map(|&a| here.iter().map(move |&b| (a, b))));
    all.filter(|(a, b)| a != b).collect()
}

#[test]
fn real_zones_have_the_neighbours_of_their_vertices() {
    let Some(dir) = mexico() else { return };
    for (file, islands) in [("municipalities_full.fgb", 0), ("municipalities.geojson", 5)] {
        let zones = Zones::read(dir.join(file), "cvegeo");
        let lists = queen(&zones.view()).unwrap();
        assert!(pairs(&lists) == sharing_a_vertex(&zones), "{file}");
        assert_eq!(lists.islands().len(), islands, "{file}");
        let rook = ContiguityOptions { rule: ContiguityRule::Rook, tolerance_m: 0.0 };
        let rook = contiguity(&zones.view(), &rook).unwrap();
        assert!(pairs(&rook).is_subset(&pairs(&lists)), "{file}: rook is part of queen");
        println!("{file}: {} pairs by queen, {} by rook", lists.edges(), rook.edges());
    }
}

#[test]
fn a_tolerance_heals_zones_that_were_simplified_apart() {
    let Some(dir) = mexico() else { return };
    let zones = Zones::read(dir.join("municipalities.geojson"), "cvegeo");
    let full = Zones::read(dir.join("municipalities_full.fgb"), "cvegeo");
    let by_key = |zones: &Zones, lists: &Contiguity| -> HashSet<(String, String)> {
        let key = |zone: u32| zones.keys[zone as usize].clone();
        pairs(lists).into_iter().map(|(a, b)| (key(a), key(b))).collect()
    };
    let known: HashSet<&String> = zones.keys.iter().collect();
    let mut truth = by_key(&full, &queen(&full.view()).unwrap());
    truth.retain(|(a, b)| known.contains(a) && known.contains(b));
    let mut missed = Vec::new();
    for tolerance_m in [0.0, 1.0, 100.0] {
        let lists = |rule| contiguity(&zones.view(), &ContiguityOptions { rule, tolerance_m }).unwrap();
        let (queen, rook) = (lists(ContiguityRule::Queen), lists(ContiguityRule::Rook));
        let islands = if tolerance_m > 0.0 { 0 } else { 5 };
        assert_eq!(queen.islands().len(), islands, "{tolerance_m} m");
        assert!(pairs(&rook).is_subset(&pairs(&queen)), "{tolerance_m} m: rook is part of queen");
        missed.push(truth.difference(&by_key(&zones, &queen)).count() / 2);
        println!(
            "{tolerance_m} m: {} pairs by queen, {} by rook; {} of the {} at full resolution missed",
            queen.edges(),
            rook.edges(),
            missed[missed.len() - 1],
            truth.len() / 2
        );
    }
    assert!(missed[0] > 1000 && missed[1] < 350 && missed[2] < 150, "{missed:?}");
}

/// Builds two rows of two squares, the upper one a little to the north, and tells who are
/// neighbours: the number of pairs and the weights as published.
fn built(dir: &Path, settings: &str) -> (u64, String, serde_json::Value) {
    let square = |i: usize, x: f64, y: f64| {
        let (e, n) = (x + 1.0, y + 1.0);
        format!(
            r#"{{"type":"Feature","properties":{{"code":"0{i}","people":{i}}},"geometry":{{"type":"Polygon","coordinates":[[[{x},{y}],[{e},{y}],[{e},{n}],[{x},{n}],[{x},{y}]]]}}}}"#
        )
    };
    let north = 1.0004; // 44 m
    let zones = [square(1, 0.0, 0.0), square(2, 1.0, 0.0), square(3, 0.0, north), square(4, 1.0, north)];
    let text = |name: &str| format!("{name} = {{ es = \"t\", en = \"t\" }}\n");
    let main = format!("[workspace]\nname = \"t\"\n{}{}", text("title"), text("country"));
    for (path, text) in [
        ("corredor.toml", main),
        ("data/zones.geojson", format!(r#"{{"type":"FeatureCollection","features":[{}]}}"#, zones.join(","))),
        (
            "layers/zones.toml",
            "level = \"public\"\n[read]\npath = \"zones.geojson\"\ngeometry = \"polygon\"\nkey = \"code\"\n"
                .to_owned(),
        ),
        (
            "layers/gi.toml",
            format!(
                "{}publish = true\n[hotspot]\nzones = \"zones\"\nfield = \"people\"\n{settings}",
                text("title")
            ),
        ),
    ] {
        let path = dir.join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    let told = fixtures::told(dir, &["build"]);
    assert!(told.starts_with("exit 0"), "{told}");
    let metadata = fs::read(dir.join("published/current/metadata.json")).unwrap();
    let metadata: serde_json::Value = serde_json::from_slice(&metadata).unwrap();
    let ancestry = metadata["layers"][0]["ancestry"].as_array().unwrap();
    let parameters = ancestry.last().unwrap()["provenance"]["parameters"].clone();
    let weights = parameters["weights"].as_str().unwrap().to_owned();
    (parameters["neighbour_pairs"].as_u64().unwrap(), weights, parameters["tolerance_m"].clone())
}

#[test]
fn a_layer_file_chooses_rule_and_tolerance() {
    let dir = tempfile::tempdir().unwrap();
    let said = |rule: &str| format!("{rule} contiguity, binary, self included");
    let none = serde_json::Value::Null;
    assert_eq!(built(dir.path(), ""), (2, said("queen"), none.clone()));
    assert_eq!(built(dir.path(), "contiguity = \"rook\"\n"), (2, said("rook"), none));
    assert_eq!(built(dir.path(), "tolerance_m = 50\n"), (6, said("queen"), 50.0.into()));
    let rook = "contiguity = \"rook\"\ntolerance_m = 50\n";
    assert_eq!(built(dir.path(), rook), (4, said("rook"), 50.0.into()));
}
