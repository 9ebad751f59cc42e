//! Where a segment meets an edge.

use crate::index::orient;

/// Calls `cut` with every share of the segment from `a` to `b` at which it meets the edge
/// from `c` to `d`: the crossing, an end that touches, or both ends of a common part.
///
/// Whether they meet is decided exactly; the share itself is rounded. Shares are the same
/// for an edge given in either direction, so that two zones cut at the same place on their
/// common edge.
pub(super) fn meet(a: (f64, f64), b: (f64, f64), c: (f64, f64), d: (f64, f64), mut cut: impl FnMut(f64)) {
    let (c, d) = if (d.0, d.1) < (c.0, c.1) { (d, c) } else { (c, d) };
    if c.0 > a.0.max(b.0) || d.0 < a.0.min(b.0) {
        return;
    }
    if c.1.min(d.1) > a.1.max(b.1) || c.1.max(d.1) < a.1.min(b.1) {
        return;
    }
    let (of_c, of_d) = (orient(a, b, c), orient(a, b, d));
    if of_c == 0.0 || of_d == 0.0 {
        for (side, p) in [(of_c, c), (of_d, d)] {
            if side == 0.0
                && let Some(t) = share(a, b, p)
            {
                cut(t);
            }
        }
        return;
    }
    if (of_c > 0.0) == (of_d > 0.0) {
        return;
    }
    let (of_a, of_b) = (orient(c, d, a), orient(c, d, b));
    if of_a == 0.0 {
        cut(0.0);
    } else if of_b == 0.0 {
        cut(1.0);
    } else if (of_a > 0.0) != (of_b > 0.0) {
        cut(of_a.abs() / (of_a.abs() + of_b.abs()));
    }
}

/// The share of the segment at which a point on its line lies, measured along the longer
/// side of its box; `None` beyond the ends.
fn share(a: (f64, f64), b: (f64, f64), p: (f64, f64)) -> Option<f64> {
    let (dx, dy) = (b.0 - a.0, b.1 - a.1);
    let t = if dx.abs() >= dy.abs() { (p.0 - a.0) / dx } else { (p.1 - a.1) / dy };
    (0.0..=1.0).contains(&t).then_some(t)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cuts(c: (f64, f64), d: (f64, f64)) -> Vec<f64> {
        let mut found = Vec::new();
        meet((0.0, 0.0), (4.0, 2.0), c, d, |t| found.push(t));
        let mut reversed = Vec::new();
        meet((0.0, 0.0), (4.0, 2.0), d, c, |t| reversed.push(t));
        assert_eq!(found, reversed, "the direction of the edge does not matter");
        found
    }

    #[test]
    fn crossings_touches_and_common_parts() {
        assert_eq!(cuts((1.0, -1.0), (1.0, 3.0)), [0.25]);
        assert_eq!(cuts((2.0, 1.0), (2.0, 3.0)), [0.5], "an end of the edge touches");
        assert_eq!(cuts((-1.0, 1.0), (1.0, -1.0)), [0.0], "the start lies on the edge");
        assert_eq!(cuts((4.0, 0.0), (4.0, 9.0)), [1.0], "the end lies on the edge");
        assert_eq!(cuts((1.0, 0.5), (3.0, 1.5)), [0.25, 0.75], "a common part");
        assert_eq!(cuts((-2.0, -1.0), (3.0, 1.5)), [0.75], "common from the start on");
        assert_eq!(cuts((8.0, 4.0), (6.0, 3.0)), [0.0; 0], "on the line, beyond the end");
        assert_eq!(cuts((1.0, 1.0), (1.0, 3.0)), [0.0; 0]);
        assert_eq!(cuts((3.0, 1.0), (5.0, 0.0)), [0.0; 0]);
    }
}
