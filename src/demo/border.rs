//! Borders: every edge between two cells becomes one rough line that both sides use.
//!
//! The line stays inside the quadrilateral of its edge (site, corner, site, corner), and
//! those quadrilaterals overlap nowhere, so no two borders can cross. Each is split at a point
//! of its cross diagonal, and its halves again inside the smaller quadrilaterals at either
//! end; these meet only at that point.

use super::country::{Border, Position};
use super::dice::{Dice, Stream, Xy};
use super::frame::Frame;
use super::mesh::{Edge, Mesh, NONE};

/// Lines are split until their pieces are shorter than this, km.
const FINEST_KM: f64 = 0.9;
/// Splits never go deeper than this: 2^5 pieces for each edge.
const DEEPEST: u32 = 5;

/// A directed piece of a ring: the zone lies on its left.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Side {
    zone: u32,
    /// Triangle whose corner it starts from; a zone leaves each corner once.
    from: u32,
    to: u32,
    /// Border line, and whether it is followed backwards.
    line: u32,
    backward: bool,
}

/// Polygons of every zone, each polygon's exterior first, largest polygon first.
pub(super) fn trace(seed: u64, mesh: &Mesh, owner: &[u32], frame: &Frame) -> Vec<Vec<Vec<Border>>> {
    let corners = corners(seed, mesh);
    let mut lines: Vec<Vec<Position>> = Vec::new();
    let mut sides: Vec<Side> = Vec::new();
    for (number, edge) in mesh.edges.iter().enumerate() {
        let (a, b) = (owner[edge.a as usize], owner[edge.b as usize]);
        if a == b || edge.left == NONE || edge.right == NONE {
            continue;
        }
        let line = lines.len() as u32;
        lines.push(rough(seed, number as u64, mesh, edge, a == NONE || b == NONE, &corners, frame));
        // From the right triangle to the left one, the cell of `a` is on the left.
        for (zone, from, to, backward) in
            [(a, edge.right, edge.left, false), (b, edge.left, edge.right, true)]
        {
            if zone != NONE {
                sides.push(Side { zone, from, to, line, backward });
            }
        }
    }
    sides.sort_unstable();
    let zones = owner.iter().filter(|&&z| z != NONE).max().map_or(0, |&z| z as usize + 1);
    let mut rings: Vec<Vec<Border>> = vec![Vec::new(); zones];
    let mut used = vec![false; sides.len()];
    for first in 0..sides.len() {
        if used[first] {
            continue;
        }
        let mut ring = Border::new();
        let mut at = first;
        while !std::mem::replace(&mut used[at], true) {
            let side = sides[at];
            let line = &lines[side.line as usize];
            if side.backward {
                ring.extend(line.iter().rev());
            } else {
                ring.extend(line);
            }
            ring.dedup();
            let key = (side.zone, side.to);
            at = sides.partition_point(|s| (s.zone, s.from) < key);
        }
        rings[sides[first].zone as usize].push(ring);
    }
    rings.into_iter().map(polygons).collect()
}

/// One corner inside each triangle, off its centre by a little.
fn corners(seed: u64, mesh: &Mesh) -> Vec<Xy> {
    let mut dice = Dice::new(seed, Stream::Borders, 0);
    mesh.triangles
        .iter()
        .map(|corners| {
            let weights = corners.map(|_| dice.between(0.75, 1.25));
            let total: f64 = weights.iter().sum();
            let mut p = Xy::default();
            for (&site, weight) in corners.iter().zip(weights) {
                let site = mesh.sites[site as usize];
                p.x += site.x * weight / total;
                p.y += site.y * weight / total;
            }
            p
        })
        .collect()
}

/// The line of an edge, from its right corner to its left one, both included.
fn rough(
    seed: u64,
    number: u64,
    mesh: &Mesh,
    edge: &Edge,
    coast: bool,
    corners: &[Xy],
    frame: &Frame,
) -> Vec<Position> {
    let mut dice = Dice::new(seed, Stream::Borders, number + 1);
    let from = corners[edge.right as usize];
    let to = corners[edge.left as usize];
    let (a, b) = (mesh.sites[edge.a as usize], mesh.sites[edge.b as usize]);
    // Coasts are rougher than borders between municipalities.
    let roughness = if coast { 0.2 } else { 0.15 };
    let mut line = vec![from];
    split(&mut dice, from, a, to, b, roughness, DEEPEST, &mut line);
    line.into_iter().map(|p| frame.place(p)).collect()
}

/// Appends the line from `from` (left out) to `to` inside the quadrilateral
/// `from`, `p`, `to`, `q`, whose diagonal p to q parts `from` and `to`.
#[expect(clippy::too_many_arguments, reason = "the four corners, and what every level shares")]
fn split(dice: &mut Dice, from: Xy, p: Xy, to: Xy, q: Xy, roughness: f64, depth: u32, line: &mut Vec<Xy>) {
    // The top level is always split: the straight line between two corners
    // may leave its quadrilateral, the one by way of the diagonal can't.
    if depth == 0 || (depth < DEEPEST && from.distance(to) < FINEST_KM) {
        line.push(to);
        return;
    }
    let middle = p.toward(q, 0.5 + dice.between(-roughness, roughness));
    let (next, half) = (depth - 1, 0.5);
    split(dice, from, from.toward(p, half), middle, from.toward(q, half), roughness, next, line);
    split(dice, middle, to.toward(p, half), to, to.toward(q, half), roughness, next, line);
}

/// Sorts a zone's rings into polygons: each hole goes to the exterior around it.
fn polygons(rings: Vec<Border>) -> Vec<Vec<Border>> {
    let (mut outer, holes): (Vec<_>, Vec<_>) = rings.into_iter().partition(|r| area(r) > 0);
    outer.sort_by_key(|r| std::cmp::Reverse(area(r)));
    let mut polygons: Vec<Vec<Border>> = outer.into_iter().map(|r| vec![r]).collect();
    for hole in holes {
        let home =
            polygons.iter().position(|p| hole.first().is_some_and(|&at| inside(&p[0], at))).unwrap_or(0);
        polygons[home].push(hole);
    }
    polygons
}

/// Twice the signed area of a closed ring, square millionths of a degree; exact.
pub(super) fn area(ring: &[Position]) -> i128 {
    ring.windows(2)
        .map(|w| {
            i128::from(w[0].lon_e6) * i128::from(w[1].lat_e6)
                - i128::from(w[1].lon_e6) * i128::from(w[0].lat_e6)
        })
        .sum()
}

/// Whether `p` is inside a closed ring, by crossings counted exactly; on the ring is either.
pub(super) fn inside(ring: &[Position], p: Position) -> bool {
    let mut inside = false;
    for w in ring.windows(2) {
        let (a, b) = (w[0], w[1]);
        if (a.lat_e6 > p.lat_e6) != (b.lat_e6 > p.lat_e6) {
            let turn = (i64::from(b.lon_e6) - i64::from(a.lon_e6))
                * (i64::from(p.lat_e6) - i64::from(a.lat_e6))
                - (i64::from(b.lat_e6) - i64::from(a.lat_e6)) * (i64::from(p.lon_e6) - i64::from(a.lon_e6));
            inside ^= (turn > 0) == (b.lat_e6 > a.lat_e6);
        }
    }
    inside
}
