//! Takes vertices out of a net, the least important first.

use rayon::prelude::*;

use super::net::{NONE, Net, Place, UNITS, corners};

/// Cells of the grid for each vertex.
const CELLS_EACH: f64 = 2.0;

/// Rounds in which vertices that could not go are tried again, after others have gone.
const ROUNDS: usize = 3;

/// Takes vertices out until at most so many positions are left; no zone's area changes by more than `tolerance` of it.
pub(super) fn shrink(net: &mut Net, positions: usize, tolerance: f64) {
    let mut left = net.positions();
    let mut grid = Grid::new(net);
    let mut drift = vec![0.0_f64; net.areas.len()];
    for _ in 0..ROUNDS {
        if left <= positions {
            return;
        }
        let mut queue = Queue::new(net);
        let before = left;
        while left > positions {
            let Some(vertex) = queue.pop(net) else { break };
            let Some(changes) = allowed(net, &grid, &drift, vertex, tolerance) else { continue };
            for (zone, change) in changes.into_iter().flatten() {
                drift[zone as usize] += change;
            }
            left -= net.passages[vertex as usize].iter().flatten().count();
            let [a, b] = net.links[vertex as usize];
            net.take_out(vertex);
            grid.take_out(vertex, net.place[vertex as usize]);
            for neighbour in [a, b] {
                if net.may_go(neighbour) {
                    queue.push(net, neighbour);
                }
            }
        }
        if left == before {
            return;
        }
    }
}

/// Bits of a weight that tell no two apart: what is left of it rises by a thirty-second at a time.
const COARSE: u32 = 52 - 5;

/// No weight.
const OUT: u32 = u32::MAX;

/// Vertices by their weight, in steps of a thirty-second; within a step in the order in which they came. A heap would
/// spend most of the time on that order.
struct Queue {
    /// Vertices of each step; those whose step has changed since are stale.
    steps: Vec<Vec<u32>>,
    /// The step of each vertex.
    step: Vec<u32>,
    /// The step that is being emptied, and how far.
    at: usize,
    done: usize,
}

impl Queue {
    fn new(net: &Net) -> Self {
        let vertices = 0..net.place.len() as u32;
        let step = vertices
            .into_par_iter()
            .map(|vertex| if net.may_go(vertex) { weight(net, vertex) } else { OUT })
            .collect();
        let mut queue = Self { steps: vec![Vec::new(); 1 << (64 - COARSE)], step, at: 0, done: 0 };
        for (vertex, step) in queue.step.iter().enumerate().filter(|(_, step)| **step != OUT) {
            queue.steps[*step as usize].push(vertex as u32);
        }
        queue
    }

    /// Puts a vertex in by its new weight, but never before what has just gone: else a long gentle bend would be eaten
    /// from one end.
    fn push(&mut self, net: &Net, vertex: u32) {
        let step = weight(net, vertex).max(self.at as u32);
        self.step[vertex as usize] = step;
        self.steps[step as usize].push(vertex);
    }

    /// The next vertex that may go.
    fn pop(&mut self, net: &Net) -> Option<u32> {
        while let Some(step) = self.steps.get_mut(self.at) {
            let Some(vertex) = step.get(self.done) else {
                *step = Vec::new();
                (self.at, self.done) = (self.at + 1, 0);
                continue;
            };
            self.done += 1;
            if !net.gone[*vertex as usize] && self.step[*vertex as usize] == self.at as u32 {
                return Some(*vertex);
            }
        }
        None
    }
}

/// The area of the triangle that a vertex makes with its neighbours, as the upper bits of the number, which sort like it.
fn weight(net: &Net, vertex: u32) -> u32 {
    let [a, b] = net.links[vertex as usize];
    (triangle(net, a, vertex, b).abs().to_bits() >> COARSE) as u32
}

/// Area of a triangle in square units, shrunk by the cosine of its latitude; positive where it turns left.
fn triangle(net: &Net, a: u32, b: u32, c: u32) -> f64 {
    let [a, b, c] = [a, b, c].map(|vertex| net.place[vertex as usize]);
    turn(a, b, c) as f64 / 2.0 * libm::cos((f64::from(b[1]) / UNITS).to_radians())
}

/// Twice the signed area, exactly.
pub(super) fn turn(a: Place, b: Place, c: Place) -> i128 {
    let d = |p: Place, axis: usize| i128::from(p[axis]) - i128::from(a[axis]);
    d(b, 0) * d(c, 1) - d(b, 1) * d(c, 0)
}

/// The changes of area if a vertex may go.
///
/// It may not where the segment that would take its place is there already (two borders would become one, or a ring
/// would vanish), or where another vertex lies in or on the triangle that is cut off: any segment that the new one could
/// cross either ends in there or crossed the old ones, and those that crossed any keep their ends.
fn allowed(
    net: &Net,
    grid: &Grid,
    drift: &[f64],
    vertex: u32,
    tolerance: f64,
) -> Option<[Option<(u32, f64)>; 2]> {
    let [a, b] = net.links[vertex as usize];
    if a == b || net.joined(a, b) {
        return None;
    }
    let area = triangle(net, a, vertex, b);
    let changes = net.passages[vertex as usize]
        .map(|passage| passage.filter(|p| p.zone != NONE).map(|p| (p.zone, f64::from(p.sign) * area)));
    for (zone, change) in changes.iter().flatten() {
        let zone = *zone as usize;
        // A border inside one zone changes it twice, in both directions; each alone is judged, which is stricter.
        if (drift[zone] + change).abs() > tolerance * net.areas[zone].abs() {
            return None;
        }
    }
    grid.is_free(net, [a, vertex, b]).then_some(changes)
}

/// The vertices that are left, by square cells.
struct Grid {
    /// South-western corner, units.
    low: Place,
    /// Side of a cell, units.
    side: i64,
    /// Columns and rows.
    size: [usize; 2],
    /// Vertices cell by cell.
    members: Vec<u32>,
    /// Where each cell begins in `members`.
    starts: Vec<u32>,
    /// How many of each cell are left; they stand first.
    left: Vec<u32>,
}

impl Grid {
    fn new(net: &Net) -> Self {
        let [low, high] = corners(&net.place);
        let span = [0, 1].map(|axis| (i64::from(high[axis]) - i64::from(low[axis])).max(1));
        let cells = (net.place.len() as f64 * CELLS_EACH).max(1.0);
        // No more cells on one axis than asked for in all, where all lies on one line.
        let side = (span[0] as f64 * span[1] as f64 / cells).sqrt().max(span[0].max(span[1]) as f64 / cells);
        let side = (side as i64).max(1);
        let size = span.map(|span| (span / side) as usize + 1);
        let mut grid = Self {
            low,
            side,
            size,
            members: Vec::new(),
            starts: Vec::new(),
            left: vec![0; size[0] * size[1]],
        };
        let cells: Vec<u32> = net.place.iter().map(|place| grid.number(grid.cell(*place)) as u32).collect();
        for cell in &cells {
            grid.left[*cell as usize] += 1;
        }
        let mut sum = 0;
        for count in &mut grid.left {
            grid.starts.push(sum);
            sum += std::mem::take(count);
        }
        grid.members = vec![0; cells.len()];
        for (vertex, cell) in cells.iter().enumerate() {
            let cell = *cell as usize;
            grid.members[(grid.starts[cell] + grid.left[cell]) as usize] = vertex as u32;
            grid.left[cell] += 1;
        }
        grid
    }

    fn cell(&self, place: Place) -> [usize; 2] {
        [0, 1].map(|axis| ((i64::from(place[axis]) - i64::from(self.low[axis])) / self.side) as usize)
    }

    fn number(&self, [x, y]: [usize; 2]) -> usize {
        y * self.size[0] + x
    }

    fn of(&self, cell: usize) -> std::ops::Range<usize> {
        let start = self.starts[cell] as usize;
        start..start + self.left[cell] as usize
    }

    fn take_out(&mut self, vertex: u32, place: Place) {
        let cell = self.number(self.cell(place));
        let left = self.of(cell);
        if let Some(at) = self.members[left.clone()].iter().position(|other| *other == vertex) {
            self.members.swap(left.start + at, left.end - 1);
            self.left[cell] -= 1;
        }
    }

    /// Whether no other vertex lies in or on a triangle.
    fn is_free(&self, net: &Net, corners: [u32; 3]) -> bool {
        let places = corners.map(|vertex| net.place[vertex as usize]);
        let bound = |axis: usize, pick: fn(i32, i32) -> i32| {
            places.iter().map(|p| p[axis]).reduce(pick).unwrap_or_default()
        };
        let low = [bound(0, i32::min), bound(1, i32::min)];
        let high = [bound(0, i32::max), bound(1, i32::max)];
        let (from, to) = (self.cell(low), self.cell(high));
        let hit = |vertex: &u32| {
            let place = net.place[*vertex as usize];
            let boxed = (0..2).all(|axis| low[axis] <= place[axis] && place[axis] <= high[axis]);
            boxed && !corners.contains(vertex) && within(places, place)
        };
        (from[1]..=to[1])
            .all(|y| (from[0]..=to[0]).all(|x| !self.members[self.of(self.number([x, y]))].iter().any(hit)))
    }
}

/// Whether a place lies in or on a triangle, exactly.
fn within([a, b, c]: [Place; 3], place: Place) -> bool {
    let turns = [turn(a, b, place), turn(b, c, place), turn(c, a, place)];
    let flat = turn(a, b, c) == 0;
    let sided = turns.iter().all(|t| *t >= 0) || turns.iter().all(|t| *t <= 0);
    // On one line all turns are zero beyond the ends too.
    let boxed = (0..2).all(|axis| {
        let values = [a[axis], b[axis], c[axis]];
        values.iter().any(|v| *v <= place[axis]) && values.iter().any(|v| *v >= place[axis])
    });
    sided && (!flat || boxed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn inside_is_exact_and_takes_the_rim() {
        let triangle = [[0, 0], [1_000_000_000, 1], [0, 2]];
        assert!(within(triangle, [0, 1]) && within(triangle, [500_000_000, 1]));
        assert!(!within(triangle, [500_000_000, 0]) && !within(triangle, [-1, 1]));
        let flat = [[0, 0], [10, 10], [5, 5]];
        assert!(within(flat, [3, 3]) && !within(flat, [11, 11]) && !within(flat, [3, 4]));
    }
}
