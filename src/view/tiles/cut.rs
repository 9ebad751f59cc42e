//! Zones of one zoom, clipped to its tiles.

use std::collections::BTreeMap;

use rayon::prelude::*;

use super::tile_id::tile_id;
use super::world::World;

/// A vertex in whole units: of the world at a zoom, or of a tile.
pub(super) type Unit = (i64, i64);

/// Units of a zoom.
#[derive(Clone, Copy, Debug)]
pub(super) struct Grid {
    pub zoom: u8,
    /// Along the side of a tile.
    pub extent: i64,
}

impl Grid {
    /// Along the side of the square.
    pub fn side(self) -> f64 {
        libm::exp2(f64::from(self.zoom)) * self.extent as f64
    }

    /// How far beyond its edge a tile reaches: borders are drawn up to so wide.
    fn buffer(self) -> i64 {
        self.extent / 64
    }
}

/// What a tile holds of a zone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Feature {
    /// Position of the zone's layer.
    pub layer: usize,
    /// Position of the zone in it.
    pub id: u64,
    /// Its polygons, each as rings without their last vertex, the outer one first.
    pub polygons: Vec<Vec<Vec<Unit>>>,
}

/// Tiles of a zoom by their number.
pub(super) type Level = Vec<(u64, Vec<Feature>)>;

/// All tiles of a zoom, in the order of their numbers; vertices lighter than `units` are left out.
pub(super) fn tiles(world: &World, weights: &[f32], grid: Grid, units: f64) -> Level {
    let least = (units / grid.side()) as f32;
    let pieces: Vec<Vec<(u64, Feature)>> =
        (0..world.len()).into_par_iter().map(|zone| zone_tiles(world, weights, zone, grid, least)).collect();
    let mut level: BTreeMap<u64, Vec<Feature>> = BTreeMap::new();
    for (id, feature) in pieces.into_iter().flatten() {
        level.entry(id).or_default().push(feature);
    }
    level.into_iter().collect()
}

/// One zone in all the tiles that it touches.
fn zone_tiles(world: &World, weights: &[f32], zone: usize, grid: Grid, least: f32) -> Vec<(u64, Feature)> {
    let band = |at: i64| (at * grid.extent - grid.buffer(), (at + 1) * grid.extent + grid.buffer());
    let mut found: BTreeMap<(i64, i64), Vec<Vec<Vec<Unit>>>> = BTreeMap::new();
    for polygon in world.polygons(zone) {
        let rings: Vec<Vec<Unit>> =
            polygon.clone().map(|ring| rounded(world, weights, ring, grid, least)).collect();
        // Where the outer ring is too small to be seen, nothing is.
        let Some(outer) = rings.first().filter(|ring| ring.len() >= 3) else { continue };
        let rings: Vec<&Vec<Unit>> = rings.iter().filter(|ring| ring.len() >= 3).collect();
        for column in touched(outer.iter().map(|v| v.0), grid) {
            let strips: Vec<Vec<Unit>> =
                rings.iter().map(|ring| clip(ring, band(column), |v| v.0, |v| v.1, |a, b| (a, b))).collect();
            if strips[0].len() < 3 {
                continue;
            }
            for row in touched(strips[0].iter().map(|v| v.1), grid) {
                let inside: Vec<Vec<Unit>> = strips
                    .iter()
                    .map(|ring| clip(ring, band(row), |v| v.1, |v| v.0, |a, b| (b, a)))
                    .map(|ring| {
                        ring.into_iter()
                            .map(|(x, y)| (x - column * grid.extent, y - row * grid.extent))
                            .collect()
                    })
                    .collect();
                let polygon = seen(inside);
                if !polygon.is_empty() {
                    found.entry((column, row)).or_default().push(polygon);
                }
            }
        }
    }
    let (layer, at) = world.zone(zone);
    let feature = |polygons| Feature { layer, id: at as u64, polygons };
    found
        .into_iter()
        .map(|((column, row), polygons)| (tile_id(grid.zoom, column as u64, row as u64), feature(polygons)))
        .collect()
}

/// The heavy vertices of a ring in whole units, without repetitions.
fn rounded(world: &World, weights: &[f32], ring: usize, grid: Grid, least: f32) -> Vec<Unit> {
    let side = grid.side();
    let mut out: Vec<Unit> = Vec::new();
    for vertex in world.ring(ring).filter(|&vertex| weights[vertex] >= least) {
        let unit = ((world.x[vertex] * side).round() as i64, (world.y[vertex] * side).round() as i64);
        if out.last() != Some(&unit) {
            out.push(unit);
        }
    }
    while out.len() > 1 && out.first() == out.last() {
        out.pop();
    }
    out
}

/// The rows or columns of tiles that a span of units touches, buffers included.
fn touched(units: impl Iterator<Item = i64>, grid: Grid) -> std::ops::RangeInclusive<i64> {
    let (low, high) = units.fold((i64::MAX, i64::MIN), |(low, high), v| (low.min(v), high.max(v)));
    let last = (1 << grid.zoom) - 1;
    let tile = |unit: i64| unit.div_euclid(grid.extent).clamp(0, last);
    tile(low - grid.buffer())..=tile(high + grid.buffer())
}

/// A ring within the band of a row or column, by Sutherland and Hodgman (1974): first what lies above its low
/// edge, then what lies below its high one. `along` is the coordinate that is clipped, `across` the other, `join`
/// makes a vertex of both.
fn clip(
    ring: &[Unit],
    (low, high): (i64, i64),
    along: impl Fn(Unit) -> i64,
    across: impl Fn(Unit) -> i64,
    join: impl Fn(i64, i64) -> Unit,
) -> Vec<Unit> {
    if ring.iter().all(|&v| (low..=high).contains(&along(v))) {
        return ring.to_vec();
    }
    let half = |ring: &[Unit], edge: i64, inside: &dyn Fn(i64) -> bool| -> Vec<Unit> {
        let mut out: Vec<Unit> = Vec::with_capacity(ring.len());
        let mut push = |unit: Unit| {
            if out.last() != Some(&unit) {
                out.push(unit);
            }
        };
        for (i, &here) in ring.iter().enumerate() {
            let before = ring[(i + ring.len() - 1) % ring.len()];
            if inside(along(here)) != inside(along(before)) {
                push(join(
                    edge,
                    crossing(edge, (along(before), across(before)), (along(here), across(here))),
                ));
            }
            if inside(along(here)) {
                push(here);
            }
        }
        while out.len() > 1 && out.first() == out.last() {
            out.pop();
        }
        out
    };
    let above = half(ring, low, &|v| v >= low);
    half(&above, high, &|v| v <= high)
}

/// Where a segment crosses an edge; the same for both directions of the segment.
fn crossing(edge: i64, a: (i64, i64), b: (i64, i64)) -> i64 {
    let (a, b) = if a <= b { (a, b) } else { (b, a) };
    // 2^10 tiles of 2^14 units: products stay far below 2^63, quotients exact to a unit.
    let span = (b.0 - a.0).max(1);
    a.1 + ((edge - a.0) * (b.1 - a.1) + span / 2).div_euclid(span)
}

/// The rings of a polygon that have an area, turned as the tiles want them; none where the outer one has not.
fn seen(rings: Vec<Vec<Unit>>) -> Vec<Vec<Unit>> {
    let mut out: Vec<Vec<Unit>> = Vec::with_capacity(rings.len());
    for (n, mut ring) in rings.into_iter().enumerate() {
        let area = twice_area(&ring);
        if area == 0 {
            if n == 0 {
                return Vec::new();
            }
            continue;
        }
        // Outer rings have a positive area where y runs down, holes a negative one.
        if (area > 0) != (n == 0) {
            ring.reverse();
        }
        out.push(ring);
    }
    out
}

/// Twice the area of a ring, with its sign.
pub(super) fn twice_area(ring: &[Unit]) -> i64 {
    (0..ring.len())
        .map(|i| {
            let (a, b) = (ring[i], ring[(i + 1) % ring.len()]);
            a.0 * b.1 - b.0 * a.1
        })
        .sum()
}
