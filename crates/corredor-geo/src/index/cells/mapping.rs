//! Mapping an index file into memory: the one place outside the reader of GDAL's stream that
//! needs `unsafe`.

use std::fs::File;
use std::io;

use memmap2::Mmap;

/// Maps a file for reading.
#[expect(unsafe_code, reason = "mapping a file is unsafe by nature; see the safety comment")]
pub(super) fn map(file: &File) -> io::Result<Mmap> {
    // SAFETY: the mapping is read-only, and index files are replaced by renaming, never written
    // in place, so the bytes behind the slice stay as they are while it lives. A program that
    // truncates the file in place would end this one with a bus error, as with any mapped file.
    unsafe { Mmap::map(file) }
}
