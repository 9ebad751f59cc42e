//! Walking rings, for borders that are weighed and borders that are kept.

use std::ops::RangeInclusive;

/// The two neighbours of vertex `i` of a ring of `len`, the lesser first; `at` tells vertices by position.
pub(super) fn neighbours<T: Copy + Ord>(at: impl Fn(usize) -> T, len: usize, i: usize) -> (T, T) {
    let (before, after) = (at((i + len - 1) % len), at((i + 1) % len));
    (before.min(after), before.max(after))
}

/// The pieces of a ring of `len` from each of its corners to the next, both ends included; positions of `len` and more
/// are those after the ring begins anew.
pub(super) fn pieces(corners: &[usize], len: usize) -> impl Iterator<Item = RangeInclusive<usize>> + '_ {
    corners.iter().enumerate().map(move |(n, &from)| {
        let to = corners.get(n + 1).copied().unwrap_or(corners[0] + len);
        from..=to
    })
}
