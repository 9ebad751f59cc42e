//! Keeping the cache within its size.

use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use super::entry::{Blob, Entry};
use super::store::FORMAT;
use super::{Cache, sealed};

/// A kept layer as the sweep sees it.
struct Kept {
    path: PathBuf,
    fingerprint: String,
    used: SystemTime,
    entry: Entry,
    bytes: u64,
}

impl Cache {
    /// Removes what other versions of the format left; says whether anything was there.
    ///
    /// # Errors
    /// What the system says.
    pub fn drop_foreign(&self) -> io::Result<bool> {
        let Some(parent) = self.folder.parent().filter(|parent| parent.is_dir()) else { return Ok(false) };
        let mut found = false;
        for entry in fs::read_dir(parent)? {
            let entry = entry?;
            let name = entry.file_name().to_string_lossy().into_owned();
            if name.starts_with("cache-") && name != FORMAT && entry.file_type()?.is_dir() {
                fs::remove_dir_all(entry.path())?;
                found = true;
            }
        }
        Ok(found)
    }

    /// Keeps the layers under these fingerprints, marked as used now, and of the others the last used, as far as
    /// `limit` bytes go; removes the rest, and every file that no kept layer names.
    ///
    /// # Errors
    /// What the system says.
    pub fn sweep(&self, current: &BTreeSet<String>, limit: u64) -> io::Result<()> {
        let folder = self.folder.join("layers");
        if !folder.is_dir() {
            return Ok(());
        }
        let mut layers = Vec::new();
        for file in fs::read_dir(&folder)? {
            let path = file?.path();
            let entry = sealed::open(&path).and_then(|body| serde_json::from_str::<Entry>(&body).ok());
            let Some(entry) = entry else {
                fs::remove_file(&path)?;
                continue;
            };
            let fingerprint = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
            let found = path.metadata()?;
            if current.contains(&fingerprint) {
                fs::File::open(&path)?.set_modified(SystemTime::now())?;
            }
            layers.push(Kept { used: found.modified()?, bytes: found.len(), path, fingerprint, entry });
        }
        // Those of this build first, then the last used; by name where that ties.
        layers.sort_by(|a, b| {
            let old = |kept: &Kept| !current.contains(&kept.fingerprint);
            (old(a), b.used, &a.path).cmp(&(old(b), a.used, &b.path))
        });
        let (mut blobs, mut total) = (BTreeSet::<String>::new(), 0);
        for kept in layers {
            let own = std::iter::once(&kept.entry.attributes).chain(&kept.entry.geometry);
            let fresh: Vec<&Blob> = own.filter(|blob| !blobs.contains(&blob.blake3)).collect();
            let bytes = kept.bytes + fresh.iter().map(|blob| blob.bytes).sum::<u64>();
            if total + bytes > limit && !current.contains(&kept.fingerprint) {
                fs::remove_file(&kept.path)?;
                continue;
            }
            total += bytes;
            blobs.extend(fresh.iter().map(|blob| blob.blake3.clone()));
        }
        remove_others(&self.blob_folder(), &blobs)
    }
}

/// Removes blobs that nobody names, and what a killed writer left.
fn remove_others(folder: &Path, named: &BTreeSet<String>) -> io::Result<()> {
    if !folder.is_dir() {
        return Ok(());
    }
    for file in fs::read_dir(folder)? {
        let path = file?.path();
        let stem = path.file_stem().unwrap_or_default().to_string_lossy();
        if !named.contains(stem.as_ref()) {
            fs::remove_file(&path)?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::layer::{Column, Geometry, Layer, Provenance};

    fn save(cache: &Cache, fingerprint: &str, value: f64) -> u64 {
        let columns = vec![Column::texts("code", vec![Some("01")]), Column::numbers("v", vec![Some(value)])];
        let layer =
            Layer::new("t", "code", columns, Arc::new(Geometry::None), Provenance::default()).unwrap();
        let entry = cache.save(fingerprint, &layer, 0.0).unwrap();
        let path = cache.folder.join("layers").join(format!("{fingerprint}.json"));
        entry.attributes.bytes + path.metadata().unwrap().len()
    }

    #[test]
    fn the_oldest_go_first_and_what_is_in_use_stays() {
        let dir = tempfile::tempdir().unwrap();
        let cache = Cache::new(dir.path());
        let hour = std::time::Duration::from_secs(3600);
        let mut one = 0;
        for (n, name) in ["a", "b", "c", "d"].iter().enumerate() {
            one = save(&cache, name, n as f64);
            let path = cache.folder.join("layers").join(format!("{name}.json"));
            let time = SystemTime::now() - hour * (10 - n as u32);
            fs::File::open(path).unwrap().set_modified(time).unwrap();
        }
        fs::write(cache.blob_folder().join(".new-left"), "x").unwrap();
        fs::write(cache.folder.join("layers/torn.json"), "x").unwrap();
        // `a` is in use though it is the oldest; room for two.
        cache.sweep(&BTreeSet::from(["a".to_owned()]), one * 2 + 8).unwrap();
        let kept = ["a", "b", "c", "d", "torn"].map(|f| matches!(cache.entry("t", f), Ok(Some(_))));
        assert_eq!(kept, [true, false, false, true, false]);
        assert_eq!(fs::read_dir(cache.blob_folder()).unwrap().count(), 2);
        cache.sweep(&BTreeSet::from(["a".to_owned()]), 0).unwrap();
        assert_eq!(fs::read_dir(cache.folder.join("layers")).unwrap().count(), 1, "what is in use stays");
    }

    #[test]
    fn another_version_goes() {
        let dir = tempfile::tempdir().unwrap();
        fs::create_dir_all(dir.path().join("cache-0/layers")).unwrap();
        fs::create_dir_all(dir.path().join("sources")).unwrap();
        let cache = Cache::new(dir.path());
        assert!(cache.drop_foreign().unwrap());
        assert!(!cache.drop_foreign().unwrap());
        assert!(dir.path().join("sources").is_dir() && !dir.path().join("cache-0").exists());
        assert!(!Cache::new(&dir.path().join("absent")).drop_foreign().unwrap());
    }
}
