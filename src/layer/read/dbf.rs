//! What GDAL does not tell of a dBASE table: records that were deleted, encodings in which it loses letters.

use std::fs::File;
use std::io::{BufReader, Read, Seek, SeekFrom};
use std::path::Path;

/// How many records of the table of a shapefile are marked as deleted; `None` where it cannot be looked at, as in an archive.
pub(super) fn deleted(path: &str) -> Option<u64> {
    let path = Path::new(path);
    let table =
        ["dbf", "DBF"].iter().map(|ending| path.with_extension(ending)).find(|table| table.is_file())?;
    let mut input = BufReader::new(File::open(table).ok()?);
    let mut head = [0; 12];
    input.read_exact(&mut head).ok()?;
    let records = u32::from_le_bytes([head[4], head[5], head[6], head[7]]);
    let start = u16::from_le_bytes([head[8], head[9]]);
    let length = i64::from(u16::from_le_bytes([head[10], head[11]]));
    input.seek(SeekFrom::Start(u64::from(start))).ok()?;
    let mut deleted = 0;
    for _ in 0..records {
        let mut mark = [0];
        // A table that ends here is told elsewhere.
        if input.read_exact(&mut mark).is_err() {
            break;
        }
        deleted += u64::from(mark[0] == b'*');
        input.seek_relative((length - 1).max(0)).ok()?;
    }
    Some(deleted)
}

/// Encodings in which GDAL loses letters: one that keeps the last letter back for a mark that may follow, and those in
/// which ASCII is not itself.
const LOSING: [&str; 7] = ["1258", "TCVN", "UTF-16", "UTF-32", "UCS-", "UCS2", "IBM"];

/// Whether GDAL loses letters of texts in this encoding, by whatever name a `.cpg` gives it.
pub(super) fn loses_letters(encoding: &str) -> bool {
    let name = encoding.trim().to_ascii_uppercase();
    let bare =
        ["CP", "WINDOWS-", "ANSI "].iter().find_map(|before| name.strip_prefix(before)).unwrap_or(&name);
    LOSING.iter().any(|losing| bare.starts_with(losing))
}

#[cfg(test)]
mod tests {
    use super::{deleted, loses_letters};

    #[test]
    fn encodings_that_lose_letters() {
        assert!(["CP1258", "windows-1258", "1258", "UTF-16LE", "TCVN5712-1"].into_iter().all(loses_letters));
        assert!(!["CP1252", "UTF-8", "ISO-8859-1", "CP850", ""].into_iter().any(loses_letters));
    }

    #[test]
    fn marks_are_counted() {
        let dir = tempfile::tempdir().unwrap();
        let mut table = vec![3, 0, 0, 0, 3, 0, 0, 0, 33, 0, 3, 0];
        table.resize(33, 0);
        table.extend(b" ab*cd ef");
        std::fs::write(dir.path().join("t.dbf"), table).unwrap();
        assert_eq!(deleted(&dir.path().join("t.shp").to_string_lossy()), Some(1));
        assert_eq!(deleted("/vsizip/none.zip/t.shp"), None);
    }
}
