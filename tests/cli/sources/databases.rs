//! Databases in one file.

use std::fs;
use std::path::Path;

use corredor::layer::read::{ReadError, inspect};
use gdal::vector::{Feature, Geometry, LayerAccess, LayerOptions, OGRwkbGeometryType, sql::Dialect};
use gdal::{DriverManager, spatial_ref::SpatialRef};

use super::{fixtures::zip, ground, put, refused};

/// A GeoPackage of one point, and what `sql` makes of it.
pub fn package(path: &Path, sql: &[&str]) {
    let driver = DriverManager::get_driver_by_name("GPKG").unwrap();
    let mut dataset = driver.create_vector_only(path).unwrap();
    let srs = SpatialRef::from_epsg(4326).unwrap();
    {
        let layer = dataset
            .create_layer(LayerOptions {
                name: "schools",
                srs: Some(&srs),
                ty: OGRwkbGeometryType::wkbPoint,
                options: None,
            })
            .unwrap();
        let mut feature = Feature::new(layer.defn()).unwrap();
        feature.set_geometry(Geometry::from_wkt("POINT (-99 19)").unwrap()).unwrap();
        feature.create(&layer).unwrap();
    }
    for sql in sql {
        dataset.execute_sql(sql, None, Dialect::DEFAULT).unwrap();
    }
    dataset.close().unwrap();
}

#[test]
fn tables_of_a_database_stand_in_it() {
    let dir = ground();
    let path = dir.path().join("a.gpkg");
    let name = path.to_string_lossy().into_owned();
    package(&path, &[]);
    assert_eq!(inspect(&name, None, None).unwrap().features, 1, "with the R-tree that GDAL makes");
    let many: Vec<String> =
        (0..300).map(|i| format!("CREATE TABLE t{i} (a TEXT /* {} */)", "x".repeat(40 * i))).collect();
    for create in [
        "CREATE VIRTUAL TABLE s USING VirtualText(''FILE'', ''UTF-8'', 1, COMMA, DOUBLEQUOTE, '','')",
        "create/* */virtual table s using \"VirtualOGR\"(''FILE'')",
        "CREATE VIRTUAL TABLE \"using rtree(\" -- using rtree\nUSING [VirtualShape](''FILE'', ''UTF-8'', 4326)",
    ] {
        fs::remove_file(&path).unwrap();
        let create = create.replace("FILE", &dir.path().join("shelters.csv").to_string_lossy());
        let insert = format!("INSERT INTO sqlite_master VALUES ('table', 's', 's', 0, '{create}')");
        // Behind so many others that the schema has pages below pages, and statements longer than a page.
        let mut sql: Vec<&str> = many.iter().map(String::as_str).collect();
        sql.extend(["PRAGMA writable_schema = 1", &insert]);
        package(&path, &sql);
        let error = refused(&name);
        assert!(error.to_string().contains("a table that stands elsewhere"), "{error}");
        let zipped = put(dir.path(), "a.zip", &zip(&[("a.gpkg", &fs::read(&path).unwrap())]));
        assert!(refused(&zipped).to_string().contains("a table that stands elsewhere"));
    }
    fs::remove_file(&path).unwrap();
    let sql: Vec<&str> = many.iter().map(String::as_str).collect();
    package(&path, &sql);
    assert_eq!(inspect(&name, Some("schools"), None).unwrap().features, 1);
    // A journal must be rolled back by whoever may write.
    fs::write(dir.path().join("a.gpkg-journal"), [0xd9, 0xd5, 0x05, 0xf9, 0x20, 0xa1, 0x63, 0xd7, 0])
        .unwrap();
    assert!(matches!(refused(&name), ReadError::Unsettled { .. }));
    fs::write(dir.path().join("a.gpkg-journal"), [0; 40]).unwrap();
    assert_eq!(inspect(&name, Some("schools"), None).unwrap().features, 1);
}

#[test]
fn changes_beside_a_database_count() {
    let dir = ground();
    let (path, held) = (dir.path().join("a.gpkg"), dir.path().join("b.gpkg"));
    package(&path, &[]);
    let open = || {
        let options = gdal::DatasetOptions {
            open_flags: gdal::GdalOpenFlags::GDAL_OF_VECTOR | gdal::GdalOpenFlags::GDAL_OF_UPDATE,
            ..gdal::DatasetOptions::default()
        };
        gdal::Dataset::open_ex(&path, options).unwrap()
    };
    let dataset = open();
    let run = |sql: &str| drop(dataset.execute_sql(sql, None, Dialect::DEFAULT).unwrap());
    run("PRAGMA journal_mode = WAL");
    run("CREATE TABLE more (a TEXT)");
    // As it lies while another program holds it open.
    let copy = || {
        for ending in ["", "-wal"] {
            let of = |path: &Path| format!("{}{ending}", path.display());
            fs::copy(of(&path), of(&held)).unwrap();
        }
    };
    copy();
    assert!(fs::metadata(dir.path().join("b.gpkg-wal")).unwrap().len() > 0);
    let held_name = held.to_string_lossy().into_owned();
    assert_eq!(inspect(&held_name, Some("schools"), None).unwrap().features, 1);
    run("PRAGMA writable_schema = 1");
    run(
        "INSERT INTO sqlite_master VALUES ('table', 's', 's', 0, 'CREATE VIRTUAL TABLE s USING VirtualText(''x'')')",
    );
    fs::remove_file(&held).unwrap();
    copy();
    assert!(refused(&held_name).to_string().contains("a table that stands elsewhere"));
}

#[test]
fn a_schema_that_is_damaged_never_panics() {
    let dir = ground();
    let path = dir.path().join("a.gpkg");
    package(&path, &["CREATE TABLE t (a TEXT)"]);
    let whole = fs::read(&path).unwrap();
    let name = path.to_string_lossy().into_owned();
    let mut state = 7_u64;
    let mut next = |below: usize| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) as usize % below
    };
    for _ in 0..40 {
        let mut bytes = whole.clone();
        for _ in 0..3 {
            let at = next(4_096);
            bytes[at] = next(256) as u8;
        }
        fs::write(&path, bytes).unwrap();
        let _ = inspect(&name, Some("schools"), None);
    }
}
