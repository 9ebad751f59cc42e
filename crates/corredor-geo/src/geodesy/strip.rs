//! Areas under edges that are straight in longitude and latitude.
//!
//! The area between an edge and the equator is the integral of the area function over its
//! longitudes. Cut an edge anywhere and the parts add up, which geodesic edges do not: so these
//! are the areas to share out.

use super::ellipsoid::WGS84;
use crate::view::ZoneView;

/// Nodes and weights of Gauss and Legendre on 0..1: with three nodes a span of 1 degree is off
/// by less than one part in 1e14.
const NODES: [(f64, f64); 3] =
    [(0.112_701_665_379_258_31, 5.0 / 18.0), (0.5, 8.0 / 18.0), (0.887_298_334_620_741_7, 5.0 / 18.0)];

/// Edges that climb more than this are measured in parts.
const MAX_CLIMB_DEG: f64 = 1.0;

/// Area between an edge, straight in longitude and latitude, and a parallel, square
/// kilometres; positive where the edge runs west and north of it, so that the edges of a ring
/// that turns to the left add up to its area, whichever the parallel. One near the ring keeps
/// the sum free of large numbers; it is given by its [`below_km2`].
pub(crate) fn strip_km2(a: (f64, f64), b: (f64, f64), parallel_km2: f64) -> f64 {
    let width = (a.0 - b.0).to_radians();
    if width == 0.0 {
        return 0.0;
    }
    let parts = ((b.1 - a.1).abs() / MAX_CLIMB_DEG).ceil().max(1.0);
    let mut mean = 0.0;
    // At most 180 parts: a latitude spans 180 degrees.
    for part in 0..parts as u32 {
        for (node, weight) in NODES {
            let t = (f64::from(part) + node) / parts;
            mean += weight * below_km2(a.1 + t * (b.1 - a.1));
        }
    }
    width * (mean / parts - parallel_km2)
}

/// Area of one zone, its edges straight in longitude and latitude (RFC 7946), square
/// kilometres: exterior rings add, holes subtract, whatever the winding.
///
/// Differs from [`zone_area_km2`](super::zone_area_km2), whose edges are geodesics, by what
/// lies between the two: some 1e-7 of a municipality.
pub fn flat_area_km2(zones: &ZoneView, zone: usize) -> f64 {
    zones
        .rings_of(zone)
        .map(|ring| {
            let positions = ring.lon.iter().copied().zip(ring.lat.iter().copied());
            let parallel_km2 = ring.lat.first().map_or(0.0, |&lat| below_km2(lat));
            let area: f64 =
                positions.clone().zip(positions.skip(1)).map(|(a, b)| strip_km2(a, b, parallel_km2)).sum();
            if ring.exterior { area.abs() } else { -area.abs() }
        })
        .sum()
}

/// Area between the equator and a parallel, per radian of longitude, square kilometres.
///
/// Source: the authalic area function, Snyder (1987), equation 3-12, times the square of
/// the semi-major axis, halved.
pub(crate) fn below_km2(lat: f64) -> f64 {
    let (a_km, f) = (WGS84.equatorial_radius() / 1000.0, WGS84.flattening());
    let e2 = f * (2.0 - f);
    let e = e2.sqrt();
    let sin = lat.to_radians().sin();
    0.5 * a_km * a_km * (1.0 - e2) * (sin / (1.0 - e2 * sin * sin) + (e * sin).atanh() / e)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::geodesy::zone_area_km2;

    #[test]
    fn cut_edges_add_up() {
        let (a, b) = ((-99.0, 12.0), (-91.5, 23.0));
        let base = below_km2(15.0);
        let whole = strip_km2(a, b, base);
        let cut = |t: f64| (a.0 + t * (b.0 - a.0), a.1 + t * (b.1 - a.1));
        for t in [0.001, 0.3, 0.77] {
            let parts = strip_km2(a, cut(t), base) + strip_km2(cut(t), b, base);
            assert!((parts / whole - 1.0).abs() < 1e-12, "{parts} {whole}");
        }
        assert!((whole / strip_km2(b, a, base) + 1.0).abs() < 1e-12);
    }

    #[test]
    fn small_zones_have_the_geodesic_area() {
        let view = ZoneView {
            lon: &[10.0, 10.1, 10.1, 10.0, 10.0],
            lat: &[45.0, 45.0, 45.1, 45.1, 45.0],
            rings: &[0, 5],
            polygons: &[0, 1],
            zones: &[0, 1],
        };
        let ratio = flat_area_km2(&view, 0) / zone_area_km2(&view, 0);
        assert!((ratio - 1.0).abs() < 1e-6, "{ratio}");
    }

    #[test]
    fn the_whole_earth_has_its_area() {
        let half = strip_km2((180.0, 90.0), (-180.0, 90.0), 0.0);
        assert!((2.0 * half - 510_065_621.724).abs() < 0.01, "{half}");
    }
}
