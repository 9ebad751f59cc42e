//! What is kept of each audit inside the workspace: the report, and how sites were hidden in that run.

use std::collections::BTreeMap;
use std::fs;
use std::io::Write;
use std::os::unix::fs::{DirBuilderExt, PermissionsExt};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::hidden::{Hidden, Towns};
use super::report::Report;

/// What is kept of the audit of a run. It tells which settlements hidden sites belong to: it never leaves.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, Serialize)]
pub struct Record {
    /// How sites were hidden in it.
    pub hidden: Vec<Hidden>,
    /// What the audit found.
    pub report: Report,
}

impl Record {
    /// Adds how sites are hidden on a later night, when the same run still stands.
    pub fn join(&mut self, hidden: &[Hidden]) {
        for other in hidden {
            let same = |own: &&mut Hidden| own.layer == other.layer && own.list == other.list;
            match self.hidden.iter_mut().find(same) {
                Some(own) => own.join(other),
                None => self.hidden.push(other.clone()),
            }
        }
    }
}

/// The folder of all records.
#[derive(Clone, Debug)]
pub struct Records(PathBuf);

impl Records {
    /// The records of a workspace.
    pub fn of(root: &Path) -> Self {
        Self(root.join(".corredor").join("audit"))
    }

    /// The file of a run's record.
    pub fn path(&self, edition: Option<&str>, run: &str) -> PathBuf {
        let edition = edition.map(|name| format!(".{name}")).unwrap_or_default();
        self.0.join(format!("{run}{edition}.json"))
    }

    /// The record of a run; `None` where there is none that can be read.
    pub fn load(&self, edition: Option<&str>, run: &str) -> Option<Record> {
        serde_json::from_slice(&fs::read(self.path(edition, run)).ok()?).ok()
    }

    /// Keeps a record, readable by its owner alone.
    ///
    /// # Errors
    /// What the system says.
    pub fn save(&self, edition: Option<&str>, run: &str, record: &Record) -> std::io::Result<()> {
        put(&self.path(edition, run), record)
    }

    /// The file of a list of settlements. Records name lists by their digests, so that each is kept once.
    fn list_path(&self, list: &str) -> PathBuf {
        self.0.with_file_name("settlements").join(format!("{list}.json"))
    }

    /// A list of settlements that a record names; `None` where there is none that can be read.
    pub fn load_list(&self, list: &str) -> Option<Towns> {
        serde_json::from_slice(&fs::read(self.list_path(list)).ok()?).ok()
    }

    /// Keeps a list of settlements, and no others than those named.
    ///
    /// # Errors
    /// What the system says.
    pub fn keep_lists(&self, lists: &BTreeMap<String, Towns>) -> std::io::Result<()> {
        for (list, towns) in lists {
            let path = self.list_path(list);
            if !path.exists() {
                put(&path, towns)?;
            }
        }
        for entry in fs::read_dir(self.0.with_file_name("settlements")).into_iter().flatten().flatten() {
            let known =
                entry.path().file_stem().is_some_and(|list| lists.contains_key(&*list.to_string_lossy()));
            if !known {
                let _ = fs::remove_file(entry.path());
            }
        }
        Ok(())
    }

    /// Removes the records of runs that do not stand any more. One that stays does no harm.
    pub fn keep_only(&self, stands: impl Fn(&str) -> bool) {
        for entry in fs::read_dir(&self.0).into_iter().flatten().flatten() {
            let name = entry.file_name().to_string_lossy().into_owned();
            let run = name.split('.').next().unwrap_or_default();
            if name.ends_with(".json") && !stands(run) {
                let _ = fs::remove_file(entry.path());
            }
        }
    }
}

/// Writes a file that is its owner's alone, whole or not at all.
fn put(path: &Path, value: &impl Serialize) -> std::io::Result<()> {
    let folder = path.parent().unwrap_or(Path::new("."));
    if !folder.is_dir() {
        fs::DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
    }
    // The temporary file is for its owner alone from the beginning.
    let mut file = tempfile::NamedTempFile::new_in(folder)?;
    let text = serde_json::to_string_pretty(value).unwrap_or_default() + "\n";
    file.write_all(text.as_bytes())?;
    file.as_file().set_permissions(fs::Permissions::from_mode(0o600))?;
    file.as_file().sync_all()?;
    file.persist(path).map_err(|error| error.error)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn records_are_for_their_owner_alone_and_go_with_their_runs() {
        let dir = tempfile::tempdir().unwrap();
        let records = Records::of(dir.path());
        let record = Record { report: Report { sites: 3, ..Report::default() }, ..Record::default() };
        records.save(None, "a", &record).unwrap();
        records.save(Some("partners"), "b", &record).unwrap();
        let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!(mode(&records.path(None, "a")), 0o600);
        assert_eq!(mode(&dir.path().join(".corredor/audit")), 0o700);
        assert_eq!(records.load(Some("partners"), "b").unwrap(), record);
        assert_eq!(records.load(None, "b"), None);
        records.keep_only(|run| run == "b");
        assert!(records.load(None, "a").is_none() && records.load(Some("partners"), "b").is_some());
        let list = |lon: f64| Towns { by_id: BTreeMap::from([("a".to_owned(), ((lon, 0.0), Some(3.0)))]) };
        let digests = [list(1.0), list(2.0)].map(|towns| towns.digest());
        assert_ne!(digests[0], digests[1]);
        records.keep_lists(&BTreeMap::from([(digests[0].clone(), list(1.0))])).unwrap();
        assert_eq!(records.load_list(&digests[0]), Some(list(1.0)));
        records.keep_lists(&BTreeMap::from([(digests[1].clone(), list(2.0))])).unwrap();
        assert_eq!(records.load_list(&digests[0]), None);
    }
}
