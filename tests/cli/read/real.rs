//! Real files in every format at hand.

use crate::fixtures;
use corredor::layer::read::{Kind, Options, inspect, read};

fn path(dir: &std::path::Path, name: &str) -> String {
    dir.join(name).to_string_lossy().into_owned()
}

#[test]
fn full_resolution_zones() {
    let Some(dir) = fixtures::mexico() else { return };
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
    let Some(dir) = fixtures::mexico() else { return };
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
    let Some(dir) = fixtures::mexico() else { return };
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
    let Some(dir) = fixtures::mexico() else { return };
    let found = inspect(&path(&dir, "municipalities_full.fgb"), None, None).unwrap();
    assert_eq!((found.features, found.vertices), (2475, 3_727_198));
    assert!(found.fields.iter().any(|f| f.name == "cvegeo" && f.unique && f.kind == "text"));
    assert!(found.problems.is_empty() || found.invalid > 0);
}

#[test]
fn zones_without_a_ring_are_counted_as_left_out() {
    let dir = tempfile::tempdir().unwrap();
    let file = path(dir.path(), "zones.geojson");
    let square = "[[[0,0],[1,0],[1,1],[0,0]]]";
    let zone = |id: &str, rings: &str| {
        format!(
            r#"{{"type":"Feature","properties":{{"id":"{id}"}},"geometry":{{"type":"Polygon","coordinates":{rings}}}}}"#
        )
    };
    let zones =
        format!(r#"{{"type":"FeatureCollection","features":[{},{}]}}"#, zone("a", "[]"), zone("b", square));
    std::fs::write(&file, zones).unwrap();
    let zones = read("zones", &Options::new(&*file, Kind::Polygon, "id")).unwrap();
    assert_eq!(zones.keys(), ["b"]);
    assert_eq!(zones.provenance.source.as_ref().unwrap().dropped, 1);
    assert_eq!(zones.provenance.findings.len(), 1);
}

#[test]
fn a_new_name_may_not_be_that_of_another_field() {
    let dir = tempfile::tempdir().unwrap();
    let file = path(dir.path(), "table.csv");
    std::fs::write(&file, "id,name,nom\n1,a,b\n").unwrap();
    let mut options = Options::new(&*file, Kind::None, "id");
    options.name = Some("nom".to_owned());
    let error = read("table", &options).unwrap_err();
    assert!(error.to_string().contains("two fields called `name`"), "{error}");
    options.rename.insert("name".to_owned(), "short".to_owned());
    assert_eq!(read("table", &options).unwrap().fields(), ["id", "short", "name"]);
}
