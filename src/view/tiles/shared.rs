//! How much each vertex matters to the line it lies on, the same for all zones that share the line, of whatever layer.
//!
//! Rings are cut where lines meet: at vertices whose neighbours are not the same two in every ring that passes. What
//! lies between, an arc, is the same chain of vertices in both rings, in one order or the other; it is always
//! looked at from the same end, so both rings get the same answer and no gap opens between them. An arc is weighed
//! as Douglas and Peucker (1973) thin a line: the weight of a vertex is the tolerance up to which it stays.

use std::collections::HashMap;

use rayon::prelude::*;

use super::rings;
use super::world::World;

/// The weight of a vertex that always stays.
const ALWAYS: f32 = f32::INFINITY;

/// The weight of each vertex, in units of the square. The last vertex of a ring, which repeats the first, has none.
///
/// O(v log v) for v vertices on usual borders.
pub(super) fn weights(world: &World) -> Vec<f32> {
    let ids = ids(world);
    let nodes = nodes(world, &ids);
    let mut weights = vec![0.0; world.x.len()];
    let spans: Vec<_> = (0..world.rings()).map(|ring| world.ring(ring)).collect();
    // Rings follow one another, so that each has a slice of its own.
    let mut rest = weights.as_mut_slice();
    let mut slices = Vec::with_capacity(spans.len());
    let mut at = 0;
    for span in &spans {
        let (_, after) = rest.split_at_mut(span.start - at);
        let (own, after) = after.split_at_mut(span.len());
        slices.push(own);
        (rest, at) = (after, span.end);
    }
    slices.into_par_iter().zip(&spans).for_each(|(own, span)| {
        let ring = Ring { world, ids: &ids, from: span.start, len: span.len() };
        ring.weigh(&nodes, own);
    });
    weights
}

/// A number for each place, in the order in which places first come up.
fn ids(world: &World) -> Vec<u32> {
    let mut known: HashMap<(i32, i32), u32> = HashMap::with_capacity(world.x.len() / 2 + 1);
    let number = |place: &(i32, i32)| {
        // A vertex takes 24 bytes in memory: there are fewer than this can count.
        let next = known.len() as u32;
        *known.entry(*place).or_insert(next)
    };
    world.places.iter().map(number).collect()
}

/// Which places are met by lines that do not run on together.
fn nodes(world: &World, ids: &[u32]) -> Vec<bool> {
    let places = ids.iter().max().map_or(0, |&id| id as usize + 1);
    let mut seen: Vec<Option<(u32, u32)>> = vec![None; places];
    let mut nodes = vec![false; places];
    for ring in 0..world.rings() {
        let span = world.ring(ring);
        let len = span.len();
        for i in 0..len {
            let id = |i: usize| ids[span.start + i];
            let pair = rings::neighbours(id, len, i);
            let place = id(i) as usize;
            match seen[place] {
                None => seen[place] = Some(pair),
                Some(known) => nodes[place] |= known != pair,
            }
        }
    }
    nodes
}

/// One ring, without its last vertex.
struct Ring<'a> {
    world: &'a World,
    ids: &'a [u32],
    from: usize,
    len: usize,
}

impl Ring<'_> {
    /// Weighs every vertex of the ring into `own`.
    fn weigh(&self, nodes: &[bool], own: &mut [f32]) {
        if self.len < 3 {
            own.fill(ALWAYS);
            return;
        }
        let mut corners: Vec<usize> = (0..self.len).filter(|&i| nodes[self.id(i) as usize]).collect();
        if corners.is_empty() {
            // Nothing tells where a lone ring begins; the place that came up first does.
            corners.extend((0..self.len).min_by_key(|&i| self.id(i)));
        }
        for piece in rings::pieces(&corners, self.len) {
            let mut arc: Vec<usize> = piece.map(|i| i % self.len).collect();
            if self.backward(&arc) {
                arc.reverse();
            }
            self.thin(&arc, own);
        }
    }

    fn id(&self, i: usize) -> u32 {
        self.ids[self.from + i % self.len]
    }

    /// Whether an arc is to be looked at from its other end.
    fn backward(&self, arc: &[usize]) -> bool {
        let key = |&i: &usize| {
            (self.id(i), self.world.x[self.from + i].to_bits(), self.world.y[self.from + i].to_bits())
        };
        let (forth, back) = (arc.iter().map(key), arc.iter().rev().map(key));
        // By place first: the digits of another layer may differ.
        let ids = back.clone().map(|(id, ..)| id).cmp(forth.clone().map(|(id, ..)| id));
        ids.then_with(|| back.cmp(forth)).is_lt()
    }

    /// Weighs what lies between the ends of an arc.
    fn thin(&self, arc: &[usize], own: &mut [f32]) {
        let place = |i: usize| (self.world.x[self.from + arc[i]], self.world.y[self.from + arc[i]]);
        own[arc[0]] = ALWAYS;
        own[arc[arc.len() - 1]] = ALWAYS;
        let mut spans = vec![(0, arc.len() - 1, ALWAYS)];
        while let Some((first, last, above)) = spans.pop() {
            if last - first < 2 {
                continue;
            }
            let (mut far, mut greatest) = (first + 1, -1.0);
            for i in first + 1..last {
                let distance = distance2(place(i), place(first), place(last));
                if distance > greatest {
                    (far, greatest) = (i, distance);
                }
            }
            // No vertex outlasts the one that its part was split at.
            let weight = (libm::sqrt(greatest) as f32).min(above);
            own[arc[far]] = weight;
            spans.push((first, far, weight));
            spans.push((far, last, weight));
        }
    }
}

/// The square of the distance from a place to a segment.
fn distance2(p: (f64, f64), a: (f64, f64), b: (f64, f64)) -> f64 {
    let (dx, dy) = (b.0 - a.0, b.1 - a.1);
    let length2 = dx * dx + dy * dy;
    let t = match length2 > 0.0 {
        true => (((p.0 - a.0) * dx + (p.1 - a.1) * dy) / length2).clamp(0.0, 1.0),
        false => 0.0,
    };
    let (ex, ey) = (p.0 - a.0 - t * dx, p.1 - a.1 - t * dy);
    ex * ex + ey * ey
}
