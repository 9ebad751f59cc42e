//! A file that appears whole or not at all, and what to say where it cannot be written.

use std::fs::File;
use std::io::{self, Write};
use std::path::Path;

use super::LocateError;
use crate::layer::write;

/// A file beside the one to write, which it becomes at the end; gone where that does not come.
pub(super) struct Staged(write::Staged);

impl Staged {
    /// Begins a file beside `out`.
    pub fn create(out: &Path) -> Result<Self, LocateError> {
        let file = write::Staged::create(out);
        file.map(Self).map_err(|error| LocateError::Output { out: out.to_owned(), error })
    }

    /// A second handle, for a writer that wants a file of its own.
    pub fn handle(&self) -> Result<File, LocateError> {
        self.0.handle().map_err(|error| self.fail(error))
    }

    /// Puts the file in its place.
    pub fn finish(self) -> Result<(), LocateError> {
        let out = self.0.out().to_owned();
        self.0.finish().map_err(|error| LocateError::Output { out, error })
    }

    /// What to say where writing fails.
    pub fn fail(&self, error: io::Error) -> LocateError {
        LocateError::Output { out: self.0.out().to_owned(), error }
    }
}

impl Write for Staged {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}
