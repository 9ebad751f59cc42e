//! Whether the arrays of a mapped index hold together: no look-up may leave them or name a zone that is not there.
//!
//! A checksum finds damage by accident; who makes one anew could write anything. What passes here can be looked up in
//! without a panic, and every answer is a zone of the index or none.

use rayon::prelude::*;

use super::cell::{MARKED_ZONES, OUTSIDE, WEST_HIGH, WEST_LOW, ZONES, ends_of, packed};
use super::code;
use super::grid::{Grid, MAX_TILES};
use super::parts::Parts;
use super::rows::CELLS_PER_NODE;

/// Whether a grid is one that [`Grid::over`] may make.
pub(super) fn grid(grid: &Grid) -> bool {
    let Grid { west, south, columns_per_deg, rows_per_deg, tiles_x, tiles_y } = *grid;
    let positive = |scale: f64| scale.is_finite() && scale > 0.0;
    west.is_finite()
        && south.is_finite()
        && positive(columns_per_deg)
        && positive(rows_per_deg)
        && (1..=MAX_TILES).contains(&tiles_x)
        && (1..=MAX_TILES).contains(&tiles_y)
}

/// Whether the bytes of the arrays are those of whole numbers, tiles and nodes.
pub(super) fn sizes(grid: &Grid, tiles: usize, nodes: usize, blob: usize) -> bool {
    let wanted = grid.tiles_x as usize * grid.tiles_y as usize + 1;
    tiles == 4 * wanted
        && nodes >= 4 * CELLS_PER_NODE
        && nodes.is_multiple_of(4 * CELLS_PER_NODE)
        && blob.is_multiple_of(8)
}

/// What does not hold together in the arrays, if anything; `zones` is how many zones there are.
pub(super) fn arrays(parts: &Parts<'_>, zones: usize) -> Result<(), &'static str> {
    let Parts { tiles, nodes, blob, .. } = *parts;
    let starts = records(blob, zones).ok_or("a record of its borders does not hold together")?;
    let is_zone = |found: u32| code::is_zone(found) && (found == code::NO_ZONE || (found as usize) < zones);
    let is_record = |found: u32| {
        let at = code::value(found) as usize;
        code::is_border(found) && starts.get(at / 64).is_some_and(|bits| bits & 1 << (at % 64) != 0)
    };
    let divided = nodes.len() / CELLS_PER_NODE;
    let is_node = |found: u32| code::is_node(found) && (code::value(found) as usize) < divided;
    let right = tiles.last() == Some(&code::NO_ZONE)
        && tiles.par_iter().all(|&found| is_zone(found) || is_node(found))
        && nodes.par_iter().all(|&found| is_zone(found) || is_record(found));
    if right { Ok(()) } else { Err("a cell of it names what is not there") }
}

/// Where records begin, a bit a word; none where they do not follow one another to the end.
fn records(blob: &[u64], zones: usize) -> Option<Vec<u64>> {
    let mut starts = vec![0_u64; blob.len().div_ceil(64)];
    let mut at = 0;
    while at < blob.len() {
        starts[at / 64] |= 1 << (at % 64);
        at += record(&blob[at..], zones)?;
    }
    Some(starts)
}

/// Words of the record that begins here, if it holds together.
fn record(words: &[u64], zones: usize) -> Option<usize> {
    let low = |word: u64| word as u32;
    let high = |word: u64| (word >> 32) as u32;
    let (&[head, counts], _) = words.split_first_chunk::<2>()?;
    let (corner, edges) = (low(head), high(head) as usize);
    let (own, last) = (low(counts) as usize, high(counts));
    let is_zone = |zone: u32| (zone as usize) < zones;
    if own == 0 || own > zones {
        return None;
    }
    let mut rest = words.get(2..)?;
    let mut take = |count: usize| {
        let taken;
        (taken, rest) = rest.split_at_checked(count)?;
        Some(taken)
    };
    let all = |words: &[u64], count: usize, right: &dyn Fn(u32) -> bool| {
        (0..count).all(|i| right(packed(words, i)))
    };
    let is_west = |flag: u32| flag == 0 || flag == WEST_LOW || flag == WEST_HIGH;
    let right = if own <= MARKED_ZONES {
        let bits = if own == MARKED_ZONES { ZONES } else { (1 << own) - 1 };
        let others = take(own / 2)?;
        let marks = take(edges.div_ceil(2))?;
        last != OUTSIDE
            && is_zone(last)
            && corner & !bits == 0
            && all(others, own - 1, &is_zone)
            && all(marks, edges, &|mark| is_west(mark & !ZONES) && mark & ZONES & !bits == 0)
    } else {
        let (corner, places) = (corner as usize, last as usize);
        let of_cell = take(own.div_ceil(2))?;
        let of_corner = take(corner.div_ceil(2))?;
        let wests = take(edges.div_ceil(2))?;
        let ends = take((edges + 1).div_ceil(2))?;
        let marks = take(places.div_ceil(2))?;
        let is_place = |place: u32| (place as usize) < own;
        corner <= own
            && all(of_cell, own, &is_zone)
            && all(of_corner, corner, &is_place)
            && all(wests, edges, &is_west)
            && packed(ends, 0) == 0
            && (0..edges).all(|i| packed(ends, i) <= packed(ends, i + 1))
            && packed(ends, edges) as usize == places
            && all(marks, places, &is_place)
    };
    let (coordinates, _) = take(edges.checked_mul(4)?)?.as_chunks::<4>();
    let right = right
        && coordinates.iter().all(|edge| {
            let ends = ends_of(edge);
            ends.iter().all(|x| x.is_finite()) && ends[1] <= ends[3]
        });
    right.then_some(words.len() - rest.len())
}
