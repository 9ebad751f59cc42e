//! The files: same bytes for the same options, readable by foreign readers, whole or absent.

use std::collections::BTreeMap;
use std::path::Path;

use sha2::{Digest, Sha256};

use super::country;
use crate::demo::{Country, DemoError, INDICATORS, write};

fn bytes(c: &Country) -> BTreeMap<String, Vec<u8>> {
    let folder = tempfile::tempdir().unwrap();
    let files = write(c, folder.path()).unwrap();
    let left = std::fs::read_dir(folder.path()).unwrap().count();
    assert_eq!(left, files.len(), "no temporary file stays");
    files
        .iter()
        .map(|f| (f.file_name().unwrap().to_str().unwrap().to_owned(), std::fs::read(f).unwrap()))
        .collect()
}

fn digest(files: &BTreeMap<String, Vec<u8>>) -> String {
    let mut hash = Sha256::new();
    for (name, bytes) in files {
        hash.update(name.as_bytes());
        hash.update(bytes);
    }
    hash.finalize().iter().take(8).map(|b| format!("{b:02x}")).collect()
}

#[test]
fn the_same_seed_gives_the_same_bytes() {
    assert_eq!(bytes(&country(9, 120)), bytes(&country(9, 120)));
}

#[test]
fn another_seed_gives_another_country() {
    let (one, two) = (bytes(&country(9, 120)), bytes(&country(10, 120)));
    for name in one.keys() {
        assert_ne!(one[name], two[name], "{name}");
    }
}

#[test]
fn bytes_do_not_depend_on_the_platform() {
    // A change of this digest is a change of every demo: say so in the changelog.
    insta::assert_snapshot!(digest(&bytes(&country(1, 60))), @"f784409cfed5b263");
}

#[test]
fn geojson_is_read_by_another_reader() {
    let c = country(1, 100);
    let files = bytes(&c);
    for (name, kind, count, fields) in [
        ("municipalities.geojson", "MultiPolygon", 100, ["code", "name", "pop", "state", "state_code"]),
        ("routes.geojson", "LineString", 5, ["flow", "id", "km", "mode", "name"]),
        ("supply_routes.geojson", "LineString", 4, ["id", "km", "name", "product", "tonnes"]),
    ] {
        let text = std::str::from_utf8(&files[name]).unwrap();
        assert!(!text.contains("\"crs\""));
        let collection =
            geojson::FeatureCollection::try_from(text.parse::<geojson::GeoJson>().unwrap()).unwrap();
        assert_eq!(collection.features.len(), count);
        for feature in &collection.features {
            assert_eq!(feature.geometry.as_ref().unwrap().value.type_name(), kind);
            let mut keys: Vec<&str> = feature.properties_iter().map(|p| p.0.as_str()).collect();
            keys.sort_unstable();
            assert_eq!(keys, fields);
            let key = feature.property(if kind == "LineString" { "id" } else { "code" }).unwrap();
            assert_eq!(feature.id, Some(geojson::feature::Id::String(key.as_str().unwrap().to_owned())));
        }
    }
}

fn rows(files: &BTreeMap<String, Vec<u8>>, name: &str) -> Vec<BTreeMap<String, String>> {
    csv::Reader::from_reader(files[name].as_slice()).deserialize().map(Result::unwrap).collect()
}

#[test]
fn tables_are_read_by_another_reader() {
    let c = country(1, 100);
    let files = bytes(&c);
    assert_eq!(rows(&files, "states.csv").len(), c.states.len());
    let truth = rows(&files, "planted_truth.csv");
    let indicators = rows(&files, "indicators.csv");
    for ((m, truth), values) in c.municipalities.iter().zip(&truth).zip(&indicators) {
        assert_eq!((&truth["code"], &values["code"]), (&m.code, &m.code));
        assert_eq!(truth["planted"] == "1", m.cluster.is_some());
        assert_eq!(truth["cluster"].parse().ok(), m.cluster);
        for (value, indicator) in m.indicators.iter().zip(&INDICATORS) {
            assert_eq!(values[indicator.name].parse().ok(), *value);
        }
    }
    let stretches = rows(&files, "planted_stretches.csv");
    assert_eq!(stretches.len(), c.dangerous.len());
    for (stretch, row) in c.dangerous.iter().zip(&stretches) {
        assert_eq!(row["route"], c.routes[stretch.route].id);
        assert!((row["from_km"].parse::<f64>().unwrap() - stretch.from_km).abs() < 0.06);
        assert!((row["to_km"].parse::<f64>().unwrap() - stretch.to_km).abs() < 0.06);
    }
    let shelters = rows(&files, "shelters.csv");
    assert_eq!(shelters.len(), c.shelters.len());
    for (s, row) in c.shelters.iter().zip(&shelters) {
        assert_eq!(row["lon"].parse::<f64>().unwrap(), s.position.lon_deg());
        assert_eq!(row["lat"].parse::<f64>().unwrap(), s.position.lat_deg());
        assert_eq!(row["capacity"].parse().ok(), s.capacity);
        assert!(row["services"].split('|').eq(s.services.iter().copied()));
    }
    let incidents = rows(&files, "incidents.csv");
    assert_eq!(incidents.len(), c.incidents.len());
    for (i, row) in c.incidents.iter().zip(&incidents) {
        let (lat, lon) = row["coordinates"].split_once(", ").unwrap();
        assert_eq!(lon.parse::<f64>().unwrap(), i.position.lon_deg());
        assert_eq!(lat.parse::<f64>().unwrap(), i.position.lat_deg());
        assert_eq!(row["date"], format!("{}-{:02}-{:02}", i.year, i.month, i.day));
        row["date"].parse::<jiff::civil::Date>().unwrap();
    }
    let centres = rows(&files, "work_centres.csv");
    assert_eq!(centres.len(), c.work_centres.len());
    for (w, row) in c.work_centres.iter().zip(&centres) {
        assert_eq!(row["lon"].parse::<f64>().unwrap(), w.position.lon_deg());
        assert_eq!(row["code"], c.municipalities[w.municipality].code);
        assert_eq!((row["product"].as_str(), row["sector"].as_str()), (w.product.name, w.product.sector));
        assert_eq!(row["certified"] == "1", w.certified);
    }
    assert_eq!(rows(&files, "localities.csv").len(), c.localities.len());
    let children = rows(&files, "child_labour.csv");
    for (at, row) in c.children.iter().zip(&children) {
        assert_eq!(row["girls"].parse(), Ok(at.girls));
        assert_eq!(row["girls_pct"].parse().ok(), at.risk.map(|r| r.girls_pct));
        assert_eq!(row["boys_se"].parse().ok(), at.risk.map(|r| r.boys_se));
        if let Some(risk) = at.risk {
            let whole: f64 = row["boys_cl"].parse().unwrap();
            assert!(whole % 10.0 == 0.0);
            assert!((whole - f64::from(at.boys) * risk.boys_pct / 100.0).abs() <= 5.0);
        }
    }
}

#[test]
fn the_note_says_that_all_is_invented() {
    let files = bytes(&country(1, 60));
    let note = std::str::from_utf8(&files["README.md"]).unwrap();
    assert!(note.contains(Country::NAME_ES) && note.contains(Country::NAME_EN));
    assert!(note.contains("Todo en esta carpeta es inventado"));
    assert!(note.contains("Everything in this folder is invented"));
    for i in &INDICATORS {
        assert!(note.contains(i.label_es) && note.contains(i.label_en));
    }
}

#[test]
fn writing_again_replaces_the_files() {
    let folder = tempfile::tempdir().unwrap();
    write(&country(1, 60), folder.path()).unwrap();
    write(&country(2, 60), folder.path()).unwrap();
    let note = std::fs::read_to_string(folder.path().join("README.md")).unwrap();
    assert!(note.contains("seed 2"));
}

#[test]
fn a_folder_that_cannot_be_made_is_named() {
    let file = tempfile::NamedTempFile::new().unwrap();
    let inside: &Path = &file.path().join("data");
    let error = write(&country(1, 60), inside).unwrap_err();
    assert!(matches!(&error, DemoError::Write { path, .. } if path == inside));
    assert!(error.to_string().contains("check that it is a folder"));
}
