//! Files named by their content.

use std::io;
use std::path::{Path, PathBuf};

use super::entry::Blob;
use super::sealed::put;

/// From so many bytes on, hashing in parallel outweighs its start.
const PARALLEL: usize = 1 << 17;

/// BLAKE3 of bytes at hand.
pub fn digest(bytes: &[u8]) -> blake3::Hash {
    let mut hasher = blake3::Hasher::new();
    match bytes.len() < PARALLEL {
        true => hasher.update(bytes),
        false => hasher.update_rayon(bytes),
    };
    hasher.finalize()
}

/// Where a blob lies in a folder of blobs.
pub fn path(folder: &Path, blob: &Blob) -> PathBuf {
    folder.join(format!("{}.arrow", blob.blake3))
}

/// Writes bytes under their own name; what is there already in the right length stays.
pub fn write(folder: &Path, bytes: &[u8]) -> io::Result<Blob> {
    let blob = Blob { blake3: digest(bytes).to_hex().to_string(), bytes: bytes.len() as u64 };
    let path = path(folder, &blob);
    if !path.metadata().is_ok_and(|found| found.len() == blob.bytes) {
        put(&path, bytes)?;
    }
    Ok(blob)
}

/// The bytes of a blob; `None` where they are not those that were written.
pub fn read(folder: &Path, blob: &Blob) -> Option<Vec<u8>> {
    let bytes = std::fs::read(path(folder, blob)).ok()?;
    (digest(&bytes).to_hex().as_str() == blob.blake3).then_some(bytes)
}
