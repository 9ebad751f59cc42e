//! Borders of a group of zones, dissolved into one.

use geo::winding_order::{Winding, WindingOrder};
use geo::{Coord, LineString, MultiPolygon, Polygon};
use i_overlay::core::fill_rule::FillRule;
use i_overlay::core::overlay::ShapeType;
use i_overlay::core::overlay_rule::OverlayRule;
use i_overlay::float::overlay::{FloatOverlay, OverlayOptions};
use i_overlay::i_float::adapter::FloatPointAdapter;
use i_overlay::i_float::float::rect::FloatRect;

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
    let union = match members {
        [] => return Err("no zones to dissolve"),
        [zone] => polygons(zones, *zone),
        _ => union(zones, members),
    };
    let closed: Vec<Polygon> =
        union.into_iter().map(close_slivers).filter(|p| p.exterior().0.len() > 3).collect();
    if closed.is_empty() { Err("nothing is left of the union of its zones") } else { Ok(closed) }
}

/// As geo's `unary_union`, ring by ring from where they lie: its copies weigh twice what a country does.
fn union(zones: &ZoneView, members: &[usize]) -> MultiPolygon {
    let rings = || members.iter().flat_map(|&zone| zones.rings_of(zone)).filter(|ring| !ring.lon.is_empty());
    if rings().next().is_none() {
        return MultiPolygon(Vec::new());
    }
    let span = |axis: fn(Ring) -> &[f64]| {
        rings().flat_map(axis).fold((f64::INFINITY, f64::NEG_INFINITY), |(lo, hi), &v| (lo.min(v), hi.max(v)))
    };
    let ((west, east), (south, north)) = (span(|ring| ring.lon), span(|ring| ring.lat));
    let adapter = FloatPointAdapter::<[f64; 2], f64>::new(FloatRect::new(west, east, south, north));
    let capacity = rings().map(|ring| ring.lon.len() - 1).sum();
    let mut overlay = FloatOverlay::new_custom(adapter, OverlayOptions::ogc(), Default::default(), capacity);
    let mut contour = Vec::new();
    for ring in rings() {
        contour.clear();
        contour.extend(ring.lon.iter().zip(ring.lat).map(|(&lon, &lat)| [lon, lat]));
        // A contour closes by itself.
        contour.pop();
        overlay = overlay.unsafe_add_contour(&contour, ShapeType::Subject);
    }
    // All shells turn one way; the first that turns at all tells which.
    let line = |ring: Ring| LineString::from_iter(ring.lon.iter().copied().zip(ring.lat.iter().copied()));
    let turn = rings().find_map(|ring| line(ring).winding_order());
    let fill =
        if turn == Some(WindingOrder::CounterClockwise) { FillRule::Positive } else { FillRule::Negative };
    let shapes = overlay.overlay(OverlayRule::Subject, fill);
    let closed = |contour: Vec<[f64; 2]>| {
        let mut line = LineString::from_iter(contour);
        line.close();
        line
    };
    let polygon = |shape: Vec<Vec<[f64; 2]>>| {
        let mut lines = shape.into_iter().map(closed);
        Polygon::new(lines.next().unwrap_or_else(|| LineString(Vec::new())), lines.collect())
    };
    MultiPolygon(shapes.into_iter().map(polygon).collect())
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

#[cfg(test)]
mod tests {
    use geo::{Area, BooleanOps};
    use proptest::prelude::*;

    use super::*;
    use crate::join::shares::tests::{Zones, cells, polygon};

    proptest! {
        #[test]
        fn groups_of_cells_are_those_of_a_foreign_union(picked in prop::collection::vec(any::<bool>(), 16), split: bool) {
            let mut all = cells(&[0.0, 1.0, 2.5, 3.0, 4.25]);
            if split {
                // A vertex more on one side of a border than on the other.
                all[5] = polygon(vec![(1.0, 1.0), (1.7, 1.0), (2.5, 1.0), (2.5, 2.5), (1.0, 2.5)]);
            }
            let members: Vec<usize> = (0..16).filter(|&i| picked[i]).collect();
            let zones = Zones::new(&all);
            let Ok(found) = dissolve(&zones.view(), &members) else {
                prop_assert!(members.is_empty());
                return Ok(());
            };
            let found = MultiPolygon(found);
            let foreign = members.iter().fold(MultiPolygon(vec![]), |sum, &i| sum.union(&all[i]));
            prop_assert!(found.xor(&foreign).unsigned_area() < 1e-6);
            let whole: f64 = members.iter().map(|&i| all[i].unsigned_area()).sum();
            prop_assert!((found.unsigned_area() - whole).abs() < 1e-6);
        }
    }

    #[test]
    fn overlapping_members_are_one_area() {
        let square = |x: f64| polygon(vec![(x, 0.0), (x + 2.0, 0.0), (x + 2.0, 2.0), (x, 2.0)]);
        let zones = Zones::new(&[square(0.0), square(1.0), square(0.0)]);
        let found = MultiPolygon(dissolve(&zones.view(), &[0, 1, 2]).unwrap());
        assert_eq!(found.0.len(), 1);
        assert!((found.unsigned_area() - 6.0).abs() < 1e-6);
    }
}
