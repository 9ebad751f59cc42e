//! What can be wrong with coordinates handed to an index.

use thiserror::Error;

use crate::view::{LineView, ZoneView};

/// A layer view that does not hold together.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
pub enum IndexError {
    /// The two coordinate slices differ in length.
    #[error("{what}: {lon} longitudes but {lat} latitudes; give both slices the same length")]
    CoordinateCount {
        /// What the coordinates are of.
        what: &'static str,
        /// Number of longitudes.
        lon: usize,
        /// Number of latitudes.
        lat: usize,
    },
    /// The zones have more borders than the codes of cells can number.
    #[error("the borders of the zones need {words} words of an index that holds 2^30; divide the layer")]
    TooManyBorders {
        /// 64-bit words needed.
        words: usize,
    },
    /// The system gives no memory for an index.
    #[error("no memory for an index of {} bytes; use fewer zones or a larger machine", bytes.map_or("too many".to_owned(), |b| b.to_string()))]
    NoMemory {
        /// Bytes asked for; `None` when no address holds as many.
        bytes: Option<usize>,
    },
    /// An offset is negative, smaller than the one before, or past the end.
    #[error(
        "{level} offset number {index} is {value}: offsets must not fall and must stay \
         within 0..={limit}; rebuild the view from its layer"
    )]
    Offset {
        /// Which offsets: rings, polygons, zones or lines.
        level: &'static str,
        /// Position of the bad offset.
        index: usize,
        /// The bad offset.
        value: i32,
        /// The largest offset allowed.
        limit: usize,
    },
}

/// Checks that the offsets of a zone view stay within its slices.
pub(crate) fn check_zones(view: &ZoneView) -> Result<(), IndexError> {
    check_coordinates("zones", view.lon, view.lat)?;
    check_offsets("ring", view.rings, view.lon.len())?;
    check_offsets("polygon", view.polygons, view.rings.len().saturating_sub(1))?;
    check_offsets("zone", view.zones, view.polygons.len().saturating_sub(1))
}

/// Checks that the offsets of a line view stay within its slices.
pub(crate) fn check_lines(view: &LineView) -> Result<(), IndexError> {
    check_coordinates("lines", view.lon, view.lat)?;
    check_offsets("line", view.lines, view.lon.len())
}

pub(super) fn check_coordinates(what: &'static str, lon: &[f64], lat: &[f64]) -> Result<(), IndexError> {
    if lon.len() == lat.len() {
        Ok(())
    } else {
        Err(IndexError::CoordinateCount { what, lon: lon.len(), lat: lat.len() })
    }
}

fn check_offsets(level: &'static str, offsets: &[i32], limit: usize) -> Result<(), IndexError> {
    let mut before = 0;
    for (index, &value) in offsets.iter().enumerate() {
        if value < before || value as usize > limit {
            return Err(IndexError::Offset { level, index, value, limit });
        }
        before = value;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn broken_offsets_are_named() {
        let (lon, lat) = ([0.0, 1.0, 1.0, 0.0], [0.0, 0.0, 1.0, 0.0]);
        let view = |rings: &'static [i32], zones: &'static [i32]| {
            check_zones(&ZoneView { lon: &lon, lat: &lat, rings, polygons: &[0, 1], zones })
        };
        assert_eq!(view(&[0, 4], &[0, 1]), Ok(()));
        let past = view(&[0, 5], &[0, 1]).unwrap_err();
        assert_eq!(past, IndexError::Offset { level: "ring", index: 1, value: 5, limit: 4 });
        assert!(view(&[0, 4], &[1, 0]).is_err());
        assert!(view(&[0, 4], &[-1, 1]).is_err());
        assert!(view(&[0, 4], &[0, 2]).is_err());
        let lines = LineView { lon: &lon, lat: &lat[..3], lines: &[0, 3] };
        assert!(check_lines(&lines).unwrap_err().to_string().contains("4 longitudes but 3"));
    }
}
