//! What coverage refuses.

use thiserror::Error;

use crate::index::IndexError;

use super::reach::MAX_REACH_KM;

/// Inputs that coverage cannot work on.
#[derive(Debug, Error, PartialEq)]
pub enum CoverageError {
    /// A reach that is negative, not a number or too far.
    #[error("a reach of {reach_km} km; give 0 to {MAX_REACH_KM} km (a day on foot is 30)")]
    Reach {
        /// The reach asked for.
        reach_km: f64,
    },
    /// The geometries do not match the stretches.
    #[error("{lines} lines for {stretches} stretches; give one line per stretch, in their order")]
    StretchCount {
        /// Number of lines.
        lines: usize,
        /// Number of stretches.
        stretches: usize,
    },
    /// The coordinates of a layer do not hold together.
    #[error(transparent)]
    Index(#[from] IndexError),
}
