//! Which cells each edge crosses.

use rayon::prelude::*;

use super::grid::{CELL_BITS, Grid};
use crate::view::ZoneView;

/// An edge in a cell. The key orders by row, then column, then edge.
#[derive(Clone, Copy, Debug)]
pub(super) struct Entry {
    key: u64,
    /// The zone of the edge, as its place in the order of keys.
    pub rank: u32,
}

impl Entry {
    fn new(row: u32, column: u32, edge: u32, rank: u32) -> Self {
        Self { key: u64::from(row) << 48 | u64::from(column) << 32 | u64::from(edge), rank }
    }

    pub(super) fn row(self) -> u32 {
        (self.key >> 48) as u32
    }

    pub(super) fn column(self) -> u32 {
        (self.key >> 32) as u32 & 0xffff
    }

    /// The number of the edge's first vertex.
    pub(super) fn edge(self) -> usize {
        self.key as u32 as usize
    }
}

/// The entries of all edges by rows of tiles, in pieces as the threads made them.
pub(super) struct Entries(Vec<Vec<Vec<Entry>>>);

impl Entries {
    /// Walks all edges over the grid. A cell that an edge only comes near may be listed too.
    pub(super) fn collect(view: &ZoneView, ranks: &[u32], grid: &Grid) -> Self {
        let rows = grid.tiles_y as usize;
        let pieces = (0..view.len())
            .into_par_iter()
            .fold(
                || vec![Vec::new(); rows],
                |mut by_row, zone| {
                    for (edge, a, b) in edges(view, zone) {
                        walk(a, b, grid, |row, column| {
                            by_row[(row >> CELL_BITS) as usize].push(Entry::new(
                                row,
                                column,
                                edge,
                                ranks[zone],
                            ));
                        });
                    }
                    by_row
                },
            )
            .collect();
        Self(pieces)
    }

    /// The entries of one row of tiles, in the order of their keys.
    pub(super) fn of_row(&self, tile_row: usize) -> Vec<Entry> {
        let mut entries: Vec<Entry> = self.0.iter().flat_map(|piece| &piece[tile_row]).copied().collect();
        entries.sort_unstable_by_key(|entry| entry.key);
        entries
    }
}

/// The edges of a zone that have a length: number of the first vertex, and both ends.
fn edges(view: &ZoneView, zone: usize) -> impl Iterator<Item = (u32, (f64, f64), (f64, f64))> {
    let (lon, lat, rings) = (view.lon, view.lat, view.rings);
    let starts = view.polygons_of(zone).flatten().flat_map(move |ring| {
        rings[ring] as u32..(rings[ring + 1] as u32).saturating_sub(1).max(rings[ring] as u32)
    });
    starts.filter_map(move |i| {
        let at = |i: usize| (lon[i], lat[i]);
        let (a, b) = (at(i as usize), at(i as usize + 1));
        let finite = a.0.is_finite() && a.1.is_finite() && b.0.is_finite() && b.1.is_finite();
        (finite && a != b).then_some((i, a, b))
    })
}

/// Calls `visit` with the row and column of every cell that the edge crosses.
fn walk(a: (f64, f64), b: (f64, f64), grid: &Grid, mut visit: impl FnMut(u32, u32)) {
    let (low, high) = if a.1 <= b.1 { (a, b) } else { (b, a) };
    let (south, north) = (grid.row(low.1), grid.row(high.1));
    let (west, east) = (grid.column(low.0.min(high.0)), grid.column(low.0.max(high.0)));
    if south == north || west == east {
        for row in south..=north {
            (west..=east).for_each(|column| visit(row, column));
        }
        return;
    }
    // Where the edge enters and leaves each row, in columns, with room for rounding: a share
    // of the edge's width, and of a column.
    let (x1, y1, x2, y2) = (grid.across(low.0), grid.up(low.1), grid.across(high.0), grid.up(high.1));
    let per_row = (x2 - x1) / (y2 - y1);
    let slack = 1e-9 * (x2 - x1).abs() + 1e-6;
    for row in south..=north {
        let enter = x1 + (f64::from(row).max(y1) - y1) * per_row;
        let leave = x1 + (f64::from(row + 1).min(y2) - y1) * per_row;
        let from = ((enter.min(leave) - slack).max(0.0) as u32).clamp(west, east);
        let to = ((enter.max(leave) + slack).max(0.0) as u32).clamp(west, east);
        (from..=to).for_each(|column| visit(row, column));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slanted_edge_crosses_a_band_of_cells() {
        let grid =
            Grid { west: 0.0, south: 0.0, columns_per_deg: 1.0, rows_per_deg: 1.0, tiles_x: 2, tiles_y: 2 };
        let mut cells = Vec::new();
        walk((9.6, 0.5), (0.5, 3.5), &grid, |row, column| cells.push((row, column)));
        assert_eq!(cells.len(), 13, "nine lines between columns and three between rows are crossed");
        assert!(cells.contains(&(0, 9)) && cells.contains(&(3, 0)) && !cells.contains(&(3, 9)));
        let mut one = Vec::new();
        walk((1.25, 1.25), (1.5, 1.75), &grid, |row, column| one.push((row, column)));
        assert_eq!(one, [(1, 1)]);
    }
}
