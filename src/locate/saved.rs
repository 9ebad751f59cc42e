//! What became of the file of an index.

use serde::Serialize;

/// What became of the file of an index.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Saved {
    /// It was not there, and was written.
    Written,
    /// It was there, built from these very zones, and is used.
    Mapped,
}
