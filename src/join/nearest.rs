//! Nearest sites by geodesic distance.

use crate::geodesy::distance_km;
use crate::index::SiteTree;
use crate::join::JoinError;
use crate::layer::PointView;

/// How much a chord may be off by rounding, kilometres: 10 micrometres, far above what
/// positions of 6,400 km in doubles lose, and far below what would cost candidates.
const CHORD_ERROR_KM: f64 = 1e-8;

/// Sites, for finding the nearest ones.
///
/// Candidates come outward from an R-tree over Earth-centred positions; a chord is never
/// longer than its geodesic, so the search ends, exactly, when the next chord is longer
/// than the geodesics found. Neither the poles nor the date line are special.
///
/// ```
/// use corredor::join::SiteIndex;
/// use corredor::layer::PointView;
///
/// let sites = SiteIndex::new(&PointView { lon: &[-92.26, -91.42], lat: &[14.91, 17.47] })?;
/// let (site, km) = sites.nearest(-92.0, 15.0).unwrap();
/// assert_eq!(site, 0);
/// assert!((km - 29.6).abs() < 0.1);
/// # Ok::<(), corredor::join::JoinError>(())
/// ```
#[derive(Debug)]
pub struct SiteIndex {
    tree: SiteTree,
    lon: Vec<f64>,
    lat: Vec<f64>,
}

impl SiteIndex {
    /// Indexes sites, numbered in their order. O(n log n).
    ///
    /// # Errors
    ///
    /// [`JoinError::Index`] when the two coordinate slices differ in length.
    pub fn new(points: &PointView) -> Result<Self, JoinError> {
        let tree = SiteTree::new(points)?;
        Ok(Self { tree, lon: points.lon.to_vec(), lat: points.lat.to_vec() })
    }

    /// Number of sites.
    pub fn len(&self) -> usize {
        self.lon.len()
    }

    /// Whether there are no sites.
    pub fn is_empty(&self) -> bool {
        self.lon.is_empty()
    }

    /// Longitude and latitude of a site, degrees; `None` past the last.
    pub fn position(&self, site: u32) -> Option<(f64, f64)> {
        let i = site as usize;
        Some((*self.lon.get(i)?, *self.lat.get(i)?))
    }

    /// The nearest site and its geodesic distance in kilometres; of equally near ones the
    /// smallest number. `None` without sites.
    pub fn nearest(&self, lon: f64, lat: f64) -> Option<(u32, f64)> {
        let mut best: Option<(u32, f64)> = None;
        for (site, chord_km) in self.tree.outward(lon, lat) {
            if best.is_some_and(|(_, km)| chord_km - CHORD_ERROR_KM > km) {
                break;
            }
            let km = self.km_to(site, lon, lat);
            if best.is_none_or(|(s, k)| (km, site) < (k, s)) {
                best = Some((site, km));
            }
        }
        best
    }

    /// The `k` nearest sites with their geodesic distances in kilometres, nearest first,
    /// equally near ones by number; fewer when there are fewer sites.
    pub fn nearest_k(&self, lon: f64, lat: f64, k: usize) -> Vec<(u32, f64)> {
        let mut best: Vec<(u32, f64)> = Vec::new();
        for (site, chord_km) in self.tree.outward(lon, lat) {
            let full = best.len() >= k;
            if full && best.last().is_none_or(|&(_, km)| chord_km - CHORD_ERROR_KM > km) {
                break;
            }
            let km = self.km_to(site, lon, lat);
            let at = best.partition_point(|&(s, other)| (other, s) < (km, site));
            best.insert(at, (site, km));
            best.truncate(k);
        }
        best
    }

    /// All sites at most `km` geodesic kilometres away, with their distances, nearest
    /// first, equally near ones by number.
    pub fn within(&self, lon: f64, lat: f64, km: f64) -> Vec<(u32, f64)> {
        let mut found: Vec<(u32, f64)> = self
            .tree
            .within_chord(lon, lat, km + CHORD_ERROR_KM)
            .map(|site| (site, self.km_to(site, lon, lat)))
            .filter(|&(_, distance)| distance <= km)
            .collect();
        found.sort_unstable_by(|a, b| a.1.total_cmp(&b.1).then(a.0.cmp(&b.0)));
        found
    }

    fn km_to(&self, site: u32, lon: f64, lat: f64) -> f64 {
        distance_km(lon, lat, self.lon[site as usize], self.lat[site as usize])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ties_go_to_the_smallest_number() {
        let points = PointView { lon: &[5.0, 1.0, 1.0, -1.0], lat: &[0.0, 0.0, 0.0, 0.0] };
        let sites = SiteIndex::new(&points).unwrap();
        assert_eq!(sites.nearest(1.0, 0.0), Some((1, 0.0)));
        let order: Vec<u32> = sites.nearest_k(0.0, 0.0, 9).iter().map(|s| s.0).collect();
        assert_eq!(order, [1, 2, 3, 0]);
        assert_eq!(sites.nearest_k(0.0, 0.0, 2), sites.nearest_k(0.0, 0.0, 9)[..2]);
        assert!(sites.nearest_k(0.0, 0.0, 0).is_empty());
    }

    #[test]
    fn the_shortest_chord_is_not_always_the_shortest_way() {
        // On the flattened Earth a quarter of the meridian is shorter than one of the
        // equator: just past the pole the way is longer and the chord still shorter.
        let points = PointView { lon: &[180.0, 90.0], lat: &[89.84, 0.0] };
        let sites = SiteIndex::new(&points).unwrap();
        let by_chord: Vec<u32> = sites.tree.outward(0.0, 0.0).map(|s| s.0).collect();
        assert_eq!(by_chord, [0, 1]);
        assert_eq!(sites.nearest(0.0, 0.0).unwrap().0, 1);
        assert_eq!(sites.nearest_k(0.0, 0.0, 1)[0].0, 1);
    }

    #[test]
    fn within_keeps_its_edge() {
        let sites = SiteIndex::new(&PointView { lon: &[1.0], lat: &[0.0] }).unwrap();
        let km = distance_km(0.0, 0.0, 1.0, 0.0);
        assert_eq!(sites.within(0.0, 0.0, km), [(0, km)]);
        assert!(sites.within(0.0, 0.0, km - 1e-9).is_empty());
        assert!(sites.within(1.0, 0.0, -1.0).is_empty());
    }

    #[test]
    fn without_sites_there_is_no_nearest() {
        let none = SiteIndex::new(&PointView { lon: &[], lat: &[] }).unwrap();
        assert_eq!(none.nearest(0.0, 0.0), None);
        assert!(none.within(0.0, 0.0, 100.0).is_empty());
        assert!(none.nearest_k(0.0, 0.0, 3).is_empty());
        assert_eq!(none.position(0), None);
    }
}
