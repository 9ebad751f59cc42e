//! Zones and points that the tests share, and points written in every form.

use std::fs::{self, File};
use std::io::Write;
use std::path::Path;
use std::sync::Arc;

use arrow_array::{ArrayRef, Float64Array, Int64Array, RecordBatch, StringArray};
use arrow_schema::{DataType, Field, Schema};
use corredor::join::ZoneIndex;
use corredor::layer::read::{Kind, Options, read};
use parquet::arrow::ArrowWriter;
use parquet::file::properties::WriterProperties;

/// Four by four zones of a degree around the origin of their corner at -100, 18, without the one at 1, 1;
/// keys so that they fall from west to east.
pub fn zones(dir: &Path) -> String {
    let mut features = Vec::new();
    for i in 0..4 {
        for j in 0..4 {
            if (i, j) != (1, 1) {
                let (x, y) = (-100.0 + f64::from(i), 18.0 + f64::from(j));
                features.push(format!(
                    r#"{{"type":"Feature","properties":{{"code":"{}{j}"}},"geometry":{{"type":"Polygon","coordinates":[[[{x},{y}],[{e},{y}],[{e},{n}],[{x},{n}],[{x},{y}]]]}}}}"#,
                    3 - i,
                    e = x + 1.0,
                    n = y + 1.0
                ));
            }
        }
    }
    let path = dir.join("zones.geojson");
    fs::write(&path, format!(r#"{{"type":"FeatureCollection","features":[{}]}}"#, features.join(",")))
        .unwrap();
    path.to_string_lossy().into_owned()
}

/// A point and what is said of it.
#[derive(Clone, Debug)]
pub struct Event {
    pub lon: f64,
    pub lat: f64,
    pub sex: Option<&'static str>,
    pub people: Option<f64>,
    /// Of 2024.
    pub date: String,
}

/// Points in and around the zones, some on borders; always the same.
pub fn events(n: usize) -> Vec<Event> {
    let mut state = 1_u64;
    let mut next = move |below: u64| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) % below
    };
    (0..n)
        .map(|_| {
            let coordinate = |base: f64, steps: u64| base + steps as f64 / 1000.0;
            Event {
                lon: coordinate(-100.5, next(5001)),
                lat: coordinate(17.5, next(5001)),
                sex: [Some("f"), Some("m"), None][next(3) as usize],
                people: Some(next(1000) as f64 / 10.0).filter(|p| *p > 5.0),
                date: format!("2024-{:02}-{:02}", 1 + next(12), 1 + next(28)),
            }
        })
        .collect()
}

/// The points as text.
pub fn csv(events: &[Event]) -> String {
    let mut text = "lon,lat,sex,people,date\n".to_owned();
    for e in events {
        let people = e.people.map(|p| p.to_string()).unwrap_or_default();
        text += &format!("{},{},{},{people},{}\n", e.lon, e.lat, e.sex.unwrap_or(""), e.date);
    }
    text
}

/// The points as an Arrow batch.
pub fn batch(events: &[Event]) -> RecordBatch {
    let columns: [(&str, ArrayRef); 5] = [
        ("lon", Arc::new(events.iter().map(|e| Some(e.lon)).collect::<Float64Array>())),
        ("lat", Arc::new(events.iter().map(|e| Some(e.lat)).collect::<Float64Array>())),
        ("sex", Arc::new(events.iter().map(|e| e.sex).collect::<StringArray>())),
        ("people", Arc::new(events.iter().map(|e| e.people).collect::<Float64Array>())),
        ("date", Arc::new(events.iter().map(|e| Some(&*e.date)).collect::<StringArray>())),
    ];
    let fields = columns.iter().map(|(name, c)| Field::new(*name, c.data_type().clone(), true));
    let schema = Schema::new(fields.collect::<Vec<_>>());
    RecordBatch::try_new(Arc::new(schema), columns.into_iter().map(|(_, c)| c).collect()).unwrap()
}

/// Writes Parquet with row groups of so many rows.
pub fn parquet(path: &Path, batch: &RecordBatch, group: usize) {
    let properties = WriterProperties::builder().set_max_row_group_row_count(Some(group)).build();
    let mut writer =
        ArrowWriter::try_new(File::create(path).unwrap(), batch.schema(), Some(properties)).unwrap();
    writer.write(batch).unwrap();
    writer.close().unwrap();
}

/// Writes points through GDAL.
pub fn gdal(path: &Path, driver: &str, epsg: u32, events: &[Event]) {
    use gdal::spatial_ref::SpatialRef;
    use gdal::vector::{Feature, LayerAccess, LayerOptions, OGRFieldType, OGRwkbGeometryType};
    let srs = SpatialRef::from_epsg(epsg).unwrap();
    let mut dataset =
        gdal::DriverManager::get_driver_by_name(driver).unwrap().create_vector_only(path).unwrap();
    let layer = dataset
        .create_layer(LayerOptions {
            name: "events",
            srs: Some(&srs),
            ty: OGRwkbGeometryType::wkbPoint,
            options: None,
        })
        .unwrap();
    let fields = [
        ("sex", OGRFieldType::OFTString),
        ("people", OGRFieldType::OFTReal),
        ("date", OGRFieldType::OFTString),
    ];
    layer.create_defn_fields(&fields).unwrap();
    for e in events {
        let mut feature = Feature::new(layer.defn()).unwrap();
        let mut point = gdal::vector::Geometry::empty(OGRwkbGeometryType::wkbPoint).unwrap();
        point.add_point_2d((e.lon, e.lat));
        feature.set_geometry(point).unwrap();
        if let Some(sex) = e.sex {
            feature.set_field_string(0, sex).unwrap();
        }
        if let Some(people) = e.people {
            feature.set_field_double(1, people).unwrap();
        }
        feature.set_field_string(2, &e.date).unwrap();
        feature.create(&layer).unwrap();
    }
    dataset.close().unwrap();
}

pub fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut out = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    out.write_all(bytes).unwrap();
    out.finish().unwrap()
}

/// The key of each place, one by one.
pub fn keys(zones: &str, places: impl IntoIterator<Item = (f64, f64)>) -> Vec<Option<String>> {
    let zones = read("zones", &Options::new(zones, Kind::Polygon, "code")).unwrap();
    let keys = zones.keys();
    let index = ZoneIndex::new(&zones.zones().unwrap(), &keys).unwrap();
    places.into_iter().map(|(x, y)| index.locate(x, y).map(|zone| keys[zone as usize].to_owned())).collect()
}

/// Runs `locate` in a folder; what it wrote to `out`, and what it said.
pub fn run(dir: &Path, arguments: &[&str], out: &str) -> (Vec<u8>, String) {
    let mut all = vec!["locate"];
    all.extend(arguments);
    all.extend(["--key", "code", "--out", out]);
    let output = crate::fixtures::corredor(dir, &all);
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success(), "{all:?}\n{said}");
    (fs::read(dir.join(out)).unwrap(), said)
}

/// The same, as text.
pub fn text(dir: &Path, arguments: &[&str], out: &str) -> String {
    String::from_utf8(run(dir, arguments, out).0).unwrap()
}

/// A Parquet file as one batch.
pub fn read_parquet(path: &Path) -> RecordBatch {
    use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
    let reader = ParquetRecordBatchReaderBuilder::try_new(File::open(path).unwrap()).unwrap();
    let schema = Arc::clone(reader.schema());
    let batches: Vec<RecordBatch> = reader.build().unwrap().map(Result::unwrap).collect();
    arrow_select::concat::concat_batches(&schema, &batches).unwrap()
}

/// A column of a batch as texts.
pub fn texts(batch: &RecordBatch, column: &str) -> Vec<Option<String>> {
    let texts = arrow_cast::cast(batch.column_by_name(column).unwrap(), &DataType::Utf8).unwrap();
    let texts = texts.as_any().downcast_ref::<StringArray>().unwrap().clone();
    texts.iter().map(|t| t.map(str::to_owned)).collect()
}

/// A column of integers of a batch.
pub fn integers(batch: &RecordBatch, column: &str) -> Vec<i64> {
    let column = batch.column_by_name(column).unwrap();
    column.as_any().downcast_ref::<Int64Array>().unwrap().values().to_vec()
}
