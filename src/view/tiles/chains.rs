//! The borders of a tile, each once: where two rings run along the same vertices they share a chain, in one order or
//! the other.

use std::collections::HashMap;

use super::cut::{Feature, Unit};
use super::rings;

/// The chains of a tile and which of them make its rings.
pub(super) struct Chains {
    /// Vertices; a ring that no other touches is one chain whose last vertex repeats its first.
    pub lines: Vec<Vec<Unit>>,
    /// For each ring, in the order of features, polygons and rings: twice the number of a chain, and one more where
    /// it is walked from its last vertex.
    pub rings: Vec<Vec<u64>>,
}

impl Chains {
    /// Cuts rings where they part from one another. O(v) for v vertices, but for the hashing of chains.
    pub fn new(features: &[Feature]) -> Self {
        let all: Vec<&Vec<Unit>> = features.iter().flat_map(|f| f.polygons.iter().flatten()).collect();
        let corners = corners(&all);
        let mut known: HashMap<Vec<Unit>, (u64, bool)> = HashMap::new();
        let mut lines: Vec<Vec<Unit>> = Vec::new();
        let rings = all.iter().map(|ring| {
            let pieces = pieces(ring, &corners).into_iter().map(|piece| {
                // The same chain under one key, whichever way it is walked.
                let backward: Vec<Unit> = piece.iter().rev().copied().collect();
                let turned = backward < piece;
                let key = if turned { backward } else { piece.clone() };
                let (line, as_key_turned) = *known.entry(key).or_insert_with(|| {
                    lines.push(piece);
                    (lines.len() as u64 - 1, turned)
                });
                2 * line + u64::from(turned != as_key_turned)
            });
            pieces.collect()
        });
        let rings = rings.collect();
        Self { lines, rings }
    }
}

/// Places whose neighbours are not the same two in every ring that passes.
fn corners(of: &[&Vec<Unit>]) -> HashMap<Unit, bool> {
    let mut seen: HashMap<Unit, ((Unit, Unit), bool)> = HashMap::new();
    for ring in of {
        for (i, &here) in ring.iter().enumerate() {
            let pair = rings::neighbours(|i| ring[i], ring.len(), i);
            let (known, corner) = seen.entry(here).or_insert((pair, false));
            *corner |= *known != pair;
        }
    }
    seen.into_iter().map(|(place, (_, corner))| (place, corner)).collect()
}

/// A ring from corner to corner, both ends included.
fn pieces(ring: &[Unit], corners: &HashMap<Unit, bool>) -> Vec<Vec<Unit>> {
    let mut starts: Vec<usize> = (0..ring.len()).filter(|&i| corners[&ring[i]]).collect();
    if starts.is_empty() {
        // Nothing tells where a lone ring begins; its least vertex does, for all that walk it.
        starts.extend((0..ring.len()).min_by_key(|&i| ring[i]));
    }
    rings::pieces(&starts, ring.len()).map(|piece| piece.map(|i| ring[i % ring.len()]).collect()).collect()
}
