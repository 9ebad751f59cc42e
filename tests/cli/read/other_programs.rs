//! What other programs leave: encodings, deleted records, numbers that are none, pages in place of tables.

use std::fs;
use std::path::Path;

use gdal::DriverManager;
use gdal::vector::{Feature, LayerAccess, LayerOptions, OGRFieldType, OGRwkbGeometryType};

use super::{TABLE, ZONES, build, fixtures, has, inspected, put};

/// A table of dBASE with these rows of code and number.
fn dbf(path: &Path, rows: &[(&str, f64)]) {
    let driver = DriverManager::get_driver_by_name("ESRI Shapefile").unwrap();
    let mut dataset = driver.create_vector_only(path).unwrap();
    {
        let name = path.file_stem().unwrap().to_string_lossy();
        let options = LayerOptions { name: &name, srs: None, ty: OGRwkbGeometryType::wkbNone, options: None };
        let layer = dataset.create_layer(options).unwrap();
        layer.create_defn_fields(&[("code", OGRFieldType::OFTString), ("n", OGRFieldType::OFTReal)]).unwrap();
        for (code, number) in rows {
            let mut feature = Feature::new(layer.defn()).unwrap();
            feature.set_field_string(0, code).unwrap();
            feature.set_field_double(1, *number).unwrap();
            feature.create(&layer).unwrap();
        }
    }
    dataset.close().unwrap();
}

#[test]
fn a_number_that_gdal_would_cut_is_an_error() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("t.dbf");
    dbf(&path, &[("01001", 12.5), ("01002", 40.25)]);
    let mut bytes = fs::read(&path).unwrap();
    let at = bytes.windows(4).position(|window| window == b"12.5").unwrap();
    bytes[at + 2] = b',';
    let told = build(dir.path(), "t.dbf", &bytes, TABLE);
    has(&told, &["exit 1", "a value cannot be read as it stands", "decimal point"]);
}

#[test]
fn records_that_were_deleted_are_no_features() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("t.dbf");
    dbf(&path, &[("01001", 1.0), ("01002", 2.0), ("02001", 3.0)]);
    let mut bytes = fs::read(&path).unwrap();
    let at = bytes.windows(5).position(|window| window == b"01002").unwrap();
    bytes[at - 1] = b'*';
    let told = build(dir.path(), "t.dbf", &bytes, TABLE);
    has(&told, &["exit 0", "2 features"]);
}

#[test]
fn a_page_in_place_of_a_table_is_told() {
    let dir = tempfile::tempdir().unwrap();
    let page = "<!DOCTYPE html><html><body>No encontrado, error 404</body></html>";
    let told = build(dir.path(), "t.csv", page, TABLE);
    has(&told, &["exit 1", "its name ends in `.csv`, but it is a web page (HTML)"]);
}

#[test]
fn texts_of_dos_are_recognised() {
    let dir = tempfile::tempdir().unwrap();
    let told = build(dir.path(), "t.csv", b"code,name\n01001,M\x82rida\n01002,Le\xa2n\n", TABLE);
    has(
        &told,
        &["exit 1", "line 2: the bytes are not UTF-8", "it looks like CP850", "iconv -f CP850 -t UTF-8"],
    );
}

#[test]
fn texts_that_were_encoded_twice_are_told() {
    let dir = tempfile::tempdir().unwrap();
    let told = build(dir.path(), "t.csv", "code,name\n01001,MÃ©rida\n01002,A\n", TABLE);
    has(
        &told,
        &["exit 0", "1 texts look like UTF-8 encoded twice in the source (`name`: `MÃ©rida`)", "iconv"],
    );
    let told =
        build(dir.path(), "t.csv", "code,name\n01001,Mérida\n", &format!("{TABLE}encoding = \"latin1\"\n"));
    has(&told, &["exit 0", "1 texts look like UTF-8 read as Latin-1", "encoding = \"UTF-8\""]);
}

#[test]
fn decimal_commas_of_kml_are_refused() {
    let dir = tempfile::tempdir().unwrap();
    let kml = |places: &str| {
        format!(
            "<?xml version=\"1.0\"?>\n<kml xmlns=\"http://www.opengis.net/kml/2.2\"><Document>\n<Placemark><name>a</name><Point><coordinates>{places}</coordinates></Point></Placemark></Document></kml>"
        )
    };
    let path = put(dir.path(), "t.kml", kml("10,5,40,5"));
    let told = fixtures::told(dir.path(), &["inspect", "t.kml"]);
    has(&told, &["exit 1", "line 3: `10,5,40,5` has 4 numbers", "decimal commas?", "points before decimals"]);
    put(dir.path(), "t.kml", kml("10,5 40,5"));
    has(&fixtures::told(dir.path(), &["inspect", "t.kml"]), &["exit 1", "line 3", "several places"]);
    fs::write(path, kml("10.5,40.5,0")).unwrap();
    has(&inspected(dir.path(), &["t.kml"]), &["1 Point"]);
}

#[test]
fn curves_of_esri_json_are_refused_by_their_name() {
    let dir = tempfile::tempdir().unwrap();
    let text = "{\"geometryType\":\"esriGeometryPolygon\",\"spatialReference\":{\"wkid\":4326},\"fields\":[],\n\"features\":[{\"attributes\":{},\"geometry\":{\"curveRings\":[[[0,0],{\"c\":[[1,1],[0,1]]}]]}}]}";
    put(dir.path(), "t.json", text);
    let told = fixtures::told(dir.path(), &["inspect", "t.json"]);
    has(&told, &["exit 1", "line 2: curves of ESRI JSON (`curveRings`)", "returnTrueCurves=false"]);
    put(dir.path(), "z.geojson", ZONES);
    let told =
        fixtures::told(dir.path(), &["locate", "t.json", "z.geojson", "--key", "code", "--out", "o.csv"]);
    has(&told, &["exit 1", "`curveRings`"]);
}
