//! Coverage of stretches: how near a site, and how much of a gap.

use rayon::prelude::*;

use super::{CoverageError, Gap};
use crate::geodesy::{Piece, interpolate};
use crate::index::check_lines;
use crate::join::{SiteIndex, Stretch};
use crate::view::LineView;

/// How a stretch is covered.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct StretchCoverage {
    /// The least geodesic distance to a site anywhere along the stretch, kilometres; `None`
    /// without sites.
    pub near_km: Option<f64>,
    /// The site at that distance; of equally near ones the smallest number.
    pub near_site: Option<u32>,
    /// Kilometres of the stretch that are in a gap.
    pub gap_km: f64,
}

/// Measures stretches against sites and against the gaps of the same lines, in the order of
/// the stretches. `geometry` has one line per stretch, in their order
/// ([`StretchLines`](crate::join::StretchLines)); of the stretches themselves the line and
/// the kilometres count.
///
/// The least distance is the true minimum along the stretch, not the least of samples. The
/// kilometres in gaps of a line's stretches add up to the kilometres of its gaps. Parallel
/// over stretches; `gaps` must be in the order [`gaps`](super::gaps) gives, by line and
/// kilometre.
///
/// # Errors
///
/// [`CoverageError::StretchCount`] unless there is one line per stretch;
/// [`CoverageError::Index`] when the offsets of the lines do not fit their coordinates.
///
/// ```
/// use corredor_geo::coverage::{cover_stretches, gaps};
/// use corredor_geo::join::{BorderIndex, SiteIndex, StretchLines, overlay};
/// use corredor_geo::{LineView, PointView, ZoneView};
///
/// let lines = LineView { lon: &[0.0, 1.0], lat: &[0.0, 0.0], lines: &[0, 2] };
/// let none = ZoneView { lon: &[], lat: &[], rings: &[0], polygons: &[0], zones: &[0] };
/// let keys: [&str; 0] = [];
/// let stretches = overlay(&lines, &BorderIndex::new(&none, &keys)?)?;
/// let drawn = StretchLines::draw(&stretches, &lines).unwrap();
/// let sites = SiteIndex::new(&PointView { lon: &[0.5], lat: &[0.1] })?;
/// let gaps = gaps(&lines, &sites, 30.0)?;
/// let covered = cover_stretches(&stretches, &drawn.view(), &sites, &gaps)?;
/// assert!((covered[0].near_km.unwrap() - 11.057).abs() < 1e-3);
/// assert!((covered[0].gap_km - 55.5).abs() < 0.1);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn cover_stretches(
    stretches: &[Stretch],
    geometry: &LineView,
    sites: &SiteIndex,
    gaps: &[Gap],
) -> Result<Vec<StretchCoverage>, CoverageError> {
    if geometry.len() != stretches.len() {
        return Err(CoverageError::StretchCount { lines: geometry.len(), stretches: stretches.len() });
    }
    check_lines(geometry)?;
    let covered = stretches
        .par_iter()
        .enumerate()
        .map(|(row, stretch)| {
            let near = nearest_along(geometry.line(row), sites);
            StretchCoverage {
                near_km: near.map(|(_, km)| km),
                near_site: near.map(|(site, _)| site),
                gap_km: gap_km(stretch, gaps),
            }
        })
        .collect();
    Ok(covered)
}

/// The nearest site along a line and its distance in kilometres.
fn nearest_along((lon, lat): (&[f64], &[f64]), sites: &SiteIndex) -> Option<(u32, f64)> {
    let mut best = sites.nearest(*lon.first()?, *lat.first()?)?;
    for (x, y) in lon.windows(2).zip(lat.windows(2)) {
        let whole = Piece { a: (x[0], y[0]), b: (x[1], y[1]) };
        for (start, end) in whole.shares() {
            let piece =
                Piece { a: interpolate(whole.a, whole.b, start), b: interpolate(whole.a, whole.b, end) };
            let middle = interpolate(piece.a, piece.b, 0.5);
            let radius = best.1 + 0.5 * piece.bound_km() + 1e-6;
            for (site, _) in sites.within(middle.0, middle.1, radius) {
                if let Some(at) = sites.position(site) {
                    let (_, km) = piece.closest(at);
                    if (km, site) < (best.1, best.0) {
                        best = (site, km);
                    }
                }
            }
        }
    }
    Some(best)
}

/// Kilometres that a stretch shares with the gaps of its line.
fn gap_km(stretch: &Stretch, gaps: &[Gap]) -> f64 {
    let first = gaps.partition_point(|g| (g.line, g.to_km) < (stretch.line, stretch.from_km));
    gaps[first..]
        .iter()
        .take_while(|g| g.line == stretch.line && g.from_km < stretch.to_km)
        .map(|g| (g.to_km.min(stretch.to_km) - g.from_km.max(stretch.from_km)).max(0.0))
        .sum()
}
