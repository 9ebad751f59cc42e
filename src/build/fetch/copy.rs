//! The copies on this machine.

use std::io;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::http::{New, Validators};
use crate::build::cache::{open_sealed, put_whole, seal};
use crate::build::home;
use crate::text::redact_address;

/// What is known of a copy.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
pub struct Record {
    /// Its address, without what opens it; the whole of it names the folder.
    pub url: String,
    /// Its name.
    pub name: String,
    /// SHA-256 of its bytes.
    pub sha256: String,
    /// Its length.
    pub bytes: u64,
    /// Features that were read of it.
    pub features: usize,
    /// What the server said of it.
    pub validators: Validators,
    /// When the server last said that it is the newest, seconds since 1970.
    pub confirmed: i64,
}

/// A copy.
#[derive(Clone, Debug)]
pub struct Copy {
    pub record: Record,
    /// Where it lies.
    pub file: PathBuf,
}

/// Folder of an address.
fn home(folder: &Path, url: &str) -> PathBuf {
    folder.join(&blake3::hash(url.as_bytes()).to_hex()[..16])
}

/// Where new files of an address are written: on the same file system as the copies.
pub fn staging(folder: &Path, url: &str) -> PathBuf {
    home(folder, url)
}

impl Copy {
    /// The copy of an address, every byte checked; `None` where there is none, or it is not what was fetched.
    pub fn load(folder: &Path, url: &str) -> Option<Self> {
        let copy = Self::standing(folder, url)?;
        let sha256 = crate::layer::read::sha256_file(&copy.file).ok()?;
        (sha256 == copy.record.sha256).then_some(copy)
    }

    /// The copy of an address by its record and length.
    pub fn standing(folder: &Path, url: &str) -> Option<Self> {
        let home = home(folder, url);
        let record: Record = serde_json::from_str(&open_sealed(&home.join("copy.json"))?).ok()?;
        let file = home.join(&record.sha256[..16.min(record.sha256.len())]).join(&record.name);
        let whole = file.metadata().is_ok_and(|found| found.len() == record.bytes);
        (record.url == redact_address(url) && whole).then_some(Self { record, file })
    }

    /// Keeps what is known of it.
    pub fn save(&self, folder: &Path, url: &str) -> io::Result<()> {
        let text = serde_json::to_string(&self.record)?;
        put_whole(&home(folder, url).join("copy.json"), seal(&text).as_bytes())
    }
}

/// Puts a new file into the place of the last copy: first the file under its own digest, then the record that names it,
/// then the old file goes. Cut off anywhere, one whole copy stands.
pub fn keep(
    folder: &Path,
    url: &str,
    new: New,
    features: usize,
    now: jiff::Timestamp,
) -> io::Result<PathBuf> {
    let home = home(folder, url);
    let own = home.join(&new.sha256[..16]);
    let file = own.join(&new.name);
    let bytes = new.file.metadata()?.len();
    home::create_folders(&own)?;
    std::fs::rename(&new.file, &file)?;
    let New { name, sha256, validators, .. } = new;
    let record = Record {
        url: redact_address(url),
        name,
        sha256,
        bytes,
        features,
        validators,
        confirmed: now.as_second(),
    };
    Copy { record, file: file.clone() }.save(folder, url)?;
    for entry in std::fs::read_dir(&home)?.flatten() {
        let path = entry.path();
        if path.is_dir() && path != own {
            // One that stays takes room and does no harm.
            let _ = std::fs::remove_dir_all(path);
        }
    }
    Ok(file)
}
