//! Nearest sites by geodesic distance.

use rayon::prelude::*;

use super::JoinError;
use crate::geodesy::distance_km;
use crate::index::{Candidate, SiteTree};
use crate::view::PointView;

/// The site of a position that has none, in the answers to many.
pub const NO_SITE: u32 = u32::MAX;

/// Positions handed to one thread at a time.
const POSITIONS_PER_TASK: usize = 1024;

/// Sites, for finding the nearest ones.
///
/// Candidates come from a tree of Earth-centred positions. A geodesic is at least as long as
/// its chord and at most as long as an arc of the least radius of curvature with that chord,
/// so nearly always the chords decide, and one geodesic is measured; where they do not, all
/// that may be nearest are. Neither the poles nor the date line are special.
///
/// ```
/// use corredor_geo::join::SiteIndex;
/// use corredor_geo::PointView;
///
/// let sites = SiteIndex::new(&PointView { lon: &[-92.26, -91.42], lat: &[14.91, 17.47] })?;
/// let (site, km) = sites.nearest(-92.0, 15.0).unwrap();
/// assert_eq!(site, 0);
/// assert!((km - 29.6).abs() < 0.1);
/// # Ok::<(), corredor_geo::join::JoinError>(())
/// ```
#[derive(Debug)]
pub struct SiteIndex {
    tree: SiteTree,
    lon: Vec<f64>,
    lat: Vec<f64>,
}

/// The sites within a distance of many positions, nearest first.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SitesWithin {
    /// Those of position `i` are entries `offsets[i]..offsets[i + 1]`; one more than positions.
    pub offsets: Vec<usize>,
    /// Numbers of the sites.
    pub sites: Vec<u32>,
    /// Their geodesic distances, kilometres.
    pub km: Vec<f64>,
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
    /// smallest number. `None` without sites. About a quarter of a microsecond for some
    /// hundreds of sites.
    pub fn nearest(&self, lon: f64, lat: f64) -> Option<(u32, f64)> {
        self.nearest_with(lon, lat, &mut Vec::new())
    }

    /// The nearest sites of many positions, in parallel: `site[i]` and `km[i]` become those
    /// of position `i`, [`NO_SITE`] and infinite without sites.
    ///
    /// # Errors
    ///
    /// [`JoinError::SliceLength`] unless the four slices are equally long.
    ///
    /// ```
    /// use corredor_geo::join::SiteIndex;
    /// use corredor_geo::PointView;
    ///
    /// let sites = SiteIndex::new(&PointView { lon: &[0.0, 1.0], lat: &[0.0, 0.0] })?;
    /// let (mut site, mut km) = ([0; 2], [0.0; 2]);
    /// sites.nearest_many(&[0.1, 1.0], &[0.0, 0.0], &mut site, &mut km)?;
    /// assert_eq!((site, km[1]), ([0, 1], 0.0));
    /// # Ok::<(), corredor_geo::join::JoinError>(())
    /// ```
    pub fn nearest_many(
        &self,
        lon: &[f64],
        lat: &[f64],
        site: &mut [u32],
        km: &mut [f64],
    ) -> Result<(), JoinError> {
        check(lon, lat, site.len(), 1)?;
        check(lon, lat, km.len(), 1)?;
        site.par_chunks_mut(POSITIONS_PER_TASK)
            .zip(km.par_chunks_mut(POSITIONS_PER_TASK))
            .zip(lon.par_chunks(POSITIONS_PER_TASK).zip(lat.par_chunks(POSITIONS_PER_TASK)))
            .for_each_init(Vec::new, |room, ((site, km), (lon, lat))| {
                for ((site, km), (&lon, &lat)) in site.iter_mut().zip(km).zip(lon.iter().zip(lat)) {
                    (*site, *km) = self.nearest_with(lon, lat, room).unwrap_or((NO_SITE, f64::INFINITY));
                }
            });
        Ok(())
    }

    /// The `k` nearest sites with their geodesic distances in kilometres, nearest first,
    /// equally near ones by number; fewer when there are fewer sites.
    pub fn nearest_k(&self, lon: f64, lat: f64, k: usize) -> Vec<(u32, f64)> {
        let mut found = Vec::new();
        self.nearest_k_with(lon, lat, k, &mut Vec::new(), &mut found);
        found
    }

    /// The `k` nearest sites of many positions, in parallel: those of position `i` become
    /// entries `k i..k (i + 1)` of `site` and `km`, filled up with [`NO_SITE`] and infinite.
    ///
    /// # Errors
    ///
    /// [`JoinError::SliceLength`] unless there is room for `k` answers per position.
    pub fn nearest_k_many(
        &self,
        lon: &[f64],
        lat: &[f64],
        k: usize,
        site: &mut [u32],
        km: &mut [f64],
    ) -> Result<(), JoinError> {
        check(lon, lat, site.len(), k)?;
        check(lon, lat, km.len(), k)?;
        if k == 0 {
            return Ok(());
        }
        site.par_chunks_mut(k)
            .zip(km.par_chunks_mut(k))
            .zip(lon.par_iter().zip(lat))
            .with_min_len(POSITIONS_PER_TASK)
            .for_each_init(Default::default, |(room, found), ((site, km), (&lon, &lat))| {
                self.nearest_k_with(lon, lat, k, room, found);
                let nothing = std::iter::repeat((NO_SITE, f64::INFINITY));
                let answers = found.iter().copied().chain(nothing);
                for ((site, km), answer) in site.iter_mut().zip(km).zip(answers) {
                    (*site, *km) = answer;
                }
            });
        Ok(())
    }

    /// All sites at most `km` geodesic kilometres away, with their distances, nearest
    /// first, equally near ones by number.
    pub fn within(&self, lon: f64, lat: f64, km: f64) -> Vec<(u32, f64)> {
        let mut found = Vec::new();
        self.within_with(lon, lat, km, &mut Vec::new(), &mut found);
        found
    }

    /// All sites at most `km` geodesic kilometres away from each of many positions, in
    /// parallel.
    ///
    /// # Errors
    ///
    /// [`JoinError::SliceLength`] unless the two slices are equally long.
    pub fn within_many(&self, lon: &[f64], lat: &[f64], km: f64) -> Result<SitesWithin, JoinError> {
        check(lon, lat, lon.len(), 1)?;
        let parts: Vec<SitesWithin> = lon
            .par_chunks(POSITIONS_PER_TASK)
            .zip(lat.par_chunks(POSITIONS_PER_TASK))
            .map(|(lon, lat)| {
                let (mut room, mut found) = (Vec::new(), Vec::new());
                let mut part = SitesWithin::default();
                for (&lon, &lat) in lon.iter().zip(lat) {
                    self.within_with(lon, lat, km, &mut room, &mut found);
                    part.sites.extend(found.iter().map(|f| f.0));
                    part.km.extend(found.iter().map(|f| f.1));
                    part.offsets.push(part.sites.len());
                }
                part
            })
            .collect();
        let mut all = SitesWithin { offsets: vec![0], ..SitesWithin::default() };
        for part in parts {
            let before = all.sites.len();
            all.offsets.extend(part.offsets.iter().map(|end| before + end));
            all.sites.extend(part.sites);
            all.km.extend(part.km);
        }
        Ok(all)
    }

    fn nearest_with(&self, lon: f64, lat: f64, room: &mut Vec<Candidate>) -> Option<(u32, f64)> {
        self.tree.nearest(lon, lat, 1, room);
        let mut best: Option<(u32, f64)> = None;
        for candidate in room.iter() {
            if best.is_some_and(|(_, km)| beyond(candidate, km)) {
                break;
            }
            let km = self.km_to(candidate.site, lon, lat);
            if best.is_none_or(|(s, k)| (km, candidate.site) < (k, s)) {
                best = Some((candidate.site, km));
            }
        }
        best
    }

    fn nearest_k_with(
        &self,
        lon: f64,
        lat: f64,
        k: usize,
        room: &mut Vec<Candidate>,
        best: &mut Vec<(u32, f64)>,
    ) {
        best.clear();
        self.tree.nearest(lon, lat, k, room);
        for candidate in room.iter() {
            if best.len() >= k && best.last().is_some_and(|&(_, km)| beyond(candidate, km)) {
                break;
            }
            let km = self.km_to(candidate.site, lon, lat);
            let at = best.partition_point(|&(s, other)| (other, s) < (km, candidate.site));
            best.insert(at, (candidate.site, km));
            best.truncate(k);
        }
    }

    fn within_with(
        &self,
        lon: f64,
        lat: f64,
        km: f64,
        room: &mut Vec<Candidate>,
        found: &mut Vec<(u32, f64)>,
    ) {
        self.tree.within(lon, lat, km, room);
        found.clear();
        found.extend(room.iter().map(|c| (c.site, self.km_to(c.site, lon, lat))));
        found.retain(|&(_, distance_km)| distance_km <= km);
        found.sort_unstable_by(|a, b| a.1.total_cmp(&b.1).then(a.0.cmp(&b.0)));
    }

    fn km_to(&self, site: u32, lon: f64, lat: f64) -> f64 {
        distance_km(lon, lat, self.lon[site as usize], self.lat[site as usize])
    }
}

/// Whether a candidate's chord alone is longer than a distance; a chord may be off by ten
/// micrometres for all that rounding does.
fn beyond(candidate: &Candidate, km: f64) -> bool {
    const CHORD_ERROR_KM: f64 = 1e-8;
    let km = km + CHORD_ERROR_KM;
    candidate.chord2_km2 > km * km
}

/// Checks that there are as many latitudes as longitudes, and room for `each` answers per
/// position.
fn check(lon: &[f64], lat: &[f64], out: usize, each: usize) -> Result<(), JoinError> {
    if lon.len() != lat.len() || lon.len().checked_mul(each) != Some(out) {
        return Err(JoinError::SliceLength { lon: lon.len(), lat: lat.len(), out });
    }
    Ok(())
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

    #[test]
    fn many_answers_as_one() {
        let (lon, lat): (Vec<f64>, Vec<f64>) =
            (0..300).map(|i| (f64::from(i * 37 % 300) * 0.1 - 100.0, f64::from(i * 91 % 300) * 0.05)).unzip();
        let sites = SiteIndex::new(&PointView { lon: &lon[..40], lat: &lat[..40] }).unwrap();
        let n = lon.len();
        let (mut site, mut km) = (vec![0; n], vec![0.0; n]);
        sites.nearest_many(&lon, &lat, &mut site, &mut km).unwrap();
        let (mut sites_k, mut km_k) = (vec![0; 3 * n], vec![0.0; 3 * n]);
        sites.nearest_k_many(&lon, &lat, 3, &mut sites_k, &mut km_k).unwrap();
        let within = sites.within_many(&lon, &lat, 200.0).unwrap();
        for i in 0..n {
            assert_eq!(sites.nearest(lon[i], lat[i]), Some((site[i], km[i])));
            let k: Vec<(u32, f64)> = (3 * i..3 * i + 3).map(|j| (sites_k[j], km_k[j])).collect();
            assert_eq!(sites.nearest_k(lon[i], lat[i], 3), k);
            let near = within.offsets[i]..within.offsets[i + 1];
            let near: Vec<(u32, f64)> = near.map(|j| (within.sites[j], within.km[j])).collect();
            assert_eq!(sites.within(lon[i], lat[i], 200.0), near);
        }
        let two = SiteIndex::new(&PointView { lon: &lon[..2], lat: &lat[..2] }).unwrap();
        two.nearest_k_many(&lon, &lat, 3, &mut sites_k, &mut km_k).unwrap();
        assert_eq!((sites_k[2], km_k[2]), (NO_SITE, f64::INFINITY));
        let none = SiteIndex::new(&PointView { lon: &[], lat: &[] }).unwrap();
        none.nearest_many(&lon, &lat, &mut site, &mut km).unwrap();
        assert_eq!((site[0], km[0]), (NO_SITE, f64::INFINITY));
        assert!(sites.nearest_many(&lon, &lat[1..], &mut site, &mut km).is_err());
        assert!(sites.nearest_many(&lon, &lat, &mut site, &mut km[1..]).is_err());
        assert!(sites.nearest_k_many(&lon, &lat, 2, &mut sites_k, &mut km_k).is_err());
        assert!(sites.nearest_k_many(&lon, &lat, 0, &mut [], &mut []).is_ok());
        assert!(sites.within_many(&lon, &lat[1..], 1.0).is_err());
    }
}
