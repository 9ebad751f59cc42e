//! A run: staged whole in a folder of its own, then made `current` by one rename.
//!
//! ```text
//! published/
//!   current -> runs/20261123T190000Z-1a2b3c4d
//!   runs/20261123T190000Z-1a2b3c4d/
//!   runs/20261124T030000Z-5e6f7a8b.partial/   being written, or left by a build that died
//! ```

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use std::thread::JoinHandle;

use super::folder::{PARTIAL, RUNS, act, clean, discard, switch, sync, turn};
use super::runs::{self, RUN_FILE, RunFile};
use super::{Keep, PublishError};
use crate::workspace::config::Level;

/// A file being synced by a thread of its own.
type Syncing = (PathBuf, JoinHandle<io::Result<()>>);

/// A run being written. Dropped before [`Run::commit`], it takes its files away.
#[derive(Debug)]
pub struct Run {
    root: PathBuf,
    name: String,
    sequence: u64,
    /// Folder of the run that was current when this one began.
    previous: Option<PathBuf>,
    committed: bool,
    /// What dead builds and old runs left that could not be removed, and why.
    left: Vec<String>,
    /// Files being synced while others are written.
    syncing: Mutex<Vec<Syncing>>,
    /// Locked as long as this process lives, so that others see that the run is no dead one's.
    _alive: File,
}

impl Run {
    /// Opens a new run under `root`; runs that a dead build left half-written are removed first, as far as they can be.
    ///
    /// Several publishers may work at once: a run in progress is locked, and the last one to commit is current.
    /// `stamp` is the UTC time (`20261123T190000Z`), `digest` the fingerprint of what is built.
    ///
    /// # Errors
    /// [`PublishError::Io`] with the path.
    pub fn begin(root: &Path, stamp: &str, digest: &str) -> Result<Self, PublishError> {
        Self::begin_for(root, stamp, digest, None)
    }

    /// The same for readers of a level, which the run then says.
    ///
    /// # Errors
    /// As [`Run::begin`].
    pub fn begin_for(
        root: &Path,
        stamp: &str,
        digest: &str,
        level: Option<Level>,
    ) -> Result<Self, PublishError> {
        let runs = root.join("runs");
        act(&runs, "cannot be made", fs::create_dir_all(&runs))?;
        let _turn = turn(root)?;
        let left = clean(root, &runs);
        let base = format!("{stamp}-{}", digest.get(..8).unwrap_or(digest));
        // Two runs in one second: the second gets a number.
        let name = (1..)
            .map(|n| if n == 1 { base.clone() } else { format!("{base}-{n}") })
            .find(|name| !runs.join(name).exists() && !runs.join(format!("{name}{PARTIAL}")).exists())
            .unwrap_or(base);
        let sequence = runs::runs(root)?.iter().map(|run| run.sequence).max().unwrap_or(0) + 1;
        let mut run = Self::open(root, name, sequence, level, None)?;
        run.left = left;
        Ok(run)
    }

    /// Opens the folder of a run whose name is free.
    pub(super) fn open(
        root: &Path,
        name: String,
        sequence: u64,
        level: Option<Level>,
        edition: Option<&str>,
    ) -> Result<Self, PublishError> {
        let folder = root.join("runs").join(format!("{name}{PARTIAL}"));
        act(&folder, "cannot be made", fs::create_dir(&folder))?;
        let alive = act(&folder, "cannot be opened", File::open(&folder))?;
        act(&folder, "cannot be locked", alive.lock())?;
        let previous = runs::runs(root)?.into_iter().find(|run| run.current);
        let run = Self {
            root: root.to_owned(),
            name,
            sequence,
            previous: previous.as_ref().map(|run| run.folder.clone()),
            committed: false,
            left: Vec::new(),
            syncing: Mutex::default(),
            _alive: alive,
        };
        let record = RunFile {
            run: run.name.clone(),
            sequence,
            previous: previous.map(|previous| previous.run),
            level,
            edition: edition.map(str::to_owned),
        };
        let path = run.folder().join(RUN_FILE);
        let text = serde_json::to_string_pretty(&record).unwrap_or_default() + "\n";
        act(&path, "cannot be written", fs::write(&path, text))?;
        Ok(run)
    }

    /// Its place in the order of publication, from 1.
    pub fn sequence(&self) -> u64 {
        self.sequence
    }

    /// Folder of the run that was current when this one began.
    pub fn previous(&self) -> Option<&Path> {
        self.previous.as_deref()
    }

    /// What dead builds left that could not be removed, and why.
    pub(super) fn left(&self) -> &[String] {
        &self.left
    }

    /// Name of the run.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Folder that the run is being written in.
    pub fn folder(&self) -> PathBuf {
        self.root.join("runs").join(format!("{}{PARTIAL}", self.name))
    }

    /// Begins to sync a file that is written whole, so that [`Run::commit`] need not wait for it long; what goes
    /// wrong is told there.
    pub(super) fn sync_meanwhile(&self, path: PathBuf, file: File) {
        let handle = std::thread::spawn(move || file.sync_all());
        self.syncing.lock().unwrap_or_else(PoisonError::into_inner).push((path, handle));
    }

    /// Waits for the files that are being synced.
    fn synced(&self) -> Result<(), PublishError> {
        let syncing = std::mem::take(&mut *self.syncing.lock().unwrap_or_else(PoisonError::into_inner));
        syncing.into_iter().try_for_each(|(path, handle)| {
            let result = handle.join().unwrap_or_else(|_| Err(io::Error::other("the sync was cut short")));
            act(&path, "cannot be synced", result)
        })
    }

    /// Makes the run current: every file and folder synced, one rename, one switch of the link. Then the
    /// oldest runs go but for those that `keep` names, never the current one; what cannot be removed stays, and makes no
    /// publication fail that stands.
    ///
    /// # Errors
    /// [`PublishError::Io`] with the path; [`PublishError::CurrentTaken`] where `current` is not a link. The
    /// old run is then still current.
    pub fn commit(self, keep: impl Into<Keep>) -> Result<String, PublishError> {
        let name = self.name.clone();
        self.commit_and_tell(keep.into()).map(|_| name)
    }

    /// As [`Run::commit`]; what could not be removed, and why.
    pub(super) fn commit_and_tell(mut self, keep: Keep) -> Result<Vec<String>, PublishError> {
        let current = self.root.join("current");
        if current.symlink_metadata().is_ok_and(|m| !m.file_type().is_symlink()) {
            return Err(PublishError::CurrentTaken { path: current });
        }
        self.seal()?;
        let _turn = turn(&self.root)?;
        self.place()?;
        switch(&self.root, RUNS, &self.name)?;
        let mut left = std::mem::take(&mut self.left);
        left.extend(self.prune(keep));
        Ok(left)
    }

    /// Syncs every file and the folder.
    pub(super) fn seal(&self) -> Result<(), PublishError> {
        let staged = self.folder();
        self.synced()?;
        for entry in act(&staged, "cannot be listed", fs::read_dir(&staged))? {
            let path = act(&staged, "cannot be listed", entry)?.path();
            sync(&path)?;
        }
        sync(&staged)
    }

    /// Puts the folder in its place among the whole runs.
    pub(super) fn place(&mut self) -> Result<(), PublishError> {
        let runs = self.root.join(RUNS);
        let whole = runs.join(&self.name);
        act(&whole, "cannot be put in place", fs::rename(self.folder(), &whole))?;
        self.committed = true;
        sync(&runs)
    }

    /// The folder that holds `runs` and `current`.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// Removes the runs that `keep` does not name; what could not be removed, and why.
    pub(super) fn prune(&self, keep: Keep) -> Vec<String> {
        let all = match runs::runs(&self.root) {
            Ok(all) => all,
            Err(error) => return vec![error.to_string()],
        };
        let names: Vec<&str> = all.iter().map(|run| run.run.as_str()).collect();
        let stay = keep.of(&names);
        let gone = all.iter().filter(|run| run.run != self.name && !stay.contains(run.run.as_str()));
        gone.filter_map(|run| discard(&run.folder).err()).map(|error| error.to_string()).collect()
    }
}

impl Drop for Run {
    fn drop(&mut self) {
        if !self.committed {
            // No thread may still be at a file that goes.
            let _ = self.synced();
            // Nothing can be done about a failure here; the next run removes what is left.
            let _ = fs::remove_dir_all(self.folder());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn publish(root: &Path, stamp: &str, text: &str, keep: usize) -> String {
        let run = Run::begin(root, stamp, "0123456789abcdef").unwrap();
        fs::write(run.folder().join("a.txt"), text).unwrap();
        fs::write(run.folder().join("b.txt"), text).unwrap();
        run.commit(keep).unwrap()
    }

    #[test]
    fn the_newest_run_is_current_and_the_last_stay() {
        let dir = tempfile::tempdir().unwrap();
        for night in 1..=4 {
            publish(dir.path(), &format!("2026112{night}T000000Z"), &night.to_string(), 2);
        }
        assert_eq!(fs::read_to_string(dir.path().join("current/a.txt")).unwrap(), "4");
        assert_eq!(fs::read_dir(dir.path().join("runs")).unwrap().count(), 2);
        let again = publish(dir.path(), "20261124T000000Z", "5", 1);
        assert_eq!(again, "20261124T000000Z-01234567-2");
        assert_eq!(fs::read_dir(dir.path().join("runs")).unwrap().count(), 1);
        assert_eq!(fs::read_to_string(dir.path().join("current/a.txt")).unwrap(), "5");
    }

    #[test]
    fn a_dropped_run_and_a_dead_one_leave_nothing() {
        let dir = tempfile::tempdir().unwrap();
        publish(dir.path(), "20261121T000000Z", "1", 2);
        drop(Run::begin(dir.path(), "20261122T000000Z", "ff").unwrap());
        fs::create_dir(dir.path().join("runs/20261120T000000Z-dead.partial")).unwrap();
        publish(dir.path(), "20261123T000000Z", "2", 9);
        assert_eq!(fs::read_dir(dir.path().join("runs")).unwrap().count(), 2);
    }

    #[test]
    fn two_publishers_in_one_second_leave_each_other_alone() {
        let dir = tempfile::tempdir().unwrap();
        let stamp = "20261121T000000Z";
        let first = Run::begin(dir.path(), stamp, "ff").unwrap();
        fs::write(first.folder().join("a.txt"), "1").unwrap();
        let second = Run::begin(dir.path(), stamp, "ff").unwrap();
        assert_ne!(first.name(), second.name());
        fs::write(second.folder().join("a.txt"), "2").unwrap();
        second.commit(9).unwrap();
        assert_eq!(fs::read_to_string(dir.path().join("current/a.txt")).unwrap(), "2");
        first.commit(9).unwrap();
        assert_eq!(fs::read_to_string(dir.path().join("current/a.txt")).unwrap(), "1");
        assert_eq!(fs::read_dir(dir.path().join("runs")).unwrap().count(), 2);
    }

    #[test]
    fn something_else_named_current_is_not_replaced() {
        let dir = tempfile::tempdir().unwrap();
        fs::create_dir(dir.path().join("current")).unwrap();
        let run = Run::begin(dir.path(), "20261121T000000Z", "ff").unwrap();
        assert!(matches!(run.commit(1), Err(PublishError::CurrentTaken { .. })));
        assert_eq!(fs::read_dir(dir.path().join("runs")).unwrap().count(), 0);
    }

    #[test]
    fn a_reader_never_sees_a_mixture() {
        let dir = tempfile::tempdir().unwrap();
        publish(dir.path(), "20261121T000000Z", "0", 50);
        std::thread::scope(|scope| {
            let root = dir.path();
            let writer = scope.spawn(move || {
                for n in 1..=40 {
                    publish(root, &format!("20261122T0000{n:02}Z"), &n.to_string(), 50);
                }
            });
            while !writer.is_finished() {
                // A reader that resolves the link once reads one run.
                let run = root.join("current").canonicalize().unwrap();
                let a = fs::read_to_string(run.join("a.txt")).unwrap();
                let b = fs::read_to_string(run.join("b.txt")).unwrap();
                assert_eq!(a, b);
            }
            writer.join().unwrap();
        });
    }
}
