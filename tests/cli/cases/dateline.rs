//! A country on both sides of the date line.

use std::path::Path;

use serde_json::{Value, json};

use super::{build, case, fixtures, table};

fn json_of(folder: &Path, name: &str) -> Value {
    serde_json::from_slice(&std::fs::read(folder.join("published/current").join(name)).unwrap()).unwrap()
}

#[test]
fn the_date_line() {
    let Some(case) = case("07-antimeridian") else { return };
    let folder = case.path().join("split");
    let told = build(&folder);
    assert!(told.starts_with("exit 0"), "{told}");
    let counts: Vec<String> = table(&folder, "counts.csv")
        .iter()
        .map(|row| row.split(',').take(2).collect::<Vec<_>>().join(","))
        .collect();
    assert_eq!(counts, ["FX01,4", "FX02,1", "FX03,1"]);
    // RFC 7946, 5.2; STAC says the same.
    assert_eq!(json_of(&folder, "counts.geojson")["bbox"], json!([178, -18, -178, -17]));
    let item = json_of(&folder, "counts.stac.json");
    assert_eq!(item["bbox"], json!([178.0, -18.0, -178.0, -17.0]));
    assert_eq!(item["geometry"]["type"], "MultiPolygon");
    assert_eq!(json_of(&folder, "collection.json")["extent"]["spatial"]["bbox"][0], item["bbox"]);

    let told = build(&case.path().join("overshoot"));
    assert!(told.starts_with("exit 0"), "{told}");
    for folder in ["lon360", "point-180-5"] {
        let told = build(&case.path().join(folder));
        assert!(told.starts_with("exit 1"), "{told}");
        assert!(told.contains("run from 0 to 360, or past 180") && told.contains("-wrapdateline"), "{told}");
        assert!(!told.contains("metres"), "{told}");
    }
    let told = build(&case.path().join("jump"));
    assert!(told.starts_with("exit 1") && told.contains("-wrapdateline"), "{told}");
}

#[test]
fn neighbours_are_known_across_the_line() {
    let Some(case) = case("07-antimeridian") else { return };
    let folder = case.path().join("split");
    // The zone that is split is cut in two: 11 and 12 meet at the line alone.
    let zones = folder.join("data/zones.geojson");
    let square = |code: &str, west: f64| {
        let east = west + 1.0;
        format!(
            r#"{{"type":"Feature","properties":{{"code":"{code}","people":1}},"geometry":{{"type":"Polygon","coordinates":[[[{west},-18],[{east},-18],[{east},-17],[{west},-17],[{west},-18]]]}}}}"#
        )
    };
    let all = [square("10", 178.0), square("11", 179.0), square("12", -180.0), square("13", -179.0)];
    std::fs::write(&zones, format!(r#"{{"type":"FeatureCollection","features":[{}]}}"#, all.join(",")))
        .unwrap();
    for file in ["counts", "score", "points", "indicators"] {
        std::fs::remove_file(folder.join(format!("layers/{file}.toml"))).unwrap();
    }
    let hot = "title = { es = \"F\", en = \"H\" }\npublish = true\n[hotspot]\nzones = \"zones\"\nfield = \"people\"\n";
    std::fs::write(folder.join("layers/gi.toml"), hot).unwrap();
    let told = build(&folder);
    assert!(told.starts_with("exit 0") && !told.contains("without neighbours"), "{told}");
    let metadata = json_of(&folder, "metadata.json");
    let ancestry = metadata["layers"][0]["ancestry"].as_array().unwrap();
    // 10-11, 11-12, 12-13.
    assert_eq!(ancestry.last().unwrap()["provenance"]["parameters"]["neighbour_pairs"], 3);
    // The picture is of the zones, not of the Earth: four degrees fill it.
    let told = fixtures::told(&folder, &["render", "gi", "--out", "gi.svg"]);
    assert!(told.starts_with("exit 0"), "{told}");
    let picture = std::fs::read_to_string(folder.join("gi.svg")).unwrap();
    assert!(!picture.contains("000 km"), "a scale of thousands of km");
}
