//! Point in zone, with one rule for borders and overlaps.

use rayon::prelude::*;

use super::JoinError;
use crate::index::{BandedZones, BoxTree, Position};
use crate::view::ZoneView;

/// The answer of [`ZoneIndex::locate_many`] for a point in no zone.
pub const OUTSIDE: u32 = u32::MAX;

/// Points handed to one thread at a time: enough to hide the cost of handing over, few
/// enough to share a small layer between threads.
const POINTS_PER_TASK: usize = 2048;

/// Finds the zone of points.
///
/// A point on a border belongs to the zones on both sides, one in the hole of a zone does
/// not belong to it, one on the border of a hole does. Of several zones, the one with the
/// smallest key wins (text order; equal keys: the first). So each point has at most one
/// zone, whatever the order of the zones. Orientation predicates are exact, so no rounding
/// decides.
///
/// Candidates come from an R-tree over zone boxes; each is tested on one band of its edges.
///
/// ```
/// use corredor_geo::join::ZoneIndex;
/// use corredor_geo::ZoneView;
///
/// // Two unit squares that share the border at longitude 1.
/// let zones = ZoneView {
///     lon: &[0.0, 1.0, 1.0, 0.0, 0.0, 1.0, 2.0, 2.0, 1.0, 1.0],
///     lat: &[0.0, 0.0, 1.0, 1.0, 0.0, 0.0, 0.0, 1.0, 1.0, 0.0],
///     rings: &[0, 5, 10],
///     polygons: &[0, 1, 2],
///     zones: &[0, 1, 2],
/// };
/// let index = ZoneIndex::new(&zones, &["02", "01"])?;
/// assert_eq!(index.locate(0.5, 0.5), Some(0));
/// assert_eq!(index.locate(1.0, 0.5), Some(1), "on the border, the smallest key");
/// assert_eq!(index.locate(3.0, 0.5), None);
/// # Ok::<(), corredor_geo::join::JoinError>(())
/// ```
#[derive(Debug)]
pub struct ZoneIndex {
    bands: BandedZones,
    boxes: BoxTree,
    /// The place of each zone in the order of keys.
    rank: Vec<u32>,
}

impl ZoneIndex {
    /// Indexes zones; `keys` gives the key of each. Zones without geometry are kept and
    /// contain nothing. O(vertices), parallel; about 26 bytes a vertex.
    ///
    /// # Errors
    ///
    /// [`JoinError::KeyCount`] unless there is one key per zone; [`JoinError::Index`] when
    /// the offsets of the view do not fit its coordinates.
    pub fn new<K: AsRef<str>>(view: &ZoneView, keys: &[K]) -> Result<Self, JoinError> {
        if keys.len() != view.len() {
            return Err(JoinError::KeyCount { keys: keys.len(), zones: view.len() });
        }
        let mut rank = vec![0; keys.len()];
        for (place, &zone) in (0_u32..).zip(&in_key_order(keys)) {
            rank[zone as usize] = place;
        }
        let bands = BandedZones::new(view)?;
        let boxes = BoxTree::new(bands.boxes());
        Ok(Self { bands, boxes, rank })
    }

    /// Number of zones.
    pub fn len(&self) -> usize {
        self.rank.len()
    }

    /// Whether there are no zones.
    pub fn is_empty(&self) -> bool {
        self.rank.is_empty()
    }

    /// The zone of a point, `None` outside all zones. About a microsecond.
    pub fn locate(&self, lon: f64, lat: f64) -> Option<u32> {
        let mut best: Option<u32> = None;
        for zone in self.boxes.at(lon, lat) {
            let better = best.is_none_or(|b| self.rank(zone) < self.rank(b));
            if better && self.bands.position(zone as usize, lon, lat).touches() {
                best = Some(zone);
            }
        }
        best
    }

    /// The zones of many points, in parallel: `out[i]` becomes the zone of point `i`, or
    /// [`OUTSIDE`].
    ///
    /// # Errors
    ///
    /// [`JoinError::SliceLength`] unless the three slices are equally long.
    pub fn locate_many(&self, lon: &[f64], lat: &[f64], out: &mut [u32]) -> Result<(), JoinError> {
        if lon.len() != lat.len() || lon.len() != out.len() {
            return Err(JoinError::SliceLength { lon: lon.len(), lat: lat.len(), out: out.len() });
        }
        out.par_chunks_mut(POINTS_PER_TASK)
            .zip(lon.par_chunks(POINTS_PER_TASK))
            .zip(lat.par_chunks(POINTS_PER_TASK))
            .for_each(|((out, lon), lat)| {
                for ((out, &lon), &lat) in out.iter_mut().zip(lon).zip(lat) {
                    *out = self.locate(lon, lat).unwrap_or(OUTSIDE);
                }
            });
        Ok(())
    }

    /// Fills `zones` with all zones that contain or touch a point, smallest key first.
    pub fn touching(&self, lon: f64, lat: f64, zones: &mut Vec<u32>) {
        zones.clear();
        let touches = |&zone: &u32| self.bands.position(zone as usize, lon, lat).touches();
        zones.extend(self.boxes.at(lon, lat).filter(touches));
        zones.sort_unstable_by_key(|&zone| self.rank(zone));
    }

    /// Where a point lies relative to one zone; outside for a zone that does not exist.
    pub fn position(&self, zone: u32, lon: f64, lat: f64) -> Position {
        if (zone as usize) < self.len() {
            self.bands.position(zone as usize, lon, lat)
        } else {
            Position::Outside
        }
    }

    /// The place of a zone in the order of keys.
    fn rank(&self, zone: u32) -> u32 {
        self.rank[zone as usize]
    }
}

/// The numbers of the zones in the order of their keys; equal keys keep their order.
pub fn in_key_order<K: AsRef<str>>(keys: &[K]) -> Vec<u32> {
    let mut order: Vec<u32> = (0_u32..).take(keys.len()).collect();
    order.sort_by_key(|&zone| keys[zone as usize].as_ref());
    order
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A square with a square hole, and a square that fills the hole.
    fn nested(keys: [&str; 2]) -> ZoneIndex {
        let view = ZoneView {
            lon: &[0., 4., 4., 0., 0., 1., 1., 3., 3., 1., 1., 3., 3., 1., 1.],
            lat: &[0., 0., 4., 4., 0., 1., 3., 3., 1., 1., 1., 1., 3., 3., 1.],
            rings: &[0, 5, 10, 15],
            polygons: &[0, 2, 3],
            zones: &[0, 1, 2],
        };
        ZoneIndex::new(&view, &keys).unwrap()
    }

    #[test]
    fn holes_are_outside_and_their_border_is_shared() {
        let index = nested(["a", "b"]);
        assert_eq!(index.locate(0.5, 0.5), Some(0));
        assert_eq!(index.locate(2.0, 2.0), Some(1));
        for (lon, lat) in [(1.0, 2.0), (3.0, 3.0), (2.0, 1.0), (1.0, 1.0)] {
            assert_eq!(index.locate(lon, lat), Some(0));
            assert_eq!(nested(["b", "a"]).locate(lon, lat), Some(1));
            let mut both = vec![7];
            index.touching(lon, lat, &mut both);
            assert_eq!(both, [0, 1]);
        }
        assert_eq!(index.locate(4.0, 4.0), Some(0));
        assert_eq!(index.locate(4.0_f64.next_up(), 4.0), None);
        assert_eq!(index.locate(f64::NAN, 2.0), None);
        assert_eq!(index.position(0, 1.0, 2.0), Position::Border);
        assert_eq!(index.position(9, 1.0, 2.0), Position::Outside);
    }

    #[test]
    fn many_answers_as_one() {
        let index = nested(["a", "b"]);
        let lon: Vec<f64> = (0..5000).map(|i| f64::from(i) * 0.001).collect();
        let lat = vec![1.0; lon.len()];
        let mut zones = vec![0; lon.len()];
        index.locate_many(&lon, &lat, &mut zones).unwrap();
        for (i, &zone) in zones.iter().enumerate() {
            assert_eq!(index.locate(lon[i], 1.0).unwrap_or(OUTSIDE), zone);
        }
        assert!(index.locate_many(&lon, &lat[1..], &mut zones).is_err());
        assert!(index.locate_many(&[], &[], &mut []).is_ok());
    }

    #[test]
    fn layers_without_zones_or_geometry_contain_nothing() {
        let keys: [&str; 0] = [];
        let none = ZoneView { lon: &[], lat: &[], rings: &[], polygons: &[], zones: &[] };
        assert_eq!(ZoneIndex::new(&none, &keys).unwrap().locate(0.0, 0.0), None);
        let hollow = ZoneView { lon: &[], lat: &[], rings: &[0], polygons: &[0], zones: &[0, 0] };
        assert_eq!(ZoneIndex::new(&hollow, &["x"]).unwrap().locate(0.0, 0.0), None);
        let refused = ZoneIndex::new(&hollow, &keys).unwrap_err();
        assert_eq!(refused, JoinError::KeyCount { keys: 0, zones: 1 });
    }
}
