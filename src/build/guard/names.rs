//! What the guards of sources are called.

/// What the guards of sources are called, where one is accepted.
pub(in crate::build) const NAMES: [&str; 4] = ["fewer_rows", "more_rows", "fewer_values", "cut_line"];
