//! That no two segments meet, but neighbours at the vertex that they share, and those of two rings at vertices.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};

use super::boxes::{Bounds, Boxes, LEAF, Run, overlap};
use super::side::side;
use super::span::Span;
use super::touch::Touch;

/// Level from which the halves of a node are searched in parallel: 2^12 leaves, some milliseconds.
const PARALLEL: usize = 12;

/// What is known of how segments meet.
pub(super) enum Meeting {
    /// Nowhere but where vertices of two rings coincide: these, in no order, and some more than once.
    Touches(Vec<Touch>),
    /// Two segments certainly cross.
    Crossing,
    /// Not told.
    Unknown,
}

/// How the segments of all rings meet, besides neighbours.
pub(super) fn meeting(points: &[[f64; 2]], rings: &[Span], boxes: &Boxes) -> Meeting {
    let search = Search { points, rings, boxes, touches: Mutex::default(), crossing: AtomicBool::new(false) };
    let plain = search.within(boxes.top(), 0) && rings.iter().all(|ring| search.never_turns_back(ring));
    match plain {
        true => Meeting::Touches(search.touches.into_inner().unwrap_or_else(PoisonError::into_inner)),
        false if search.crossing.into_inner() => Meeting::Crossing,
        false => Meeting::Unknown,
    }
}

struct Search<'a> {
    points: &'a [[f64; 2]],
    rings: &'a [Span],
    boxes: &'a Boxes,
    touches: Mutex<Vec<Touch>>,
    crossing: AtomicBool,
}

impl Search<'_> {
    /// Whether at no vertex the ring runs back over the segment that it came by.
    fn never_turns_back(&self, ring: &Span) -> bool {
        let points = &self.points[ring.start..=ring.start + ring.segments];
        let ahead = |a: [f64; 2], b: [f64; 2], c: [f64; 2]| {
            (b[0] - a[0]) * (c[0] - b[0]) + (b[1] - a[1]) * (c[1] - b[1]) > 0.0 || side(a, b, c).is_some()
        };
        let n = ring.segments;
        points.windows(3).all(|w| ahead(w[0], w[1], w[2])) && ahead(points[n - 1], points[n], points[1])
    }

    /// Whether no two segments under a node meet.
    fn within(&self, level: usize, node: usize) -> bool {
        if level == 0 {
            return self.within_run(&self.boxes.runs[node]);
        }
        let (below, left) = (level - 1, 2 * node);
        if left + 1 >= self.boxes.width(below) {
            return self.within(below, left);
        }
        let halves = match level >= PARALLEL {
            true => {
                let (a, b) = rayon::join(|| self.within(below, left), || self.within(below, left + 1));
                a && b
            }
            false => self.within(below, left) && self.within(below, left + 1),
        };
        halves && self.between(below, left, left + 1)
    }

    /// Whether no segment under one node meets one under another of the same level.
    fn between(&self, level: usize, a: usize, b: usize) -> bool {
        if !overlap(self.boxes.node(level, a), self.boxes.node(level, b)) {
            return true;
        }
        if level == 0 {
            return self.between_runs(a, b);
        }
        let below = level - 1;
        let width = self.boxes.width(below);
        let children = |node: usize| 2 * node..(2 * node + 2).min(width);
        children(a).all(|a| children(b).all(|b| self.between(below, a, b)))
    }

    fn segment(&self, at: usize) -> Segment {
        let (a, b) = (self.points[at], self.points[at + 1]);
        let order = |a: f64, b: f64| if a < b { (a, b) } else { (b, a) };
        let ((west, east), (south, north)) = (order(a[0], b[0]), order(a[1], b[1]));
        Segment { at, a, b, bounds: [west, south, east, north] }
    }

    /// Whether two segments share a vertex by following each other in their ring.
    fn neighbours(&self, ring: usize, a: usize, b: usize) -> bool {
        let Span { start, segments, .. } = self.rings[ring];
        a.abs_diff(b) == 1 || a.abs_diff(b) == segments - 1 && a.min(b) == start
    }

    fn within_run(&self, run: &Run) -> bool {
        let points = &self.points[run.start..=run.start + run.segments];
        // A way that always heads east (west, north, south) does not meet itself.
        let heads = |ahead: fn([f64; 2], [f64; 2]) -> bool| points.windows(2).all(|w| ahead(w[0], w[1]));
        if heads(|a, b| a[0] < b[0])
            || heads(|a, b| a[0] > b[0])
            || heads(|a, b| a[1] < b[1])
            || heads(|a, b| a[1] > b[1])
        {
            return true;
        }
        let mut segments = [Segment::default(); LEAF];
        for (segment, at) in segments.iter_mut().zip(run.start..run.start + run.segments) {
            *segment = self.segment(at);
        }
        let segments = &segments[..run.segments];
        segments.iter().enumerate().all(|(i, first)| {
            let others = segments.iter().skip(i + 2);
            others
                .into_iter()
                .all(|o| first.apart(o) || self.neighbours(run.ring, first.at, o.at) || self.cross(first, o))
        })
    }

    /// Whether two segments of different rings meet at a vertex of both and nowhere else; notes it.
    fn touch(&self, (ring_a, a): (usize, &Segment), (ring_b, b): (usize, &Segment)) -> bool {
        let vertex = |ring: usize, at: usize| {
            let Span { start, segments, .. } = self.rings[ring];
            if at == start + segments { start } else { at }
        };
        for (p, far_a) in [(a.at, a.b), (a.at + 1, a.a)] {
            for (q, far_b) in [(b.at, b.b), (b.at + 1, b.a)] {
                if self.points[p] != self.points[q] {
                    continue;
                }
                if side(self.points[p], far_a, far_b).is_none() {
                    return false;
                }
                let touch = (vertex(ring_a, p), vertex(ring_b, q));
                self.touches.lock().unwrap_or_else(PoisonError::into_inner).push(touch);
                return true;
            }
        }
        false
    }

    /// Notes where two segments certainly cross; never `true`.
    fn cross(&self, a: &Segment, b: &Segment) -> bool {
        let across = |line: &Segment, other: &Segment| {
            side(line.a, line.b, other.a).is_some_and(|one| side(line.a, line.b, other.b) == Some(!one))
        };
        if across(a, b) && across(b, a) {
            self.crossing.store(true, Ordering::Relaxed);
        }
        false
    }

    fn between_runs(&self, a: usize, b: usize) -> bool {
        let (left, right) = (self.boxes.runs[a], self.boxes.runs[b]);
        // The segments of the one that reach into the box of the other.
        let mut near = [Segment::default(); LEAF];
        let mut count = 0;
        for at in left.start..left.start + left.segments {
            let segment = self.segment(at);
            near[count] = segment;
            count += usize::from(overlap(&segment.bounds, self.boxes.node(0, b)));
        }
        if count == 0 {
            return true;
        }
        (right.start..right.start + right.segments).all(|at| {
            let segment = self.segment(at);
            !overlap(&segment.bounds, self.boxes.node(0, a))
                || near[..count].iter().all(|other| {
                    segment.apart(other)
                        || match left.ring == right.ring {
                            true => self.neighbours(left.ring, other.at, at) || self.cross(other, &segment),
                            false => {
                                self.touch((left.ring, other), (right.ring, &segment))
                                    || self.cross(other, &segment)
                            }
                        }
                })
        })
    }
}

#[derive(Clone, Copy, Debug, Default)]
struct Segment {
    /// Its first position.
    at: usize,
    a: [f64; 2],
    b: [f64; 2],
    bounds: Bounds,
}

impl Segment {
    /// Whether two segments certainly do not meet: their boxes are apart, or one lies wholly on one side of the
    /// line of the other.
    fn apart(&self, other: &Self) -> bool {
        let beside = |line: &Self, other: &Self| {
            side(line.a, line.b, other.a).is_some_and(|first| side(line.a, line.b, other.b) == Some(first))
        };
        !overlap(&self.bounds, &other.bounds) || beside(self, other) || beside(other, self)
    }
}
