//! One format at work.

use super::OutputError;
use super::columns::Rows;

/// One format at work.
pub(super) trait Sink {
    /// Takes up rows.
    fn rows(&mut self, rows: &Rows) -> Result<(), OutputError>;

    /// Writes what is left, and puts the file in its place.
    fn finish(self: Box<Self>) -> Result<(), OutputError>;
}
