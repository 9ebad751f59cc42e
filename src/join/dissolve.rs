//! Borders of a group of zones, dissolved into one.

use geo::{Coord, LineString, MultiPolygon, Polygon, unary_union};

use crate::geodesy::area_km2;
use crate::layer::{Ring, ZoneView};

/// Holes smaller than this are slivers between neighbours that do not share every vertex, km2.
///
/// Real layers leave such slivers of a few square metres to some hectares; the smallest real hole of a
/// state (an enclave) is far larger.
pub const SLIVER_KM2: f64 = 0.05;

/// Union of some zones, for display: holes under [`SLIVER_KM2`] are closed.
///
/// The overlay works on a grid of about the extent / 2^30 (millimetres for a country), so lengths and areas
/// are not to be measured on the result.
///
/// # Errors
/// Where nothing is left of the union.
pub fn dissolve(zones: &ZoneView, members: &[usize]) -> Result<Vec<Polygon>, &'static str> {
    let polygons: Vec<MultiPolygon> = members.iter().map(|&zone| polygons(zones, zone)).collect();
    let union = match polygons.len() {
        0 => return Err("no zones to dissolve"),
        1 => polygons.into_iter().next().unwrap_or_else(|| MultiPolygon::new(Vec::new())),
        _ => unary_union(polygons.iter()),
    };
    let closed: Vec<Polygon> =
        union.into_iter().map(close_slivers).filter(|p| p.exterior().0.len() > 3).collect();
    if closed.is_empty() { Err("nothing is left of the union of its zones") } else { Ok(closed) }
}

fn polygons(view: &ZoneView, zone: usize) -> MultiPolygon {
    let line = |ring: usize| {
        let ring = view.ring(ring, true);
        LineString(ring.lon.iter().zip(ring.lat).map(|(&x, &y)| Coord { x, y }).collect())
    };
    let polygon = |rings: std::ops::Range<usize>| {
        let exterior = line(rings.start);
        Polygon::new(exterior, rings.skip(1).map(line).collect())
    };
    MultiPolygon(view.polygons_of(zone).map(polygon).collect())
}

fn close_slivers(polygon: Polygon) -> Polygon {
    let (exterior, holes) = polygon.into_inner();
    let kept = holes.into_iter().filter(|hole| {
        let (lon, lat): (Vec<f64>, Vec<f64>) = hole.coords().map(|c| (c.x, c.y)).unzip();
        area_km2([Ring { lon: &lon, lat: &lat, exterior: true }]) >= SLIVER_KM2
    });
    Polygon::new(exterior, kept.collect())
}
