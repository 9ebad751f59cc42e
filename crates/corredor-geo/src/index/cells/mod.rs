//! A cell index over zones, for points in bulk.
//!
//! Two levels of cells answer at once wherever no border runs, and test the few edges that
//! cross a cell elsewhere (true-hit filtering: Kipf et al., EDBT 2020; Georgiadis et al.
//! 2023). Answers are exact: cells are intervals of floats, and the sign of every orientation
//! is proved or computed exactly.

mod build;
mod cell;
mod check;
mod code;
mod entries;
mod every;
mod file;
mod grid;
mod mapping;
mod parts;
mod probe;
mod rows;
mod store;
#[cfg(test)]
mod tests;

use rayon::prelude::*;

use super::IndexError;
use crate::view::ZoneView;
pub use every::AllZones;
pub use file::{IndexFileError, SavedIndex};
use rows::Keep;
use store::Store;

/// Points handed to one thread at a time.
const POINTS_PER_TASK: usize = 16_384;

/// Finds the zone of many points by cells.
///
/// The rule is that of [`crate::join::ZoneIndex`]: a zone contains its border, and of several
/// zones the one with the smallest key wins.
///
/// # When to use this
/// From about a million points on; for fewer, banded zones are ready sooner.
#[derive(Debug)]
pub struct CellIndex {
    store: Store,
    zones: usize,
}

impl CellIndex {
    /// Builds the index. `by_rank` lists the numbers of all zones in the order of their keys;
    /// `points` is how many points are expected, and decides how fine the cells are.
    ///
    /// O(vertices), parallel; about 35 bytes a vertex.
    ///
    /// # Errors
    ///
    /// [`IndexError`] when the offsets of the view do not fit its coordinates, when `by_rank`
    /// does not list each zone once, or when there are more borders than 32-bit codes number.
    pub fn new(view: &ZoneView, by_rank: &[u32], points: u64) -> Result<Self, IndexError> {
        Ok(Self { store: build::build(view, by_rank, points, Keep::First)?, zones: view.len() })
    }

    /// Number of zones.
    pub fn len(&self) -> usize {
        self.zones
    }

    /// Whether there are no zones.
    pub fn is_empty(&self) -> bool {
        self.zones == 0
    }

    /// Bytes in memory.
    pub fn bytes(&self) -> usize {
        self.store.bytes().len()
    }

    /// The zones of many points, in parallel: `out[i]` becomes the zone of point `i`, or
    /// `u32::MAX` outside all zones. Some 20 nanoseconds a point and thread.
    ///
    /// The slices must be equally long; points beyond the shortest are left alone.
    pub fn locate_many(&self, lon: &[f64], lat: &[f64], out: &mut [u32]) {
        let parts = self.store.parts();
        out.par_chunks_mut(POINTS_PER_TASK)
            .zip(lon.par_chunks(POINTS_PER_TASK))
            .zip(lat.par_chunks(POINTS_PER_TASK))
            .for_each(|((out, lon), lat)| parts.locate(lon, lat, out));
    }
}
