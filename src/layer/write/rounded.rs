//! One feature's geometry after rounding: closed, oriented rings without duplicates.

use std::ops::Range;

use geoarrow_array::GeoArrowArray;

use super::fixed::{Position, position, push_position};
use crate::layer::{Geometry, ZoneView};

/// A position off the globe.
pub(super) struct OffGlobe {
    pub lon: f64,
    pub lat: f64,
}

/// A rounded geometry, flat: positions, ring ends in positions, polygon ends in rings.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Rounded {
    pub positions: Vec<Position>,
    pub rings: Vec<usize>,
    pub polygons: Vec<usize>,
    /// Rings that had fewer than four positions left.
    pub dropped_rings: usize,
    /// Positions taken out because the border turned back on itself there.
    pub spikes: usize,
    /// Whether a ring has no area.
    pub flat: bool,
}

/// Fewest positions of a closed ring (RFC 7946 section 3.1.6).
const RING: usize = 4;

/// Fewest positions of a line (RFC 7946 section 3.1.4).
const LINE: usize = 2;

impl Rounded {
    /// Becomes the geometry of one feature; empty where nothing is left after rounding.
    pub fn fill(&mut self, geometry: &Geometry, row: usize) -> Result<(), OffGlobe> {
        self.positions.clear();
        self.rings.clear();
        self.polygons.clear();
        (self.dropped_rings, self.spikes, self.flat) = (0, 0, false);
        if let Geometry::Points(array) = geometry
            && array.is_null(row)
        {
            return Ok(());
        }
        if let Some(points) = geometry.points() {
            self.extend(&points.lon[row..=row], &points.lat[row..=row])?;
        } else if let Some(lines) = geometry.lines() {
            let (lon, lat) = lines.line(row);
            self.extend(lon, lat)?;
            if self.positions.len() < LINE {
                self.positions.clear();
            }
        } else if let Some(zones) = geometry.zones() {
            self.zone(&zones, row)?;
        }
        Ok(())
    }

    fn zone(&mut self, zones: &ZoneView<'_>, row: usize) -> Result<(), OffGlobe> {
        self.positions.reserve(zones.rings_of(row).map(|ring| ring.lon.len()).sum());
        for rings in zones.polygons_of(row) {
            for index in rings.clone() {
                let ring = zones.ring(index, index == rings.start);
                let start = self.positions.len();
                self.extend(ring.lon, ring.lat)?;
                if !self.end_ring(start, ring.exterior) && ring.exterior {
                    // A polygon without its exterior is nothing: its holes go too.
                    self.dropped_rings += rings.len() - 1;
                    break;
                }
            }
            self.end_polygon();
        }
        Ok(())
    }

    /// Adds positions, each one rounded, repeated ones once.
    fn extend(&mut self, lon: &[f64], lat: &[f64]) -> Result<(), OffGlobe> {
        let start = self.positions.len();
        for (&lon, &lat) in lon.iter().zip(lat) {
            let next = position(lon, lat).ok_or(OffGlobe { lon, lat })?;
            if self.positions.len() == start || self.positions.last() != Some(&next) {
                self.positions.push(next);
            }
        }
        Ok(())
    }

    /// Adds one ring of a repaired geometry. `false` where rounding left too little of it.
    pub fn push_ring(&mut self, lon: &[f64], lat: &[f64], exterior: bool) -> Result<bool, OffGlobe> {
        let start = self.positions.len();
        self.extend(lon, lat)?;
        Ok(self.end_ring(start, exterior))
    }

    /// Closes and orients the ring that starts at `start`, or takes it back. `false` where taken back.
    fn end_ring(&mut self, start: usize, exterior: bool) -> bool {
        if let (Some(&first), Some(&last)) = (self.positions.get(start), self.positions.last())
            && first != last
        {
            self.positions.push(first);
        }
        self.spikes += remove_spikes(&mut self.positions, start);
        let ring = &mut self.positions[start..];
        if ring.len() < RING {
            self.positions.truncate(start);
            self.dropped_rings += 1;
            return false;
        }
        let area = twice_area(ring);
        self.flat |= area == 0;
        if if exterior { area < 0 } else { area > 0 } {
            ring.reverse();
        }
        self.rings.push(self.positions.len());
        true
    }

    /// Ends a polygon, unless no ring of it is left.
    pub fn end_polygon(&mut self) {
        if self.polygons.last().copied().unwrap_or(0) < self.rings.len() {
            self.polygons.push(self.rings.len());
        }
    }

    /// The polygons without rings of no area, or `None` where there are none such.
    ///
    /// Positions in line on the decimal grid need not be in line as binary numbers, so a validity test may
    /// take them for a sliver.
    pub fn without_flat_rings(&self) -> Option<Self> {
        if !self.flat {
            return None;
        }
        let mut kept = self.emptied();
        for rings in self.polygons() {
            let count = rings.len();
            for (index, ring) in rings.enumerate() {
                if twice_area(ring) == 0 {
                    // Without its exterior a polygon is nothing: its holes go too.
                    kept.dropped_rings += if index == 0 { count } else { 1 };
                    if index == 0 {
                        break;
                    }
                } else {
                    kept.positions.extend_from_slice(ring);
                    kept.rings.push(kept.positions.len());
                }
            }
            kept.end_polygon();
        }
        Some(kept)
    }

    /// The same counts, no position yet.
    pub fn emptied(&self) -> Self {
        Self { dropped_rings: self.dropped_rings, spikes: self.spikes, ..Self::default() }
    }

    /// Whether nothing is left.
    pub fn is_empty(&self) -> bool {
        self.positions.is_empty()
    }

    /// The rings of each polygon, as slices of positions.
    pub fn polygons(&self) -> impl Iterator<Item = impl ExactSizeIterator<Item = &[Position]>> {
        let first = |polygon: usize| if polygon == 0 { 0 } else { self.polygons[polygon - 1] };
        (0..self.polygons.len()).map(move |p| {
            (first(p)..self.polygons[p]).map(|ring| &self.positions[self.start(ring)..self.rings[ring]])
        })
    }

    /// Prints some positions with the brackets that belong to them: all positions, in whatever parts, are the
    /// `coordinates` of the layer's kind.
    pub fn push_json(&self, out: &mut Vec<u8>, geometry: &Geometry, part: Range<usize>) {
        let end = self.positions.len();
        match geometry {
            Geometry::Points(_) => self.positions[part].iter().for_each(|&p| push_position(out, p)),
            Geometry::Lines(_) => self.push_list(out, part.clone(), 0..end, b"[", b"]"),
            Geometry::Zones(_) | Geometry::None => {
                let mut ring = self.rings.partition_point(|&end| end <= part.start);
                let mut at = part.start;
                while at < part.end {
                    let span = self.start(ring)..self.rings[ring];
                    let polygon = self.polygons.partition_point(|&end| end <= ring);
                    let first = ring == if polygon == 0 { 0 } else { self.polygons[polygon - 1] };
                    let last = ring + 1 == self.polygons[polygon];
                    let open: &[u8] = match (first, ring) {
                        (true, 0) => b"[[[",
                        (true, _) => b",[[",
                        (false, _) => b",[",
                    };
                    let close: &[u8] = match last {
                        true if span.end == end => b"]]]",
                        true => b"]]",
                        false => b"]",
                    };
                    let until = span.end.min(part.end);
                    self.push_list(out, at..until, span, open, close);
                    (at, ring) = (until, ring + 1);
                }
            }
        }
    }

    /// Prints the positions `part` of a list, with what opens and closes it where it begins and ends.
    fn push_list(
        &self,
        out: &mut Vec<u8>,
        part: Range<usize>,
        list: Range<usize>,
        open: &[u8],
        close: &[u8],
    ) {
        if part.is_empty() {
            return;
        }
        out.extend_from_slice(if part.start == list.start { open } else { b"," });
        push_position(out, self.positions[part.start]);
        for &position in &self.positions[part.start + 1..part.end] {
            out.push(b',');
            push_position(out, position);
        }
        if part.end == list.end {
            out.extend_from_slice(close);
        }
    }

    /// First position of a ring.
    fn start(&self, ring: usize) -> usize {
        if ring == 0 { 0 } else { self.rings[ring - 1] }
    }
}

/// Takes the spikes out of a closed ring: positions where it turns back on itself, exactly. How many went.
///
/// That is what rounding does most often to a border: a narrow inlet closes. Left in, it makes the polygon
/// invalid, and GEOS repairs a whole coast for it in seconds; taken out, the area stays the same. O(n).
fn remove_spikes(positions: &mut Vec<Position>, start: usize) -> usize {
    let before = positions.len();
    if positions.len() < start + 2 || plain(&positions[start..]) {
        return 0;
    }
    // The ring without its closing position, so that both ends are treated alike.
    positions.pop();
    let mut kept = start;
    for read in start..positions.len() {
        let next = positions[read];
        while kept >= start + 2 && is_spike(positions[kept - 2], positions[kept - 1], next) {
            kept -= 1;
        }
        if kept == start || positions[kept - 1] != next {
            positions[kept] = next;
            kept += 1;
        }
    }
    // Where the end meets the beginning.
    let mut first = start;
    while kept - first >= 3 {
        if positions[kept - 1] == positions[first]
            || is_spike(positions[kept - 2], positions[kept - 1], positions[first])
        {
            kept -= 1;
        } else if is_spike(positions[kept - 1], positions[first], positions[first + 1]) {
            first += 1;
        } else {
            break;
        }
    }
    positions.truncate(kept);
    positions.drain(start..first);
    positions.extend(positions.get(start).copied());
    before - positions.len()
}

/// Whether a closed ring has neither spikes nor repeated positions: true of nearly all, and soon seen.
fn plain(ring: &[Position]) -> bool {
    // So far ahead that rounding in the sum cannot hide a step back.
    const AHEAD: f64 = 8192.0;
    let turns = |a: Position, b: Position, c: Position| {
        let [ux, uy] = [0, 1].map(|axis| f64::from(b[axis]) - f64::from(a[axis]));
        let [vx, vy] = [0, 1].map(|axis| f64::from(c[axis]) - f64::from(b[axis]));
        ux * vx + uy * vy > AHEAD || b != c && !is_spike(a, b, c)
    };
    let n = ring.len();
    n >= RING
        && ring[0] != ring[1]
        && ring.windows(3).all(|w| turns(w[0], w[1], w[2]))
        && turns(ring[n - 2], ring[0], ring[1])
}

/// Whether the way `a`, `b`, `c` runs straight back at `b`.
fn is_spike(a: Position, b: Position, c: Position) -> bool {
    let step = |from: Position, to: Position| {
        [i64::from(to[0]) - i64::from(from[0]), i64::from(to[1]) - i64::from(from[1])]
    };
    let (u, v) = (step(a, b), step(b, c));
    // Half the globe in one step is rare: then, and only then, are 64 bits too few.
    if u.iter().chain(&v).all(|s| s.unsigned_abs() <= HALF) {
        return u[0] * v[0] + u[1] * v[1] < 0 && u[0] * v[1] == u[1] * v[0];
    }
    let ([ux, uy], [vx, vy]) = (u.map(i128::from), v.map(i128::from));
    ux * vy == uy * vx && ux * vx + uy * vy < 0
}

/// Steps up to this, in units, have products whose sums fit 64 bits.
const HALF: u64 = 1 << 30;

/// Twice the signed area of a closed ring, exact; positive means counter-clockwise.
fn twice_area(ring: &[Position]) -> i128 {
    let [x0, y0] = ring[0];
    let near = |c: i32, from: i32| c.abs_diff(from) <= HALF as u32;
    // Folded, not searched, so that it becomes a few wide instructions.
    if ring.iter().fold(true, |all, &[x, y]| all & near(x, x0) & near(y, y0)) {
        let local = |[x, y]: Position| (i64::from(x) - i64::from(x0), i64::from(y) - i64::from(y0));
        let cross = |((ax, ay), (bx, by)): ((i64, i64), (i64, i64))| i128::from(ax * by - bx * ay);
        return ring.windows(2).map(|pair| cross((local(pair[0]), local(pair[1])))).sum();
    }
    let wide = |[x, y]: Position| (i128::from(x) - i128::from(x0), i128::from(y) - i128::from(y0));
    let cross = |((ax, ay), (bx, by)): ((i128, i128), (i128, i128))| ax * by - bx * ay;
    ring.windows(2).map(|pair| cross((wide(pair[0]), wide(pair[1])))).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ring(points: &[(f64, f64)], exterior: bool) -> Rounded {
        let (lon, lat): (Vec<_>, Vec<_>) = points.iter().copied().unzip();
        let mut rounded = Rounded::default();
        assert!(rounded.push_ring(&lon, &lat, exterior).is_ok());
        rounded.end_polygon();
        rounded
    }

    #[test]
    fn wrong_winding_is_turned() {
        let clockwise = [(0.0, 0.0), (0.0, 1.0), (1.0, 1.0), (1.0, 0.0), (0.0, 0.0)];
        assert!(twice_area(&ring(&clockwise, true).positions) > 0);
        assert!(twice_area(&ring(&clockwise, false).positions) < 0);
    }

    #[test]
    fn open_rings_are_closed_and_duplicates_go() {
        let points = [(0.0, 0.0), (1.0, 0.0), (1.000_000_01, 0.0), (1.0, 1.0), (0.000_000_01, 0.0)];
        let rounded = ring(&points, true);
        assert_eq!(rounded.positions, [[0, 0], [10_000_000, 0], [10_000_000, 10_000_000], [0, 0]]);
    }

    #[test]
    fn a_sliver_that_vanishes_is_counted() {
        let sliver = [(0.0, 0.0), (1.0, 0.000_000_01), (0.0, 0.000_000_02), (0.0, 0.0)];
        let rounded = ring(&sliver, true);
        assert!(rounded.is_empty() && rounded.polygons.is_empty());
        assert_eq!(rounded.dropped_rings, 1);
    }

    #[test]
    fn spikes_go_and_the_area_stays() {
        // On a side, at the end, beyond a corner.
        let side = [(0.0, 0.0), (0.4, 0.0), (0.4, -0.3), (0.4, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 0.0)];
        let end = [(0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 0.0), (-0.5, -0.5), (0.0, 0.0)];
        let over = [(0.0, 0.0), (2.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 0.0)];
        for (points, length) in [(&side[..], 5), (&end[..], 4), (&over[..], 4)] {
            let rounded = ring(points, true);
            assert_eq!(rounded.positions.len(), length, "{rounded:?}");
            assert_eq!(rounded.positions.first(), rounded.positions.last());
            assert_eq!(twice_area(&rounded.positions), 100_000_000_000_000);
            assert!(rounded.spikes > 0);
        }
    }

    #[test]
    fn nothing_but_spikes_is_nothing() {
        for points in [
            &[(0.0, 0.0), (1.0, 0.0), (2.0, 0.0), (0.0, 0.0)][..],
            &[(0.0, 0.0), (1.0, 1.0), (0.0, 0.0)],
            &[(0.0, 0.0), (1.0, 0.0), (0.0, 0.0), (0.0, 1.0), (0.0, 0.0)],
            &[(0.0, 0.0)],
            &[],
        ] {
            assert!(ring(points, true).is_empty(), "{points:?}");
        }
    }

    #[test]
    fn the_whole_globe_does_not_overflow() {
        let globe = [(-180.0, -90.0), (180.0, -90.0), (180.0, 90.0), (-180.0, 90.0), (-180.0, -90.0)];
        let expected = 2 * 3_600_000_000_i128 * 1_800_000_000;
        assert_eq!(twice_area(&ring(&globe, true).positions), expected);
    }
}
