//! Earlier histories, numbered: `history.parquet.1` is the one before the last publication.

use std::io;
use std::path::{Path, PathBuf};

/// How many are kept.
const KEPT: usize = 3;

/// Keeps the history that is there as the first backup; the last one goes.
///
/// # Errors
/// What the system says.
pub fn turn(path: &Path) -> io::Result<()> {
    for number in (1..KEPT).rev() {
        match std::fs::rename(numbered(path, number), numbered(path, number + 1)) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            _ => {}
        }
    }
    // The one that is there keeps its name until the new one takes it: a kill between the two loses nothing.
    let first = numbered(path, 1);
    std::fs::hard_link(path, &first).or_else(|_| std::fs::copy(path, &first).map(drop))
}

/// The newest backup.
pub fn first(path: &Path) -> Option<PathBuf> {
    all(path).into_iter().next()
}

/// All that are there, the newest first.
pub fn all(path: &Path) -> Vec<PathBuf> {
    (1..=KEPT).map(|number| numbered(path, number)).filter(|path| path.exists()).collect()
}

fn numbered(path: &Path, number: usize) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(format!(".{number}"));
    name.into()
}
