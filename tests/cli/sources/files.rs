//! What is a file, and what of an archive is meant.

use std::io::Write;

use corredor::layer::read::{ReadError, inspect};

use super::{elsewhere::GEOJSON, fixtures, fixtures::zip, ground, put, refused};

#[test]
fn only_files_are_files() {
    let dir = ground();
    for path in ["/dev/zero", "/dev/null", "/dev/urandom"] {
        assert!(matches!(refused(path), ReadError::NotRegular { .. }), "{path}");
    }
    let pipe = |name: &str| {
        let path = dir.path().join(name);
        let made = std::process::Command::new("mkfifo").arg(&path).status().unwrap();
        assert!(made.success());
        path.to_string_lossy().into_owned()
    };
    for name in ["a.csv", "a.geojson", "a.zip"] {
        assert!(matches!(refused(&pipe(name)), ReadError::NotRegular { .. }), "{name}");
    }
    // Beside a file that a driver opens with it, and in a folder.
    pipe("b.dbf");
    let shp = put(dir.path(), "b.shp", b"\0\0\x27\x0a");
    assert!(matches!(refused(&shp), ReadError::NotRegular { .. }));
    std::os::unix::fs::symlink("/dev/zero", dir.path().join("link.csv")).unwrap();
    let link = dir.path().join("link.csv").to_string_lossy().into_owned();
    assert!(matches!(refused(&link), ReadError::NotRegular { .. }));
    let table =
        fixtures::told(dir.path(), &["locate", "link.csv", "link.csv", "--key", "id", "--out", "o.csv"]);
    assert!(table.contains("is a device"), "{table}");
}

#[test]
fn another_format_than_its_ending_says_is_told() {
    let dir = ground();
    let zones = GEOJSON.replace("CRS", "");
    for (name, bytes, told) in [
        ("a.shp", zones.as_bytes(), "it is JSON"),
        ("a.gpkg", b"PK\x03\x04....".as_slice(), "it is a zip archive"),
        ("a.geojson", b"<!DOCTYPE html><html>404</html>", "it is a web page (HTML)"),
        ("b.geojson", b"version https://git-lfs.github.com/spec/v1\n", "it is a pointer of Git LFS"),
        ("a.fgb", b"\x1f\x8b\x08\0", "it is compressed by gzip"),
    ] {
        let error = refused(&put(dir.path(), name, bytes));
        assert!(matches!(error, ReadError::NotAsNamed { .. }) && error.to_string().contains(told), "{error}");
    }
    let error = refused(&put(dir.path(), "a.docx", b"x"));
    assert!(matches!(error, ReadError::UnknownEnding { .. }), "{error}");
}

#[test]
fn archives_hold_what_is_meant_and_end() {
    let dir = ground();
    let zones = GEOJSON.replace("CRS", "");
    let notes: &[(&str, &[u8])] = &[
        ("in/zones.geojson", zones.as_bytes()),
        ("in/readme.txt", b"hola"),
        ("in/meta.xml", b"<!DOCTYPE x><x/>"),
        ("__MACOSX/in/._zones.geojson", b"\0\x05\x16\x07"),
    ];
    let path = put(dir.path(), "zones.zip", &zip(notes));
    assert_eq!(inspect(&path, None, None).unwrap().features, 1);
    // The same bytes as two files: the second lies over the first.
    let mut twice = zip(&[("a.geojson", zones.as_bytes()), ("b.geojson", &b" ".repeat(zones.len())[..])]);
    let second = twice.windows(4).rposition(|window| window == b"PK\x01\x02").unwrap();
    twice[second + 20..second + 24].copy_from_slice(&2_000_000_u32.to_le_bytes());
    assert!(matches!(refused(&put(dir.path(), "twice.zip", &twice)), ReadError::TooMuch { .. }));
    // Zeros that unpack to a thousand times their size.
    let mut packed = flate2::write::DeflateEncoder::new(Vec::new(), flate2::Compression::best());
    for _ in 0..320 {
        packed.write_all(&vec![b'0'; 1 << 20]).unwrap();
    }
    let packed = packed.finish().unwrap();
    let mut bomb = zip(&[("a.csv", &packed)]);
    let directory = bomb.windows(4).rposition(|window| window == b"PK\x01\x02").unwrap();
    for head in [4, directory + 6] {
        bomb[head + 4] = 8;
        bomb[head + 18..head + 22].copy_from_slice(&(320_u32 << 20).to_le_bytes());
    }
    let error = refused(&put(dir.path(), "bomb.zip", &bomb));
    assert!(matches!(error, ReadError::TooMuch { .. }), "{error}");
    // Every cut and every flip is refused or read.
    let whole = zip(notes);
    for at in 0..whole.len() {
        let mut bytes = whole.clone();
        bytes[at] ^= 0x41;
        let path = put(dir.path(), "flip.zip", if at % 2 == 0 { &bytes } else { &whole[..at] });
        let _ = inspect(&path, None, None);
    }
}
