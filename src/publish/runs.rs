//! The runs that stand: listing, finding, checking, going back.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::PublishError;
use super::fault::{Fault, FaultKind};
use super::folder::{PARTIAL, SETS, act, shown, switch, turn};
use super::record::{FileRecord, RunRecord};
use crate::layer::nearest;
use crate::workspace::config::Level;

/// File of a run that says where it stands among the others.
pub(super) const RUN_FILE: &str = "run.json";

/// File of a run with the checksums of all others, as `sha256sum -c` reads it.
pub(super) const SUMS_FILE: &str = "SHA256SUMS";

/// What `run.json` says.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
pub struct RunFile {
    /// Name of the run.
    pub run: String,
    /// Its place in the order of publication, from 1. Names tell the time, and clocks are set back.
    pub sequence: u64,
    /// The run that was current before it.
    pub previous: Option<String>,
    /// The level of its readers: nothing above it was published.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub level: Option<Level>,
    /// The edition that it is a run of.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub edition: Option<String>,
}

/// A run that stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct RunInfo {
    /// Its name.
    pub run: String,
    /// Its place in the order of publication; 0 for a run of before there was one.
    pub sequence: u64,
    /// The run that was current before it.
    pub previous: Option<String>,
    /// Whether it is current.
    pub current: bool,
    /// The level of its readers; none where it does not say.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub level: Option<Level>,
    /// The edition that it is a run of.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub edition: Option<String>,
    /// Bytes of its files.
    pub bytes: u64,
    /// Its folder.
    #[serde(skip)]
    pub folder: PathBuf,
}

/// All whole runs under `root`, in the order in which they were published.
///
/// # Errors
/// [`PublishError::Io`] where the folder is there and cannot be read.
pub fn runs(root: &Path) -> Result<Vec<RunInfo>, PublishError> {
    let folder = root.join("runs");
    if !act(&folder, "cannot be looked at", folder.try_exists())? {
        return Ok(Vec::new());
    }
    // The link of an edition leads there by way of the one of the set.
    let current = root.join("current").canonicalize().ok();
    let mut runs = Vec::new();
    for entry in act(&folder, "cannot be listed", fs::read_dir(&folder))? {
        let path = act(&folder, "cannot be listed", entry)?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if name.ends_with(PARTIAL) || !path.is_dir() {
            continue;
        }
        let record = record(&path);
        let files = act(&path, "cannot be listed", fs::read_dir(&path))?.flatten();
        let bytes = files.filter_map(|file| file.metadata().ok()).map(|metadata| metadata.len()).sum();
        runs.push(RunInfo {
            // By its place: runs of other editions have the same name.
            current: current.is_some() && path.canonicalize().ok() == current,
            sequence: record.sequence,
            previous: record.previous,
            level: record.level,
            edition: record.edition,
            run: name,
            bytes,
            folder: path,
        });
    }
    runs.sort_by(|a, b| (a.sequence, &a.run).cmp(&(b.sequence, &b.run)));
    Ok(runs)
}

/// Those of all runs, in their order, that were published before the current one; none where none is current.
pub fn before_current(runs: &[RunInfo]) -> &[RunInfo] {
    &runs[..runs.iter().position(|run| run.current).unwrap_or(0)]
}

/// What a run says of itself; nothing where it does not. The level of a run of before runs said it is in its metadata.
pub(super) fn record(folder: &Path) -> RunFile {
    let bytes = fs::read(folder.join(RUN_FILE)).unwrap_or_default();
    let mut record: RunFile = serde_json::from_slice(&bytes).unwrap_or_default();
    if record.level.is_none() {
        record.level = RunRecord::level_of(folder);
    }
    record
}

/// Finds a run by its name, the beginning of one, `current`, or `previous`: the one published before the current.
///
/// # Errors
/// [`PublishError::NoRun`] with the nearest name; [`PublishError::SeveralRuns`]; [`PublishError::LinkGone`] where the
/// link to the current run is.
pub fn find(root: &Path, name: &str) -> Result<RunInfo, PublishError> {
    let runs = runs(root)?;
    if ["current", "previous"].contains(&name)
        && !root.join("current").exists()
        && let Some(newest) = runs.last()
    {
        // The link of an edition leads by way of that of all editions.
        let all = root.parent().filter(|all| root.join("current").is_symlink() && all.join(SETS).is_dir());
        let root = all.unwrap_or(root);
        let run = newest.run.clone();
        return Err(PublishError::LinkGone { link: shown(root, &root.join("current")), run });
    }
    find_among(&runs, name)
}

/// The same among runs that are known, oldest first.
///
/// # Errors
/// As [`find`].
pub fn find_among(runs: &[RunInfo], name: &str) -> Result<RunInfo, PublishError> {
    let found: Vec<&RunInfo> = match name {
        "current" => runs.iter().filter(|run| run.current).collect(),
        "previous" => before_current(runs).last().into_iter().collect(),
        _ if runs.iter().any(|run| run.run == name) => runs.iter().filter(|run| run.run == name).collect(),
        _ => runs.iter().filter(|run| !name.is_empty() && run.run.starts_with(name)).collect(),
    };
    let names = || runs.iter().map(|run| run.run.clone()).collect::<Vec<_>>();
    match found.as_slice() {
        [one] => Ok((*one).clone()),
        [] => Err(PublishError::NoRun {
            run: name.to_owned(),
            nearest: nearest(name, runs.iter().map(|run| run.run.as_str())),
            runs: names(),
        }),
        several => Err(PublishError::SeveralRuns {
            run: name.to_owned(),
            runs: several.iter().map(|run| run.run.clone()).collect(),
        }),
    }
}

/// Makes a run that stands current, by the same one rename as a publication.
///
/// # Errors
/// As [`find`]; [`PublishError::Damaged`] where the run is not whole; [`PublishError::Io`].
pub fn roll_back(root: &Path, name: &str) -> Result<RunInfo, PublishError> {
    let run = find(root, name)?;
    let faults = verify(&run.folder)?;
    if !faults.is_empty() {
        return Err(PublishError::Damaged { run: run.run, faults });
    }
    let _turn = turn(root)?;
    // It may have been removed before our turn came.
    if !run.folder.is_dir() {
        return find(root, &run.run);
    }
    switch(root, "runs", &run.run)?;
    Ok(RunInfo { current: true, ..run })
}

/// Recomputes every checksum of a run; what is wrong, by file.
///
/// # Errors
/// [`PublishError::Io`] where the folder cannot be listed.
pub fn verify(folder: &Path) -> Result<Vec<Fault>, PublishError> {
    let mut faults = Vec::new();
    let mut fault = |file: &str, fault| faults.push(Fault { file: file.to_owned(), fault });
    if let Err(error) = fs::File::open(folder.join(SUMS_FILE))
        && error.kind() == std::io::ErrorKind::PermissionDenied
    {
        fault(SUMS_FILE, FaultKind::Denied);
        return Ok(faults);
    }
    let Some((sums, complete)) = sums(folder) else {
        fault(SUMS_FILE, FaultKind::Unreadable);
        return Ok(faults);
    };
    for (name, expected) in &sums {
        let path = folder.join(name);
        match crate::layer::read::sha256_file(&path) {
            Ok(found) if found == *expected => {}
            Ok(_) => fault(name, FaultKind::Changed),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => fault(name, FaultKind::Missing),
            Err(error) if error.kind() == std::io::ErrorKind::PermissionDenied => {
                fault(name, FaultKind::Denied)
            }
            Err(_) => fault(name, FaultKind::Unreadable),
        }
    }
    let known: BTreeSet<&str> = sums.keys().map(String::as_str).chain([SUMS_FILE]).collect();
    for entry in act(folder, "cannot be listed", fs::read_dir(folder))? {
        let name = act(folder, "cannot be listed", entry)?.file_name().to_string_lossy().into_owned();
        if complete && !known.contains(name.as_str()) {
            fault(&name, FaultKind::Foreign);
        }
    }
    faults.sort_by(|a, b| a.file.cmp(&b.file));
    Ok(faults)
}

/// Whether a run has published a file of this name with these bytes.
pub fn holds_file(folder: &Path, name: &str) -> bool {
    let published = sums(folder).and_then(|(sums, _)| sums.get(name).cloned());
    published
        .is_some_and(|sum| crate::layer::read::sha256_file(&folder.join(name)).is_ok_and(|own| own == sum))
}

/// The checksums of a run by file, and whether they are of all its files. Runs of before there was a list of all have
/// those of the layers in their metadata.
fn sums(folder: &Path) -> Option<(BTreeMap<String, String>, bool)> {
    let path = folder.join(SUMS_FILE);
    if path.exists() {
        let text = fs::read_to_string(path).ok()?;
        let lines = text.lines().map(|line| {
            let (sum, name) = line.split_once("  ")?;
            (sum.len() == 64).then(|| (name.to_owned(), sum.to_owned()))
        });
        return Some((lines.collect::<Option<_>>()?, true));
    }
    let files = RunRecord::open(folder).ok()?.layers.into_iter().flat_map(|layer| layer.files);
    let sum = |file: FileRecord| {
        (!file.name.is_empty() && !file.sha256.is_empty()).then_some((file.name, file.sha256))
    };
    Some((files.map(sum).collect::<Option<_>>()?, false))
}

/// The list of checksums of all files of a staged run.
pub(super) fn sum_up(folder: &Path, known: &BTreeMap<String, String>) -> Result<String, PublishError> {
    let mut lines = BTreeMap::new();
    for entry in act(folder, "cannot be listed", fs::read_dir(folder))? {
        let path = act(folder, "cannot be listed", entry)?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let sum = match known.get(&name) {
            Some(sum) => sum.clone(),
            None => {
                let bytes = act(&path, "cannot be read", fs::read(&path))?;
                Sha256::digest(&bytes).iter().map(|byte| format!("{byte:02x}")).collect()
            }
        };
        lines.insert(name, sum);
    }
    Ok(lines.into_iter().map(|(name, sum)| format!("{sum}  {name}\n")).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::publish::Run;

    fn publish(root: &Path, stamp: &str, text: &str) -> String {
        let run = Run::begin(root, stamp, "0123456789").unwrap();
        fs::write(run.folder().join("a.txt"), text).unwrap();
        let sums = sum_up(&run.folder(), &BTreeMap::new()).unwrap();
        fs::write(run.folder().join(SUMS_FILE), sums).unwrap();
        run.commit(9).unwrap()
    }

    #[test]
    fn order_is_that_of_publication_whatever_the_clock_says() {
        let dir = tempfile::tempdir().unwrap();
        let root = dir.path();
        assert!(runs(&root.join("absent")).unwrap().is_empty());
        let first = publish(root, "20261121T000000Z", "1");
        let set_back = publish(root, "20260101T000000Z", "2");
        let third = publish(root, "20261121T000000Z", "3");
        let names: Vec<String> = runs(root).unwrap().into_iter().map(|run| run.run).collect();
        assert_eq!(names, [first.clone(), set_back.clone(), third.clone()]);
        let sequences: Vec<u64> = runs(root).unwrap().iter().map(|run| run.sequence).collect();
        assert_eq!(sequences, [1, 2, 3]);
        assert_eq!(find(root, "current").unwrap().run, third);
        assert_eq!(find(root, "previous").unwrap().run, set_back);
        assert_eq!(find(root, "20260101").unwrap().run, set_back);
        assert!(
            matches!(find(root, "20261121"), Err(PublishError::SeveralRuns { runs, .. }) if runs.len() == 2)
        );
        assert!(matches!(find(root, "2027"), Err(PublishError::NoRun { .. })));
        assert_eq!(roll_back(root, &first).unwrap().run, first);
        assert_eq!(fs::read_to_string(root.join("current/a.txt")).unwrap(), "1");
        assert!(before_current(&runs(root).unwrap()).is_empty(), "nothing was published before the first");
        // The next run comes after all of them, and knows which was current before it.
        let fourth = publish(root, "20200101T000000Z", "4");
        let last = runs(root).unwrap().pop().unwrap();
        assert_eq!((last.run, last.sequence, last.previous), (fourth, 4, Some(first)));
    }

    #[test]
    fn the_oldest_go_by_order_not_by_name() {
        let dir = tempfile::tempdir().unwrap();
        for stamp in ["20261121T000000Z", "20261122T000000Z", "20260101T000000Z"] {
            let run = Run::begin(dir.path(), stamp, "0123456789").unwrap();
            run.commit(2).unwrap();
        }
        let names: Vec<String> = runs(dir.path()).unwrap().into_iter().map(|run| run.run).collect();
        assert_eq!(names, ["20261122T000000Z-01234567", "20260101T000000Z-01234567"]);
    }

    #[test]
    fn every_fault_is_found_and_no_damaged_run_is_made_current() {
        let dir = tempfile::tempdir().unwrap();
        let root = dir.path();
        let first = publish(root, "20261121T000000Z", "1");
        publish(root, "20261122T000000Z", "2");
        let folder = find(root, &first).unwrap().folder;
        assert_eq!(verify(&folder).unwrap(), []);
        fs::write(folder.join("a.txt"), "x").unwrap();
        fs::remove_file(folder.join(RUN_FILE)).unwrap();
        fs::write(folder.join("b.txt"), "").unwrap();
        let found: Vec<(String, FaultKind)> =
            verify(&folder).unwrap().into_iter().map(|f| (f.file, f.fault)).collect();
        let expected = [
            ("a.txt".to_owned(), FaultKind::Changed),
            ("b.txt".to_owned(), FaultKind::Foreign),
            (RUN_FILE.to_owned(), FaultKind::Missing),
        ];
        assert_eq!(found, expected);
        assert!(matches!(roll_back(root, &first), Err(PublishError::Damaged { .. })));
        assert_eq!(fs::read_to_string(root.join("current/a.txt")).unwrap(), "2");
        fs::write(folder.join(SUMS_FILE), "torn").unwrap();
        assert_eq!(verify(&folder).unwrap()[0].fault, FaultKind::Unreadable);
    }
}
