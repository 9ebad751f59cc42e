//! The nearest zone of a point that lies outside all of them.

use super::JoinError;
use crate::geodesy::{Piece, interpolate, km_per_degree};
use crate::index::{BandedZones, BoxTree};
use crate::view::ZoneView;

/// The farthest that a point may be snapped, kilometres: beyond it a point is not at the edge of a
/// zone but somewhere else.
pub const MAX_SNAP_KM: f64 = 100.0;

/// What rounding may take from a lower bound, as a share of it.
const ROUNDING: f64 = 1e-9;

/// The borders of zones, for finding the nearest one.
///
/// Borders are straight in longitude and latitude between their vertices (RFC 7946, section 3.1.1); the
/// distance to them is the geodesic to their nearest place, found to 50 nanometres and not by sampling.
///
/// Candidates come from an R-tree over zone boxes and from the edges in the bands of latitude that the
/// search meets. Each edge has a lower bound: within the search no degree is shorter than at its edges, so
/// no way on the ellipsoid is shorter than on a plane of those scales. Edges are measured in the order of
/// their bounds until the next bound is longer than the best distance.
///
/// ```
/// use corredor_geo::join::SnapIndex;
/// use corredor_geo::ZoneView;
///
/// let square = ZoneView {
///     lon: &[0.0, 1.0, 1.0, 0.0, 0.0],
///     lat: &[0.0, 0.0, 1.0, 1.0, 0.0],
///     rings: &[0, 5],
///     polygons: &[0, 1],
///     zones: &[0, 1],
/// };
/// let borders = SnapIndex::new(&square, &["01"])?;
/// let (zone, km) = borders.nearest(1.01, 0.5, 5.0).unwrap();
/// assert_eq!(zone, 0);
/// assert!((km - 1.113).abs() < 1e-3);
/// assert_eq!(borders.nearest(1.01, 0.5, 1.0), None);
/// # Ok::<(), corredor_geo::join::JoinError>(())
/// ```
#[derive(Debug)]
pub struct SnapIndex {
    bands: BandedZones,
    boxes: BoxTree,
    /// The place of each zone in the order of keys.
    rank: Vec<u32>,
}

/// An edge that may be the nearest.
struct Candidate {
    low_km: f64,
    rank: u32,
    zone: u32,
    edge: Piece,
}

impl SnapIndex {
    /// Takes up the borders of zones, holes included; `keys` gives the key of each zone. O(vertices),
    /// parallel; about 26 bytes a vertex.
    ///
    /// # Errors
    ///
    /// [`JoinError::KeyCount`] unless there is one key per zone; [`JoinError::Index`] when the offsets of
    /// the view do not fit its coordinates.
    pub fn new<K: AsRef<str>>(view: &ZoneView, keys: &[K]) -> Result<Self, JoinError> {
        if keys.len() != view.len() {
            return Err(JoinError::KeyCount { keys: keys.len(), zones: view.len() });
        }
        let mut order: Vec<u32> = (0_u32..).take(keys.len()).collect();
        order.sort_by_key(|&zone| keys[zone as usize].as_ref());
        let mut rank = vec![0; keys.len()];
        for (place, &zone) in (0_u32..).zip(&order) {
            rank[zone as usize] = place;
        }
        let bands = BandedZones::new(view)?;
        let boxes = BoxTree::new(bands.boxes());
        Ok(Self { bands, boxes, rank })
    }

    /// The zone whose border is nearest to a point, and its geodesic distance in kilometres; of equally
    /// near ones the zone with the smallest key. `None` where no border is within `max_km` (at most
    /// [`MAX_SNAP_KM`]). Meant for points outside all zones: for one inside, borders are as far as they are.
    pub fn nearest(&self, lon: f64, lat: f64, max_km: f64) -> Option<(u32, f64)> {
        if !(lon.is_finite() && lat.abs() <= 90.0 && max_km >= 0.0) {
            return None;
        }
        let window = Window::new(lat, max_km.min(MAX_SNAP_KM));
        let mut candidates = self.candidates(lon, lat, &window);
        candidates.sort_unstable_by(|a, b| a.low_km.total_cmp(&b.low_km).then(a.rank.cmp(&b.rank)));
        let mut best: Option<(f64, u32, u32)> = None;
        for c in &candidates {
            if best.is_some_and(|(km, ..)| c.low_km > km) {
                break;
            }
            let km = edge_km(c.edge, (lon, lat));
            if best.is_none_or(|(k, r, _)| (km, c.rank) < (k, r)) {
                best = Some((km, c.rank, c.zone));
            }
        }
        best.filter(|&(km, ..)| km <= window.max_km).map(|(km, _, zone)| (zone, km))
    }

    /// The edges that can be within reach and nearer than the nearest is for certain.
    fn candidates(&self, lon: f64, lat: f64, window: &Window) -> Vec<Candidate> {
        let mut candidates = Vec::new();
        let mut certain_km = f64::INFINITY;
        // A search that crosses the date line goes on at the other side.
        let turns = [0.0, 360.0, -360.0].map(|turn| lon + turn);
        for x in turns.into_iter().filter(|x| (x - window.lon_deg) <= 180.0 && (x + window.lon_deg) >= -180.0)
        {
            let corners = ((x - window.lon_deg, window.south), (x + window.lon_deg, window.north));
            for zone in self.boxes.touching(corners.0, corners.1) {
                for (a, b) in self.bands.edges_between(zone as usize, window.south, window.north) {
                    let (low_km, high_km) = window.bounds_km((x, lat), a, b);
                    certain_km = certain_km.min(high_km);
                    if low_km <= window.max_km.min(certain_km) {
                        let rank = self.rank[zone as usize];
                        candidates.push(Candidate { low_km, rank, zone, edge: Piece { a, b } });
                    }
                }
            }
        }
        candidates.retain(|c| c.low_km <= certain_km);
        candidates
    }
}

/// How far a search goes, in degrees, and what a degree is worth there.
struct Window {
    max_km: f64,
    south: f64,
    north: f64,
    /// Half its width, degrees.
    lon_deg: f64,
    /// Kilometres of a degree of longitude and of latitude: nowhere shorter.
    least: (f64, f64),
    /// Nowhere longer.
    most: (f64, f64),
}

impl Window {
    fn new(lat: f64, max_km: f64) -> Self {
        // A degree of latitude is shortest at the equator.
        let lat_deg = max_km / km_per_degree(0.0).1 * (1.0 + ROUNDING);
        let (south, north) = ((lat - lat_deg).max(-90.0), (lat + lat_deg).min(90.0));
        let farthest = south.abs().max(north.abs());
        let nearest = if south <= 0.0 && north >= 0.0 { 0.0 } else { south.abs().min(north.abs()) };
        let (far, near) = (km_per_degree(farthest), km_per_degree(nearest));
        let lon_deg = if max_km < 180.0 * far.0 { max_km / far.0 * (1.0 + ROUNDING) } else { 180.0 };
        Self { max_km, south, north, lon_deg, least: (far.0, near.1), most: (near.0, far.1) }
    }

    /// Bounds of the distance from a point to an edge, kilometres: never longer, and never shorter, as far
    /// as they are within the search.
    fn bounds_km(&self, p: (f64, f64), a: (f64, f64), b: (f64, f64)) -> (f64, f64) {
        let (east, north) = self.least;
        let (ax, ay) = ((a.0 - p.0) * east, (a.1 - p.1) * north);
        let (dx, dy) = ((b.0 - a.0) * east, (b.1 - a.1) * north);
        let squared = dx * dx + dy * dy;
        let t = if squared > 0.0 { (-(ax * dx + ay * dy) / squared).clamp(0.0, 1.0) } else { 0.0 };
        let low_km = (ax + t * dx).hypot(ay + t * dy) * (1.0 - ROUNDING);
        let foot = interpolate(a, b, t);
        if foot.1 < self.south || foot.1 > self.north {
            return (low_km, f64::INFINITY);
        }
        let high_km = ((foot.0 - p.0) * self.most.0).hypot((foot.1 - p.1) * self.most.1);
        (low_km, high_km * (1.0 + ROUNDING))
    }
}

/// The geodesic distance from an edge to a place, kilometres; the same in both directions of the edge, so
/// that neighbours that share it are equally near.
fn edge_km(edge: Piece, place: (f64, f64)) -> f64 {
    let edge = if edge.b < edge.a { Piece { a: edge.b, b: edge.a } } else { edge };
    edge.shares()
        .map(|(from, to)| {
            let piece = Piece { a: interpolate(edge.a, edge.b, from), b: interpolate(edge.a, edge.b, to) };
            piece.closest(place).1
        })
        .fold(f64::INFINITY, f64::min)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::geodesy::distance_km;

    /// Triangles, one a zone, keyed so that the last is the smallest.
    fn index(triangles: &[[(f64, f64); 3]]) -> SnapIndex {
        let (mut lon, mut lat) = (Vec::new(), Vec::new());
        for t in triangles {
            for (x, y) in [t[0], t[1], t[2], t[0]] {
                lon.push(x);
                lat.push(y);
            }
        }
        let n = triangles.len() as i32;
        let rings: Vec<i32> = (0..=n).map(|i| 4 * i).collect();
        let ones: Vec<i32> = (0..=n).collect();
        let view = ZoneView { lon: &lon, lat: &lat, rings: &rings, polygons: &ones, zones: &ones };
        let keys: Vec<String> = (0..n).map(|i| format!("{:03}", n - i)).collect();
        SnapIndex::new(&view, &keys).unwrap()
    }

    fn sides(t: &[(f64, f64); 3]) -> [Piece; 3] {
        [(0, 1), (1, 2), (2, 0)].map(|(i, j)| Piece { a: t[i], b: t[j] })
    }

    /// Every edge measured, nothing left out.
    fn brute(triangles: &[[(f64, f64); 3]], p: (f64, f64), max_km: f64) -> Option<(u32, f64)> {
        let of = |t| sides(t).map(|side| edge_km(side, p)).into_iter().fold(f64::INFINITY, f64::min);
        let mut best: Option<(u32, f64)> = None;
        for (zone, t) in (0_u32..).zip(triangles) {
            let km = of(t);
            // The last zone has the smallest key.
            if best.is_none_or(|(_, k)| km <= k) {
                best = Some((zone, km));
            }
        }
        best.filter(|&(_, km)| km <= max_km)
    }

    fn triangle(lat: f64) -> impl Strategy<Value = [(f64, f64); 3]> {
        let corner = (-1.0..1.0_f64, -0.6..0.6_f64);
        [corner.clone(), corner.clone(), corner].prop_map(move |t| t.map(|(x, y)| (x, lat + y)))
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]
        #[test]
        fn agrees_with_every_edge_measured(
            (lat, triangles) in prop::sample::select(vec![0.0, 19.4, -33.0, 61.0, 89.3])
                .prop_flat_map(|lat| (Just(lat), prop::collection::vec(triangle(lat), 1..12))),
            at in (-1.4..1.4_f64, -0.65..0.65_f64),
            max_km in prop::sample::select(vec![0.5, 8.0, 60.0, 100.0]),
        ) {
            let p = (at.0, lat + at.1);
            let found = index(&triangles).nearest(p.0, p.1, max_km);
            prop_assert_eq!(found, brute(&triangles, p, max_km));
            // And with places along the edges, which knows nothing of how distances are found.
            let mut sampled = f64::INFINITY;
            for side in triangles.iter().flat_map(sides) {
                for i in 0..=200 {
                    let q = interpolate(side.a, side.b, f64::from(i) / 200.0);
                    sampled = sampled.min(distance_km(p.0, p.1, q.0, q.1));
                }
            }
            if let Some((_, km)) = found {
                prop_assert!(km <= sampled + 1e-9, "{} {}", km, sampled);
            } else {
                prop_assert!(sampled > max_km);
            }
        }
    }

    #[test]
    fn across_the_date_line() {
        let index = index(&[[(179.0, 0.0), (179.99, 0.0), (179.99, 1.0)]]);
        let (zone, km) = index.nearest(-179.99, 0.5, 5.0).unwrap();
        assert_eq!(zone, 0);
        assert!((km - distance_km(-179.99, 0.5, 179.99, 0.5)).abs() < 1e-6, "{km}");
    }

    #[test]
    fn shared_borders_go_to_the_smallest_key_and_nothing_is_near_nonsense() {
        // Two triangles that share a corner and the side that leads to it.
        let index = index(&[[(0.0, 0.0), (1.0, 0.0), (0.0, 1.0)], [(1.0, 0.0), (0.0, 0.0), (0.0, -1.0)]]);
        assert_eq!(index.nearest(1.001, 0.0, 1.0).unwrap().0, 1);
        for (lon, lat, km) in
            [(f64::NAN, 0.0, 1.0), (0.0, f64::NAN, 1.0), (0.0, 0.0, f64::NAN), (0.0, 0.0, -1.0)]
        {
            assert_eq!(index.nearest(lon, lat, km), None);
        }
        let none = ZoneView { lon: &[], lat: &[], rings: &[0], polygons: &[0], zones: &[0] };
        let keys: [&str; 0] = [];
        assert_eq!(SnapIndex::new(&none, &keys).unwrap().nearest(0.0, 0.0, 100.0), None);
    }
}
