//! The folder of what is published: whose turn it is, links that are switched, what dead publishers left.

use std::fs::{self, File, TryLockError};
use std::io;
use std::path::{Path, PathBuf};

use super::PublishError;

/// Ending of a run that is still being written.
pub(super) const PARTIAL: &str = ".partial";

/// Folder of the runs.
pub(crate) const RUNS: &str = "runs";

/// Folder of the sets.
pub(super) const SETS: &str = "sets";

/// Beginning of the link that becomes `current`.
const LINK: &str = ".current-";

/// Removes a run. It loses its name first, so that what a kill leaves of it is no run any more, and goes with the next
/// publication.
pub(super) fn discard(folder: &Path) -> Result<(), PublishError> {
    let mut name = folder.as_os_str().to_owned();
    name.push(PARTIAL);
    let gone = PathBuf::from(name);
    act(folder, "cannot be removed", fs::rename(folder, &gone))?;
    act(&gone, "cannot be removed", fs::remove_dir_all(&gone))
}

/// Makes a run, or a set of them, current by one rename of a link.
pub(super) fn switch(root: &Path, folder: &str, run: &str) -> Result<(), PublishError> {
    point(root, &root.join("current"), &Path::new(folder).join(run))
}

/// Lets a link lead to a target, by one rename; one that does already stays as it is. It is prepared in `root`.
pub(super) fn point(root: &Path, link: &Path, target: &Path) -> Result<(), PublishError> {
    if fs::read_link(link).is_ok_and(|to| to == target) {
        return Ok(());
    }
    let name = target.file_name().unwrap_or_default().to_string_lossy();
    let staged = root.join(format!("{LINK}{name}"));
    // One may be left from a switch that was cut off.
    let _ = fs::remove_file(&staged);
    act(&staged, "cannot be made", std::os::unix::fs::symlink(target, &staged))?;
    act(link, "cannot be switched", fs::rename(&staged, link))?;
    sync(link.parent().unwrap_or(root))
}

/// Waits until no other publisher begins or commits; the turn ends when the file is dropped.
pub(super) fn turn(root: &Path) -> Result<File, PublishError> {
    let folder = act(root, "cannot be opened", File::open(root))?;
    act(root, "cannot be locked", folder.lock())?;
    Ok(folder)
}

/// Removes what dead publishers left: partial runs that nobody holds, links that never became `current`. What could not be
/// removed, and why: it harms nobody.
pub(super) fn clean(root: &Path, runs: &Path) -> Vec<String> {
    let mut left = Vec::new();
    let listed = |folder: &Path, left: &mut Vec<String>| -> Vec<PathBuf> {
        let entries = fs::read_dir(folder).and_then(Iterator::collect::<io::Result<Vec<_>>>);
        let entries = entries.unwrap_or_else(|error| {
            if error.kind() != io::ErrorKind::NotFound {
                left.push(format!("{}: {error}", folder.display()));
            }
            Vec::new()
        });
        entries.into_iter().map(|entry| entry.path()).collect()
    };
    for path in listed(runs, &mut left) {
        let partial = path.to_string_lossy().ends_with(PARTIAL);
        let held = || File::open(&path).is_ok_and(|f| matches!(f.try_lock(), Err(TryLockError::WouldBlock)));
        if partial && !held() {
            remove(&path, &mut left);
        }
    }
    for path in listed(root, &mut left) {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        if name.starts_with(LINK)
            && let Err(error) = fs::remove_file(&path)
        {
            left.push(format!("{} cannot be removed: {error}", path.display()));
        }
    }
    left
}

/// Removes a folder that nobody reads, or tells why it stays.
pub(super) fn remove(folder: &Path, left: &mut Vec<String>) {
    if let Err(error) = fs::remove_dir_all(folder) {
        left.push(format!("{} cannot be removed: {error}", folder.display()));
    }
}

pub(super) fn sync(path: &Path) -> Result<(), PublishError> {
    act(path, "cannot be synced", File::open(path).and_then(|file| file.sync_all()))
}

/// Adds the path and the action to an I/O error.
pub(super) fn act<T>(path: &Path, action: &'static str, result: io::Result<T>) -> Result<T, PublishError> {
    result.map_err(|error| PublishError::Io { path: path.to_owned(), action, error })
}

/// A link as people find it: from the folder that the publication lies in.
pub(super) fn shown(root: &Path, link: &Path) -> String {
    link.strip_prefix(root.parent().unwrap_or(root)).unwrap_or(link).display().to_string()
}
