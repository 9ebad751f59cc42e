//! What is wrong with a run that stands.

use serde::Serialize;

/// What is wrong with a file of a run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum FaultKind {
    /// It is not there.
    Missing,
    /// Its bytes are not those that were published.
    Changed,
    /// It was not published.
    Foreign,
    /// It says nothing that can be checked against.
    Unreadable,
    /// This user may not read it.
    Denied,
}

/// One fault of a run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Fault {
    /// The file.
    pub file: String,
    /// What is wrong.
    pub fault: FaultKind,
}
