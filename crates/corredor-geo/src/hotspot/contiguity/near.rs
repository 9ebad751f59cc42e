//! Borders within a tolerance of each other.

use super::pairs::Edge;
use crate::geodesy::{distance_km, km_per_degree};
use crate::index::orient;
use crate::view::ZoneView;

/// The widest neighbourhood of an edge, degrees: near the poles a kilometre spans any
/// number of degrees of longitude.
pub(super) const MAX_PAD_DEG: f64 = 20.0;

/// How much wider candidates are looked for than the tolerance: planar distances near one
/// latitude are off by less.
const SLACK: f64 = 1.05;

/// The degrees of longitude and latitude that a tolerance spans at most in a layer.
pub(super) fn pad_deg(zones: &ZoneView, tolerance_m: f64) -> (f64, f64) {
    if tolerance_m <= 0.0 {
        return (0.0, 0.0);
    }
    let finite = zones.lat.iter().filter(|v| v.is_finite());
    let highest = finite.fold(0.0_f64, |highest, lat| highest.max(lat.abs()));
    let (east, _) = km_per_degree(highest.min(90.0));
    let (_, north) = km_per_degree(0.0);
    let km = tolerance_m / 1000.0 * SLACK;
    ((km / east).clamp(0.0, MAX_PAD_DEG), km / north)
}

/// Whether two edges cross or come within a distance.
///
/// The nearest places are found on the plane that has the ellipsoid's scales halfway
/// between the edges; their distance is then the geodesic.
pub(super) fn within(e: Edge, f: Edge, km: f64) -> bool {
    if cross(e, f) {
        return true;
    }
    let ends = [(e.0, f), (e.1, f), (f.0, e), (f.1, e)];
    ends.into_iter().any(|(p, edge)| {
        let scale = km_per_degree(p.1);
        let foot = at(edge, share(p, edge, scale));
        let (dx, dy) = ((foot.0 - p.0) * scale.0, (foot.1 - p.1) * scale.1);
        dx.hypot(dy) <= km * SLACK && distance_km(p.0, p.1, foot.0, foot.1) <= km
    })
}

/// Whether two edges cross or touch.
fn cross(e: Edge, f: Edge) -> bool {
    let opposite = |p: f64, q: f64| (p >= 0.0 && q <= 0.0) || (p <= 0.0 && q >= 0.0);
    opposite(orient(e.0, e.1, f.0), orient(e.0, e.1, f.1))
        && opposite(orient(f.0, f.1, e.0), orient(f.0, f.1, e.1))
        && super::pairs::Box4::around(e, (0.0, 0.0)).touches(f)
}

/// The position at a share of an edge.
pub(super) fn at(edge: Edge, t: f64) -> (f64, f64) {
    let (a, b) = edge;
    (a.0 + t * (b.0 - a.0), a.1 + t * (b.1 - a.1))
}

/// The share of an edge, 0 to 1, that is nearest to a position, on a plane with the given
/// scales (kilometres per degree of longitude and latitude).
fn share(p: (f64, f64), (a, b): Edge, (kx, ky): (f64, f64)) -> f64 {
    let (dx, dy) = ((b.0 - a.0) * kx, (b.1 - a.1) * ky);
    let along = (p.0 - a.0) * kx * dx + (p.1 - a.1) * ky * dy;
    (along / (dx * dx + dy * dy)).clamp(0.0, 1.0)
}
