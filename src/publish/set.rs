//! Several editions: a run of each, staged whole in folders of their own, then all made current by one rename.
//!
//! An edition that would say what its current run says has no new run: the set leads to that one. A set has the name of a
//! run of at least one edition.
//!
//! ```text
//! published/
//!   current -> sets/20261123T190000Z-1a2b3c4d                 the one link that is switched
//!   sets/20261123T190000Z-1a2b3c4d/
//!     public -> ../../public/runs/20261123T190000Z-1a2b3c4d
//!     partners -> ../../partners/runs/20261123T190000Z-1a2b3c4d
//!   public/
//!     current -> ../current/public
//!     runs/20261123T190000Z-1a2b3c4d/
//!   partners/
//!     current -> ../current/partners
//!     runs/20261123T190000Z-1a2b3c4d/
//! ```

use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};

use super::folder::{PARTIAL, RUNS, SETS, act, clean, discard, point, remove, switch, sync, turn};
use super::runs::{self, verify};
use super::{Keep, PublishError, Run, RunInfo};
use crate::workspace::config::Level;

/// Runs of all editions, being written. Dropped before [`Set::commit`], they take their files away.
#[derive(Debug)]
pub struct Set {
    root: PathBuf,
    name: String,
    runs: Vec<Run>,
    /// What dead builds left that could not be removed, and why.
    left: Vec<String>,
    /// The run that an edition stays with, in the order of the runs.
    stays: Vec<Option<String>>,
}

impl Set {
    /// Opens a run in each edition, all of one name; what a dead build left half-written is removed first.
    ///
    /// `root` is the folder of all that is published; for the rest see [`Run::begin`].
    ///
    /// # Errors
    /// [`PublishError::Io`] with the path.
    pub fn begin(
        root: &Path,
        editions: &[(&str, Level)],
        stamp: &str,
        digest: &str,
    ) -> Result<Self, PublishError> {
        let sets = root.join(SETS);
        act(&sets, "cannot be made", fs::create_dir_all(&sets))?;
        let folders: Vec<PathBuf> = editions.iter().map(|(edition, _)| root.join(edition)).collect();
        for folder in &folders {
            let runs = folder.join("runs");
            act(&runs, "cannot be made", fs::create_dir_all(&runs))?;
        }
        let _turn = turn(root)?;
        let left = tidy(root, &sets)?;
        let base = format!("{stamp}-{}", digest.get(..8).unwrap_or(digest));
        let free = |name: &String| {
            let partial = format!("{name}{PARTIAL}");
            let in_runs = |name: &str| folders.iter().any(|folder| folder.join("runs").join(name).exists());
            !sets.join(name).exists() && !in_runs(name) && !in_runs(&partial)
        };
        let name = (1..)
            .map(|n| if n == 1 { base.clone() } else { format!("{base}-{n}") })
            .find(free)
            .unwrap_or(base);
        let mut sequence = 1;
        for folder in &folders {
            let last = runs::runs(folder)?.iter().map(|run| run.sequence).max().unwrap_or(0);
            sequence = sequence.max(last + 1);
        }
        let runs = folders.iter().zip(editions).map(|(folder, &(edition, level))| {
            Run::open(folder, name.clone(), sequence, Some(level), Some(edition))
        });
        let runs: Vec<Run> = runs.collect::<Result<_, _>>()?;
        let stays = vec![None; runs.len()];
        Ok(Self { root: root.to_owned(), name, runs, left, stays })
    }

    /// Name of the set and of each of its runs.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The runs, in the order of the editions.
    pub fn runs(&self) -> &[Run] {
        &self.runs
    }

    /// What dead builds left that could not be removed, and why.
    pub(super) fn left(&self) -> &[String] {
        &self.left
    }

    /// Lets the edition of the run at this place stay with a run that stands; what was written for it goes.
    pub fn stay(&mut self, at: usize, run: String) {
        if let Some(stays) = self.stays.get_mut(at) {
            *stays = Some(run);
        }
    }

    /// Makes all runs current: everything synced, the runs put in place, which nobody sees, then one switch of the link
    /// for all. Then the oldest runs of each edition go but for those that its `keep` names.
    ///
    /// # Errors
    /// [`PublishError::Io`] with the path; [`PublishError::CurrentTaken`] where a `current` is not a link. What was
    /// current is then still so, of all editions.
    pub fn commit(self, keep: &[Keep]) -> Result<String, PublishError> {
        let name = self.name.clone();
        self.commit_and_tell(keep).map(|_| name)
    }

    /// As [`Set::commit`]; what could not be removed, and why.
    pub(super) fn commit_and_tell(mut self, keep: &[Keep]) -> Result<Vec<String>, PublishError> {
        let currents = self.runs.iter().map(|run| run.root().join("current"));
        for current in currents.chain([self.root.join("current")]) {
            if current.symlink_metadata().is_ok_and(|m| !m.file_type().is_symlink()) {
                return Err(PublishError::CurrentTaken { path: current });
            }
        }
        let fresh = |(_, stays): &(&Run, &Option<String>)| stays.is_none();
        for (run, _) in self.runs.iter().zip(&self.stays).filter(fresh) {
            run.seal()?;
        }
        let _turn = turn(&self.root)?;
        let sets = self.root.join(SETS);
        let staged = sets.join(format!("{}{PARTIAL}", self.name));
        act(&staged, "cannot be made", fs::create_dir(&staged))?;
        for (run, stays) in self.runs.iter().zip(&self.stays) {
            let edition = run.root().file_name().unwrap_or_default().to_string_lossy();
            let link = staged.join(&*edition);
            let target = run_target(&edition, stays.as_ref().unwrap_or(&self.name));
            act(&link, "cannot be made", symlink(target, &link))?;
        }
        sync(&staged)?;
        for (run, _) in self.runs.iter_mut().zip(&self.stays).filter(|(_, stays)| stays.is_none()) {
            run.place()?;
        }
        let whole = sets.join(&self.name);
        act(&whole, "cannot be put in place", fs::rename(&staged, &whole))?;
        sync(&sets)?;
        for run in &self.runs {
            // It leads nowhere before the first switch; one that somebody made otherwise is set anew.
            let edition = run.root().file_name().unwrap_or_default().to_string_lossy();
            point(&self.root, &run.root().join("current"), &set_target(&edition))?;
        }
        switch(&self.root, SETS, &self.name)?;
        let mut left = std::mem::take(&mut self.left);
        for ((run, keep), _) in self.runs.iter().zip(keep).zip(&self.stays).filter(|(_, s)| s.is_none()) {
            left.extend(run.prune(*keep));
        }
        left.extend(forget(&self.root, &sets).err().map(|error| error.to_string()));
        Ok(left)
    }
}

/// Removes what dead publishers left: sets and runs half prepared, runs in place that no set names. What could not be
/// removed, and why.
fn tidy(root: &Path, sets: &Path) -> Result<Vec<String>, PublishError> {
    let mut left = Vec::new();
    for entry in act(sets, "cannot be listed", fs::read_dir(sets))? {
        let path = act(sets, "cannot be listed", entry)?.path();
        // A set is staged and put in place within one turn, and this turn is ours.
        if path.to_string_lossy().ends_with(PARTIAL) {
            remove(&path, &mut left);
        }
    }
    for edition in editions(root) {
        let folder = root.join(&edition);
        left.extend(clean(&folder, &folder.join("runs")));
        for run in runs::runs(&folder)? {
            if !sets.join(&run.run).is_dir() {
                // It would be taken for the run that was published last.
                discard(&run.folder)?;
            }
        }
    }
    left.extend(clean(root, &root.join("runs")));
    Ok(left)
}

/// Where the link of an edition in a set leads.
pub(super) fn run_target(edition: &str, run: &str) -> PathBuf {
    Path::new("../..").join(edition).join(RUNS).join(run)
}

/// Where the link of an edition leads: to its run in the set that is current.
pub(super) fn set_target(edition: &str) -> PathBuf {
    Path::new("../current").join(edition)
}

/// Removes the sets of which no run is left that bears their name.
pub(super) fn forget(root: &Path, sets: &Path) -> Result<(), PublishError> {
    let current = fs::read_link(root.join("current")).ok();
    for entry in act(sets, "cannot be listed", fs::read_dir(sets))? {
        let path = act(sets, "cannot be listed", entry)?.path();
        let is_current = current.as_deref().and_then(Path::file_name) == path.file_name();
        let mut links = act(&path, "cannot be listed", fs::read_dir(&path))?.flatten();
        let own = |link: fs::DirEntry| {
            let run = fs::read_link(link.path()).ok();
            link.path().is_dir() && run.as_deref().and_then(Path::file_name) == path.file_name()
        };
        if !is_current && !links.any(own) {
            act(&path, "cannot be removed", fs::remove_dir_all(&path))?;
        }
    }
    Ok(())
}

/// Names of the editions that have been published under `root`, sorted; none where there is only one publication,
/// without a name.
pub fn editions(root: &Path) -> Vec<String> {
    let entries = fs::read_dir(root).into_iter().flatten().flatten();
    let name = |entry: fs::DirEntry| {
        let name = entry.file_name().into_string().ok()?;
        (name != "runs" && name != SETS && entry.path().join("runs").is_dir() && !entry.path().is_symlink())
            .then_some(name)
    };
    let mut names: Vec<String> = entries.filter_map(name).collect();
    names.sort();
    names
}

/// All whole sets under `root`, in the order in which they were published, each as the run that the edition of the lowest
/// level has in it, under the name of the set.
///
/// # Errors
/// As [`runs::runs`].
pub(super) fn sets(root: &Path, lowest: &str) -> Result<Vec<RunInfo>, PublishError> {
    let folder = root.join(SETS);
    if !folder.exists() {
        return Ok(Vec::new());
    }
    let current = fs::read_link(root.join("current")).ok();
    let mut sets = Vec::new();
    for entry in act(&folder, "cannot be listed", fs::read_dir(&folder))? {
        let path = act(&folder, "cannot be listed", entry)?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if name.ends_with(PARTIAL) || !path.is_dir() {
            continue;
        }
        let editions = act(&path, "cannot be listed", fs::read_dir(&path))?.flatten();
        let records: Vec<_> = editions.map(|link| runs::record(&link.path())).collect();
        let own = runs::record(&path.join(lowest));
        sets.push(RunInfo {
            current: current.as_deref() == Some(&*Path::new(SETS).join(&name)),
            sequence: records.iter().map(|record| record.sequence).max().unwrap_or(0),
            previous: own.previous,
            level: own.level,
            edition: own.edition,
            bytes: 0,
            folder: path.join(lowest),
            run: name,
        });
    }
    sets.sort_by(|a, b| (a.sequence, &a.run).cmp(&(b.sequence, &b.run)));
    Ok(sets)
}

/// Whether what is current is a set of editions.
pub(super) fn is_current(root: &Path) -> bool {
    fs::read_link(root.join("current")).is_ok_and(|link| link.starts_with(SETS))
}

/// Makes an earlier set current, all its editions at once.
///
/// # Errors
/// [`PublishError::SetIncomplete`] where the run of an edition is not kept any more; [`PublishError::Damaged`];
/// [`PublishError::Io`].
pub fn roll_back_set(root: &Path, run: &RunInfo) -> Result<RunInfo, PublishError> {
    let set = root.join(SETS).join(&run.run);
    let _turn = turn(root)?;
    let mut found = 0;
    for entry in act(&set, "cannot be listed", fs::read_dir(&set))? {
        let link = act(&set, "cannot be listed", entry)?;
        let edition = link.file_name().to_string_lossy().into_owned();
        let Ok(folder) = link.path().canonicalize() else {
            return Err(PublishError::SetIncomplete { run: run.run.clone(), edition });
        };
        let faults = verify(&folder)?;
        if !faults.is_empty() {
            return Err(PublishError::Damaged { run: format!("{edition}/{}", run.run), faults });
        }
        found += 1;
    }
    if found == 0 {
        return Err(PublishError::SetIncomplete { run: run.run.clone(), edition: String::new() });
    }
    for entry in act(&set, "cannot be listed", fs::read_dir(&set))?.flatten() {
        let edition = entry.file_name().to_string_lossy().into_owned();
        point(root, &root.join(&edition).join("current"), &set_target(&edition))?;
    }
    switch(root, SETS, &run.run)?;
    Ok(RunInfo { current: true, ..run.clone() })
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    const BOTH: [(&str, Level); 2] = [("public", Level::Public), ("partners", Level::Restricted)];

    /// A file of a run, and its sum.
    fn put(run: &Run, text: &str) {
        fs::write(run.folder().join("a.txt"), text).unwrap();
        let sums = runs::sum_up(&run.folder(), &BTreeMap::new()).unwrap();
        fs::write(run.folder().join(runs::SUMS_FILE), sums).unwrap();
    }

    fn publish(root: &Path, stamp: &str, text: &str, keep: [usize; 2]) -> String {
        let set = Set::begin(root, &BOTH, stamp, "0123456789abcdef").unwrap();
        for run in set.runs() {
            put(run, text);
        }
        set.commit(&keep.map(Keep::from)).unwrap()
    }

    fn current(root: &Path) -> [String; 2] {
        ["public", "partners"].map(|name| fs::read_to_string(root.join(name).join("current/a.txt")).unwrap())
    }

    #[test]
    fn all_editions_are_switched_at_once_and_each_keeps_its_own() {
        let dir = tempfile::tempdir().unwrap();
        let root = dir.path();
        for night in 1..=4 {
            let run = publish(root, &format!("2026112{night}T000000Z"), &night.to_string(), [2, 3]);
            assert_eq!(current(root), [night.to_string(), night.to_string()]);
            assert_eq!(fs::read_link(root.join("current")).unwrap(), Path::new("sets").join(run));
        }
        let count = |folder: &str| fs::read_dir(root.join(folder)).unwrap().count();
        assert_eq!((count("public/runs"), count("partners/runs"), count("sets")), (2, 3, 3));
        assert_eq!(editions(root), ["partners", "public"]);
        let names = |all: Vec<RunInfo>| all.into_iter().map(|set| set.run).collect::<Vec<_>>();
        let all = sets(root, "public").unwrap();
        assert_eq!(
            all.iter().map(|set| (set.sequence, set.current)).collect::<Vec<_>>(),
            [(2, false), (3, false), (4, true)]
        );
        assert_eq!(names(all), names(runs::runs(&root.join("partners")).unwrap()));
        let runs = runs::runs(&root.join("partners")).unwrap();
        assert_eq!(runs.iter().map(|run| run.sequence).collect::<Vec<_>>(), [2, 3, 4]);
        assert_eq!(runs[2].previous.as_ref(), Some(&runs[1].run));
        assert!(runs[2].current && !runs[1].current);
        assert_eq!((runs[2].level, runs[2].edition.as_deref()), (Some(Level::Restricted), Some("partners")));
    }

    #[test]
    fn what_a_dead_publisher_left_is_never_seen_and_goes() {
        let dir = tempfile::tempdir().unwrap();
        let root = dir.path();
        publish(root, "20261121T000000Z", "1", [9, 9]);
        // Cut off in the middle of putting runs in place: one stands, the set is staged.
        let set = Set::begin(root, &BOTH, "20261122T000000Z", "ff").unwrap();
        let name = set.name().to_owned();
        fs::create_dir(root.join("sets").join(format!("{name}{PARTIAL}"))).unwrap();
        fs::create_dir(root.join("public/runs").join(&name)).unwrap();
        drop(set);
        assert_eq!(current(root), ["1", "1"]);
        publish(root, "20261123T000000Z", "2", [9, 9]);
        assert_eq!(current(root), ["2", "2"]);
        for folder in ["public/runs", "partners/runs", "sets"] {
            assert_eq!(fs::read_dir(root.join(folder)).unwrap().count(), 2, "{folder}");
        }
    }

    #[test]
    fn from_one_publication_to_editions_and_back() {
        let dir = tempfile::tempdir().unwrap();
        let root = dir.path();
        let one = |stamp: &str| Run::begin(root, stamp, "ff").unwrap().commit(9).unwrap();
        one("20261120T000000Z");
        publish(root, "20261121T000000Z", "1", [9, 9]);
        assert_eq!(current(root), ["1", "1"]);
        one("20261122T000000Z");
        assert!(
            !root.join("partners/current").exists(),
            "editions that are not published any more are not current"
        );
        publish(root, "20261123T000000Z", "2", [9, 9]);
        assert_eq!(current(root), ["2", "2"]);
    }

    #[test]
    fn an_edition_that_says_the_same_stays_with_its_run() {
        let dir = tempfile::tempdir().unwrap();
        let root = dir.path();
        let first = publish(root, "20261121T000000Z", "1", [2, 2]);
        let mut last = first.clone();
        for night in 2..=5 {
            let mut set = Set::begin(root, &BOTH, &format!("2026112{night}T000000Z"), "ff").unwrap();
            put(&set.runs()[1], &night.to_string());
            set.stay(0, first.clone());
            last = set.commit(&[Keep::from(2), Keep::from(2)]).unwrap();
            assert_eq!(current(root), ["1".to_owned(), night.to_string()]);
        }
        let count = |folder: &str| fs::read_dir(root.join(folder)).unwrap().count();
        // The set of the first night names a run that one edition keeps.
        assert_eq!((count("public/runs"), count("partners/runs"), count("sets")), (1, 2, 3));
        let all = sets(root, "public").unwrap();
        assert!(all[2].current && all[2].run == last && all[2].sequence == 5);
        roll_back_set(root, &all[1]).unwrap();
        assert_eq!(current(root), ["1", "4"]);
        assert!(matches!(roll_back_set(root, &all[0]), Err(PublishError::SetIncomplete { .. })));
        // Both again.
        publish(root, "20261126T000000Z", "6", [2, 2]);
        assert_eq!(current(root), ["6", "6"]);
    }
}
