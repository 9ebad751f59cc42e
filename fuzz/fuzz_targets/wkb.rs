//! Geometries of any bytes: no panic, and what becomes a layer is on the globe, closed, joined and complete.
#![no_main]

use corredor::layer::Layer;
use corredor::layer::read::fuzzing::read_wkb;
use corredor::layer::read::{Kind, Options, Parts};
use corredor::layer::write::write_geojson;
use libfuzzer_sys::arbitrary::{self, Arbitrary};
use libfuzzer_sys::fuzz_target;

#[derive(Arbitrary, Debug)]
struct Input<'a> {
    kind: u8,
    split: bool,
    features: Vec<Feature<'a>>,
}

#[derive(Arbitrary, Debug)]
enum Feature<'a> {
    Null,
    Bytes(&'a [u8]),
    /// A geometry that is well formed but seldom valid; the number is its OGC type.
    Formed(u8, Vec<Vec<(i8, i8)>>),
}

fuzz_target!(|input: Input| {
    let mut options = Options::new("t.gpkg", Kind::Point, "id");
    options.kind = [Kind::Point, Kind::Line, Kind::Polygon][usize::from(input.kind % 3)];
    options.parts = if input.split { Parts::Split } else { Parts::Refuse };
    let wkbs: Vec<Option<Vec<u8>>> = input.features.iter().map(wkb).collect();
    let geometries: Vec<Option<&[u8]>> = wkbs.iter().map(Option::as_deref).collect();
    match read_wkb(&geometries, &options) {
        Ok(layer) => check(&layer, geometries.len()),
        Err(error) => assert!(!error.to_string().is_empty()),
    }
});

fn wkb(feature: &Feature) -> Option<Vec<u8>> {
    match feature {
        Feature::Null => None,
        Feature::Bytes(bytes) => Some(bytes.to_vec()),
        Feature::Formed(kind, parts) => {
            // Point, LineString, Polygon, MultiPoint, MultiLineString, MultiPolygon.
            let kind = u32::from(kind % 6) + 1;
            let mut out = head(kind);
            match kind {
                1 => out.extend(
                    parts
                        .iter()
                        .flatten()
                        .next()
                        .copied()
                        .map_or([f64::NAN; 2], degrees)
                        .map(f64::to_le_bytes)
                        .concat(),
                ),
                2 => line(&mut out, &parts.concat()),
                3 => polygon(&mut out, parts),
                4 => {
                    let points = parts.concat();
                    out.extend((points.len() as u32).to_le_bytes());
                    for point in points {
                        out.extend(head(1));
                        out.extend(degrees(point).map(f64::to_le_bytes).concat());
                    }
                }
                5 => {
                    out.extend((parts.len() as u32).to_le_bytes());
                    for part in parts {
                        out.extend(head(2));
                        line(&mut out, part);
                    }
                }
                _ => {
                    let polygons: Vec<_> = parts.chunks(2).collect();
                    out.extend((polygons.len() as u32).to_le_bytes());
                    for rings in polygons {
                        out.extend(head(3));
                        polygon(&mut out, rings);
                    }
                }
            }
            Some(out)
        }
    }
}

fn head(kind: u32) -> Vec<u8> {
    let mut out = vec![1];
    out.extend(kind.to_le_bytes());
    out
}

/// Longitudes beyond 90 are rare, so that most features are on the globe whichever way they lie.
fn degrees((x, y): (i8, i8)) -> [f64; 2] {
    [f64::from(x), f64::from(y) * 0.75]
}

fn line(out: &mut Vec<u8>, points: &[(i8, i8)]) {
    out.extend((points.len() as u32).to_le_bytes());
    points.iter().for_each(|&point| out.extend(degrees(point).map(f64::to_le_bytes).concat()));
}

fn polygon(out: &mut Vec<u8>, rings: &[Vec<(i8, i8)>]) {
    out.extend((rings.len() as u32).to_le_bytes());
    for ring in rings {
        let mut ring = ring.clone();
        ring.extend(ring.first().copied());
        line(out, &ring);
    }
}

fn check(layer: &Layer, given: usize) {
    let source = layer.provenance.source.as_ref().unwrap();
    assert_eq!(source.read, given);
    if let Some([west, south, east, north]) = layer.geometry().bounds() {
        assert!(west >= -180.0 && east <= 180.0 && south >= -90.0 && north <= 90.0);
    }
    if let Ok(points) = layer.points() {
        assert_eq!((points.len(), points.len() + source.dropped), (layer.len(), given));
        assert!(points.lon.iter().chain(points.lat).all(|c| c.is_finite()));
    }
    if let Ok(lines) = layer.lines() {
        assert_eq!(lines.len(), layer.len());
        assert_eq!(lines.lines.last().copied(), Some(lines.lon.len() as i32));
        let keys = layer.keys();
        let feature = |row: usize| keys[row].split('-').next();
        let ends = |row: usize| {
            let (lon, lat) = lines.line(row);
            assert!(lon.len() >= 2, "line `{}` has {} vertices", keys[row], lon.len());
            ((lon[0], lat[0]), (lon[lon.len() - 1], lat[lat.len() - 1]))
        };
        for a in 0..lines.len() {
            for b in (0..lines.len()).filter(|&b| a != b && feature(a) == feature(b)) {
                assert_ne!(ends(a).1, ends(b).0, "parts of `{}` stand unjoined", keys[a]);
            }
        }
    }
    if let Ok(zones) = layer.zones() {
        assert_eq!((zones.len(), zones.len() + source.dropped), (layer.len(), given));
        for zone in 0..zones.len() {
            let rings: Vec<_> = zones.rings_of(zone).collect();
            assert!(rings.first().is_some_and(|ring| ring.exterior), "zone {zone} has no exterior");
            for ring in rings {
                let at = |i: usize| (ring.lon[i], ring.lat[i]);
                assert!(ring.lon.len() >= 4 && at(0) == at(ring.lon.len() - 1), "{ring:?}");
            }
        }
    }
    let mut bytes = Vec::new();
    write_geojson(layer, &mut bytes).unwrap();
}
