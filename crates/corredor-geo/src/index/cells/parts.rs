//! The arrays of an index, wherever they lie.

use super::grid::Grid;

/// The arrays of an index.
#[derive(Clone, Copy, Debug)]
pub(super) struct Parts<'a> {
    pub grid: Grid,
    pub tiles: &'a [u32],
    pub nodes: &'a [u32],
    pub blob: &'a [u64],
}
