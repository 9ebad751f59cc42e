//! Borders are clean: they neither cross nor leave gaps, and neighbours share every vertex.

use std::collections::{BTreeMap, BTreeSet};

use geo::{LineString, MultiPolygon, Polygon, Validation};
use proptest::prelude::*;

use super::country;
use crate::demo::border::area;
use crate::demo::{Country, Municipality, Position};

/// In millionths of a degree: whole numbers, so that the checks are exact.
pub(super) fn multipolygon(zone: &Municipality) -> MultiPolygon {
    let ring = |ring: &Vec<Position>| {
        LineString::from_iter(ring.iter().map(|p| (f64::from(p.lon_e6), f64::from(p.lat_e6))))
    };
    MultiPolygon::from_iter(
        zone.polygons
            .iter()
            .map(|rings| Polygon::new(ring(&rings[0]), rings[1..].iter().map(ring).collect())),
    )
}

type Segment = (Position, Position);

/// Every undirected border segment with the zones on its left and on its right.
fn segments(c: &Country) -> BTreeMap<Segment, [Vec<usize>; 2]> {
    let mut sides: BTreeMap<Segment, [Vec<usize>; 2]> = BTreeMap::new();
    for (z, zone) in c.municipalities.iter().enumerate() {
        for ring in zone.polygons.iter().flatten() {
            for w in ring.windows(2) {
                let key = (w[0].min(w[1]), w[0].max(w[1]));
                sides.entry(key).or_default()[usize::from(w[0] > w[1])].push(z);
            }
        }
    }
    sides
}

fn check(c: &Country) {
    // Rings: closed, exteriors counter-clockwise, holes clockwise.
    for zone in &c.municipalities {
        assert!(!zone.polygons.is_empty(), "{}", zone.code);
        for rings in &zone.polygons {
            for (r, ring) in rings.iter().enumerate() {
                assert!(ring.len() >= 4 && ring.first() == ring.last(), "{}", zone.code);
                assert_eq!(area(ring) > 0, r == 0, "{} ring {r}", zone.code);
            }
        }
        let polygon = multipolygon(zone);
        assert!(polygon.is_valid(), "{}: {:?}", zone.code, polygon.check_validation());
    }
    // Each side of a segment has at most one zone, never the same on both.
    let segments = segments(c);
    let mut coast: BTreeMap<Position, Vec<Position>> = BTreeMap::new();
    let mut touching = vec![BTreeSet::new(); c.municipalities.len()];
    for (&(a, b), [left, right]) in &segments {
        match (left.as_slice(), right.as_slice()) {
            ([l], [r]) => {
                assert_ne!(l, r);
                touching[*l].insert(*r);
                touching[*r].insert(*l);
            }
            ([_], []) => coast.entry(a).or_default().push(b),
            ([], [_]) => coast.entry(b).or_default().push(a),
            shared => panic!("a segment at {a:?} has the zones {shared:?}"),
        }
    }
    // What only one zone uses is coast: simple closed rings, all exteriors (no gap inside),
    // one for the mainland and one for each island, and they enclose the sum of all zones.
    let islands: usize = c.municipalities.iter().map(|m| m.polygons.len() - 1).sum();
    let mut rings = 0;
    let mut enclosed = 0;
    while let Some((&start, _)) = coast.first_key_value() {
        let mut ring = vec![start];
        while let Some(next) = coast.remove(&ring[ring.len() - 1]) {
            assert_eq!(next.len(), 1, "the coast forks");
            ring.push(next[0]);
        }
        assert_eq!(ring.first(), ring.last());
        assert!(area(&ring) > 0, "a gap between zones at {start:?}");
        enclosed += area(&ring);
        rings += 1;
    }
    assert_eq!(rings, 1 + islands);
    let zones: i128 = c.municipalities.iter().flat_map(|m| &m.polygons).flatten().map(|r| area(r)).sum();
    assert_eq!(zones, enclosed);
    // Stated neighbours are those that share a segment.
    for (zone, touching) in c.municipalities.iter().zip(&touching) {
        assert!(zone.neighbours.iter().eq(touching), "{}", zone.code);
    }
    // Zones that meet in a point also share a segment: queen contiguity is rook contiguity here.
    let mut meeting: BTreeMap<Position, BTreeSet<usize>> = BTreeMap::new();
    for (z, zone) in c.municipalities.iter().enumerate() {
        for &p in zone.polygons.iter().flatten().flatten() {
            meeting.entry(p).or_default().insert(z);
        }
    }
    for zones in meeting.values() {
        assert!(zones.len() <= 3);
        for z in zones {
            assert!(zones.iter().all(|o| o == z || touching[*z].contains(o)));
        }
    }
    no_crossing(&segments.into_keys().collect::<Vec<_>>());
}

/// No two segments meet but at a shared end: exact, through an R-tree.
fn no_crossing(segments: &[Segment]) {
    use rstar::{AABB, RTree, primitives::GeomWithData, primitives::Rectangle};
    let point = |p: Position| [f64::from(p.lon_e6), f64::from(p.lat_e6)];
    let boxes = |&(a, b): &Segment| Rectangle::from_corners(point(a), point(b));
    let tree =
        RTree::bulk_load(segments.iter().enumerate().map(|(i, s)| GeomWithData::new(boxes(s), i)).collect());
    for (i, &(a, b)) in segments.iter().enumerate() {
        let reach = AABB::from_corners(point(a), point(b));
        for other in tree.locate_in_envelope_intersecting(reach) {
            let (c, d) = segments[other.data];
            if other.data <= i {
                continue;
            }
            let shared = [a, b].into_iter().filter(|p| [c, d].contains(p)).count();
            assert!(shared < 2);
            let (abc, abd) = (turn(a, b, c), turn(a, b, d));
            let (cda, cdb) = (turn(c, d, a), turn(c, d, b));
            if shared == 0 {
                let apart = abc * abd > 0 || cda * cdb > 0;
                assert!(apart, "borders meet at {a:?} {b:?} {c:?} {d:?}");
            } else {
                // From a shared end they must not run over each other.
                let hinge = if [c, d].contains(&a) { a } else { b };
                let (p, q) = (if hinge == a { b } else { a }, if hinge == c { d } else { c });
                let over = turn(hinge, p, q) == 0 && dot(hinge, p, q) > 0;
                assert!(!over, "borders overlap from {hinge:?}");
            }
        }
    }
}

fn turn(a: Position, b: Position, c: Position) -> i64 {
    let d = |p: i32, q: i32| i64::from(p) - i64::from(q);
    (d(b.lon_e6, a.lon_e6) * d(c.lat_e6, a.lat_e6) - d(b.lat_e6, a.lat_e6) * d(c.lon_e6, a.lon_e6)).signum()
}

fn dot(o: Position, a: Position, b: Position) -> i64 {
    let d = |p: i32, q: i32| i64::from(p) - i64::from(q);
    d(a.lon_e6, o.lon_e6) * d(b.lon_e6, o.lon_e6) + d(a.lat_e6, o.lat_e6) * d(b.lat_e6, o.lat_e6)
}

#[test]
fn borders_of_the_default_country_are_clean() {
    let c = country(1, 600);
    check(&c);
    let degree = c.municipalities.iter().map(|m| m.neighbours.len()).sum::<usize>() as f64 / 600.0;
    assert!((5.4..6.0).contains(&degree), "{degree} neighbours on average");
}

#[test]
fn borders_are_clean_when_municipalities_are_many_and_small() {
    check(&country(2, 2_500));
}

#[test]
fn the_country_lies_in_open_ocean() {
    for seed in 1..=6 {
        let c = country(seed, 60);
        for p in c.municipalities.iter().flat_map(|m| &m.polygons).flatten().flatten() {
            assert!((-46.0..-34.0).contains(&p.lon_deg()) && (15.0..25.0).contains(&p.lat_deg()));
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 8, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn borders_are_clean_for_any_seed_and_size(seed in any::<u64>(), size in 50usize..400) {
        check(&country(seed, size));
    }
}
