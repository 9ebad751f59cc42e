//! The 32-bit codes of tiles and cells: an answer, a node of cells, or a border cell.

/// What a code says, in its two highest bits.
const KIND: u32 = 3 << 30;
const NODE: u32 = 1 << 30;
const BORDER: u32 = 2 << 30;

/// The largest number that a code holds.
pub(super) const MAX_VALUE: u32 = !KIND;

/// The code of what lies in no zone.
pub(super) const NO_ZONE: u32 = MAX_VALUE;

/// Every position of the tile or cell is in this zone.
pub(super) fn zone(zone: u32) -> u32 {
    zone
}

/// The tile is divided; the number of its node.
pub(super) fn node(number: u32) -> u32 {
    NODE | number
}

/// Borders cross the cell; where its record begins, in words.
pub(super) fn border(word: u32) -> u32 {
    BORDER | word
}

#[inline]
pub(super) fn is_node(code: u32) -> bool {
    code & KIND == NODE
}

#[inline]
pub(super) fn is_border(code: u32) -> bool {
    code & KIND == BORDER
}

#[inline]
pub(super) fn is_zone(code: u32) -> bool {
    code & KIND == 0
}

#[inline]
pub(super) fn value(code: u32) -> u32 {
    code & MAX_VALUE
}
