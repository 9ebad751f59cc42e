//! What is kept of the rows themselves.

use arrow_schema::SchemaRef;

/// Whether rows are kept, and for what.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::locate) enum Keep {
    /// Nothing: points are counted.
    Nothing,
    /// Rows for a CSV; a geometry becomes columns `lon` and `lat`.
    ForCsv,
    /// Rows for Parquet.
    ForParquet,
}

/// The columns of rows that are kept.
pub(in crate::locate) enum Kept<'a> {
    /// Rows stay text.
    Text {
        /// The header as it stands, without its line end.
        header: &'a [u8],
        delimiter: u8,
        line_end: &'static [u8],
        names: &'a [String],
    },
    /// Rows are Arrow batches of these columns, with metadata of the file.
    Table { schema: SchemaRef, metadata: Vec<(String, Option<String>)> },
}
