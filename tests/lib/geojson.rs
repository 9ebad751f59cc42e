//! GeoJSON as another parser reads it back.
#![allow(clippy::unwrap_used, clippy::panic, reason = "helpers of tests")]

use crate::fixtures;

use std::sync::Arc;
use std::time::Instant;

use corredor::layer::read::{Kind, Options, read};
use corredor::layer::write::{WriteError, WriteReport, write_geojson};
use corredor::layer::{Column, Geometry, Layer, LinesBuilder, Provenance, ZonesBuilder, points};
use geojson::{FeatureCollection, GeometryValue as Value, feature::Id};
use proptest::prelude::*;

/// Zones of polygons of rings of positions.
type Zones = Vec<Vec<Vec<Vec<(f64, f64)>>>>;

fn zones(zones: &Zones) -> Geometry {
    let mut builder = ZonesBuilder::default();
    for zone in zones {
        for polygon in zone {
            for ring in polygon {
                ring.iter().for_each(|&(lon, lat)| builder.vertex(lon, lat));
                builder.end_ring().unwrap();
            }
            builder.end_polygon().unwrap();
        }
        builder.end_zone().unwrap();
    }
    builder.finish().unwrap()
}

fn layer(keys: &[&str], more: Vec<Column>, geometry: Geometry) -> Layer {
    let mut columns = vec![Column::texts("code", keys.iter().map(Some).collect())];
    columns.extend(more);
    Layer::new("t", "code", columns, Arc::new(geometry), Provenance::default()).unwrap()
}

fn written(layer: &Layer) -> (String, WriteReport) {
    let mut bytes = Vec::new();
    let report = write_geojson(layer, &mut bytes).unwrap();
    assert_eq!(report.bytes, bytes.len() as u64);
    (String::from_utf8(bytes).unwrap(), report)
}

fn parsed(text: &str) -> FeatureCollection {
    text.parse::<geojson::GeoJson>().unwrap().try_into().unwrap()
}

/// Twice the signed area of a parsed ring, in units of the last decimal, exact for small rings.
fn area(ring: &[geojson::Position]) -> f64 {
    let units = |p: &geojson::Position| ((p[0] * 1e7).round(), (p[1] * 1e7).round());
    let cross = |(ax, ay): (f64, f64), (bx, by): (f64, f64)| ax * by - bx * ay;
    ring.windows(2).map(|p| cross(units(&p[0]), units(&p[1]))).sum()
}

#[test]
fn wrong_winding_is_turned_and_holes_run_the_other_way() {
    let exterior = vec![(0.0, 0.0), (0.0, 4.0), (4.0, 4.0), (4.0, 0.0), (0.0, 0.0)];
    let hole = vec![(1.0, 1.0), (2.0, 1.0), (2.0, 2.0), (1.0, 2.0), (1.0, 1.0)];
    let (text, report) = written(&layer(&["a"], vec![], zones(&vec![vec![vec![exterior, hole]]])));
    let found = parsed(&text);
    let Some(Value::MultiPolygon { coordinates }) = found.features[0].geometry.as_ref().map(|g| &g.value)
    else {
        panic!("not a MultiPolygon: {text}")
    };
    assert!(area(&coordinates[0][0]) > 0.0 && area(&coordinates[0][1]) < 0.0);
    assert_eq!(found.bbox, Some(vec![0.0, 0.0, 4.0, 4.0]));
    assert_eq!((report.vertices, report.dropped_rings), (10, 0));
    assert!(!text.contains("crs"));
}

#[test]
fn exact_bytes() {
    let more = vec![
        Column::texts("name", vec![Some("Peñón \"El\""), None]),
        Column::numbers("risk", vec![Some(1.0), None]),
        Column::integers("n", vec![Some(-7), None]),
        Column::booleans("seen", vec![Some(true), None]),
    ];
    let place = points(vec![-0.0, -99.133_208], vec![19.0, -0.000_000_01]).unwrap();
    let (text, _) = written(&layer(&["02", "01"], more, place));
    assert_eq!(
        text,
        concat!(
            r#"{"type":"FeatureCollection","name":"t","bbox":[-99.133208,0,0,19],"features":["#,
            "\n",
            r#"{"type":"Feature","id":"01","properties":{"code":"01","name":null,"risk":null,"n":null,"seen":null},"geometry":{"type":"Point","coordinates":[-99.133208,0]}},"#,
            "\n",
            r#"{"type":"Feature","id":"02","properties":{"code":"02","name":"Peñón \"El\"","risk":1.0,"n":-7,"seen":true},"geometry":{"type":"Point","coordinates":[0,19]}}"#,
            "\n]}\n"
        )
    );
}

#[test]
fn an_empty_layer_is_an_empty_collection() {
    let (text, report) = written(&layer(&[], vec![], zones(&vec![])));
    assert_eq!(text, "{\"type\":\"FeatureCollection\",\"name\":\"t\",\"features\":[\n]}\n");
    assert_eq!((report.features, report.bbox), (0, None));
}

#[test]
fn what_vanishes_keeps_its_properties_and_is_named() {
    let sliver = vec![(0.0, 0.0), (1e-9, 0.0), (1e-9, 1e-9), (0.0, 0.0)];
    let square = vec![(0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 1.0), (0.0, 0.0)];
    let small_hole = vec![(0.5, 0.5), (0.5, 0.500_000_001), (0.500_000_001, 0.5), (0.5, 0.5)];
    let shapes = vec![vec![vec![square.clone(), small_hole.clone()]], vec![vec![sliver, small_hole]], vec![]];
    let (text, report) = written(&layer(&["a", "b", "c"], vec![], zones(&shapes)));
    assert_eq!(report.dropped_rings, 3);
    assert_eq!(report.unlocated, ["b", "c"]);
    assert!(report.repaired.is_empty());
    let found = parsed(&text);
    assert!(found.features[0].geometry.is_some());
    assert!(found.features[1].geometry.is_none() && found.features[2].geometry.is_none());

    let mut lines = LinesBuilder::default();
    for lon in [1.0, 1.000_000_001] {
        lines.vertex(lon, 2.0);
    }
    lines.end_line().unwrap();
    let (text, report) = written(&layer(&["a"], vec![], lines.finish().unwrap()));
    assert_eq!(report.unlocated, ["a"]);
    assert!(text.contains(r#""geometry":null"#));
}

#[test]
fn what_rounding_breaks_is_repaired_and_named() {
    // A spike thinner than the seventh decimal: valid before rounding, not after.
    let spike = vec![
        (0.0, 0.0),
        (1.0, 0.0),
        (1.0, 0.5),
        (2.0, 0.500_000_01),
        (1.0, 0.500_000_02),
        (1.0, 1.0),
        (0.0, 1.0),
        (0.0, 0.0),
    ];
    let (text, report) = written(&layer(&["a"], vec![], zones(&vec![vec![vec![spike]]])));
    assert_eq!(report.repaired, ["a"]);
    assert_eq!(report.bbox, Some([0.0, 0.0, 1.0, 1.0]));
    assert!(!text.contains("0.50000001"));
}

#[test]
fn the_box_is_around_what_is_written() {
    let square = |lon: f64, side: f64| {
        vec![vec![vec![(lon, 0.0), (lon + side, 0.0), (lon + side, side), (lon, side), (lon, 0.0)]]]
    };
    // What rounding leaves nothing of would bring both ends of the Earth nearer across the date line.
    let shapes = vec![square(-170.0, 1.0), square(-5.0, 1e-9), square(100.0, 1.0)];
    let (_, report) = written(&layer(&["a", "b", "c"], vec![], zones(&shapes)));
    assert_eq!(report.unlocated, ["b"]);
    assert_eq!(report.bbox, Some([100.0, 0.0, -169.0, 1.0]));
    let (_, report) =
        written(&layer(&["a", "b"], vec![], zones(&vec![square(-5.0, 1.0), square(179.0, 1e-9)])));
    assert_eq!(report.bbox, Some([-5.0, 0.0, -4.0, 1.0]));
}

#[test]
fn refusals_name_the_feature() {
    let place = || points(vec![0.0, 0.0], vec![0.0, 0.0]).unwrap();
    let bad = layer(&["a", "b"], vec![Column::numbers("x", vec![None, Some(f64::NAN)])], place());
    let error = write_geojson(&bad, &mut Vec::new()).unwrap_err();
    assert_eq!(
        error.to_string(),
        "layer `t`, feature `b`: field `x` holds NaN, which is not a finite number"
    );
    let swapped = layer(&["a", "b"], vec![], points(vec![0.0, 19.4], vec![0.0, -99.1]).unwrap());
    let error = write_geojson(&swapped, &mut Vec::new()).unwrap_err();
    assert!(matches!(&error, WriteError::OutOfRange { feature, .. } if feature == "b"), "{error}");
    let table = layer(&["a"], vec![], Geometry::None);
    let error = write_geojson(&table, &mut Vec::new()).unwrap_err();
    assert!(matches!(error, WriteError::NoGeometry { .. }));
    assert!(error.help().unwrap().contains("CSV"));
}

/// Writes with a pool of so many threads.
fn with_threads(threads: usize, layer: &Layer) -> String {
    rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap().install(|| written(layer).0)
}

#[test]
fn same_bytes_for_any_number_of_threads() {
    let keys: Vec<String> = (0..3000).map(|i| format!("{i:05}")).collect();
    let keys: Vec<&str> = keys.iter().map(String::as_str).collect();
    let squares = (0..3000_u32)
        .map(|i| {
            let (x, y) = (f64::from(i % 60) / 7.0, f64::from(i / 60) / 7.0);
            let s = 1.0 / 7.0;
            vec![vec![vec![(x, y), (x, y + s), (x + s, y + s), (x + s, y), (x, y)]]]
        })
        .collect();
    let layer = layer(&keys, vec![], zones(&squares));
    let one = with_threads(1, &layer);
    assert_eq!(parsed(&one).features.len(), 3000);
    for threads in [2, 4] {
        assert!(one == with_threads(threads, &layer), "{threads} threads differ");
    }
}

#[test]
fn full_resolution_municipalities() {
    let Some(dir) = fixtures::mexico() else { return };
    let path = dir.join("municipalities_full.fgb").to_string_lossy().into_owned();
    let zones = read("zones", &Options::new(path, Kind::Polygon, "cvegeo")).unwrap();
    let start = Instant::now();
    let (text, report) = written(&zones);
    eprintln!(
        "{} zones, {} vertices, {} bytes in {:.2} s; {} rings dropped, {} repaired, {} unlocated",
        report.features,
        report.vertices,
        report.bytes,
        start.elapsed().as_secs_f64(),
        report.dropped_rings,
        report.repaired.len(),
        report.unlocated.len()
    );
    assert_eq!((report.features, report.unlocated.len()), (2475, 0));
    assert!(report.vertices > 3_700_000);
    // Our own reader gets the very numbers back: written again, they are the same text.
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("zones.geojson");
    std::fs::write(&path, &text).unwrap();
    let back = read("zones", &Options::new(path.to_string_lossy(), Kind::Polygon, "cvegeo")).unwrap();
    assert_eq!(back.provenance.source.as_ref().unwrap().repaired, 0);
    let (again, report) = written(&back);
    assert!(report.repaired.is_empty() && report.dropped_rings == 0);
    let geometry = |text: &str| -> Vec<String> {
        text.lines().filter_map(|l| Some(l.split_once("\"geometry\":")?.1.to_owned())).collect()
    };
    assert!(geometry(&again) == geometry(&text), "the geometry changed on the way");
    if let Some(folder) = std::env::var_os("CORREDOR_KEEP") {
        std::fs::write(std::path::Path::new(&folder).join("zones_full.geojson"), text).unwrap();
    }
}

proptest! {
    #[test]
    fn reads_back(
        rows in prop::collection::btree_map(
            "\\PC{1,6}".prop_filter("a key shows a sign", |key| !key.trim().is_empty()),
            (-180.0..=180.0_f64, -90.0..=90.0_f64, prop::option::of(".*"), prop::option::of(prop::num::f64::NORMAL), prop::option::of(any::<i64>())),
            0..20,
        )
    ) {
        let keys: Vec<&str> = rows.keys().map(String::as_str).collect();
        let more = vec![
            Column::texts("text", rows.values().map(|r| r.2.as_deref()).collect()),
            Column::numbers("number", rows.values().map(|r| r.3).collect()),
            Column::integers("integer", rows.values().map(|r| r.4).collect()),
        ];
        let place = points(rows.values().map(|r| r.0).collect(), rows.values().map(|r| r.1).collect()).unwrap();
        let (text, _) = written(&layer(&keys, more, place));
        let found = parsed(&text);
        prop_assert_eq!(found.features.len(), rows.len());
        for (feature, (key, row)) in found.features.iter().zip(&rows) {
            prop_assert_eq!(feature.id.clone(), Some(Id::String(key.clone())));
            let get = |name: &str| feature.property(name).filter(|v| !v.is_null());
            prop_assert_eq!(get("text").and_then(|v| v.as_str()), row.2.as_deref());
            prop_assert_eq!(get("number").and_then(serde_json::Value::as_f64), row.3);
            prop_assert_eq!(get("integer").and_then(serde_json::Value::as_i64), row.4);
            let Some(Value::Point { coordinates }) = feature.geometry.as_ref().map(|g| &g.value) else {
                panic!("not a point")
            };
            prop_assert!((coordinates[0] - row.0).abs() <= 0.51e-7 && (coordinates[1] - row.1).abs() <= 0.51e-7);
        }
    }

    #[test]
    fn knots_of_any_size_are_settled(
        ring in prop::collection::vec((any::<i16>(), any::<i16>()), 3..14),
        step in prop_oneof![Just(3e-9), Just(1e-7), Just(1.3e-6)],
    ) {
        let mut ring: Vec<(f64, f64)> =
            ring.into_iter().map(|(x, y)| (f64::from(x) * step, f64::from(y) * step)).collect();
        ring.push(ring[0]);
        let (text, _) = written(&layer(&["a"], vec![], zones(&vec![vec![vec![ring]]])));
        if let Some(geometry) = parsed(&text).features[0].geometry.as_ref() {
            prop_assert!(gdal::vector::Geometry::from_geojson(&geometry.to_string()).unwrap().is_valid());
        }
    }

    #[test]
    fn any_polygon_comes_out_oriented_and_valid(
        ring in prop::collection::vec((0..40_i32, 0..40_i32), 3..12)
    ) {
        // On a lattice a little finer than the last decimal: every kind of collapse and crossing.
        let mut ring: Vec<(f64, f64)> =
            ring.into_iter().map(|(x, y)| (f64::from(x) * 0.4e-7, f64::from(y) * 0.4e-7)).collect();
        ring.push(ring[0]);
        let (text, report) = written(&layer(&["a"], vec![], zones(&vec![vec![vec![ring]]])));
        let found = parsed(&text);
        match found.features[0].geometry.as_ref().map(|g| &g.value) {
            None => prop_assert_eq!(report.unlocated.len(), 1),
            Some(Value::MultiPolygon { coordinates }) => {
                for polygon in coordinates {
                    for (i, ring) in polygon.iter().enumerate() {
                        prop_assert!(ring.len() >= 4 && ring.first() == ring.last());
                        prop_assert_eq!(area(ring) > 0.0, i == 0);
                        prop_assert!(ring.windows(2).all(|p| p[0] != p[1]));
                    }
                }
                let geometry = found.features[0].geometry.as_ref().unwrap().to_string();
                prop_assert!(gdal::vector::Geometry::from_geojson(&geometry).unwrap().is_valid());
            }
            Some(other) => panic!("{other:?}"),
        }
    }
}
