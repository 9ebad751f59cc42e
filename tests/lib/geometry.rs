//! Geometry of every kind that sources hold, through the real binary: lines of arcs, surfaces, collections, rows of one
//! unit, text in columns, borders at the date line.
#![allow(clippy::unwrap_used, reason = "a test may stop where its ground is missing")]

use crate::fixtures;

use std::fs;
use std::path::Path;

use gdal::DriverManager;
use gdal::spatial_ref::SpatialRef;
use gdal::vector::{Feature, Geometry, LayerAccess, LayerOptions, OGRFieldType, OGRwkbGeometryType};
use serde_json::Value;

/// A GeoPackage with these geometries, keyed by their numbers from 1.
fn geopackage(path: &Path, wkt: &[&str]) {
    let mut dataset = DriverManager::get_driver_by_name("GPKG").unwrap().create_vector_only(path).unwrap();
    let srs = SpatialRef::from_epsg(4326).unwrap();
    let options =
        LayerOptions { name: "x", srs: Some(&srs), ty: OGRwkbGeometryType::wkbUnknown, options: None };
    let layer = dataset.create_layer(options).unwrap();
    layer.create_defn_fields(&[("code", OGRFieldType::OFTString)]).unwrap();
    for (at, wkt) in wkt.iter().enumerate() {
        let mut feature = Feature::new(layer.defn()).unwrap();
        feature.set_geometry(Geometry::from_wkt(wkt).unwrap()).unwrap();
        feature.set_field_string(0, &format!("z{}", at + 1)).unwrap();
        feature.create(&layer).unwrap();
    }
    dataset.close().unwrap();
}

/// Builds a published layer of these geometries; what was told, and the layer.
fn built(wkt: &[&str], read: &str) -> (String, Option<Value>) {
    let dir = tempfile::tempdir().unwrap();
    fixtures::one_layer(dir.path(), &format!("path = \"x.gpkg\"\nkey = \"code\"\n{read}"));
    geopackage(&dir.path().join("data/x.gpkg"), wkt);
    build(dir.path())
}

/// The same of a file.
fn of_file(file: &str, bytes: &[u8], read: &str) -> (String, Option<Value>) {
    let dir = tempfile::tempdir().unwrap();
    fixtures::one_layer(dir.path(), &format!("path = \"{file}\"\nkey = \"code\"\n{read}"));
    fs::write(dir.path().join("data").join(file), bytes).unwrap();
    build(dir.path())
}

fn build(dir: &Path) -> (String, Option<Value>) {
    let layer = dir.join("layers/x.toml");
    let text = fs::read_to_string(&layer).unwrap();
    let head = "title = { es = \"x\", en = \"x\" }\nlevel = \"public\"\npublish = true\n";
    fs::write(&layer, format!("{head}{text}")).unwrap();
    let told = fixtures::told(dir, &["build", "-v"]);
    let published = fs::read(dir.join("published/current/x.geojson")).ok();
    (told, published.map(|bytes| serde_json::from_slice(&bytes).unwrap()))
}

const ZONES: &str = "geometry = \"polygon\"\n";

#[test]
fn arcs_are_lines_of_a_degree() {
    let circle = "CURVEPOLYGON (CIRCULARSTRING (10 40, 12 40, 10 40))";
    let surface = "MULTISURFACE (((20 40, 21 40, 21 41, 20 40)), CURVEPOLYGON (COMPOUNDCURVE ((30 40, 32 40), CIRCULARSTRING (32 40, 31 41, 30 40))))";
    let (told, layer) = built(&[circle, surface], ZONES);
    assert!(told.starts_with("exit 0") && told.contains("arcs of 2 features made lines"), "{told}");
    let layer = layer.unwrap();
    let ring = layer["features"][0]["geometry"]["coordinates"][0][0].as_array().unwrap();
    assert_eq!(ring.len(), 361);
    assert_eq!(layer["features"][1]["geometry"]["coordinates"].as_array().unwrap().len(), 2);
    let (told, layer) = built(&["CIRCULARSTRING (10 40, 11 41, 12 40)"], "geometry = \"line\"\n");
    assert!(told.starts_with("exit 0"), "{told}");
    assert_eq!(layer.unwrap()["features"][0]["geometry"]["coordinates"].as_array().unwrap().len(), 181);
}

#[test]
fn surfaces_in_space_are_named() {
    for (name, wkt) in [
        ("TIN", "TIN Z (((10 40 0, 10 41 0, 11 41 5, 10 40 0)))"),
        ("Triangle", "TRIANGLE ((10 40, 10 41, 11 41, 10 40))"),
        ("PolyhedralSurface", "POLYHEDRALSURFACE Z (((10 40 0, 10 41 0, 11 41 5, 10 40 0)))"),
    ] {
        let (told, _) = built(&["POLYGON ((0 0, 1 0, 1 1, 0 0))", wkt], ZONES);
        let said = format!("feature `z2`: a {name} is a surface in space");
        assert!(
            told.starts_with("exit 1") && told.contains(&said) && told.contains("MULTIPOLYGON"),
            "{told}"
        );
    }
}

#[test]
fn features_of_another_kind_are_named() {
    let square = "POLYGON ((0 0, 1 0, 1 1, 0 0))";
    let (told, _) = built(&[square, "POINT (5 5)", square, "LINESTRING (0 0, 1 1)"], ZONES);
    assert!(told.contains("mixes kinds of geometry: 1 line (z4), 1 point (z2), 2 polygon"), "{told}");
    // What is left of a collection is of the layer's kind; what is none of it names itself.
    let (told, _) = built(&[square, "GEOMETRYCOLLECTION (POINT (1 1), LINESTRING (0 0, 1 1))"], ZONES);
    assert!(told.contains("1 collection (z2), 1 polygon"), "{told}");
    let nested = "GEOMETRYCOLLECTION (GEOMETRYCOLLECTION (POLYGON ((5 5, 6 5, 6 6, 5 5))), POLYGON ((7 7, 8 7, 8 8, 7 7)))";
    let (told, layer) = built(&[square, nested], ZONES);
    assert!(told.starts_with("exit 0") && !told.contains("left out"), "{told}");
    assert_eq!(layer.unwrap()["features"][1]["geometry"]["coordinates"].as_array().unwrap().len(), 2);
    let (told, layer) = built(
        &["GEOMETRYCOLLECTION EMPTY", "POINT (1 2)", "LINESTRING EMPTY", "POINT EMPTY"],
        "geometry = \"point\"\n",
    );
    assert!(
        told.starts_with("exit 0") && told.contains("3 features kept out: no geometry (z1, z3, z4)"),
        "{told}"
    );
    assert_eq!(layer.unwrap()["features"].as_array().unwrap().len(), 1);
}

#[test]
fn zones_that_overlap_are_told_by_a_build() {
    let (told, _) =
        built(&["POLYGON ((0 0, 2 0, 2 1, 0 1, 0 0))", "POLYGON ((1 0, 3 0, 3 1, 1 1, 1 0))"], ZONES);
    assert!(
        told.starts_with("exit 0") && told.contains("1 pair of zones overlaps, 12308 km² in all"),
        "{told}"
    );
}

#[test]
fn a_repair_that_changes_an_area_is_a_warning() {
    // Parts that overlap are one area: two of 1 with 0.5 in common.
    let twice = "MULTIPOLYGON (((0 0, 1 0, 1 1, 0 1, 0 0)), ((0.5 0, 1.5 0, 1.5 1, 0.5 1, 0.5 0)))";
    let spike = "POLYGON ((5 0, 6 0, 6 1, 5.5 1, 5.5 2, 5.5 1, 5 1, 5 0))";
    let (told, layer) = built(&[twice, spike], ZONES);
    assert!(told.contains("2 invalid geometries repaired (z1, z2)"), "{told}");
    assert!(told.contains("of 1 geometries by more than 0.1 % of the drawn one (z1 25 %)"), "{told}");
    assert_eq!(layer.unwrap()["features"][0]["geometry"]["coordinates"].as_array().unwrap().len(), 1);
}

#[test]
fn rows_of_one_unit_become_one_zone() {
    let feature = |code: &str, name: &str, people: u32, x: f64| {
        let e = x + 1.0;
        format!(
            r#"{{"type":"Feature","properties":{{"code":"{code}","name":"{name}","people":{people}}},"geometry":{{"type":"Polygon","coordinates":[[[{x},0],[{e},0],[{e},1],[{x},1],[{x},0]]]}}}}"#
        )
    };
    // Two halves with a border, an island, and a unit of its own.
    let all = [
        feature("a", "A", 5, 0.0),
        feature("b", "B", 7, 9.0),
        feature("a", "A", 6, 1.0),
        feature("a", "A", 5, 4.0),
    ];
    let text = format!(r#"{{"type":"FeatureCollection","features":[{}]}}"#, all.join(","));
    let (told, layer) = of_file("x.geojson", text.as_bytes(), &format!("{ZONES}dissolve = true\n"));
    assert!(told.starts_with("exit 0") && told.contains("3 rows of 1 keys made one zone each (a)"), "{told}");
    assert!(told.contains("`people` differs between the joined rows of 1 keys"), "{told}");
    assert!(!told.contains("repaired"), "{told}");
    let layer = layer.unwrap();
    let properties = &layer["features"][0]["properties"];
    assert_eq!((&properties["name"], &properties["people"]), (&Value::from("A"), &Value::Null));
    assert_eq!(layer["features"][1]["properties"]["people"], 7);
    let polygons = layer["features"][0]["geometry"]["coordinates"].as_array().unwrap();
    // The border between the halves is gone.
    assert_eq!(polygons.len(), 2);
    assert!(
        polygons
            .iter()
            .flat_map(|p| p[0].as_array().unwrap())
            .all(|p| p[0] != 1.0 || p[1] == 0.0 || p[1] == 1.0)
    );
    let (told, _) = of_file(
        "x.csv",
        b"code,lon,lat\n1,2,3\n",
        "geometry = \"point\"\nlon = \"lon\"\nlat = \"lat\"\ndissolve = true\n",
    );
    assert!(told.starts_with("exit 1") && told.contains("the layer holds no zones"), "{told}");
}

#[test]
fn geometry_as_text_in_a_column() {
    let csv =
        "code,geom\na,SRID=4326;POINT(-99.1 19.4)\nb,0101000020E610000000000000000000000000000000000040\n";
    let (told, layer) = of_file("x.csv", csv.as_bytes(), "geometry = \"point\"\n");
    assert!(told.starts_with("exit 0"), "{told}");
    let layer = layer.unwrap();
    assert_eq!(layer["features"][0]["geometry"]["coordinates"], serde_json::json!([-99.1, 19.4]));
    assert_eq!(layer["features"][1]["geometry"]["coordinates"], serde_json::json!([0, 2]));
    assert_eq!(layer["features"][0]["properties"], serde_json::json!({"code": "a"}));
    // Empty is missing, and no place at zero.
    let csv = "code,geom\na,SRID=4326;POINT(1 2)\nb,SRID=4326;POINT EMPTY\nc,SRID=4326;GEOMETRYCOLLECTION(POINT EMPTY)\nd,\n";
    let (told, _) = of_file("x.csv", csv.as_bytes(), "geometry = \"point\"\n");
    assert!(
        told.starts_with("exit 0") && told.contains("3 features kept out: no geometry (b, c, d)"),
        "{told}"
    );
    let (told, _) = of_file("x.csv", b"code,WKT\na,POINT (1 2)\n", "geometry = \"point\"\n");
    assert!(told.contains("does not state its coordinate reference system"), "{told}");
    let (told, _) = of_file(
        "x.csv",
        b"code,WKT\na,POINT (1 2)\nb,POINT (1\n",
        "geometry = \"point\"\ncrs = \"EPSG:4326\"\n",
    );
    assert!(told.contains("line 3, field `WKT`: `POINT (1` is not a geometry as WKT"), "{told}");
    let mixed = b"code,geom\na,SRID=4326;POINT(1 2)\nb,SRID=6372;POINT(1 2)\n";
    let (told, _) = of_file("x.csv", mixed, "geometry = \"point\"\n");
    assert!(told.contains("`SRID=6372`: line 3 has another than the rows before, which have 4326"), "{told}");
}

#[test]
fn a_shapefile_in_an_archive_has_its_pieces_or_they_are_named() {
    let dir = tempfile::tempdir().unwrap();
    fixtures::one_layer(dir.path(), "path = \"x.zip\"\nkey = \"code\"\ngeometry = \"polygon\"\n");
    let shape = dir.path().join("a.shp");
    let mut dataset =
        DriverManager::get_driver_by_name("ESRI Shapefile").unwrap().create_vector_only(&shape).unwrap();
    let srs = SpatialRef::from_epsg(4326).unwrap();
    let options =
        LayerOptions { name: "a", srs: Some(&srs), ty: OGRwkbGeometryType::wkbPolygon, options: None };
    dataset.create_layer(options).unwrap();
    dataset.close().unwrap();
    let pack = |endings: &[&str]| {
        let file = fs::File::create(dir.path().join("data/x.zip")).unwrap();
        let mut archive = zip::ZipWriter::new(file);
        for ending in endings {
            let name = format!("datos/A.{}", ending.to_uppercase());
            archive.start_file(name, zip::write::SimpleFileOptions::default()).unwrap();
            std::io::Write::write_all(&mut archive, &fs::read(shape.with_extension(ending)).unwrap())
                .unwrap();
        }
        archive.finish().unwrap();
    };
    for (endings, missing) in [(["shp", "shx", "prj"], "A.dbf"), (["shp", "dbf", "prj"], "A.shx")] {
        pack(&endings);
        let told = fixtures::told(dir.path(), &["build"]);
        assert!(
            told.starts_with("exit 1") && told.contains(&format!("`{missing}` is not beside it")),
            "{told}"
        );
    }
}

#[test]
fn ids_that_are_numbers_are_a_key() {
    let point = |id: &str, x: u32| {
        format!(
            r#"{{"type":"Feature"{id},"properties":{{"n":{x}}},"geometry":{{"type":"Point","coordinates":[{x},2,9]}}}}"#
        )
    };
    let file = |sequence: bool, points: &[String]| match sequence {
        true => points.iter().map(|point| format!("\u{1e}{point}\n")).collect::<String>(),
        false => format!(r#"{{"type":"FeatureCollection","features":[{}]}}"#, points.join(",")),
    };
    for sequence in [false, true] {
        let dir = tempfile::tempdir().unwrap();
        fixtures::one_layer(dir.path(), "path = \"x.geojson\"\nkey = \"id\"\ngeometry = \"point\"\n");
        let points = [point(r#","id":12"#, 1), point(r#","id":7"#, 2)];
        fs::write(dir.path().join("data/x.geojson"), file(sequence, &points)).unwrap();
        let (told, layer) = build(dir.path());
        assert!(told.starts_with("exit 0"), "{told}");
        let layer = layer.unwrap();
        let id = |at: usize| {
            (layer["features"][at]["id"].clone(), layer["features"][at]["properties"]["n"].clone())
        };
        assert_eq!((id(0), id(1)), ((Value::from("12"), 1.into()), (Value::from("7"), 2.into())));
    }
    // One without: told by its place.
    let dir = tempfile::tempdir().unwrap();
    fixtures::one_layer(dir.path(), "path = \"x.geojson\"\nkey = \"id\"\ngeometry = \"point\"\n");
    fs::write(dir.path().join("data/x.geojson"), file(false, &[point(r#","id":12"#, 1), point("", 2)]))
        .unwrap();
    let (told, _) = build(dir.path());
    assert!(told.contains("feature 2: the key `id` is empty"), "{told}");
}
