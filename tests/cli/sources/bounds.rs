//! What a source may be at most, and for how long it may keep silent.

use std::fs;
use std::net::TcpListener;
use std::path::Path;

use corredor::layer::read::{Kind, Options, ReadError, inspect, read};
use gdal::vector::{Feature, Geometry, LayerAccess, LayerOptions, OGRwkbGeometryType};
use gdal::{DriverManager, spatial_ref::SpatialRef};

use super::{databases::package, fixtures, ground, put, refused};

/// A ring of so many vertices, anywhere in the unit square.
pub fn tangle(vertices: usize) -> String {
    let mut state = 11_u64;
    let mut next = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 40) as f64 / (1_u64 << 24) as f64
    };
    let mut ring: Vec<String> = (0..vertices).map(|_| format!("[{},{}]", next(), next())).collect();
    ring.push(ring[0].clone());
    format!(
        r#"{{"type":"FeatureCollection","features":[{{"type":"Feature","properties":{{"code":"07001"}},"geometry":{{"type":"Polygon","coordinates":[[{}]]}}}}]}}"#,
        ring.join(",")
    )
}

#[test]
fn a_border_that_is_a_tangle_is_named() {
    let dir = ground();
    let read_ring = |vertices| {
        let path = put(dir.path(), "ring.geojson", tangle(vertices).as_bytes());
        read("zones", &Options::new(path, Kind::Polygon, "code"))
    };
    let start = std::time::Instant::now();
    let error = read_ring(600).unwrap_err();
    assert!(matches!(error, ReadError::BadGeometry { .. }), "{error}");
    assert!(
        error.to_string().ends_with("feature `07001`: its border crosses itself more than 1006 times"),
        "{error}"
    );
    assert!(start.elapsed().as_secs() < 10);
    // What people draw is repaired.
    assert_eq!(read_ring(30).unwrap().provenance.source.unwrap().repaired, 1);
}

#[test]
fn tables_are_as_wide_as_sheets() {
    let dir = ground();
    let names = |count: usize| (0..count).map(|i| format!("c{i}")).collect::<Vec<_>>();
    let csv = |count: usize| format!("{}\n{}\n", names(count).join(","), vec!["1"; count].join(","));
    let json = |count: usize| {
        let properties: Vec<String> = names(count).iter().map(|name| format!("\"{name}\":1")).collect();
        format!(
            r#"{{"type":"FeatureCollection","features":[{{"type":"Feature","properties":{{{}}},"geometry":{{"type":"Point","coordinates":[1,2]}}}}]}}"#,
            properties.join(",")
        )
    };
    let start = std::time::Instant::now();
    for (name, text) in [("a.csv", csv(100_000)), ("a.geojson", json(100_000))] {
        let error = refused(&put(dir.path(), name, text.as_bytes()));
        assert!(matches!(error, ReadError::TooMuch { .. }) && error.to_string().contains("16384"), "{error}");
    }
    for (name, text) in [("b.csv", csv(16_384)), ("b.geojson", json(16_384))] {
        let path = put(dir.path(), name, text.as_bytes());
        assert_eq!(inspect(&path, None, None).unwrap().fields.len(), 16_384, "{name}");
    }
    assert!(start.elapsed().as_secs() < 60, "{:?}", start.elapsed());
    let header = names(100_000).join(",");
    put(dir.path(), "p.csv", format!("lon,lat,{header}\n").as_bytes());
    put(dir.path(), "z.geojson", tangle(3).as_bytes());
    let told =
        fixtures::told(dir.path(), &["locate", "p.csv", "z.geojson", "--key", "code", "--out", "o.csv"]);
    assert!(told.starts_with("exit 1") && told.contains("at most 16384"), "{told}");
}

#[test]
fn a_row_without_an_end_is_told() {
    let dir = ground();
    let mut text = b"id,name\n1,\"".to_vec();
    text.resize(text.len() + (70 << 20), b'x');
    let error = refused(&put(dir.path(), "a.csv", &text));
    assert!(error.to_string().contains("is never closed"), "{error}");
}

#[test]
fn a_source_that_keeps_silent_is_given_up() {
    let dir = ground();
    let path = dir.path().join("a.gpkg");
    package(
        &path,
        &[
            "CREATE VIEW endless AS WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c) SELECT x FROM c",
            "INSERT INTO gpkg_contents (table_name, data_type, identifier, srs_id) VALUES ('endless', 'attributes', 'endless', 4326)",
        ],
    );
    let told = |arguments: &[&str]| {
        let output = std::process::Command::new(env!("CARGO_BIN_EXE_corredor"))
            .current_dir(dir.path())
            .args(arguments)
            .env("CORREDOR_READ_SECONDS", "2")
            .env("COLUMNS", "200")
            .output()
            .unwrap();
        (output.status.code(), String::from_utf8_lossy(&output.stderr).into_owned())
    };
    let start = std::time::Instant::now();
    let (code, said) = told(&["inspect", "a.gpkg", "--layer", "endless"]);
    assert!(code == Some(1) && said.contains("nothing has come of it for 2 seconds"), "{said}");
    put(dir.path(), "z.geojson", tangle(3).as_bytes());
    let locate = ["locate", "a.gpkg", "z.geojson", "--key", "code", "--layer", "endless", "--out", "o.csv"];
    let (code, said) = told(&locate);
    assert!(code != Some(0), "{said}");
    // A database that takes the call and says nothing.
    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = silent.local_addr().unwrap().port();
    let (code, said) = told(&["inspect", &format!("PG:host=127.0.0.1 port={port} dbname=x")]);
    assert!(code == Some(1), "{said}");
    assert!(start.elapsed().as_secs() < 60, "{:?}", start.elapsed());
}

/// A layer of two fields and three points, in a format.
fn points(path: &Path, driver: &str, options: &[&str]) {
    // A sheet has no geometry.
    let placed = driver != "XLSX";
    let driver = DriverManager::get_driver_by_name(driver).unwrap();
    let mut dataset = driver.create_vector_only(path).unwrap();
    let srs = SpatialRef::from_epsg(4326).unwrap();
    {
        let layer = dataset
            .create_layer(LayerOptions {
                name: "points",
                srs: Some(&srs),
                ty: OGRwkbGeometryType::wkbPoint,
                options: Some(options),
            })
            .unwrap();
        use gdal::vector::OGRFieldType::{OFTInteger64, OFTString};
        layer.create_defn_fields(&[("id", OFTString), ("beds", OFTInteger64)]).unwrap();
        for row in 0..3 {
            let mut feature = Feature::new(layer.defn()).unwrap();
            feature.set_field_string(0, &format!("site {row}")).unwrap();
            feature.set_field_integer64(1, i64::from(row)).unwrap();
            if placed {
                feature.set_geometry(Geometry::from_wkt(&format!("POINT ({row} 19)")).unwrap()).unwrap();
            }
            feature.create(&layer).unwrap();
        }
    }
    dataset.close().unwrap();
}

#[test]
fn lengths_and_counts_that_a_file_states_are_not_believed() {
    let dir = ground();
    let mut state = 23_u64;
    let mut next = |below: usize| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) as usize % below
    };
    for (name, driver, files) in [
        ("a.fgb", "FlatGeobuf", &["a.fgb"][..]),
        ("b.shp", "ESRI Shapefile", &["b.shp", "b.shx", "b.dbf"]),
        ("c.gpkg", "GPKG", &["c.gpkg"]),
        ("d.geojson", "GeoJSON", &["d.geojson"]),
        ("e.kml", "KML", &["e.kml"]),
        ("f.xlsx", "XLSX", &["f.xlsx"]),
    ] {
        points(&dir.path().join(name), driver, &[]);
        let path = dir.path().join(name).to_string_lossy().into_owned();
        assert!(inspect(&path, None, None).is_ok(), "{name}");
        let whole: Vec<Vec<u8>> = files.iter().map(|file| fs::read(dir.path().join(file)).unwrap()).collect();
        for _ in 0..60 {
            let (file, whole) = (next(files.len()), &whole);
            let mut bytes = whole[file].clone();
            for _ in 0..1 + next(4) {
                // What is stated stands near the beginning; lengths become huge by their high bytes.
                let at = next(bytes.len().min(2_000));
                bytes[at] = [0xff, 0x7f, 0, next(256) as u8][next(4)];
            }
            fs::write(dir.path().join(files[file]), bytes).unwrap();
            if let Err(error) = inspect(&path, None, None) {
                assert!(!error.to_string().contains("thread"), "{name}: {error}");
            }
            fs::write(dir.path().join(files[file]), &whole[file]).unwrap();
        }
    }
    // A list in a list in a list, in JSON.
    let deep = format!("{}{}", "[".repeat(200_000), "]".repeat(200_000));
    let text = format!(
        r#"{{"type":"FeatureCollection","features":[{{"type":"Feature","properties":{{"a":{deep}}},"geometry":{{"type":"Polygon","coordinates":{deep}}}}}]}}"#
    );
    let path = put(dir.path(), "deep.geojson", text.as_bytes());
    let _ = inspect(&path, None, None);
    let path = put(dir.path(), "deep2.json", deep.as_bytes());
    let _ = inspect(&path, None, None);
}
