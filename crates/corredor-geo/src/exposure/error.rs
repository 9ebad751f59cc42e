//! What exposure refuses.

use thiserror::Error;

/// Inputs that do not belong together.
#[derive(Debug, Error, PartialEq)]
pub enum CorridorError {
    /// A stretch names a zone that has no entry among the risk values.
    #[error("a stretch is in zone {zone}, but there are {zones} risk values; give one per zone")]
    NoSuchZone {
        /// The zone of the stretch.
        zone: u32,
        /// Number of risk values.
        zones: usize,
    },
    /// A stretch names a line past the number of lines.
    #[error("a stretch is of line {line}, but there are {lines} lines; pass their full number")]
    NoSuchLine {
        /// The line of the stretch.
        line: u32,
        /// Number of lines.
        lines: usize,
    },
    /// There is not one flow per line.
    #[error("{flows} flows for {lines} lines; give one per line, empty where unknown")]
    FlowCount {
        /// Number of flows.
        flows: usize,
        /// Number of lines.
        lines: usize,
    },
    /// A risk value or a flow that is no finite number.
    #[error("the {what} of number {index} is {value}; leave it empty where it is unknown")]
    NotFinite {
        /// What the value is: risk or flow.
        what: &'static str,
        /// Number of the zone or line.
        index: usize,
        /// The value.
        value: f64,
    },
}
