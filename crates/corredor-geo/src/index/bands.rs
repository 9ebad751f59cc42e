//! Zone edges in bands of latitude, with exact tests of what lies in a zone.

use rayon::prelude::*;
use robust::{Coord, orient2d};

use super::IndexError;
use super::error::check_zones;
use crate::view::ZoneView;

/// Slack around an edge's box within which a computed point of a segment (never off by
/// more than 3e-14 degrees) is not trusted to be on one side; degrees.
const SLACK_DEG: f64 = 1e-12;

/// Where a point lies relative to a zone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Position {
    /// Outside, or in a hole.
    Outside,
    /// On the border, also on that of a hole.
    Border,
    /// In the interior.
    Inside,
}

impl Position {
    /// Whether the point belongs to the closed zone.
    pub fn touches(self) -> bool {
        self != Self::Outside
    }
}

/// All edges of a layer of zones, each zone's in bands of equal height.
///
/// A test visits one band. A zone whose edges climb `V` degrees in all over a height `H`
/// meets a parallel `V/H` times on average; with `B` bands and `n` edges a band lists about
/// `n/B + V/H` edges, so `B = n H / V` keeps a test within twice the unavoidable, and the
/// lists within `2n` entries in all. Memory: 16 bytes a vertex and about 10 an edge.
/// Building is O(vertices), in parallel.
#[derive(Debug)]
pub struct BandedZones {
    lon: Vec<f64>,
    lat: Vec<f64>,
    boxes: Vec<[f64; 4]>,
    /// Bands per degree of each zone.
    scale: Vec<f64>,
    /// Where the bands of each zone begin in `bands`.
    zones: Vec<usize>,
    /// Where the edges of each band begin in `edges`.
    bands: Vec<usize>,
    /// Edges by the number of their first vertex.
    edges: Vec<u32>,
}

/// One zone's bands before they are joined.
struct Banded {
    bounds: [f64; 4],
    scale: f64,
    ends: Vec<usize>,
    edges: Vec<u32>,
}

impl BandedZones {
    /// Takes up the edges of all zones.
    ///
    /// # Errors
    ///
    /// [`IndexError`] when the offsets of the view do not fit its coordinates.
    pub fn new(view: &ZoneView) -> Result<Self, IndexError> {
        check_zones(view)?;
        let parts: Vec<Banded> =
            (0..view.len()).into_par_iter().map(|zone| Banded::new(view, zone)).collect();
        let mut all = Self {
            lon: view.lon.to_vec(),
            lat: view.lat.to_vec(),
            boxes: parts.iter().map(|p| p.bounds).collect(),
            scale: parts.iter().map(|p| p.scale).collect(),
            zones: vec![0],
            bands: vec![0],
            edges: Vec::with_capacity(parts.iter().map(|p| p.edges.len()).sum()),
        };
        for part in parts {
            let before = all.edges.len();
            all.bands.extend(part.ends.iter().map(|end| before + end));
            all.edges.extend(part.edges);
            all.zones.push(all.bands.len() - 1);
        }
        Ok(all)
    }

    /// Number of zones.
    pub fn len(&self) -> usize {
        self.boxes.len()
    }

    /// Whether there are no zones.
    pub fn is_empty(&self) -> bool {
        self.boxes.is_empty()
    }

    /// The box `[west, south, east, north]` of each zone, degrees; west is infinite for an
    /// empty zone.
    pub fn boxes(&self) -> &[[f64; 4]] {
        &self.boxes
    }

    /// Where a point lies relative to one zone, exactly.
    ///
    /// Crossings of the ray to the east are counted half-open in latitude; the adaptive
    /// orientation predicate (Shewchuk 1997) decides the side wherever boxes do not, so
    /// rounding never does.
    pub fn position(&self, zone: usize, lon: f64, lat: f64) -> Position {
        let mut inside = false;
        for (c, d) in self.edges_between(zone, lat, lat) {
            if lat < c.1.min(d.1) || lat > c.1.max(d.1) || lon > c.0.max(d.0) {
                continue;
            }
            let crosses = (c.1 <= lat) != (d.1 <= lat);
            if lon < c.0.min(d.0) {
                inside ^= crosses;
                continue;
            }
            let side = orient(c, d, (lon, lat));
            if side == 0.0 {
                return Position::Border;
            }
            // East of the point means left of an edge that rises, right of one that falls.
            inside ^= crosses && (side > 0.0) == (d.1 > c.1);
        }
        if inside { Position::Inside } else { Position::Outside }
    }

    /// Where the piece of the segment from `a` to `b` around the share `t` lies relative to
    /// one zone, given that no border crosses or leaves the segment near `t`.
    ///
    /// A computed point of a segment is rounded and so seldom lies on it. The signs of the
    /// ends against each edge's line are exact, and decide wherever they agree: above all
    /// where the segment runs along a border.
    pub fn position_along(&self, zone: usize, a: (f64, f64), b: (f64, f64), t: f64) -> Position {
        let (lon, lat) = (a.0 + t * (b.0 - a.0), a.1 + t * (b.1 - a.1));
        let [west, south, east, north] = self.boxes[zone];
        if lon < west - SLACK_DEG || lon > east + SLACK_DEG {
            return Position::Outside;
        }
        if lat < south - SLACK_DEG || lat > north + SLACK_DEG {
            return Position::Outside;
        }
        let mut inside = false;
        for (c, d) in self.edges_between(zone, lat, lat) {
            if lat < c.1.min(d.1) || lat > c.1.max(d.1) || lon > c.0.max(d.0) + SLACK_DEG {
                continue;
            }
            let crosses = (c.1 <= lat) != (d.1 <= lat);
            if lon < c.0.min(d.0) - SLACK_DEG {
                inside ^= crosses;
                continue;
            }
            let (of_a, of_b) = (orient(c, d, a), orient(c, d, b));
            let side = if of_a == 0.0 && of_b == 0.0 {
                if spans(c, d, (lon, lat)) {
                    return Position::Border;
                }
                // A flat edge of the same line beside the point: nothing to cross.
                continue;
            } else if of_a >= 0.0 && of_b >= 0.0 {
                1.0
            } else if of_a <= 0.0 && of_b <= 0.0 {
                -1.0
            } else {
                // The edge's line crosses the segment: before the crossing, the side of `a`. The
                // signs are taken as where the crossing itself is computed, so that the two agree.
                let before = of_a.abs() / (of_a.abs() + of_b.abs());
                if t < before { of_a } else { of_b }
            };
            inside ^= crosses && (side > 0.0) == (d.1 > c.1);
        }
        if inside { Position::Inside } else { Position::Outside }
    }

    /// The edges of a zone in the bands that meet a range of latitudes; an edge may come
    /// more than once when the range meets several bands, and edges outside the range may
    /// come too.
    pub fn edges_between(
        &self,
        zone: usize,
        south: f64,
        north: f64,
    ) -> impl Iterator<Item = ((f64, f64), (f64, f64))> + '_ {
        let bands = self.zones[zone]..self.zones[zone + 1];
        let (base, scale) = (self.boxes[zone][1], self.scale[zone]);
        let within = if bands.is_empty() || !(south <= self.boxes[zone][3] && north >= base) {
            0..0
        } else {
            let last = bands.len() - 1;
            let (low, high) = (band(south, base, scale, last), band(north, base, scale, last));
            self.bands[bands.start + low]..self.bands[bands.start + high + 1]
        };
        self.edges[within].iter().map(|&i| {
            let i = i as usize;
            ((self.lon[i], self.lat[i]), (self.lon[i + 1], self.lat[i + 1]))
        })
    }
}

impl Banded {
    fn new(view: &ZoneView, zone: usize) -> Self {
        let mut bounds = [f64::INFINITY, f64::INFINITY, f64::NEG_INFINITY, f64::NEG_INFINITY];
        let mut climb = 0.0;
        let mut starts: Vec<u32> = Vec::new();
        for rings in view.polygons_of(zone) {
            for ring in rings {
                let span = view.rings[ring] as usize..view.rings[ring + 1] as usize;
                for i in span.clone() {
                    let (x, y) = (view.lon[i], view.lat[i]);
                    bounds = [bounds[0].min(x), bounds[1].min(y), bounds[2].max(x), bounds[3].max(y)];
                    let next = i + 1;
                    if next < span.end && (x, y) != (view.lon[next], view.lat[next]) {
                        climb += (view.lat[next] - y).abs();
                        starts.push(i as u32);
                    }
                }
            }
        }
        if starts.is_empty() {
            return Self { bounds, scale: 0.0, ends: Vec::new(), edges: Vec::new() };
        }
        let height = bounds[3] - bounds[1];
        let count = if climb > 0.0 { (starts.len() as f64 * height / climb) as usize } else { 1 };
        let count = count.clamp(1, starts.len());
        let scale = if height > 0.0 { count as f64 / height } else { 0.0 };
        let scale = if scale.is_finite() { scale } else { 0.0 };
        let span_of = |i: u32| {
            let (y1, y2) = (view.lat[i as usize], view.lat[i as usize + 1]);
            let of = |y| band(y, bounds[1], scale, count - 1);
            of(y1.min(y2))..=of(y1.max(y2))
        };
        // Count, sum, fill: the counting sort that keeps the edges of a band in ring order.
        let mut ends = vec![0_usize; count];
        for &i in &starts {
            for b in span_of(i) {
                ends[b] += 1;
            }
        }
        let mut total = 0;
        for end in &mut ends {
            total += std::mem::replace(end, total);
        }
        let mut edges = vec![0_u32; total];
        for &i in &starts {
            for b in span_of(i) {
                edges[ends[b]] = i;
                ends[b] += 1;
            }
        }
        Self { bounds, scale, ends, edges }
    }
}

/// The band of a latitude; never falls as the latitude rises, whatever the rounding, so an
/// edge is listed wherever a latitude within it may look.
fn band(y: f64, base: f64, scale: f64, last: usize) -> usize {
    (((y - base) * scale) as usize).min(last)
}

/// Twice the signed area of the triangle, its sign exact: positive when `p` is left of the
/// direction from `c` to `d`.
pub(crate) fn orient(c: (f64, f64), d: (f64, f64), p: (f64, f64)) -> f64 {
    orient2d(Coord { x: c.0, y: c.1 }, Coord { x: d.0, y: d.1 }, Coord { x: p.0, y: p.1 })
}

/// Whether a point known to be on the line of an edge is between its ends, measured along
/// the longer side of the edge's box.
fn spans(c: (f64, f64), d: (f64, f64), p: (f64, f64)) -> bool {
    if (d.0 - c.0).abs() >= (d.1 - c.1).abs() {
        p.0 >= c.0.min(d.0) && p.0 <= c.0.max(d.0)
    } else {
        p.1 >= c.1.min(d.1) && p.1 <= c.1.max(d.1)
    }
}
