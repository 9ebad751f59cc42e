//! Looks into everything that was written: archives, pages and databases are taken apart first.

use std::fs;
use std::io::{Cursor, Read};
use std::path::{Path, PathBuf};

use flate2::read::{DeflateDecoder, GzDecoder, ZlibDecoder};

use super::tokens::{Token, Tokens};

/// Base64 that is shorter holds no data.
const SHORTEST: usize = 64;
/// A point in hexadecimal digits is no shorter.
const SHORTEST_HEX: usize = 42;

/// Every file under a folder.
pub fn files(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    let mut open = vec![folder.to_owned()];
    while let Some(folder) = open.pop() {
        for entry in fs::read_dir(&folder).into_iter().flatten().flatten() {
            let path = entry.path();
            // Links lead to what is looked at anyway.
            match path.symlink_metadata() {
                Ok(meta) if meta.is_dir() => open.push(path),
                Ok(meta) if meta.is_file() => files.push(path),
                _ => {}
            }
        }
    }
    files.sort();
    files
}

/// What is found in bytes that came out of a door, however they are packed: where, and what.
pub fn found<'a>(tokens: &'a Tokens, door: &str, bytes: &[u8]) -> Vec<(String, &'a Token)> {
    let mut out = Vec::new();
    let mut seen = |door: &str, bytes: &[u8]| {
        out.extend(tokens.found(bytes).into_iter().map(|token| (door.to_owned(), token)));
    };
    let mut open = vec![(door.to_owned(), bytes.to_vec(), 0)];
    while let Some((door, bytes, depth)) = open.pop() {
        seen(&door, &bytes);
        if depth < 3 {
            open.extend(
                packed(&bytes)
                    .into_iter()
                    .map(|(what, bytes)| (format!("{door} ({what})"), bytes, depth + 1)),
            );
        }
    }
    out
}

/// What is packed in bytes.
fn packed(bytes: &[u8]) -> Vec<(String, Vec<u8>)> {
    let mut all = Vec::new();
    if bytes.starts_with(b"PK\x03\x04") {
        all.extend(members(bytes));
    }
    // Wherever they begin: tiles lie one behind another in their archive.
    for at in memchr::memmem::find_iter(bytes, &[0x1f, 0x8b, 0x08]) {
        let mut text = Vec::new();
        if GzDecoder::new(Cursor::new(&bytes[at..])).read_to_end(&mut text).is_ok() {
            all.push(("gzip".to_owned(), text));
        }
    }
    // Streams of a PDF.
    if bytes.starts_with(b"%PDF") {
        for at in memchr::memmem::find_iter(bytes, b"stream\n")
            .chain(memchr::memmem::find_iter(bytes, b"stream\r\n"))
        {
            let from = at + 7 + usize::from(bytes[at + 6] == b'\r');
            let mut text = Vec::new();
            if ZlibDecoder::new(&bytes[from.min(bytes.len())..]).read_to_end(&mut text).is_ok() {
                all.push(("stream".to_owned(), text));
            }
        }
    }
    if bytes.starts_with(b"\x89PNG") {
        all.extend(chunks(bytes));
    }
    if let Ok(text) = std::str::from_utf8(bytes) {
        all.extend(texts(text));
    }
    all
}

/// The members of a zip archive: each local header is followed by its data.
fn members(bytes: &[u8]) -> Vec<(String, Vec<u8>)> {
    let number = |at: usize, n: usize| (0..n).rev().fold(0, |sum, i| sum << 8 | usize::from(bytes[at + i]));
    memchr::memmem::find_iter(bytes, b"PK\x01\x02")
        .filter(|at| at + 46 <= bytes.len())
        .filter_map(|at| {
            let (method, size, name, header) =
                (number(at + 10, 2), number(at + 20, 4), number(at + 28, 2), number(at + 42, 4));
            let start = header + 30 + number(header + 26, 2) + number(header + 28, 2);
            let data = bytes.get(start..start + size)?;
            let name = String::from_utf8_lossy(bytes.get(at + 46..at + 46 + name)?).into_owned();
            let mut text = Vec::new();
            match method {
                0 => text.extend_from_slice(data),
                _ => drop(DeflateDecoder::new(data).read_to_end(&mut text)),
            }
            Some((name, text))
        })
        .collect()
}

/// Texts in a picture: its chunks of text are not compressed, or by zlib.
fn chunks(bytes: &[u8]) -> Vec<(String, Vec<u8>)> {
    let packed = memchr::memmem::find_iter(bytes, b"zTXt").filter_map(|at| {
        let from = at + 4 + memchr::memchr(0, &bytes[at + 4..])? + 2;
        let mut text = Vec::new();
        ZlibDecoder::new(&bytes[from..]).read_to_end(&mut text).ok()?;
        Some(("text".to_owned(), text))
    });
    packed.collect()
}

/// Long runs of base64, and of hexadecimal digits, in a text: databases hand geometry out so.
fn texts(text: &str) -> Vec<(String, Vec<u8>)> {
    text.split(|c: char| !c.is_ascii_alphanumeric() && !"+/=".contains(c))
        .filter(|run| run.len() >= SHORTEST_HEX)
        .filter_map(|run| match hex(run) {
            Some(bytes) => Some(("hex".to_owned(), bytes)),
            None if run.len() >= SHORTEST => Some(("base64".to_owned(), decoded(run)?)),
            None => None,
        })
        .collect()
}

fn hex(run: &str) -> Option<Vec<u8>> {
    let digit = |c: u8| char::from(c).to_digit(16).map(|d| d as u8);
    let bytes = run.as_bytes().chunks(2);
    bytes.map(|two| Some(digit(two[0])? << 4 | digit(*two.get(1)?)?)).collect()
}

fn decoded(run: &str) -> Option<Vec<u8>> {
    let run = run.trim_end_matches('=');
    let value = |c: u8| match c {
        b'A'..=b'Z' => Some(c - b'A'),
        b'a'..=b'z' => Some(c - b'a' + 26),
        b'0'..=b'9' => Some(c - b'0' + 52),
        b'+' => Some(62),
        b'/' => Some(63),
        _ => None,
    };
    let mut out = Vec::with_capacity(run.len() * 3 / 4);
    for four in run.as_bytes().chunks(4) {
        let mut bits = 0_u32;
        for &c in four {
            bits = bits << 6 | u32::from(value(c)?);
        }
        let bits = bits << (6 * (4 - four.len()));
        out.extend_from_slice(&bits.to_be_bytes()[1..four.len().max(1)]);
    }
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hexadecimal_is_read() {
        assert_eq!(hex("7a7A6e").unwrap(), b"zzn");
        assert_eq!((hex("7a7"), hex("zz")), (None, None));
    }

    #[test]
    fn base64_is_read() {
        assert_eq!(decoded("enpuYW1lIQ==").unwrap(), b"zzname!");
        assert_eq!(decoded("enpuYW1l").unwrap(), b"zzname");
    }
}
