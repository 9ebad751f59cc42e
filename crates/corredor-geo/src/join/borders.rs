//! The borders of zones, for cutting lines at them.

use super::JoinError;
use crate::index::{EdgeCells, Middles};
use crate::view::ZoneView;

/// Cells of the grid per edge of a border: a line that stays inside a zone then seldom
/// meets a cell with edges, and one with edges has few.
const CELLS_PER_EDGE: f64 = 0.5;

/// The borders of zones by the cells of a grid, and which zones hold each cell's middle.
///
/// A line that stays in cells without borders stays in its zone, at the cost of looking up
/// its cells; elsewhere it meets the few edges of its cells. The coordinates stay in the
/// view.
///
/// ```
/// use corredor_geo::join::BorderIndex;
/// use corredor_geo::ZoneView;
///
/// let square = ZoneView {
///     lon: &[0.0, 1.0, 1.0, 0.0, 0.0],
///     lat: &[0.0, 0.0, 1.0, 1.0, 0.0],
///     rings: &[0, 5],
///     polygons: &[0, 1],
///     zones: &[0, 1],
/// };
/// let index = BorderIndex::new(&square, &["a"])?;
/// assert_eq!(index.len(), 1);
/// # Ok::<(), corredor_geo::join::JoinError>(())
/// ```
#[derive(Debug)]
pub struct BorderIndex<'a> {
    edges: EdgeCells<'a>,
    middles: Middles,
    /// The place of each zone in the order of keys.
    rank: Vec<u32>,
}

impl<'a> BorderIndex<'a> {
    /// Indexes the borders of zones; `keys` gives the key of each zone, and the smallest key
    /// (text order; equal keys: the first) has what lies in several. Zones without geometry
    /// are kept and hold nothing. O(vertices), parallel; about 6 bytes a vertex.
    ///
    /// # Errors
    ///
    /// [`JoinError::KeyCount`] unless there is one key per zone; [`JoinError::Index`] when
    /// the offsets of the view do not fit its coordinates.
    pub fn new<K: AsRef<str>>(view: &ZoneView<'a>, keys: &[K]) -> Result<Self, JoinError> {
        if keys.len() != view.len() {
            return Err(JoinError::KeyCount { keys: keys.len(), zones: view.len() });
        }
        let mut order: Vec<u32> = (0_u32..).take(keys.len()).collect();
        order.sort_by_key(|&zone| keys[zone as usize].as_ref());
        let mut rank = vec![0; keys.len()];
        for (place, &zone) in (0_u32..).zip(&order) {
            rank[zone as usize] = place;
        }
        let edges = EdgeCells::new(view, CELLS_PER_EDGE, (0.0, 0.0))?;
        let middles = Middles::new(&edges);
        Ok(Self { edges, middles, rank })
    }

    /// Number of zones.
    pub fn len(&self) -> usize {
        self.rank.len()
    }

    /// Whether there are no zones.
    pub fn is_empty(&self) -> bool {
        self.rank.is_empty()
    }

    /// Bytes held, coordinates left out.
    pub fn bytes(&self) -> usize {
        self.edges.bytes() + self.middles.bytes() + self.rank.len() * size_of::<u32>()
    }

    /// Of two zones, or none, the one whose key is smaller.
    pub(super) fn first(&self, one: Option<u32>, other: u32) -> Option<u32> {
        let rank = |zone: u32| self.rank[zone as usize];
        Some(one.filter(|&one| rank(one) < rank(other)).unwrap_or(other))
    }

    pub(super) fn edges(&self) -> &EdgeCells<'a> {
        &self.edges
    }

    /// Fills `inside` with the zones that have a point in their interior.
    pub(super) fn inside(&self, at: (f64, f64), inside: &mut Vec<u32>) {
        self.middles.inside(&self.edges, at, inside);
    }
}
