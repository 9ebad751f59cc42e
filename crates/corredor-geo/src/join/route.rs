//! The nearest place on a route.

use rayon::prelude::*;

use super::JoinError;
use super::stretch::Place;
use crate::geodesy::{Piece, RouteMeasure, interpolate, longest_geodesic2_km2, to_ecef_km};
use crate::index::{Box3, Tree3, check_lines};
use crate::view::LineView;

/// Pieces of a leaf of the tree.
const LEAF: usize = 4;

/// Positions handed to one thread at a time.
const POSITIONS_PER_TASK: usize = 256;

/// The second derivative of a place by its latitude, by its longitude over the cosine of its
/// latitude, and by both is nowhere greater, kilometres per square radian: the greatest
/// radius of curvature, and what it changes by along the meridian.
const MOST_CURVED_KM: f64 = 6400.5;

/// The place of a route that is nearest to a position.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct NearestOnRoute {
    /// Number of the route.
    pub route: u32,
    /// Where on the route.
    pub place: Place,
    /// Longitude of the place, degrees.
    pub lon: f64,
    /// Latitude of the place, degrees.
    pub lat: f64,
    /// Geodesic distance to it, kilometres.
    pub distance_km: f64,
    /// Where it is along the route, kilometres from its start ([`RouteMeasure`]).
    pub along_km: f64,
}

/// Routes, for finding the nearest place on any of them.
///
/// Segments are straight in longitude and latitude (RFC 7946, section 3.1.1); one from 179
/// to -179 degrees goes the long way around, as it is drawn, so routes are to be cut at the
/// date line. Positions may be on its other side: distances know neither it nor the poles.
/// Routes without length have no place.
///
/// The nearest place is where the direction of the route is square to the azimuth of the
/// position (first variation of arc length), found to 1e-12 of a piece of at most 50 km.
/// Which piece it is on is settled by distances in space: exact up to 1,000 km from the
/// position and 80 degrees of latitude. Farther off, where a circle about the position is
/// straighter than the route, an end of a piece may stand in for the place, a few metres
/// too far at most.
///
/// ```
/// use corredor_geo::join::RouteIndex;
/// use corredor_geo::LineView;
///
/// let routes = LineView { lon: &[0.0, 2.0], lat: &[0.0, 0.0], lines: &[0, 2] };
/// let index = RouteIndex::new(&routes)?;
/// let near = index.nearest(0.5, 0.1).unwrap();
/// assert!((near.lon - 0.5).abs() < 1e-9 && near.lat == 0.0);
/// assert!((near.distance_km - 11.057).abs() < 1e-3 && (near.along_km - 55.66).abs() < 1e-2);
/// # Ok::<(), corredor_geo::join::JoinError>(())
/// ```
#[derive(Debug)]
pub struct RouteIndex<'a> {
    routes: Vec<RouteMeasure<'a>>,
    tree: Tree3,
    /// In the order of the leaves.
    pieces: Vec<Stroke>,
}

/// A piece of a segment, and how it lies in space.
#[derive(Clone, Copy, Debug)]
struct Stroke {
    route: u32,
    segment: u32,
    /// The shares of the segment where it begins and ends.
    from: f64,
    to: f64,
    /// Its ends, Earth-centred, kilometres.
    a: [f64; 3],
    b: [f64; 3],
    /// How far it bends from the straight line between them at most, kilometres.
    bend_km: f64,
}

/// A piece that may be nearest.
#[derive(Clone, Copy)]
struct Candidate {
    /// The square of the least distance that it can be at, square kilometres.
    least2_km2: f64,
    /// Its place in `pieces`.
    piece: usize,
}

impl<'a> RouteIndex<'a> {
    /// Indexes routes, numbered in their order. O(n log n) for n segments, parallel; about
    /// 150 bytes a segment.
    ///
    /// # Errors
    ///
    /// [`JoinError::Index`] when the offsets of the lines do not fit their coordinates.
    pub fn new(lines: &LineView<'a>) -> Result<Self, JoinError> {
        check_lines(lines)?;
        let routes: Vec<RouteMeasure<'a>> = (0..lines.len())
            .into_par_iter()
            .map(|line| {
                let (lon, lat) = lines.line(line);
                RouteMeasure::new(lon, lat)
            })
            .collect();
        let strokes: Vec<Stroke> = routes
            .par_iter()
            .enumerate()
            .flat_map(|(number, route)| {
                (0..route.segments())
                    .into_par_iter()
                    .flat_map_iter(move |segment| Stroke::of(route, number as u32, segment))
            })
            .collect();
        let boxes: Vec<Box3> = strokes.iter().map(Stroke::bounds).collect();
        let tree = Tree3::new(&boxes, LEAF);
        let pieces = tree.order().iter().map(|&i| strokes[i as usize]).collect();
        Ok(Self { routes, tree, pieces })
    }

    /// Number of routes.
    pub fn len(&self) -> usize {
        self.routes.len()
    }

    /// Whether there are no routes.
    pub fn is_empty(&self) -> bool {
        self.routes.is_empty()
    }

    /// The nearest place on any route; of equally near ones that of the smallest route, and
    /// on it the first. `None` without routes, and for a position that is not on the Earth.
    pub fn nearest(&self, lon: f64, lat: f64) -> Option<NearestOnRoute> {
        self.nearest_with(lon, lat, &mut Vec::new())
    }

    /// The nearest places on any route to many positions, in parallel and in their order.
    ///
    /// # Errors
    ///
    /// [`JoinError::SliceLength`] unless there are as many latitudes as longitudes.
    pub fn nearest_many(&self, lon: &[f64], lat: &[f64]) -> Result<Vec<Option<NearestOnRoute>>, JoinError> {
        if lon.len() != lat.len() {
            return Err(JoinError::SliceLength { lon: lon.len(), lat: lat.len(), out: lon.len() });
        }
        let found = lon
            .par_iter()
            .zip(lat)
            .with_min_len(POSITIONS_PER_TASK)
            .map_init(Vec::new, |room, (&lon, &lat)| self.nearest_with(lon, lat, room))
            .collect();
        Ok(found)
    }

    fn nearest_with(&self, lon: f64, lat: f64, room: &mut Vec<Candidate>) -> Option<NearestOnRoute> {
        self.find_candidates(&to_ecef_km(lon, lat), room);
        let mut best: Option<(f64, &Stroke, f64)> = None;
        for candidate in room.iter() {
            // Ten micrometres are more than rounding does to either.
            if best.is_some_and(|(km, ..)| candidate.least2_km2 > (km + 1e-8) * (km + 1e-8)) {
                break;
            }
            let stroke = &self.pieces[candidate.piece];
            let (share, km) = stroke.piece(&self.routes)?.closest((lon, lat));
            let t = match share {
                0.0 => stroke.from,
                1.0 => stroke.to,
                _ => stroke.from + share * (stroke.to - stroke.from),
            };
            let key = |km: f64, s: &Stroke, t: f64| (km, s.route, s.segment, t);
            if best.is_none_or(|(other, s, at)| key(km, stroke, t) < key(other, s, at)) {
                best = Some((km, stroke, t));
            }
        }
        let (distance_km, stroke, t) = best?;
        let route = &self.routes[stroke.route as usize];
        let (a, b) = route.segment(stroke.segment as usize)?;
        let (lon, lat) = interpolate(a, b, t);
        let place = Place { segment: stroke.segment, t };
        let along_km = route.km_at(stroke.segment as usize, t);
        Some(NearestOnRoute { route: stroke.route, place, lon, lat, distance_km, along_km })
    }

    /// Fills `found` with the pieces that may be nearest, the likeliest first.
    fn find_candidates(&self, from: &[f64; 3], found: &mut Vec<Candidate>) {
        found.clear();
        let mut bound2 = f64::INFINITY;
        if from.iter().any(|v| v.is_nan()) {
            return;
        }
        self.tree.search(from, bound2, |leaf| {
            for piece in leaf {
                let stroke = &self.pieces[piece];
                let chord = chord_km(from, &stroke.a, &stroke.b);
                let (least, most) = ((chord - stroke.bend_km).max(0.0), chord + stroke.bend_km);
                let least2_km2 = least * least;
                if least2_km2 <= bound2 {
                    found.push(Candidate { least2_km2, piece });
                    bound2 = bound2.min(longest_geodesic2_km2(most * most));
                }
            }
            bound2
        });
        found.retain(|candidate| candidate.least2_km2 <= bound2);
        found.sort_unstable_by(|p, q| p.least2_km2.total_cmp(&q.least2_km2).then(p.piece.cmp(&q.piece)));
    }
}

impl Stroke {
    /// The pieces of a segment; none where it has no length.
    fn of(route: &RouteMeasure, number: u32, segment: usize) -> Vec<Self> {
        let Some((a, b)) = route.segment(segment).filter(|(a, b)| a != b) else {
            return Vec::new();
        };
        let stroke = |(from, to): (f64, f64)| {
            let (p, q) = (interpolate(a, b, from), interpolate(a, b, to));
            let (in_space, of_lat) = (to_ecef_km(p.0, p.1), (q.1 - p.1).to_radians().abs());
            let of_lon = (q.0 - p.0).to_radians().abs();
            let south_to_north = p.1.min(q.1)..=p.1.max(q.1);
            let nearest_equator = if south_to_north.contains(&0.0) { 0.0 } else { p.1.abs().min(q.1.abs()) };
            let around = nearest_equator.to_radians().cos().max(0.0);
            // An eighth of the greatest second derivative, and room for rounding.
            let second = around * of_lon * of_lon + 2.0 * of_lon * of_lat + of_lat * of_lat;
            Self {
                route: number,
                segment: segment as u32,
                from,
                to,
                a: in_space,
                b: to_ecef_km(q.0, q.1),
                bend_km: MOST_CURVED_KM / 8.0 * second + 1e-8,
            }
        };
        Piece { a, b }.shares().map(stroke).collect()
    }

    fn bounds(&self) -> Box3 {
        Box3::at(self.a).join(&Box3::at(self.b)).grown(self.bend_km)
    }

    fn piece(&self, routes: &[RouteMeasure]) -> Option<Piece> {
        let (a, b) = routes[self.route as usize].segment(self.segment as usize)?;
        Some(Piece { a: interpolate(a, b, self.from), b: interpolate(a, b, self.to) })
    }
}

/// The distance of a place from the straight line between two others, kilometres in space.
fn chord_km(p: &[f64; 3], a: &[f64; 3], b: &[f64; 3]) -> f64 {
    let minus = |p: &[f64; 3], q: &[f64; 3]| [p[0] - q[0], p[1] - q[1], p[2] - q[2]];
    let dot = |p: &[f64; 3], q: &[f64; 3]| p[0] * q[0] + p[1] * q[1] + p[2] * q[2];
    let (along, from_a) = (minus(b, a), minus(p, a));
    let length2 = dot(&along, &along);
    let t = if length2 > 0.0 { (dot(&from_a, &along) / length2).clamp(0.0, 1.0) } else { 0.0 };
    let off = [from_a[0] - t * along[0], from_a[1] - t * along[1], from_a[2] - t * along[2]];
    dot(&off, &off).sqrt()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::geodesy::distance_km;
    use proptest::prelude::*;

    /// The least distance to any of many places on the routes, and how far apart these are.
    fn sampled(lines: &LineView, at: (f64, f64), samples: u32) -> (f64, f64) {
        let (mut least, mut apart) = (f64::INFINITY, 0.0_f64);
        for line in 0..lines.len() {
            let (lon, lat) = lines.line(line);
            for i in 1..lon.len() {
                let (a, b) = ((lon[i - 1], lat[i - 1]), (lon[i], lat[i]));
                let mut last = a;
                for k in 0..=samples {
                    let p = interpolate(a, b, f64::from(k) / f64::from(samples));
                    least = least.min(distance_km(at.0, at.1, p.0, p.1));
                    apart = apart.max(distance_km(last.0, last.1, p.0, p.1));
                    last = p;
                }
            }
        }
        (least, apart)
    }

    fn check(
        vertices: &[(f64, f64)],
        offsets: &[i32],
        at: (f64, f64),
        off_km: f64,
    ) -> Result<(), TestCaseError> {
        let (lon, lat): (Vec<f64>, Vec<f64>) = vertices.iter().copied().unzip();
        let lines = LineView { lon: &lon, lat: &lat, lines: offsets };
        let index = RouteIndex::new(&lines).unwrap();
        let (least, apart) = sampled(&lines, at, 400);
        let Some(near) = index.nearest(at.0, at.1) else {
            prop_assert!(apart == 0.0);
            return Ok(());
        };
        prop_assert!(near.distance_km <= least + 1e-9 + off_km, "{} {}", near.distance_km, least);
        prop_assert!(near.distance_km >= least - apart);
        let to_foot = distance_km(at.0, at.1, near.lon, near.lat);
        prop_assert!((to_foot - near.distance_km).abs() < 1e-9);
        let (lon, lat) = lines.line(near.route as usize);
        let route = RouteMeasure::new(lon, lat);
        prop_assert_eq!(route.km_at(near.place.segment as usize, near.place.t), near.along_km);
        Ok(())
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(256))]

        #[test]
        fn no_sample_is_nearer(
            near in prop::collection::vec((-100.0..-97.0_f64, 17.0..20.0_f64), 2..12),
            at in (-101.0..-96.0_f64, 16.0..21.0_f64),
            cut in 0..12_usize,
        ) {
            let cut = cut.min(near.len()) as i32;
            check(&near, &[0, cut, near.len() as i32], at, 0.0)?;
        }

        #[test]
        fn no_sample_is_nearer_at_the_poles_and_over_the_date_line(
            polar in prop::collection::vec((-180.0..180.0_f64, 78.0..90.0_f64), 2..5),
            east in prop::collection::vec((176.0..180.0_f64, -10.0..10.0_f64), 2..6),
            at in (-180.0..180.0_f64, 80.0..90.0_f64),
            west in (-180.0..-178.0_f64, -10.0..10.0_f64),
        ) {
            // At the poles an end of a piece may stand in for a place between.
            check(&polar, &[0, polar.len() as i32], at, 0.01)?;
            check(&east, &[0, east.len() as i32], west, 0.0)?;
        }

        #[test]
        fn far_positions_are_a_few_metres_off_at_most(
            line in prop::collection::vec((-120.0..-80.0_f64, -40.0..60.0_f64), 2..5),
            at in (-180.0..180.0_f64, -90.0..90.0_f64),
        ) {
            check(&line, &[0, line.len() as i32], at, 0.005)?;
        }
    }

    #[test]
    fn ties_and_nothing() {
        let lines = LineView {
            lon: &[9.0, 9.0, 0.0, 1.0, 1.0, 0.0, 0.0, 1.0, 1.0, 0.5],
            lat: &[9.0, 9.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 1.0, 0.5],
            lines: &[0, 2, 5, 5, 6, 9, 10],
        };
        let index = RouteIndex::new(&lines).unwrap();
        assert_eq!(index.len(), 6);
        let corner = index.nearest(1.1, -0.1).unwrap();
        assert_eq!((corner.route, corner.place), (1, Place { segment: 0, t: 1.0 }));
        assert_eq!((corner.lon, corner.lat), (1.0, 0.0));
        assert_eq!(corner.along_km, distance_km(0.0, 0.0, 1.0, 0.0));
        let many = index.nearest_many(&[1.1, f64::NAN], &[-0.1, 0.0]).unwrap();
        assert_eq!(many, [Some(corner), None]);
        assert!(index.nearest_many(&[1.0], &[]).is_err());
        let none = RouteIndex::new(&LineView { lon: &[1.0], lat: &[1.0], lines: &[0, 1] }).unwrap();
        assert!(!none.is_empty() && none.nearest(0.0, 0.0).is_none());
        assert!(RouteIndex::new(&LineView { lon: &[], lat: &[], lines: &[0, 3] }).is_err());
    }
}
