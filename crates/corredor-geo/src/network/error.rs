//! What the network room refuses.

use thiserror::Error;

use crate::hotspot::HotspotError;
use crate::index::IndexError;
use crate::join::JoinError;

/// Inputs that no lixels, graph or rates can be made of.
#[derive(Debug, Error, PartialEq)]
pub enum NetworkError {
    /// A length or distance that is not above zero, or is no number.
    #[error("{what} is {value}; it must be a number above 0")]
    NotPositive {
        /// The setting, with its unit.
        what: &'static str,
        /// Its value.
        value: f64,
    },
    /// More lixels than numbers for them.
    #[error("lines of {km:.0} km make {lixels:.0} lixels, more than can be numbered; make them longer")]
    TooMany {
        /// Length of the lines, km.
        km: f64,
        /// Lixels that it would make.
        lixels: f64,
    },
    /// A line without length: no lixel has kilometres of it.
    #[error("line {line} has no length; leave it out")]
    NoLength {
        /// The line, counted from 0.
        line: usize,
    },
    /// There is not one value for each lixel.
    #[error("{values} {what} for {lixels} lixels; give one for each")]
    Count {
        /// What the values are.
        what: &'static str,
        /// How many there are.
        values: usize,
        /// Number of lixels.
        lixels: usize,
    },
    /// A number of events or an exposure that is below zero or no number.
    #[error("the {what} of lixel {lixel} is {value}; it must be a number, 0 or more")]
    NotAmount {
        /// What the value is.
        what: &'static str,
        /// The lixel, counted from 0.
        lixel: usize,
        /// The value.
        value: f64,
    },
    /// Nothing to compute a rate over.
    #[error("no lixel has any exposure; give kilometres and years above 0")]
    NoExposure,
    /// Coordinates or offsets that do not fit together.
    #[error(transparent)]
    Index(#[from] IndexError),
    /// Points that cannot be indexed.
    #[error(transparent)]
    Join(#[from] JoinError),
    /// Neighbours that cannot be listed.
    #[error(transparent)]
    Hotspot(#[from] HotspotError),
}
