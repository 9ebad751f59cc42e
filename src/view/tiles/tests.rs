//! Tiles against small zones made by hand; the page's own tests read them with another program.

use super::archive::tile_id;
use super::cut::{self, twice_area};
use super::{shared, world, zones};
use crate::layer::{Geometry, ZonesBuilder};

/// Two zones side by side: the border between them wriggles, and one has a hole. No edge of a tile is near.
fn pair() -> Geometry {
    let border: Vec<(f64, f64)> =
        (0..=40).map(|i| (10.0 + 0.3 * f64::from(i % 3) + 0.01 * f64::from(i), f64::from(i) / 4.0)).collect();
    let ring = |mut ring: Vec<(f64, f64)>| {
        ring.push(ring[0]);
        ring
    };
    let west = ring([(0.0, 10.0), (0.0, 0.0)].into_iter().chain(border.iter().copied()).collect());
    let east = ring([(20.0, 0.0), (20.0, 10.0)].into_iter().chain(border.iter().rev().copied()).collect());
    let hole = ring(vec![(3.0, 3.0), (3.0, 6.0), (6.0, 6.0), (6.0, 3.0)]);
    let mut builder = ZonesBuilder::default();
    for rings in [vec![west, hole], vec![east]] {
        for ring in rings {
            ring.into_iter().for_each(|(lon, lat)| builder.vertex(30.0 + lon, 20.0 + lat));
            builder.end_ring().unwrap();
        }
        builder.end_polygon().unwrap();
        builder.end_zone().unwrap();
    }
    builder.finish().unwrap()
}

#[test]
fn numbers_of_tiles() {
    // From the tests of the PMTiles libraries.
    for (zoom, x, y, id) in
        [(0, 0, 0, 0), (1, 0, 0, 1), (1, 0, 1, 2), (1, 1, 1, 3), (1, 1, 0, 4), (2, 0, 0, 5)]
    {
        assert_eq!(tile_id(zoom, x, y), id, "{zoom}/{x}/{y}");
    }
    assert_eq!(tile_id(12, 3423, 1763), 19_078_479);
}

#[test]
fn every_number_is_given_once() {
    let mut ids: Vec<u64> = (0..5)
        .flat_map(|z| (0..1 << z).flat_map(move |x| (0..1 << z).map(move |y| tile_id(z, x, y))))
        .collect();
    ids.sort_unstable();
    assert!(ids.iter().enumerate().all(|(n, &id)| n as u64 == id));
}

#[test]
fn neighbours_weigh_their_border_alike() {
    let geometry = pair();
    let view = geometry.zones().unwrap();
    let world = world::World::new(&view);
    let weights = shared::weights(&world);
    let mut known = std::collections::HashMap::new();
    let mut twice = 0;
    for vertex in (0..world.rings()).flat_map(|ring| world.ring(ring)) {
        let weight = weights[vertex];
        if let Some(before) = known.insert(world.place(vertex), weight) {
            assert_eq!(before, weight);
            twice += 1;
        }
    }
    assert_eq!(twice, 41);
}

#[test]
fn thinned_zones_leave_no_gap() {
    let geometry = pair();
    let view = geometry.zones().unwrap();
    let world = world::World::new(&view);
    let weights = shared::weights(&world);
    // Coarse enough that the border loses vertices. Twice the area of both is that of the whole, hole excepted.
    for (zoom, units) in [(0, 4.0), (1, 8.0), (2, 1.0)] {
        let level = cut::tiles(&world, &weights, zoom, units);
        let [(_, features)] = level.as_slice() else { panic!("more than one tile at zoom {zoom}") };
        let rings = features.iter().flat_map(|f| f.polygons.iter().flatten());
        let sum: i64 = rings.clone().map(|ring| twice_area(ring)).sum();
        let corners = |pick: fn(&(i64, i64)) -> i64| {
            let values: Vec<i64> = rings.clone().flatten().map(pick).collect();
            values.iter().max().unwrap() - values.iter().min().unwrap()
        };
        let hole = twice_area(&features[0].polygons[0][1]);
        assert!(hole < 0, "{hole}");
        assert_eq!(sum - hole, 2 * corners(|v| v.0) * corners(|v| v.1), "zoom {zoom}");
    }
}

#[test]
fn same_zones_same_bytes_for_any_number_of_threads() {
    let geometry = pair();
    let view = geometry.zones().unwrap();
    let with = |threads| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| zones(&view, 1_000_000).unwrap().bytes)
    };
    assert_eq!(with(1), with(5));
}

#[test]
fn a_small_budget_gives_a_shallow_set() {
    let geometry = pair();
    let view = geometry.zones().unwrap();
    let (small, large) = (zones(&view, 600).unwrap(), zones(&view, 1_000_000).unwrap());
    assert!(small.max_zoom < large.max_zoom, "{} {}", small.max_zoom, large.max_zoom);
    assert!(small.within_m > large.within_m);
}

#[test]
fn no_zones_and_zones_without_geometry() {
    let empty = ZonesBuilder::default().finish().unwrap();
    assert_eq!(zones(&empty.zones().unwrap(), 1000).unwrap().max_zoom, 0);
    let mut builder = ZonesBuilder::default();
    builder.end_zone().unwrap();
    let without = builder.finish().unwrap();
    assert_eq!(&zones(&without.zones().unwrap(), 1000).unwrap().bytes[..8], b"PMTiles\x03");
}
