//! Lines over zones: the stretches of each line.

use rayon::prelude::*;

use super::stretch::{Place, Stretch};
use super::walk::Walk;
use super::{BorderIndex, JoinError};
use crate::geodesy::RouteMeasure;
use crate::index::check_lines;
use crate::view::LineView;

/// Segments of one line that one task walks.
const SEGMENTS_PER_TASK: usize = 1 << 13;

/// A part of a line in one zone, by its ends.
#[derive(Clone, Copy)]
struct Part {
    zone: Option<u32>,
    from: Place,
    to: Place,
}

/// Cuts lines at the borders of zones into stretches, in order along each line.
///
/// The stretches of a line partition it: each begins where the one before ends, in
/// kilometres and in coordinates, and their kilometres add up to its geodesic length
/// ([`RouteMeasure`]). A part in several zones, or along a border, belongs to the zone with
/// the smallest key, as a point does ([`ZoneIndex`](super::ZoneIndex)); one outside all
/// zones has zone `None`. Consecutive parts in the same zone are one stretch. Segments are
/// straight in longitude and latitude (RFC 7946). A line without length has no stretches.
///
/// A line is walked from border to border: per segment the edges in the grid cells it
/// passes, and nothing at all where these have none. Parallel over lines and along long
/// lines; the answer is the same for any number of threads. Stretches hold no coordinates
/// ([`Stretch::geometry`] draws them from the line): 64 bytes each.
///
/// # Errors
///
/// [`JoinError::Index`] when the offsets of the lines do not fit their coordinates.
///
/// ```
/// use corredor_geo::join::{BorderIndex, overlay};
/// use corredor_geo::{LineView, ZoneView};
///
/// let square = ZoneView {
///     lon: &[0.0, 1.0, 1.0, 0.0, 0.0],
///     lat: &[0.0, 0.0, 1.0, 1.0, 0.0],
///     rings: &[0, 5],
///     polygons: &[0, 1],
///     zones: &[0, 1],
/// };
/// let lines = LineView { lon: &[-1.0, 3.0], lat: &[0.5, 0.5], lines: &[0, 2] };
/// let stretches = overlay(&lines, &BorderIndex::new(&square, &["a"])?)?;
/// let zones: Vec<Option<u32>> = stretches.iter().map(|s| s.zone).collect();
/// assert_eq!(zones, [None, Some(0), None]);
/// assert_eq!(stretches[1].geometry(&lines).collect::<Vec<_>>(), [(0.0, 0.5), (1.0, 0.5)]);
/// assert_eq!(stretches[0].to_km, stretches[1].from_km);
/// # Ok::<(), corredor_geo::join::JoinError>(())
/// ```
pub fn overlay(lines: &LineView, zones: &BorderIndex) -> Result<Vec<Stretch>, JoinError> {
    check_lines(lines)?;
    let per_line: Vec<Vec<Stretch>> = (0..lines.len())
        .into_par_iter()
        .map(|line| {
            let (lon, lat) = lines.line(line);
            cut_line(line as u32, &RouteMeasure::new(lon, lat), zones)
        })
        .collect();
    Ok(per_line.concat())
}

fn cut_line(line: u32, route: &RouteMeasure, zones: &BorderIndex) -> Vec<Stretch> {
    let tasks: Vec<usize> = (0..route.segments()).step_by(SEGMENTS_PER_TASK).collect();
    let walk = |&first: &usize| walk_parts(route, first, SEGMENTS_PER_TASK, zones);
    let mut parts: Vec<Part> = match tasks.as_slice() {
        [only] => walk(only),
        tasks => tasks.par_iter().map(walk).collect::<Vec<_>>().concat(),
    };
    parts.dedup_by(|next, part| {
        let same = next.zone == part.zone;
        if same {
            part.to = next.to;
        }
        same
    });
    let mut from_km: f64 = 0.0;
    parts
        .into_iter()
        .map(|Part { zone, from, to }| {
            // Two cuts within the geodesic's own error must not make the measure fall.
            let to_km = route.km_at(to.segment as usize, to.t).max(from_km);
            let stretch = Stretch { line, zone, from_km, to_km, from, to };
            from_km = to_km;
            stretch
        })
        .collect()
}

/// The parts of some consecutive segments of a route.
fn walk_parts(route: &RouteMeasure, first: usize, count: usize, zones: &BorderIndex) -> Vec<Part> {
    let mut parts: Vec<Part> = Vec::new();
    let Some((start, _)) = route.segment(first) else {
        return parts;
    };
    let mut walk = Walk::new(zones, start);
    for number in first..(first + count).min(route.segments()) {
        let Some((a, b)) = route.segment(number) else {
            break;
        };
        let segment = number as u32;
        let mut from = Place { segment, t: 0.0 };
        walk.step(a, b, |end, zone| {
            let to = Place { segment, t: end };
            match parts.last_mut() {
                Some(part) if part.zone == zone => part.to = to,
                _ => parts.push(Part { zone, from, to }),
            }
            from = to;
        });
    }
    parts
}
