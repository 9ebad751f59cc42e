use gdal::vector::Geometry as Ogr;
use proptest::prelude::*;

use super::*;

type Polygons = Vec<Vec<Vec<(i32, i32)>>>;

fn proven(polygons: &Polygons) -> bool {
    let mut proof = Proof::default();
    for polygon in polygons {
        for ring in polygon {
            proof.ring(ring.iter().map(|&(x, y)| [f64::from(x), f64::from(y)]));
        }
        proof.end_polygon();
    }
    proof.proves_valid()
}

fn valid(polygons: &Polygons) -> bool {
    let ring = |ring: &Vec<(i32, i32)>| {
        let places: Vec<String> = ring.iter().map(|(x, y)| format!("{x} {y}")).collect();
        format!("({})", places.join(","))
    };
    let polygon =
        |p: &Vec<Vec<(i32, i32)>>| format!("({})", p.iter().map(ring).collect::<Vec<_>>().join(","));
    let text = polygons.iter().map(polygon).collect::<Vec<_>>().join(",");
    Ogr::from_wkt(&format!("MULTIPOLYGON({text})")).unwrap().is_valid()
}

fn square(x: i32, y: i32, size: i32) -> Vec<(i32, i32)> {
    vec![(x, y), (x + size, y), (x + size, y + size), (x, y + size), (x, y)]
}

#[test]
fn plain_zones_are_proven() {
    for polygons in [
        vec![vec![square(0, 0, 9)]],
        vec![vec![square(0, 0, 9), square(1, 1, 2), square(5, 5, 2)]],
        vec![vec![square(0, 0, 9)], vec![square(20, 0, 9)]],
        vec![vec![square(0, 0, 9), square(1, 1, 6)], vec![square(2, 2, 2)]],
        vec![vec![vec![(0, 0), (1, 0), (0, 1), (0, 0)]]],
    ] {
        assert!(proven(&polygons) && valid(&polygons), "{polygons:?}");
    }
}

#[test]
fn what_is_wrong_is_not() {
    for polygons in [
        vec![vec![vec![(0, 0), (2, 2), (2, 0), (0, 2), (0, 0)]]],
        vec![vec![square(0, 0, 9), square(20, 0, 2)]],
        vec![vec![square(0, 0, 9), square(1, 1, 6), square(2, 2, 2)]],
        vec![vec![square(0, 0, 9)], vec![square(2, 2, 2)]],
        vec![vec![square(0, 0, 9)], vec![square(0, 0, 9)]],
        vec![vec![vec![(0, 0), (2, 0), (1, 0), (1, 2), (0, 0)]]],
        vec![vec![vec![(0, 0), (1, 0), (0, 1)]]],
        vec![],
    ] {
        assert!(!proven(&polygons), "{polygons:?}");
    }
}

/// A square on its corner.
fn diamond(x: i32, y: i32, r: i32) -> Vec<(i32, i32)> {
    vec![(x - r, y), (x, y - r), (x + r, y), (x, y + r), (x - r, y)]
}

#[test]
fn zones_that_touch_at_vertices_are_proven() {
    let shell = || vec![(0, 0), (20, 0), (20, 20), (0, 20), (0, 10), (0, 0)];
    let kite = |x: i32, y: i32| vec![(x, y), (x + 3, y - 1), (x + 5, y), (x + 3, y + 2), (x, y)];
    for polygons in [
        // A hole at a vertex of its shell, where both begin farthest west, and holes in a row.
        vec![vec![shell(), kite(0, 10)]],
        vec![vec![shell(), kite(0, 10), kite(5, 10), kite(10, 10)]],
        // An island that touches the hole it lies in, and shells in a circle.
        vec![vec![shell(), diamond(10, 10, 7)], vec![kite(3, 10)]],
        vec![
            vec![vec![(0, 0), (9, 1), (3, 2), (0, 0)]],
            vec![vec![(9, 1), (8, 9), (7, 4), (9, 1)]],
            vec![vec![(8, 9), (3, 6), (0, 0), (2, 7), (8, 9)]],
        ],
    ] {
        assert!(proven(&polygons) && valid(&polygons), "{polygons:?}");
    }
    for polygons in [
        // Holes in a circle cut the interior apart; a ring that touches itself; one that crosses at a vertex.
        vec![vec![square(-9, -9, 30), diamond(0, 0, 2), diamond(4, 0, 2), diamond(2, 2, 2)]],
        vec![vec![vec![(0, 0), (2, 0), (2, 2), (4, 2), (4, 4), (2, 4), (2, 2), (0, 2), (0, 0)]]],
        vec![
            vec![vec![(0, 0), (4, 0), (2, 2), (4, 4), (0, 4), (0, 0)]],
            vec![vec![(2, 2), (1, 1), (6, 3), (2, 2)]],
        ],
    ] {
        assert!(!proven(&polygons), "{polygons:?}");
    }
}

#[test]
fn what_is_no_number_is_not_proven() {
    for odd in [f64::NAN, f64::INFINITY] {
        let mut proof = Proof::default();
        proof.ring([[0.0, 0.0], [1.0, 0.0], [odd, 1.0], [0.0, 0.0]].into_iter());
        proof.end_polygon();
        assert!(!proof.proves_valid());
        proof.clear();
        proof.ring([[0.0, 0.0], [1.0, 0.0], [1.0, 0.0], [1.0, 1.0], [0.0, 0.0]].into_iter());
        proof.end_polygon();
        assert!(proof.proves_valid());
    }
}

/// A wiggly ring around a middle, long enough for several levels of boxes.
fn wheel(x: i32, y: i32, radii: &[i32]) -> Vec<(i32, i32)> {
    let mut ring: Vec<(i32, i32)> = radii
        .iter()
        .enumerate()
        .map(|(i, &r)| {
            let angle = std::f64::consts::TAU * i as f64 / radii.len() as f64;
            let at = |f: f64| (f64::from(r) * f) as i32;
            (x + at(angle.cos()), y + at(angle.sin()))
        })
        .collect();
    ring.push(ring[0]);
    ring
}

#[test]
fn a_long_border_is_proven_and_one_crossing_of_it_found() {
    let radii: Vec<i32> = (0..50_000).map(|i| 1_000_000_000 + (i * 7919) % 10_007).collect();
    let mut polygons = vec![vec![wheel(0, 0, &radii)]];
    assert!(proven(&polygons));
    polygons[0][0].swap(31_000, 31_003);
    assert!(!proven(&polygons));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn nothing_wrong_is_ever_proven(
        polygons in prop::collection::vec(
            prop::collection::vec(prop::collection::vec((0..12_i32, 0..12_i32), 3..12), 1..3),
            1..4,
        )
    ) {
        let mut polygons: Polygons = polygons;
        polygons.iter_mut().flatten().for_each(|ring| ring.push(ring[0]));
        prop_assert!(!proven(&polygons) || valid(&polygons));
    }

    #[test]
    fn nothing_wrong_is_proven_of_rings_that_touch(
        rings in prop::collection::vec((0..12_i32, 0..12_i32, 1..5_i32, any::<bool>(), 0..4_u8), 1..9),
        around in any::<bool>(),
    ) {
        let mut polygons: Polygons = if around { vec![vec![diamond(6, 6, 14)]] } else { Vec::new() };
        for (x, y, r, slanted, of) in rings {
            let ring = match slanted {
                true => vec![(x - r, y), (x + 1, y - r), (x + r, y), (x, y + r), (x - r, y)],
                false => square(x, y, r),
            };
            match polygons.last_mut() {
                Some(last) if of > 0 => last.push(ring),
                _ => polygons.push(vec![ring]),
            }
        }
        prop_assert!(!proven(&polygons) || valid(&polygons), "{polygons:?}");
    }

    #[test]
    fn wheels_are_proven_where_they_are_valid_and_touch_nothing(
        wheels in prop::collection::vec(
            (-60..60_i32, -60..60_i32, prop::collection::vec(20..60_i32, 3..60)), 1..5,
        ),
        holes in any::<bool>(),
    ) {
        let rings = wheels.iter().map(|(x, y, radii)| wheel(*x, *y, radii));
        let polygons: Polygons =
            if holes { vec![rings.collect()] } else { rings.map(|ring| vec![ring]).collect() };
        let proven = proven(&polygons);
        prop_assert!(!proven || valid(&polygons));
        // Valid and not proven: something must touch.
        if valid(&polygons) && !proven {
            let lines: Vec<&Vec<(i32, i32)>> = polygons.iter().flatten().collect();
            prop_assert!(touches(&lines), "{polygons:?}");
        }
    }
}

/// Whether any two segments of these rings share a place that is not the vertex between them; brute force.
fn touches(rings: &[&Vec<(i32, i32)>]) -> bool {
    let mut segments: Vec<(usize, usize, usize, String)> = Vec::new();
    for (r, ring) in rings.iter().enumerate() {
        let mut ring: Vec<_> = (*ring).clone();
        ring.dedup();
        let n = ring.len() - 1;
        for (i, pair) in ring.windows(2).enumerate() {
            let [(a, b), (c, d)] = [pair[0], pair[1]];
            segments.push((r, i, n, format!("LINESTRING({a} {b},{c} {d})")));
        }
    }
    segments.iter().enumerate().any(|(i, (r, a, n, one))| {
        segments[..i].iter().any(|(s, b, _, other)| {
            let neighbours = r == s && (a.abs_diff(*b) == 1 || a.abs_diff(*b) == n - 1);
            !neighbours && Ogr::from_wkt(one).unwrap().intersects(&Ogr::from_wkt(other).unwrap())
        })
    })
}
