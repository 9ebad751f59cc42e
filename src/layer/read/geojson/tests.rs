//! GDAL is the oracle: what is accepted must come out as it does through GDAL.

use std::path::Path;

use proptest::prelude::*;

use super::*;
use crate::layer::Layer;
use crate::layer::read::{Kind, ReadError, assemble, load, open};

/// A layer, or what was told instead.
fn made(raw: Result<Raw, ReadError>, options: &Options) -> Result<Layer, String> {
    raw.and_then(|raw| assemble::assemble("t", raw, options)).map_err(|error| error.to_string())
}

/// What both readers make of a file: `None` where ours declines.
fn both(path: &Path, options: &Options) -> (Option<Result<Layer, String>>, Result<Layer, String>) {
    let text = std::fs::read(path).unwrap();
    let ours = load(&text, options).ok().map(|raw| made(Ok(raw), options));
    (ours, made(open::load(options), options))
}

/// Panics where the readers differ; whether ours accepted.
fn same(path: &Path, options: &Options) -> bool {
    let (ours, gdal) = both(path, options);
    let Some(ours) = ours else { return false };
    match (ours, gdal) {
        (Ok(ours), Ok(gdal)) => {
            assert_eq!(ours.attributes(), gdal.attributes());
            assert_eq!(flat(&ours), flat(&gdal));
            let told = |layer: &Layer| serde_json::to_string(&layer.provenance).unwrap();
            assert_eq!(told(&ours), told(&gdal));
        }
        // A file with two faults may be refused for the other one: GDAL judges bytes last.
        (Err(ours), Err(gdal)) => {
            let of_bytes = |told: &str| told.contains("the bytes are not UTF-8");
            assert!(ours == gdal || of_bytes(&ours) != of_bytes(&gdal), "{ours}\n{gdal}");
        }
        (ours, gdal) => panic!("{ours:?}\n{gdal:?}"),
    }
    true
}

/// Bits of all coordinates, and all offsets.
fn flat(layer: &Layer) -> (Vec<u64>, Vec<i32>) {
    let bits = |lon: &[f64], lat: &[f64]| lon.iter().chain(lat).map(|c| c.to_bits()).collect();
    if let Ok(points) = layer.points() {
        (bits(points.lon, points.lat), Vec::new())
    } else if let Ok(lines) = layer.lines() {
        (bits(lines.lon, lines.lat), lines.lines.to_vec())
    } else if let Ok(zones) = layer.zones() {
        (bits(zones.lon, zones.lat), [zones.rings, zones.polygons, zones.zones].concat())
    } else {
        Default::default()
    }
}

fn with_file<T>(text: &str, kind: Kind, key: &str, test: impl Fn(&Path, &Options) -> T) -> T {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("a layer.geojson");
    std::fs::write(&path, text).unwrap();
    let mut options = Options::new(path.to_string_lossy(), kind, key);
    options.number_rows = key.is_empty();
    test(&path, &options)
}

fn collection(features: &[(&str, &str)]) -> String {
    let feature = |(properties, geometry): &(&str, &str)| {
        format!(r#"{{"type":"Feature","properties":{properties},"geometry":{geometry}}}"#)
    };
    let features: Vec<String> = features.iter().map(feature).collect();
    format!(r#"{{"type":"FeatureCollection","features":[{}]}}"#, features.join(","))
}

const PLACE: &str = r#"{"type":"Point","coordinates":[1,2.5]}"#;

#[test]
fn what_is_usual_is_accepted_and_the_same() {
    let square = r#"[[[0,0],[2,0],[2,2],[0,2],[0,0]],[[0.5,0.5],[0.5,1],[1,1],[0.5,0.5]]]"#;
    let bow = r#"[[[0,0],[1,1],[1,0],[0,1],[0,0]]]"#;
    let polygon = |c: &str| format!(r#"{{"type":"Polygon","coordinates":{c}}}"#);
    let multi = format!(r#"{{"type":"MultiPolygon","coordinates":[{square},[[[5,5],[6,5],[6,6],[5,5]]]]}}"#);
    let line = r#"{"type":"LineString","coordinates":[[-99.1,19.4],[-98.25,19.0413]]}"#;
    let lines = r#"{"type":"MultiLineString","coordinates":[[[0,0],[1,0]],[[1,0],[2,0.1]]]}"#;
    for (kind, text) in [
        (
            Kind::Polygon,
            collection(&[
                (r#"{"k":"b","n":1,"x":1.5,"f":true,"t":"Peñón \"a\"\n"}"#, &polygon(square)),
                (r#"{"k":"a","n":null,"x":2,"f":null,"t":""}"#, &multi),
                (r#"{"k":"c","x":-7}"#, "null"),
                (r#"{"k":"d","n":-3,"t":"2020"}"#, &polygon(bow)),
            ]),
        ),
        (Kind::Line, collection(&[(r#"{"k":"1"}"#, line), (r#"{"k":"2"}"#, lines)])),
        (Kind::Point, collection(&[(r#"{"k":1}"#, PLACE), (r#"{"k":2}"#, PLACE)])),
        (
            Kind::Point,
            collection(&[(r#"{"k":"x","d":"2020-01-02"}"#, PLACE), (r#"{"k":"y","d":"soon"}"#, PLACE)]),
        ),
        (Kind::None, collection(&[(r#"{"k":"x","nothing":null}"#, PLACE)])),
        // Wrong, and told alike.
        (Kind::Line, collection(&[(r#"{"k":"x"}"#, PLACE)])),
        (Kind::Point, collection(&[(r#"{"k":"x"}"#, PLACE), (r#"{"k":"y"}"#, line)])),
        (Kind::Point, collection(&[(r#"{"k":"x"}"#, PLACE), (r#"{"k":"x"}"#, PLACE)])),
        (Kind::Point, collection(&[(r#"{"k":"x"}"#, PLACE), (r#"{}"#, PLACE)])),
        (Kind::Point, collection(&[(r#"{"j":"x"}"#, PLACE)])),
        (Kind::Point, collection(&[(r#"{"k":"x"}"#, r#"{"type":"Point","coordinates":[191,2]}"#)])),
        (Kind::Polygon, collection(&[(r#"{"k":"x"}"#, &polygon("[[[0,0],[1,1],[2,2],[0,0]]]"))])),
    ] {
        assert!(with_file(&text, kind, "k", same), "{text}");
    }
    let named = collection(&[(r#"{"k":"x"}"#, PLACE)])
        .replacen("\"features\"", r#""name":"zonas","crs":{"type":"name","properties":{"name":"urn:ogc:def:crs:OGC:1.3:CRS84"}},"features""#, 1)
        .replace(r#""type":"Feature","#, r#""type":"Feature","id":"i","#);
    assert!(with_file(&named, Kind::Point, "k", same));
    assert!(with_file(&named, Kind::Point, "id", same));
    assert!(with_file(&named.replace(r#""id":"i""#, r#""id":7,"bbox":[1,2,1,2]"#), Kind::Point, "k", same));
}

#[test]
fn what_is_unusual_is_declined() {
    let point = |c: &str| format!(r#"{{"type":"Point","coordinates":{c}}}"#);
    let text = |properties: &str| collection(&[(properties, PLACE)]);
    let of = |geometry: &str| collection(&[(r#"{"k":"x"}"#, geometry)]);
    for text in [
        text(r#"{"k":[1]}"#),
        text(r#"{"k":{"a":1}}"#),
        text(r#"{"k":"2020-01-02"}"#),
        text(r#"{"k":"12:30:00"}"#),
        text(r#"{"k":"1","K":2}"#),
        text(r#"{"k":"1","k":2}"#),
        text(r#"{"k":9223372036854775808}"#),
        text(r#"{"k":-0}"#),
        text(r#"{"k":"a\u0000b"}"#),
        text(r#"{"":1}"#),
        text(r#"{"wkb_geometry":1}"#),
        text("null"),
        collection(&[(r#"{"k":1}"#, PLACE), (r#"{"k":"1"}"#, PLACE)]),
        collection(&[(r#"{"k":1}"#, PLACE), (r#"{"k":true}"#, PLACE)]),
        collection(&[(r#"{"k":1}"#, PLACE), (r#"{"k":1,"l":2}"#, PLACE)]),
        collection(&[(r#"{"k":1,"l":2}"#, PLACE), (r#"{"l":1,"k":2}"#, PLACE)]),
        of("null"),
        of(&point("[]")),
        of(&point("[1]")),
        of(&point("[1,2,3]")),
        of(&point("[1,null]")),
        of(&point("[1,\"2\"]")),
        of(&point("[-0,2]")),
        of(r#"{"coordinates":[1,2],"type":"Point"}"#),
        of(r#"{"type":"Point","coordinates":[1,2],"bbox":[1,2,1,2]}"#),
        of(r#"{"type":"MultiPoint","coordinates":[[1,2]]}"#),
        of(r#"{"type":"GeometryCollection","geometries":[]}"#),
        of(r#"{"type":"LineString","coordinates":[[1,2]]}"#),
        of(r#"{"type":"Polygon","coordinates":[]}"#),
        of(r#"{"type":"Polygon","coordinates":[[[0,0],[1,0],[1,1]]]}"#),
        of(r#"{"type":"Polygon","coordinates":[[[0,0],[1,0],[1,1],[0,1]]]}"#),
        text(r#"{"k":"x"}"#).replace(r#""type":"Feature","#, r#""type":"Feature","id":"i","id":"i","#),
        text(r#"{"k":"x"}"#).replace(r#""type":"Feature","#, r#""type":"Feature","id":-1,"#),
        text(r#"{"id":"x"}"#).replace(r#""type":"Feature","#, r#""type":"Feature","id":"i","#),
        text(r#"{"k":"x"}"#).replace(r#""type":"Feature","#, r#""type":"Feature","title":"i","#),
        text(r#"{"k":"x"}"#).replace(r#""type":"Feature","#, ""),
    ] {
        let declined = with_file(&text, Kind::Point, "k", |path, options| {
            load(&std::fs::read(path).unwrap(), options).is_err()
        });
        assert!(declined, "{text}");
    }
    let text = text(r#"{"k":"x"}"#);
    let declined = |change: fn(&mut Options)| {
        let mut options = Options::new("t.geojson", Kind::Point, "k");
        change(&mut options);
        load(text.as_bytes(), &options).is_err()
    };
    assert!(!declined(|_| {}) && !declined(|options| options.layer = Some("t".to_owned())));
    assert!(declined(|options| options.layer = Some("u".to_owned())));
    assert!(declined(|options| options.encoding = Some("UTF-8".to_owned())));
}

#[test]
fn the_real_files_are_accepted_and_the_same() {
    let root = std::env::var_os("CORREDOR_DATA").map_or_else(
        || Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/data"),
        std::path::PathBuf::from,
    );
    for (name, kind, key) in [
        ("municipalities.geojson", Kind::Polygon, "cvegeo"),
        ("railways.geojson", Kind::Line, ""),
        ("routes.geojson", Kind::Line, "route_id"),
    ] {
        let path = root.join("mexico").join(name);
        if !path.is_file() {
            eprintln!("skipped: no real data at {} (set CORREDOR_DATA)", path.display());
            continue;
        }
        let mut options = Options::new(path.to_string_lossy(), kind, key);
        options.number_rows = key.is_empty();
        options.parts = crate::layer::read::Parts::Split;
        assert!(same(&path, &options), "{name}");
        // Through the door that everyone uses, with the checksum of the file.
        let raw = load::load(&options).unwrap();
        assert_eq!(raw.sha256, crate::layer::read::sha256_file(&path).ok());
    }
}

/// A number as JSON has it: integers, fractions of any length, exponents.
fn number() -> impl Strategy<Value = String> {
    prop_oneof![
        any::<i64>().prop_map(|n| n.to_string()),
        (-1000..1000_i32).prop_map(|n| n.to_string()),
        prop::num::f64::NORMAL.prop_map(|v| format!("{v:?}")),
        "-?[1-9][0-9]{0,3}\\.[0-9]{1,25}",
        "[1-9]\\.[0-9]{1,18}e-?[1-9][0-9]?",
    ]
}

fn value() -> impl Strategy<Value = String> {
    prop_oneof![
        3 => number(),
        1 => Just("null".to_owned()),
        1 => any::<bool>().prop_map(|b| b.to_string()),
        2 => "\\PC{0,8}".prop_map(|text| serde_json::to_string(&text).unwrap()),
        1 => "[0-9T:/ -]{1,10}".prop_map(|text| serde_json::to_string(&text).unwrap()),
    ]
}

/// Degrees with many digits or few.
fn place() -> impl Strategy<Value = String> {
    let degrees = |most: u32| {
        (any::<bool>(), 1..most, "[0-9]{0,20}").prop_map(|(minus, whole, part)| {
            let sign = if minus { "-" } else { "" };
            let point = if part.is_empty() { "" } else { "." };
            format!("{sign}{whole}{point}{part}")
        })
    };
    (degrees(180), degrees(90), " ?").prop_map(|(x, y, space)| format!("[{x},{space}{y}{space}]"))
}

fn geometry(kind: Kind) -> BoxedStrategy<String> {
    let list = |least: usize| prop::collection::vec(place(), least..8);
    let ring = list(3).prop_map(|mut ring| {
        ring.push(ring[0].clone());
        format!("[{}]", ring.join(", "))
    });
    let of = |kind: &'static str| move |c: String| format!(r#"{{"type":"{kind}","coordinates":{c}}}"#);
    let many = |one: BoxedStrategy<String>| {
        prop::collection::vec(one, 1..3).prop_map(|many| format!("[{}]", many.join(",\n"))).boxed()
    };
    let null = Just("null".to_owned());
    match kind {
        Kind::Line => {
            let line = list(2).prop_map(|line| format!("[{}]", line.join(","))).boxed();
            prop_oneof![
                1 => null,
                4 => line.clone().prop_map(of("LineString")),
                4 => many(line).prop_map(of("MultiLineString")),
            ]
            .boxed()
        }
        Kind::Polygon => {
            let polygon = many(ring.boxed());
            prop_oneof![
                1 => null,
                4 => polygon.clone().prop_map(of("Polygon")),
                4 => many(polygon).prop_map(of("MultiPolygon")),
            ]
            .boxed()
        }
        _ => prop_oneof![1 => null, 6 => place().prop_map(of("Point"))].boxed(),
    }
}

fn features(kind: Kind) -> impl Strategy<Value = String> {
    let fields = ["a", "código", "x y", "N", "L"];
    let text = |pattern: &'static str| pattern.prop_map(|text| serde_json::to_string(&text).unwrap());
    let values = [
        number().boxed(),
        text("\\PC{0,8}").boxed(),
        any::<bool>().prop_map(|b| b.to_string()).boxed(),
        prop_oneof![9 => Just("null".to_owned()), 1 => value()].boxed(),
        prop_oneof![9 => text("[a-z ]{0,3}"), 1 => value()].boxed(),
    ];
    let values: Vec<_> = values.into_iter().map(|value| prop::option::weighted(0.9, value)).collect();
    let one = (values, geometry(kind)).prop_map(move |(values, geometry)| {
        let pair = |(field, value): (&&str, Option<String>)| value.map(|v| format!("\"{field}\": {v}"));
        let pairs: Vec<String> = fields.iter().zip(values).filter_map(pair).collect();
        (format!("{{{}}}", pairs.join(",")), geometry)
    });
    prop::collection::vec(one, 1..6).prop_map(|features| {
        let features: Vec<(&str, &str)> = features.iter().map(|(p, g)| (p.as_str(), g.as_str())).collect();
        collection(&features)
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn whatever_is_accepted_comes_out_as_through_gdal(
        (kind, text) in prop_oneof![Just(Kind::Point), Just(Kind::Line), Just(Kind::Polygon)]
            .prop_flat_map(|kind| (Just(kind), features(kind)))
    ) {
        with_file(&text, kind, "", |path, options| {
            let mut options = options.clone();
            options.parts = crate::layer::read::Parts::Split;
            same(path, &options)
        });
    }

    #[test]
    fn broken_text_is_declined_or_the_same(
        text in features(Kind::Polygon), at in any::<prop::sample::Index>(), byte in any::<u8>(), cut in any::<bool>(),
    ) {
        let mut bytes = text.into_bytes();
        let at = at.index(bytes.len());
        if cut { bytes.truncate(at) } else { bytes[at] = byte % 128 }
        let text = String::from_utf8_lossy(&bytes).into_owned();
        with_file(&text, Kind::Polygon, "", same);
    }
}
