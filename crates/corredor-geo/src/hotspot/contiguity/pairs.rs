//! Pairs of zones whose edges meet, found cell by cell.

use std::collections::HashSet;

use rayon::prelude::*;

use crate::index::{EdgeCells, Run};

/// An edge by its ends, longitude and latitude.
pub(super) type Edge = ((f64, f64), (f64, f64));

/// Cells that one task looks through; it remembers the pairs it has found.
const CELLS_PER_TASK: usize = 1 << 13;

/// Above this many pairs of edges in a cell they are swept instead of tested one by one.
const MAX_TESTS: usize = 1 << 14;

/// Above this many zones in a cell their pairs are not listed.
const MAX_ZONES: usize = 12;

/// The pairs of zones, smaller number first, with an edge each that `meet` accepts among
/// those whose boxes come within `pad` (degrees of longitude and latitude). Pairs may come
/// more than once.
pub(super) fn meeting(
    cells: &EdgeCells,
    pad: (f64, f64),
    meet: impl Fn(Edge, Edge) -> bool + Sync,
) -> Vec<(u32, u32)> {
    let all: Vec<usize> = (0..cells.grid().cells()).step_by(CELLS_PER_TASK).collect();
    let found: Vec<Vec<(u32, u32)>> = all
        .into_par_iter()
        .map(|first| {
            let last = (first + CELLS_PER_TASK).min(cells.grid().cells());
            let mut task = Task { cells, pad, meet: &meet, known: HashSet::new() };
            (first..last).for_each(|cell| task.look(cells.runs(cell)));
            let mut found: Vec<(u32, u32)> = task.known.into_iter().collect();
            found.sort_unstable();
            found
        })
        .collect();
    found.concat()
}

struct Task<'a, F> {
    cells: &'a EdgeCells<'a>,
    pad: (f64, f64),
    meet: &'a F,
    known: HashSet<(u32, u32)>,
}

impl<F: Fn(Edge, Edge) -> bool> Task<'_, F> {
    /// Looks through one cell; its runs come by zone.
    fn look(&mut self, runs: &[Run]) {
        if runs.first().map(|r| r.zone) == runs.last().map(|r| r.zone) {
            return;
        }
        let zones: Vec<&[Run]> = runs.chunk_by(|a, b| a.zone == b.zone).collect();
        if zones.len() > MAX_ZONES {
            return self.sweep(runs);
        }
        for (i, of_one) in zones.iter().enumerate() {
            for of_other in &zones[i + 1..] {
                let pair = (of_one[0].zone, of_other[0].zone);
                if self.known.contains(&pair) {
                    continue;
                }
                let count = |runs: &[Run]| runs.iter().map(|r| r.count as usize).sum::<usize>();
                if count(of_one) * count(of_other) > MAX_TESTS {
                    self.sweep(&[*of_one, *of_other].concat());
                } else if self.any(of_one, of_other) {
                    self.known.insert(pair);
                }
            }
        }
    }

    /// Whether any edge of one zone meets any of the other in a cell.
    fn any(&self, of_one: &[Run], of_other: &[Run]) -> bool {
        edges(of_one).any(|i| {
            let e = self.edge(i);
            let near = Box4::around(e, self.pad);
            of_other.iter().filter(|run| near.nears(run)).flat_map(Run::edges).any(|j| {
                let f = self.edge(j);
                near.touches(f) && (self.meet)(e, f)
            })
        })
    }

    /// Tests the edges of a crowded cell in the order of their western ends.
    fn sweep(&mut self, runs: &[Run]) {
        let mut edges: Vec<(Box4, Edge, u32)> = runs
            .iter()
            .flat_map(|r| r.edges().map(|i| (self.edge(i), r.zone)))
            .map(|(e, zone)| (Box4::around(e, (0.0, 0.0)), e, zone))
            .collect();
        edges.sort_by(|a, b| a.0.west.total_cmp(&b.0.west));
        for (i, &(_, e, zone)) in edges.iter().enumerate() {
            let near = Box4::around(e, self.pad);
            let others = edges[i + 1..].iter().take_while(|(b, ..)| b.west <= near.east);
            for &(_, f, other) in others {
                let pair = (zone.min(other), zone.max(other));
                if zone != other && near.touches(f) && !self.known.contains(&pair) && (self.meet)(e, f) {
                    self.known.insert(pair);
                }
            }
        }
    }

    fn edge(&self, i: u32) -> Edge {
        (self.cells.vertex(i), self.cells.vertex(i + 1))
    }
}

/// The numbers of the edges of some runs.
fn edges(runs: &[Run]) -> impl Iterator<Item = u32> + '_ {
    runs.iter().flat_map(|r| r.edges())
}

/// A box in degrees.
#[derive(Clone, Copy)]
pub(super) struct Box4 {
    west: f64,
    south: f64,
    east: f64,
    north: f64,
}

impl Box4 {
    /// The box of an edge, widened on all sides.
    pub(super) fn around(e: Edge, pad: (f64, f64)) -> Self {
        Self {
            west: e.0.0.min(e.1.0) - pad.0,
            south: e.0.1.min(e.1.1) - pad.1,
            east: e.0.0.max(e.1.0) + pad.0,
            north: e.0.1.max(e.1.1) + pad.1,
        }
    }

    /// Whether the edges of a run may have a point in the box.
    pub(super) fn nears(&self, run: &Run) -> bool {
        run.near(&[self.west, self.south, self.east, self.north])
    }

    /// Whether the box and that of an edge have a point in common.
    pub(super) fn touches(&self, f: Edge) -> bool {
        f.0.0.max(f.1.0) >= self.west
            && f.0.0.min(f.1.0) <= self.east
            && f.0.1.max(f.1.1) >= self.south
            && f.0.1.min(f.1.1) <= self.north
    }
}
