//! Circular arcs as lines.

use libm::{atan2, ceil, cos, hypot, sin};
use std::f64::consts::{PI, TAU};

/// The angle that one segment spans at most, radians: a whole circle of 360 segments has 0.005 % less area than a round one.
const MOST: f64 = PI / 180.0;

/// A position in the units of the source.
pub(super) type Place = (f64, f64);

/// Adds the vertices of the arc from `a` over `b` to `c`, without `a`.
///
/// Where `a` is `c`, it is the circle that has `a` and `b` as ends of a diameter. Places on one straight line are joined as
/// they stand. Both directions of an arc give the same vertices, bit for bit, so that neighbours still share a border.
pub(super) fn push(out: &mut Vec<Place>, a: Place, b: Place, c: Place) {
    if c < a {
        let mut back = vec![c];
        forward(&mut back, c, b, a);
        back.pop();
        out.extend(back.into_iter().rev());
        return;
    }
    forward(out, a, b, c);
}

fn forward(out: &mut Vec<Place>, a: Place, b: Place, c: Place) {
    let Some(((x, y), from, sweep)) = circle(a, b, c) else {
        out.extend([b, c]);
        return;
    };
    let radius = hypot(a.0 - x, a.1 - y);
    let segments = ceil(sweep.abs() / MOST).max(2.0);
    for step in 1..segments as u32 {
        let angle = from + sweep * f64::from(step) / segments;
        out.push((x + radius * cos(angle), y + radius * sin(angle)));
    }
    out.push(c);
}

/// Centre of the circle through three places, the angle at the first, and the angle to the last over the second, counter-
/// clockwise above zero; none where they lie on one line.
fn circle(a: Place, b: Place, c: Place) -> Option<(Place, f64, f64)> {
    let ((bx, by), (cx, cy)) = ((b.0 - a.0, b.1 - a.1), (c.0 - a.0, c.1 - a.1));
    if (cx, cy) == (0.0, 0.0) {
        let (ux, uy) = (bx / 2.0, by / 2.0);
        return ((bx, by) != (0.0, 0.0)).then(|| ((a.0 + ux, a.1 + uy), atan2(-uy, -ux), TAU));
    }
    let turn = 2.0 * (bx * cy - by * cx);
    let (b2, c2) = (bx * bx + by * by, cx * cx + cy * cy);
    let (ux, uy) = ((cy * b2 - by * c2) / turn, (bx * c2 - cx * b2) / turn);
    let sound = turn != 0.0 && ux.is_finite() && uy.is_finite();
    if !sound {
        return None;
    }
    let (from, to) = (atan2(-uy, -ux), atan2(cy - uy, cx - ux));
    let sweep = if turn > 0.0 { (to - from).rem_euclid(TAU) } else { -(from - to).rem_euclid(TAU) };
    Some(((a.0 + ux, a.1 + uy), from, sweep))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn drawn(a: Place, b: Place, c: Place) -> Vec<Place> {
        let mut line = vec![a];
        push(&mut line, a, b, c);
        line
    }

    #[test]
    fn a_half_circle_and_a_whole_one() {
        let half = drawn((-1.0, 0.0), (0.0, 1.0), (1.0, 0.0));
        assert_eq!((half.len(), half[0], half[180]), (181, (-1.0, 0.0), (1.0, 0.0)));
        assert!(half.iter().all(|p| (hypot(p.0, p.1) - 1.0).abs() < 1e-12 && p.1 >= 0.0));
        let whole = drawn((1.0, 0.0), (-1.0, 0.0), (1.0, 0.0));
        assert_eq!((whole.len(), whole[0], whole[360]), (361, (1.0, 0.0), (1.0, 0.0)));
        assert_eq!(drawn((0.0, 0.0), (1.0, 1.0), (2.0, 2.0)), [(0.0, 0.0), (1.0, 1.0), (2.0, 2.0)]);
    }

    proptest! {
        #[test]
        fn both_directions_are_one_line(v in prop::array::uniform6(-9.0..9.0_f64)) {
            let (a, b, c) = ((v[0], v[1]), (v[2], v[3]), (v[4], v[5]));
            let mut back = drawn(c, b, a);
            back.reverse();
            let line = drawn(a, b, c);
            prop_assert_eq!(&line, &back);
            if let Some((centre, ..)) = circle(a, b, c) {
                let radius = hypot(a.0 - centre.0, a.1 - centre.1);
                let off = |p: &Place| (hypot(p.0 - centre.0, p.1 - centre.1) - radius).abs();
                prop_assert!(line.iter().all(|p| off(p) < 1e-6 * radius.max(1.0)));
                // It passes by its middle place.
                let near = line.iter().map(|p| hypot(p.0 - b.0, p.1 - b.1)).fold(f64::INFINITY, f64::min);
                prop_assert!(near <= radius * MOST + 1e-9);
            }
        }
    }
}
