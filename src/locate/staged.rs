//! A file that appears whole or not at all.

use std::fs::{File, Permissions};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;

use super::LocateError;

/// Bytes that are gathered before they are written.
const BUFFER: usize = 1 << 20;

/// A file beside the one to write, which it becomes at the end; gone where that does not come.
pub(crate) struct Staged {
    file: BufWriter<NamedTempFile>,
    out: PathBuf,
}

impl Staged {
    /// Begins a file beside `out`.
    pub fn create(out: &Path) -> Result<Self, LocateError> {
        let fail = |error| LocateError::Output { out: out.to_owned(), error };
        if out.is_dir() {
            return Err(fail(io::ErrorKind::IsADirectory.into()));
        }
        let folder = out.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
        if !folder.is_dir() {
            return Err(fail(io::Error::new(io::ErrorKind::NotFound, "there is no such folder")));
        }
        let mut builder = tempfile::Builder::new();
        builder.prefix(".corredor-");
        let permissions = open_to_the_mask();
        if let Some(permissions) = &permissions {
            builder.permissions(permissions.clone());
        }
        let file = builder.tempfile_in(folder).map_err(fail)?;
        Ok(Self { file: BufWriter::with_capacity(BUFFER, file), out: out.to_owned() })
    }

    /// A second handle, for a writer that wants a file of its own.
    pub fn handle(&self) -> Result<File, LocateError> {
        self.file.get_ref().as_file().try_clone().map_err(|error| self.fail(error))
    }

    /// Puts the file in its place.
    pub fn finish(self) -> Result<(), LocateError> {
        let Self { file, out } = self;
        let fail = |error| LocateError::Output { out: out.clone(), error };
        let file = file.into_inner().map_err(|error| fail(error.into_error()))?;
        file.as_file().sync_data().map_err(fail)?;
        file.persist(&out).map_err(|error| fail(error.error))?;
        Ok(())
    }

    /// What to say where writing fails.
    pub fn fail(&self, error: io::Error) -> LocateError {
        LocateError::Output { out: self.out.clone(), error }
    }
}

impl Write for Staged {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.file.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

/// The permissions of any new file: temporary files are closed to others by themselves.
#[cfg(unix)]
fn open_to_the_mask() -> Option<Permissions> {
    use std::os::unix::fs::PermissionsExt;
    Some(Permissions::from_mode(0o666))
}

#[cfg(not(unix))]
fn open_to_the_mask() -> Option<Permissions> {
    None
}
