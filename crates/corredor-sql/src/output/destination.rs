//! Where an answer goes.

use std::io::{self, Write};
use std::path::PathBuf;

use super::OutputError;
use corredor::layer::write::Staged;

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

/// Where bytes go.
pub(super) enum Bytes {
    Stdout(io::BufWriter<io::Stdout>),
    File(Staged),
}

impl Bytes {
    pub(super) fn begin(destination: &Destination) -> Result<Self, OutputError> {
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

    pub(super) fn put(&mut self, bytes: &[u8]) -> Result<(), OutputError> {
        self.write_all(bytes).map_err(|error| self.failed(error))
    }

    pub(super) fn failed(&self, error: io::Error) -> OutputError {
        let what = match self {
            Self::Stdout(_) => "stdout".to_owned(),
            Self::File(file) => file.out().display().to_string(),
        };
        OutputError::Io { what, error }
    }

    pub(super) fn finish(mut self) -> Result<(), OutputError> {
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
