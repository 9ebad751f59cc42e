//! Archives: what of them is read, and what is told of the rest.

use std::fs;

use gdal::DriverManager;
use gdal::vector::{Feature, Geometry, LayerAccess, LayerOptions, OGRFieldType, OGRwkbGeometryType};

use super::workbooks::{plain, workbook};
use super::{TABLE, ZONES, build, fixtures, has, inspected, one_layer, put};

/// The files of a shapefile of two points, by their endings.
fn shapefile() -> Vec<(String, Vec<u8>)> {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("sites.shp");
    let driver = DriverManager::get_driver_by_name("ESRI Shapefile").unwrap();
    let mut dataset = driver.create_vector_only(&path).unwrap();
    {
        let srs = gdal::spatial_ref::SpatialRef::from_epsg(4326).unwrap();
        let options =
            LayerOptions { name: "sites", srs: Some(&srs), ty: OGRwkbGeometryType::wkbPoint, options: None };
        let layer = dataset.create_layer(options).unwrap();
        layer.create_defn_fields(&[("code", OGRFieldType::OFTString)]).unwrap();
        for code in ["01001", "01002"] {
            let mut feature = Feature::new(layer.defn()).unwrap();
            feature.set_field_string(0, code).unwrap();
            feature.set_geometry(Geometry::from_wkt("POINT (10.5 40.5)").unwrap()).unwrap();
            feature.create(&layer).unwrap();
        }
    }
    dataset.close().unwrap();
    ["shp", "shx", "dbf", "prj"]
        .map(|ending| (format!("sites.{ending}"), fs::read(path.with_extension(ending)).unwrap()))
        .into()
}

#[test]
fn a_workbook_in_an_archive_is_read_as_one_outside() {
    let dir = tempfile::tempdir().unwrap();
    let book = workbook(&[("Hoja1", &plain(), false)]);
    let zip = fixtures::zip(&[("dir/t.xlsx", &book), ("leeme.txt", b"nota")]);
    let told = build(dir.path(), "t.zip", &zip, TABLE);
    has(&told, &["exit 0", "2 features"]);
    has(&inspected(dir.path(), &["data/t.zip"]), &["[XLSX]", "`Hoja1`", "2 features", "01001"]);
    let query = ["query", "-e", "SELECT count(*) AS n, min(code) AS c FROM x"];
    let answer = fixtures::corredor(dir.path(), &query);
    has(&String::from_utf8_lossy(&answer.stdout), &["2", "01001"]);
    put(dir.path(), "zones.geojson", ZONES);
    let points = workbook(&[(
        "Hoja1",
        "<row r=\"1\"><c r=\"A1\" t=\"inlineStr\"><is><t>lon</t></is></c><c r=\"B1\" t=\"inlineStr\"><is><t>lat</t></is></c></row><row r=\"2\"><c r=\"A2\"><v>10.5</v></c><c r=\"B2\"><v>40.5</v></c></row>",
        false,
    )]);
    put(dir.path(), "p.zip", fixtures::zip(&[("p.xlsx", &points)]));
    let told =
        fixtures::told(dir.path(), &["locate", "p.zip", "zones.geojson", "--key", "code", "--out", "o.csv"]);
    has(&told, &["exit 0", "1 in zones"]);
}

#[test]
fn a_table_beside_a_shapefile_is_told_and_can_be_named() {
    let dir = tempfile::tempdir().unwrap();
    let mut files = shapefile();
    files.push(("people.csv".to_owned(), b"code,people\n01001,10\n01002,20\n03001,30\n".to_vec()));
    let files: Vec<(&str, &[u8])> =
        files.iter().map(|(name, bytes)| (name.as_str(), bytes.as_slice())).collect();
    let zip = fixtures::zip(&files);
    let words = "the archive also holds what is not read: `people.csv`; to read it, state `path = \"/vsizip/t.zip/people.csv\"`";
    // A table is asked for: it may be the other that is meant.
    let told = build(dir.path(), "t.zip", &zip, TABLE);
    has(&told, &["exit 0", "2 features", "warning: x:", words]);
    let told = build(dir.path(), "t.zip", &zip, "geometry = \"point\"\nkey = \"code\"\n");
    has(&told, &["exit 0", "note: x:", words]);
    has(&inspected(dir.path(), &["data/t.zip"]), &[words]);
    let inside = "/vsizip/data/t.zip/people.csv";
    has(&inspected(dir.path(), &[inside]), &["3 features"]);
    has(&inspected(dir.path(), &["--suggest", inside]), &["path = \"/vsizip/t.zip/people.csv\""]);
    let read = "path = \"/vsizip/t.zip/people.csv\"\ngeometry = \"none\"\nkey = \"code\"\n";
    one_layer(dir.path(), read);
    let told = fixtures::told(dir.path(), &["build", "x", "-v"]);
    assert!(told.contains("3 features") && !told.contains("not read"), "{told}");
}
