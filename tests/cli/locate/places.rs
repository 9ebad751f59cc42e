//! Where places come from: columns by their names, pairs, geometry, other coordinate systems.

use std::fs;
use std::sync::Arc;

use arrow_array::{ArrayRef, BinaryArray, Float64Array, RecordBatch, StructArray};
use arrow_schema::{DataType, Field, Schema};
use gdal::spatial_ref::{AxisMappingStrategy, CoordTransform, SpatialRef};
use parquet::arrow::ArrowWriter;

use super::ground::{self, events, read_parquet, run, text};

#[test]
fn names_and_pairs() {
    let dir = tempfile::tempdir().unwrap();
    let zones = ground::zones(dir.path());
    let put = |text: &str| fs::write(dir.path().join("p.csv"), text).unwrap();
    let counts = |options: &[&str]| {
        let mut arguments = vec!["p.csv", &zones];
        arguments.extend(options);
        run(dir.path(), &arguments, "counts.csv")
    };
    put("lon,lat\n-99.5,18.5\n");
    let expected = counts(&[]).0;
    for (header, row) in [
        ("Latitude,LONGITUDE", "18.5,-99.5"),
        ("lng,lat", "-99.5,18.5"),
        ("longitud,latitud", "-99.5,18.5"),
        ("id,y,x", "7,18.5,-99.5"),
        ("x,y,lon,lat", "0,0,-99.5,18.5"),
    ] {
        put(&format!("{header}\n{row}\n"));
        assert_eq!(counts(&[]).0, expected, "{header}");
    }
    put("lon,lat,e,n\n0,0,-99.5,18.5\n");
    assert_eq!(counts(&["--lon", "e", "--lat", "n"]).0, expected);
    put("place\n\"18.5, -99.5\"\n");
    let (pairs, said) = counts(&["--latlon", "place"]);
    assert_eq!(pairs, expected);
    assert!(said.starts_with("1 points (place): 1 in zones"), "{said}");
    put("lon,lat\n-99.5,18.5\nNA,-\n");
    assert!(counts(&["--missing", "NA", "--missing", "-"]).1.contains("line 3: no place"));
}

/// The events in metres of the official projection of Mexico.
fn in_metres(events: &[ground::Event]) -> Vec<ground::Event> {
    let srs = |code| {
        let mut srs = SpatialRef::from_epsg(code).unwrap();
        srs.set_axis_mapping_strategy(AxisMappingStrategy::TraditionalGisOrder);
        srs
    };
    let to_metres = CoordTransform::new(&srs(4326), &srs(6372)).unwrap();
    let (mut x, mut y): (Vec<f64>, Vec<f64>) = events.iter().map(|e| (e.lon, e.lat)).unzip();
    to_metres.transform_coords(&mut x, &mut y, &mut []).unwrap();
    events
        .iter()
        .zip(x.into_iter().zip(y))
        .map(|(e, (lon, lat))| ground::Event { lon, lat, ..e.clone() })
        .collect()
}

#[test]
fn other_coordinate_systems() {
    let dir = tempfile::tempdir().unwrap();
    let zones = ground::zones(dir.path());
    // Off the borders, where the way there and back would decide.
    let events: Vec<_> = events(3_000)
        .into_iter()
        .map(|e| ground::Event { lon: e.lon + 0.000_31, lat: e.lat + 0.000_41, ..e })
        .collect();
    let metres = in_metres(&events);
    fs::write(dir.path().join("p.csv"), ground::csv(&events)).unwrap();
    let expected = run(dir.path(), &["p.csv", &zones], "counts.csv").0;
    ground::gdal(&dir.path().join("p.gpkg"), "GPKG", 6372, &metres);
    assert_eq!(run(dir.path(), &["p.gpkg", &zones], "counts.csv").0, expected);
    fs::write(dir.path().join("m.csv"), ground::csv(&metres)).unwrap();
    assert_eq!(run(dir.path(), &["m.csv", &zones, "--crs", "EPSG:6372"], "counts.csv").0, expected);
    let arguments = ["locate", "m.csv", &zones, "--key", "code", "--out", "none.csv"];
    let said = crate::fixtures::told(dir.path(), &arguments);
    assert!(said.starts_with("exit 1") && said.contains("3000 of 3000 rows cannot be read"), "{said}");
    assert!(said.contains("not on the globe") && said.contains("--crs"), "{said}");
    assert!(!dir.path().join("none.csv").exists(), "nothing is written");
}

/// Writes GeoParquet whose geometry is given, with `geo` metadata.
fn geoparquet(path: &std::path::Path, geometry: ArrayRef, crs: &str) {
    let geo = format!(
        r#"{{"version":"1.1.0","primary_column":"place","columns":{{"place":{{"encoding":"WKB"{crs}}}}}}}"#
    );
    let ids: ArrayRef = Arc::new((0..geometry.len() as i64).collect::<arrow_array::Int64Array>());
    let schema = Arc::new(Schema::new(vec![
        Field::new("id", DataType::Int64, true),
        Field::new("place", geometry.data_type().clone(), true),
    ]));
    let batch = RecordBatch::try_new(Arc::clone(&schema), vec![ids, geometry]).unwrap();
    let mut writer = ArrowWriter::try_new(fs::File::create(path).unwrap(), schema, None).unwrap();
    writer.write(&batch).unwrap();
    writer.append_key_value_metadata(parquet::file::metadata::KeyValue::new("geo".to_owned(), geo));
    writer.close().unwrap();
}

#[test]
fn geoparquet_and_geoarrow() {
    let dir = tempfile::tempdir().unwrap();
    let zones = ground::zones(dir.path());
    let events = events(2_000);
    fs::write(dir.path().join("p.csv"), ground::csv(&events)).unwrap();
    let expected = text(dir.path(), &["p.csv", &zones], "counts.csv");
    let wkb = |e: &ground::Event| [&[1, 1, 0, 0, 0][..], &e.lon.to_le_bytes(), &e.lat.to_le_bytes()].concat();
    let points = events.iter().map(wkb).collect::<Vec<_>>();
    let points: ArrayRef = Arc::new(points.iter().map(|w| Some(w.as_slice())).collect::<BinaryArray>());
    geoparquet(&dir.path().join("wkb.parquet"), Arc::clone(&points), "");
    assert_eq!(text(dir.path(), &["wkb.parquet", &zones], "counts.csv"), expected);
    let axis = |of: fn(&ground::Event) -> f64| -> ArrayRef {
        Arc::new(events.iter().map(|e| Some(of(e))).collect::<Float64Array>())
    };
    let field = |name| Arc::new(Field::new(name, DataType::Float64, false));
    let native = StructArray::from(vec![(field("x"), axis(|e| e.lon)), (field("y"), axis(|e| e.lat))]);
    geoparquet(&dir.path().join("native.parquet"), Arc::new(native), "");
    assert_eq!(text(dir.path(), &["native.parquet", &zones], "counts.csv"), expected);

    // Tagged as Parquet it stays GeoParquet; as CSV the places become columns.
    run(dir.path(), &["wkb.parquet", &zones, "--tag"], "out.parquet");
    assert_eq!(read_parquet(&dir.path().join("out.parquet")).column_by_name("place").unwrap(), &points);
    assert_eq!(
        text(dir.path(), &["out.parquet", &zones, "--as", "again"], "counts.csv").replace("again", "code"),
        expected
    );
    let tagged = text(dir.path(), &["wkb.parquet", &zones, "--tag"], "out.csv");
    assert!(tagged.starts_with("id,lon,lat,code\r\n0,"), "{}", &tagged[..60]);

    // Without a CRS it is WGS84; with null it must be stated; lines and rubbish are bad rows.
    geoparquet(&dir.path().join("null.parquet"), points, r#","crs":null"#);
    let said = crate::fixtures::told(
        dir.path(),
        &["locate", "null.parquet", &zones, "--key", "code", "--out", "c.csv"],
    );
    assert!(said.contains("does not state its coordinate reference system"), "{said}");
    assert_eq!(text(dir.path(), &["null.parquet", &zones, "--crs", "EPSG:4326"], "counts.csv"), expected);
    let good = wkb(&events[0]);
    let mixed: ArrayRef = Arc::new(BinaryArray::from(
        [
            vec![Some(&b"rubbish"[..]), None, Some(&[1, 2, 0, 0, 0, 0, 0, 0, 0])],
            vec![Some(good.as_slice()); 3],
        ]
        .concat(),
    ));
    geoparquet(&dir.path().join("mixed.parquet"), mixed, "");
    let said = run(dir.path(), &["mixed.parquet", &zones], "counts.csv").1;
    assert!(
        said.contains("row 1: not a point")
            && said.contains("row 2: no place")
            && said.contains("row 3: not a point: not a point"),
        "{said}"
    );
}
