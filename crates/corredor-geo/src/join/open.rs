//! Edges that no zone beside them shares.

use rayon::prelude::*;

use super::shares::Segment;
use crate::view::ZoneView;

/// The edges of some rings that are left once those that run along each other in opposite
/// directions are taken away, pair by pair: by their first vertices, ascending.
///
/// What winds around a place stays the same: the two of a pair add up to nothing. O(n log n)
/// for n vertices, parallel; 16 bytes a vertex while it runs.
pub(super) fn open_edges(view: &ZoneView, rings: impl Iterator<Item = usize>) -> Vec<u32> {
    let starts: Vec<u32> =
        rings.flat_map(|ring| view.rings[ring] as u32..(view.rings[ring + 1] as u32).max(1) - 1).collect();
    // A number that both directions share stands before the edge; what is equal is then compared.
    let mut order: Vec<u64> = starts
        .into_par_iter()
        .map(|start| u64::from(undirected(edge(view, start))) << 32 | u64::from(start))
        .collect();
    order.par_sort_unstable();
    let mut open: Vec<u32> = order
        .par_chunk_by(|a, b| a >> 32 == b >> 32)
        .flat_map_iter(|same| {
            let mut left: Vec<u32> = Vec::new();
            for &packed in same {
                let start = packed as u32;
                let (a, b) = edge(view, start);
                match left.iter().position(|&other| edge(view, other) == (b, a)) {
                    Some(other) => drop(left.swap_remove(other)),
                    None if a != b => left.push(start),
                    None => {}
                }
            }
            left
        })
        .collect();
    open.par_sort_unstable();
    open
}

/// The edge that starts at a vertex.
pub(super) fn edge(view: &ZoneView, start: u32) -> Segment {
    let at = |i: usize| (view.lon[i], view.lat[i]);
    (at(start as usize), at(start as usize + 1))
}

/// A number that an edge and its reverse share, and few others.
fn undirected(((ax, ay), (bx, by)): Segment) -> u32 {
    // Adding zero makes the two zeros one.
    let mix = |x: f64, y: f64| {
        let bits =
            (x + 0.0).to_bits().wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ (y + 0.0).to_bits().rotate_left(32);
        (bits ^ bits >> 29).wrapping_mul(0xbf58_476d_1ce4_e5b9)
    };
    (mix(ax, ay).wrapping_add(mix(bx, by)) >> 32) as u32
}
