//! Borders of a group of zones, dissolved into one.

use std::collections::HashSet;

use gdal::vector::Geometry as Ogr;
use gdal::vector::OGRwkbGeometryType::{wkbLinearRing, wkbPolygon};
use geo::winding_order::{Winding, WindingOrder};
use geo::{
    BoundingRect, Contains, Coord, InteriorPoint, Intersects, LineString, MultiPolygon, Point, Polygon,
};
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

/// Union of some zones, for display: holes under [`SLIVER_KM2`] are closed, and so are those nowhere wider than
/// `tolerance_m`, which are gaps between borders that were drawn apart. One in which another zone lies is none.
///
/// The overlay works on a grid of about the extent / 2^30 (millimetres for a country), so lengths and areas
/// are not to be measured on the result.
///
/// # Errors
/// Where nothing is left of the union.
pub fn dissolve(zones: &ZoneView, members: &[usize], tolerance_m: f64) -> Result<Vec<Polygon>, &'static str> {
    let union = match members {
        [] => return Err("no zones to dissolve"),
        [zone] => polygons(zones, *zone),
        _ => union(zones, members),
    };
    let others = if tolerance_m > 0.0 { Others::of(zones, members) } else { Others::default() };
    let closed: Vec<Polygon> = union
        .into_iter()
        .map(|polygon| close_gaps(polygon, tolerance_m, &others))
        .filter(|p| p.exterior().0.len() > 3)
        .collect();
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

/// A place inside each polygon of the zones that are no members.
#[derive(Default)]
struct Others(Vec<Point>);

impl Others {
    fn of(zones: &ZoneView, members: &[usize]) -> Self {
        let member: HashSet<usize> = members.iter().copied().collect();
        let others = (0..zones.len()).filter(|zone| !member.contains(zone));
        Self(others.flat_map(|zone| polygons(zones, zone)).filter_map(|p| p.interior_point()).collect())
    }

    fn any_in(&self, hole: &Polygon) -> bool {
        let Some(bounds) = hole.bounding_rect() else { return false };
        self.0.iter().any(|place| bounds.intersects(place) && hole.contains(place))
    }
}

fn close_gaps(polygon: Polygon, tolerance_m: f64, others: &Others) -> Polygon {
    let (exterior, holes) = polygon.into_inner();
    let kept = holes.into_iter().filter(|hole| {
        let (lon, lat): (Vec<f64>, Vec<f64>) = hole.coords().map(|c| (c.x, c.y)).unzip();
        area_km2([Ring { lon: &lon, lat: &lat, exterior: true }]) >= SLIVER_KM2
            && (!is_within(&lon, &lat, tolerance_m) || others.any_in(&Polygon::new(hole.clone(), Vec::new())))
    });
    Polygon::new(exterior, kept.collect())
}

/// Whether an area is nowhere wider than so many metres: nothing is left of it when half of that is taken off its rim. On
/// a plane that touches at its middle, true within a thousandth for what is that narrow. Where GEOS cannot tell, it is not.
fn is_within(lon: &[f64], lat: &[f64], width_m: f64) -> bool {
    // Metres of a degree of latitude, within half a percent anywhere.
    const DEGREE_M: f64 = 111_195.0;
    if width_m <= 0.0 || lon.is_empty() {
        return false;
    }
    let (west, south) = (lon[0], lat[0]);
    let shrink = libm::cos((lat.iter().sum::<f64>() / lat.len() as f64).to_radians());
    let plane = || -> gdal::errors::Result<bool> {
        let mut ring = Ogr::empty(wkbLinearRing)?;
        for (lon, lat) in lon.iter().zip(lat) {
            ring.add_point_2d(((lon - west) * shrink * DEGREE_M, (lat - south) * DEGREE_M));
        }
        let mut hole = Ogr::empty(wkbPolygon)?;
        hole.add_geometry(ring)?;
        Ok(hole.buffer(-width_m / 2.0, 4)?.is_empty())
    };
    plane().unwrap_or(false)
}

#[cfg(test)]
mod tests {
    use geo::{Area, BooleanOps};
    use proptest::prelude::*;

    use super::*;
    use crate::layer::{Geometry, ZonesBuilder};

    fn zones<'a>(all: impl IntoIterator<Item = &'a MultiPolygon>) -> Geometry {
        let mut builder = ZonesBuilder::default();
        for zone in all {
            for polygon in &zone.0 {
                for ring in std::iter::once(polygon.exterior()).chain(polygon.interiors()) {
                    ring.0.iter().for_each(|at| builder.vertex(at.x, at.y));
                    builder.end_ring().unwrap();
                }
                builder.end_polygon().unwrap();
            }
            builder.end_zone().unwrap();
        }
        builder.finish().unwrap()
    }

    fn polygon(mut ring: Vec<(f64, f64)>) -> MultiPolygon {
        ring.extend(ring.first().copied());
        Polygon::new(LineString::from(ring), vec![]).into()
    }

    /// Rectangles between all of these, column by column.
    fn cells(at: &[f64]) -> Vec<MultiPolygon> {
        let spans = || at.windows(2).map(|w| (w[0], w[1]));
        spans()
            .flat_map(|(w, e)| spans().map(move |(s, n)| polygon(vec![(w, s), (e, s), (e, n), (w, n)])))
            .collect()
    }

    proptest! {
        #[test]
        fn groups_of_cells_are_those_of_a_foreign_union(picked in prop::collection::vec(any::<bool>(), 16), split: bool) {
            let mut all = cells(&[0.0, 1.0, 2.5, 3.0, 4.25]);
            if split {
                // A vertex more on one side of a border than on the other.
                all[5] = polygon(vec![(1.0, 1.0), (1.7, 1.0), (2.5, 1.0), (2.5, 2.5), (1.0, 2.5)]);
            }
            let members: Vec<usize> = (0..16).filter(|&i| picked[i]).collect();
            let zones = zones(&all);
            let Ok(found) = dissolve(&zones.zones().unwrap(), &members, 0.0) else {
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
        let zones = zones(&[square(0.0), square(1.0), square(0.0)]);
        let found = MultiPolygon(dissolve(&zones.zones().unwrap(), &[0, 1, 2], 0.0).unwrap());
        assert_eq!(found.0.len(), 1);
        assert!((found.unsigned_area() - 6.0).abs() < 1e-6);
    }

    #[test]
    fn gaps_between_borders_drawn_apart_are_closed_and_other_zones_are_not() {
        // Two halves of a square of 11 km whose shared border leaves a gap of 300 m at its widest, and beside it a hole
        // of the same width in which another zone lies.
        let left = polygon(vec![
            (0.0, 0.0),
            (0.05, 0.0),
            (0.05, 0.02),
            (0.0485, 0.04),
            (0.05, 0.06),
            (0.05, 0.1),
            (0.0, 0.1),
        ]);
        let right = polygon(vec![
            (0.05, 0.0),
            (0.1, 0.0),
            (0.1, 0.1),
            (0.05, 0.1),
            (0.05, 0.06),
            (0.0515, 0.04),
            (0.05, 0.02),
        ]);
        let cut = |west: f64, east: f64| {
            Polygon::new(
                LineString::from(vec![(west, 0.0), (east, 0.0), (east, 0.1), (west, 0.1), (west, 0.0)]),
                vec![LineString::from(vec![
                    (0.12, 0.02),
                    (0.12, 0.06),
                    (0.123, 0.06),
                    (0.123, 0.02),
                    (0.12, 0.02),
                ])],
            )
        };
        let enclave = polygon(vec![(0.12, 0.02), (0.123, 0.02), (0.123, 0.06), (0.12, 0.06)]);
        let zones = zones(&[left, right, cut(0.1, 0.15).into(), enclave]);
        let holes = |members: &[usize], tolerance_m: f64| {
            let found = dissolve(&zones.zones().unwrap(), members, tolerance_m).unwrap();
            found.iter().map(|p| p.interiors().len()).sum::<usize>()
        };
        assert_eq!(holes(&[0, 1, 2], 0.0), 2);
        assert_eq!(holes(&[0, 1, 2], 200.0), 2);
        // The enclave stays a hole; where it is a member it is none.
        assert_eq!(holes(&[0, 1, 2], 500.0), 1);
        assert_eq!(holes(&[0, 1, 2, 3], 500.0), 0);
    }
}
