//! Parquet, row group by row group, encoded in parallel.

use std::fs::File;
use std::path::Path;
use std::sync::Arc;

use arrow_array::RecordBatch;
use arrow_schema::SchemaRef;
use parquet::arrow::ArrowWriter;
use parquet::arrow::arrow_writer::{ArrowColumnChunk, ArrowRowGroupWriterFactory, compute_leaves};
use parquet::basic::Compression;
use parquet::errors::{ParquetError, Result};
use parquet::file::metadata::KeyValue;
use parquet::file::properties::WriterProperties;
use parquet::file::writer::SerializedFileWriter;

use super::LocateError;

/// A Parquet file that is being written.
pub(super) struct Packed {
    writer: SerializedFileWriter<File>,
}

/// Encodes row groups; for all threads.
pub(super) struct Encoder {
    factory: ArrowRowGroupWriterFactory,
    schema: SchemaRef,
}

/// A row group, ready to be appended.
pub(super) struct RowGroup(Vec<ArrowColumnChunk>);

/// Begins a file, compressed with Snappy, which every reader knows.
pub(super) fn begin(
    file: File,
    schema: &SchemaRef,
    metadata: Vec<(String, Option<String>)>,
) -> Result<(Packed, Encoder)> {
    let metadata: Vec<KeyValue> = metadata.into_iter().map(|(key, value)| KeyValue { key, value }).collect();
    let properties = WriterProperties::builder()
        .set_compression(Compression::SNAPPY)
        .set_created_by(concat!("corredor ", env!("CARGO_PKG_VERSION")).to_owned())
        .set_key_value_metadata((!metadata.is_empty()).then_some(metadata))
        .build();
    let writer = ArrowWriter::try_new(file, Arc::clone(schema), Some(properties))?;
    let (writer, factory) = writer.into_serialized_writer()?;
    Ok((Packed { writer }, Encoder { factory, schema: Arc::clone(schema) }))
}

impl Encoder {
    /// Encodes a batch of the file's columns as a row group.
    pub fn encode(&self, batch: &RecordBatch) -> Result<RowGroup> {
        let mut writers = self.factory.create_column_writers(0)?.into_iter();
        let mut chunks = Vec::new();
        for (field, column) in self.schema.fields().iter().zip(batch.columns()) {
            for leaf in compute_leaves(field, column)? {
                let mut writer =
                    writers.next().ok_or_else(|| ParquetError::General("a column too many".to_owned()))?;
                writer.write(&leaf)?;
                chunks.push(writer.close()?);
            }
        }
        Ok(RowGroup(chunks))
    }
}

impl Packed {
    /// Appends a row group.
    pub fn append(&mut self, group: RowGroup) -> Result<()> {
        let mut writer = self.writer.next_row_group()?;
        for chunk in group.0 {
            chunk.append_to_row_group(&mut writer)?;
        }
        writer.close()?;
        Ok(())
    }

    /// Writes what ends the file.
    pub fn finish(self) -> Result<()> {
        self.writer.close().map(|_| ())
    }
}

/// A failure of the Parquet writer, as one of the file.
pub(super) fn failed(out: &Path, error: ParquetError) -> LocateError {
    LocateError::Output { out: out.to_owned(), error: std::io::Error::other(error) }
}
