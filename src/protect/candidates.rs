//! Settlements among which protected sites are hidden.

use crate::coverage::representative_point;
use crate::geodesy::to_ecef_km;
use crate::join::{SiteIndex, ZoneIndex};
use crate::layer::{PointView, ZoneView};

use super::ProtectError;

/// The settlement of a site that has no place, in answers to many.
pub const NO_CANDIDATE: u32 = u32::MAX;

/// The settlements of a gazetteer, numbered in the order of their ids, so that nothing depends on that of its rows.
///
/// They come from a public gazetteer alone, never from the sites.
#[derive(Debug)]
pub struct Candidates {
    ids: Vec<String>,
    lon: Vec<f64>,
    lat: Vec<f64>,
    people: Option<Vec<f64>>,
    /// Earth-centred positions, km.
    places: Vec<[f64; 3]>,
    /// Row of the gazetteer.
    rows: Vec<u32>,
    left_out: usize,
    nearest: SiteIndex,
    zones: Option<OwnZones>,
}

/// Zones that sites lie in.
#[derive(Debug)]
struct OwnZones {
    index: ZoneIndex,
    /// Candidate of each row of the zones.
    candidate: Vec<u32>,
}

impl Candidates {
    /// Settlements from their ids and positions, degrees, and their people where they are known (missing ones count as
    /// none). Those without a position (not finite) are left out and counted. O(n log n).
    ///
    /// # Errors
    ///
    /// [`ProtectError::Length`] where the slices differ in length, [`ProtectError::Twice`] where an id comes twice.
    pub fn new<K: AsRef<str>>(
        ids: &[K],
        lon: &[f64],
        lat: &[f64],
        people: Option<&[f64]>,
    ) -> Result<Self, ProtectError> {
        let expected = ids.len();
        let slices = [
            ("longitudes", lon.len()),
            ("latitudes", lat.len()),
            ("numbers of people", people.map_or(expected, <[f64]>::len)),
        ];
        if let Some((what, found)) = slices.into_iter().find(|(_, found)| *found != expected) {
            return Err(ProtectError::Length { what, found, expected });
        }
        let mut rows: Vec<u32> = (0_u32..).take(ids.len()).collect();
        rows.sort_unstable_by_key(|&row| ids[row as usize].as_ref());
        if let Some(twice) =
            rows.windows(2).find(|pair| ids[pair[0] as usize].as_ref() == ids[pair[1] as usize].as_ref())
        {
            return Err(ProtectError::Twice { id: ids[twice[0] as usize].as_ref().to_owned() });
        }
        rows.retain(|&row| lon[row as usize].is_finite() && lat[row as usize].is_finite());
        let take = |from: &[f64]| -> Vec<f64> { rows.iter().map(|&row| from[row as usize]).collect() };
        let (own_lon, own_lat) = (take(lon), take(lat));
        let nearest = SiteIndex::new(&PointView { lon: &own_lon, lat: &own_lat })?;
        let places = own_lon.iter().zip(&own_lat).map(|(&lon, &lat)| to_ecef_km(lon, lat)).collect();
        let people = people.map(|people| {
            let mut people = take(people);
            people.iter_mut().for_each(|people| *people = if *people > 0.0 { *people } else { 0.0 });
            people
        });
        Ok(Self {
            ids: rows.iter().map(|&row| ids[row as usize].as_ref().to_owned()).collect(),
            people,
            places,
            nearest,
            left_out: ids.len() - rows.len(),
            rows,
            lon: own_lon,
            lat: own_lat,
            zones: None,
        })
    }

    /// Settlements at the inner points of zones; a site belongs to the zone that it lies in. Zones without geometry are
    /// left out and counted. O(vertices).
    ///
    /// # Errors
    ///
    /// As [`Candidates::new`], and where the zones do not hold together.
    pub fn from_zones<K: AsRef<str>>(
        view: &ZoneView<'_>,
        ids: &[K],
        people: Option<&[f64]>,
    ) -> Result<Self, ProtectError> {
        let index = ZoneIndex::new(view, ids)?;
        let points =
            (0..view.len()).map(|zone| representative_point(view, zone).unwrap_or((f64::NAN, f64::NAN)));
        let (lon, lat): (Vec<f64>, Vec<f64>) = points.unzip();
        let mut candidates = Self::new(ids, &lon, &lat, people)?;
        let mut candidate = vec![NO_CANDIDATE; ids.len()];
        for (number, &row) in (0_u32..).zip(&candidates.rows) {
            candidate[row as usize] = number;
        }
        candidates.zones = Some(OwnZones { index, candidate });
        Ok(candidates)
    }

    /// Number of settlements.
    pub fn len(&self) -> usize {
        self.ids.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.ids.is_empty()
    }

    /// Rows of the gazetteer without a position.
    pub fn left_out(&self) -> usize {
        self.left_out
    }

    /// Ids, ascending.
    pub fn ids(&self) -> &[String] {
        &self.ids
    }

    /// The settlement of an id.
    pub fn find(&self, id: &str) -> Option<u32> {
        self.ids.binary_search_by(|own| own.as_str().cmp(id)).ok().map(|at| at as u32)
    }

    /// Longitudes, degrees.
    pub fn lon(&self) -> &[f64] {
        &self.lon
    }

    /// Latitudes, degrees.
    pub fn lat(&self) -> &[f64] {
        &self.lat
    }

    /// People, where the gazetteer tells them.
    pub fn people(&self) -> Option<&[f64]> {
        self.people.as_deref()
    }

    /// Row of the gazetteer of each settlement.
    pub fn rows(&self) -> &[u32] {
        &self.rows
    }

    /// Whether settlements are zones, in which sites lie.
    pub fn are_zones(&self) -> bool {
        self.zones.is_some()
    }

    /// Earth-centred positions, km.
    pub(super) fn places(&self) -> &[[f64; 3]] {
        &self.places
    }

    /// The settlement that a site belongs to: the zone it lies in, else the nearest. `None` for a site without place
    /// (not finite) and without settlements.
    pub fn own(&self, lon: f64, lat: f64) -> Option<u32> {
        if !(lon.is_finite() && lat.is_finite()) {
            return None;
        }
        let zone = self.zones.as_ref().and_then(|zones| {
            let zone = zones.index.locate(lon, lat)?;
            zones.candidate.get(zone as usize).copied().filter(|&candidate| candidate != NO_CANDIDATE)
        });
        zone.or_else(|| self.nearest.nearest(lon, lat).map(|(candidate, _)| candidate))
    }

    /// Whether a site is far from all settlements: in no zone, and more than `km` from the nearest.
    pub fn is_far(&self, lon: f64, lat: f64, km: f64) -> bool {
        let located = self.zones.as_ref().is_some_and(|zones| zones.index.locate(lon, lat).is_some());
        !located && self.nearest.nearest(lon, lat).is_some_and(|(_, off)| off > km)
    }

    /// The settlements of many sites; [`NO_CANDIDATE`] for those without.
    ///
    /// # Errors
    ///
    /// [`ProtectError::Length`] where the slices differ in length.
    pub fn own_many(&self, lon: &[f64], lat: &[f64]) -> Result<Vec<u32>, ProtectError> {
        if lon.len() != lat.len() {
            return Err(ProtectError::Length { what: "latitudes", found: lat.len(), expected: lon.len() });
        }
        Ok(lon.iter().zip(lat).map(|(&lon, &lat)| self.own(lon, lat).unwrap_or(NO_CANDIDATE)).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn settlements_are_in_the_order_of_their_ids() {
        let lon = [1.0, f64::NAN, 0.0];
        let candidates =
            Candidates::new(&["b", "x", "a"], &lon, &[0.0; 3], Some(&[5.0, 6.0, f64::NAN])).unwrap();
        assert_eq!(candidates.ids(), ["a", "b"]);
        assert_eq!((candidates.lon(), candidates.rows()), (&[0.0, 1.0][..], &[2, 0][..]));
        assert_eq!((candidates.people(), candidates.left_out()), (Some(&[0.0, 5.0][..]), 1));
        assert_eq!((candidates.find("b"), candidates.find("x")), (Some(1), None));
        assert_eq!(candidates.own(0.9, 0.1), Some(1));
        assert_eq!(candidates.own(0.5, 0.0), Some(0), "of equally near ones the first id");
        assert_eq!(candidates.own(f64::NAN, 0.0), None);
        assert_eq!(candidates.own_many(&[0.1, f64::NAN], &[0.0; 2]).unwrap(), [0, NO_CANDIDATE]);
    }

    #[test]
    fn what_does_not_belong_together_is_refused() {
        let twice = Candidates::new(&["a", "a"], &[0.0; 2], &[0.0; 2], None).unwrap_err();
        assert_eq!(twice.to_string(), "two settlements have the key \"a\"");
        let short = Candidates::new(&["a", "b"], &[0.0; 2], &[0.0], None).unwrap_err();
        assert_eq!(short.to_string(), "latitudes: 1 for 2 settlements; give one for each");
        assert!(Candidates::new(&["a"], &[0.0], &[0.0], Some(&[])).is_err());
    }

    #[test]
    fn a_site_belongs_to_the_zone_it_lies_in_else_to_the_nearest_inner_point() {
        // A wide zone `a`, whose inner point is far from its eastern end, beside the narrow zone `b`; `c` is empty.
        let view = ZoneView {
            lon: &[0.0, 10.0, 10.0, 0.0, 0.0, 10.0, 11.0, 11.0, 10.0, 10.0],
            lat: &[0.0, 0.0, 1.0, 1.0, 0.0, 0.0, 0.0, 1.0, 1.0, 0.0],
            rings: &[0, 5, 10],
            polygons: &[0, 1, 2],
            zones: &[0, 0, 1, 2],
        };
        let candidates = Candidates::from_zones(&view, &["c", "a", "b"], None).unwrap();
        assert_eq!((candidates.ids().join(""), candidates.left_out()), ("ab".to_owned(), 1));
        assert!(candidates.are_zones());
        assert_eq!(candidates.own(9.5, 0.5), Some(0), "`b` has the nearer inner point");
        assert_eq!(candidates.own(10.5, 0.5), Some(1));
        assert_eq!(candidates.own(9.5, 2.0), Some(1), "outside of all");
        assert!(candidates.is_far(9.5, 2.0, 50.0) && !candidates.is_far(9.5, 2.0, 500.0));
        assert!(!candidates.is_far(0.1, 0.5, 50.0), "in its zone, however wide that is");
        assert!(!candidates.is_far(f64::NAN, 0.5, 50.0));
    }
}
