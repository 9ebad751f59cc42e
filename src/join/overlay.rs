//! Lines over zones: the stretches of each line.

use rayon::prelude::*;

use super::crossing::meet;
use super::{JoinError, ZoneIndex};
use crate::geodesy::{RouteMeasure, distance_km};
use crate::index::check_lines;
use crate::layer::LineView;

/// Pieces shorter than this, along the longer side of their box in degrees, are joined to
/// the piece before: eleven nanometres, below the 15 nm of a geodesic and within the
/// rounding of a cut point, so nothing true is known about them.
const MIN_PIECE_DEG: f64 = 1e-13;

/// Segments handed to one thread at a time.
const SEGMENTS_PER_TASK: usize = 64;

/// The part of a line inside one zone, or between zones.
#[derive(Clone, Debug, PartialEq)]
pub struct Stretch {
    /// Number of the line.
    pub line: u32,
    /// Number of the zone; `None` outside all zones.
    pub zone: Option<u32>,
    /// Where the stretch begins, kilometres from the start of the line.
    pub from_km: f64,
    /// Where it ends, kilometres from the start of the line.
    pub to_km: f64,
    /// Longitude and latitude of its vertices, cut points included; two or more.
    pub geometry: Vec<(f64, f64)>,
}

impl Stretch {
    /// Kilometres along the line by its measure: these add up to the line's geodesic
    /// length, and are the ones to count exposure with.
    pub fn km(&self) -> f64 {
        self.to_km - self.from_km
    }

    /// Geodesic kilometres along the stretch's own vertices, as another tool measures the
    /// published geometry. Longer than [`km`](Self::km) by what cut points add on long
    /// segments: 0.02 m on a segment of 50 km (`docs/decisions/0001`).
    pub fn geometry_km(&self) -> f64 {
        let between = |w: &[(f64, f64)]| distance_km(w[0].0, w[0].1, w[1].0, w[1].1);
        self.geometry.windows(2).map(between).sum()
    }
}

/// A piece of a segment up to the share `end`, in one zone.
#[derive(Clone, Copy)]
struct Piece {
    end: f64,
    zone: Option<u32>,
}

/// Cuts lines at the borders of zones into stretches, in order along each line.
///
/// The stretches of a line partition it: each begins where the one before ends, in
/// kilometres and in coordinates, and their kilometres add up to its geodesic length
/// ([`RouteMeasure`]). A part in several zones, or along a border, belongs to the zone with
/// the smallest key, by the rule of [`ZoneIndex`]; one outside all zones has zone `None`.
/// Consecutive parts in the same zone are one stretch. Segments are straight in longitude
/// and latitude (RFC 7946). A line without length has no stretches.
///
/// Per segment: one query of the R-tree, then the edges of the candidate zones in the bands
/// it meets. Parallel over lines and over the segments of long lines; the answer is the
/// same for any number of threads.
///
/// # Errors
///
/// [`JoinError::Index`] when the offsets of the lines do not fit their coordinates.
///
/// ```
/// use corredor::join::{ZoneIndex, overlay};
/// use corredor::layer::{LineView, ZoneView};
///
/// let square = ZoneView {
///     lon: &[0.0, 1.0, 1.0, 0.0, 0.0],
///     lat: &[0.0, 0.0, 1.0, 1.0, 0.0],
///     rings: &[0, 5],
///     polygons: &[0, 1],
///     zones: &[0, 1],
/// };
/// let lines = LineView { lon: &[-1.0, 3.0], lat: &[0.5, 0.5], lines: &[0, 2] };
/// let stretches = overlay(&lines, &ZoneIndex::new(&square, &["a"])?)?;
/// let zones: Vec<Option<u32>> = stretches.iter().map(|s| s.zone).collect();
/// assert_eq!(zones, [None, Some(0), None]);
/// assert_eq!(stretches[1].geometry, [(0.0, 0.5), (1.0, 0.5)]);
/// assert_eq!(stretches[0].to_km, stretches[1].from_km);
/// # Ok::<(), corredor::join::JoinError>(())
/// ```
pub fn overlay(lines: &LineView, zones: &ZoneIndex) -> Result<Vec<Stretch>, JoinError> {
    check_lines(lines)?;
    let per_line: Vec<Vec<Stretch>> = (0..lines.len())
        .into_par_iter()
        .map(|line| {
            let (lon, lat) = lines.line(line);
            cut_line(line as u32, &RouteMeasure::new(lon, lat), zones)
        })
        .collect();
    Ok(per_line.into_iter().flatten().collect())
}

fn cut_line(line: u32, route: &RouteMeasure, zones: &ZoneIndex) -> Vec<Stretch> {
    let pieces: Vec<Vec<Piece>> = (0..route.segments())
        .into_par_iter()
        .with_min_len(SEGMENTS_PER_TASK)
        .map(|s| route.segment(s).map_or_else(Vec::new, |(a, b)| cut_segment(a, b, zones)))
        .collect();
    let mut stretches: Vec<Stretch> = Vec::new();
    let mut open: Option<(Option<u32>, (usize, f64), f64)> = None;
    let mut at = ((0, 0.0), 0.0);
    let mut close = |(zone, from, from_km), (to, to_km)| {
        let geometry = route.slice_between(from, to);
        stretches.push(Stretch { line, zone, from_km, to_km, geometry });
    };
    for (segment, pieces) in pieces.iter().enumerate() {
        let mut start = 0.0;
        for piece in pieces {
            match open {
                Some((zone, ..)) if zone == piece.zone => {}
                _ => {
                    if let Some(done) = open {
                        close(done, at);
                    }
                    open = Some((piece.zone, (segment, start), at.1));
                }
            }
            // Two cuts within the geodesic's own error must not make the measure fall.
            at = ((segment, piece.end), route.km_at(segment, piece.end).max(at.1));
            start = piece.end;
        }
    }
    if let Some(done) = open {
        close(done, at);
    }
    stretches
}

/// The pieces of a segment, from its start to its end; none for a segment without length.
fn cut_segment(a: (f64, f64), b: (f64, f64), zones: &ZoneIndex) -> Vec<Piece> {
    if a == b {
        return Vec::new();
    }
    let mut candidates: Vec<u32> = zones.boxes().touching(a, b).collect();
    if candidates.is_empty() {
        return vec![Piece { end: 1.0, zone: None }];
    }
    candidates.sort_unstable_by_key(|&zone| zones.rank(zone));
    let mut cuts: Vec<f64> = Vec::new();
    let (south, north) = (a.1.min(b.1), a.1.max(b.1));
    for &zone in &candidates {
        for (c, d) in zones.bands().edges_between(zone as usize, south, north) {
            meet(a, b, c, d, |t| cuts.push(t));
        }
    }
    let length_deg = (b.0 - a.0).abs().max((b.1 - a.1).abs());
    let tolerance = MIN_PIECE_DEG / length_deg;
    cuts.sort_unstable_by(f64::total_cmp);
    let mut start = 0.0;
    let mut pieces: Vec<Piece> = Vec::new();
    let ends = cuts.into_iter().filter(|&t| t < 1.0 - tolerance).chain([1.0]);
    for end in ends {
        if end - start <= tolerance && end < 1.0 {
            continue;
        }
        let middle = start + 0.5 * (end - start);
        let touches = |&&zone: &&u32| zones.bands().position_along(zone as usize, a, b, middle).touches();
        let zone = candidates.iter().find(touches).copied();
        match pieces.last_mut() {
            Some(last) if last.zone == zone => last.end = end,
            _ => pieces.push(Piece { end, zone }),
        }
        start = end;
    }
    pieces
}
