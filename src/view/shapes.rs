//! Geometry as the page reads it: tiles for zones, plain coordinates for lines and points.

use super::manifest::ShapeData;
use crate::layer::{Extent, Geometry, LineView, ZoneView};
use crate::workspace::config::GeometryKind;

/// Coordinates are whole multiples of this part of a degree: about a metre.
const PER_DEGREE: f64 = 1e5;

/// A number by which two layers with the same keys and the same geometry are known, in any run.
pub(super) fn digest(keys: &[&str], geometry: &Geometry) -> blake3::Hash {
    let mut hasher = blake3::Hasher::new();
    hasher.update(&(keys.len() as u64).to_le_bytes());
    hasher.update(geometry.kind().as_bytes());
    for key in keys {
        hasher.update(&(key.len() as u64).to_le_bytes());
        hasher.update(key.as_bytes());
    }
    let mut floats = |values: &[f64]| {
        hasher.update(&(values.len() as u64).to_le_bytes());
        for chunk in values.chunks(4096) {
            let bytes: Vec<u8> = chunk.iter().flat_map(|v| v.to_bits().to_le_bytes()).collect();
            hasher.update(&bytes);
        }
    };
    if let Some(points) = geometry.points() {
        floats(points.lon);
        floats(points.lat);
    }
    let mut offsets: Vec<&[i32]> = Vec::new();
    if let Some(lines) = geometry.lines() {
        floats(lines.lon);
        floats(lines.lat);
        offsets.push(lines.lines);
    }
    if let Some(zones) = geometry.zones() {
        floats(zones.lon);
        floats(zones.lat);
        offsets.extend([zones.rings, zones.polygons, zones.zones]);
    }
    for values in offsets {
        let bytes: Vec<u8> = values.iter().flat_map(|v| v.to_le_bytes()).collect();
        hasher.update(&bytes);
    }
    hasher.finalize()
}

/// What the page needs besides tiles: keys, and boxes and places of zones, lines, or points.
pub(super) fn describe(keys: &[&str], geometry: &Geometry) -> ShapeData {
    let keys = keys.iter().map(|&key| key.to_owned()).collect();
    let mut data =
        ShapeData { kind: GeometryKind::of(geometry), keys, boxes: None, places: None, lines: None };
    if let Some(zones) = geometry.zones() {
        data.boxes = Some((0..zones.len()).map(|zone| zone_box(&zones, zone)).collect());
        data.places = Some((0..zones.len()).map(|zone| place_in(&zones, zone).map(whole)).collect());
    }
    if let Some(lines) = geometry.lines() {
        data.lines = Some((0..lines.len()).map(|line| steps(&lines, line)).collect());
    }
    if let Some(points) = geometry.points() {
        let places = points.lon.iter().zip(points.lat).map(|(&lon, &lat)| {
            let there = lon.is_finite() && lat.is_finite();
            there.then(|| whole([lon, lat]))
        });
        data.places = Some(places.collect());
    }
    data
}

fn whole(place: [f64; 2]) -> [i64; 2] {
    place.map(|degrees| (degrees * PER_DEGREE).round() as i64)
}

/// A line as its first place, then each place as its distance from the one before.
fn steps(view: &LineView<'_>, line: usize) -> Vec<i64> {
    let (lon, lat) = view.line(line);
    let mut out = Vec::with_capacity(2 * lon.len());
    let mut last: Option<[i64; 2]> = None;
    for (&lon, &lat) in lon.iter().zip(lat) {
        let here = whole([lon, lat]);
        let from = last.unwrap_or_default();
        if last != Some(here) {
            out.extend([here[0] - from[0], here[1] - from[1]]);
        }
        last = Some(here);
    }
    out
}

/// West, south, east, north, east beyond 180 where a zone lies on both sides of the date line; none where it has no
/// geometry.
fn zone_box(view: &ZoneView<'_>, zone: usize) -> Option<[i64; 4]> {
    let rings = view.rings_of(zone).filter(|ring| ring.exterior).map(|ring| (ring.lon, ring.lat));
    let [west, south, east, north] = Extent::of_parts(rings)?.unrolled();
    let ([west, south], [east, north]) = (whole([west, south]), whole([east, north]));
    Some([west, south, east, north])
}

/// A place well inside a zone, for its name: on the middle latitude of its largest polygon, the middle of the longest
/// piece inside. `None` where the zone has no area.
fn place_in(view: &ZoneView<'_>, zone: usize) -> Option<[f64; 2]> {
    let area = |rings: &std::ops::Range<usize>| {
        let ring = view.ring(rings.start, true);
        let twice: f64 = ring
            .lon
            .windows(2)
            .zip(ring.lat.windows(2))
            .map(|(lon, lat)| {
                (lon[0] - ring.lon[0]) * (lat[1] - lat[0]) - (lat[0] - ring.lat[0]) * (lon[1] - lon[0])
            })
            .sum();
        twice.abs()
    };
    let largest = view.polygons_of(zone).max_by(|a, b| area(a).total_cmp(&area(b)))?;
    let lat = view.ring(largest.start, true).lat;
    let (south, north) =
        lat.iter().fold((f64::INFINITY, f64::NEG_INFINITY), |(s, n), &v| (s.min(v), n.max(v)));
    let middle = (south + north) / 2.0;
    let mut crossings: Vec<f64> = Vec::new();
    for ring in largest {
        let ring = view.ring(ring, false);
        for (lon, lat) in ring.lon.windows(2).zip(ring.lat.windows(2)) {
            if (lat[0] > middle) != (lat[1] > middle) {
                crossings.push(lon[0] + (middle - lat[0]) / (lat[1] - lat[0]) * (lon[1] - lon[0]));
            }
        }
    }
    crossings.sort_by(f64::total_cmp);
    let pieces = crossings.chunks_exact(2).map(|pair| (pair[1] - pair[0], (pair[0] + pair[1]) / 2.0));
    pieces.max_by(|a, b| a.0.total_cmp(&b.0)).map(|(_, lon)| [lon, middle])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_stands_inside_its_zone() {
        // A horseshoe, open to the east, whose middle latitude crosses the closed side only.
        let lon = [0.0, 10.0, 10.0, 2.0, 2.0, 10.0, 10.0, 0.0, 0.0];
        let lat = [0.0, 0.0, 2.0, 2.0, 8.0, 8.0, 10.0, 10.0, 0.0];
        let view = ZoneView { lon: &lon, lat: &lat, rings: &[0, 9], polygons: &[0, 1], zones: &[0, 1, 1] };
        assert_eq!(place_in(&view, 0), Some([1.0, 5.0]));
        assert_eq!(place_in(&view, 1), None);
        assert_eq!(zone_box(&view, 0), Some([0, 0, 1_000_000, 1_000_000]));
        assert_eq!(zone_box(&view, 1), None);
    }

    #[test]
    fn a_line_goes_in_steps() {
        let (lon, lat) = ([-92.0, -92.0, -91.99999], [14.0, 14.00002, 14.00002]);
        let view = LineView { lon: &lon, lat: &lat, lines: &[0, 3] };
        assert_eq!(steps(&view, 0), [-9_200_000, 1_400_000, 0, 2, 1, 0]);
    }
}
