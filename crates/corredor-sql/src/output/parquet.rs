//! Parquet as the query yields it; geometry as WKB, with what GeoParquet 1.1 says about it.

use std::collections::BTreeSet;
use std::sync::Arc;

use arrow_array::RecordBatch;
use arrow_schema::{DataType, Field, Schema, SchemaRef};
use parquet::arrow::ArrowWriter;
use parquet::basic::Compression;
use parquet::errors::ParquetError;
use parquet::file::metadata::KeyValue;
use parquet::file::properties::WriterProperties;
use serde_json::json;

use super::OutputError;
use super::columns::{Columns, Holds, Rows};
use super::csv::shape;
use super::destination::Bytes;
use super::shape::Kind;
use super::sink::Sink;

/// A Parquet file at work.
pub(super) struct Parquet {
    columns: Columns,
    schema: SchemaRef,
    writer: ArrowWriter<Bytes>,
    seen: Vec<Seen>,
}

/// What a column of geometry held.
struct Seen {
    at: usize,
    name: String,
    kinds: BTreeSet<Kind>,
    bounds: Option<[f64; 4]>,
}

impl Parquet {
    /// Begins a file, compressed with Snappy, which every reader knows.
    pub fn begin(columns: &Columns, out: Bytes) -> Result<Self, OutputError> {
        let fields = columns.all.iter().map(|column| Field::new(&column.name, stored(column.holds), true));
        let schema = Arc::new(Schema::new(fields.collect::<Vec<_>>()));
        let seen = columns.geometries().map(|(at, column)| Seen {
            at,
            name: column.name.clone(),
            kinds: BTreeSet::new(),
            bounds: None,
        });
        let seen = seen.collect();
        let properties = WriterProperties::builder()
            .set_compression(Compression::SNAPPY)
            .set_created_by(concat!("corredor ", env!("CARGO_PKG_VERSION")).to_owned())
            .build();
        let writer = ArrowWriter::try_new(out, Arc::clone(&schema), Some(properties)).map_err(failed)?;
        Ok(Self { columns: columns.clone(), schema, writer, seen })
    }

    /// The `geo` metadata; WGS84, longitude first, is what holds where no CRS is stated.
    fn geo(&self) -> Option<String> {
        let primary = &self.seen.first()?.name;
        let columns: serde_json::Map<String, serde_json::Value> = self
            .seen
            .iter()
            .map(|seen| {
                let kinds: Vec<&str> = seen.kinds.iter().map(|kind| kind.name()).collect();
                let mut column = json!({"encoding": "WKB", "geometry_types": kinds});
                if let Some(bounds) = seen.bounds {
                    column["bbox"] = json!(bounds);
                }
                (seen.name.clone(), column)
            })
            .collect();
        Some(json!({"version": "1.1.0", "primary_column": primary, "columns": columns}).to_string())
    }
}

impl Sink for Parquet {
    fn rows(&mut self, rows: &Rows) -> Result<(), OutputError> {
        for seen in &mut self.seen {
            for row in 0..rows.count {
                let Some(shape) = shape(rows, seen.at, row, &self.columns.all[seen.at].name)? else {
                    continue;
                };
                seen.kinds.insert(shape.kind());
                shape.positions(&mut |[x, y]| {
                    let b = seen.bounds.get_or_insert([x, y, x, y]);
                    *b = [b[0].min(x), b[1].min(y), b[2].max(x), b[3].max(y)];
                });
            }
        }
        let options = arrow_array::RecordBatchOptions::new().with_row_count(Some(rows.count));
        let batch =
            RecordBatch::try_new_with_options(Arc::clone(&self.schema), rows.columns.clone(), &options)
                .map_err(|error| failed(error.into()))?;
        self.writer.write(&batch).map_err(failed)
    }

    fn finish(mut self: Box<Self>) -> Result<(), OutputError> {
        if let Some(geo) = self.geo() {
            self.writer.append_key_value_metadata(KeyValue::new("geo".to_owned(), geo));
        }
        self.writer.into_inner().map_err(failed)?.finish()
    }
}

fn stored(holds: Holds) -> DataType {
    match holds {
        Holds::Text => DataType::Utf8,
        Holds::Integer => DataType::Int64,
        Holds::Number => DataType::Float64,
        Holds::Boolean => DataType::Boolean,
        Holds::Geometry(_) => DataType::Binary,
    }
}

fn failed(error: ParquetError) -> OutputError {
    let error = match error {
        ParquetError::External(source) => match source.downcast::<std::io::Error>() {
            Ok(error) => *error,
            Err(source) => std::io::Error::other(source),
        },
        error => std::io::Error::other(error),
    };
    OutputError::Io { what: "parquet".to_owned(), error }
}
