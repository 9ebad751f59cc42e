//! Every error of reading, as the real binary tells it.
#![allow(clippy::unwrap_used, reason = "a test may stop where its ground is missing")]

use crate::fixtures;

use std::fs;
use std::path::Path;

use gdal::spatial_ref::SpatialRef;
use gdal::vector::{Feature, LayerAccess, LayerOptions, OGRwkbGeometryType};
use gdal::{DriverManager, vector::Geometry};

/// One zone at (0, 0) as GeoJSON, with the given properties.
fn zone(properties: &str, x: f64) -> String {
    format!(
        r#"{{"type":"Feature","properties":{properties},"geometry":{{"type":"Polygon","coordinates":[[[{x},0],[{0},0],[{0},1],[{x},1],[{x},0]]]}}}}"#,
        x + 1.0
    )
}

fn collection(features: &[String]) -> String {
    format!(r#"{{"type":"FeatureCollection","features":[{}]}}"#, features.join(","))
}

/// Builds the layer `x` whose source is one file, and says what was told.
fn build(file: &str, bytes: &[u8], read: &str) -> String {
    let dir = tempfile::tempdir().unwrap();
    fixtures::one_layer(dir.path(), &format!("path = \"{file}\"\n{read}"));
    fs::write(dir.path().join("data").join(file), bytes).unwrap();
    fixtures::told(dir.path(), &["build", "x"])
}

const ZONES: &str = "geometry = \"polygon\"\nkey = \"code\"\n";
const SITES: &str = "geometry = \"point\"\nkey = \"id\"\nlon = \"lon\"\nlat = \"lat\"\n";

#[test]
fn missing_file() {
    let dir = tempfile::tempdir().unwrap();
    fs::write(dir.path().join("zones.geojson"), "{}").unwrap();
    insta::assert_snapshot!(fixtures::told(dir.path(), &["inspect", "zone.geojson"]));
}

#[test]
fn unknown_format() {
    insta::assert_snapshot!(build("zones.xyz", b"not a layer", ZONES));
}

#[test]
fn truncated_file() {
    let whole = collection(&[zone(r#"{"code":"01"}"#, 0.0), zone(r#"{"code":"02"}"#, 1.0)]);
    insta::assert_snapshot!(build("zones.geojson", &whole.as_bytes()[..whole.len() - 40], ZONES));
}

#[test]
fn truncated_flatgeobuf() {
    let dir = tempfile::tempdir().unwrap();
    write(&dir.path().join("whole.fgb"), "FlatGeobuf", &["zones"], Some(4326));
    let whole = fs::read(dir.path().join("whole.fgb")).unwrap();
    insta::assert_snapshot!(build("zones.fgb", &whole[..whole.len() - 60], ZONES));
}

#[test]
fn missing_crs() {
    let dir = tempfile::tempdir().unwrap();
    write(&dir.path().join("zones.fgb"), "FlatGeobuf", &["zones"], None);
    insta::assert_snapshot!(build("zones.fgb", &fs::read(dir.path().join("zones.fgb")).unwrap(), ZONES));
}

#[test]
fn unknown_crs() {
    let text = collection(&[zone(r#"{"code":"01"}"#, 0.0)]);
    insta::assert_snapshot!(build(
        "zones.geojson",
        text.as_bytes(),
        &format!("{ZONES}crs = \"EPSG:nonsense\"")
    ));
}

#[test]
fn several_layers() {
    let dir = tempfile::tempdir().unwrap();
    write(&dir.path().join("base.gpkg"), "GPKG", &["zones", "states"], Some(4326));
    let bytes = fs::read(dir.path().join("base.gpkg")).unwrap();
    insta::assert_snapshot!(build("base.gpkg", &bytes, &format!("{ZONES}layer = \"zone\"")));
    insta::assert_snapshot!(build("base.gpkg", &bytes, ZONES));
}

#[test]
fn missing_key_field() {
    let text = collection(&[zone(r#"{"cve":"01","name":"a"}"#, 0.0)]);
    insta::assert_snapshot!(build("zones.geojson", text.as_bytes(), ZONES));
}

#[test]
fn empty_key() {
    let text = collection(&[zone(r#"{"code":"01"}"#, 0.0), zone(r#"{"code":null}"#, 1.0)]);
    insta::assert_snapshot!(build("zones.geojson", text.as_bytes(), ZONES));
}

#[test]
fn duplicate_key() {
    insta::assert_snapshot!(build("sites.csv", b"id,lon,lat\nA,1,2\nB,1,2\nA,3,4\n", SITES));
}

#[test]
fn not_numeric() {
    let read = "geometry = \"none\"\nkey = \"id\"\ntypes = { rate = \"number\" }\n";
    insta::assert_snapshot!(build("rates.csv", b"id,rate\n01,1.5\n02,n/d\n", read));
}

#[test]
fn swapped_coordinates() {
    insta::assert_snapshot!(build("sites.csv", b"id,lon,lat\nA,19.4,-99.1\n", SITES));
}

#[test]
fn coordinates_in_metres() {
    insta::assert_snapshot!(build("sites.csv", b"id,lon,lat\nA,2500000,900000\n", SITES));
}

#[test]
fn unreadable_coordinates() {
    insta::assert_snapshot!(build("sites.csv", b"id,lon,lat\nA,west,north\n", SITES));
}

#[test]
fn empty_layer() {
    insta::assert_snapshot!(build("zones.geojson", collection(&[]).as_bytes(), ZONES));
    insta::assert_snapshot!(build("sites.csv", b"id,lon,lat\n", SITES));
    insta::assert_snapshot!(build("sites.csv", b"id,lon,lat\nA,,\n", SITES));
}

#[test]
fn mixed_kinds() {
    let point =
        r#"{"type":"Feature","properties":{"code":"02"},"geometry":{"type":"Point","coordinates":[0,0]}}"#;
    let text = collection(&[zone(r#"{"code":"01"}"#, 0.0), point.to_owned()]);
    insta::assert_snapshot!(build("zones.geojson", text.as_bytes(), ZONES));
}

#[test]
fn wrong_kind() {
    let text = collection(&[zone(r#"{"code":"01"}"#, 0.0)]);
    let read = "geometry = \"line\"\nkey = \"code\"\n";
    insta::assert_snapshot!(build("zones.geojson", text.as_bytes(), read));
    insta::assert_snapshot!(build("table.csv", b"code,a\n01,2\n", ZONES));
}

#[test]
fn parts_that_do_not_join() {
    let line = r#"{"type":"Feature","properties":{"id":"R1"},"geometry":{"type":"MultiLineString","coordinates":[[[0,0],[1,0]],[[2,0],[3,0]]]}}"#;
    let read = "geometry = \"line\"\nkey = \"id\"\n";
    insta::assert_snapshot!(build("routes.geojson", collection(&[line.to_owned()]).as_bytes(), read));
    let split = build(
        "routes.geojson",
        collection(&[line.to_owned()]).as_bytes(),
        &format!("{read}parts = \"split\""),
    );
    assert!(split.starts_with("exit 0"), "{split}");
}

#[test]
fn ragged_rows() {
    insta::assert_snapshot!(build("sites.csv", b"id;lon;lat\n\"A;1\n", SITES));
}

#[test]
fn wrong_encoding() {
    insta::assert_snapshot!(build("sites.csv", b"id,lon,lat,name\nA,1,2,M\xe9rida\n", SITES));
    let read = format!("{SITES}encoding = \"latin-nonsense\"");
    insta::assert_snapshot!(build("sites.csv", b"id,lon,lat\nA,1,2\n", &read));
}

#[test]
fn nothing_left_after_repair() {
    let flat = r#"{"type":"Feature","properties":{"code":"01"},"geometry":{"type":"Polygon","coordinates":[[[0,0],[1,1],[0,0],[1,1],[0,0]]]}}"#;
    insta::assert_snapshot!(build("zones.geojson", collection(&[flat.to_owned()]).as_bytes(), ZONES));
}

/// A file with one unit square a layer, made by GDAL.
fn write(path: &Path, driver: &str, layers: &[&str], epsg: Option<u32>) {
    let mut dataset = DriverManager::get_driver_by_name(driver).unwrap().create_vector_only(path).unwrap();
    for name in layers {
        let srs = epsg.map(|code| SpatialRef::from_epsg(code).unwrap());
        let layer = dataset
            .create_layer(LayerOptions {
                name,
                srs: srs.as_ref(),
                ty: OGRwkbGeometryType::wkbPolygon,
                options: None,
            })
            .unwrap();
        layer.create_defn_fields(&[("code", gdal::vector::OGRFieldType::OFTString)]).unwrap();
        for x in 0..4 {
            let wkt = format!("POLYGON (({x} 0, {0} 0, {0} 1, {x} 1, {x} 0))", x + 1);
            let mut feature = Feature::new(layer.defn()).unwrap();
            feature.set_geometry(Geometry::from_wkt(&wkt).unwrap()).unwrap();
            feature.set_field_string(0, &format!("0{x}")).unwrap();
            feature.create(&layer).unwrap();
        }
    }
    dataset.close().unwrap();
}

#[test]
fn over_the_date_line() {
    let over = r#"{"type":"Feature","properties":{"code":"01"},"geometry":{"type":"Polygon","coordinates":[[[179,0],[-179,0],[-179,1],[179,1],[179,0]]]}}"#;
    insta::assert_snapshot!(build("zones.geojson", collection(&[over.to_owned()]).as_bytes(), ZONES));
    // Cut there, and along a pole, nothing is wrong.
    let cut = r#"{"type":"Feature","properties":{"code":"01"},"geometry":{"type":"MultiPolygon","coordinates":[[[[179,0],[180,0],[180,1],[179,1],[179,0]]],[[[-180,0],[-179,0],[-179,1],[-180,1],[-180,0]]]]}}"#;
    let pole = r#"{"type":"Feature","properties":{"code":"02"},"geometry":{"type":"Polygon","coordinates":[[[-170,-90],[170,-90],[170,-80],[0,-70],[-170,-80],[-170,-90]]]}}"#;
    let told = build("zones.geojson", collection(&[cut.to_owned(), pole.to_owned()]).as_bytes(), ZONES);
    assert!(told.contains("exit 0"), "{told}");
}
