//! Linear referencing: kilometres along a route.

use rayon::prelude::*;

use super::{bracketed_root, distance_km, steps_km};

/// How near [`RouteMeasure::locate_km`] comes to the stated kilometre, as a share of the
/// segment. A 1,000 km segment is then met within a nanometre.
const SEGMENT_SHARE: f64 = 1e-15;

/// Segments measured by one task.
const SEGMENTS_PER_TASK: usize = 1 << 14;

/// The position a share `t` of the way from `a` to `b`, straight in longitude and latitude
/// (RFC 7946, section 3.1.1). The ends are returned unrounded.
pub fn interpolate(a: (f64, f64), b: (f64, f64), t: f64) -> (f64, f64) {
    if t <= 0.0 {
        a
    } else if t >= 1.0 {
        b
    } else {
        (a.0 + t * (b.0 - a.0), a.1 + t * (b.1 - a.1))
    }
}

/// A position along a route.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct RoutePosition {
    /// The segment, counted from 0; segment `s` joins vertices `s` and `s + 1`.
    pub segment: usize,
    /// The share of the segment passed, 0 to 1, straight in longitude and latitude.
    pub t: f64,
    /// Longitude, degrees.
    pub lon: f64,
    /// Latitude, degrees.
    pub lat: f64,
}

/// Kilometres along one route.
///
/// At the vertices the measure is the cumulative geodesic length. Inside segment `s` from A
/// to B, at the point P,
///
/// ```text
/// km = cum[s] + len[s] * d(A, P) / (d(A, P) + d(P, B))
/// ```
///
/// so that it is continuous, rises along the segment, and keeps the segment's geodesic
/// length exactly, however it is cut. A line that is straight in longitude and latitude is
/// a little longer than the geodesic between its ends; the ratio spreads that difference
/// over the segment instead of adding it (see `docs/decisions/0001`). Segments must span
/// less than 180 degrees of longitude.
///
/// ```
/// use corredor_geo::geodesy::{RouteMeasure, distance_km};
///
/// let (lon, lat) = ([-99.0, -98.0, -97.0], [19.0, 19.5, 19.0]);
/// let route = RouteMeasure::new(&lon, &lat);
/// assert_eq!(route.km_at(1, 0.0), distance_km(-99.0, 19.0, -98.0, 19.5));
/// let half = route.locate_km(route.length_km() / 2.0).unwrap();
/// assert!((half.lon + 98.0).abs() < 1e-6);
/// ```
#[derive(Clone, Debug)]
pub struct RouteMeasure<'a> {
    lon: &'a [f64],
    lat: &'a [f64],
    cum_km: Vec<f64>,
}

impl<'a> RouteMeasure<'a> {
    /// Measures a route; one geodesic per segment, in parallel along long routes. Slices of
    /// different lengths are cut to the shorter.
    pub fn new(lon: &'a [f64], lat: &'a [f64]) -> Self {
        let n = lon.len().min(lat.len());
        let (lon, lat) = (&lon[..n], &lat[..n]);
        // Steps are measured in any order and added up in one.
        let mut cum_km = vec![0.0; n];
        if n > 1 {
            let measure = |(task, steps): (usize, &mut [f64])| {
                let first = task * SEGMENTS_PER_TASK;
                steps_km(&lon[first..], &lat[first..], steps);
            };
            let steps = &mut cum_km[1..];
            if n <= SEGMENTS_PER_TASK {
                measure((0, steps));
            } else {
                steps.par_chunks_mut(SEGMENTS_PER_TASK).enumerate().for_each(measure);
            }
        }
        let mut km = 0.0;
        for step in &mut cum_km {
            km += *step;
            *step = km;
        }
        Self { lon, lat, cum_km }
    }

    /// The geodesic length of the route, kilometres.
    pub fn length_km(&self) -> f64 {
        self.cum_km.last().copied().unwrap_or(0.0)
    }

    /// Number of segments.
    pub fn segments(&self) -> usize {
        self.cum_km.len().saturating_sub(1)
    }

    /// The ends of segment `segment`; `None` past the last.
    pub fn segment(&self, segment: usize) -> Option<((f64, f64), (f64, f64))> {
        (segment < self.segments()).then(|| {
            let (i, j) = (segment, segment + 1);
            ((self.lon[i], self.lat[i]), (self.lon[j], self.lat[j]))
        })
    }

    /// Kilometres from the start of the route to the share `t` of segment `segment`. Past
    /// the last segment: the length of the route. Two geodesics.
    pub fn km_at(&self, segment: usize, t: f64) -> f64 {
        let Some((a, b)) = self.segment(segment) else {
            return self.length_km();
        };
        let (from, to) = (self.cum_km[segment], self.cum_km[segment + 1]);
        if t <= 0.0 {
            return from;
        }
        if t >= 1.0 {
            return to;
        }
        let p = interpolate(a, b, t);
        let before = distance_km(a.0, a.1, p.0, p.1);
        let after = distance_km(p.0, p.1, b.0, b.1);
        if before + after > 0.0 {
            (from + (to - from) * (before / (before + after))).clamp(from, to)
        } else {
            from
        }
    }

    /// The position `km` kilometres along the route; before the start and past the end,
    /// the ends. `None` for a route without vertices.
    pub fn locate_km(&self, km: f64) -> Option<RoutePosition> {
        if self.cum_km.is_empty() {
            return None;
        }
        // The last vertex at or before `km`, and never the end of the last segment.
        let after = self.cum_km.partition_point(|&c| c <= km);
        let segment = after.saturating_sub(1).min(self.segments().saturating_sub(1));
        let Some((a, b)) = self.segment(segment) else {
            return Some(RoutePosition { segment: 0, t: 0.0, lon: self.lon[0], lat: self.lat[0] });
        };
        let (from, to) = (self.cum_km[segment], self.cum_km[segment + 1]);
        let t = if km >= to {
            1.0
        } else if km > from {
            let off = |t: f64| self.km_at(segment, t) - km;
            bracketed_root(off, (0.0, from - km), (1.0, to - km), SEGMENT_SHARE)
        } else {
            0.0
        };
        let (lon, lat) = interpolate(a, b, t);
        Some(RoutePosition { segment, t, lon, lat })
    }

    /// The vertices of the route between two measures, cut points included; consecutive
    /// duplicates are left out. Measures outside the route are brought to its ends, and
    /// `to_km` before `from_km` gives the point at `from_km` alone.
    pub fn slice(&self, from_km: f64, to_km: f64) -> Vec<(f64, f64)> {
        match (self.locate_km(from_km), self.locate_km(to_km.max(from_km))) {
            (Some(from), Some(to)) => self.slice_between((from.segment, from.t), (to.segment, to.t)),
            _ => Vec::new(),
        }
    }

    /// As [`slice`](Self::slice), between two places given as segment and share.
    pub fn slice_between(&self, from: (usize, f64), to: (usize, f64)) -> Vec<(f64, f64)> {
        let mut vertices: Vec<(f64, f64)> = Vec::new();
        let mut push = |p: (f64, f64)| {
            if vertices.last() != Some(&p) {
                vertices.push(p);
            }
        };
        if let Some((a, b)) = self.segment(from.0) {
            push(interpolate(a, b, from.1));
        }
        for vertex in from.0 + 1..=to.0.min(self.segments()) {
            push((self.lon[vertex], self.lat[vertex]));
        }
        if let Some((a, b)) = self.segment(to.0) {
            push(interpolate(a, b, to.1));
        }
        vertices
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LON: [f64; 5] = [-99.0, -98.0, -98.0, -97.5, -90.0];
    const LAT: [f64; 5] = [19.0, 19.5, 19.5, 21.0, 28.0];

    #[test]
    fn measure_rises_and_keeps_the_vertices() {
        let route = RouteMeasure::new(&LON, &LAT);
        let mut last = -1.0;
        for s in 0..route.segments() {
            assert_eq!(route.km_at(s, 1.0), route.km_at(s + 1, 0.0));
            for i in 0..=1000 {
                let km = route.km_at(s, i as f64 / 1000.0);
                assert!(km >= last, "segment {s} step {i}");
                last = km;
            }
        }
        assert_eq!(last, route.length_km());
    }

    #[test]
    fn locating_inverts_measuring() {
        let route = RouteMeasure::new(&LON, &LAT);
        for i in 0..=200 {
            let km = route.length_km() * i as f64 / 200.0;
            let at = route.locate_km(km).unwrap();
            assert!((route.km_at(at.segment, at.t) - km).abs() < 1e-10, "{km}");
        }
        assert_eq!(route.locate_km(-5.0).unwrap().lon, -99.0);
        assert_eq!(route.locate_km(1e9).unwrap().lat, 28.0);
    }

    #[test]
    fn slices_join_up() {
        let route = RouteMeasure::new(&LON, &LAT);
        let cut = route.length_km() * 0.4;
        let (head, tail) = (route.slice(0.0, cut), route.slice(cut, route.length_km()));
        assert_eq!(head.last(), tail.first());
        assert_eq!(head.first(), Some(&(-99.0, 19.0)));
        assert_eq!(tail.last(), Some(&(-90.0, 28.0)));
        assert_eq!(route.slice(0.0, route.length_km()).len(), 4, "the duplicate is left out");
    }

    #[test]
    fn routes_without_length_are_harmless() {
        let none = RouteMeasure::new(&[], &[]);
        assert_eq!((none.length_km(), none.segments()), (0.0, 0));
        assert!(none.locate_km(1.0).is_none());
        assert!(none.slice(0.0, 1.0).is_empty());
        let one = RouteMeasure::new(&[1.0], &[2.0]);
        assert_eq!(one.locate_km(3.0).unwrap().lat, 2.0);
        let same = RouteMeasure::new(&[1.0, 1.0], &[2.0, 2.0]);
        assert_eq!(same.km_at(0, 0.5), 0.0);
        assert_eq!(same.slice(0.0, 1.0), [(1.0, 2.0)]);
    }
}
