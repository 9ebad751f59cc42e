//! Every zone of a position, with whether it lies on the zone's border.

use super::cell::{MARKED_ZONES, ZONES, crowded_words, ends_of, exactly_by, mark_of, near_line, packed};
use super::rows::Keep;
use super::{CellIndex, build};
use crate::index::IndexError;
use crate::view::ZoneView;

/// Finds all zones of many points by cells, and tells borders from interiors.
///
/// As [`CellIndex`], but overlapping zones hide nothing from one another. What it says is exact: a position is on a
/// zone's border or within it or neither by the sign of orientations that is proved or computed exactly.
///
/// ```
/// use corredor_geo::index::AllZones;
/// use corredor_geo::ZoneView;
///
/// // Two unit squares that share the border at longitude 1.
/// let zones = ZoneView {
///     lon: &[0.0, 1.0, 1.0, 0.0, 0.0, 1.0, 2.0, 2.0, 1.0, 1.0],
///     lat: &[0.0, 0.0, 1.0, 1.0, 0.0, 0.0, 0.0, 1.0, 1.0, 0.0],
///     rings: &[0, 5, 10],
///     polygons: &[0, 1, 2],
///     zones: &[0, 1, 2],
/// };
/// let index = AllZones::new(&zones, 3)?;
/// let mut found = Vec::new();
/// index.find(&[0.5, 1.0, 9.0], &[0.5, 0.5, 0.5], |point, zone, border| found.push((point, zone, border)));
/// assert_eq!(found, [(0, 0, false), (1, 0, true), (1, 1, true)]);
/// # Ok::<(), corredor_geo::index::IndexError>(())
/// ```
#[derive(Debug)]
pub struct AllZones(CellIndex);

impl AllZones {
    /// Builds the index for about so many points. O(vertices), parallel; about 35 bytes a vertex, and more where
    /// zones overlap.
    ///
    /// # Errors
    ///
    /// As [`CellIndex::new`].
    pub fn new(view: &ZoneView, points: u64) -> Result<Self, IndexError> {
        let in_order: Vec<u32> = (0..view.len() as u32).collect();
        let store = build::build(view, &in_order, points, Keep::Every)?;
        Ok(Self(CellIndex { store, zones: view.len() }))
    }

    /// Number of zones.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there are no zones.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Bytes in memory.
    pub fn bytes(&self) -> usize {
        self.0.bytes()
    }

    /// Tells every zone of each point, in the order of the points and then of the zones: the number of the point,
    /// the zone, and whether the point lies on its border. On this thread; some 25 nanoseconds a point.
    ///
    /// The slices must be equally long; points beyond the shorter are left alone.
    pub fn find(&self, lon: &[f64], lat: &[f64], tell: impl FnMut(usize, u32, bool)) {
        let points = lon.len().min(lat.len());
        self.0.store.parts().every(&lon[..points], &lat[..points], tell);
    }
}

/// Tells the zones of a position within the cell whose record begins at `record`.
pub(super) fn zones_at(blob: &[u64], record: usize, lon: f64, lat: f64, mut tell: impl FnMut(u32, bool)) {
    let record = &blob[record..];
    let (corner, edges) = (record[0] as u32, (record[0] >> 32) as usize);
    let (zones, first) = (record[1] as u32 as usize, (record[1] >> 32) as u32);
    if zones > MARKED_ZONES {
        return crowded_words(record, lon, lat, |zone, inside, touched| {
            if inside || touched {
                tell(zone, touched);
            }
        });
    }
    let marks = &record[2 + zones / 2..];
    let (coordinates, _) = marks[edges.div_ceil(2)..][..4 * edges].as_chunks::<4>();
    let (mut inside, mut touched, mut unsure) = (corner, 0, false);
    for (i, edge) in coordinates.iter().enumerate() {
        let (toggle, doubt) = near_line(ends_of(edge), packed(marks, i), lon, lat);
        unsure |= doubt;
        inside ^= mark_of(packed(marks, i)) & 0_u32.wrapping_sub(u32::from(toggle));
    }
    if unsure {
        (inside, touched) = exactly_by(coordinates, marks, corner, lon, lat);
    }
    let mut left = (inside | touched) & ZONES;
    while left != 0 {
        let place = left.trailing_zeros();
        left &= left - 1;
        let zone = if place == 0 { first } else { packed(&record[2..], place as usize - 1) };
        tell(zone, touched & (1 << place) != 0);
    }
}
