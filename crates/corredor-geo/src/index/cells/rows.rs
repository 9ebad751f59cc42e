//! One row of tiles: its cells, their records, and the codes of its tiles.

use super::cell::{self, Edge, Marks, WEST_HIGH, WEST_LOW};
use super::code;
use super::entries::Entry;
use super::grid::{CELL_BITS, CELLS_PER_TILE, Grid};
use crate::index::orient;
use crate::view::ZoneView;

/// Cells of a tile.
pub(super) const CELLS_PER_NODE: usize = (CELLS_PER_TILE * CELLS_PER_TILE) as usize;

/// What all rows share while they are built.
pub(super) struct Plan<'a> {
    pub view: ZoneView<'a>,
    pub grid: Grid,
    pub meridians: Vec<f64>,
    pub parallels: Vec<f64>,
    /// The zone at each place in the order of keys.
    pub by_rank: &'a [u32],
    /// Which of several zones a position has.
    pub keep: Keep,
}

/// Which zones of a position an index knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Keep {
    /// The one with the smallest key; what it hides is left out.
    First,
    /// All.
    Every,
}

impl Plan<'_> {
    /// The edge as the cell needs it; none where it cannot matter to any position in the cell.
    fn edge(&self, row: usize, column: usize, entry: Entry) -> Option<Edge> {
        let at = |i: usize| (self.view.lon[i], self.view.lat[i]);
        let (a, b) = (at(entry.edge()), at(entry.edge() + 1));
        let (low, high) = if (a.1, a.0) <= (b.1, b.0) { (a, b) } else { (b, a) };
        let (left, right) = if low.0 <= high.0 { (low, high) } else { (high, low) };
        let (west, south) = (self.meridians[column], self.parallels[row]);
        let (east, north) = (self.meridians[column + 1], self.parallels[row + 1]);
        if right.0 < west || left.0 >= east || high.1 < south || low.1 >= north {
            return None;
        }
        let mut flag = 0;
        if left.0 < west {
            let side = orient(left, right, (west, south));
            if side < 0.0 || (side == 0.0 && right.1 < left.1) {
                flag = if low.0 < high.0 { WEST_LOW } else { WEST_HIGH };
            } else if side > 0.0 && right.1 <= left.1 {
                // It passes below the corner and falls: never in the cell.
                return None;
            }
        }
        Some(Edge { ends: [low.0, low.1, high.0, high.1], west: flag, rank: entry.rank })
    }
}

/// A row of tiles; nodes and records are numbered from the row's own first.
pub(super) struct TileRow {
    pub tiles: Vec<u32>,
    pub nodes: Vec<u32>,
    pub blob: Vec<u64>,
}

/// Builds one row of tiles from its entries, which come in order.
pub(super) fn build(plan: &Plan, tile_row: u32, entries: &[Entry]) -> TileRow {
    let columns = plan.grid.columns() as usize;
    let mut row = TileRow { tiles: Vec::with_capacity(columns), nodes: Vec::new(), blob: Vec::new() };
    if entries.is_empty() {
        row.tiles.resize(plan.grid.tiles_x as usize, code::NO_ZONE);
        return row;
    }
    let mut codes = vec![code::NO_ZONE; columns * CELLS_PER_TILE as usize];
    let mut scan = Scan { plan, blob: &mut row.blob, state: Vec::new(), scratch: Scratch::default() };
    for of_row in entries.chunk_by(|a, b| a.row() == b.row()) {
        let number = of_row[0].row();
        let start = (number % CELLS_PER_TILE) as usize * columns;
        scan.row(number, of_row, &mut codes[start..start + columns]);
    }
    debug_assert_eq!(tile_row, entries[0].row() >> CELL_BITS, "entries of another row");
    fold(&codes, columns, &mut row);
    row
}

/// Tiles whose cells all say the same become one code, the others a node.
fn fold(codes: &[u32], columns: usize, row: &mut TileRow) {
    let side = CELLS_PER_TILE as usize;
    for west in (0..columns).step_by(side) {
        let first = codes[west];
        let cells = || codes.chunks_exact(columns).flat_map(|line| &line[west..west + side]);
        if code::is_zone(first) && cells().all(|&cell| cell == first) {
            row.tiles.push(first);
        } else {
            row.tiles.push(code::node((row.nodes.len() / CELLS_PER_NODE) as u32));
            row.nodes.extend(cells());
        }
    }
}

/// Walks a row of cells from west to east, with the zones that contain the present corner.
struct Scan<'a> {
    plan: &'a Plan<'a>,
    blob: &'a mut Vec<u64>,
    /// Places in the order of keys, rising.
    state: Vec<u32>,
    scratch: Scratch,
}

#[derive(Default)]
struct Scratch {
    edges: Vec<Edge>,
    next: Vec<u32>,
    zones: Vec<u32>,
    corner: Vec<u32>,
    merged: Vec<([f64; 4], u32)>,
    marks: Marks,
}

impl Scan<'_> {
    fn row(&mut self, row: u32, entries: &[Entry], codes: &mut [u32]) {
        self.state.clear();
        let mut filled = 0;
        for of_cell in entries.chunk_by(|a, b| a.column() == b.column()) {
            let column = of_cell[0].column() as usize;
            if filled < column {
                codes[filled..column].fill(self.plain());
            }
            codes[column] = self.cell(row as usize, column, of_cell);
            filled = column + 1;
        }
        if filled < codes.len() {
            codes[filled..].fill(self.plain());
        }
    }

    /// The code of a cell that no edge crosses: of several zones, the smallest key or all.
    fn plain(&mut self) -> u32 {
        match (&self.state[..], self.plan.keep) {
            ([], _) => code::NO_ZONE,
            ([rank], _) | ([rank, ..], Keep::First) => code::zone(self.plan.by_rank[*rank as usize]),
            (ranks, Keep::Every) => {
                let zones: Vec<u32> = ranks.iter().map(|&rank| self.plan.by_rank[rank as usize]).collect();
                let corner: Vec<u32> = (0..zones.len() as u32).collect();
                let record = self.blob.len() as u32;
                self.scratch.marks.clear();
                cell::write(self.blob, &zones, &corner, &[], &self.scratch.marks);
                code::border(record)
            }
        }
    }

    /// The code of a cell with entries; moves the state on to the next corner.
    fn cell(&mut self, row: usize, column: usize, entries: &[Entry]) -> u32 {
        self.scratch.edges.clear();
        self.scratch.edges.extend(entries.iter().filter_map(|&entry| self.plan.edge(row, column, entry)));
        let code = self.record();
        let (east, south) = (self.plan.meridians[column + 1], self.plan.parallels[row]);
        for edge in &self.scratch.edges {
            if edge.toggles(east, south) {
                match self.state.binary_search(&edge.rank) {
                    Ok(at) => drop(self.state.remove(at)),
                    Err(at) => self.state.insert(at, edge.rank),
                }
            }
        }
        code
    }

    /// Writes the record of the cell, unless one zone or none has all of it.
    fn record(&mut self) -> u32 {
        let Scratch { edges, next, zones, corner, merged, marks } = &mut self.scratch;
        edges.sort_unstable_by(|a, b| {
            let order = |a: &Edge, b: &Edge, i: usize| a.ends[i].total_cmp(&b.ends[i]);
            (order(a, b, 1).then(order(a, b, 0)).then(order(a, b, 3)).then(order(a, b, 2)))
                .then(a.rank.cmp(&b.rank))
        });
        next.clear();
        next.extend(edges.iter().map(|edge| edge.rank));
        next.sort_unstable();
        next.dedup();
        // A zone that has the whole cell hides those of greater keys.
        let covering = self.state.iter().copied().find(|rank| next.binary_search(rank).is_err());
        let hidden = match self.plan.keep {
            Keep::First => covering.map_or(u32::MAX, |rank| rank + 1),
            Keep::Every => u32::MAX,
        };
        next.extend(&self.state);
        next.retain(|&rank| rank < hidden);
        next.sort_unstable();
        next.dedup();
        let place = |rank: u32| next.binary_search(&rank).unwrap_or(0) as u32;
        merged.clear();
        marks.clear();
        for edge in edges.iter().filter(|edge| edge.rank < hidden) {
            let place = place(edge.rank);
            match merged.last() {
                // The other side of a shared border; a zone's own edge twice must toggle twice.
                Some(last) if last.0 == edge.ends && marks.of(merged.len() - 1).last() != Some(&place) => {
                    marks.add(place);
                }
                _ => {
                    merged.push((edge.ends, edge.west));
                    marks.begin(place);
                }
            }
        }
        if merged.is_empty() {
            return self.plain();
        }
        corner.clear();
        corner.extend(self.state.iter().filter(|&&rank| rank < hidden).map(|&rank| place(rank)));
        zones.clear();
        zones.extend(next.iter().map(|&rank| self.plan.by_rank[rank as usize]));
        let record = self.blob.len() as u32;
        cell::write(self.blob, zones, corner, merged, marks);
        code::border(record)
    }
}
