//! Fewer vertices for a GeoJSON that opens quickly, with the borders that zones share kept shared.
//!
//! `net` holds every vertex once, so that a border between two zones is one line and stays one; `shrink` takes
//! vertices out of it, the least first (Visvalingam and Whyatt 1993, doi:10.1179/000870493786962263), as long as
//! nothing crosses that did not cross before.

mod fit;
mod net;
mod pins;
mod shrink;

pub(super) use fit::{Fitted, fit, rounded};
use rayon::prelude::*;

use crate::geodesy::authalic;
use crate::layer::{Geometry, LayerError, ZoneView};

/// What simplification did.
#[derive(Clone, Debug)]
pub struct Simplified {
    /// The geometry with fewer vertices, coordinates at seven decimals.
    pub geometry: Geometry,
    /// Vertices before and after, closing ones included.
    pub vertices: [usize; 2],
    /// Greatest change of the area of a zone, % of it, on an equal-area plane of the ellipsoid; 0 for lines.
    pub area_error_pct: f64,
}

/// Takes vertices out of zones or lines until so many are left, or as many as it may.
///
/// Ends of lines and places where borders meet stay; no ring vanishes; no two segments cross or touch that did not
/// before; no zone changes its area by more than `tolerance_pct` percent. `None` for points and tables, and where
/// nothing can go. The same for any number of threads.
///
/// A border is shared where both zones have its vertices at the same place (seven decimals). Where the source's own
/// segments cross, and along slivers between a border drawn as two lines, every vertex stays, so that overlaps and gaps
/// of the source do not grow.
///
/// O(n log n) in the vertices.
///
/// # Errors
/// [`LayerError`] where the result cannot be put together.
pub fn simplify(
    geometry: &Geometry,
    vertices: usize,
    tolerance_pct: f64,
) -> Result<Option<Simplified>, LayerError> {
    let Some(mut net) = net::Net::new(geometry) else { return Ok(None) };
    pins::pin(&mut net);
    let before = net.positions();
    shrink::shrink(&mut net, vertices, tolerance_pct / 100.0);
    let after = net.positions();
    if after == before {
        return Ok(None);
    }
    let simple = net.geometry()?;
    let area_error_pct = area_error_pct(geometry, &simple);
    Ok(Some(Simplified { geometry: simple, vertices: [before, after], area_error_pct }))
}

/// Greatest change of the area of a zone, % of it. On a plane, where a country's millions of vertices take a fraction of
/// the time of geodesics; areas that are published are geodesic.
fn area_error_pct(before: &Geometry, after: &Geometry) -> f64 {
    let (Some(before), Some(after)) = (before.zones(), after.zones()) else { return 0.0 };
    (0..before.len())
        .into_par_iter()
        .map(|zone| {
            let (old, new) = (plane_area(&before, zone), plane_area(&after, zone));
            if old > 0.0 { 100.0 * (new - old).abs() / old } else { 0.0 }
        })
        .reduce(|| 0.0, f64::max)
}

/// Area of a zone on the cylindrical equal-area projection of the ellipsoid (Snyder 1987), in its own unit.
fn plane_area(zones: &ZoneView<'_>, zone: usize) -> f64 {
    zones
        .rings_of(zone)
        .map(|ring| {
            let north: Vec<f64> = ring.lat.iter().map(|lat| authalic(libm::sin(lat.to_radians()))).collect();
            let (lon, lat) =
                (ring.lon.first().copied().unwrap_or(0.0), north.first().copied().unwrap_or(0.0));
            let twice: f64 = ring
                .lon
                .windows(2)
                .zip(north.windows(2))
                .map(|(x, y)| (x[0] - lon) * (y[1] - lat) - (x[1] - lon) * (y[0] - lat))
                .sum();
            if ring.exterior { twice.abs() } else { -twice.abs() }
        })
        .sum()
}
