//! What a join refuses.

use thiserror::Error;

use crate::index::IndexError;

/// Inputs that a join cannot work on.
#[derive(Debug, Error, PartialEq, Eq)]
pub enum JoinError {
    /// The keys do not match the zones.
    #[error("{keys} keys for {zones} zones; give one key per zone, in the order of the zones")]
    KeyCount {
        /// Number of keys.
        keys: usize,
        /// Number of zones.
        zones: usize,
    },
    /// The slices of a bulk look-up differ in length.
    #[error("{lon} longitudes, {lat} latitudes and room for {out} answers; make the slices equally long")]
    SliceLength {
        /// Number of longitudes.
        lon: usize,
        /// Number of latitudes.
        lat: usize,
        /// Length of the output.
        out: usize,
    },
    /// An area came out that cannot be: a border crosses itself, or runs within rounding of
    /// another for a long way.
    #[error(
        "zone {zone} and zone {cover} of the other layer seem to share {km2} km2 of {of_km2} km2; \
         repair their borders (they cross themselves or nearly coincide)"
    )]
    Share {
        /// Number of the zone.
        zone: u32,
        /// Number of the zone of the other layer.
        cover: u32,
        /// Area found, square kilometres.
        km2: String,
        /// Area of the zone, square kilometres.
        of_km2: String,
    },
    /// The coordinates of a layer do not hold together.
    #[error(transparent)]
    Index(#[from] IndexError),
}
