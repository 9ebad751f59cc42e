//! The parts of an input that are read one by one.

use arrow_array::RecordBatch;

use super::blocks::Block;
use super::parquet;
use crate::locate::LocateError;

/// A part of an input that one thread reads.
pub(in crate::locate) enum Unit {
    /// Rows of a Parquet file.
    Rows(parquet::Slice),
    /// Lines of text.
    Block(Block),
    /// A batch of a GDAL source, and the number of rows before it.
    Batch(RecordBatch, u64),
}

/// Units in the order of the input.
pub(in crate::locate) type Units<'a> = Box<dyn Iterator<Item = Result<Unit, LocateError>> + Send + 'a>;
