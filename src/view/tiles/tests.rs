//! Tiles against small zones made by hand; the page's own tests read them with another program.

use super::chains::Chains;
use super::cut::{self, Feature, Grid, Unit, twice_area};
use super::tile_id::tile_id;
use super::{TileSet, shared, world};
use crate::layer::{Geometry, ZoneView, ZonesBuilder};
use proptest::prelude::*;

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

fn zones(view: &ZoneView<'_>, budget: usize) -> TileSet {
    super::zones(&[("pair", *view)], budget).unwrap()
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
    let world = world::World::new(&[geometry.zones().unwrap()]);
    let weights = shared::weights(&world);
    let mut known = std::collections::HashMap::new();
    let mut twice = 0;
    for vertex in (0..world.rings()).flat_map(|ring| world.ring(ring)) {
        let weight = weights[vertex];
        if let Some(before) = known.insert(world.places[vertex], weight) {
            assert_eq!(before, weight);
            twice += 1;
        }
    }
    assert_eq!(twice, 41);
}

#[test]
fn thinned_zones_leave_no_gap() {
    let geometry = pair();
    let world = world::World::new(&[geometry.zones().unwrap()]);
    let weights = shared::weights(&world);
    // Coarse enough that the border loses vertices. Twice the area of both is that of the whole, hole excepted.
    for (zoom, units) in [(0, 4.0), (1, 8.0), (2, 1.0)] {
        let level = cut::tiles(&world, &weights, Grid { zoom, extent: 4096 }, units);
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
        pool.install(|| zones(&view, 1_000_000).bytes)
    };
    assert_eq!(with(1), with(5));
}

#[test]
fn a_small_budget_gives_a_shallow_set() {
    let geometry = pair();
    let view = geometry.zones().unwrap();
    let (small, large) = (zones(&view, 200), zones(&view, 1_000_000));
    assert!(small.max_zoom < large.max_zoom, "{} {}", small.max_zoom, large.max_zoom);
    assert!(small.within_m > large.within_m);
    assert!(large.every_vertex);
    // No budget at all: the one tile that there must be.
    let none = zones(&view, 0);
    assert_eq!((none.max_zoom, none.every_vertex), (0, false));
}

/// The rings of a tile, put together again from its chains.
fn walked(chains: &Chains) -> Vec<Vec<Unit>> {
    let walk = |&line: &u64| {
        let mut line_of: Vec<Unit> = chains.lines[(line / 2) as usize].clone();
        if line % 2 == 1 {
            line_of.reverse();
        }
        line_of.pop();
        line_of
    };
    chains.rings.iter().map(|ring| ring.iter().flat_map(walk).collect()).collect()
}

/// Whether two rings are the same, wherever each begins.
fn alike(a: &[Unit], b: &[Unit]) -> bool {
    a.len() == b.len() && (0..a.len()).any(|from| (0..a.len()).all(|i| a[(from + i) % a.len()] == b[i]))
}

#[test]
fn each_border_stands_once() {
    let geometry = pair();
    let view = geometry.zones().unwrap();
    // The same zones twice, as states that are one municipality each would be.
    let world = world::World::new(&[view, view]);
    let level = cut::tiles(&world, &shared::weights(&world), Grid { zoom: 2, extent: 4096 }, 0.0);
    let [(_, features)] = level.as_slice() else { panic!("more than one tile") };
    let chains = Chains::new(features);
    // What is left of the border, the border, what is right of it, and the hole.
    assert_eq!(chains.lines.len(), 4);
    let kept: usize = chains.lines.iter().map(Vec::len).sum();
    let drawn: usize = features.iter().flat_map(|f| f.polygons.iter().flatten()).map(Vec::len).sum();
    assert!(2 * kept < drawn, "{kept} of {drawn}");
}

proptest! {
    #[test]
    fn chains_give_back_any_rings(
        rings in prop::collection::vec(prop::collection::vec((0_i64..6, 0_i64..6), 1..12), 1..6)
    ) {
        // Few places, so that rings touch, run along each other and turn back on themselves.
        let rings: Vec<Vec<Unit>> = rings
            .into_iter()
            .map(|mut ring| {
                ring.dedup();
                while ring.len() > 1 && ring.first() == ring.last() {
                    ring.pop();
                }
                ring
            })
            .collect();
        let features: Vec<Feature> =
            rings.iter().map(|ring| Feature { layer: 0, id: 0, polygons: vec![vec![ring.clone()]] }).collect();
        let chains = Chains::new(&features);
        for (back, ring) in walked(&chains).iter().zip(&rings) {
            prop_assert!(alike(back, ring), "{back:?} of {ring:?}");
        }
    }
}

#[test]
fn no_zones_and_zones_without_geometry() {
    let empty = ZonesBuilder::default().finish().unwrap();
    assert_eq!(zones(&empty.zones().unwrap(), 1000).max_zoom, 0);
    let mut builder = ZonesBuilder::default();
    builder.end_zone().unwrap();
    let without = builder.finish().unwrap();
    assert_eq!(&zones(&without.zones().unwrap(), 1000).bytes[..8], b"PMTiles\x03");
}
