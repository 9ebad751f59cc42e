//! A walk along a line, from border to border.

use super::BorderIndex;
use super::crossing::{Meeting, meet, passes_beyond};
use crate::index::Run;

/// Pieces shorter than this, along the longer side of their box in degrees, are joined to
/// the piece before: eleven nanometres, below the 15 nm of a geodesic and within the
/// rounding of a cut point, so nothing true is known about them.
const MIN_PIECE_DEG: f64 = 1e-13;

/// A walk along consecutive segments, which knows the zones it is in.
///
/// A segment that meets no edge leaves the walk where it was. One that crosses an edge
/// changes the side of its zone there. Where a segment touches vertices or runs along an
/// edge, it is taken as moved to its left by less than any distance: it then only crosses
/// edges, at the same shares. All of this is decided by exact signs, so the zones known at
/// the end of a segment are those of its end, however often the walk has turned.
pub(super) struct Walk<'a> {
    borders: &'a BorderIndex<'a>,
    /// The column and row of the cell reached.
    cell: (usize, usize),
    /// The zones that have the place reached in their interior, ascending.
    inside: Vec<u32>,
    /// Of them the one with the smallest key.
    first: Option<u32>,
    hits: Vec<Hit>,
    cuts: Vec<f64>,
}

/// An edge that a segment meets.
#[derive(Clone, Copy)]
struct Hit {
    zone: u32,
    edge: u32,
    how: Meeting,
}

impl<'a> Walk<'a> {
    /// Begins a walk at a place.
    pub(super) fn new(borders: &'a BorderIndex<'a>, at: (f64, f64)) -> Self {
        let mut inside = Vec::new();
        borders.inside(at, &mut inside);
        let cell = borders.edges().grid().column_row(at);
        let mut walk = Self { borders, cell, inside, first: None, hits: Vec::new(), cuts: Vec::new() };
        walk.first = walk.first_of_inside();
        walk
    }

    /// Goes on from where the walk is, `a`, to `b`, and calls `piece` with the end of each
    /// piece of the segment, as a share, and with its zone. Nothing for a segment without
    /// length.
    pub(super) fn step(&mut self, a: (f64, f64), b: (f64, f64), mut piece: impl FnMut(f64, Option<u32>)) {
        if a == b {
            return;
        }
        self.find_hits(a, b);
        if self.hits.is_empty() {
            return piece(1.0, self.first);
        }
        self.start_from_borders(a, b);
        self.hits.sort_unstable_by(|x, y| x.how.from.total_cmp(&y.how.from).then(x.edge.cmp(&y.edge)));
        // An edge is met once in each cell that both pass.
        self.hits.dedup_by_key(|hit| hit.edge);

        self.cuts.clear();
        self.cuts.extend(self.hits.iter().map(|hit| hit.how.from));
        self.cuts.extend(self.hits.iter().filter(|hit| hit.how.along).map(|hit| hit.how.to));
        self.cuts.sort_unstable_by(f64::total_cmp);
        let tolerance = MIN_PIECE_DEG / (b.0 - a.0).abs().max((b.1 - a.1).abs());
        let (mut start, mut turned) = (0.0, 0);
        let mut open: Option<(f64, Option<u32>)> = None;
        for i in 0..=self.cuts.len() {
            let end = self.cuts.get(i).copied().unwrap_or(1.0);
            let last = i == self.cuts.len();
            if !last && (end - start <= tolerance || end >= 1.0 - tolerance) {
                continue;
            }
            let middle = start + 0.5 * (end - start);
            turned = self.turn(turned, middle);
            let zone = self.zone_at(middle);
            match open {
                Some((until, before)) if before != zone => {
                    piece(until, before);
                    open = Some((end, zone));
                }
                _ => open = Some((end, zone)),
            }
            start = end;
        }
        if let Some((until, zone)) = open {
            piece(until, zone);
        }
        self.turn(turned, f64::INFINITY);
        self.leave_borders();
        self.first = self.first_of_inside();
    }

    /// Gathers the edges that a segment meets.
    fn find_hits(&mut self, a: (f64, f64), b: (f64, f64)) {
        self.hits.clear();
        let edges = self.borders.edges();
        let grid = edges.grid();
        let (p, q) = (self.cell, grid.column_row(b));
        self.cell = q;
        let (columns, rows) = (p.0.min(q.0)..=p.0.max(q.0), p.1.min(q.1)..=p.1.max(q.1));
        if columns.end() - columns.start() <= 1 && rows.end() - rows.start() <= 1 {
            // Up to four cells: no telling which of them the segment passes is as quick as looking.
            for row in rows {
                let base = row * grid.columns();
                if edges.is_busy(base + columns.start()) || edges.is_busy(base + columns.end()) {
                    self.try_runs(edges.runs_across(row, &columns), a, b);
                }
            }
            return;
        }
        for span in grid.along(a, b, (0.0, 0.0)) {
            self.try_runs(edges.runs_across(span.row, &span.columns), a, b);
        }
    }

    fn try_runs(&mut self, runs: &[Run], a: (f64, f64), b: (f64, f64)) {
        let edges = self.borders.edges();
        let with = [a.0.min(b.0), a.1.min(b.1), a.0.max(b.0), a.1.max(b.1)];
        for run in runs.iter().filter(|run| run.near(&with)) {
            let mut c = edges.vertex(run.first);
            for edge in run.edges() {
                let d = edges.vertex(edge + 1);
                let near = c.0.max(d.0) >= with[0]
                    && c.0.min(d.0) <= with[2]
                    && c.1.max(d.1) >= with[1]
                    && c.1.min(d.1) <= with[3];
                if near && let Some(how) = meet(a, b, c, d) {
                    self.hits.push(Hit { zone: run.zone, edge, how });
                }
                c = d;
            }
        }
    }

    /// Where the start is on borders: the zones that the segment, moved to its left, starts in.
    fn start_from_borders(&mut self, a: (f64, f64), b: (f64, f64)) {
        for i in 0..self.hits.len() {
            let zone = self.hits[i].zone;
            let new = self.hits[i].how.at_start
                && !self.hits[..i].iter().any(|hit| hit.zone == zone && hit.how.at_start);
            if new && self.passages_beyond(zone, a, b) % 2 == 1 {
                self.flip(zone);
            }
        }
    }

    /// How often the border of a zone passes the line of a segment beyond its start, out to
    /// the end of the zone.
    fn passages_beyond(&self, zone: u32, a: (f64, f64), b: (f64, f64)) -> usize {
        let edges = self.borders.edges();
        let [west, south, east, north] = edges.zone_box(zone);
        let (dx, dy) = (b.0 - a.0, b.1 - a.1);
        // Far enough along the longer side of the segment's box to leave the zone's.
        let reach_deg =
            (west - a.0).abs().max((east - a.0).abs()).max((south - a.1).abs().max((north - a.1).abs()));
        let times = 1.0 + reach_deg / dx.abs().max(dy.abs());
        let far = (a.0 + times * dx, a.1 + times * dy);
        let mut found: Vec<u32> = Vec::new();
        for span in edges.grid().along(a, far, (0.0, 0.0)) {
            for run in edges.runs_across(span.row, &span.columns).iter().filter(|run| run.zone == zone) {
                let beyond = |&i: &u32| passes_beyond(a, b, edges.vertex(i), edges.vertex(i + 1));
                found.extend(run.edges().filter(beyond));
            }
        }
        found.sort_unstable();
        found.dedup();
        found.len()
    }

    /// Crosses the edges met before a share, from the hit numbered `from` on; returns the
    /// first not crossed.
    fn turn(&mut self, from: usize, before: f64) -> usize {
        let mut next = from;
        while let Some(hit) = self.hits.get(next).filter(|hit| hit.how.from < before) {
            if hit.how.passes && !hit.how.at_start {
                self.flip(hit.zone);
            }
            next += 1;
        }
        next
    }

    /// The zone of a share: the smallest key of the zones there, and of those whose border
    /// the segment runs along.
    fn zone_at(&self, t: f64) -> Option<u32> {
        let along = |hit: &&Hit| hit.how.along && hit.how.from <= t && t <= hit.how.to;
        let zones = self.inside.iter().copied().chain(self.hits.iter().filter(along).map(|hit| hit.zone));
        zones.fold(None, |first, zone| self.borders.first(first, zone))
    }

    /// Where the end is on borders, it is in the interior of none of their zones.
    fn leave_borders(&mut self) {
        let (inside, hits) = (&mut self.inside, &self.hits);
        inside.retain(|&zone| !hits.iter().any(|hit| hit.zone == zone && hit.how.at_end));
    }

    fn flip(&mut self, zone: u32) {
        match self.inside.binary_search(&zone) {
            Ok(place) => {
                self.inside.remove(place);
            }
            Err(place) => self.inside.insert(place, zone),
        }
    }

    fn first_of_inside(&self) -> Option<u32> {
        self.inside.iter().fold(None, |first, &zone| self.borders.first(first, zone))
    }
}
