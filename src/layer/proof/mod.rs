//! A proof that polygons are valid: much quicker than a full test, and never wrong.
//!
//! Nearly every border is plain: no segment of it meets another but at the vertex that they share. That, and
//! which ring lies in which, can be shown in a few nanoseconds a vertex. Rings may touch at vertices, as
//! the holes of a dissolved zone do. What touches itself or cannot be told is not proven, and goes to the full
//! test (GEOS).
//!
//! `boxes` holds a tree of bounding boxes over runs of segments; `meet` shows with it that no two segments
//! meet but where vertices of two rings coincide; `touch` shows that they may, and `nest` shows that holes lie in their shells and shells lie apart.

mod boxes;
mod meet;
mod nest;
mod side;
mod span;
mod touch;

use boxes::Boxes;
use meet::Meeting;
use span::Span;

/// Fewest positions of a closed ring.
const RING: usize = 4;

/// Polygons to be proven valid, ring by ring; kept and refilled, so that nothing is allocated for each zone.
#[derive(Debug, Default)]
pub(super) struct Proof {
    points: Vec<[f64; 2]>,
    rings: Vec<Span>,
    /// Number of rings when the open polygon began.
    polygon: usize,
    hopeless: bool,
    boxes: Boxes,
    touched: Vec<usize>,
}

impl Proof {
    /// Forgets all polygons.
    pub fn clear(&mut self) {
        self.points.clear();
        self.rings.clear();
        self.polygon = 0;
        self.hopeless = false;
    }

    /// Adds a ring to the open polygon, the first as its shell; positions that repeat the one before count once.
    pub fn ring(&mut self, positions: impl Iterator<Item = [f64; 2]>) {
        let start = self.points.len();
        let mut last = [f64::NAN; 2];
        for position in positions {
            if position != last {
                self.points.push(position);
                last = position;
            }
        }
        let ring = &self.points[start..];
        let closed = ring.len() >= RING && ring.first() == ring.last();
        self.hopeless |= !closed || !ring.iter().all(|[x, y]| x.is_finite() && y.is_finite());
        let segments = ring.len().saturating_sub(1);
        self.rings.push(Span { start, segments, shell: self.polygon });
    }

    /// Ends the open polygon.
    pub fn end_polygon(&mut self) {
        self.polygon = self.rings.len();
    }

    /// Whether the polygons, as one multipolygon, are certainly valid after OGC Simple Features: rings simple,
    /// two of them touching at vertices only and none twice by whatever way, holes inside their shells and
    /// outside each other, shells apart.
    ///
    /// `false` says nothing. The answer does not depend on the number of threads.
    ///
    /// O(n log n) in the vertices on borders as they are; O(n²) where long segments run side by side across the
    /// whole zone, as with GEOS.
    pub fn proves_valid(&mut self) -> bool {
        self.verdict() == Some(true)
    }

    /// As [`proves_valid`](Self::proves_valid), and `Some(false)` where two segments certainly cross, so that the
    /// polygons are certainly invalid; `None` where neither is told.
    pub fn verdict(&mut self) -> Option<bool> {
        if self.hopeless || self.rings.is_empty() {
            return None;
        }
        self.boxes.build(&self.points, &self.rings);
        let Self { points, rings, boxes, touched, .. } = self;
        match meet::meeting(points, rings, boxes) {
            Meeting::Crossing => Some(false),
            Meeting::Unknown => None,
            Meeting::Touches(touches) => {
                let right = touch::right(points, rings, &touches, touched)
                    && nest::right(points, rings, boxes, touched);
                right.then_some(true)
            }
        }
    }
}

#[cfg(test)]
mod tests;
