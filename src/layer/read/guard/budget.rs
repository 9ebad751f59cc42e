//! What may come out of a source, by what it has on disk.

use arrow_array::RecordBatch;

use super::ReadError;
use super::pass::Pass;

/// Bytes in memory that any source may come to.
const ALWAYS: u64 = 1 << 30;

/// Bytes in memory for each byte that a source has, unpacked: a cell of one letter takes 9, one that is left out too.
const TIMES: u64 = 64;

/// The bytes that may still come.
#[derive(Debug)]
pub(in crate::layer::read) struct Budget {
    file: String,
    most: Option<u64>,
    so_far: u64,
}

impl Budget {
    /// For one source; databases and servers say no size.
    pub fn of(pass: &Pass, file: &str) -> Self {
        let most = pass.bytes.map(|bytes| bytes.saturating_mul(TIMES).saturating_add(ALWAYS));
        Self { file: file.to_owned(), most, so_far: 0 }
    }

    /// Takes the bytes of a batch.
    ///
    /// # Errors
    /// [`ReadError::TooMuch`].
    pub fn take(&mut self, batch: &RecordBatch) -> Result<(), ReadError> {
        self.so_far = self.so_far.saturating_add(batch.get_array_memory_size() as u64);
        match self.most {
            Some(most) if self.so_far > most => Err(ReadError::TooMuch {
                file: self.file.clone(),
                what: format!("it grows to more than {most} bytes, far more than it has"),
            }),
            _ => Ok(()),
        }
    }
}
