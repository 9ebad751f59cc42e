//! The pieces that a file comes in.

use arrow_array::RecordBatch;

use crate::locate::Block;
use crate::risk::microdata::MicrodataError;

/// A part of a file.
pub(in crate::risk::microdata) enum Piece {
    /// Whole lines.
    Block(Block),
    /// Columns, and the number of their first row, from 1.
    Batch(RecordBatch, u64),
}

/// Pieces in the order of the file.
pub(in crate::risk::microdata) type Pieces = Box<dyn Iterator<Item = Result<Piece, MicrodataError>> + Send>;
