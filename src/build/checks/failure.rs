//! Tests that failed.

use serde::Serialize;

use crate::layer::{EXAMPLES, Layer};

/// A test that failed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct CheckFailure {
    /// The layer.
    pub layer: String,
    /// The test's key in its `[check]` table.
    pub check: &'static str,
    /// What is wrong, with the first offending keys.
    pub message: String,
}

impl std::fmt::Display for CheckFailure {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "`{}`, {}: {}", self.layer, self.check, self.message)
    }
}

impl CheckFailure {
    /// What it is called where it is accepted.
    pub fn name(&self) -> String {
        format!("{}.{}", self.layer, self.check)
    }
}

/// Failed tests of one layer: the test and the message.
pub(in crate::build) type Found = Vec<(&'static str, String)>;

/// The first keys of those rows, and how many more.
pub(super) fn examples(layer: &Layer, rows: &[usize]) -> String {
    let keys = layer.keys();
    let shown: Vec<&str> = rows.iter().take(EXAMPLES).map(|&row| keys[row]).collect();
    let more = rows.len().saturating_sub(EXAMPLES);
    match more {
        0 => shown.join(", "),
        more => format!("{}, +{more}", shown.join(", ")),
    }
}
