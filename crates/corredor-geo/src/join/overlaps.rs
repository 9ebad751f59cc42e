//! Zones of one layer that overlap.

use rayon::prelude::*;

use super::JoinError;
use super::open::{edge, open_edges};
use super::shares::{Oriented, Pair, Segment, bounds, pieces, same_side};
use crate::index::{BoxTree, Position};
use crate::view::ZoneView;

/// Overlaps below this are digits, not mistakes; square kilometres: a square metre.
pub const MIN_OVERLAP_KM2: f64 = 1e-6;

/// Two zones that share an area.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Overlap {
    /// Numbers of the two zones, the smaller first.
    pub zones: (u32, u32),
    /// The area in both, square kilometres.
    pub km2: f64,
}

/// The pairs of zones of one layer that share an area of at least [`MIN_OVERLAP_KM2`], by
/// their numbers.
///
/// Edges that two zones run along in opposite directions cancel: across them the number of
/// zones that hold a place stays the same. So it can exceed one only beside edges that do not
/// cancel, few in a layer whose zones fit each other, and only these are cut with the zones
/// near them. From the zones found there the overlaps are followed, neighbour by neighbour. O(n log n)
/// for n vertices in a layer that fits, and what its overlaps cost besides; parallel, the same
/// for any number of threads; about 60 bytes a vertex while it runs.
///
/// # Errors
///
/// [`JoinError::Index`] when offsets do not fit coordinates; [`JoinError::Share`] when an
/// area comes out that cannot be.
///
/// ```
/// use corredor_geo::join::overlaps;
/// use corredor_geo::ZoneView;
///
/// let two = ZoneView {
///     lon: &[0., 1., 1., 0., 0., 0.75, 2., 2., 0.75, 0.75],
///     lat: &[0., 0., 1., 1., 0., 0., 0., 1., 1., 0.],
///     rings: &[0, 5, 10],
///     polygons: &[0, 1, 2],
///     zones: &[0, 1, 2],
/// };
/// let found = overlaps(&two)?;
/// assert_eq!((found.len(), found[0].zones), (1, (0, 1)));
/// assert!((found[0].km2 - 3077.0).abs() < 1.0);
/// # Ok::<(), corredor_geo::join::JoinError>(())
/// ```
pub fn overlaps(view: &ZoneView) -> Result<Vec<Overlap>, JoinError> {
    let zones = Oriented::new(view)?;
    let boxes = BoxTree::new(zones.bands.boxes());
    let mut known = vec![false; zones.bands.len()];
    let mut to_follow: Vec<u32> = Vec::new();
    for (zone, other) in beside_open_edges(&zones, &boxes) {
        for found in [zone, other] {
            if !std::mem::replace(&mut known[found as usize], true) {
                to_follow.push(found);
            }
        }
    }
    let mut all = Vec::new();
    while !to_follow.is_empty() {
        let found: Vec<(Vec<u32>, Vec<Overlap>)> = to_follow
            .par_iter()
            .map(|&zone| overlaps_of(&zones, &boxes, zone))
            .collect::<Result<_, JoinError>>()?;
        to_follow.clear();
        for (near, overlaps) in found.into_iter().filter(|(_, overlaps)| !overlaps.is_empty()) {
            all.extend(overlaps);
            // Neighbours too: over a border that both zones of an overlap end at, it may go on.
            to_follow.extend(near.into_iter().filter(|&z| !std::mem::replace(&mut known[z as usize], true)));
        }
    }
    all.sort_unstable_by_key(|overlap| overlap.zones);
    all.dedup_by_key(|overlap| overlap.zones);
    Ok(all)
}

/// The zones whose boxes touch that of a zone, and what it shares with them.
fn overlaps_of(zones: &Oriented, boxes: &BoxTree, zone: u32) -> Result<(Vec<u32>, Vec<Overlap>), JoinError> {
    let [west, south, east, north] = zones.bands.boxes()[zone as usize];
    let mut near: Vec<u32> = boxes.touching((west, south), (east, north)).filter(|&z| z != zone).collect();
    near.sort_unstable();
    let mut found = Vec::new();
    for &other in &near {
        // The smaller first, so that both find the same area to the last digit.
        let pair = (zone.min(other), zone.max(other));
        let of_km2 = zones.area_km2(pair.0 as usize);
        let km2 = Pair { zones, zone: pair.0 as usize, covers: zones, cover: pair.1 as usize }
            .checked_km2(of_km2)?;
        if km2 >= MIN_OVERLAP_KM2 {
            found.push(Overlap { zones: pair, km2 });
        }
    }
    Ok((near, found))
}

/// Pairs of zones of which the second holds a piece of an edge of the first that does not
/// cancel, or runs along it on the same side.
fn beside_open_edges(zones: &Oriented, boxes: &BoxTree) -> Vec<(u32, u32)> {
    let view = zones.view();
    let open = open_edges(&view, (0..view.len()).flat_map(|zone| view.polygons_of(zone)).flatten());
    let found: Vec<Vec<(u32, u32)>> = open
        .par_chunks(256)
        .map(|edges| {
            let (mut pairs, mut met, mut cuts) = (Vec::new(), Vec::new(), Vec::new());
            for &start in edges {
                let (zone, (a, b)) = (zone_of(&view, start), edge(&view, start));
                for other in boxes.touching(a, b).filter(|&other| other != zone) {
                    if !pairs.contains(&(zone, other)) && holds(zones, other, (a, b), &mut met, &mut cuts) {
                        pairs.push((zone, other));
                    }
                }
            }
            pairs
        })
        .collect();
    let mut pairs: Vec<(u32, u32)> = found.into_iter().flatten().collect();
    pairs.sort_unstable();
    pairs.dedup();
    pairs
}

/// The zone whose edge starts at a vertex.
fn zone_of(view: &ZoneView, start: u32) -> u32 {
    let of = |offsets: &[i32], at: i32| offsets.partition_point(|&offset| offset <= at) as i32 - 1;
    of(view.zones, of(view.polygons, of(view.rings, start as i32))) as u32
}

/// Whether a zone holds a piece of an edge, or has it on its border with itself to its left.
fn holds(zones: &Oriented, other: u32, (a, b): Segment, met: &mut Vec<Segment>, cuts: &mut Vec<f64>) -> bool {
    let [west, south, east, north] = bounds(a, b);
    met.clear();
    met.extend(zones.bands.edges_between(other as usize, south, north).filter(|&(c, d)| {
        let [w, s, e, n] = bounds(c, d);
        w <= east && e >= west && s <= north && n >= south
    }));
    cuts.clear();
    for &(c, d) in met.iter() {
        cuts.extend(super::crossing::meet(a, b, c, d).into_iter().flat_map(|met| [met.from, met.to]));
    }
    let mut held = false;
    pieces(a, b, cuts, |p, q, t| {
        held |= match zones.bands.position_along(other as usize, a, b, t) {
            Position::Inside => true,
            Position::Border => same_side(a, b, p, q, met),
            Position::Outside => false,
        };
    });
    held
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::join::shares;
    use crate::join::shares::tests::{Zones, cells, polygon, star};

    /// Every pair by the areas that all zones share with all.
    fn by_shares(view: &ZoneView) -> Vec<(u32, u32)> {
        let found = shares(view, view).unwrap().shares;
        let apart = found.iter().filter(|s| s.zone < s.cover && s.km2 >= MIN_OVERLAP_KM2);
        apart.map(|s| (s.zone, s.cover)).collect()
    }

    proptest! {
        #[test]
        fn those_found_are_all_that_share_an_area(stars in prop::collection::vec(star(), 1..6), tiled: bool) {
            let mut all = if tiled { cells(&[0.0, 3.0, 5.0, 9.0]) } else { Vec::new() };
            all.extend(stars);
            let zones = Zones::new(&all);
            let found: Vec<(u32, u32)> = overlaps(&zones.view()).unwrap().iter().map(|o| o.zones).collect();
            prop_assert_eq!(found, by_shares(&zones.view()));
        }
    }

    #[test]
    fn cells_that_fit_do_not_overlap_and_two_sets_of_them_do() {
        let fit = cells(&[0.0, 1.0, 2.5, 3.0]);
        assert_eq!(overlaps(&Zones::new(&fit).view()).unwrap(), []);
        // Twice the same: every edge cancels with that of a neighbour of the other set.
        let twice: Vec<_> = fit.iter().chain(&fit).cloned().collect();
        let found = overlaps(&Zones::new(&twice).view()).unwrap();
        assert_eq!(
            found.iter().map(|o| o.zones).collect::<Vec<_>>(),
            (0..9).map(|i| (i, i + 9)).collect::<Vec<_>>()
        );
        // A state over its zones, with its border theirs.
        let mut state = fit.clone();
        state.push(polygon(vec![(0.0, 0.0), (3.0, 0.0), (3.0, 3.0), (0.0, 3.0)]));
        assert_eq!(overlaps(&Zones::new(&state).view()).unwrap().len(), 9);
    }
}
