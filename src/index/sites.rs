//! An R-tree over points in three dimensions.

use rstar::RTree;
use rstar::primitives::GeomWithData;

use super::IndexError;
use super::error::check_coordinates;
use crate::geodesy::to_ecef_km;
use crate::layer::PointView;

/// Points on the ellipsoid by their Earth-centred positions, so that neither the poles nor
/// the date line are special.
#[derive(Debug)]
pub struct SiteTree(RTree<GeomWithData<[f64; 3], u32>>);

impl SiteTree {
    /// Builds the tree; points are numbered in their order. O(n log n).
    ///
    /// # Errors
    ///
    /// [`IndexError::CoordinateCount`] when the two slices differ in length.
    pub fn new(points: &PointView) -> Result<Self, IndexError> {
        check_coordinates("sites", points.lon, points.lat)?;
        let items = (0_u32..)
            .zip(points.lon.iter().zip(points.lat))
            .map(|(i, (&lon, &lat))| GeomWithData::new(to_ecef_km(lon, lat), i))
            .collect();
        Ok(Self(RTree::bulk_load(items)))
    }

    /// All points from the nearest outward, each with its chord in kilometres.
    pub fn outward(&self, lon: f64, lat: f64) -> impl Iterator<Item = (u32, f64)> + '_ {
        self.0
            .nearest_neighbor_iter_with_distance_2(to_ecef_km(lon, lat))
            .map(|(item, chord2)| (item.data, chord2.sqrt()))
    }

    /// The points whose chord is at most `km`, in no stated order.
    pub fn within_chord(&self, lon: f64, lat: f64, km: f64) -> impl Iterator<Item = u32> + '_ {
        // A negative radius would turn positive when squared.
        let squared = if km >= 0.0 { km * km } else { -1.0 };
        self.0.locate_within_distance(to_ecef_km(lon, lat), squared).map(|item| item.data)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn neighbours_come_outward_across_the_date_line() {
        let points = PointView { lon: &[179.9, -179.9, 0.0], lat: &[0.0, 0.0, 0.0] };
        let tree = SiteTree::new(&points).unwrap();
        let order: Vec<u32> = tree.outward(-179.95, 0.0).map(|(i, _)| i).collect();
        assert_eq!(order, [1, 0, 2]);
        assert_eq!(tree.within_chord(-179.95, 0.0, 20.0).count(), 2);
        assert_eq!(tree.within_chord(-179.9, 0.0, -1.0).count(), 0);
    }

    #[test]
    fn unequal_slices_are_refused() {
        let points = PointView { lon: &[1.0], lat: &[] };
        assert!(SiteTree::new(&points).is_err());
    }
}
