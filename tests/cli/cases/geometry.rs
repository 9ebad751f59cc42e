//! Geometry as people have it.

use std::path::Path;

use serde_json::Value;

use super::{build, case, fixtures, make, table};

/// A published layer.
fn published(folder: &Path, layer: &str) -> Value {
    let path = folder.join(format!("published/current/{layer}.geojson"));
    serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap()
}

/// The value of a column in the rows that begin with a key.
fn cells(folder: &Path, name: &str, column: &str) -> Vec<(String, String)> {
    let text = std::fs::read_to_string(folder.join("published/current").join(name)).unwrap();
    let mut lines = text.trim_start_matches('\u{feff}').lines();
    let at =
        lines.next().unwrap().split(',').position(|cell| cell == column).unwrap_or_else(|| panic!("{text}"));
    let cell = |line: &str, at: usize| line.split(',').nth(at).unwrap().to_owned();
    lines.map(|line| (cell(line, 0), cell(line, at))).collect()
}

fn pairs(of: &[(&str, &str)]) -> Vec<(String, String)> {
    of.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect()
}

/// Positions of a geometry, however deep they lie.
fn positions(value: &Value) -> Vec<&Vec<Value>> {
    let list = value.as_array().unwrap();
    match list.first() {
        Some(Value::Array(_)) => list.iter().flat_map(positions).collect(),
        _ => vec![list],
    }
}

#[test]
fn the_crs_member_of_old_geojson() {
    let Some(case) = case("08-geojson-crs-member") else { return };
    for folder in ["epsg3857", "urn4326"] {
        let folder = case.path().join(folder);
        let told = build(&folder);
        assert!(told.starts_with("exit 0"), "{told}");
        assert_eq!(cells(&folder, "counts.csv", "incidents"), pairs(&[("01001", "1"), ("01002", "2")]));
    }
    let told = build(&case.path().join("missing"));
    for word in ["exit 1", "zones.geojson", "01001", "`crs`"] {
        assert!(told.contains(word), "{told}");
    }
}

#[test]
fn empty_geometry_of_any_kind_is_a_missing_one() {
    let Some(case) = case("09-null-and-empty-geometry") else { return };
    for (folder, without) in [("no-collection", "01004, 01005, 01006"), ("ws", "01004, 01005, 01006, 01007")]
    {
        let folder = case.path().join(folder);
        let told = build(&folder);
        assert!(told.starts_with("exit 0") && told.contains(&format!("no geometry ({without})")), "{told}");
        let scores = cells(&folder, "score.csv", "risk");
        assert_eq!(scores, pairs(&[("01001", "0.1"), ("01002", "0.2"), ("01003", "0.3")]));
    }
    let seen = fixtures::corredor(case.path(), &["inspect", "ws/data/zones.geojson"]);
    let seen = String::from_utf8_lossy(&seen.stdout).into_owned();
    assert!(seen.contains("4 features without geometry"), "{seen}");
}

#[test]
fn folders_of_one_name() {
    let Some(case) = case("10-kml-extended-data") else { return };
    let folder = case.path().join("schemas");
    assert!(build(&folder).starts_with("exit 0"));
    assert_eq!(cells(&folder, "zones.csv", "hab"), pairs(&[("01001", ""), ("01002", "77")]));
    let folder = case.path().join("folders");
    let told = build(&folder);
    assert!(told.starts_with("exit 0") && told.contains("`Albergues (#2)`"), "{told}");
    assert!(fixtures::told(&folder, &["build", "--strict", "--force"]).starts_with("exit 3"));
}

#[test]
fn one_unit_in_several_rows() {
    let Some(case) = case("14-one-unit-in-several-rows") else { return };
    let folder = case.path().join("ws");
    let told = build(&folder);
    for word in ["exit 1", "feature 1", "feature 5", "`01001`", "1 of 4 keys", "dissolve = true"] {
        assert!(told.contains(word), "{word}: {told}");
    }
    let told = build(&case.path().join("table"));
    for word in ["exit 1", "line 2", "line 3", "`01001`", "several years", "corredor query"] {
        assert!(told.contains(word), "{word}: {told}");
    }
    // Dissolved, the island is a part of its unit.
    let layer = folder.join("layers/zones.toml");
    let text = std::fs::read_to_string(&layer).unwrap().replace(
        "level = \"public\"",
        "level = \"public\"\npublish = true\ntitle = { es = \"Z\", en = \"Z\" }",
    );
    let text = text.replacen("title = { es = \"Zonas\", en = \"Zones\" }\n", "", 1);
    std::fs::write(&layer, format!("{text}dissolve = true\n")).unwrap();
    let told = fixtures::told(&folder, &["build", "-v"]);
    assert!(
        told.starts_with("exit 0") && told.contains("2 rows of 1 keys made one zone each (01001)"),
        "{told}"
    );
    let zones = published(&folder, "zones");
    assert_eq!(zones["features"].as_array().unwrap().len(), 4);
    assert_eq!(zones["features"][0]["geometry"]["coordinates"].as_array().unwrap().len(), 2);
    assert_eq!(zones["features"][0]["properties"]["pob"], 100);
}

#[test]
fn tracks_of_a_phone() {
    let Some(case) = case("20-gpx-tracks") else { return };
    let told = build(&case.path().join("ws"));
    assert!(told.starts_with("exit 1") && told.contains("waypoints, routes, tracks"), "{told}");
    let told = build(&case.path().join("tracks"));
    assert!(
        told.contains("`Ruta A`: the line has 2 parts that do not join")
            && told.contains("parts = \"split\""),
        "{told}"
    );
    let folder = case.path().join("split");
    assert!(build(&folder).starts_with("exit 0"));
    for (_, km) in cells(&folder, "exposure.csv", "route_km") {
        assert!((km.parse::<f64>().unwrap() - 34.0326).abs() < 1e-4, "{km}");
    }
    assert!(build(&case.path().join("bad")).starts_with("exit 1"));
}

#[test]
fn ids_of_features() {
    let Some(case) = case("24-geojson-ids-and-mixed-types") else { return };
    for (folder, keys, scores) in [
        ("dup-ids", ["A1", "A2", "A3"], ["0.1", "0.2", "0.3"]),
        ("mixed", ["A1", "A2", "A3"], ["0.1", "0.2", "0.305"]),
        ("id-is-key", ["101", "102", "103"], ["0.1", "0.2", "0.3"]),
    ] {
        let folder = case.path().join(folder);
        let told = build(&folder);
        assert!(told.starts_with("exit 0"), "{told}");
        let wanted: Vec<(&str, &str)> = keys.into_iter().zip(scores).collect();
        assert_eq!(cells(&folder, "score.csv", "risk"), pairs(&wanted));
    }
}

#[test]
fn invalid_polygons_keep_their_holes() {
    let Some(case) = case("26-invalid-polygons") else { return };
    let folder = case.path().join("ws");
    let told = build(&folder);
    assert!(told.starts_with("exit 0"), "{told}");
    assert!(told.contains("bowtie 100 %, twice-round 50 %, hole-outside 17 %"), "{told}");
    // Those of shapely's make_valid by structure.
    for (zone, area) in [
        ("bowtie", 0.5),
        ("ring-touch", 0.5),
        ("spike", 1.0),
        ("hole-outside", 1.09),
        ("hole-equals-shell", 0.5),
        ("twice-round", 1.0),
    ] {
        let zones = published(&folder, "zones");
        let feature = zones["features"].as_array().unwrap().iter().find(|f| f["id"] == zone).unwrap();
        let ring = |ring: &Value| {
            let at = |i: usize| {
                let position = &ring[i];
                (position[0].as_f64().unwrap(), position[1].as_f64().unwrap())
            };
            let turns =
                (1..ring.as_array().unwrap().len()).map(|i| at(i - 1).0 * at(i).1 - at(i).0 * at(i - 1).1);
            turns.sum::<f64>() / 2.0
        };
        let polygons = feature["geometry"]["coordinates"].as_array().unwrap();
        let found: f64 = polygons.iter().flat_map(|rings| rings.as_array().unwrap()).map(ring).sum();
        assert!((found - area).abs() < 1e-6, "{zone}: {found}");
    }
    let km = cells(&folder, "exposure.csv", "route_km");
    let of = |zone: &str| km.iter().find(|(key, _)| key == zone).unwrap().1.parse::<f64>().unwrap();
    assert!((of("hole-equals-shell") - 42.3).abs() < 0.05, "{km:?}");
}

#[test]
fn collections_and_parts_drawn_backwards() {
    let Some(case) = case("28-geometry-collections") else { return };
    let folder = case.path().join("ws");
    let told = build(&folder);
    assert!(told.starts_with("exit 0") && told.contains("(A2: 1 line)"), "{told}");
    assert_eq!(table(&folder, "zones.csv").len(), 2);
    let told = build(&case.path().join("multipoint"));
    assert!(told.starts_with("exit 1") && told.contains("`S1`: a multipoint of 2 places"), "{told}");
    let folder = case.path().join("reversed");
    let told = fixtures::told(&folder, &["build", "-v"]);
    assert!(told.starts_with("exit 0") && told.contains("turned around to join 1 lines (rev)"), "{told}");
}

#[test]
fn heights_and_measures_are_dropped_and_told() {
    let Some(case) = case("29-heights-and-measures") else { return };
    make(case.path());
    for folder in ["geojson", "zm"] {
        let folder = case.path().join(folder);
        let told = fixtures::told(&folder, &["build", "-v"]);
        assert!(told.starts_with("exit 0") && told.contains("heights in their coordinates"), "{told}");
        let seen = fixtures::corredor(
            &folder,
            &["inspect", &format!("data/zones.{}", if folder.ends_with("zm") { "gpkg" } else { "geojson" })],
        );
        assert!(String::from_utf8_lossy(&seen.stdout).contains("heights in their coordinates"), "{seen:?}");
        let zones = published(&folder, "zones");
        let features = zones["features"].as_array().unwrap();
        assert_eq!(features.len(), 2);
        for feature in features {
            assert!(positions(&feature["geometry"]["coordinates"]).iter().all(|p| p.len() == 2), "{feature}");
        }
    }
    let counts = cells(&case.path().join("geojson"), "counts.csv", "incidents");
    assert_eq!(counts, pairs(&[("01001", "1"), ("01002", "1")]));
}

#[test]
fn fields_that_steps_would_write_collide_with_none() {
    let Some(case) = case("30-field-names-that-collide") else { return };
    let folder = case.path().join("ws");
    let told = build(&folder);
    assert!(told.starts_with("exit 0"), "{told}");
    let risk: Vec<f64> =
        cells(&folder, "score.csv", "risk").iter().map(|(_, risk)| risk.parse().unwrap()).collect();
    assert_eq!((risk[0], risk[risk.len() - 1]), (0.05, 0.55));
    let incidents: Vec<String> =
        cells(&folder, "counts.csv", "incidents").into_iter().map(|(_, n)| n).collect();
    assert_eq!(incidents, ["1", "1", "0", "0", "0", "0"]);
}
