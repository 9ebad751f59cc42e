//! Zip archives: what is in them, and whether they may be unpacked.

use std::io::{self, Cursor, Read, Seek, SeekFrom};

use flate2::read::{DeflateDecoder, MultiGzDecoder};

use super::fault::Fault;

/// Entries of an archive.
const MOST_ENTRIES: u64 = 100_000;

/// How many times its size an archive may unpack to; deflate gives 1,032 at best, and tables of numbers give 10 to 40.
pub(super) const GREATEST_RATIO: u64 = 250;

/// What any archive may unpack to, whatever its size.
const ALWAYS: u64 = 256 << 20;

/// What is unpacked of an entry to look through it.
const MOST_LOOKED_THROUGH: u64 = 1 << 30;

/// The longest end of an archive: its last record and its comment.
const LONGEST_END: u64 = 22 + 65_535;

/// A file in an archive.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::layer::read) struct Entry {
    pub name: String,
    method: u16,
    compressed: u64,
    /// Bytes unpacked, as the archive says.
    pub size: u64,
    offset: u64,
}

impl Entry {
    /// Whether it is an entry or lies below it; all lie below the archive itself.
    pub fn is_within(&self, entry: &str) -> bool {
        let below = |rest: &str| rest.is_empty() || rest.starts_with('/');
        entry.is_empty() || self.name.strip_prefix(entry).is_some_and(below)
    }
}

/// Little-endian numbers at a place.
fn number(bytes: &[u8], at: usize, length: usize) -> Option<u64> {
    let bytes = bytes.get(at..at.checked_add(length)?)?;
    Some(bytes.iter().rev().fold(0, |number, &byte| number << 8 | u64::from(byte)))
}

fn read_at(input: &mut (impl Read + Seek), at: u64, length: u64) -> io::Result<Vec<u8>> {
    input.seek(SeekFrom::Start(at))?;
    let mut bytes = Vec::new();
    input.take(length).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// The files in an archive of so many bytes.
pub(in crate::layer::read) fn entries(
    input: &mut (impl Read + Seek),
    bytes: u64,
) -> Result<Vec<Entry>, Fault> {
    let damaged = || Fault::Damaged("the archive is damaged: its directory cannot be read".to_owned());
    let start = bytes.saturating_sub(LONGEST_END);
    let end = read_at(input, start, LONGEST_END).map_err(|_| damaged())?;
    let at = end
        .windows(4)
        .rposition(|window| window == b"PK\x05\x06")
        .filter(|at| at + 22 <= end.len())
        .ok_or_else(damaged)?;
    let record = &end[at..];
    let field = |at, length| number(record, at, length).unwrap_or(0);
    let (mut count, mut size, mut offset) = (field(10, 2), field(12, 4), field(16, 4));
    let mut directory_end = start + at as u64;
    if count == 0xffff || size == 0xffff_ffff || offset == 0xffff_ffff {
        let locator = directory_end.checked_sub(20).ok_or_else(damaged)?;
        let locator = read_at(input, locator, 20).map_err(|_| damaged())?;
        if locator.starts_with(b"PK\x06\x07") {
            let at = number(&locator, 8, 8).ok_or_else(damaged)?;
            let long = read_at(input, at, 56).map_err(|_| damaged())?;
            if !long.starts_with(b"PK\x06\x06") {
                return Err(damaged());
            }
            let field = |at| number(&long, at, 8).ok_or_else(damaged);
            (count, size, offset) = (field(32)?, field(40)?, field(48)?);
            directory_end = at;
        }
    }
    if count > MOST_ENTRIES {
        return Err(Fault::TooMuch(format!(
            "the archive has {count} entries; at most {MOST_ENTRIES} are read"
        )));
    }
    // What stands before an archive moves all its offsets.
    let directory = directory_end.checked_sub(size).ok_or_else(damaged)?;
    let before = directory.checked_sub(offset).ok_or_else(damaged)?;
    let directory = read_at(input, directory, size).map_err(|_| damaged())?;
    let mut entries = Vec::new();
    let mut at = 0;
    for _ in 0..count {
        let entry = entry(&directory, &mut at, before).ok_or_else(damaged)?;
        if !entry.name.ends_with('/') {
            entries.push(entry);
        }
    }
    let sum = |of: fn(&Entry) -> u64| entries.iter().map(of).fold(0, u64::saturating_add);
    if sum(|entry| entry.compressed) > bytes {
        return Err(Fault::TooMuch("the entries of the archive lie over each other".to_owned()));
    }
    let unpacked = sum(|entry| entry.size);
    if unpacked > ALWAYS && unpacked / GREATEST_RATIO > bytes {
        return Err(Fault::TooMuch(format!(
            "the archive would unpack to {unpacked} bytes, {} times its size; at most {GREATEST_RATIO} times are read",
            unpacked / bytes.max(1)
        )));
    }
    Ok(entries)
}

/// The entry of the directory that begins at a place, which moves on to the next.
fn entry(directory: &[u8], at: &mut usize, before: u64) -> Option<Entry> {
    let record = directory.get(*at..)?;
    if !record.starts_with(b"PK\x01\x02") {
        return None;
    }
    let field = |at, length| number(record, at, length);
    let length = |at| field(at, 2).and_then(|length| usize::try_from(length).ok());
    let (name, extra, comment) = (length(28)?, length(30)?, length(32)?);
    let mut entry = Entry {
        name: String::from_utf8_lossy(record.get(46..46 + name)?).into_owned(),
        method: u16::try_from(field(10, 2)?).ok()?,
        compressed: field(20, 4)?,
        size: field(24, 4)?,
        offset: field(42, 4)?,
    };
    // The long form of what does not fit, in this order.
    let mut extras = record.get(46 + name..46 + name + extra)?;
    while extras.len() >= 4 {
        let long = usize::try_from(number(extras, 2, 2)?).ok()?;
        let body = extras.get(4..4 + long)?;
        if number(extras, 0, 2) == Some(1) {
            let mut place = 0;
            for value in [&mut entry.size, &mut entry.compressed, &mut entry.offset] {
                if *value == 0xffff_ffff {
                    *value = number(body, place, 8)?;
                    place += 8;
                }
            }
        }
        extras = &extras[4 + long..];
    }
    entry.offset = entry.offset.checked_add(before)?;
    *at += 46 + name + extra + comment;
    Some(entry)
}

/// The bytes of an entry, at most so many of them if not all are wanted.
pub(in crate::layer::read) fn member(
    input: &mut (impl Read + Seek),
    entry: &Entry,
    most: Option<u64>,
) -> Result<Cursor<Vec<u8>>, Fault> {
    let name = &entry.name;
    let damaged = |what: &str| Fault::Damaged(format!("`{name}` in the archive {what}"));
    let local = read_at(input, entry.offset, 30).map_err(|_| damaged("cannot be read"))?;
    let lengths = number(&local, 26, 2).zip(number(&local, 28, 2));
    let (Some((name_length, extra)), true) = (lengths, local.starts_with(b"PK\x03\x04")) else {
        return Err(damaged("is not where the directory says"));
    };
    input
        .seek(SeekFrom::Start(entry.offset + 30 + name_length + extra))
        .map_err(|_| damaged("cannot be read"))?;
    let packed = input.take(entry.compressed);
    let limit = most.unwrap_or(MOST_LOOKED_THROUGH + 1);
    let mut bytes = Vec::new();
    let read = match entry.method {
        0 => packed.take(limit).read_to_end(&mut bytes),
        8 => DeflateDecoder::new(packed).take(limit).read_to_end(&mut bytes),
        _ => return Err(damaged("is packed in a way that is not read: pack it again, or unpack it")),
    };
    read.map_err(|_| damaged("is damaged"))?;
    if bytes.len() as u64 > MOST_LOOKED_THROUGH {
        return Err(Fault::TooMuch(format!(
            "`{name}` in the archive has more than {MOST_LOOKED_THROUGH} bytes: unpack it"
        )));
    }
    Ok(Cursor::new(bytes))
}

/// The bytes of a file that gzip has packed, at most so many of them if not all are wanted.
pub(super) fn unzipped(file: impl Read, most: Option<u64>) -> Result<Cursor<Vec<u8>>, Fault> {
    let mut bytes = Vec::new();
    let limit = most.unwrap_or(MOST_LOOKED_THROUGH + 1);
    let read = MultiGzDecoder::new(io::BufReader::new(file)).take(limit).read_to_end(&mut bytes);
    read.map_err(|error| Fault::Damaged(format!("it cannot be unpacked: {error}")))?;
    match bytes.len() as u64 > MOST_LOOKED_THROUGH {
        true => {
            Err(Fault::TooMuch(format!("it unpacks to more than {MOST_LOOKED_THROUGH} bytes: unpack it")))
        }
        false => Ok(Cursor::new(bytes)),
    }
}
