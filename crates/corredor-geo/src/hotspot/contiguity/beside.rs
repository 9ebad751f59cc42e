//! Borders that run beside each other: rook contiguity with a tolerance.

use rayon::prelude::*;

use super::near::{at, within as comes_within};
use super::pairs::{Box4, Edge, meeting};
use crate::geodesy::{distance_km, km_per_degree};
use crate::index::EdgeCells;

/// How much longer than the tolerance borders must stay within it: those that part at a
/// corner with angle `a` do for `1 / sin a` on each side of it, twice 2 at 30 degrees.
const LEAST_RUN: f64 = 4.0;

/// Edges are followed in pieces of at most this length, so that one pair of scales serves a
/// piece: they change by less than a thousandth over it up to 50 degrees of latitude.
const MAX_PIECE_KM: f64 = 10.0;

/// Zones that one task walks around.
const ZONES_PER_TASK: usize = 8;

/// The pairs of zones, smaller number first, of which one's border stays within `km` of the
/// other's for more than [`LEAST_RUN`] times as far; `pad` is what `km` spans in degrees.
pub(super) fn running(cells: &EdgeCells, pad: (f64, f64), km: f64) -> Vec<(u32, u32)> {
    // Who comes within the tolerance at all, seen from each zone.
    let mut near = meeting(cells, pad, |e, f| comes_within(e, f, km));
    near.extend_from_within(..);
    let half = near.len() / 2;
    near[half..].iter_mut().for_each(|pair| *pair = (pair.1, pair.0));
    near.sort_unstable();
    near.dedup();
    let near_of = |zone: u32| -> Vec<u32> {
        let of = near.partition_point(|p| p.0 < zone)..near.partition_point(|p| p.0 <= zone);
        near[of].iter().map(|p| p.1).collect()
    };

    let zones: Vec<u32> = (0_u32..).take(cells.view().len()).collect();
    let found: Vec<Vec<(u32, u32)>> = zones
        .par_chunks(ZONES_PER_TASK)
        .map(|zones| {
            let mut found = Vec::new();
            for &zone in zones {
                let mut walk = Walk { cells, pad, km, open: near_of(zone), found: Vec::new() };
                cells.view().polygons_of(zone as usize).flatten().for_each(|ring| walk.around(ring));
                found.extend(walk.found.iter().map(|&other| (other.min(zone), other.max(zone))));
            }
            found
        })
        .collect();
    found.concat()
}

/// A walk around the rings of one zone.
struct Walk<'a> {
    cells: &'a EdgeCells<'a>,
    pad: (f64, f64),
    km: f64,
    /// The zones that come within the tolerance and are not found yet, ascending.
    open: Vec<u32>,
    /// The neighbours found.
    found: Vec<u32>,
}

/// Another zone's border beside the walk, up to where the walk is.
struct Company {
    zone: u32,
    /// How far it has been within the tolerance without a break.
    run_km: f64,
}

/// One lap around a ring.
struct Lap {
    company: Vec<Company>,
    walked_km: f64,
    /// The length of the ring, on the second lap.
    most_km: f64,
}

/// Shares of a piece within the tolerance of one edge of a zone.
struct Contact {
    zone: u32,
    from: f64,
    to: f64,
}

impl Walk<'_> {
    fn around(&mut self, ring: usize) {
        let view = self.cells.view();
        let (first, last) = (view.rings[ring] as u32, view.rings[ring + 1] as u32);
        let edges = first..last.saturating_sub(1);
        let mut lap = Lap { company: Vec::new(), walked_km: 0.0, most_km: f64::INFINITY };
        for i in edges.clone() {
            if self.open.is_empty() {
                return;
            }
            self.along((self.cells.vertex(i), self.cells.vertex(i + 1)), &mut lap);
        }
        // Over the start of the ring, with those alone that come to it.
        lap.most_km = lap.walked_km;
        for i in edges {
            if lap.company.is_empty() {
                return;
            }
            self.along((self.cells.vertex(i), self.cells.vertex(i + 1)), &mut lap);
        }
    }

    fn along(&mut self, edge: Edge, lap: &mut Lap) {
        let finite = [edge.0.0, edge.0.1, edge.1.0, edge.1.1].iter().all(|v| v.is_finite());
        if !finite {
            lap.company.clear();
            return;
        }
        let length_km = distance_km(edge.0.0, edge.0.1, edge.1.0, edge.1.1);
        if length_km == 0.0 {
            return;
        }
        let pieces = (length_km / MAX_PIECE_KM).ceil();
        for piece in 0..pieces as u32 {
            let (from, to) = (f64::from(piece) / pieces, f64::from(piece + 1) / pieces);
            let mut contacts = self.contacts((at(edge, from), at(edge, to)));
            contacts.sort_by(|a, b| a.zone.cmp(&b.zone).then(a.from.total_cmp(&b.from)));
            lap.company = self.follow(&contacts, length_km / pieces, lap);
        }
        lap.walked_km += length_km;
    }

    /// Where a piece is within the tolerance of the edges of zones that are no neighbours yet.
    fn contacts(&self, piece: Edge) -> Vec<Contact> {
        let (kx, ky) = km_per_degree(0.5 * (piece.0.1 + piece.1.1));
        let near = Box4::around(piece, self.pad);
        let half = (self.pad.0 / 2.0, self.pad.1 / 2.0);
        let mut contacts = Vec::new();
        for span in self.cells.grid().along(piece.0, piece.1, half) {
            for run in self.cells.runs_across(span.row, &span.columns) {
                if !near.nears(run) || self.open.binary_search(&run.zone).is_err() {
                    continue;
                }
                for i in run.edges() {
                    let edge = (self.cells.vertex(i), self.cells.vertex(i + 1));
                    if !near.touches(edge) {
                        continue;
                    }
                    if let Some((from, to)) = within(piece, edge, (kx, ky), self.km) {
                        contacts.push(Contact { zone: run.zone, from, to });
                    }
                }
            }
        }
        contacts
    }

    /// Carries runs on over a piece; those that reach its end go on.
    fn follow(&mut self, contacts: &[Contact], piece_km: f64, lap: &Lap) -> Vec<Company> {
        let mut after = Vec::new();
        for of_zone in contacts.chunk_by(|a, b| a.zone == b.zone) {
            let zone = of_zone[0].zone;
            let carried = lap.company.iter().find(|c| c.zone == zone).map_or(0.0, |c| c.run_km);
            let second = lap.most_km.is_finite();
            if second && carried == 0.0 {
                continue;
            }
            let (mut start, mut end) = (of_zone[0].from, of_zone[0].to);
            let mut longest: f64 = 0.0;
            let mut run_km = |start: f64, end: f64| {
                let carried = if start <= 0.0 { carried } else { 0.0 };
                let km = (carried + (end - start) * piece_km).min(lap.most_km);
                longest = longest.max(km);
                km
            };
            for contact in &of_zone[1..] {
                if contact.from > end {
                    run_km(start, end);
                    start = contact.from;
                }
                end = end.max(contact.to);
            }
            let last_km = run_km(start, end);
            if longest > LEAST_RUN * self.km {
                self.open.retain(|&other| other != zone);
                self.found.push(zone);
            } else if end >= 1.0 && !(second && start > 0.0) {
                after.push(Company { zone, run_km: last_km });
            }
        }
        after
    }
}

/// The shares of a piece between which it is within `km` of an edge, on a plane with the
/// given scales. The neighbourhood of an edge is convex, so there is one interval: the hull
/// of those in the discs around its ends and in the box along it.
fn within(piece: Edge, edge: Edge, (kx, ky): (f64, f64), km: f64) -> Option<(f64, f64)> {
    let plane = |p: (f64, f64)| ((p.0 - piece.0.0) * kx, (p.1 - piece.0.1) * ky);
    let (d, a, b) = (plane(piece.1), plane(edge.0), plane(edge.1));
    let dot = |p: (f64, f64), q: (f64, f64)| p.0 * q.0 + p.1 * q.1;
    let (mut from, mut to) = (f64::INFINITY, f64::NEG_INFINITY);
    let mut add = |start: f64, end: f64| {
        if start <= end {
            (from, to) = (from.min(start), to.max(end));
        }
    };
    for centre in [a, b] {
        let (square, half) = (dot(d, d), dot(d, centre));
        let under_root = half * half - square * (dot(centre, centre) - km * km);
        if under_root >= 0.0 {
            let root = under_root.sqrt();
            add((half - root) / square, (half + root) / square);
        }
    }
    let (ux, uy) = (b.0 - a.0, b.1 - a.1);
    let length = ux.hypot(uy);
    if length > 0.0 {
        let (u, n) = ((ux / length, uy / length), (-uy / length, ux / length));
        let (s0, s1) = clip(dot(d, u), dot(a, u), dot(a, u) + length);
        let (h0, h1) = clip(dot(d, n), dot(a, n) - km, dot(a, n) + km);
        add(s0.max(h0), s1.min(h1));
    }
    let (from, to) = (from.max(0.0), to.min(1.0));
    (from <= to).then_some((from, to))
}

/// The interval of `t` in which `rate * t` is between two bounds.
fn clip(rate: f64, low: f64, high: f64) -> (f64, f64) {
    if rate == 0.0 {
        return if low <= 0.0 && high >= 0.0 {
            (f64::NEG_INFINITY, f64::INFINITY)
        } else {
            (f64::INFINITY, f64::NEG_INFINITY)
        };
    }
    let (p, q) = (low / rate, high / rate);
    (p.min(q), p.max(q))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn the_interval_is_that_of_samples(v in prop::array::uniform8(-3.0..3.0_f64), km in 0.05..2.0) {
            let (piece, edge) = (((v[0], v[1]), (v[2], v[3])), ((v[4], v[5]), (v[6], v[7])));
            let found = within(piece, edge, (1.0, 1.0), km);
            for i in 0..=200 {
                let t = f64::from(i) / 200.0;
                let p = at(piece, t);
                let (dx, dy) = (edge.1.0 - edge.0.0, edge.1.1 - edge.0.1);
                let s = ((p.0 - edge.0.0) * dx + (p.1 - edge.0.1) * dy) / (dx * dx + dy * dy);
                let q = at(edge, s.clamp(0.0, 1.0));
                let off = (p.0 - q.0).hypot(p.1 - q.1);
                if (off - km).abs() > 1e-9 {
                    let inside = found.is_some_and(|(from, to)| from <= t && t <= to);
                    prop_assert_eq!(inside, off < km, "at {}: {} from {}", t, off, km);
                }
            }
        }
    }
}
