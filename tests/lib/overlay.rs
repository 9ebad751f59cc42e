//! Lines over nasty zones against an oracle in whole numbers: rings with spikes, slivers and
//! crossings, holes that touch their shells, zones that overlap, lines along borders and
//! through corners.
#![allow(clippy::unwrap_used, reason = "a test stops where its premise fails")]

use crate::fixtures;

use std::cmp::Ordering;

use corredor::geodesy::length_km;
use corredor::join::{BorderIndex, Stretch, overlay};
use fixtures::{Lines, Zones};
use proptest::prelude::*;

/// Positions are whole numbers of this many degrees: exact in doubles, and small enough that
/// all of the oracle's products are exact in 128 bits.
const UNIT_DEG: f64 = 1.0 / 64.0;

type Point = (i128, i128);

fn degrees((x, y): Point) -> (f64, f64) {
    (-99.0 + UNIT_DEG * x as f64, 19.0 + UNIT_DEG * y as f64)
}

/// A share of a segment: numerator and denominator, which is above 0.
#[derive(Clone, Copy, Debug)]
struct Share(i128, i128);

impl Share {
    fn new(n: i128, d: i128) -> Self {
        if d < 0 { Self(-n, -d) } else { Self(n, d) }
    }

    fn order(self, other: Self) -> Ordering {
        (self.0 * other.1).cmp(&(other.0 * self.1))
    }

    fn number(self) -> f64 {
        self.0 as f64 / self.1 as f64
    }
}

fn cross(o: Point, p: Point, q: Point) -> i128 {
    (p.0 - o.0) * (q.1 - o.1) - (p.1 - o.1) * (q.0 - o.0)
}

/// The shares of a segment at which it meets an edge, or begins and ends to run along it.
fn meet(a: Point, b: Point, c: Point, d: Point) -> Vec<Share> {
    let (ux, uy) = (b.0 - a.0, b.1 - a.1);
    let length2 = ux * ux + uy * uy;
    let (of_c, of_d) = (cross(a, b, c), cross(a, b, d));
    let mut found = Vec::new();
    if of_c == of_d {
        if of_c == 0 {
            for p in [c, d] {
                found.push(Share::new((p.0 - a.0) * ux + (p.1 - a.1) * uy, length2));
            }
        }
    } else if of_c.signum() * of_d.signum() <= 0 {
        let (from_a, from_b) = (cross(c, d, a), cross(c, d, b));
        found.push(Share::new(from_a, from_a - from_b));
    }
    found.retain(|t| t.0 >= 0 && t.0 <= t.1);
    found
}

/// Whether a closed zone, by the even-odd rule over its rings, holds the place at a share.
fn holds(rings: &[Vec<Point>], a: Point, b: Point, t: Share) -> bool {
    // All coordinates times the denominator.
    let p = (a.0 * t.1 + t.0 * (b.0 - a.0), a.1 * t.1 + t.0 * (b.1 - a.1));
    let mut inside = false;
    for ring in rings {
        for i in 0..ring.len() {
            let scale = |q: Point| (q.0 * t.1, q.1 * t.1);
            let (c, d) = (scale(ring[i]), scale(ring[(i + 1) % ring.len()]));
            let side = cross(c, d, p);
            let within = |x: i128, y: i128, z: i128| x.min(y) <= z && z <= x.max(y);
            if side == 0 && within(c.0, d.0, p.0) && within(c.1, d.1, p.1) {
                return true;
            }
            if (c.1 <= p.1) != (d.1 <= p.1) {
                inside ^= (side > 0) == (d.1 > c.1);
            }
        }
    }
    inside
}

/// The zones along a line, each with the place where it ends as segment plus share.
fn oracle(zones: &[Vec<Vec<Point>>], keys: &[u32], line: &[Point]) -> Vec<(f64, Option<usize>)> {
    let mut parts: Vec<(f64, Option<usize>)> = Vec::new();
    for (segment, ends) in line.windows(2).enumerate().filter(|(_, ends)| ends[0] != ends[1]) {
        let (a, b) = (ends[0], ends[1]);
        let mut cuts = vec![Share(0, 1), Share(1, 1)];
        for ring in zones.iter().flatten() {
            for i in 0..ring.len() {
                let (c, d) = (ring[i], ring[(i + 1) % ring.len()]);
                if c != d {
                    cuts.extend(meet(a, b, c, d));
                }
            }
        }
        cuts.sort_by(|s, t| s.order(*t));
        cuts.dedup_by(|s, t| s.order(*t) == Ordering::Equal);
        for w in cuts.windows(2) {
            let middle = Share::new(w[0].0 * w[1].1 + w[1].0 * w[0].1, 2 * w[0].1 * w[1].1);
            let held = (0..zones.len()).filter(|&zone| holds(&zones[zone], a, b, middle));
            let zone = held.min_by_key(|&zone| keys[zone]);
            let end = segment as f64 + w[1].number();
            match parts.last_mut() {
                Some(last) if last.1 == zone => last.0 = end,
                _ => parts.push((end, zone)),
            }
        }
    }
    parts
}

/// Rings of up to eight vertices on a lattice; some zones have a second ring, that is a hole
/// where it lies inside the first.
fn zones() -> impl Strategy<Value = Vec<Vec<Vec<Point>>>> {
    let vertex = (0..10_i128, 0..10_i128);
    let nasty = prop::collection::vec(vertex.clone(), 3..9);
    let (corner, size) = ((0..8_i128, 0..8_i128), (1..7_i128, 1..7_i128));
    let rectangle =
        (corner, size).prop_map(|((x, y), (w, h))| vec![(x, y), (x + w, y), (x + w, y + h), (x, y + h)]);
    // A triangle that is hardly there: a sliver between two borders.
    let sliver =
        (vertex.clone(), vertex).prop_map(|(p, q)| vec![(8 * p.0, p.1), (8 * q.0, q.1), (8 * q.0, q.1 + 1)]);
    let ring = prop_oneof![2 => rectangle, 1 => nasty, 1 => sliver];
    prop::collection::vec(prop::collection::vec(ring, 1..3), 0..7)
}

fn line() -> impl Strategy<Value = Vec<Point>> {
    let near = (-2..12_i128, -2..12_i128);
    let far = (-90..90_i128, -90..90_i128);
    prop::collection::vec(prop_oneof![4 => near, 1 => far], 0..9)
}

fn cut(
    zones: &[Vec<Vec<Point>>],
    keys: &[u32],
    order: &[usize],
    lines: &[Vec<Point>],
) -> (Lines, Vec<Stretch>) {
    let mut layer = Zones::new();
    for &zone in order {
        for ring in &zones[zone] {
            layer.push_ring(ring.iter().chain(&ring[..1]).copied().map(degrees));
        }
        layer.end_polygon();
        layer.end_zone(format!("{:03}", keys[zone]));
    }
    let mut drawn = Lines::default();
    for line in lines {
        drawn.push("line", line.iter().copied().map(degrees));
    }
    let index = BorderIndex::new(&layer.view(), &layer.keys).unwrap();
    let stretches = overlay(&drawn.view(), &index).unwrap();
    (drawn, stretches)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2048))]

    #[test]
    fn stretches_are_those_of_whole_numbers(
        zones in zones(),
        lines in prop::collection::vec(line(), 1..4),
        keys in Just((0..7_u32).collect::<Vec<_>>()).prop_shuffle(),
        order in Just((0..7_usize).collect::<Vec<_>>()).prop_shuffle(),
    ) {
        let order: Vec<usize> = order.into_iter().filter(|&zone| zone < zones.len()).collect();
        let (drawn, stretches) = cut(&zones, &keys, &order, &lines);
        for (number, line) in lines.iter().enumerate() {
            let mine: Vec<&Stretch> = stretches.iter().filter(|s| s.line as usize == number).collect();
            let wanted = oracle(&zones, &keys, line);
            let found: Vec<Option<usize>> = mine.iter().map(|s| s.zone.map(|z| order[z as usize])).collect();
            prop_assert_eq!(found, wanted.iter().map(|part| part.1).collect::<Vec<_>>());
            for (stretch, part) in mine.iter().zip(&wanted) {
                let end = f64::from(stretch.to.segment) + stretch.to.t;
                prop_assert!((end - part.0).abs() < 1e-11, "{} is not {}", end, part.0);
            }
            let (lon, lat) = drawn.view().line(number);
            let whole = length_km(lon, lat);
            let sum: f64 = mine.iter().map(|s| s.km()).sum();
            prop_assert!((sum - whole).abs() <= 1e-12 * whole);
        }
    }
}

#[test]
fn long_lines_are_cut_in_tasks_as_in_one() {
    // Back and forth over borders, along them and through corners, 40,000 times.
    let zones: Vec<Vec<Vec<Point>>> = (0..9)
        .map(|i| {
            let (x, y) = (3 * (i % 3), 3 * (i / 3));
            vec![vec![(x, y), (x + 3, y), (x + 3, y + 3), (x, y + 3)]]
        })
        .collect();
    let keys: Vec<u32> = (0..9).map(|i| (i * 4) % 9).collect();
    let turns: [Point; 7] = [(0, 3), (9, 3), (9, 9), (0, 0), (4, -1), (4, 10), (6, 6)];
    let line: Vec<Point> = (0..40_000).map(|i| turns[(i * i / 3) % 7]).collect();
    let order: Vec<usize> = (0..9).collect();
    let (_, stretches) = cut(&zones, &keys, &order, std::slice::from_ref(&line));
    let wanted = oracle(&zones, &keys, &line);
    let found: Vec<Option<usize>> = stretches.iter().map(|s| s.zone.map(|z| z as usize)).collect();
    assert!(found.len() > 40_000);
    assert_eq!(found, wanted.iter().map(|part| part.1).collect::<Vec<_>>());
}
