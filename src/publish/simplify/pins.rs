//! Vertices that stay although they could go: where the source's own segments cross, and along slivers between borders
//! that were drawn as two lines. Moved, they could make an overlap or a gap of the source larger.

use std::collections::HashSet;

use rayon::prelude::*;

use super::net::{NONE, Net, Place, UNITS, corners, ring_area};
use super::shrink::turn;

/// Cells of the grid that a segment may lie in on average, before the cells are made larger.
const CELLS_EACH: u64 = 4;

/// A sliver's area is less than this share of the square of its perimeter: about ten times as long as wide. A disc has
/// 0.08.
const SLIVER: f64 = 0.02;

/// Keeps what may not move lest overlaps and gaps that the source has grow, and notes the stiff segments.
pub(super) fn pin(net: &mut Net) {
    let mut segments = net.segments();
    let single: Vec<(u32, u32)> =
        segments.chunk_by(|a, b| a == b).filter(|uses| uses.len() == 1).map(|uses| uses[0]).collect();
    segments.dedup();
    for vertex in meeting(&net.place, &segments) {
        net.links[vertex as usize] = [NONE; 2];
    }
    if net.zones {
        for vertex in slivers(net, &single) {
            net.links[vertex as usize] = [NONE; 2];
        }
    }
    let stays = |vertex: u32| net.links[vertex as usize][0] == NONE;
    let stiff = segments.into_iter().filter(|(a, b)| stays(*a) && stays(*b)).collect();
    net.stiff = stiff;
}

/// Ends of all segments that meet another one anywhere but at a vertex of both. Each segment is given once.
///
/// Segments are sorted into square cells and swept there: near O(n log n) for borders.
fn meeting(place: &[Place], segments: &[(u32, u32)]) -> Vec<u32> {
    let [low, high] = corners(place);
    let span = [0, 1].map(|axis| (f64::from(high[axis]) - f64::from(low[axis])).max(1.0));
    let boxed = |(a, b): (u32, u32)| {
        let [a, b] = [a, b].map(|vertex| place[vertex as usize]);
        [a[0].min(b[0]), a[1].min(b[1]), a[0].max(b[0]), a[1].max(b[1])]
    };
    let mut side = ((span[0] * span[1] / segments.len().max(1) as f64).sqrt() as i64).max(1);
    let cells = |segment: (u32, u32), side: i64| {
        let cell = |unit: i32, axis: usize| (i64::from(unit) - i64::from(low[axis])) / side;
        let [west, south, east, north] = boxed(segment);
        (cell(west, 0)..=cell(east, 0), cell(south, 1)..=cell(north, 1))
    };
    let spread = |side: i64| -> u64 {
        segments
            .par_iter()
            .map(|segment| {
                let (x, y) = cells(*segment, side);
                ((x.end() - x.start() + 1) * (y.end() - y.start() + 1)) as u64
            })
            .sum()
    };
    while spread(side) > CELLS_EACH * segments.len() as u64 + 64 {
        side *= 2;
    }
    // Cell and western end, so that each cell comes out swept from west to east.
    let mut entries: Vec<(u64, i32, u32)> = segments
        .par_iter()
        .enumerate()
        .flat_map_iter(|(at, segment)| {
            let (x, y) = cells(*segment, side);
            let west = boxed(*segment)[0];
            x.flat_map(move |x| y.clone().map(move |y| ((x as u64) << 32 | y as u64, west, at as u32)))
        })
        .collect();
    entries.par_sort_unstable();
    let mut ends: Vec<u32> = entries
        .par_chunk_by(|a, b| a.0 == b.0)
        .flat_map_iter(|cell| {
            let mut ends = Vec::new();
            for (at, (.., first)) in cell.iter().enumerate() {
                let first = segments[*first as usize];
                let one = boxed(first);
                for (_, west, second) in &cell[at + 1..] {
                    if *west > one[2] {
                        break;
                    }
                    let second = segments[*second as usize];
                    let two = boxed(second);
                    if one[1] <= two[3] && two[1] <= one[3] && meet(place, first, second) {
                        ends.extend([first.0, first.1, second.0, second.1]);
                    }
                }
            }
            ends
        })
        .collect();
    ends.sort_unstable();
    ends.dedup();
    ends
}

/// Whether two segments whose boxes meet share a place that is not a vertex of both, exactly.
fn meet(place: &[Place], first: (u32, u32), second: (u32, u32)) -> bool {
    let at = |vertex: u32| place[vertex as usize];
    let shared = [first.0, first.1].into_iter().find(|vertex| *vertex == second.0 || *vertex == second.1);
    if let Some(shared) = shared {
        let far = |(a, b): (u32, u32)| at(if a == shared { b } else { a });
        let (p, a, b) = (at(shared), far(first), far(second));
        // On one line, in one direction: they run over each other.
        let ahead = |axis: usize| {
            (i128::from(a[axis]) - i128::from(p[axis])) * (i128::from(b[axis]) - i128::from(p[axis]))
        };
        return turn(p, a, b) == 0 && ahead(0) + ahead(1) > 0;
    }
    let parted = |(a, b): (u32, u32), (c, d): (u32, u32)| {
        turn(at(a), at(b), at(c)).signum() * turn(at(a), at(b), at(d)).signum() == 1
    };
    !parted(first, second) && !parted(second, first)
}

/// Vertices along slivers: where two ways of borders, each of one zone alone, lead between the same two places close to
/// each other.
fn slivers(net: &Net, single: &[(u32, u32)]) -> Vec<u32> {
    let stays = |vertex: u32| net.links[vertex as usize][0] == NONE;
    let mut chains: Vec<([u32; 2], Vec<u32>)> = Vec::new();
    for &(a, b) in single {
        for (end, next) in [(a, b), (b, a)] {
            if !stays(end) {
                continue;
            }
            let mut chain = vec![end, next];
            let mut last = end;
            let mut at = next;
            while !stays(at) && chain.len() <= net.place.len() {
                let [one, two] = net.links[at as usize];
                (last, at) = (at, if one == last { two } else { one });
                chain.push(at);
            }
            // Each is found from both ends; one that comes back to where it began is no sliver.
            if (end, next) < (at, last) && end != at {
                chains.push(([end.min(at), end.max(at)], chain));
            }
            // A segment between two that stay begins and ends itself.
            if stays(next) {
                break;
            }
        }
    }
    chains.sort_unstable();
    let mut pinned = HashSet::new();
    for alike in chains.chunk_by(|one, two| one.0 == two.0) {
        for (at, (_, one)) in alike.iter().enumerate() {
            for (_, two) in &alike[at + 1..] {
                if is_sliver(&net.place, one, two) {
                    pinned.extend(one.iter().chain(two).copied());
                }
            }
        }
    }
    let mut pinned: Vec<u32> = pinned.into_iter().collect();
    pinned.sort_unstable();
    pinned
}

/// Whether what two ways between the same ends enclose is long and narrow.
fn is_sliver(place: &[Place], one: &[u32], two: &[u32]) -> bool {
    let ring: Vec<u32> = match one.first() == two.first() {
        true => one.iter().chain(two.iter().rev().skip(1)).copied().collect(),
        false => one.iter().chain(two.iter().skip(1)).copied().collect(),
    };
    let perimeter: f64 = ring
        .windows(2)
        .map(|pair| {
            let [a, b] = [pair[0], pair[1]].map(|vertex| place[vertex as usize]);
            let shrink = libm::cos((f64::from(a[1]) / UNITS).to_radians());
            libm::hypot((f64::from(b[0]) - f64::from(a[0])) * shrink, f64::from(b[1]) - f64::from(a[1]))
        })
        .sum();
    ring_area(place, &ring).abs() < SLIVER * perimeter * perimeter
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ends(place: &[Place], segments: &[(u32, u32)]) -> Vec<u32> {
        meeting(place, segments)
    }

    #[test]
    fn what_crosses_touches_or_runs_over_is_found_and_what_meets_at_vertices_is_not() {
        let place = [[0, 0], [10, 10], [0, 10], [10, 0], [5, 5], [20, 20]];
        assert_eq!(ends(&place, &[(0, 1), (2, 3)]), [0, 1, 2, 3]);
        assert_eq!(ends(&place, &[(0, 1), (2, 4)]), [0, 1, 2, 4], "a vertex on a segment");
        assert_eq!(ends(&place, &[(0, 1), (0, 4)]), [0, 1, 4], "one over the other");
        assert!(ends(&place, &[(0, 4), (4, 1), (2, 4), (4, 3), (1, 5)]).is_empty());
    }

    #[test]
    fn a_crossing_is_found_among_short_and_long_segments() {
        // A comb of short segments under one long line that crosses the last of them only.
        let mut place: Vec<Place> = (0..1000).flat_map(|i| [[i * 100, 0], [i * 100, 50]]).collect();
        place.extend([[-1000, 60], [99_950, 60], [99_850, 40], [99_950, 40]]);
        let mut segments: Vec<(u32, u32)> = (0..1000).map(|i| (2 * i, 2 * i + 1)).collect();
        segments.extend([(2000, 2001), (2002, 2003)]);
        assert_eq!(ends(&place, &segments), [1998, 1999, 2002, 2003]);
    }
}
