//! Small files that know their own checksum, and appear whole.

use std::io::{self, Write};
use std::path::Path;

use crate::build::home;

/// Text with its BLAKE3 as the first line.
pub fn seal(body: &str) -> String {
    format!("{}\n{body}", blake3::hash(body.as_bytes()).to_hex())
}

/// The text of a sealed file; `None` where the file is not there, or is not what was written.
pub fn open(path: &Path) -> Option<String> {
    let text = std::fs::read_to_string(path).ok()?;
    let (digest, body) = text.split_once('\n')?;
    (blake3::hash(body.as_bytes()).to_hex().as_str() == digest).then(|| body.to_owned())
}

/// Writes a file that is there whole or not at all, and its owner's alone; so is a folder that is made for it.
///
/// It is not synced: what a crash of the machine leaves of it is told by its checksum.
///
/// # Errors
/// What the system says.
pub fn put(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let folder = path.parent().ok_or_else(|| io::Error::other("a file without a folder"))?;
    home::create_folders(folder)?;
    let mut file = tempfile::Builder::new().prefix(".new-").tempfile_in(folder)?;
    file.write_all(bytes)?;
    file.persist(path).map_err(|error| error.error)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_flipped_bit_is_seen() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("a/b.json");
        put(&path, seal("{\"a\":1}\n").as_bytes()).unwrap();
        assert_eq!(open(&path).as_deref(), Some("{\"a\":1}\n"));
        let bytes = std::fs::read(&path).unwrap();
        for at in 0..bytes.len() * 8 {
            let mut broken = bytes.clone();
            broken[at / 8] ^= 1 << (at % 8);
            std::fs::write(&path, broken).unwrap();
            assert_eq!(open(&path), None, "bit {at}");
        }
        for length in 0..bytes.len() {
            std::fs::write(&path, &bytes[..length]).unwrap();
            assert_eq!(open(&path), None, "{length} bytes");
        }
    }
}
