//! A file that appears whole or not at all.

use std::fs::{File, Permissions};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;

/// Bytes that are gathered before they are written.
const BUFFER: usize = 1 << 20;

/// A file beside the one to write, which it becomes at the end; gone where that does not come.
#[derive(Debug)]
pub struct Staged {
    file: BufWriter<NamedTempFile>,
    out: PathBuf,
}

impl Staged {
    /// Writes a file whose bytes are there already, whole or not at all.
    pub fn write_whole(out: &Path, bytes: &[u8]) -> io::Result<()> {
        let mut staged = Self::create(out)?;
        staged.write_all(bytes)?;
        staged.finish()
    }

    /// The same for a file that nobody but its owner may read.
    pub fn write_whole_private(out: &Path, bytes: &[u8]) -> io::Result<()> {
        let mut staged = Self::create_private(out)?;
        staged.write_all(bytes)?;
        staged.finish()
    }

    /// Begins a file beside `out`.
    pub fn create(out: &Path) -> io::Result<Self> {
        Self::with(out, open_to_the_mask())
    }

    /// Begins a file beside `out` that nobody but its owner may read.
    pub fn create_private(out: &Path) -> io::Result<Self> {
        Self::with(out, None)
    }

    fn with(out: &Path, permissions: Option<Permissions>) -> io::Result<Self> {
        if out.is_dir() {
            return Err(io::ErrorKind::IsADirectory.into());
        }
        let folder = out.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
        if !folder.is_dir() {
            return Err(io::Error::new(io::ErrorKind::NotFound, "there is no such folder"));
        }
        let mut builder = tempfile::Builder::new();
        builder.prefix(".corredor-");
        if let Some(permissions) = &permissions {
            builder.permissions(permissions.clone());
        }
        let file = builder.tempfile_in(folder)?;
        Ok(Self { file: BufWriter::with_capacity(BUFFER, file), out: out.to_owned() })
    }

    /// The file that it becomes.
    pub fn out(&self) -> &Path {
        &self.out
    }

    /// A second handle, for a writer that wants a file of its own.
    pub fn handle(&self) -> io::Result<File> {
        self.file.get_ref().as_file().try_clone()
    }

    /// Puts the file in its place.
    pub fn finish(self) -> io::Result<()> {
        let Self { file, out } = self;
        let file = file.into_inner().map_err(io::IntoInnerError::into_error)?;
        file.as_file().sync_data()?;
        file.persist(&out).map_err(|error| error.error)?;
        Ok(())
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
