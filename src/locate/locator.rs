//! The zones of a batch.

use super::LocateError;
use super::source::Batch;
use super::watch::Length;
use crate::join::{self, OUTSIDE, SnapIndex};
use crate::layer::Layer;

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

/// Finds the zones of points.
pub(super) struct Locator {
    index: join::Locator,
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

impl Locator {
    /// Indexes zones, and their borders where points may be snapped.
    pub fn new(zones: &Layer, snap_km: Option<f64>, length: Length) -> Result<Self, LocateError> {
        let (view, keys) = (zones.zones()?, zones.keys());
        let index = join::Locator::for_points(&view, &keys, expected(length))?;
        let borders = snap_km.map(|km| SnapIndex::new(&view, &keys).map(|b| (b, km))).transpose()?;
        Ok(Self { index, borders })
    }

    /// Finds the zones of a batch.
    pub fn locate(&self, batch: &Batch, found: &mut Located) -> Result<(), LocateError> {
        found.zones.resize(batch.lon.len(), OUTSIDE);
        found.snapped.clear();
        let parts = batch.lon.chunks(POINTS_PER_CALL).zip(batch.lat.chunks(POINTS_PER_CALL));
        for ((lon, lat), zones) in parts.zip(found.zones.chunks_mut(POINTS_PER_CALL)) {
            self.index.locate_many(lon, lat, zones)?;
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
