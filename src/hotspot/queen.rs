//! Queen contiguity: zones that share a corner are neighbours.

use rayon::prelude::*;

use super::weights::check_count;
use super::{Contiguity, HotspotError};
use crate::layer::ZoneView;

/// A vertex as sortable bits, and the zone it belongs to.
type Corner = (u64, u64, u32);

/// Queen contiguity by exactly shared vertices: two zones are neighbours when at least one
/// vertex of one equals a vertex of the other in both coordinates, bit for bit (−0 equals 0).
///
/// # When to use this
/// For layers whose common borders have the same vertices on both sides, as census
/// offices deliver them. Where borders were simplified zone by zone, neighbours are missed
/// and zones become islands: [`Contiguity::islands`] lists them. A vertex that only touches
/// the inside of a neighbour's edge does not count, nor does one that is not finite.
///
/// Sorts all vertices: O(v log v) time, 24 bytes per vertex; parallel, with the same result
/// for any number of threads.
///
/// # Errors
/// When there are more than `u32::MAX` zones.
///
/// ```
/// use corredor::{hotspot::queen, layer::ZoneView};
/// // Two triangles that share the corner (1, 0).
/// let zones = ZoneView {
///     lon: &[0.0, 1.0, 0.0, 0.0, 1.0, 2.0, 2.0, 1.0],
///     lat: &[0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 1.0, 0.0],
///     rings: &[0, 4, 8],
///     polygons: &[0, 1, 2],
///     zones: &[0, 1, 2],
/// };
/// assert_eq!(queen(&zones)?.of(0), [1]);
/// # Ok::<(), corredor::hotspot::HotspotError>(())
/// ```
pub fn queen(zones: &ZoneView<'_>) -> Result<Contiguity, HotspotError> {
    check_count(zones.len())?;
    let mut corners = corners(zones);
    corners.par_sort_unstable();

    let mut links = Vec::new();
    for same in corners.chunk_by(|a, b| (a.0, a.1) == (b.0, b.1)) {
        link_all(same, &mut links);
    }
    drop(corners);
    links.par_sort_unstable();
    links.dedup();
    Ok(Contiguity::from_sorted_links(zones.len(), &links))
}

/// All vertices of all zones, without the closing one that repeats a ring's first.
fn corners(zones: &ZoneView<'_>) -> Vec<Corner> {
    let mut corners = Vec::with_capacity(zones.lon.len());
    for (number, zone) in (0_u32..).zip(0..zones.len()) {
        for ring in zones.rings_of(zone) {
            let open = ring.lon.len().saturating_sub(1);
            let vertices = ring.lon[..open].iter().zip(&ring.lat[..open]);
            corners.extend(
                vertices
                    .filter(|(lon, lat)| lon.is_finite() && lat.is_finite())
                    .map(|(lon, lat)| (bits(*lon), bits(*lat), number)),
            );
        }
    }
    corners
}

/// The bits of a coordinate, with −0 as 0.
fn bits(degrees: f64) -> u64 {
    (degrees + 0.0).to_bits()
}

/// Links every two different zones at one vertex, both ways; `same` is sorted by zone.
fn link_all(same: &[Corner], links: &mut Vec<(u32, u32)>) {
    if same.first().map(|c| c.2) == same.last().map(|c| c.2) {
        return;
    }
    let zones = || same.chunk_by(|a, b| a.2 == b.2).map(|corner| corner[0].2);
    for a in zones() {
        links.extend(zones().filter(|&b| b != a).map(|b| (a, b)));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Unit squares with their lower left corners at the given places.
    fn squares(corners: &[(f64, f64)]) -> Contiguity {
        let (mut lon, mut lat) = (vec![], vec![]);
        for &(x, y) in corners {
            lon.extend([x, x + 1.0, x + 1.0, x, x]);
            lat.extend([y, y, y + 1.0, y + 1.0, y]);
        }
        let rings: Vec<i32> = (0..=corners.len() as i32).map(|i| i * 5).collect();
        let ones: Vec<i32> = (0..=corners.len() as i32).collect();
        let view = ZoneView { lon: &lon, lat: &lat, rings: &rings, polygons: &ones, zones: &ones };
        queen(&view).unwrap()
    }

    #[test]
    fn no_zones_and_one_zone() {
        let none = ZoneView { lon: &[], lat: &[], rings: &[], polygons: &[], zones: &[] };
        assert!(queen(&none).unwrap().is_empty());
        assert_eq!(squares(&[(0.0, 0.0)]).islands(), [0]);
    }

    #[test]
    fn edge_corner_and_apart() {
        let c = squares(&[(0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (5.0, 5.0)]);
        assert_eq!(c.of(0), [1, 2]);
        assert_eq!(c.of(1), [0, 2]);
        assert_eq!(c.of(2), [0, 1]);
        assert_eq!(c.islands(), [3]);
        assert_eq!(c.edges(), 3);
    }

    #[test]
    fn threads_do_not_matter() {
        let corners: Vec<_> = (0..3600).map(|i| (f64::from(i % 60), f64::from(i / 60))).collect();
        let run = |threads| {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads);
            pool.build().unwrap().install(|| squares(&corners))
        };
        let one = run(1);
        // Along rows and columns, and both diagonals.
        assert_eq!(one.edges(), 2 * 60 * 59 + 2 * 59 * 59);
        assert_eq!(one, run(2));
        assert_eq!(one, run(4));
    }

    #[test]
    fn minus_zero_is_zero() {
        assert_eq!(squares(&[(-1.0, -1.0), (-0.0, -0.0)]).edges(), 1);
    }

    #[test]
    fn parts_and_holes_count_and_nan_does_not() {
        // Zone 0: a square with a hole; zone 1: fills the hole; zone 2: not finite.
        let nan = f64::NAN;
        let view = ZoneView {
            lon: &[0.0, 3.0, 3.0, 0.0, 0.0, 1.0, 1.0, 2.0, 1.0, 1.0, 2.0, 1.0, 1.0, nan, nan, nan, nan],
            lat: &[0.0, 0.0, 3.0, 3.0, 0.0, 1.0, 2.0, 2.0, 1.0, 1.0, 2.0, 2.0, 1.0, nan, nan, nan, nan],
            rings: &[0, 5, 9, 13, 17],
            polygons: &[0, 2, 3, 4],
            zones: &[0, 1, 2, 3],
        };
        let c = queen(&view).unwrap();
        assert_eq!(c.of(0), [1]);
        assert_eq!(c.islands(), [2]);
    }
}
