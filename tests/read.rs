//! Reading real files in every format at hand.
#![allow(clippy::unwrap_used, reason = "a test may stop where its ground is missing")]

mod common;

use corredor::layer::read::{Kind, Options, inspect, read};

fn path(dir: &std::path::Path, name: &str) -> String {
    dir.join(name).to_string_lossy().into_owned()
}

#[test]
fn full_resolution_zones() {
    let Some(dir) = common::mexico() else { return };
    let mut options = Options::new(path(&dir, "municipalities_full.fgb"), Kind::Polygon, "cvegeo");
    options.name = Some("nom_mun".to_owned());
    let zones = read("zones", &options).unwrap();
    assert_eq!(zones.len(), 2475);
    assert!(zones.geometry().vertices() >= 3_727_198 - 100);
    assert_eq!(zones.keys()[0], "01001");
    assert!(zones.keys().is_sorted());
    assert_eq!(zones.texts("name").unwrap()[0].as_deref(), Some("Aguascalientes"));
    assert!(zones.numbers("pob").unwrap()[0].unwrap() > 900_000.0);
}

#[test]
fn zipped_shapefile_is_reprojected_and_decoded() {
    let Some(dir) = common::mexico() else { return };
    let shape = read("zones", &Options::new(path(&dir, "00mun.zip"), Kind::Polygon, "CVEGEO")).unwrap();
    let geojson =
        read("zones", &Options::new(path(&dir, "municipalities.geojson"), Kind::Polygon, "cvegeo")).unwrap();
    assert_eq!(shape.keys(), geojson.keys());
    let (a, b) = (shape.geometry().bounds().unwrap(), geojson.geometry().bounds().unwrap());
    assert!(a.iter().zip(b).all(|(x, y)| (x - y).abs() < 1e-5), "{a:?} {b:?}");
    assert_eq!(shape.texts("NOMGEO").unwrap(), geojson.texts("nom_mun").unwrap());
    let source = shape.provenance.source.as_ref().unwrap();
    assert_eq!(source.crs.as_deref(), Some("EPSG:6372"));
    assert_eq!(source.sha256.as_ref().unwrap().len(), 64);
}

#[test]
fn incidents_from_one_column_of_places() {
    let Some(dir) = common::mexico() else { return };
    let mut options = Options::new(path(&dir, "missing_migrants.csv"), Kind::Point, "incident");
    options.latlon = Some("Coordinates".to_owned());
    options.number_rows = true;
    let incidents = read("incidents", &options).unwrap();
    let source = incidents.provenance.source.as_ref().unwrap();
    assert_eq!(source.read, 2191);
    assert_eq!(incidents.len() + source.dropped, 2191);
    let bounds = incidents.geometry().bounds().unwrap();
    assert!(bounds[0] < -100.0 && bounds[2] > 30.0);
}

#[test]
fn inspection_names_what_is_there() {
    let Some(dir) = common::mexico() else { return };
    let found = inspect(&path(&dir, "municipalities_full.fgb"), None, None).unwrap();
    assert_eq!((found.features, found.vertices), (2475, 3_727_198));
    assert!(found.fields.iter().any(|f| f.name == "cvegeo" && f.unique && f.kind == "text"));
    assert!(found.problems.is_empty() || found.invalid > 0);
}
