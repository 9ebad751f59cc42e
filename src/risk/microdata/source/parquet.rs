//! Parquet files.

use std::fs::File;

use arrow_array::RecordBatchReader;
use parquet::arrow::ProjectionMask;
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;

use super::super::MicrodataError;
use super::piece::{Piece, Pieces};

/// Rows decoded at a time.
const BATCH_ROWS: usize = 1 << 16;

/// A Parquet file whose schema was read.
pub(super) struct Table {
    file: String,
    builder: ParquetRecordBatchReaderBuilder<File>,
}

impl Table {
    pub fn open(file: &str) -> Result<(Self, Vec<String>), MicrodataError> {
        let input =
            File::open(file).map_err(|error| MicrodataError::Unreadable { file: file.to_owned(), error })?;
        let builder =
            ParquetRecordBatchReaderBuilder::try_new(input).map_err(|error| damaged(file, &error))?;
        let fields = builder.schema().fields().iter().map(|f| f.name().clone()).collect();
        Ok((Self { file: file.to_owned(), builder }, fields))
    }

    pub fn batches(self, columns: &[usize]) -> Result<Pieces, MicrodataError> {
        let Self { file, builder } = self;
        let mask = ProjectionMask::roots(builder.parquet_schema(), columns.iter().copied());
        let reader = builder
            .with_projection(mask)
            .with_batch_size(BATCH_ROWS)
            .build()
            .map_err(|error| damaged(&file, &error))?;
        debug_assert_eq!(reader.schema().fields().len(), columns.len());
        let mut first = 1;
        Ok(Box::new(reader.map(move |batch| {
            let batch = batch.map_err(|error| damaged(&file, &error))?;
            let before = first;
            first += batch.num_rows() as u64;
            Ok(Piece::Batch(batch, before))
        })))
    }
}

fn damaged(file: &str, error: &impl ToString) -> MicrodataError {
    MicrodataError::Damaged { file: file.to_owned(), format: "Parquet", reason: error.to_string() }
}
