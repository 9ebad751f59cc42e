//! The rows of an answer, written as a table for people or in one of the formats that programs read.
//!
//! `columns` brings whatever a query yields to texts, integers, numbers, booleans and geometry; one file per format
//! prints them. A file appears whole or not at all.

mod columns;
mod csv;
mod error;
mod geojson;
mod gpkg;
mod json;
mod parquet;
mod shape;
mod table;
#[cfg(test)]
mod tests;

use std::io::{self, Write};
use std::path::{Path, PathBuf};

use arrow_array::RecordBatch;
use arrow_schema::SchemaRef;

pub use error::OutputError;

use columns::{Columns, Rows};
use corredor::lang::Lang;
use corredor::layer::write::Staged;

/// How an answer is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// A table for people.
    Table,
    /// CSV for spreadsheets, formulas guarded; geometry as WKT.
    Csv,
    /// One JSON array of objects; geometry as GeoJSON has it.
    Json,
    /// One JSON object a line.
    Ndjson,
    /// A FeatureCollection after RFC 7946.
    Geojson,
    /// Parquet; geometry as GeoParquet 1.1 has it.
    Parquet,
    /// GeoPackage, by GDAL.
    Gpkg,
}

impl Format {
    /// All formats.
    pub const ALL: [Self; 7] =
        [Self::Table, Self::Csv, Self::Json, Self::Ndjson, Self::Geojson, Self::Parquet, Self::Gpkg];

    /// Its word on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Self::Table => "table",
            Self::Csv => "csv",
            Self::Json => "json",
            Self::Ndjson => "ndjson",
            Self::Geojson => "geojson",
            Self::Parquet => "parquet",
            Self::Gpkg => "gpkg",
        }
    }

    /// The format that a file's ending asks for.
    pub fn of_file(path: &Path) -> Option<Self> {
        let ending = path.extension()?.to_str()?.to_ascii_lowercase();
        Some(match ending.as_str() {
            "txt" => Self::Table,
            "csv" => Self::Csv,
            "json" => Self::Json,
            "ndjson" | "jsonl" => Self::Ndjson,
            "geojson" => Self::Geojson,
            "parquet" | "geoparquet" | "pq" => Self::Parquet,
            "gpkg" => Self::Gpkg,
            _ => return None,
        })
    }

    /// Whether no terminal can show it.
    pub fn is_binary(self) -> bool {
        matches!(self, Self::Parquet | Self::Gpkg)
    }
}

/// Where an answer goes.
#[derive(Clone, Debug)]
pub enum Destination {
    /// Standard output.
    Stdout,
    /// A file, which appears whole or stays as it was.
    File(PathBuf),
    /// The same, for nobody but its owner to read.
    Private(PathBuf),
}

/// How a table looks.
#[derive(Clone, Copy, Debug)]
pub struct Look {
    /// Columns of the terminal; no limit where there is none.
    pub width: Option<u16>,
    /// Language of its remarks.
    pub lang: Lang,
}

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

/// One format at work.
trait Sink {
    /// Takes up rows.
    fn rows(&mut self, rows: &Rows) -> Result<(), OutputError>;

    /// Writes what is left, and puts the file in its place.
    fn finish(self: Box<Self>) -> Result<(), OutputError>;
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

/// Where bytes go.
enum Bytes {
    Stdout(io::BufWriter<io::Stdout>),
    File(Staged),
}

impl Bytes {
    fn begin(destination: &Destination) -> Result<Self, OutputError> {
        match destination {
            Destination::Stdout => Ok(Self::Stdout(io::BufWriter::with_capacity(1 << 16, io::stdout()))),
            Destination::File(path) | Destination::Private(path) => {
                let staged = match destination {
                    Destination::Private(_) => Staged::create_private(path),
                    _ => Staged::create(path),
                };
                staged
                    .map(Self::File)
                    .map_err(|error| OutputError::Io { what: path.display().to_string(), error })
            }
        }
    }

    fn put(&mut self, bytes: &[u8]) -> Result<(), OutputError> {
        self.write_all(bytes).map_err(|error| self.failed(error))
    }

    fn failed(&self, error: io::Error) -> OutputError {
        let what = match self {
            Self::Stdout(_) => "stdout".to_owned(),
            Self::File(file) => file.out().display().to_string(),
        };
        OutputError::Io { what, error }
    }

    fn finish(mut self) -> Result<(), OutputError> {
        match &mut self {
            Self::Stdout(out) => out.flush().map_err(|error| self.failed(error)),
            Self::File(_) => {
                let Self::File(file) = self else { return Ok(()) };
                let what = file.out().display().to_string();
                file.finish().map_err(|error| OutputError::Io { what, error })
            }
        }
    }
}

impl Write for Bytes {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            Self::Stdout(out) => out.write(bytes),
            Self::File(file) => file.write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match self {
            Self::Stdout(out) => out.flush(),
            Self::File(file) => file.flush(),
        }
    }
}
