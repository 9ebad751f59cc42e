//! How many rows a batch has.

/// Rows of a batch: what the index joins look up at a time.
pub(super) const BATCH_ROWS: usize = 16_384;
