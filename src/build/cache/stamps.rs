//! Digests of source files, taken again only where a file may have changed.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, Read};
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::sealed;

/// A file that was changed so short a time before it was looked at may change again within the same tick of the
/// file system's clock, and so keeps no stamp: two seconds are the coarsest tick in use.
const SETTLED_NS: i128 = 2_000_000_000;

/// What a file holds.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
pub struct FileDigest {
    /// BLAKE3 of its bytes, hexadecimal: what fingerprints are made of.
    pub blake3: String,
    /// SHA-256 of its bytes, hexadecimal: what the metadata publish.
    pub sha256: String,
}

/// How a file looked when it was read: any change of its content changes at least its `ctime`, which no program sets.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
struct Look {
    device: u64,
    inode: u64,
    bytes: u64,
    modified_ns: i128,
    changed_ns: i128,
}

#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
struct Stamp {
    look: Look,
    digest: FileDigest,
}

/// The stamps of all source files.
#[derive(Debug, Default)]
pub struct Stamps {
    path: PathBuf,
    before: BTreeMap<PathBuf, Stamp>,
    after: Mutex<BTreeMap<PathBuf, Stamp>>,
    /// How each file looked that was asked for, before it was read.
    looks: Mutex<BTreeMap<PathBuf, Look>>,
}

impl Stamps {
    /// The stamps of the last build; none where they are not there or not whole.
    pub fn load(path: PathBuf) -> Self {
        let before =
            sealed::open(&path).and_then(|body| serde_json::from_str(&body).ok()).unwrap_or_default();
        Self { path, before, after: Mutex::default(), looks: Mutex::default() }
    }

    /// The digest of a file: from its stamp where it looks as it did, else from its bytes.
    ///
    /// # Errors
    /// What the system says.
    pub fn digest(&self, path: &Path) -> io::Result<FileDigest> {
        let look = look(&path.metadata()?);
        self.looks.lock().unwrap_or_else(PoisonError::into_inner).insert(path.to_owned(), look.clone());
        let known = self.before.get(path).filter(|stamp| stamp.look == look);
        let stamp = match known {
            Some(stamp) => stamp.clone(),
            None => Stamp { digest: read(path)?, look },
        };
        let digest = stamp.digest.clone();
        if settled(&stamp.look, now_ns()) {
            self.after.lock().unwrap_or_else(PoisonError::into_inner).insert(path.to_owned(), stamp);
        }
        Ok(digest)
    }

    /// A file that was asked for, is one of `among`, and does not look any more as it did before it was read.
    pub fn moved(&self, among: impl Fn(&Path) -> bool) -> Option<PathBuf> {
        self.find(among, |before, now| {
            now.is_none_or(|now| !is_one_file(before, now) || is_other(before, now))
        })
    }

    /// A file that was asked for, is one of `among`, and was written into since. Another one in its place is none: what
    /// was read of the former was whole.
    pub fn written(&self, among: impl Fn(&Path) -> bool) -> Option<PathBuf> {
        self.find(among, |before, now| {
            now.is_some_and(|now| is_one_file(before, now) && is_other(before, now))
        })
    }

    fn find(
        &self,
        among: impl Fn(&Path) -> bool,
        is_told: impl Fn(&Look, Option<&Look>) -> bool,
    ) -> Option<PathBuf> {
        let looks = self.looks.lock().unwrap_or_else(PoisonError::into_inner);
        let now = |path: &Path| path.metadata().ok().map(|metadata| look(&metadata));
        let mut asked = looks.iter().filter(|(path, _)| among(path));
        asked.find(|(path, before)| is_told(before, now(path).as_ref())).map(|(path, _)| path.clone())
    }

    /// How long to wait until every file that was asked for was left alone for so long.
    pub fn unsettled(&self, settle: Duration) -> Duration {
        let looks = self.looks.lock().unwrap_or_else(PoisonError::into_inner);
        let changed = looks.values().map(|look| look.modified_ns.max(look.changed_ns)).max();
        let settle_ns = i128::try_from(settle.as_nanos()).unwrap_or(i128::MAX);
        let left = changed.map_or(0, |changed| changed + settle_ns - now_ns());
        // A time to come, after the clock was set back, is waited for no longer than any other.
        Duration::from_nanos(u64::try_from(left.clamp(0, settle_ns)).unwrap_or(0))
    }

    /// Keeps the stamps of the files that were asked for, for the next build.
    ///
    /// # Errors
    /// What the system says.
    pub fn save(&self) -> io::Result<()> {
        let after = self.after.lock().unwrap_or_else(PoisonError::into_inner);
        match *after == self.before {
            true => Ok(()),
            false => sealed::put(&self.path, sealed::seal(&serde_json::to_string(&*after)?).as_bytes()),
        }
    }
}

fn is_one_file(before: &Look, now: &Look) -> bool {
    (now.device, now.inode) == (before.device, before.inode)
}

/// Whether something was written; a link or other rights, as backups make them, change a `ctime` alone.
fn is_other(before: &Look, now: &Look) -> bool {
    (now.bytes, now.modified_ns) != (before.bytes, before.modified_ns)
}

/// Whether a file was left alone long enough; a time to come, after the clock was set back, is not.
fn settled(look: &Look, now_ns: i128) -> bool {
    look.modified_ns.max(look.changed_ns) + SETTLED_NS < now_ns
}

fn now_ns() -> i128 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_nanos() as i128)
}

fn look(metadata: &std::fs::Metadata) -> Look {
    let ns = |seconds: i64, ns: i64| i128::from(seconds) * 1_000_000_000 + i128::from(ns);
    Look {
        device: metadata.dev(),
        inode: metadata.ino(),
        bytes: metadata.len(),
        modified_ns: ns(metadata.mtime(), metadata.mtime_nsec()),
        changed_ns: ns(metadata.ctime(), metadata.ctime_nsec()),
    }
}

/// Both digests in one pass, in bounded memory.
fn read(path: &Path) -> io::Result<FileDigest> {
    let mut file = File::open(path)?;
    let (mut blake3, mut sha256) = (blake3::Hasher::new(), Sha256::new());
    let mut block = vec![0; 1 << 18];
    loop {
        match file.read(&mut block)? {
            0 => break,
            n => {
                blake3.update(&block[..n]);
                sha256.update(&block[..n]);
            }
        }
    }
    Ok(FileDigest {
        blake3: blake3.finalize().to_hex().to_string(),
        sha256: sha256.finalize().iter().map(|byte| format!("{byte:02x}")).collect(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_change_within_one_tick_is_seen() {
        let dir = tempfile::tempdir().unwrap();
        let (path, stamps) = (dir.path().join("a.csv"), dir.path().join("stamps.json"));
        let mut seen = Vec::new();
        for text in ["a", "b", "a", "c"] {
            std::fs::write(&path, text).unwrap();
            let now = Stamps::load(stamps.clone());
            seen.push(now.digest(&path).unwrap().blake3);
            now.save().unwrap();
        }
        assert_eq!(seen[0], seen[2]);
        assert!(seen[0] != seen[1] && seen[1] != seen[3] && seen[0] != seen[3]);
    }

    #[test]
    fn a_stamp_holds_only_for_what_has_settled() {
        let look =
            Look { device: 1, inode: 1, bytes: 1, modified_ns: 5_000_000_000, changed_ns: 5_000_000_000 };
        assert!(!settled(&look, 6_000_000_000), "just changed");
        assert!(settled(&look, 8_000_000_000));
        assert!(!settled(&look, 1_000_000_000), "the clock was set back");
    }

    #[test]
    fn a_file_that_is_written_while_it_is_read_has_moved() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("a.csv");
        std::fs::write(&path, "a,b\n1,").unwrap();
        let stamps = Stamps::default();
        assert_eq!(stamps.unsettled(Duration::from_secs(2)), Duration::ZERO, "nothing was asked for");
        stamps.digest(&path).unwrap();
        assert_eq!(stamps.moved(|_| true), None);
        assert_eq!(stamps.unsettled(Duration::ZERO), Duration::ZERO);
        let hour = Duration::from_secs(3600);
        let left = stamps.unsettled(hour);
        assert!(!left.is_zero() && left <= hour, "{left:?}");
        std::fs::write(&path, "a,b\n1,2\n").unwrap();
        assert_eq!(stamps.moved(|_| true), Some(path.clone()));
        assert_eq!(stamps.moved(|other| other != path), None);
        assert_eq!(stamps.written(|_| true), Some(path.clone()));
        // Another file under its name: what was read of the first was whole.
        let other = dir.path().join("b.csv");
        std::fs::write(&other, "a,b\n").unwrap();
        std::fs::rename(&other, &path).unwrap();
        assert_eq!((stamps.moved(|_| true), stamps.written(|_| true)), (Some(path.clone()), None));
        std::fs::remove_file(&path).unwrap();
        assert_eq!((stamps.moved(|_| true), stamps.written(|_| true)), (Some(path), None));
    }

    #[test]
    fn a_settled_file_is_not_read_again() {
        let dir = tempfile::tempdir().unwrap();
        let (path, stamps) = (dir.path().join("a.csv"), dir.path().join("stamps.json"));
        std::fs::write(&path, "a").unwrap();
        let digest = FileDigest { blake3: "kept".into(), sha256: "kept".into() };
        let mut kept = BTreeMap::new();
        kept.insert(path.clone(), Stamp { look: look(&path.metadata().unwrap()), digest: digest.clone() });
        sealed::put(&stamps, sealed::seal(&serde_json::to_string(&kept).unwrap()).as_bytes()).unwrap();
        assert_eq!(Stamps::load(stamps.clone()).digest(&path).unwrap(), digest);
        std::fs::write(&path, "b").unwrap();
        assert_ne!(Stamps::load(stamps.clone()).digest(&path).unwrap(), digest);
        std::fs::write(&stamps, "torn").unwrap();
        assert_ne!(Stamps::load(stamps).digest(&path).unwrap(), digest);
    }
}
