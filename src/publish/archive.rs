//! A ZIP archive, as `.qgz` and `.xlsx` are.
//!
//! PKWARE's APPNOTE 6.3.10, sections 4.3.7, 4.3.12 and 4.3.16, without any of the extensions. Times are those of 1980,
//! the beginning of its calendar, so that the same file gives the same bytes.

use std::io::Write;

use flate2::write::DeflateEncoder;
use flate2::{Compression, Crc};

/// Version that a reader needs: 2.0, deflate.
const VERSION: u16 = 20;

/// Names are UTF-8.
const UTF8: u16 = 1 << 11;

/// Deflate.
const METHOD: u16 = 8;

/// 1 January 1980.
const DATE: u16 = 0x0021;

/// The archive of some files; `None` where they do not fit into its 32-bit lengths.
pub(super) fn zip(files: &[(&str, &[u8])]) -> Option<Vec<u8>> {
    let (mut out, mut directory) = (Vec::new(), Vec::new());
    for (name, content) in files {
        let mut encoder = DeflateEncoder::new(Vec::new(), Compression::default());
        // Writing to memory cannot fail.
        encoder.write_all(content).ok()?;
        let packed = encoder.finish().ok()?;
        let mut crc = Crc::new();
        crc.update(content);
        let (length, packed_length) = (u32::try_from(content.len()).ok()?, u32::try_from(packed.len()).ok()?);
        let name_length = u16::try_from(name.len()).ok()?;
        // What both headers say alike.
        let mut common = Vec::new();
        for part in [VERSION, UTF8, METHOD, 0, DATE] {
            common.extend(part.to_le_bytes());
        }
        for part in [crc.sum(), packed_length, length] {
            common.extend(part.to_le_bytes());
        }
        common.extend(name_length.to_le_bytes());
        common.extend(0_u16.to_le_bytes());

        directory.extend(b"PK\x01\x02");
        directory.extend(VERSION.to_le_bytes());
        directory.extend(&common);
        // Comment length, disk, internal attributes; external attributes.
        directory.extend([0; 2 + 2 + 2 + 4]);
        directory.extend(u32::try_from(out.len()).ok()?.to_le_bytes());
        directory.extend(name.as_bytes());

        out.extend(b"PK\x03\x04");
        out.extend(&common);
        out.extend(name.as_bytes());
        out.extend(&packed);
    }
    let (begin, length) = (u32::try_from(out.len()).ok()?, u32::try_from(directory.len()).ok()?);
    let count = u16::try_from(files.len()).ok()?;
    out.extend(directory);
    out.extend(b"PK\x05\x06");
    // This disk, that of the directory, files on it, files.
    for part in [0, 0, count, count] {
        out.extend(part.to_le_bytes());
    }
    out.extend(length.to_le_bytes());
    out.extend(begin.to_le_bytes());
    out.extend(0_u16.to_le_bytes());
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_foreign_reader_finds_the_file() {
        let text = "Peñón ".repeat(1000);
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("a.zip");
        let files = [("mapa ñ.txt", text.as_bytes()), ("b", b"2")];
        std::fs::write(&path, zip(&files).unwrap()).unwrap();
        // GDAL's reader of archives.
        let inside = format!("/vsizip/{}/mapa ñ.txt", path.display());
        let read = gdal::vsi::get_vsi_mem_file_bytes_owned(&inside);
        assert!(read.is_err(), "only files in memory are read so");
        let names = gdal::vsi::read_dir(format!("/vsizip/{}", path.display()), false).unwrap();
        assert_eq!(names, [std::path::PathBuf::from("mapa ñ.txt"), std::path::PathBuf::from("b")]);
        assert!(zip(&[("a", text.as_bytes())]).unwrap().len() < text.len() / 10);
    }
}
