//! Points outside all zones, of which some are kept to tell why.

use std::collections::BTreeMap;

use super::LocateError;
use super::locator::Located;
use super::run::Run;
use super::source::Batch;
use crate::join::{OUTSIDE, astray_of};
use crate::layer::{Astray, PointView};

/// Points that are kept: enough to know what they have in common.
const MOST: usize = 1_000;

/// Some of the points outside, the same whatever the order in which they come: those of the least hashes.
#[derive(Clone, Debug, Default)]
pub(super) struct Strays {
    kept: BTreeMap<u64, (f64, f64)>,
}

impl Strays {
    /// Takes up a point.
    pub fn add(&mut self, lon: f64, lat: f64) {
        let hash = mixed(lon.to_bits() ^ mixed(lat.to_bits()));
        if self.kept.len() < MOST || self.kept.last_key_value().is_some_and(|(&last, _)| hash < last) {
            self.kept.insert(hash, (lon, lat));
            self.trim();
        }
    }

    /// Takes up the points of a batch that lie outside.
    pub fn add_outside(&mut self, batch: &Batch, located: &Located) {
        for (row, _) in located.zones.iter().enumerate().filter(|(_, zone)| **zone == OUTSIDE) {
            self.add(batch.lon[row], batch.lat[row]);
        }
    }

    /// Takes up what another thread has kept.
    pub fn merge(&mut self, other: Self) {
        self.kept.extend(other.kept);
        self.trim();
    }

    fn trim(&mut self) {
        while self.kept.len() > MOST {
            self.kept.pop_last();
        }
    }

    /// Why most of the points of a run lie outside; `None` where most do not, or nothing can be told.
    pub fn why(&self, run: &Run<'_>, outside: u64, of: u64) -> Result<Option<Astray>, LocateError> {
        if outside == 0 || outside * 2 <= of {
            return Ok(None);
        }
        let (lon, lat): (Vec<f64>, Vec<f64>) = self.kept.values().copied().unzip();
        let all: Vec<usize> = (0..lon.len()).collect();
        let zones = run.zones.layer().map(|layer| layer.zones()).transpose()?;
        let locate = |lon: &[f64], lat: &[f64], zones: &mut [u32]| run.locator.zones_of(lon, lat, zones);
        let why = astray_of(zones.as_ref(), locate, &PointView { lon: &lon, lat: &lat }, &all)?;
        let tried = all.len().max(1) as u64;
        // Where not all were kept, as many of the others as of these.
        Ok(why.map(|why| match why {
            Astray::Misplaced { how, inside } => {
                let inside = (inside as u64).saturating_mul(outside) / tried;
                Astray::Misplaced { how, inside: usize::try_from(inside).unwrap_or(usize::MAX) }
            }
            elsewhere => elsewhere,
        }))
    }
}

/// A hash of a number (SplitMix64), so that neighbours lie far apart.
fn mixed(number: u64) -> u64 {
    let number = number.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let number = (number ^ (number >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let number = (number ^ (number >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    number ^ (number >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_are_kept_whatever_the_order() {
        let points: Vec<(f64, f64)> = (0..5_000).map(|n| (f64::from(n) / 100.0, f64::from(n % 17))).collect();
        let of = |points: &mut dyn Iterator<Item = &(f64, f64)>| {
            let mut strays = Strays::default();
            points.for_each(|&(lon, lat)| strays.add(lon, lat));
            strays
        };
        let all = of(&mut points.iter());
        let mut parts = of(&mut points[3_000..].iter());
        parts.merge(of(&mut points[..3_000].iter().rev()));
        assert_eq!(parts.kept, all.kept);
        assert_eq!(all.kept.len(), MOST);
    }
}
