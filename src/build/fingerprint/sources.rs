//! What a source holds, told without opening it where that can be.

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use crate::build::BuildError;
use crate::build::cache::{FileDigest, Stamps};
use crate::layer::read::irregular;
use crate::workspace::Source;

/// What a source holds.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum SourceFingerprint {
    /// Files, by their names from the source's folder on, with their BLAKE3.
    Files(BTreeMap<String, String>),
    /// What was read of something that cannot be told unchanged without reading it: a digest of the layer.
    Content(String),
}

/// Digests of the files of a build, each taken once.
#[derive(Debug)]
pub struct Sources {
    stamps: Stamps,
    digests: Mutex<BTreeMap<PathBuf, FileDigest>>,
}

impl Sources {
    /// Digests with the stamps of the last build.
    pub fn new(stamps: Stamps) -> Self {
        Self { stamps, digests: Mutex::default() }
    }

    /// SHA-256 of every file that was looked at, for the metadata.
    pub fn sha256(&self) -> BTreeMap<PathBuf, String> {
        let digests = self.digests.lock().unwrap_or_else(PoisonError::into_inner);
        digests.iter().map(|(path, digest)| (path.clone(), digest.sha256.clone())).collect()
    }

    /// A file of a source that is not any more what its digest was taken of.
    pub fn moved(&self, source: &Source) -> Option<PathBuf> {
        let path = source.local()?;
        self.stamps.moved(|file| is_of(file, path))
    }

    /// A file of a source that was written into since its digest was taken: what was read may be half of it.
    pub fn written(&self, source: &Source) -> Option<PathBuf> {
        let path = source.local()?;
        self.stamps.written(|file| is_of(file, path))
    }

    /// Waits until every source was left alone for so long.
    pub fn settle(&self, settle: Duration) {
        std::thread::sleep(self.stamps.unsettled(settle));
    }

    /// Keeps the stamps for the next build.
    ///
    /// # Errors
    /// What the system says.
    pub fn save(&self) -> io::Result<()> {
        self.stamps.save()
    }

    fn digest(&self, path: &Path) -> io::Result<FileDigest> {
        if let Some(known) = self.digests.lock().unwrap_or_else(PoisonError::into_inner).get(path) {
            return Ok(known.clone());
        }
        let digest = self.stamps.digest(path)?;
        let mut digests = self.digests.lock().unwrap_or_else(PoisonError::into_inner);
        Ok(digests.entry(path.to_owned()).or_insert(digest).clone())
    }
}

/// Whether a file belongs to the source at a path: what a format lays beside it has its name and another ending.
fn is_of(file: &Path, path: &Path) -> bool {
    let beside = file.parent() == path.parent() && file.file_stem() == path.file_stem();
    file.starts_with(path) || beside
}

/// What a source holds; `None` where only reading it can tell (a database, a service, a file that names others).
///
/// # Errors
/// [`BuildError::Io`] where a file that is there cannot be read. A file that is not there is left to the reader,
/// which tells it better.
pub fn source_fingerprint(
    source: &Source,
    sources: &Sources,
) -> Result<Option<SourceFingerprint>, BuildError> {
    let Some(path) = source.local() else { return Ok(None) };
    let ending = path.extension().unwrap_or_default().to_ascii_lowercase();
    // What the reader refuses: a virtual dataset, a device, which does not end.
    if !path.exists() || ending == "vrt" || ending == "ovf" || irregular(path).is_some() {
        return Ok(None);
    }
    let failed = |error| BuildError::Io { path: path.to_owned(), error };
    let files = files(path).map_err(failed)?;
    let base = path.parent().unwrap_or(path);
    let digests: Vec<Result<(String, String), BuildError>> = files
        .into_par_iter()
        .map(|file| match sources.digest(&file) {
            Ok(digest) => {
                let name = file.strip_prefix(base).unwrap_or(&file).to_string_lossy().into_owned();
                Ok((name, digest.blake3))
            }
            Err(error) => Err(BuildError::Io { path: file, error }),
        })
        .collect();
    Ok(Some(SourceFingerprint::Files(digests.into_iter().collect::<Result<_, _>>()?)))
}

/// The files that a source consists of: itself, those that its format lays beside it, all of a folder.
fn files(path: &Path) -> io::Result<Vec<PathBuf>> {
    if path.is_dir() {
        let mut found = Vec::new();
        walk(path, &mut found)?;
        found.sort();
        return Ok(found);
    }
    let ending = path.extension().unwrap_or_default().to_string_lossy().to_ascii_lowercase();
    let beside: &[&str] = match ending.as_str() {
        "shp" | "dbf" => &["shp", "shx", "dbf", "prj", "cpg"],
        "tab" => &["dat", "map", "id", "ind"],
        "mif" => &["mid"],
        "csv" | "tsv" | "txt" => &["csvt", "prj"],
        "gml" => &["gfs", "xsd"],
        _ => &[],
    };
    let mut found = vec![path.to_owned()];
    for ending in beside {
        // Both cases are in use; on a file system that does not tell them apart both are the same file.
        let twins = [ending.to_string(), ending.to_ascii_uppercase()].map(|e| path.with_extension(e));
        found.extend(twins.into_iter().filter(|twin| twin != path && twin.is_file()));
    }
    // What SQLite has not yet written back into the file.
    let mut log = path.as_os_str().to_owned();
    log.push("-wal");
    let log = PathBuf::from(log);
    if log.metadata().is_ok_and(|log| log.is_file() && log.len() > 0) {
        found.push(log);
    }
    Ok(found)
}

fn walk(folder: &Path, found: &mut Vec<PathBuf>) -> io::Result<()> {
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        match path.is_dir() {
            true => walk(&path, found)?,
            // Locks come and go with whoever reads the folder.
            false if path.extension().is_some_and(|ending| ending == "lock") => {}
            // A device or a pipe, which the reader refuses.
            false if irregular(&path).is_some() => {}
            false => found.push(path),
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fingerprint(path: &Path) -> Option<SourceFingerprint> {
        let sources = Sources::new(Stamps::default());
        source_fingerprint(&Source::File(path.to_owned()), &sources).unwrap()
    }

    #[test]
    fn what_lies_beside_a_shapefile_counts() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("a.shp");
        for (name, text) in [("a.shp", "1"), ("a.dbf", "2"), ("a.CPG", "3"), ("a.txt", "4"), ("b.dbf", "5")] {
            std::fs::write(dir.path().join(name), text).unwrap();
        }
        let Some(SourceFingerprint::Files(files)) = fingerprint(&path) else { panic!() };
        assert_eq!(files.keys().collect::<Vec<_>>(), ["a.CPG", "a.dbf", "a.shp"]);
        std::fs::write(dir.path().join("a.dbf"), "x").unwrap();
        assert_ne!(fingerprint(&path), Some(SourceFingerprint::Files(files)));
    }

    #[test]
    fn a_folder_is_all_its_files_and_a_database_cannot_be_told() {
        let dir = tempfile::tempdir().unwrap();
        std::fs::create_dir_all(dir.path().join("a.gdb/in")).unwrap();
        std::fs::write(dir.path().join("a.gdb/in/x"), "1").unwrap();
        std::fs::write(dir.path().join("a.gdb/y.lock"), "1").unwrap();
        let Some(SourceFingerprint::Files(files)) = fingerprint(&dir.path().join("a.gdb")) else { panic!() };
        assert_eq!(files.keys().collect::<Vec<_>>(), ["a.gdb/in/x"]);
        assert_eq!(fingerprint(&dir.path().join("absent.csv")), None);
        let sources = Sources::new(Stamps::default());
        assert_eq!(source_fingerprint(&Source::Gdal("PG:dbname=gis".into()), &sources).unwrap(), None);
    }
}
