//! Hearing how far a run has come.

/// In what the length of an input is known before it is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Length {
    /// Rows.
    Rows(u64),
    /// Bytes of the file, compressed ones where it is compressed.
    Bytes(u64),
    /// Not known.
    Unknown,
}

/// Hears about a run while it goes on; called from any thread.
pub trait Watch: Sync {
    /// Points begin to come.
    fn begin(&self, length: Length);
    /// So many more points are located, from so many more bytes of the input.
    fn advance(&self, points: u64, bytes: u64);
}

/// A watch that says nothing.
#[derive(Clone, Copy, Debug, Default)]
pub struct Unwatched;

impl Watch for Unwatched {
    fn begin(&self, _: Length) {}
    fn advance(&self, _: u64, _: u64) {}
}
