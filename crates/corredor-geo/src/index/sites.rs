//! Sites by their Earth-centred positions.

use rayon::prelude::*;

use super::IndexError;
use super::error::check_coordinates;
use super::tree3::{Box3, Tree3};
use crate::geodesy::{longest_geodesic2_km2, to_ecef_km};
use crate::view::PointView;

/// Sites of a leaf: their distances are worked out together.
const LEAF: usize = 8;

/// Points on the ellipsoid by their Earth-centred positions, so that neither the poles nor
/// the date line are special.
///
/// Chords decide who may be near: a geodesic is at least as long as its chord, and at most
/// as long as a circle's arc of the least radius of curvature with the same chord
/// (Schur's theorem). What lies between is left to the geodesic itself.
#[derive(Debug)]
pub struct SiteTree {
    tree: Tree3,
    x: Vec<f64>,
    y: Vec<f64>,
    z: Vec<f64>,
}

/// A site that may be among those looked for.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Candidate {
    /// The square of its chord, square kilometres.
    pub(crate) chord2_km2: f64,
    /// Its number.
    pub(crate) site: u32,
}

impl SiteTree {
    /// Builds the tree; points are numbered in their order. O(n log n), parallel.
    ///
    /// # Errors
    ///
    /// [`IndexError::CoordinateCount`] when the two slices differ in length.
    pub fn new(points: &PointView) -> Result<Self, IndexError> {
        check_coordinates("sites", points.lon, points.lat)?;
        let places: Vec<[f64; 3]> =
            points.lon.par_iter().zip(points.lat).map(|(&lon, &lat)| to_ecef_km(lon, lat)).collect();
        let boxes: Vec<Box3> = places.iter().map(|&p| Box3::at(p)).collect();
        let tree = Tree3::new(&boxes, LEAF);
        let axis = |axis: usize| tree.order().iter().map(|&i| places[i as usize][axis]).collect();
        let (x, y, z) = (axis(0), axis(1), axis(2));
        Ok(Self { tree, x, y, z })
    }

    /// Fills `found` with the sites that may be among the `k` nearest to a position, by
    /// their chords; every site that is, is there. Nearest chord first, equal ones by number.
    pub(crate) fn nearest(&self, lon: f64, lat: f64, k: usize, found: &mut Vec<Candidate>) {
        found.clear();
        if k == 0 {
            return;
        }
        let from = to_ecef_km(lon, lat);
        let mut bound2 = f64::INFINITY;
        // The smallest chords so far, ascending; the last of them sets the bound.
        let mut least: Vec<f64> = Vec::new();
        let mut only = f64::INFINITY;
        self.tree.search(&from, f64::INFINITY, |leaf| {
            let chords = self.chords2(&from, leaf.clone());
            for (&chord2, &site) in chords.iter().zip(&self.tree.order()[leaf]) {
                // Neither what is too far nor what is nowhere.
                if chord2 <= bound2 && chord2 < f64::INFINITY {
                    found.push(Candidate { chord2_km2: chord2, site });
                    if k == 1 {
                        only = only.min(chord2);
                        bound2 = longest_geodesic2_km2(only);
                    } else {
                        let at = least.partition_point(|&other| other <= chord2);
                        least.insert(at, chord2);
                        least.truncate(k);
                        bound2 = least.get(k - 1).map_or(f64::INFINITY, |&last| longest_geodesic2_km2(last));
                    }
                }
            }
            bound2
        });
        found.retain(|c| c.chord2_km2 <= bound2);
        sort(found);
    }

    /// Fills `found` with the sites whose chord is at most `km`: every site that is at most
    /// so far is there. Nearest chord first, equal ones by number.
    pub(crate) fn within(&self, lon: f64, lat: f64, km: f64, found: &mut Vec<Candidate>) {
        found.clear();
        // A negative radius would turn positive when squared.
        if km.is_nan() || km < 0.0 {
            return;
        }
        let from = to_ecef_km(lon, lat);
        // Room for the rounding of positions and of geodesics.
        let bound2 = km * km * (1.0 + 1e-9) + 1.1e-7;
        self.tree.search(&from, bound2, |leaf| {
            let chords = self.chords2(&from, leaf.clone());
            for (&chord2, &site) in chords.iter().zip(&self.tree.order()[leaf]) {
                if chord2 <= bound2 {
                    found.push(Candidate { chord2_km2: chord2, site });
                }
            }
            bound2
        });
        sort(found);
    }

    /// The squared chords to the sites of a leaf; infinite beyond its last.
    fn chords2(&self, from: &[f64; 3], leaf: std::ops::Range<usize>) -> [f64; LEAF] {
        let mut chords2 = [f64::INFINITY; LEAF];
        let (x, y, z) = (&self.x[leaf.clone()], &self.y[leaf.clone()], &self.z[leaf]);
        for (((chord2, x), y), z) in chords2.iter_mut().zip(x).zip(y).zip(z) {
            let (dx, dy, dz) = (x - from[0], y - from[1], z - from[2]);
            *chord2 = dx * dx + dy * dy + dz * dz;
        }
        chords2
    }
}

fn sort(found: &mut [Candidate]) {
    found.sort_unstable_by(|a, b| a.chord2_km2.total_cmp(&b.chord2_km2).then(a.site.cmp(&b.site)));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn candidates_cross_the_date_line() {
        let points = PointView { lon: &[179.9, -179.9, 0.0], lat: &[0.0, 0.0, 0.0] };
        let tree = SiteTree::new(&points).unwrap();
        let mut found = Vec::new();
        let sites = |found: &[Candidate]| found.iter().map(|c| c.site).collect::<Vec<_>>();
        tree.nearest(-179.95, 0.0, 2, &mut found);
        assert_eq!(sites(&found), [1, 0]);
        tree.within(-179.95, 0.0, 20.0, &mut found);
        assert_eq!(sites(&found), [1, 0]);
        tree.within(-179.9, 0.0, -1.0, &mut found);
        assert!(found.is_empty());
    }

    #[test]
    fn chords_that_cannot_decide_leave_both() {
        // On the flattened Earth a quarter of the meridian is shorter than one of the
        // equator: just past the pole the way is longer and the chord still shorter.
        let points = PointView { lon: &[180.0, 90.0], lat: &[89.84, 0.0] };
        let tree = SiteTree::new(&points).unwrap();
        let mut found = Vec::new();
        tree.nearest(0.0, 0.0, 1, &mut found);
        assert_eq!(found.iter().map(|c| c.site).collect::<Vec<_>>(), [0, 1]);
    }

    #[test]
    fn unequal_slices_are_refused_and_places_off_the_earth_are_nowhere() {
        assert!(SiteTree::new(&PointView { lon: &[1.0], lat: &[] }).is_err());
        let tree = SiteTree::new(&PointView { lon: &[0.0, 1.0], lat: &[91.0, 1.0] }).unwrap();
        let mut found = Vec::new();
        tree.nearest(0.0, 0.0, 2, &mut found);
        assert_eq!(found.len(), 1);
        tree.nearest(0.0, f64::NAN, 2, &mut found);
        assert!(found.is_empty());
    }
}
