//! The zones of a batch.

use super::LocateError;
use super::source::Batch;
use super::watch::Length;
use super::zones::Zones;
use crate::index::CellIndex;
use crate::join::{self, JoinError, OUTSIDE, SnapIndex};

/// Stands for the zone of a row that is kept out.
pub(super) const BAD: u32 = OUTSIDE - 1;

/// Points handed to the index at a time. Units already run in parallel, so that a thread locates its own
/// points; more of them at a time would be shared out again.
const POINTS_PER_CALL: usize = 1 << 14;

/// Bytes of a row of text, at least: few rows are shorter.
const BYTES_PER_ROW: u64 = 20;

/// How many points to prepare for.
fn expected(length: Length) -> u64 {
    match length {
        Length::Rows(rows) => rows,
        Length::Bytes(bytes) => bytes / BYTES_PER_ROW,
        Length::Unknown => u64::MAX,
    }
}

/// An index of this run, or one from a file.
enum Index<'a> {
    Own(join::Locator),
    Saved(&'a CellIndex),
}

/// Finds the zones of points.
pub(super) struct Locator<'a> {
    index: Index<'a>,
    /// For points outside, where they may be snapped: the borders and the kilometres.
    borders: Option<(SnapIndex, f64)>,
}

/// The zones of a batch; kept from batch to batch for its memory.
#[derive(Default)]
pub(super) struct Located {
    /// The zone of each point, [`OUTSIDE`] or [`BAD`].
    pub zones: Vec<u32>,
    /// Points that took the nearest zone, ascending, with their distance in kilometres.
    pub snapped: Vec<(usize, f64)>,
}

impl<'a> Locator<'a> {
    /// Indexes zones, and their borders where points may be snapped.
    pub fn new(zones: &'a Zones, snap_km: Option<f64>, length: Length) -> Result<Self, LocateError> {
        let keys = zones.keys();
        let index = match zones.index() {
            Some(saved) => Index::Saved(saved),
            None => {
                let view = zones.needed()?.zones()?;
                Index::Own(join::Locator::for_points(&view, keys, expected(length))?)
            }
        };
        let borders = match snap_km {
            Some(km) => Some((SnapIndex::new(&zones.needed()?.zones()?, keys)?, km)),
            None => None,
        };
        Ok(Self { index, borders })
    }

    /// Finds the zones of some points, none of them snapped.
    pub fn zones_of(&self, lon: &[f64], lat: &[f64], zones: &mut [u32]) -> Result<(), JoinError> {
        match &self.index {
            Index::Own(index) => index.locate_many(lon, lat, zones)?,
            Index::Saved(index) => index.locate_many(lon, lat, zones),
        }
        Ok(())
    }

    /// Finds the zones of a batch.
    pub fn locate(&self, batch: &Batch, found: &mut Located) -> Result<(), LocateError> {
        found.zones.resize(batch.lon.len(), OUTSIDE);
        found.snapped.clear();
        let parts = batch.lon.chunks(POINTS_PER_CALL).zip(batch.lat.chunks(POINTS_PER_CALL));
        for ((lon, lat), zones) in parts.zip(found.zones.chunks_mut(POINTS_PER_CALL)) {
            self.zones_of(lon, lat, zones)?;
        }
        for &row in &batch.bad {
            found.zones[row] = BAD;
        }
        if let Some((borders, max_km)) = &self.borders {
            for (row, zone) in found.zones.iter_mut().enumerate().filter(|(_, zone)| **zone == OUTSIDE) {
                if let Some((nearest, km)) = borders.nearest(batch.lon[row], batch.lat[row], *max_km) {
                    *zone = nearest;
                    found.snapped.push((row, km));
                }
            }
        }
        Ok(())
    }
}
