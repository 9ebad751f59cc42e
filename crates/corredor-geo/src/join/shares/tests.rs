//! Shares against a foreign overlay, and what must hold of them.

use geo::{BooleanOps, Coord, LineString, MultiPolygon, Polygon};
use proptest::prelude::*;

use super::*;
use crate::geodesy::flat_area_km2;

pub(in crate::join) struct Zones {
    lon: Vec<f64>,
    lat: Vec<f64>,
    rings: Vec<i32>,
    polygons: Vec<i32>,
    zones: Vec<i32>,
}

impl Zones {
    pub(in crate::join) fn new<'a>(all: impl IntoIterator<Item = &'a MultiPolygon>) -> Self {
        let mut zones = Self { lon: vec![], lat: vec![], rings: vec![0], polygons: vec![0], zones: vec![0] };
        for polygons in all {
            for polygon in polygons {
                for ring in std::iter::once(polygon.exterior()).chain(polygon.interiors()) {
                    zones.lon.extend(ring.coords().map(|c| c.x));
                    zones.lat.extend(ring.coords().map(|c| c.y));
                    zones.rings.push(zones.lon.len() as i32);
                }
                zones.polygons.push(zones.rings.len() as i32 - 1);
            }
            zones.zones.push(zones.polygons.len() as i32 - 1);
        }
        zones
    }

    pub(in crate::join) fn view(&self) -> ZoneView<'_> {
        let Self { lon, lat, rings, polygons, zones } = self;
        ZoneView { lon, lat, rings, polygons, zones }
    }
}

pub(in crate::join) fn polygon(ring: Vec<(f64, f64)>) -> MultiPolygon {
    let mut ring: Vec<Coord> = ring.into_iter().map(|(x, y)| Coord { x, y }).collect();
    ring.extend(ring.first().copied());
    MultiPolygon(vec![Polygon::new(LineString(ring), vec![])])
}

/// A star around a place; whole numbers make borders meet and coincide.
pub(in crate::join) fn star() -> impl Strategy<Value = MultiPolygon> {
    let radii = prop::collection::vec(1..6_u8, 4..12);
    (0..8_u8, 0..8_u8, radii, any::<bool>(), any::<bool>()).prop_map(|(x, y, radii, round, back)| {
        let n = radii.len() as f64;
        let place = |(i, r): (usize, u8)| {
            let (sin, cos) = (std::f64::consts::TAU * i as f64 / n).sin_cos();
            let (x, y) = (f64::from(x) + f64::from(r) * cos, f64::from(y) + f64::from(r) * sin);
            if round { (x, y) } else { ((x * 2.0).round() / 2.0, (y * 2.0).round() / 2.0) }
        };
        let mut ring: Vec<(f64, f64)> = radii.into_iter().enumerate().map(place).collect();
        if back {
            ring.reverse();
        }
        // Rounded stars may cross themselves; their union with themselves does not.
        let star = polygon(ring);
        star.union(&star)
    })
}

/// Cells that fill a square, cut at the given places.
pub(in crate::join) fn cells(at: &[f64]) -> Vec<MultiPolygon> {
    let spans = || at.windows(2).map(|w| (w[0], w[1]));
    spans()
        .flat_map(|(w, e)| spans().map(move |(s, n)| polygon(vec![(w, s), (e, s), (e, n), (w, n)])))
        .collect()
}

proptest! {
    #[test]
    fn shares_are_those_of_a_foreign_overlay(a in star(), b in star()) {
        let (zones, covers) = (Zones::new([&a]), Zones::new([&b]));
        let found = shares(&zones.view(), &covers.view()).unwrap();
        let km2 = found.shares.first().map_or(0.0, |share| share.km2);
        let foreign = a.intersection(&b);
        let expected = flat_area_km2(&Zones::new([&foreign]).view(), 0);
        // The foreign one rounds to its extent / 2^30, some 2e-8 degrees here.
        prop_assert!((km2 - expected).abs() < 0.01, "{} {}", km2, expected);
    }

    #[test]
    fn shares_of_cells_that_fill_the_plane_add_up(
        a in star(), cuts in prop::collection::btree_set(-5..13_i8, 0..6), half in any::<bool>()
    ) {
        let scale = if half { 0.5 } else { 1.0 };
        let mut at = vec![-20.0];
        at.extend(cuts.into_iter().map(|x| f64::from(x) * scale));
        at.push(30.0);
        let (zones, covers) = (Zones::new([&a]), Zones::new(&cells(&at)));
        let found = shares(&zones.view(), &covers.view()).unwrap();
        let sum: f64 = found.shares.iter().map(|share| share.km2).sum();
        let whole = flat_area_km2(&zones.view(), 0);
        prop_assert!((sum / whole - 1.0).abs() < 1e-9, "{} of {}", sum, whole);
        prop_assert!((found.zone_km2[0] / whole - 1.0).abs() < 1e-12);
        // The other way around, each cell gives what it has.
        let back = shares(&covers.view(), &zones.view()).unwrap();
        let sum: f64 = back.shares.iter().map(|share| share.km2).sum();
        prop_assert!((sum / whole - 1.0).abs() < 1e-9, "{} of {}", sum, whole);
    }
}

#[test]
fn a_hole_and_what_fills_it_share_nothing() {
    let square = |w: f64, e: f64| vec![(w, w), (e, w), (e, e), (w, e)];
    let inner = polygon(square(1.0, 3.0));
    let outer = polygon(square(0.0, 4.0)).difference(&inner);
    let (ring, disc) = (Zones::new([&outer]), Zones::new([&inner]));
    assert!(shares(&ring.view(), &disc.view()).unwrap().shares.is_empty());
    let itself = shares(&ring.view(), &ring.view()).unwrap();
    assert_eq!(itself.shares[0].km2, itself.zone_km2[0]);
    let none = Zones::new([]);
    assert!(shares(&none.view(), &ring.view()).unwrap().shares.is_empty());
    assert!(shares(&ring.view(), &none.view()).unwrap().shares.is_empty());
}
