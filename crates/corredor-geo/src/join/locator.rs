//! The index that suits the number of points.

use super::{JoinError, ZoneIndex, in_key_order};
use crate::index::CellIndex;
use crate::view::ZoneView;

/// Vertices of the zones that one point pays for: a point costs banded zones about a
/// microsecond more than cells, and cells cost a vertex about 0.15 microseconds more to build.
const VERTICES_PER_POINT: u64 = 7;

/// Finds the zones of points by whichever index is done sooner: banded zones for few points,
/// cells for many. The answers are the same.
///
/// ```
/// use corredor_geo::join::{Locator, OUTSIDE};
/// use corredor_geo::ZoneView;
///
/// let square = ZoneView {
///     lon: &[0.0, 1.0, 1.0, 0.0, 0.0],
///     lat: &[0.0, 0.0, 1.0, 1.0, 0.0],
///     rings: &[0, 5],
///     polygons: &[0, 1],
///     zones: &[0, 1],
/// };
/// let locator = Locator::for_points(&square, &["a"], 2)?;
/// let mut zones = [0; 2];
/// locator.locate_many(&[0.5, 3.0], &[0.5, 0.5], &mut zones)?;
/// assert_eq!(zones, [0, OUTSIDE]);
/// # Ok::<(), corredor_geo::join::JoinError>(())
/// ```
#[derive(Debug)]
pub enum Locator {
    /// Zones in bands: ready sooner.
    Bands(Box<ZoneIndex>),
    /// Zones in cells: faster by far once it stands.
    Cells(Box<CellIndex>),
}

impl Locator {
    /// Indexes zones for about so many points; `keys` gives the key of each zone.
    /// O(vertices), parallel.
    ///
    /// # Errors
    ///
    /// Those of [`ZoneIndex::new`] and [`CellIndex::new`].
    pub fn for_points<K: AsRef<str>>(view: &ZoneView, keys: &[K], points: u64) -> Result<Self, JoinError> {
        if points.saturating_mul(VERTICES_PER_POINT) < view.lon.len() as u64 {
            return Ok(Self::Bands(Box::new(ZoneIndex::new(view, keys)?)));
        }
        if keys.len() != view.len() {
            return Err(JoinError::KeyCount { keys: keys.len(), zones: view.len() });
        }
        Ok(Self::Cells(Box::new(CellIndex::new(view, &in_key_order(keys), points)?)))
    }

    /// The zones of many points, in parallel: `out[i]` becomes the zone of point `i`, or
    /// [`OUTSIDE`](super::OUTSIDE).
    ///
    /// # Errors
    ///
    /// [`JoinError::SliceLength`] unless the three slices are equally long.
    pub fn locate_many(&self, lon: &[f64], lat: &[f64], out: &mut [u32]) -> Result<(), JoinError> {
        match self {
            Self::Bands(bands) => bands.locate_many(lon, lat, out),
            Self::Cells(cells) => {
                if lon.len() != lat.len() || lon.len() != out.len() {
                    return Err(JoinError::SliceLength { lon: lon.len(), lat: lat.len(), out: out.len() });
                }
                cells.locate_many(lon, lat, out);
                Ok(())
            }
        }
    }
}
