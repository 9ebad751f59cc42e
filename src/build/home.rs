//! `.corredor`: what a workspace keeps for itself. Unpublished layers lie in it, so it is nobody else's to read.

use std::fs::{self, DirBuilder, File, OpenOptions, Permissions};
use std::io;
use std::os::unix::fs::{DirBuilderExt, MetadataExt, OpenOptionsExt, PermissionsExt};
use std::path::Path;

/// The folder's name in a workspace.
pub(super) const FOLDER: &str = ".corredor";

/// The journal's name in it.
pub(super) const JOURNAL: &str = "journal.jsonl";

/// Rights on a folder and on a file: its owner's alone.
const OWN: [u32; 2] = [0o700, 0o600];

/// The owner of a workspace and the user who asks, by name, where the one cannot go on with what the other would write.
pub(super) fn stranger(root: &Path) -> Option<[String; 2]> {
    let user = user()?;
    let owner = match root.join(FOLDER).symlink_metadata() {
        Ok(found) => found.uid(),
        // Whoever may write into a folder may begin there; but what root begins, the folder's owner cannot go on with.
        Err(_) if user == 0 => root.metadata().ok()?.uid(),
        Err(_) => return None,
    };
    (owner != user).then(|| [name(owner), name(user)])
}

/// The number of the user of this process.
fn user() -> Option<u32> {
    let own = fs::metadata("/proc/self").or_else(|_| tempfile::tempfile()?.metadata());
    own.ok().map(|found| found.uid())
}

/// The name of a user; its number where it has none.
fn name(user: u32) -> String {
    let users = fs::read_to_string("/etc/passwd").unwrap_or_default();
    let number = user.to_string();
    let named = users.lines().find(|line| line.split(':').nth(2) == Some(number.as_str()));
    named.and_then(|line| line.split(':').next()).map_or_else(|| format!("#{number}"), str::to_owned)
}

/// Makes the folder, or takes from everybody but its owner the rights on what is there, whoever gave them.
///
/// # Errors
/// What the system says where a right cannot be taken, or where something else than a folder has that name.
pub(super) fn make(folder: &Path) -> io::Result<()> {
    match folder.symlink_metadata() {
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            DirBuilder::new().mode(OWN[0]).recursive(true).create(folder)?;
            // Never a repository's.
            create(&folder.join(".gitignore"))?;
            fs::write(folder.join(".gitignore"), "*\n")
        }
        _ => close(folder),
    }
}

/// Takes from everybody but the owner the rights on what is there. Links are not followed: what they lead to is not the
/// workspace's own.
///
/// # Errors
/// As [`make`]. A folder that is not there is none.
pub(super) fn close(folder: &Path) -> io::Result<()> {
    let found = match folder.symlink_metadata() {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        found => found?,
    };
    if !found.is_dir() {
        return Err(io::Error::new(io::ErrorKind::NotADirectory, "it is not a folder"));
    }
    // The folder first: from then on nobody else comes in.
    take(folder, found.permissions().mode(), OWN[0])?;
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder)? {
            let path = entry?.path();
            // Another process may have removed it since.
            let Ok(found) = path.symlink_metadata() else { continue };
            let kind = found.file_type();
            let own = if kind.is_dir() { OWN[0] } else { OWN[1] };
            if kind.is_dir() || kind.is_file() {
                match take(&path, found.permissions().mode(), own) {
                    Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
                    taken => taken?,
                }
            }
            if kind.is_dir() {
                folders.push(path);
            }
        }
    }
    Ok(())
}

/// Sets the rights, where others have any.
fn take(path: &Path, mode: u32, own: u32) -> io::Result<()> {
    match mode & 0o077 == 0 {
        true => Ok(()),
        false => fs::set_permissions(path, Permissions::from_mode(own)),
    }
}

/// A new file, or one emptied, that only its owner can read, whatever the umask.
///
/// # Errors
/// What the system says.
pub(super) fn create(path: &Path) -> io::Result<File> {
    OpenOptions::new().write(true).create(true).truncate(true).mode(OWN[1]).open(path)
}

/// A new file that was not there, as [`create`].
///
/// # Errors
/// What the system says.
pub(super) fn create_new(path: &Path) -> io::Result<File> {
    OpenOptions::new().write(true).create_new(true).mode(OWN[1]).open(path)
}

/// A folder and those above it that only their owner can enter, whatever the umask.
///
/// # Errors
/// What the system says.
pub(super) fn create_folders(path: &Path) -> io::Result<()> {
    DirBuilder::new().mode(OWN[0]).recursive(true).create(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mode(path: &Path) -> u32 {
        path.symlink_metadata().unwrap().permissions().mode() & 0o777
    }

    #[test]
    fn what_others_could_read_they_can_no_more() {
        let dir = tempfile::tempdir().unwrap();
        let (home, outside) = (dir.path().join(FOLDER), dir.path().join("outside"));
        fs::create_dir_all(home.join("a/b")).unwrap();
        fs::write(home.join("a/b/c"), "x").unwrap();
        fs::write(&outside, "x").unwrap();
        std::os::unix::fs::symlink(&outside, home.join("link")).unwrap();
        for path in [home.clone(), home.join("a"), home.join("a/b")] {
            fs::set_permissions(path, Permissions::from_mode(0o755)).unwrap();
        }
        for path in [home.join("a/b/c"), outside.clone()] {
            fs::set_permissions(path, Permissions::from_mode(0o644)).unwrap();
        }
        make(&home).unwrap();
        assert_eq!([mode(&home), mode(&home.join("a/b")), mode(&home.join("a/b/c"))], [0o700, 0o700, 0o600]);
        assert_eq!(mode(&outside), 0o644);
        fs::remove_dir_all(&home).unwrap();
        close(&home).unwrap();
        make(&home).unwrap();
        assert_eq!([mode(&home), mode(&home.join(".gitignore"))], [0o700, 0o600]);
    }

    #[test]
    fn something_else_of_that_name_is_refused() {
        let dir = tempfile::tempdir().unwrap();
        let home = dir.path().join(FOLDER);
        std::os::unix::fs::symlink(dir.path(), &home).unwrap();
        assert!(make(&home).is_err());
        fs::remove_file(&home).unwrap();
        fs::write(&home, "x").unwrap();
        assert!(make(&home).is_err());
    }
}
