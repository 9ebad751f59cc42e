//! Common vertices and common parts of edges, without any tolerance.

use super::pairs::Edge;
use crate::index::orient;

/// Whether two edges have a vertex, or more than a point, in common.
pub(super) fn touch(e: Edge, f: Edge) -> bool {
    e.0 == f.0 || e.0 == f.1 || e.1 == f.0 || e.1 == f.1 || overlap(e, f)
}

/// Whether two edges lie on one line and have more than a point in common.
pub(super) fn overlap(e: Edge, f: Edge) -> bool {
    if e == f || (e.0 == f.1 && e.1 == f.0) {
        return true;
    }
    // Along the longer side of the first edge's box: two edges on one line overlap there
    // or nowhere.
    let along = |p: (f64, f64)| {
        if (e.1.0 - e.0.0).abs() >= (e.1.1 - e.0.1).abs() { p.0 } else { p.1 }
    };
    let range = |g: Edge| (along(g.0).min(along(g.1)), along(g.0).max(along(g.1)));
    let ((low, high), (from, to)) = (range(e), range(f));
    low.max(from) < high.min(to) && orient(e.0, e.1, f.0) == 0.0 && orient(e.0, e.1, f.1) == 0.0
}
