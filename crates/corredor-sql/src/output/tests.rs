use std::path::PathBuf;
use std::sync::Arc;

use arrow_array::types::Int32Type;
use arrow_array::{
    ArrayRef, BooleanArray, Date32Array, Float64Array, Int32Array, ListArray, RecordBatch, StringArray,
    StringViewArray, UInt64Array,
};
use arrow_schema::{Field, Schema};
use geoarrow_array::GeoArrowArray;
use geoarrow_array::array::WkbArray;
use geoarrow_schema::WkbType;

use super::shape::Shape;
use super::*;
use corredor::lang::Lang;

const LOOK: Look = Look { width: None, lang: Lang::En };

/// A column of any kind.
fn column(name: &str, values: impl arrow_array::Array + 'static) -> (Field, ArrayRef) {
    (Field::new(name, values.data_type().clone(), true), Arc::new(values))
}

/// A column of geometry from little-endian WKB in hexadecimal.
fn geometry(name: &str, wkb: &[Option<&str>]) -> (Field, ArrayRef) {
    let values: Vec<Option<Vec<u8>>> = wkb.iter().map(|hex| hex.map(bytes)).collect();
    let values = arrow_array::BinaryArray::from_iter(values.iter().map(|v| v.as_deref()));
    let array = WkbArray::from((values, WkbType::default()));
    (array.data_type().to_field(name, true), array.to_array_ref())
}

fn bytes(hex: &str) -> Vec<u8> {
    let digits: Vec<char> = hex.chars().filter(|c| !c.is_whitespace()).collect();
    digits.chunks(2).map(|pair| u8::from_str_radix(&pair.iter().collect::<String>(), 16).unwrap()).collect()
}

// SELECT encode(ST_AsBinary(...), 'hex') in PostGIS.
/// POINT (1 2)
const POINT: &str = "0101000000000000000000F03F0000000000000040";
/// LINESTRING (0 0, 1 1)
const LINE: &str = "01020000000200000000000000000000000000000000000000000000000000F03F000000000000F03F";
/// POLYGON ((0 0, 1 0, 1 1, 0 0))
const POLYGON: &str = "01030000000100000004000000 0000000000000000 0000000000000000 000000000000F03F \
    0000000000000000 000000000000F03F 000000000000F03F 0000000000000000 0000000000000000";
/// GEOMETRYCOLLECTION (POINT (1 2), MULTIPOINT (1 2))
const COLLECTION: &str = "0107000000020000000101000000000000000000F03F0000000000000040\
    0104000000010000000101000000000000000000F03F0000000000000040";

fn batch(columns: Vec<(Field, ArrayRef)>) -> RecordBatch {
    let (fields, arrays): (Vec<Field>, Vec<ArrayRef>) = columns.into_iter().unzip();
    RecordBatch::try_new(Arc::new(Schema::new(fields)), arrays).unwrap()
}

/// What a batch, given twice in halves, is written as.
fn written(format: Format, batch: &RecordBatch) -> Result<Vec<u8>, OutputError> {
    let dir = tempfile::tempdir().unwrap();
    let path: PathBuf = dir.path().join("answer");
    let mut writer = Writer::begin(format, &Destination::File(path.clone()), &batch.schema(), LOOK)?;
    let half = batch.num_rows() / 2;
    writer.write(&batch.slice(0, half))?;
    writer.write(&batch.slice(half, batch.num_rows() - half))?;
    assert!(!path.exists(), "nothing is there before it is whole");
    assert_eq!(writer.finish()?, batch.num_rows() as u64);
    Ok(std::fs::read(path).unwrap())
}

fn text(format: Format, batch: &RecordBatch) -> String {
    String::from_utf8(written(format, batch).unwrap()).unwrap()
}

fn mixed() -> RecordBatch {
    let list =
        ListArray::from_iter_primitive::<Int32Type, _, _>([Some(vec![Some(1), None]), None, Some(vec![])]);
    batch(vec![
        column("=name", StringViewArray::from(vec![Some("=1+1"), None, Some("a\u{1b}[2J\"b\n")])),
        column("small", Int32Array::from(vec![Some(-1), None, Some(3)])),
        column("large", UInt64Array::from(vec![Some(7), None, Some(9)])),
        column("x", Float64Array::from(vec![Some(0.1 + 0.2), None, Some(-0.0)])),
        column("yes", BooleanArray::from(vec![Some(true), None, Some(false)])),
        column("day", Date32Array::from(vec![Some(20_781), None, Some(-1)])),
        column("list", list),
        geometry("geom", &[Some(POINT), None, Some(POINT)]),
    ])
}

#[test]
fn csv_guards_formulas_and_keeps_values() {
    assert_eq!(
        text(Format::Csv, &mixed()),
        "'=name,small,large,x,yes,day,list,geom\r\n\
         '=1+1,-1,7,0.30000000000000004,true,2026-11-24,\"[1, ]\",POINT (1 2)\r\n\
         ,,,,,,,\r\n\
         \"a\u{1b}[2J\"\"b\n\",3,9,0.0,false,1969-12-31,[],POINT (1 2)\r\n"
    );
}

#[test]
fn json_is_what_parsers_read() {
    let all: serde_json::Value = serde_json::from_str(&text(Format::Json, &mixed())).unwrap();
    assert_eq!(all.as_array().unwrap().len(), 3);
    assert_eq!(all[0]["x"], serde_json::json!(0.30000000000000004));
    assert_eq!(all[0]["geom"], serde_json::json!({"type": "Point", "coordinates": [1, 2]}));
    assert_eq!(all[1]["geom"], serde_json::Value::Null);
    assert_eq!(all[2]["=name"], "a\u{1b}[2J\"b\n");
    let lines = text(Format::Ndjson, &mixed());
    let lines: Vec<serde_json::Value> = lines.lines().map(|l| serde_json::from_str(l).unwrap()).collect();
    assert_eq!(lines, *all.as_array().unwrap());
    assert_eq!(text(Format::Json, &mixed().slice(0, 0)), "[]\n");
    assert_eq!(text(Format::Ndjson, &mixed().slice(0, 0)), "");
}

#[test]
fn a_table_is_for_people() {
    let table = text(Format::Table, &mixed());
    assert!(table.contains("0.3 ") && table.contains("POINT (1.00000 2.00000)"), "{table}");
    assert!(!table.contains('\u{1b}'), "no terminal is told what to do: {table}");
    assert!(table.lines().any(|line| line.contains(" -1 ") && line.contains("=1+1")), "{table}");
    let many = batch(vec![column("n", Int32Array::from_iter_values(0..1200))]);
    let table = text(Format::Table, &many);
    assert!(table.ends_with("… and 700 more rows: --format csv gives all\n"), "{table}");
    let wide = batch(vec![geometry("g", &[Some(POLYGON), Some(COLLECTION)])]);
    let table = text(Format::Table, &wide);
    assert!(table.contains("POLYGON [4]") && table.contains("GEOMETRYCOLLECTION [2]"), "{table}");
}

#[test]
fn geojson_keeps_the_order_and_has_no_made_up_key() {
    let points = batch(vec![
        column("name", StringArray::from(vec!["b", "a", "c"])),
        geometry("geom", &[Some(POINT), None, Some(POINT)]),
    ]);
    let all: serde_json::Value = serde_json::from_str(&text(Format::Geojson, &points)).unwrap();
    let names: Vec<&str> = all["features"]
        .as_array()
        .unwrap()
        .iter()
        .map(|f| f["properties"]["name"].as_str().unwrap())
        .collect();
    assert_eq!(names, ["b", "a", "c"]);
    assert_eq!(all["features"][0]["properties"], serde_json::json!({"name": "b"}));
    assert_eq!(all["features"][0].get("id"), None);
    assert_eq!(all["features"][1]["geometry"], serde_json::Value::Null);
    assert_eq!(all["bbox"], serde_json::json!([1, 2, 1, 2]));
    let zones = batch(vec![geometry("geom", &[Some(POLYGON), None])]);
    let all: serde_json::Value = serde_json::from_str(&text(Format::Geojson, &zones)).unwrap();
    assert_eq!(all["features"][0]["geometry"]["type"], "MultiPolygon");
    let lines = batch(vec![geometry("geom", &[Some(LINE)])]);
    assert!(text(Format::Geojson, &lines).contains("\"coordinates\":[[0,0],[1,1]]"));
    assert!(text(Format::Geojson, &points.slice(0, 0)).contains("\"features\":[\n]"));
}

#[test]
fn what_a_format_cannot_hold_is_told() {
    let twice = batch(vec![column("a", Int32Array::from(vec![1])), column("A", Int32Array::from(vec![1]))]);
    assert!(written(Format::Parquet, &twice).is_ok());
    let told = |format, batch: &RecordBatch| written(format, batch).unwrap_err().to_string();
    assert_eq!(told(Format::Gpkg, &twice), "the answer has two columns `a`, which gpkg cannot tell apart");
    let none = batch(vec![column("a", Int32Array::from(vec![1]))]);
    assert_eq!(told(Format::Geojson, &none), "the answer has no geometry, which geojson needs");
    let two = batch(vec![geometry("a", &[Some(POINT)]), geometry("b", &[Some(POINT)])]);
    assert_eq!(told(Format::Gpkg, &two), "the answer has the geometries `a`, `b`; gpkg holds one");
    let nan = batch(vec![column("x", Float64Array::from(vec![1.0, 2.0, f64::NAN]))]);
    assert_eq!(
        told(Format::Json, &nan),
        "row 3, column `x`: NaN is no finite number, and json holds no other"
    );
    assert_eq!(text(Format::Csv, &nan), "x\r\n1.0\r\n2.0\r\nNaN\r\n");
    let kinds = batch(vec![geometry("g", &[None, Some(POINT), Some(LINE)])]);
    assert_eq!(
        told(Format::Geojson, &kinds),
        "row 3, column `g`: LineString among Point; geojson takes points, lines or polygons, all of one kind"
    );
    let huge = batch(vec![column("n", UInt64Array::from(vec![u64::MAX]))]);
    assert!(told(Format::Csv, &huge).starts_with("column `n`: "), "no value is lost in silence");
    let folder = Destination::File(PathBuf::from("/nowhere/at/all.csv"));
    let error = Writer::begin(Format::Csv, &folder, &none.schema(), LOOK).err().unwrap();
    assert!(error.to_string().starts_with("cannot write /nowhere/at/all.csv"), "{error}");
}

#[test]
fn parquet_says_what_geometry_it_holds() {
    use ::parquet::file::reader::{FileReader, SerializedFileReader};
    let rows = batch(vec![
        column("n", Int32Array::from(vec![1, 2, 3])),
        geometry("geom", &[Some(POINT), None, Some(LINE)]),
    ]);
    let file = written(Format::Parquet, &rows).unwrap();
    let reader = SerializedFileReader::new(bytes_of(file)).unwrap();
    let metadata = reader.metadata().file_metadata();
    assert_eq!(metadata.num_rows(), 3);
    let pairs = metadata.key_value_metadata().unwrap();
    let geo = pairs.iter().find(|pair| pair.key == "geo").and_then(|pair| pair.value.clone()).unwrap();
    let geo: serde_json::Value = serde_json::from_str(&geo).unwrap();
    assert_eq!(geo["primary_column"], "geom");
    assert_eq!(
        geo["columns"]["geom"],
        serde_json::json!({"encoding": "WKB", "geometry_types": ["Point", "LineString"], "bbox": [0.0, 0.0, 1.0, 2.0]})
    );
}

fn bytes_of(file: Vec<u8>) -> std::fs::File {
    use std::io::{Seek, Write};
    let mut stored = tempfile::tempfile().unwrap();
    stored.write_all(&file).unwrap();
    stored.rewind().unwrap();
    stored
}

#[test]
fn a_geopackage_is_what_gdal_reads() {
    use gdal::vector::LayerAccess;
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("places.gpkg");
    let mut rows = mixed();
    rows = RecordBatch::try_new(
        Arc::new(Schema::new(
            rows.schema()
                .fields()
                .iter()
                .map(|f| match f.name().as_str() {
                    "small" => Arc::new(f.as_ref().clone().with_name("fid")),
                    _ => Arc::clone(f),
                })
                .collect::<Vec<_>>(),
        )),
        rows.columns().to_vec(),
    )
    .unwrap();
    let mut writer =
        Writer::begin(Format::Gpkg, &Destination::File(path.clone()), &rows.schema(), LOOK).unwrap();
    writer.write(&rows).unwrap();
    writer.finish().unwrap();
    let dataset = gdal::Dataset::open(&path).unwrap();
    let mut layer = dataset.layer(0).unwrap();
    assert_eq!((layer.name().as_str(), layer.feature_count()), ("places", 3));
    assert_eq!(layer.spatial_ref().unwrap().auth_code().unwrap(), 4326);
    let features: Vec<_> = layer.features().collect();
    let field = |row: usize, name: &str| features[row].field_index(name).unwrap();
    assert_eq!(features[0].field_as_string(field(0, "=name")).unwrap().as_deref(), Some("=1+1"));
    assert_eq!(
        features[2].field_as_integer64(field(2, "fid")).unwrap(),
        Some(3),
        "a field may be called fid"
    );
    assert_eq!(features[1].field_as_double(field(1, "x")).unwrap(), None);
    assert!(features[1].geometry_by_index(0).is_err(), "no geometry is null");
    assert_eq!(features[0].geometry().unwrap().wkt().unwrap(), "POINT (1 2)");
}

#[test]
fn shapes_are_read_from_any_wkb() {
    let wkt = |hex: &str| {
        let mut out = String::new();
        Shape::read(&bytes(hex)).unwrap().push_wkt(&mut out);
        out
    };
    assert_eq!(wkt(POLYGON), "POLYGON ((0 0, 1 0, 1 1, 0 0))");
    assert_eq!(wkt(COLLECTION), "GEOMETRYCOLLECTION (POINT (1 2), MULTIPOINT (1 2))");
    assert_eq!(wkt("00 00000001 3FF0000000000000 4000000000000000"), "POINT (1 2)", "big-endian");
    assert_eq!(
        wkt("01 01000020 E6100000 000000000000F03F 0000000000000040"),
        "POINT (1 2)",
        "with a spatial reference"
    );
    assert_eq!(
        wkt("01 E9030000 000000000000F03F 0000000000000040 0000000000000840"),
        "POINT (1 2)",
        "with a height"
    );
    assert_eq!(wkt("01 01000000 000000000000F87F 000000000000F87F"), "POINT EMPTY");
    assert_eq!(wkt("01 03000000 00000000"), "POLYGON EMPTY");
    for damaged in
        ["", "01", "02 01000000", "01 08000000", "01 02000000 FFFFFFFF", "01 04000000 01000000 0102000000"]
    {
        assert_eq!(Shape::read(&bytes(damaged)), None, "{damaged}");
    }
    let deep: Vec<u8> = (0..40).flat_map(|_| bytes("01 07000000 01000000")).collect();
    assert_eq!(Shape::read(&deep), None);
}
