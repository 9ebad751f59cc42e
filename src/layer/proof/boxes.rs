//! A tree of bounding boxes over runs of consecutive segments.
//!
//! A border is its own spatial index: neighbours along it are neighbours in space. So runs of a few segments in
//! the order of the ring are the leaves, and each level above joins two. Rings stand in the order of a Z-curve
//! over their middles, so that this holds between them too.

use super::span::Span;
use crate::layer::z_curve;

/// Segments in a leaf: enough that the tree stays small, few enough that a leaf is soon searched.
pub(super) const LEAF: usize = 8;

/// `[west, south, east, north]`.
pub(super) type Bounds = [f64; 4];

const NOWHERE: Bounds = [f64::INFINITY, f64::INFINITY, f64::NEG_INFINITY, f64::NEG_INFINITY];

/// Some consecutive segments of one ring.
#[derive(Clone, Copy, Debug)]
pub(super) struct Run {
    /// First position.
    pub start: usize,
    /// Segments.
    pub segments: usize,
    /// The ring.
    pub ring: usize,
}

/// The tree: all boxes of all levels, leaves first.
#[derive(Debug, Default)]
pub(super) struct Boxes {
    pub runs: Vec<Run>,
    bounds: Vec<Bounds>,
    /// Where each level begins in `bounds`, and the end of the last.
    levels: Vec<usize>,
    /// Box of each ring.
    pub rings: Vec<Bounds>,
    order: Vec<(u64, usize)>,
}

impl Boxes {
    /// Builds the tree anew.
    pub fn build(&mut self, points: &[[f64; 2]], rings: &[Span]) {
        self.runs.clear();
        self.bounds.clear();
        self.levels.clear();
        self.rings.clear();
        self.rings.extend(rings.iter().map(|ring| around(&points[ring.start..ring.start + ring.segments])));
        self.sort_rings();
        for &(_, ring) in &self.order {
            let Span { start, segments, .. } = rings[ring];
            for first in (0..segments).step_by(LEAF) {
                let count = LEAF.min(segments - first);
                let start = start + first;
                self.runs.push(Run { start, segments: count, ring });
                self.bounds.push(around(&points[start..=start + count]));
            }
        }
        let mut level = 0;
        self.levels.push(0);
        while self.bounds.len() - level > 1 {
            let end = self.bounds.len();
            self.levels.push(end);
            for left in (level..end).step_by(2) {
                let right = if left + 1 < end { self.bounds[left + 1] } else { NOWHERE };
                self.bounds.push(join(self.bounds[left], right));
            }
            level = end;
        }
        self.levels.push(self.bounds.len());
    }

    /// Orders the rings along a Z-curve over the middles of their boxes.
    fn sort_rings(&mut self) {
        self.order.clear();
        let [west, south, east, north] = self.rings.iter().copied().fold(NOWHERE, join);
        let cell = |low: f64, high: f64, from: f64, to: f64| {
            // As a share of the whole, on 2^20 steps; the cast saturates, and 0/0 becomes 0.
            (((low + high) / 2.0 - from) / (to - from) * f64::from(1 << 20)) as u32
        };
        self.order.extend(
            self.rings.iter().enumerate().map(|(ring, b)| {
                (z_curve(cell(b[0], b[2], west, east), cell(b[1], b[3], south, north)), ring)
            }),
        );
        self.order.sort_unstable();
    }

    /// The highest level; its one node is the root.
    pub fn top(&self) -> usize {
        self.levels.len() - 2
    }

    /// The box of a node.
    pub fn node(&self, level: usize, node: usize) -> &Bounds {
        &self.bounds[self.levels[level] + node]
    }

    /// How many nodes a level has.
    pub fn width(&self, level: usize) -> usize {
        self.levels[level + 1] - self.levels[level]
    }
}

fn around(points: &[[f64; 2]]) -> Bounds {
    // Comparisons and no `f64::min`: nothing here is NaN, and this becomes one instruction.
    let less = |a: f64, b: f64| if b < a { b } else { a };
    let more = |a: f64, b: f64| if b > a { b } else { a };
    points.iter().fold(NOWHERE, |[w, s, e, n], &[x, y]| [less(w, x), less(s, y), more(e, x), more(n, y)])
}

fn join(a: Bounds, b: Bounds) -> Bounds {
    [a[0].min(b[0]), a[1].min(b[1]), a[2].max(b[2]), a[3].max(b[3])]
}

/// Whether two boxes share a place.
pub(super) fn overlap(a: &Bounds, b: &Bounds) -> bool {
    (a[0] <= b[2]) & (b[0] <= a[2]) & (a[1] <= b[3]) & (b[1] <= a[3])
}
