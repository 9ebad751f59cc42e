//! Border cells: how one is stored, and which zone a position in it has.
//!
//! A record holds the zones that touch the cell, in the order of their keys, which of them
//! contain its south-western corner, and every edge that crosses it, whole. A position's
//! zones are the corner's, toggled by each edge that the way from the corner crosses: up the
//! western side to the position's latitude, then east. Exactly on lines, the position counts
//! as a little to the west and a far smaller step to the north (simulation of simplicity,
//! Edelsbrunner and Mücke 1990), so that each crossing is counted once.
//!
//! Record, in 64-bit words: `corner | edges << 32`, `zones | first zone << 32`, the other
//! zones two a word, the marks of the edges two a word, then four coordinates an edge, its
//! southern end first.

use crate::index::orient;

/// The answer for a position in no zone.
pub(super) const OUTSIDE: u32 = u32::MAX;

/// Zones that the marks of an edge have bits for; a cell with more is crowded.
pub(super) const MARKED_ZONES: usize = 30;
pub(super) const ZONES: u32 = (1 << MARKED_ZONES) - 1;

/// The edge crosses the cell's western side above the corner, and its southern end lies west.
pub(super) const WEST_LOW: u32 = 1 << 30;
/// The same, and its northern end lies west.
pub(super) const WEST_HIGH: u32 = 1 << 31;

/// Above the error of the orientation's sign in floating point, 3.4e-16 of the two products
/// (Shewchuk 1997).
const SIGN_ERROR: f64 = 4e-16;

/// An edge of a border cell.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Edge {
    /// The southern end, then the northern one: longitude, latitude.
    pub ends: [f64; 4],
    /// [`WEST_LOW`], [`WEST_HIGH`] or neither.
    pub west: u32,
    /// The zone, as its place in the order of keys.
    pub rank: u32,
}

impl Edge {
    /// Whether the way from the corner to the position crosses the edge, exactly.
    pub(super) fn toggles(&self, lon: f64, lat: f64) -> bool {
        toggles(self.ends, self.west, lon, lat)
    }
}

fn toggles([x1, y1, x2, y2]: [f64; 4], west: u32, lon: f64, lat: f64) -> bool {
    let (above_low, above_high) = (lat >= y1, lat >= y2);
    let east_of = above_low != above_high && orient((x1, y1), (x2, y2), (lon, lat)) < 0.0;
    east_of ^ ((west == WEST_LOW && above_low) || (west == WEST_HIGH && above_high))
}

fn touches([x1, y1, x2, y2]: [f64; 4], lon: f64, lat: f64) -> bool {
    let within = lat >= y1 && lat <= y2 && lon >= x1.min(x2) && lon <= x1.max(x2);
    within && orient((x1, y1), (x2, y2), (lon, lat)) == 0.0
}

/// Appends the record of a cell.
///
/// `zones` are the numbers of the zones, in the order of their keys; `corner` and `marks` say
/// by places in `zones` which contain the corner, and which each edge bounds. Each edge is
/// given with its `west`; `marks` holds the zones of all edges one after the other, and
/// `ends` where each edge's begin, one more than there are edges.
pub(super) fn write(
    blob: &mut Vec<u64>,
    zones: &[u32],
    corner: &[u32],
    edges: &[([f64; 4], u32)],
    marks: &Marks,
) {
    if zones.len() > MARKED_ZONES {
        return write_crowded(blob, zones, corner, edges, marks);
    }
    let bits = |places: &[u32]| places.iter().fold(0_u32, |bits, place| bits | 1 << place);
    let first = zones.first().copied().unwrap_or(OUTSIDE);
    blob.push(pair(bits(corner), edges.len() as u32));
    blob.push(pair(zones.len() as u32, first));
    pack(blob, zones.iter().skip(1).copied());
    pack(blob, edges.iter().enumerate().map(|(i, edge)| edge.1 | bits(marks.of(i))));
    blob.extend(edges.iter().flat_map(|edge| edge.0).map(f64::to_bits));
}

/// A crowded cell has a list of zones for its corner and for every edge.
fn write_crowded(
    blob: &mut Vec<u64>,
    zones: &[u32],
    corner: &[u32],
    edges: &[([f64; 4], u32)],
    marks: &Marks,
) {
    blob.push(pair(corner.len() as u32, edges.len() as u32));
    blob.push(pair(zones.len() as u32, marks.places.len() as u32));
    pack(blob, zones.iter().copied());
    pack(blob, corner.iter().copied());
    pack(blob, edges.iter().map(|edge| edge.1));
    pack(blob, marks.ends.iter().copied());
    pack(blob, marks.places.iter().copied());
    blob.extend(edges.iter().flat_map(|edge| edge.0).map(f64::to_bits));
}

/// The zones of each edge of a cell, as places in the cell's list of zones.
#[derive(Debug, Default)]
pub(super) struct Marks {
    /// The places of all edges, one edge after the other.
    places: Vec<u32>,
    /// Where the places of each edge end, from a leading zero on.
    ends: Vec<u32>,
}

impl Marks {
    pub(super) fn clear(&mut self) {
        self.places.clear();
        self.ends.clear();
        self.ends.push(0);
    }

    /// Begins an edge, of one zone.
    pub(super) fn begin(&mut self, place: u32) {
        self.places.push(place);
        self.ends.push(self.places.len() as u32);
    }

    /// Adds a zone to the last edge.
    pub(super) fn add(&mut self, place: u32) {
        self.places.push(place);
        if let Some(end) = self.ends.last_mut() {
            *end += 1;
        }
    }

    pub(super) fn of(&self, edge: usize) -> &[u32] {
        &self.places[self.ends[edge] as usize..self.ends[edge + 1] as usize]
    }
}

fn pair(low: u32, high: u32) -> u64 {
    u64::from(low) | u64::from(high) << 32
}

fn pack(blob: &mut Vec<u64>, mut values: impl Iterator<Item = u32>) {
    while let Some(low) = values.next() {
        blob.push(pair(low, values.next().unwrap_or(0)));
    }
}

/// Number `i` of values packed two a word.
#[inline]
pub(super) fn packed(words: &[u64], i: usize) -> u32 {
    (words[i / 2] >> (32 * (i % 2))) as u32
}

#[inline]
pub(super) fn ends_of(edge: &[u64; 4]) -> [f64; 4] {
    edge.map(f64::from_bits)
}

/// The zone of a position within the cell whose record begins at `record`, or [`OUTSIDE`].
#[inline]
pub(super) fn zone_at(blob: &[u64], record: usize, lon: f64, lat: f64) -> u32 {
    let record = &blob[record..];
    let (mut inside, edges) = (record[0] as u32, (record[0] >> 32) as usize);
    let (zones, first) = (record[1] as u32 as usize, (record[1] >> 32) as u32);
    if zones > MARKED_ZONES {
        return crowded(record, lon, lat);
    }
    let marks = &record[2 + zones / 2..];
    let (coordinates, _) = marks[edges.div_ceil(2)..][..4 * edges].as_chunks::<4>();
    let mut unsure = false;
    for (i, edge) in coordinates.iter().enumerate() {
        let mark = packed(marks, i);
        let (toggle, doubt) = near_line(ends_of(edge), mark, lon, lat);
        unsure |= doubt;
        inside ^= mark_of(mark) & 0_u32.wrapping_sub(u32::from(toggle));
    }
    if unsure {
        let (within, touched) = exactly_by(coordinates, marks, record[0] as u32, lon, lat);
        inside = within | touched;
    }
    match inside.trailing_zeros() as usize {
        0 => first,
        place if place < zones => packed(&record[2..], place - 1),
        _ => OUTSIDE,
    }
}

/// Whether the way from the corner crosses the edge, by floating point, and whether that is in doubt: near its line,
/// or level with an end of it.
#[inline]
pub(super) fn near_line([x1, y1, x2, y2]: [f64; 4], mark: u32, lon: f64, lat: f64) -> (bool, bool) {
    let (above_low, above_high) = (lat >= y1, lat >= y2);
    let spans = above_low != above_high;
    let (left, right) = ((x2 - x1) * (lat - y1), (y2 - y1) * (lon - x1));
    let side = left - right;
    let doubt = (lat == y1) | (lat == y2) | (spans & (side.abs() <= (left.abs() + right.abs()) * SIGN_ERROR));
    let west = ((mark & WEST_LOW != 0) & above_low) | ((mark & WEST_HIGH != 0) & above_high);
    ((spans & (side < 0.0)) ^ west, doubt)
}

/// The bits of a mark that stand for zones.
#[inline]
pub(super) fn mark_of(mark: u32) -> u32 {
    mark & ZONES
}

/// The zones whose borders enclose the position, and those whose border it lies on, by exact predicates.
#[cold]
pub(super) fn exactly_by(
    coordinates: &[[u64; 4]],
    marks: &[u64],
    corner: u32,
    lon: f64,
    lat: f64,
) -> (u32, u32) {
    let (mut inside, mut touched) = (corner, 0);
    for (i, edge) in coordinates.iter().enumerate() {
        let (ends, mark) = (ends_of(edge), packed(marks, i));
        if toggles(ends, mark & !ZONES, lon, lat) {
            inside ^= mark & ZONES;
        }
        if touches(ends, lon, lat) {
            touched |= mark & ZONES;
        }
    }
    (inside, touched)
}

/// The zone of a position in a cell of more zones than marks have bits for.
#[cold]
fn crowded(record: &[u64], lon: f64, lat: f64) -> u32 {
    let mut first = OUTSIDE;
    crowded_words(record, lon, lat, |zone, inside, touched| {
        if first == OUTSIDE && (inside || touched) {
            first = zone;
        }
    });
    first
}

/// Tells each zone of a crowded cell, in the order of keys: whether its border encloses the position, and whether
/// the position lies on it. 32 zones at a time.
#[cold]
pub(super) fn crowded_words(record: &[u64], lon: f64, lat: f64, mut tell: impl FnMut(u32, bool, bool)) {
    let (corner, edges) = (record[0] as u32 as usize, (record[0] >> 32) as usize);
    let (zones, places) = (record[1] as u32 as usize, (record[1] >> 32) as usize);
    let (zone_words, rest) = record[2..].split_at(zones.div_ceil(2));
    let (corner_words, rest) = rest.split_at(corner.div_ceil(2));
    let (west_words, rest) = rest.split_at(edges.div_ceil(2));
    let (end_words, rest) = rest.split_at((edges + 1).div_ceil(2));
    let (place_words, rest) = rest.split_at(places.div_ceil(2));
    let (coordinates, _) = rest[..4 * edges].as_chunks::<4>();
    let bit = |place: u32, first: u32| if place / 32 == first { 1_u32 << (place % 32) } else { 0 };
    for first in 0..zones.div_ceil(32) as u32 {
        let mut inside = (0..corner).fold(0, |bits, i| bits ^ bit(packed(corner_words, i), first));
        let mut touched = 0;
        for (i, edge) in coordinates.iter().enumerate() {
            let ends = ends_of(edge);
            let span = packed(end_words, i) as usize..packed(end_words, i + 1) as usize;
            let mark = span.fold(0, |bits, p| bits | bit(packed(place_words, p), first));
            if mark == 0 {
                continue;
            }
            if toggles(ends, packed(west_words, i), lon, lat) {
                inside ^= mark;
            }
            if touches(ends, lon, lat) {
                touched |= mark;
            }
        }
        for place in first * 32..zones.min(first as usize * 32 + 32) as u32 {
            let bit = 1 << (place % 32);
            tell(packed(zone_words, place as usize), inside & bit != 0, touched & bit != 0);
        }
    }
}
