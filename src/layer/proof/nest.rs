//! That holes lie in their shells and not in each other, and shells lie apart, for rings that meet at vertices
//! at most, and do not cross there.

use super::boxes::{Boxes, Run};
use super::side::side;
use super::span::Span;

/// Whether the rings, of which no two meet but at the vertices in `touched`, certainly nest as they should: the innermost ring around a hole is
/// its own shell, and that around a shell is a hole or none.
pub(super) fn right(points: &[[f64; 2]], rings: &[Span], boxes: &Boxes, touched: &[usize]) -> bool {
    if rings.len() == 1 {
        return true;
    }
    let mut crossed = Vec::new();
    (0..rings.len()).all(|ring| {
        crossed.clear();
        // From a vertex that is on no other ring.
        let Span { start, segments, .. } = rings[ring];
        let free = (start..start + segments).find(|vertex| touched.binary_search(vertex).is_err());
        let Some(from) = free.map(|vertex| points[vertex]) else { return false };
        let ray = Ray { points, boxes, ring, from };
        if !ray.cross(boxes.top(), 0, &mut crossed) {
            return false;
        }
        crossed.sort_unstable();
        // Around it are the rings crossed an odd number of times; the innermost begins farthest east.
        let around = crossed.chunk_by(|a, b| a == b).filter(|same| same.len() % 2 == 1).map(|same| same[0]);
        let mut innermost: Option<usize> = None;
        for other in around {
            let west = |ring: usize| boxes.rings[ring][0];
            match innermost {
                // Rings that touch where they begin: which is the inner one is not told by that.
                Some(inner) if west(inner) == west(other) => return false,
                Some(inner) if west(inner) > west(other) => {}
                _ => innermost = Some(other),
            }
        }
        let is_hole = |ring: usize| rings[ring].shell != ring;
        match innermost {
            Some(other) if is_hole(ring) => other == rings[ring].shell,
            Some(other) => is_hole(other),
            None => !is_hole(ring),
        }
    })
}

/// A ray due east from a vertex of a ring.
struct Ray<'a> {
    points: &'a [[f64; 2]],
    boxes: &'a Boxes,
    ring: usize,
    from: [f64; 2],
}

impl Ray<'_> {
    /// Lists the other rings once for each segment of theirs that the ray crosses; `false` where that cannot be
    /// told.
    fn cross(&self, level: usize, node: usize, crossed: &mut Vec<usize>) -> bool {
        let [_, south, east, north] = *self.boxes.node(level, node);
        let [x, y] = self.from;
        if y < south || y > north || x > east {
            return true;
        }
        if level == 0 {
            return self.cross_run(&self.boxes.runs[node], crossed);
        }
        let below = level - 1;
        (2 * node..(2 * node + 2).min(self.boxes.width(below))).all(|child| self.cross(below, child, crossed))
    }

    fn cross_run(&self, run: &Run, crossed: &mut Vec<usize>) -> bool {
        if run.ring == self.ring {
            return true;
        }
        let points = &self.points[run.start..=run.start + run.segments];
        points.windows(2).all(|pair| {
            let (a, b) = (pair[0], pair[1]);
            if (a[1] <= self.from[1]) == (b[1] <= self.from[1]) {
                return true;
            }
            let (low, high) = if a[1] < b[1] { (a, b) } else { (b, a) };
            match side(low, high, self.from) {
                None => return false,
                Some(true) => crossed.push(run.ring),
                Some(false) => {}
            }
            true
        })
    }
}
