//! On which side of a line a position lies.

/// On which side of the way from `a` to `b` the position `c` lies: `true` is left, `None` on it or too near to
/// its line to tell.
///
/// Exact (Shewchuk 1997), besides determinants so small that products of their differences may have vanished.
pub(super) fn side(a: [f64; 2], b: [f64; 2], c: [f64; 2]) -> Option<bool> {
    const LEAST: f64 = 1e-250;
    let coord = |[x, y]: [f64; 2]| robust::Coord { x, y };
    let turn = robust::orient2d(coord(a), coord(b), coord(c));
    (turn.abs() > LEAST).then_some(turn > 0.0)
}
