//! dBASE tables (.dbf), as statistical offices publish them, through GDAL's Arrow stream.

use super::super::MicrodataError;
use super::piece::{Piece, Pieces};
use crate::layer::read::{Batches, Kind, Options, batches};

/// A dBASE table whose fields were read.
pub(super) struct Table {
    file: String,
    batches: Batches,
}

impl Table {
    /// Opens a table; `encoding` holds where the file does not state its own rightly.
    pub fn open(file: &str, encoding: Option<&str>) -> Result<(Self, Vec<String>), MicrodataError> {
        let mut options = Options::new(file, Kind::None, "");
        options.encoding = encoding.map(str::to_owned);
        // Numbers of rows take the place of a key.
        options.number_rows = true;
        let (head, batches) = batches(&options)?;
        let fields = head.schema.fields().iter().map(|field| field.name().clone()).collect();
        Ok((Self { file: file.to_owned(), batches }, fields))
    }

    /// The columns of all rows. Texts come as they are written, numbers as numbers.
    pub fn batches(self, columns: &[usize]) -> Pieces {
        let Self { file, batches } = self;
        let columns = columns.to_vec();
        let mut first = 1;
        Box::new(batches.map(move |batch| {
            let batch = batch?.project(&columns).map_err(|error| MicrodataError::Damaged {
                file: file.clone(),
                format: "dBASE",
                reason: error.to_string(),
            })?;
            let before = first;
            first += batch.num_rows() as u64;
            Ok(Piece::Batch(batch, before))
        }))
    }
}
