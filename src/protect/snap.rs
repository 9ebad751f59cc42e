//! Points at the places of their settlements, so that a stated precision holds.

use super::{Candidates, NO_CANDIDATE, ProtectError};
use crate::geodesy::distance_km;

/// Points in the places of their settlements.
#[derive(Clone, Debug, PartialEq)]
pub struct Snapped {
    /// Longitudes of the settlements, degrees; not a number for points without place.
    pub lon: Vec<f64>,
    /// Latitudes.
    pub lat: Vec<f64>,
    /// The settlements; [`NO_CANDIDATE`] for points without place.
    pub at: Vec<u32>,
    /// How far the points were from them, km; not a number for points without place.
    pub off_km: Vec<f64>,
}

impl Snapped {
    /// How many points were further than `km` from their settlement: houses, where towns were stated.
    pub fn further_than(&self, km: f64) -> usize {
        self.off_km.iter().filter(|&&off| off > km).count()
    }
}

impl Candidates {
    /// Puts each point at the place of its settlement ([`Candidates::own`]).
    ///
    /// # Errors
    ///
    /// [`ProtectError::Length`] where the slices differ in length.
    ///
    /// ```
    /// use corredor::protect::Candidates;
    ///
    /// let towns = Candidates::new(&["a", "b"], &[0.0, 1.0], &[0.0, 0.0], None)?;
    /// let houses = towns.snap(&[0.02, 1.0], &[0.0, 0.0])?;
    /// assert_eq!((houses.lon[0], houses.at[1]), (0.0, 1));
    /// assert!((houses.off_km[0] - 2.226).abs() < 1e-3 && houses.off_km[1] == 0.0);
    /// assert_eq!(houses.further_than(0.5), 1);
    /// # Ok::<(), corredor::protect::ProtectError>(())
    /// ```
    pub fn snap(&self, lon: &[f64], lat: &[f64]) -> Result<Snapped, ProtectError> {
        let at = self.own_many(lon, lat)?;
        let take = |from: &[f64]| -> Vec<f64> {
            at.iter().map(|&at| from.get(at as usize).copied().unwrap_or(f64::NAN)).collect()
        };
        let (to_lon, to_lat) = (take(self.lon()), take(self.lat()));
        let off_km = (0..at.len())
            .map(|i| match at[i] {
                NO_CANDIDATE => f64::NAN,
                _ => distance_km(lon[i], lat[i], to_lon[i], to_lat[i]),
            })
            .collect();
        Ok(Snapped { lon: to_lon, lat: to_lat, at, off_km })
    }
}
