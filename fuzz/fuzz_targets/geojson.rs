//! Small layers of any shape: what is written parses elsewhere, says the same, and keeps to RFC 7946.
#![no_main]

use std::collections::BTreeMap;
use std::sync::Arc;

use corredor::layer::write::{WriteError, write_geojson};
use corredor::layer::{Column, Geometry, Layer, LinesBuilder, Provenance, ZonesBuilder, points};
use gdal::vector::Geometry as Ogr;
use geojson::{FeatureCollection, GeometryValue as Value, Position, feature::Id};
use libfuzzer_sys::arbitrary::{self, Arbitrary};
use libfuzzer_sys::fuzz_target;

type Place = (i16, i16);

#[derive(Arbitrary, Debug)]
struct Input {
    name: String,
    /// Degrees in one step of the grid: below, at and above the last decimal, or as wide as the globe.
    grid: u8,
    /// Added to longitudes, so that the last decimals differ.
    shift: f32,
    kind: u8,
    rows: Vec<Row>,
}

#[derive(Arbitrary, Debug)]
struct Row {
    key: String,
    text: Option<String>,
    number: Option<f64>,
    integer: Option<i64>,
    boolean: Option<bool>,
    parts: Vec<Vec<Place>>,
}

fuzz_target!(|input: Input| {
    let step = [3e-9, 1e-7, 1.3e-6, 0.01, 1.0][usize::from(input.grid % 5)];
    let shift = if input.shift.is_finite() { f64::from(input.shift % 100.0) } else { 0.0 };
    let rows = &input.rows;
    let place = |&(x, y): &Place| (f64::from(x) * step + shift, f64::from(y) * step);
    let columns = vec![
        Column::texts("code", rows.iter().map(|row| Some(&row.key)).collect()),
        Column::texts("te\"xt", rows.iter().map(|row| row.text.as_ref()).collect()),
        Column::numbers("number", rows.iter().map(|row| row.number).collect()),
        Column::integers("integer", rows.iter().map(|row| row.integer).collect()),
        Column::booleans("boolean", rows.iter().map(|row| row.boolean).collect()),
    ];
    let geometry = Arc::new(geometry(input.kind, rows, place));
    let Ok(layer) = Layer::new(&*input.name, "code", columns, geometry, Provenance::default()) else {
        // The key is empty or repeated.
        return;
    };
    let mut bytes = Vec::new();
    let report = match write_geojson(&layer, &mut bytes) {
        Ok(report) => report,
        Err(WriteError::NotFinite { value, .. }) => return assert!(!value.is_finite()),
        Err(WriteError::OutOfRange { lon, lat, .. }) => {
            return assert!(lon.abs() > 180.0 || lat.abs() > 90.0);
        }
        Err(error) => panic!("{error}"),
    };
    assert_eq!(report.bytes, bytes.len() as u64);
    let text = String::from_utf8(bytes).unwrap();
    let json: serde_json::Value = serde_json::from_str(&text).unwrap();
    assert!(json.get("crs").is_none());
    assert_eq!(json["name"], input.name);
    let found: FeatureCollection = text.parse::<geojson::GeoJson>().unwrap().try_into().unwrap();
    says_the_same(&found, rows);
    shapes(&found);
    let box_found = bbox(&found);
    assert_eq!(found.bbox, box_found.map(Vec::from));
    assert_eq!(report.bbox, box_found);
});

fn geometry(kind: u8, rows: &[Row], place: impl Fn(&Place) -> (f64, f64)) -> Geometry {
    match kind % 3 {
        0 => {
            let first = |row: &Row| row.parts.iter().flatten().next().map_or((0.0, 0.0), &place);
            let (lon, lat) = rows.iter().map(first).unzip();
            points(lon, lat).unwrap()
        }
        1 => {
            let mut lines = LinesBuilder::default();
            for row in rows {
                row.parts.iter().flatten().map(&place).for_each(|(lon, lat)| lines.vertex(lon, lat));
                lines.end_line().unwrap();
            }
            lines.finish().unwrap()
        }
        _ => {
            let mut zones = ZonesBuilder::default();
            for row in rows {
                for polygon in row.parts.chunks(2) {
                    for ring in polygon {
                        let closed = ring.iter().chain(ring.first());
                        closed.map(&place).for_each(|(lon, lat)| zones.vertex(lon, lat));
                        zones.end_ring().unwrap();
                    }
                    zones.end_polygon().unwrap();
                }
                zones.end_zone().unwrap();
            }
            zones.finish().unwrap()
        }
    }
}

/// Every feature is there once, in the order of the keys, with its values.
fn says_the_same(found: &FeatureCollection, rows: &[Row]) {
    let given: BTreeMap<&str, &Row> = rows.iter().map(|row| (row.key.as_str(), row)).collect();
    assert_eq!(found.features.len(), given.len());
    for (feature, (key, row)) in found.features.iter().zip(given) {
        assert_eq!(feature.id, Some(Id::String(key.to_owned())));
        let value = |field: &str| &feature.properties.as_ref().unwrap()[field];
        assert_eq!(value("code"), key);
        assert_eq!(value("te\"xt").as_str(), row.text.as_deref());
        let (found, given) = (value("number").as_f64(), row.number);
        // The other parser may be off by some last bits; that ours are exact is tested beside the printer.
        let near = |a: f64, b: f64| (a - b).abs() <= b.abs() * 4.0 * f64::EPSILON;
        assert!(found == given || found.zip(given).is_some_and(|(a, b)| near(a, b)), "{found:?} {given:?}");
        assert_eq!(value("integer").as_i64(), row.integer);
        assert_eq!(value("boolean").as_bool(), row.boolean);
    }
}

fn shapes(found: &FeatureCollection) {
    for geometry in found.features.iter().filter_map(|feature| feature.geometry.as_ref()) {
        match &geometry.value {
            Value::Point { coordinates } => rounded(coordinates),
            Value::LineString { coordinates } => line(coordinates, 2),
            Value::MultiPolygon { coordinates } => {
                for (at, ring) in coordinates.iter().flat_map(|rings| rings.iter().enumerate()) {
                    line(ring, 4);
                    assert_eq!(ring.first(), ring.last(), "not closed");
                    let area = twice_area(ring);
                    assert!(if at == 0 { area > 0 } else { area < 0 }, "turned or flat: {ring:?}");
                }
                assert!(coordinates.iter().all(|rings| !rings.is_empty()));
                assert!(
                    Ogr::from_geojson(&geometry.to_string()).unwrap().is_valid(),
                    "not valid: {geometry}"
                );
            }
            other => panic!("{other:?}"),
        }
    }
}

fn line(positions: &[Position], least: usize) {
    assert!(positions.len() >= least, "{positions:?}");
    positions.iter().for_each(rounded);
    assert!(positions.windows(2).all(|pair| pair[0] != pair[1]), "a position stands twice: {positions:?}");
}

/// Longitude and latitude, on the globe, of no more than seven decimals.
fn rounded(position: &Position) {
    assert_eq!(position.len(), 2);
    assert!(position[0].abs() <= 180.0 && position[1].abs() <= 90.0);
    for axis in 0..2 {
        let text = position[axis].to_string();
        let decimals = text.split_once('.').map_or(0, |(_, decimals)| decimals.len());
        assert!(decimals <= 7 && text != "-0", "{text}");
    }
}

/// In units of the last decimal, exact.
fn twice_area(ring: &[Position]) -> i128 {
    let units = |c: f64| (c * 1e7).round() as i128;
    let cross = |pair: &[Position]| {
        let [a, b] = [&pair[0], &pair[1]].map(|p| (units(p[0]), units(p[1])));
        a.0 * b.1 - b.0 * a.1
    };
    ring.windows(2).map(cross).sum()
}

/// The box around all positions, across the date line where that is narrower than half of the Earth.
fn bbox(found: &FeatureCollection) -> Option<[f64; 4]> {
    let mut parts: Vec<Vec<&Position>> = Vec::new();
    for geometry in found.features.iter().filter_map(|feature| feature.geometry.as_ref()) {
        match &geometry.value {
            Value::Point { coordinates } => parts.push(vec![coordinates]),
            Value::LineString { coordinates } => parts.push(coordinates.iter().collect()),
            Value::MultiPolygon { coordinates } => {
                parts.extend(coordinates.iter().flatten().map(|ring| ring.iter().collect()));
            }
            _ => {}
        }
    }
    let of = |axis: usize, part: &[&Position]| {
        part.iter().map(|p| p[axis]).fold((f64::MAX, f64::MIN), |(a, b), x| (a.min(x), b.max(x)))
    };
    let all = |axis: usize| of(axis, &parts.concat());
    let ((west, east), (south, north)) = (all(0), all(1));
    if parts.is_empty() {
        return None;
    }
    let mut spans: Vec<(f64, f64)> = parts.iter().map(|part| of(0, part)).collect();
    spans.sort_by(|a, b| a.partial_cmp(b).unwrap());
    // A gap of more than half of the Earth, of which there is one at most.
    let mut reached = west;
    for (from, to) in spans {
        if from - reached > 180.0 {
            return Some([from, south, reached, north]);
        }
        reached = reached.max(to);
    }
    Some([west, south, east, north])
}
