//! Whether the file of a source exists and is a regular one.

use std::path::Path;

use super::local_path::local_file;
use super::{Options, ReadError, guard};
use crate::layer::nearest;

/// Whether the file of a source is there and is a file, if it is one of this machine.
pub(crate) fn check_there(options: &Options) -> Result<(), ReadError> {
    match local_file(&options.path).map(|path| (Path::new(path), Path::new(path).try_exists())) {
        // Who may not enter the folder does not know whether it is there.
        Some((_, Err(error))) => Err(ReadError::Io { file: options.file(), error }),
        Some((path, Ok(false))) => {
            Err(ReadError::MissingFile { file: options.file(), nearest: neighbour(path) })
        }
        Some((path, Ok(true))) => guard::irregular(path).map_or(Ok(()), |found| {
            let path = path.file_name().map_or_else(String::new, |name| name.to_string_lossy().into_owned());
            Err(ReadError::NotRegular { file: options.file(), path, found })
        }),
        None => Ok(()),
    }
}

/// The file in the same folder whose name is nearest.
fn neighbour(path: &Path) -> Option<String> {
    let wanted = path.file_name()?.to_str()?;
    let folder = path.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let mut names: Vec<String> = std::fs::read_dir(folder)
        .ok()?
        .filter_map(|entry| entry.ok()?.file_name().into_string().ok())
        .collect();
    names.sort();
    nearest(wanted, names.iter().map(String::as_str))
}
