//! Bytes that are texts or an error.

use std::fs;

use corredor::layer::read::{Kind, Options, ReadError, inspect, read};
use gdal::vector::{Feature, Geometry, LayerAccess, LayerOptions, OGRwkbGeometryType};
use gdal::{DriverManager, spatial_ref::SpatialRef};

use super::{bounds::tangle, databases::package, fixtures, ground, put};

#[test]
fn bytes_are_text_or_an_error() {
    let dir = ground();
    let shapefile = |name: &str, page: Option<&str>| {
        let path = dir.path().join(format!("{name}.shp"));
        let driver = DriverManager::get_driver_by_name("ESRI Shapefile").unwrap();
        let mut dataset = driver.create_vector_only(&path).unwrap();
        let srs = SpatialRef::from_epsg(4326).unwrap();
        {
            let layer = dataset
                .create_layer(LayerOptions {
                    name,
                    srs: Some(&srs),
                    ty: OGRwkbGeometryType::wkbPoint,
                    options: Some(&["ENCODING=ISO-8859-1"]),
                })
                .unwrap();
            layer.create_defn_fields(&[("id", gdal::vector::OGRFieldType::OFTString)]).unwrap();
            layer.create_defn_fields(&[("place", gdal::vector::OGRFieldType::OFTString)]).unwrap();
            for (id, place) in [("1", "Monclova"), ("2", "M\u{e9}xico")] {
                let mut feature = Feature::new(layer.defn()).unwrap();
                feature.set_field_string(0, id).unwrap();
                feature.set_field_string(1, place).unwrap();
                feature.set_geometry(Geometry::from_wkt("POINT (-99 19)").unwrap()).unwrap();
                feature.create(&layer).unwrap();
            }
        }
        dataset.close().unwrap();
        match page {
            Some(page) => fs::write(path.with_extension("cpg"), page).unwrap(),
            None => fs::remove_file(path.with_extension("cpg")).unwrap(),
        }
        path.to_string_lossy().into_owned()
    };
    let lying = shapefile("a", Some("UTF-8"));
    let mut options = Options::new(&lying, Kind::Point, "id");
    let error = read("a", &options).unwrap_err();
    let told = "a.shp: layer `a`, feature 2, field `place`: the bytes are not UTF-8: `M\u{fffd}xico`";
    assert!(error.to_string().ends_with(told), "{error}");
    assert!(error.help().unwrap().contains("encoding"));
    assert!(matches!(inspect(&lying, None, None), Err(ReadError::NotText { .. })));
    options.encoding = Some("ISO-8859-1".to_owned());
    let places = |options: &Options| {
        let layer = read("a", options).unwrap();
        layer.texts("place").unwrap().into_iter().flatten().collect::<Vec<_>>()
    };
    assert_eq!(places(&options), ["Monclova", "M\u{e9}xico"]);
    let honest = shapefile("b", Some("ISO-8859-1"));
    assert_eq!(places(&Options::new(honest, Kind::Point, "id")), ["Monclova", "M\u{e9}xico"]);
    // As `locate` streams it.
    put(dir.path(), "z.geojson", tangle(3).as_bytes());
    let told = fixtures::told(
        dir.path(),
        &["locate", "a.shp", "z.geojson", "--key", "code", "--tag", "--out", "o.csv"],
    );
    assert!(told.starts_with("exit 1") && told.contains("are not UTF-8"), "{told}");
    // SQLite keeps what it is given.
    let path = dir.path().join("c.gpkg");
    package(
        &path,
        &[
            "ALTER TABLE schools ADD COLUMN place TEXT",
            "UPDATE schools SET place = CAST(x'4de97869636f' AS TEXT)",
        ],
    );
    let name = path.to_string_lossy().into_owned();
    assert!(matches!(inspect(&name, None, None), Err(ReadError::NotText { .. })));
}

#[test]
fn hidden_signs_are_taken_out_or_replaced_and_told() {
    let dir = ground();
    let path =
        put(dir.path(), "h.csv", "id,t\n1,a\u{200b}b\n2,\u{feff}\n3,x\u{7}\n4,\n5,NA \u{feff}\n".as_bytes());
    let mut options = Options::new(path, Kind::None, "id");
    options.missing = vec!["NA".to_owned()];
    let layer = read("h", &options).unwrap();
    let texts = [Some("ab"), None, Some("x\u{fffd}"), None, None].map(|text| text.map(str::to_owned));
    assert_eq!(layer.texts("t").unwrap(), texts);
    let told: Vec<String> =
        layer.provenance.findings.iter().map(|f| f.text(corredor::lang::Lang::En)).collect();
    let wanted = [
        "4 features held signs that are not seen",
        "U+FFFD stands for those of control: line 2, line 3, line 4, line 6",
    ];
    assert!(told.iter().any(|text| wanted.iter().all(|part| text.contains(part))), "{told:?}");
}
