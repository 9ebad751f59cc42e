//! Contiguity: zones whose borders meet are neighbours.
//!
//! - `pairs`: which zones share a cell of the grid, each pair tested until it is found to meet
//! - `exact`: common vertices and common parts of edges, bit for bit
//! - `near`: borders within a tolerance
//! - `beside`: borders that run within a tolerance of each other for a while
//! - `seam`: borders at the date line, of which one side is at 180 and the other at -180

mod beside;
mod exact;
mod near;
mod pairs;
mod seam;
#[cfg(test)]
mod tests;

use super::weights::check_count;
use super::{Contiguity, HotspotError};
use crate::index::EdgeCells;
use crate::view::ZoneView;

/// The widest tolerance, metres: beyond it zones are near, not contiguous.
pub const MAX_TOLERANCE_M: f64 = 10_000.0;

/// Cells of the grid per edge of a border. A pair of zones costs its tests once, in the
/// first cell where it meets, so the cells may be wide.
const CELLS_PER_EDGE: f64 = 0.25;

/// The same where a border is followed edge by edge.
const CELLS_PER_EDGE_BESIDE: f64 = 1.0;

/// What two zones must share to be neighbours.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ContiguityRule {
    /// A vertex, or a part of an edge.
    #[default]
    Queen,
    /// A part of an edge: a corner is not enough.
    Rook,
}

/// When zones are neighbours.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct ContiguityOptions {
    /// What they must share.
    pub rule: ContiguityRule,
    /// How far apart borders may be and still count as shared, geodesic metres, 0 to
    /// [`MAX_TOLERANCE_M`]; at 0 they are compared bit for bit.
    pub tolerance_m: f64,
}

/// Who is a neighbour of whom, by the borders of zones.
///
/// Without a tolerance two zones are neighbours when
/// - by queen, a vertex of one equals a vertex of the other in both coordinates, bit for bit
///   (−0 equals 0), or they are neighbours by rook;
/// - by rook, an edge of one and an edge of the other lie on one line and have more than a
///   point in common, by exact predicates. Equal edges do.
///
/// Longitudes of 180 and -180 are one: zones on both sides of the date line meet there as anywhere else.
///
/// With a tolerance they are neighbours when
/// - by queen, their borders cross or come within it, measured from vertex to edge;
/// - by rook, the border of one stays within it of the other's without a break for more
///   than four times the tolerance. (Borders that part at a corner are within it for
///   `1 / sin(angle)` times the tolerance on each side; so corners that open by 30 degrees
///   or more do not count, nor do zones whose whole outline is shorter.)
///
/// # When to use this
/// Without a tolerance for layers whose common borders have the same vertices on both
/// sides, as census offices deliver them. Where borders were simplified zone by zone,
/// neighbours are missed and zones become islands ([`Contiguity::islands`] lists them):
/// give the tolerance they were simplified with. One wider than the narrowest zone makes
/// neighbours across it.
///
/// # Complexity
/// Edges go by the cells of a grid, and a pair of zones is tested until it is found to
/// meet: O(vertices) for zones of like detail, in parallel, with the same result for any
/// number of threads. Edges crowded into few cells are swept by longitude. About 4 bytes a
/// vertex.
///
/// # Errors
/// [`HotspotError::Tolerance`] outside its range; [`HotspotError::TooManyZones`] beyond
/// `u32::MAX`; [`HotspotError::Index`] when the offsets of the view do not fit its
/// coordinates.
///
/// ```
/// use corredor_geo::hotspot::{ContiguityOptions, ContiguityRule, contiguity, queen};
/// use corredor_geo::ZoneView;
/// // Two triangles that share the corner (1, 0).
/// let zones = ZoneView {
///     lon: &[0.0, 1.0, 0.0, 0.0, 1.0, 2.0, 2.0, 1.0],
///     lat: &[0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 1.0, 0.0],
///     rings: &[0, 4, 8],
///     polygons: &[0, 1, 2],
///     zones: &[0, 1, 2],
/// };
/// assert_eq!(queen(&zones)?.of(0), [1]);
/// let rook = ContiguityOptions { rule: ContiguityRule::Rook, tolerance_m: 0.0 };
/// assert_eq!(contiguity(&zones, &rook)?.islands(), [0, 1]);
/// # Ok::<(), corredor_geo::hotspot::HotspotError>(())
/// ```
pub fn contiguity(zones: &ZoneView<'_>, options: &ContiguityOptions) -> Result<Contiguity, HotspotError> {
    check_count(zones.len())?;
    let tolerance_m = options.tolerance_m;
    if !(0.0..=MAX_TOLERANCE_M).contains(&tolerance_m) {
        return Err(HotspotError::Tolerance { tolerance_m, limit: MAX_TOLERANCE_M });
    }
    let mut found = links(zones, options)?;
    if let Some(seam) = seam::Seam::of(zones, near::pad_deg(zones, tolerance_m).0) {
        found.extend(links(&seam.view(), options)?.iter().map(|&(a, b)| (seam.number(a), seam.number(b))));
    }
    found.extend_from_within(..);
    let half = found.len() / 2;
    for pair in &mut found[half..] {
        *pair = (pair.1, pair.0);
    }
    found.sort_unstable();
    found.dedup();
    Ok(Contiguity::from_sorted_links(zones.len(), &found))
}

/// The pairs of zones that meet as they are drawn, smaller number first; some more than once.
fn links(zones: &ZoneView<'_>, options: &ContiguityOptions) -> Result<Vec<(u32, u32)>, HotspotError> {
    let tolerance_m = options.tolerance_m;
    let pad = near::pad_deg(zones, tolerance_m);
    let beside = options.rule == ContiguityRule::Rook && tolerance_m > 0.0;
    let density = if beside { CELLS_PER_EDGE_BESIDE } else { CELLS_PER_EDGE };
    let cells = EdgeCells::new(zones, density, (pad.0 / 2.0, pad.1 / 2.0))?;
    Ok(match (options.rule, tolerance_m > 0.0) {
        (ContiguityRule::Queen, false) => pairs::meeting(&cells, (0.0, 0.0), exact::touch),
        (ContiguityRule::Rook, false) => pairs::meeting(&cells, (0.0, 0.0), exact::overlap),
        (ContiguityRule::Queen, true) => {
            pairs::meeting(&cells, pad, |e, f| near::within(e, f, tolerance_m / 1000.0))
        }
        (ContiguityRule::Rook, true) => beside::running(&cells, pad, tolerance_m / 1000.0),
    })
}

/// Queen contiguity without a tolerance: see [`contiguity`].
///
/// # Errors
/// As [`contiguity`].
pub fn queen(zones: &ZoneView<'_>) -> Result<Contiguity, HotspotError> {
    contiguity(zones, &ContiguityOptions::default())
}
