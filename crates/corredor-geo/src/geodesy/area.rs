//! Geodesic areas of rings and zones.

use geographiclib_rs::{PolygonArea, Winding};

use super::ellipsoid::WGS84;
use crate::view::{Ring, ZoneView};

/// Geodesic area of polygons given by their rings, square kilometres: exterior rings add,
/// holes subtract, whatever the winding. Edges are geodesics between the vertices.
///
/// A ring of fewer than three distinct positions has no area. About 2 microseconds a
/// vertex.
///
/// Source: Karney (2013), section 6 (area under a geodesic by Danielsen's method).
///
/// ```
/// use corredor_geo::geodesy::area_km2;
/// use corredor_geo::Ring;
///
/// let cell = Ring {
///     lon: &[0.0, 1.0, 1.0, 0.0, 0.0],
///     lat: &[0.0, 0.0, 1.0, 1.0, 0.0],
///     exterior: true,
/// };
/// assert!((area_km2([cell]) - 12_308.778_361_469).abs() < 1e-6);
/// ```
pub fn area_km2<'a>(rings: impl IntoIterator<Item = Ring<'a>>) -> f64 {
    rings
        .into_iter()
        .map(|ring| {
            let area = ring_area_km2(&ring);
            if ring.exterior { area } else { -area }
        })
        .sum()
}

/// Geodesic area of one zone of a layer, square kilometres (see [`area_km2`]).
pub fn zone_area_km2(zones: &ZoneView, zone: usize) -> f64 {
    area_km2(zones.rings_of(zone))
}

fn ring_area_km2(ring: &Ring) -> f64 {
    let positions: Vec<(f64, f64)> = ring.lon.iter().copied().zip(ring.lat.iter().copied()).collect();
    // The closing position repeats the first; the sum closes the ring by itself.
    let open = match (positions.first(), positions.last()) {
        (Some(first), Some(last)) if positions.len() > 1 && first == last => {
            &positions[..positions.len() - 1]
        }
        _ => &positions[..],
    };
    if open.len() < 3 {
        return 0.0;
    }
    let mut sum = PolygonArea::new(&WGS84, Winding::CounterClockwise);
    for &(lon, lat) in open {
        sum.add_point(lat, lon);
    }
    let (_, square_metres, _) = sum.compute(true);
    square_metres.abs() / 1e6
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn winding_does_not_matter_and_holes_subtract() {
        let outer = Ring { lon: &[0.0, 0.0, 2.0, 2.0, 0.0], lat: &[0.0, 2.0, 2.0, 0.0, 0.0], exterior: true };
        let hole = Ring { lon: &[0.5, 1.5, 1.5, 0.5, 0.5], lat: &[0.5, 0.5, 1.5, 1.5, 0.5], exterior: false };
        let (whole, part) = (area_km2([outer]), area_km2([hole]));
        assert!(whole > 49_000.0 && part < 0.0);
        assert!((area_km2([outer, hole]) - (whole + part)).abs() < 1e-9);
    }

    #[test]
    fn nothing_has_no_area() {
        assert_eq!(area_km2([]), 0.0);
        let line = Ring { lon: &[0.0, 1.0, 0.0], lat: &[0.0, 1.0, 0.0], exterior: true };
        assert_eq!(area_km2([line]), 0.0);
    }
}
