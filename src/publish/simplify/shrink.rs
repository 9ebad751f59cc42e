//! Takes vertices out of a net, the least important first.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, HashMap};

use super::net::{NONE, Net, UNITS, segment};

/// Vertices in a cell of the grid at first, on average.
const IN_CELL: f64 = 2.0;

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
        let mut heap: BinaryHeap<(Reverse<u64>, Reverse<u32>)> = BinaryHeap::new();
        let mut weights = vec![0_u64; net.place.len()];
        for vertex in 0..net.place.len() as u32 {
            if may_go(net, vertex) {
                let weight = weight(net, vertex);
                weights[vertex as usize] = weight;
                heap.push((Reverse(weight), Reverse(vertex)));
            }
        }
        let before = left;
        while left > positions {
            let Some((Reverse(weight), Reverse(vertex))) = heap.pop() else { break };
            // An entry from before a neighbour went is stale.
            if net.gone[vertex as usize] || weights[vertex as usize] != weight {
                continue;
            }
            let Some(changes) = allowed(net, &grid, &drift, vertex, tolerance) else { continue };
            for (zone, change) in changes.into_iter().flatten() {
                drift[zone as usize] += change;
            }
            left -= net.passages[vertex as usize].iter().flatten().count();
            let [a, b] = net.links[vertex as usize];
            take_out(net, vertex);
            grid.take_out(vertex, net.place[vertex as usize]);
            for neighbour in [a, b] {
                if may_go(net, neighbour) {
                    // Never before what has just gone: else a long gentle bend would be eaten from one end.
                    let new = self::weight(net, neighbour).max(weight);
                    weights[neighbour as usize] = new;
                    heap.push((Reverse(new), Reverse(neighbour)));
                }
            }
        }
        if left == before {
            return;
        }
    }
}

fn may_go(net: &Net, vertex: u32) -> bool {
    !net.gone[vertex as usize] && net.links[vertex as usize][0] != NONE
}

/// The area of the triangle that a vertex makes with its neighbours, as bits that sort like it.
fn weight(net: &Net, vertex: u32) -> u64 {
    let [a, b] = net.links[vertex as usize];
    triangle(net, a, vertex, b).abs().to_bits()
}

/// Area of a triangle in square units, shrunk by the cosine of its latitude; positive where it turns left.
fn triangle(net: &Net, a: u32, b: u32, c: u32) -> f64 {
    let [a, b, c] = [a, b, c].map(|vertex| net.place[vertex as usize]);
    turn(a, b, c) as f64 / 2.0 * libm::cos((f64::from(b[1]) / UNITS).to_radians())
}

/// Twice the signed area, exactly.
fn turn(a: [i32; 2], b: [i32; 2], c: [i32; 2]) -> i128 {
    let d = |p: [i32; 2], axis: usize| i128::from(p[axis]) - i128::from(a[axis]);
    d(b, 0) * d(c, 1) - d(b, 1) * d(c, 0)
}

/// The changes of area if a vertex may go.
///
/// It may not where the segment that would take its place is there already (two borders would become one, or a ring
/// would vanish), or where another vertex lies in or on the triangle that is cut off: any segment that the new one could
/// cross either ends in there or crossed the old ones.
fn allowed(
    net: &Net,
    grid: &Grid,
    drift: &[f64],
    vertex: u32,
    tolerance: f64,
) -> Option<[Option<(u32, f64)>; 2]> {
    let [a, b] = net.links[vertex as usize];
    if a == b || net.segments.contains(&segment(a, b)) {
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

fn take_out(net: &mut Net, vertex: u32) {
    let [a, b] = net.links[vertex as usize];
    net.gone[vertex as usize] = true;
    net.segments.remove(&segment(a, vertex));
    net.segments.remove(&segment(vertex, b));
    net.segments.insert(segment(a, b));
    for (neighbour, other) in [(a, b), (b, a)] {
        for slot in &mut net.links[neighbour as usize] {
            if *slot == vertex {
                *slot = other;
            }
        }
    }
}

/// The vertices that are left, by square cells.
struct Grid {
    cells: HashMap<[i32; 2], Vec<u32>>,
    side: i64,
}

impl Grid {
    fn new(net: &Net) -> Self {
        let (mut low, mut high) = ([i32::MAX; 2], [i32::MIN; 2]);
        for place in &net.place {
            for axis in 0..2 {
                low[axis] = low[axis].min(place[axis]);
                high[axis] = high[axis].max(place[axis]);
            }
        }
        let span = |axis: usize| (f64::from(high[axis]) - f64::from(low[axis])).max(1.0);
        let side = (span(0) * span(1) * IN_CELL / net.place.len().max(1) as f64).sqrt();
        let mut grid = Self { cells: HashMap::new(), side: (side as i64).max(1) };
        for (vertex, place) in net.place.iter().enumerate() {
            grid.cells.entry(grid.cell(*place)).or_default().push(vertex as u32);
        }
        grid
    }

    fn cell(&self, place: [i32; 2]) -> [i32; 2] {
        // The quotient of a 32-bit number is one.
        place.map(|unit| i64::from(unit).div_euclid(self.side) as i32)
    }

    fn take_out(&mut self, vertex: u32, place: [i32; 2]) {
        let cell = self.cell(place);
        if let Some(inside) = self.cells.get_mut(&cell)
            && let Some(at) = inside.iter().position(|other| *other == vertex)
        {
            inside.swap_remove(at);
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
        let hit = |vertex: &u32| !corners.contains(vertex) && within(places, net.place[*vertex as usize]);
        let spanned =
            (i64::from(to[0]) - i64::from(from[0]) + 1) * (i64::from(to[1]) - i64::from(from[1]) + 1);
        // A triangle over more cells than there are is looked for the other way around.
        if spanned > self.cells.len() as i64 {
            return !self.cells.values().flatten().any(hit);
        }
        for x in from[0]..=to[0] {
            for y in from[1]..=to[1] {
                if self.cells.get(&[x, y]).is_some_and(|inside| inside.iter().any(hit)) {
                    return false;
                }
            }
        }
        true
    }
}

/// Whether a place lies in or on a triangle, exactly.
fn within([a, b, c]: [[i32; 2]; 3], place: [i32; 2]) -> bool {
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
