//! Where a segment meets an edge.

use std::cmp::Ordering;

use crate::index::orient;

type Place = (f64, f64);

/// How a segment meets an edge.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Meeting {
    /// The share of the segment where it meets the edge, or begins to run along it.
    pub(super) from: f64,
    /// Where it ends to run along it; as `from` where it does not.
    pub(super) to: f64,
    /// Whether the edge lies on the line of the segment.
    pub(super) along: bool,
    /// Whether the start of the segment is on the edge.
    pub(super) at_start: bool,
    /// Whether the end of the segment is on the edge.
    pub(super) at_end: bool,
    /// Whether the edge passes from the one side of the segment's line to the other, places
    /// on the line counted as on its right.
    pub(super) passes: bool,
}

/// How the segment from `a` to `b` meets the edge from `c` to `d`; `None` where it does not.
///
/// Everything but the shares is decided exactly; these are rounded. They are the same for
/// an edge given in either direction, so that two zones cut at the same place on their
/// common edge.
pub(super) fn meet(a: Place, b: Place, c: Place, d: Place) -> Option<Meeting> {
    let (c, d) = if (d.0, d.1) < (c.0, c.1) { (d, c) } else { (c, d) };
    if c.0 > a.0.max(b.0) || d.0 < a.0.min(b.0) {
        return None;
    }
    if c.1.min(d.1) > a.1.max(b.1) || c.1.max(d.1) < a.1.min(b.1) {
        return None;
    }
    let (of_c, of_d) = (orient(a, b, c), orient(a, b, d));
    let passes = (of_c > 0.0) != (of_d > 0.0);
    let at = |t: f64| Meeting { from: t, to: t, along: false, at_start: false, at_end: false, passes };
    if of_c == 0.0 && of_d == 0.0 {
        return along(a, b, c, d);
    }
    if of_c == 0.0 || of_d == 0.0 {
        let touching = if of_c == 0.0 { c } else { d };
        let (t, start, end) = place_of(a, b, touching);
        let on = start.is_ge() && end.is_le();
        return on.then(|| Meeting { at_start: start.is_eq(), at_end: end.is_eq(), ..at(t) });
    }
    if !passes {
        return None;
    }
    let (of_a, of_b) = (orient(c, d, a), orient(c, d, b));
    if of_a == 0.0 {
        Some(Meeting { at_start: true, ..at(0.0) })
    } else if of_b == 0.0 {
        Some(Meeting { at_end: true, ..at(1.0) })
    } else {
        let apart = (of_a > 0.0) != (of_b > 0.0);
        apart.then(|| at(of_a.abs() / (of_a.abs() + of_b.abs())))
    }
}

/// Whether an edge passes the line of a segment beyond its start: not at it, nor before it.
pub(super) fn passes_beyond(a: Place, b: Place, c: Place, d: Place) -> bool {
    let (of_c, of_d) = (orient(a, b, c), orient(a, b, d));
    if (of_c > 0.0) == (of_d > 0.0) {
        return false;
    }
    // Seen along the segment the edge rises from right to left; what is left of it is before it.
    let (right, left) = if of_c > 0.0 { (d, c) } else { (c, d) };
    orient(right, left, a) > 0.0
}

/// The common part of a segment and an edge on the same line.
fn along(a: Place, b: Place, c: Place, d: Place) -> Option<Meeting> {
    let (of_c, of_d) = (place_of(a, b, c), place_of(a, b, d));
    let (near, far) = if of_c.0 <= of_d.0 { (of_c, of_d) } else { (of_d, of_c) };
    if far.1.is_lt() || near.2.is_gt() {
        return None;
    }
    Some(Meeting {
        from: near.0.max(0.0),
        to: far.0.min(1.0),
        along: true,
        at_start: near.1.is_le(),
        at_end: far.2.is_ge(),
        passes: false,
    })
}

/// Where a place on the line of a segment is: its share, measured along the longer side of
/// the segment's box, and how it compares with the start and with the end, exactly.
fn place_of(a: Place, b: Place, p: Place) -> (f64, Ordering, Ordering) {
    let (dx, dy) = (b.0 - a.0, b.1 - a.1);
    let (from, to, at) = if dx.abs() >= dy.abs() { (a.0, b.0, p.0) } else { (a.1, b.1, p.1) };
    let t = (at - from) / (to - from);
    // Not the total order, for which -0 is less than 0.
    let compare = |x: f64, y: f64| x.partial_cmp(&y).unwrap_or(Ordering::Equal);
    if from <= to { (t, compare(at, from), compare(at, to)) } else { (t, compare(from, at), compare(to, at)) }
}

#[cfg(test)]
mod tests {
    use super::*;

    const A: Place = (0.0, 0.0);
    const B: Place = (4.0, 2.0);

    fn met(c: Place, d: Place) -> Option<Meeting> {
        let found = meet(A, B, c, d);
        assert_eq!(found, meet(A, B, d, c), "the direction of the edge does not matter");
        if let Some(back) = meet(B, A, c, d) {
            let there = found.unwrap();
            assert_eq!((back.at_start, back.at_end, back.along), (there.at_end, there.at_start, there.along));
            assert!((1.0 - back.to - there.from).abs() < 1e-15);
        }
        found
    }

    fn shares(c: Place, d: Place) -> Option<(f64, f64)> {
        met(c, d).map(|m| (m.from, m.to))
    }

    #[test]
    fn crossings_touches_and_common_parts() {
        assert_eq!(shares((1.0, -1.0), (1.0, 3.0)), Some((0.25, 0.25)));
        assert_eq!(shares((2.0, 1.0), (2.0, 3.0)), Some((0.5, 0.5)), "an end of the edge touches");
        assert_eq!(shares((-1.0, 1.0), (1.0, -1.0)), Some((0.0, 0.0)), "the start lies on the edge");
        assert_eq!(shares((4.0, 0.0), (4.0, 9.0)), Some((1.0, 1.0)), "the end lies on the edge");
        assert_eq!(shares((1.0, 0.5), (3.0, 1.5)), Some((0.25, 0.75)), "a common part");
        assert_eq!(shares((-2.0, -1.0), (3.0, 1.5)), Some((0.0, 0.75)), "common from the start on");
        assert_eq!(shares((-2.0, -1.0), (8.0, 4.0)), Some((0.0, 1.0)), "the edge holds the segment");
        assert_eq!(shares((8.0, 4.0), (6.0, 3.0)), None, "on the line, beyond the end");
        assert_eq!(shares((-2.0, -1.0), (-4.0, -2.0)), None, "on the line, before the start");
        assert_eq!(shares((1.0, 1.0), (1.0, 3.0)), None);
        assert_eq!(shares((3.0, 1.0), (5.0, 0.0)), None);
    }

    #[test]
    fn ends_and_sides() {
        let flags = |c, d| met(c, d).map(|m| (m.at_start, m.at_end, m.along, m.passes));
        assert_eq!(flags((1.0, -1.0), (1.0, 3.0)), Some((false, false, false, true)));
        // A vertex on the line counts as right of it.
        assert_eq!(flags((2.0, 1.0), (2.0, 3.0)), Some((false, false, false, true)));
        assert_eq!(flags((2.0, 1.0), (2.0, -3.0)), Some((false, false, false, false)));
        assert_eq!(flags((-1.0, 1.0), (1.0, -1.0)), Some((true, false, false, true)));
        assert_eq!(flags(B, (4.0, 9.0)), Some((false, true, false, true)));
        assert_eq!(flags(A, (0.0, -9.0)), Some((true, false, false, false)));
        assert_eq!(flags(A, (1.0, 0.5)), Some((true, false, true, false)));
        assert_eq!(flags((1.0, 0.5), (6.0, 3.0)), Some((false, true, true, false)));
        assert_eq!(flags((6.0, 3.0), B), Some((false, true, true, false)), "they meet in the end");
        assert_eq!(flags((-1.0, -0.5), (9.0, 4.5)), Some((true, true, true, false)));
    }

    #[test]
    fn edges_beyond_the_start() {
        assert!(passes_beyond(A, B, (1.0, -1.0), (1.0, 3.0)));
        assert!(passes_beyond(A, B, (9.0, 9.0), (9.0, -9.0)), "also beyond the end");
        assert!(!passes_beyond(A, B, (-1.0, -9.0), (-1.0, 9.0)), "before the start");
        assert!(!passes_beyond(A, B, (-1.0, 1.0), (1.0, -1.0)), "at the start");
        assert!(!passes_beyond(A, B, (9.0, 0.0), (9.0, 1.0)), "on one side");
        assert!(!passes_beyond(A, B, (1.0, 0.5), (3.0, 1.5)), "along the line");
    }
}
