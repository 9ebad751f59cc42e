//! The rows of an answer, written as a table for people or in one of the formats that programs read.
//!
//! `columns` brings whatever a query yields to texts, integers, numbers, booleans and geometry; one file per format
//! prints them. A file appears whole or not at all.

mod columns;
mod csv;
mod destination;
mod error;
mod format;
mod geojson;
mod gpkg;
mod json;
mod parquet;
mod shape;
mod sink;
mod table;
#[cfg(test)]
mod tests;

use arrow_array::RecordBatch;
use arrow_schema::SchemaRef;

pub use destination::Destination;
pub use error::OutputError;
pub use format::Format;
pub use table::Look;

use columns::Columns;
use destination::Bytes;
use sink::Sink;

/// The columns of an answer, each with a word for what it holds: a type of layers, or a kind of geometry.
///
/// # Errors
/// Geometry whose type is not declared as GeoArrow has it.
pub fn fields(schema: &SchemaRef) -> Result<Vec<(String, &'static str)>, OutputError> {
    let columns = Columns::new(schema, Format::Table)?;
    Ok(columns.all.into_iter().map(|column| (column.name, column.holds.word())).collect())
}

/// Writes an answer, batch by batch.
pub struct Writer {
    columns: Columns,
    sink: Box<dyn Sink>,
    rows: u64,
}

impl Writer {
    /// Begins an answer with these columns.
    ///
    /// # Errors
    /// Columns that the format cannot hold: none or several of geometry, names that occur twice; a file that cannot
    /// be made.
    pub fn begin(
        format: Format,
        destination: &Destination,
        schema: &SchemaRef,
        look: Look,
    ) -> Result<Self, OutputError> {
        let columns = Columns::new(schema, format)?;
        let sink: Box<dyn Sink> = match format {
            Format::Table => Box::new(table::Table::new(&columns, Bytes::begin(destination)?, look)),
            Format::Csv => Box::new(csv::Csv::begin(&columns, Bytes::begin(destination)?)?),
            Format::Json => Box::new(json::Json::begin(&columns, Bytes::begin(destination)?, true)?),
            Format::Ndjson => Box::new(json::Json::begin(&columns, Bytes::begin(destination)?, false)?),
            Format::Geojson => Box::new(geojson::Geojson::new(&columns, Bytes::begin(destination)?)),
            Format::Parquet => Box::new(parquet::Parquet::begin(&columns, Bytes::begin(destination)?)?),
            Format::Gpkg => Box::new(gpkg::Gpkg::begin(&columns, destination)?),
        };
        Ok(Self { columns, sink, rows: 0 })
    }

    /// Writes some rows.
    ///
    /// # Errors
    /// Values that the format cannot hold; a destination that takes no more. Where that is a pipe whose reader has
    /// seen enough, [`OutputError::is_closed_pipe`] says so.
    pub fn write(&mut self, batch: &RecordBatch) -> Result<(), OutputError> {
        let rows = self.columns.rows(batch, self.rows)?;
        self.sink.rows(&rows)?;
        self.rows += batch.num_rows() as u64;
        Ok(())
    }

    /// Ends the answer; says how many rows there were.
    ///
    /// # Errors
    /// As [`Writer::write`]. A file is then as it was before.
    pub fn finish(self) -> Result<u64, OutputError> {
        self.sink.finish()?;
        Ok(self.rows)
    }
}
