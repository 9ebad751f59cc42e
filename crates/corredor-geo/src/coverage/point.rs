//! A point inside a zone.

use std::ops::Range;

use crate::index::orient;
use crate::view::{Ring, ZoneView};

/// How many parallels are tried before a vertex is taken.
const PARALLELS: u32 = 64;

/// A point in the interior of a zone, longitude and latitude in degrees: the middle of the
/// widest inner interval on a parallel through the largest polygon, as PostGIS and JTS do
/// for `ST_PointOnSurface`.
///
/// The parallel is halfway between the vertex latitudes on both sides of the middle of the
/// polygon, so that it meets no vertex; the point is checked exactly, and other parallels
/// are tried where it fails. A zone without any interior (all its polygons degenerate)
/// gives its first vertex, one without geometry `None`. Deterministic. O(vertices of the
/// polygon).
///
/// ```
/// use corredor_geo::coverage::representative_point;
/// use corredor_geo::ZoneView;
///
/// let square = ZoneView {
///     lon: &[0.0, 2.0, 2.0, 0.0, 0.0],
///     lat: &[0.0, 0.0, 1.0, 1.0, 0.0],
///     rings: &[0, 5],
///     polygons: &[0, 1],
///     zones: &[0, 1],
/// };
/// assert_eq!(representative_point(&square, 0), Some((1.0, 0.5)));
/// ```
pub fn representative_point(zones: &ZoneView, zone: usize) -> Option<(f64, f64)> {
    if zone >= zones.len() {
        return None;
    }
    let mut polygons: Vec<(f64, Range<usize>)> =
        zones.polygons_of(zone).map(|rings| (planar_area(zones, &rings), rings)).collect();
    // Largest first; the sort is stable, so equal areas keep their order.
    polygons.sort_by(|p, q| q.0.total_cmp(&p.0));
    let inside = polygons.iter().find_map(|(_, rings)| inner_point(zones, rings));
    inside.or_else(|| {
        let ring = zones.rings_of(zone).find(|r| !r.lon.is_empty())?;
        Some((ring.lon[0], ring.lat[0]))
    })
}

fn rings_of<'a>(zones: &ZoneView<'a>, rings: &Range<usize>) -> impl Iterator<Item = Ring<'a>> + use<'a> {
    let (view, first) = (*zones, rings.start);
    rings.clone().map(move |r| view.ring(r, r == first))
}

/// Area in square degrees, scaled to the latitude: enough to tell which polygon is largest.
fn planar_area(zones: &ZoneView, rings: &Range<usize>) -> f64 {
    rings_of(zones, rings)
        .map(|ring| {
            let Some((&x0, &y0)) = ring.lon.first().zip(ring.lat.first()) else {
                return 0.0;
            };
            let doubled: f64 = ring
                .lon
                .windows(2)
                .zip(ring.lat.windows(2))
                .map(|(x, y)| (x[0] - x0) * (y[1] - y0) - (x[1] - x0) * (y[0] - y0))
                .sum();
            let area = doubled.abs() * y0.to_radians().cos();
            if ring.exterior { area } else { -area }
        })
        .sum()
}

fn inner_point(zones: &ZoneView, rings: &Range<usize>) -> Option<(f64, f64)> {
    let exterior = rings_of(zones, rings).next()?;
    let south = exterior.lat.iter().copied().fold(f64::INFINITY, f64::min);
    let north = exterior.lat.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    (1..=PARALLELS).find_map(|i| {
        // Halves, quarters, eighths: the middle first, then ever finer.
        let share = f64::from(i.reverse_bits()) / 4_294_967_296.0;
        let lat = between_vertices(zones, rings, south + share * (north - south))?;
        let lon = widest_middle(zones, rings, lat)?;
        contains(zones, rings, (lon, lat)).then_some((lon, lat))
    })
}

/// A latitude near `lat` that no vertex has: halfway between the nearest vertex latitudes
/// at or below it and above it.
fn between_vertices(zones: &ZoneView, rings: &Range<usize>, lat: f64) -> Option<f64> {
    let (mut below, mut above) = (f64::NEG_INFINITY, f64::INFINITY);
    for ring in rings_of(zones, rings) {
        for &y in ring.lat {
            if y <= lat {
                below = below.max(y);
            } else {
                above = above.min(y);
            }
        }
    }
    let between = below + 0.5 * (above - below);
    (between.is_finite() && between > below && between < above).then_some(between)
}

/// The middle of the widest interval of a parallel that is inside the polygon.
fn widest_middle(zones: &ZoneView, rings: &Range<usize>, lat: f64) -> Option<f64> {
    let mut crossings: Vec<f64> = Vec::new();
    for ring in rings_of(zones, rings) {
        for (x, y) in ring.lon.windows(2).zip(ring.lat.windows(2)) {
            if (y[0] <= lat) != (y[1] <= lat) {
                crossings.push(x[0] + (x[1] - x[0]) * ((lat - y[0]) / (y[1] - y[0])));
            }
        }
    }
    crossings.sort_unstable_by(f64::total_cmp);
    let mut widest: Option<(f64, f64)> = None;
    for pair in crossings.chunks_exact(2) {
        let width = pair[1] - pair[0];
        if width > widest.map_or(0.0, |(w, _)| w) {
            widest = Some((width, pair[0] + 0.5 * width));
        }
    }
    widest.map(|(_, middle)| middle)
}

/// Whether a point is in the interior of a polygon, exactly.
fn contains(zones: &ZoneView, rings: &Range<usize>, p: (f64, f64)) -> bool {
    let mut inside = false;
    for ring in rings_of(zones, rings) {
        for (x, y) in ring.lon.windows(2).zip(ring.lat.windows(2)) {
            let (c, d) = ((x[0], y[0]), (x[1], y[1]));
            if p.1 < c.1.min(d.1) || p.1 > c.1.max(d.1) || p.0 > c.0.max(d.0) {
                continue;
            }
            let side = orient(c, d, p);
            if side == 0.0 && p.0 >= c.0.min(d.0) {
                return false;
            }
            inside ^= (c.1 <= p.1) != (d.1 <= p.1) && (side > 0.0) == (d.1 > c.1);
        }
    }
    inside
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(lon: &[f64], lat: &[f64], rings: &[i32]) -> Option<(f64, f64)> {
        let polygons = [0, rings.len() as i32 - 1];
        let view = ZoneView { lon, lat, rings, polygons: &polygons, zones: &[0, 1] };
        representative_point(&view, 0)
    }

    #[test]
    fn a_hole_in_the_middle_is_avoided() {
        let lon = [0., 4., 4., 0., 0., 1., 1., 3.5, 3.5, 1.];
        let lat = [0., 0., 4., 4., 0., 1., 3., 3., 1., 1.];
        assert_eq!(of(&lon, &lat, &[0, 5, 10]), Some((0.5, 2.0)));
    }

    #[test]
    fn a_parallel_through_vertices_is_avoided() {
        // A diamond: its middle latitude runs through two vertices.
        let (lon, lat) = of(&[0., 1., 2., 1., 0.], &[1., 0., 1., 2., 1.], &[0, 5]).unwrap();
        assert!(lon == 1.0 && lat == 1.5);
    }

    #[test]
    fn the_largest_polygon_counts() {
        let view = ZoneView {
            lon: &[0., 1., 1., 0., 0., 5., 9., 9., 5., 5.],
            lat: &[0., 0., 1., 1., 0., 5., 5., 9., 9., 5.],
            rings: &[0, 5, 10],
            polygons: &[0, 1, 2],
            zones: &[0, 2],
        };
        assert_eq!(representative_point(&view, 0), Some((7.0, 7.0)));
    }

    #[test]
    fn degenerate_and_empty_zones() {
        assert_eq!(of(&[3., 4., 3.], &[1., 2., 1.], &[0, 3]), Some((3.0, 1.0)));
        assert_eq!(of(&[3., 4., 5., 3.], &[1., 1., 1., 1.], &[0, 4]), Some((3.0, 1.0)));
        assert_eq!(of(&[], &[], &[0]), None);
        let view = ZoneView { lon: &[], lat: &[], rings: &[], polygons: &[], zones: &[] };
        assert_eq!(representative_point(&view, 0), None);
    }
}
