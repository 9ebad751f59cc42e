//! Gaps: parts of a route beyond the reach of every site.

use rayon::prelude::*;

use super::CoverageError;
use super::reach::MAX_REACH_KM;
use crate::geodesy::{Piece, RouteMeasure, interpolate};
use crate::index::check_lines;
use crate::join::SiteIndex;
use crate::view::LineView;

/// Gaps shorter than this are no gaps: the ends of two reaches that meet in one place are
/// found to fifty nanometres each. Kilometres: a tenth of a millimetre.
const MIN_GAP_KM: f64 = 1e-7;

/// A part of a line that is farther than the reach from every site.
#[derive(Clone, Debug, PartialEq)]
pub struct Gap {
    /// Number of the line.
    pub line: u32,
    /// Where the gap begins, kilometres from the start of the line.
    pub from_km: f64,
    /// Where it ends, kilometres from the start of the line.
    pub to_km: f64,
    /// Longitude and latitude of its vertices, cut points included; two or more.
    pub geometry: Vec<(f64, f64)>,
    /// The site whose reach ends where the gap begins; `None` at the start of the line.
    pub site_before: Option<u32>,
    /// The site whose reach begins where the gap ends; `None` at the end of the line.
    pub site_after: Option<u32>,
}

impl Gap {
    /// Length along the line, kilometres.
    pub fn km(&self) -> f64 {
        self.to_km - self.from_km
    }
}

/// A place along a route.
#[derive(Clone, Copy)]
struct Place {
    segment: usize,
    t: f64,
    km: f64,
}

/// A part of a route within reach of one site.
#[derive(Clone, Copy)]
struct Reached {
    from: Place,
    to: Place,
    site: u32,
}

/// Finds the gaps of lines: the parts farther than `reach_km`, by geodesic, from every
/// site, in order along each line.
///
/// Exact but for rounding: on each segment the interval within reach of each candidate site
/// is solved for, not sampled; the gaps are what their union leaves. A gap goes on over
/// vertices. Without sites the whole line is one gap; a line without length has none. Of
/// several sites whose reach ends in the same place, the smallest number is named. Gaps
/// under a tenth of a millimetre are rounding, and not listed. Parallel over lines.
///
/// # Errors
///
/// [`CoverageError::Reach`] unless the reach is within 0 to 1,000 km;
/// [`CoverageError::Index`] when the offsets of the lines do not fit their coordinates.
///
/// ```
/// use corredor_geo::coverage::gaps;
/// use corredor_geo::join::SiteIndex;
/// use corredor_geo::{LineView, PointView};
///
/// let lines = LineView { lon: &[0.0, 1.0], lat: &[0.0, 0.0], lines: &[0, 2] };
/// let sites = SiteIndex::new(&PointView { lon: &[0.0], lat: &[0.0] })?;
/// let found = gaps(&lines, &sites, 30.0)?;
/// assert_eq!(found.len(), 1);
/// assert!((found[0].from_km - 30.0).abs() < 1e-9);
/// assert_eq!((found[0].site_before, found[0].site_after), (Some(0), None));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn gaps(lines: &LineView, sites: &SiteIndex, reach_km: f64) -> Result<Vec<Gap>, CoverageError> {
    if !(0.0..=MAX_REACH_KM).contains(&reach_km) {
        return Err(CoverageError::Reach { reach_km });
    }
    check_lines(lines)?;
    let per_line: Vec<Vec<Gap>> = (0..lines.len())
        .into_par_iter()
        .map(|line| {
            let (lon, lat) = lines.line(line);
            gaps_of(line as u32, &RouteMeasure::new(lon, lat), sites, reach_km)
        })
        .collect();
    Ok(per_line.into_iter().flatten().collect())
}

fn gaps_of(line: u32, route: &RouteMeasure, sites: &SiteIndex, reach_km: f64) -> Vec<Gap> {
    let mut reached: Vec<Reached> = (0..route.segments())
        .into_par_iter()
        .with_min_len(16)
        .flat_map_iter(|segment| reached_on(route, segment, sites, reach_km))
        .collect();
    let by_start = |r: &Reached, s: &Reached| r.from.km.total_cmp(&s.from.km).then(r.site.cmp(&s.site));
    reached.sort_by(by_start);

    let mut gaps = Vec::new();
    let mut add = |from: Place, to: Place, site_before, site_after| {
        if to.km - from.km > MIN_GAP_KM {
            let geometry = route.slice_between((from.segment, from.t), (to.segment, to.t));
            gaps.push(Gap { line, from_km: from.km, to_km: to.km, geometry, site_before, site_after });
        }
    };
    let mut covered = Place { segment: 0, t: 0.0, km: 0.0 };
    let mut last_site = None;
    for r in &reached {
        if r.from.km > covered.km {
            add(covered, r.from, last_site, Some(r.site));
        }
        let smaller = last_site.is_none_or(|site| r.site < site);
        if r.to.km > covered.km || (r.to.km == covered.km && smaller) {
            (covered, last_site) = (r.to, Some(r.site));
        }
    }
    let end = Place { segment: route.segments().saturating_sub(1), t: 1.0, km: route.length_km() };
    add(covered, end, last_site, None);
    gaps
}

/// The parts of one segment within reach of a site.
fn reached_on(route: &RouteMeasure, segment: usize, sites: &SiteIndex, reach_km: f64) -> Vec<Reached> {
    let Some((a, b)) = route.segment(segment).filter(|(a, b)| a != b) else {
        return Vec::new();
    };
    let mut reached = Vec::new();
    for (start, end) in (Piece { a, b }).shares() {
        let piece = Piece { a: interpolate(a, b, start), b: interpolate(a, b, end) };
        let middle = interpolate(piece.a, piece.b, 0.5);
        let radius = reach_km + 0.5 * piece.bound_km() + 1e-6;
        for (site, _) in sites.within(middle.0, middle.1, radius) {
            let within = sites.position(site).and_then(|at| piece.within(at, reach_km));
            if let Some((from, to)) = within {
                let place = |share: f64| {
                    // The ends of a piece are taken over unrounded, so that neighbours meet.
                    let t = match share {
                        0.0 => start,
                        1.0 => end,
                        _ => start + share * (end - start),
                    };
                    Place { segment, t, km: route.km_at(segment, t) }
                };
                reached.push(Reached { from: place(from), to: place(to), site });
            }
        }
    }
    reached
}
