//! Files are files: a device or a pipe need not end.

use std::fs::{self, FileType};
use std::os::unix::fs::FileTypeExt;
use std::path::Path;

use super::ReadError;

/// Entries of a folder, and files beside a file, that are looked at.
const MOST_LOOKED_AT: usize = 10_000;

/// What a path is, where it is neither a file nor a folder.
pub fn irregular(path: &Path) -> Option<&'static str> {
    fs::metadata(path).ok().and_then(|metadata| name(metadata.file_type()))
}

fn name(kind: FileType) -> Option<&'static str> {
    match () {
        () if kind.is_char_device() => Some("a device"),
        () if kind.is_block_device() => Some("a disk"),
        () if kind.is_fifo() => Some("a pipe"),
        () if kind.is_socket() => Some("a socket"),
        () => None,
    }
}

/// Refuses a path that is neither a file nor a folder, and one that has such beside or in it, which a driver would open;
/// gives the bytes of what lies beside or in it.
pub(super) fn check(path: &Path, file: &str) -> Result<u64, ReadError> {
    let refused = |path: &Path, found| ReadError::NotRegular {
        file: file.to_owned(),
        path: path.file_name().map_or_else(String::new, |name| name.to_string_lossy().into_owned()),
        found,
    };
    if let Some(found) = irregular(path) {
        return Err(refused(path, found));
    }
    let stem = path.file_stem();
    let (folder, all) = match path.is_dir() {
        true => (Some(path), true),
        false => (path.parent().map(|p| if p.as_os_str().is_empty() { Path::new(".") } else { p }), false),
    };
    let mut bytes = 0_u64;
    let entries = folder.and_then(|folder| fs::read_dir(folder).ok());
    for entry in entries.into_iter().flatten().flatten().take(MOST_LOOKED_AT) {
        let beside = entry.path();
        if !all && beside.file_stem() != stem {
            continue;
        }
        if let Some(found) = irregular(&beside) {
            return Err(refused(&beside, found));
        }
        if beside != path {
            bytes = bytes.saturating_add(entry.metadata().map_or(0, |metadata| metadata.len()));
        }
    }
    Ok(bytes)
}
