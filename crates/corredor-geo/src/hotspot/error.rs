//! What can be wrong with the input of a hotspot statistic.

use thiserror::Error;

use crate::index::IndexError;

/// Why a hotspot statistic could not be computed.
#[derive(Clone, Debug, Error, PartialEq)]
pub enum HotspotError {
    /// Values and neighbour lists are of different layers.
    #[error(
        "{values} values but neighbour lists for {zones} zones; build the contiguity from the layer that carries the values"
    )]
    LengthMismatch {
        /// Number of values (or flags) given.
        values: usize,
        /// Number of zones in the contiguity.
        zones: usize,
    },
    /// A value is infinite or not a number.
    #[error(
        "row {row}: the value is {value}, which is not a finite number; give it as missing (None) or correct it"
    )]
    NotFinite {
        /// Row of the value, from 0.
        row: usize,
        /// The value as given.
        value: f64,
    },
    /// Permutation p-values were asked for with no permutations.
    #[error(
        "0 permutations, but permutation p-values are to be the published ones; give a number such as 9999, leave it out to have it chosen, or take the normal reference"
    )]
    NoPermutations,
    /// More permutations than can be counted or waited for.
    #[error("{permutations} permutations are more than the limit of {limit}; give fewer")]
    TooManyPermutations {
        /// Number asked for.
        permutations: usize,
        /// Largest number accepted.
        limit: usize,
    },
    /// A neighbour number points outside the layer.
    #[error("zone {zone} lists neighbour {neighbour}, but there are only {zones} zones")]
    NeighbourOutOfRange {
        /// Zone whose list is wrong, from 0.
        zone: usize,
        /// The neighbour number as given.
        neighbour: usize,
        /// Number of zones.
        zones: usize,
    },
    /// More zones than neighbour lists can number.
    #[error("{zones} zones are more than the {limit} that neighbour lists can number; split the layer")]
    TooManyZones {
        /// Number of zones given.
        zones: usize,
        /// Largest number accepted.
        limit: usize,
    },
    /// A tolerance of contiguity that is negative, not a number or too wide.
    #[error("a tolerance of {tolerance_m} m; give 0 to {limit} m, 0 to compare borders exactly")]
    Tolerance {
        /// The tolerance asked for, metres.
        tolerance_m: f64,
        /// The widest accepted, metres.
        limit: f64,
    },
    /// The coordinates of a layer do not hold together.
    #[error(transparent)]
    Index(#[from] IndexError),
    /// No value is present.
    #[error("no zone has both a value and a neighbour with a value; check the field and the join")]
    NoObservations,
    /// All values are equal, so nothing can cluster.
    #[error("all {n} values are equal, so Moran's I is undefined; check the field")]
    ZeroVariance {
        /// Number of values present.
        n: usize,
    },
}
