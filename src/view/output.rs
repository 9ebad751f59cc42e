//! The page as a folder, or as one file; each appears whole or not at all.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use super::shell::{self, GENERATOR};
use super::{Assets, Page, ViewError, base64};
use crate::layer::write::Staged;

/// Every file of the page by its path, forward slashes.
pub(super) fn files(page: &Page, assets: &Assets) -> BTreeMap<String, Vec<u8>> {
    let mut files = BTreeMap::from([
        ("index.html".to_owned(), shell::beside(page).into_bytes()),
        ("page.js".to_owned(), assets.script.as_bytes().to_vec()),
        ("page.css".to_owned(), assets.style.as_bytes().to_vec()),
    ]);
    for (name, bytes) in &page.blocks {
        // A script, since a browser lets a page read nothing else over `file:`.
        let text = format!("(self.corredor??={{}})[\"{name}\"]=\"{}\"\n", base64::encode(bytes));
        files.insert(format!("data/{name}.js"), text.into_bytes());
    }
    files
}

/// The page as the text of one file.
pub fn single(page: &Page, assets: &Assets) -> String {
    shell::whole(page, assets)
}

/// Writes the page as one file.
///
/// # Errors
/// [`ViewError::Io`]; what was there before is as it was.
pub fn to_file(page: &Page, assets: &Assets, file: &Path) -> Result<(), ViewError> {
    act(file, "cannot be written", Staged::write_whole(file, single(page, assets).as_bytes()))
}

/// The same, for nobody but the owner of the file.
///
/// # Errors
/// As [`to_file`].
pub fn to_private_file(page: &Page, assets: &Assets, file: &Path) -> Result<(), ViewError> {
    act(file, "cannot be written", Staged::write_whole_private(file, single(page, assets).as_bytes()))
}

/// Writes the page as a folder, in the place of an older page.
///
/// # Errors
/// [`ViewError::FolderTaken`] where the folder holds something else; [`ViewError::Io`].
pub fn to_folder(page: &Page, assets: &Assets, folder: &Path) -> Result<(), ViewError> {
    write_folder(page, assets, folder, false)
}

/// The same, for nobody but the owner of the folder.
///
/// # Errors
/// As [`to_folder`].
pub fn to_private_folder(page: &Page, assets: &Assets, folder: &Path) -> Result<(), ViewError> {
    write_folder(page, assets, folder, true)
}

fn write_folder(page: &Page, assets: &Assets, folder: &Path, private: bool) -> Result<(), ViewError> {
    let there = folder.read_dir().is_ok_and(|mut entries| entries.next().is_some());
    let ours = fs::read_to_string(folder.join("index.html")).is_ok_and(|text| text.contains(GENERATOR));
    if (there && !ours) || folder.is_file() {
        return Err(ViewError::FolderTaken { folder: folder.to_owned() });
    }
    let beside = parent(folder);
    act(&beside, "cannot be made", fs::create_dir_all(&beside))?;
    let staged = act(&beside, "cannot be written to", tempfile::TempDir::new_in(&beside))?;
    let data = staged.path().join("new").join("data");
    act(&data, "cannot be made", fs::create_dir_all(&data))?;
    for (name, bytes) in files(page, assets) {
        let path = staged.path().join("new").join(name);
        act(&path, "cannot be written", fs::write(&path, bytes))?;
    }
    if private {
        let new = staged.path().join("new");
        let closed = std::os::unix::fs::PermissionsExt::from_mode(0o700);
        act(folder, "cannot be closed to others", fs::set_permissions(&new, closed))?;
    }
    // The old page steps aside, the new one takes its place; the old one goes with the staging folder.
    let old = staged.path().join("old");
    if folder.exists() {
        act(folder, "cannot be replaced", fs::rename(folder, &old))?;
    }
    let placed = fs::rename(staged.path().join("new"), folder);
    if placed.is_err() && old.exists() {
        // Best effort: the error told is the one that led here.
        let _ = fs::rename(&old, folder);
    }
    act(folder, "cannot be put in place", placed)
}

/// The folder that a path lies in; the current one for a bare name.
fn parent(path: &Path) -> PathBuf {
    match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent.to_owned(),
        _ => PathBuf::from("."),
    }
}

fn act<T>(path: &Path, action: &'static str, result: std::io::Result<T>) -> Result<T, ViewError> {
    result.map_err(|error| ViewError::Io { path: path.to_owned(), action, error })
}
