//! How much of a source is looked at.

/// Bytes of a file that are looked at to tell what it is.
pub(super) const HEAD: u64 = 1 << 16;

/// The longest text of a format whose text is looked through: longer ones belong into a format without links.
pub(super) const LONGEST_TEXT: u64 = 4 << 30;
