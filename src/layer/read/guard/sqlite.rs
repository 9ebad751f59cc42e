//! SQLite databases, GeoPackages among them: their schema, read from its pages, before SQLite does what it says.

use std::collections::{HashMap, HashSet};
use std::io::{Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};

use super::bounds::HEAD;
use super::fault::Fault;

/// Modules of virtual tables that keep to the database they are in.
const MODULES: [&str; 9] = [
    "rtree",
    "rtree_i32",
    "geopoly",
    "fts3",
    "fts4",
    "fts5",
    "virtualspatialindex",
    "virtualelementary",
    "virtualknn",
];

/// Pages of a schema, and bytes of one statement.
const MOST_PAGES: usize = 20_000;
const LONGEST_STATEMENT: u64 = 16 << 20;

/// What a journal that is still needed begins with.
const JOURNAL: [u8; 8] = [0xd9, 0xd5, 0x05, 0xf9, 0x20, 0xa1, 0x63, 0xd7];

/// The longest log of changes.
const LONGEST_LOG: u64 = 1 << 30;

/// A file beside a database.
fn beside(path: &Path, ending: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(ending);
    PathBuf::from(name)
}

/// The journal beside a database that must be rolled back before it is what it was, by its name.
pub(super) fn hot_journal(path: &Path) -> Option<String> {
    let journal = beside(path, "-journal");
    let mut head = Vec::new();
    std::fs::File::open(&journal).and_then(|file| file.take(8).read_to_end(&mut head)).ok()?;
    (head == JOURNAL)
        .then(|| journal.file_name().map_or_else(String::new, |n| n.to_string_lossy().into_owned()))
}

/// The log of changes beside a database that it does not hold yet.
pub(super) fn log(path: &Path) -> Result<Vec<u8>, Fault> {
    let mut bytes = Vec::new();
    if let Ok(file) = std::fs::File::open(beside(path, "-wal")) {
        file.take(LONGEST_LOG + 1).read_to_end(&mut bytes).map_err(|_| damaged())?;
    }
    match bytes.len() as u64 > LONGEST_LOG {
        true => Err(Fault::TooMuch("the log of changes beside the database is longer than 1 GiB".to_owned())),
        false => Ok(bytes),
    }
}

/// Where the log holds the latest form of each page that it has, and the pages of the database then.
fn logged(log: &[u8]) -> (HashMap<u64, usize>, Option<u64>) {
    let word = |at: usize, big: bool| {
        let bytes = log.get(at..at + 4).and_then(|bytes| <[u8; 4]>::try_from(bytes).ok()).unwrap_or_default();
        if big { u32::from_be_bytes(bytes) } else { u32::from_le_bytes(bytes) }
    };
    let (mut latest, mut pages) = (HashMap::new(), None);
    let magic = word(0, true);
    if log.len() < 32 || magic & !1 != 0x377f_0682 {
        return (latest, pages);
    }
    let big = magic & 1 == 1;
    let sum = |(mut a, mut b): (u32, u32), from: usize, length: usize| {
        for at in (from..from + length).step_by(8) {
            a = a.wrapping_add(word(at, big)).wrapping_add(b);
            b = b.wrapping_add(word(at + 4, big)).wrapping_add(a);
        }
        (a, b)
    };
    let page = word(8, true) as usize;
    let mut sums = sum((0, 0), 0, 24);
    if !(512..=65_536).contains(&page) || !page.is_power_of_two() || sums != (word(24, true), word(28, true))
    {
        return (latest, pages);
    }
    // Frames of a transaction that was not committed do not count.
    let mut open = Vec::new();
    let mut at = 32;
    while at + 24 + page <= log.len() && log[at + 8..at + 16] == log[16..24] {
        sums = sum(sum(sums, at, 8), at + 24, page);
        if sums != (word(at + 16, true), word(at + 20, true)) {
            break;
        }
        open.push((u64::from(word(at, true)), at + 24));
        let committed = word(at + 4, true);
        if committed > 0 {
            latest.extend(open.drain(..));
            pages = Some(u64::from(committed));
        }
        at += 24 + page;
    }
    (latest, pages)
}

/// Checks a database of so many bytes, with the log of its changes.
pub(super) fn check(input: &mut (impl Read + Seek), bytes: u64, log: &[u8]) -> Result<(), Fault> {
    // With the log and without it: SQLite decides which it is.
    for statement in Pages::open(input, bytes, &[])?.statements()? {
        check_statement(&statement)?;
    }
    if !log.is_empty() {
        for statement in Pages::open(input, bytes, log)?.statements()? {
            check_statement(&statement)?;
        }
    }
    Ok(())
}

/// A virtual table keeps to its database.
fn check_statement(statement: &str) -> Result<(), Fault> {
    let tokens = tokens(statement);
    let word = |at: usize| tokens.get(at).map_or("", String::as_str);
    if word(0) != "create" || word(1) != "virtual" {
        return Ok(());
    }
    let module = tokens.iter().position(|token| token == "using").map_or("", |at| word(at + 1));
    let module = module.trim_matches(['"', '\'', '`', '[', ']']);
    match MODULES.contains(&module) {
        true => Ok(()),
        false => {
            Err(Fault::Leads(format!("an SQLite database with a table that stands elsewhere ({module})")))
        }
    }
}

fn damaged() -> Fault {
    Fault::Damaged("the schema of the database cannot be read".to_owned())
}

/// The words of a statement in lower case, what is quoted as one word with its quotes, without comments.
fn tokens(sql: &str) -> Vec<String> {
    let mut tokens = Vec::new();
    let mut rest = sql;
    while let Some(first) = rest.chars().next() {
        let close = match first {
            '"' | '\'' | '`' => Some(first),
            '[' => Some(']'),
            _ => None,
        };
        let length = match () {
            () if rest.starts_with("--") => rest.find('\n').map_or(rest.len(), |at| at + 1),
            () if rest.starts_with("/*") => rest.find("*/").map_or(rest.len(), |at| at + 2),
            () => match close {
                Some(close) => rest[1..].find(close).map_or(rest.len(), |at| at + 1 + close.len_utf8()),
                None if is_word(first) => rest.find(|c| !is_word(c)).unwrap_or(rest.len()),
                None => first.len_utf8(),
            },
        };
        if close.is_some() || is_word(first) {
            tokens.push(rest[..length].to_ascii_lowercase());
        }
        rest = &rest[length..];
    }
    tokens
}

fn is_word(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '_' || c == '$' || !c.is_ascii()
}

/// The pages of a database.
struct Pages<'a, R> {
    input: &'a mut R,
    log: &'a [u8],
    /// Where the log has pages.
    logged: HashMap<u64, usize>,
    page: u64,
    usable: u64,
    pages: u64,
    encoding: u8,
    seen: HashSet<u64>,
}

/// A big-endian number of two or four bytes.
fn number(page: &[u8], at: usize, length: usize) -> Result<u64, Fault> {
    let bytes = page.get(at..at + length).ok_or_else(damaged)?;
    Ok(bytes.iter().fold(0, |number, &byte| number << 8 | u64::from(byte)))
}

/// A number of one to nine bytes, and how many.
fn varint(bytes: &[u8], at: usize) -> Result<(u64, usize), Fault> {
    let mut value = 0_u64;
    for taken in 0..9 {
        let byte = *bytes.get(at + taken).ok_or_else(damaged)?;
        if taken == 8 {
            return Ok((value << 8 | u64::from(byte), 9));
        }
        value = value << 7 | u64::from(byte & 0x7f);
        if byte < 0x80 {
            return Ok((value, taken + 1));
        }
    }
    Err(damaged())
}

fn index(value: u64) -> Result<usize, Fault> {
    usize::try_from(value).map_err(|_| damaged())
}

impl<'a, R: Read + Seek> Pages<'a, R> {
    fn open(input: &'a mut R, bytes: u64, log: &'a [u8]) -> Result<Self, Fault> {
        let (logged, pages) = logged(log);
        let mut head = Vec::new();
        input.seek(SeekFrom::Start(0)).map_err(|_| damaged())?;
        input.take(HEAD.min(100)).read_to_end(&mut head).map_err(|_| damaged())?;
        if let Some(first) = logged.get(&1).and_then(|&at| log.get(at..at + 100)) {
            head = first.to_vec();
        }
        let page = match number(&head, 16, 2)? {
            1 => 65_536,
            size if size >= 512 && size.is_power_of_two() => size,
            _ => return Err(damaged()),
        };
        let usable = page - number(&head, 20, 1)?;
        let encoding = *head.get(59).ok_or_else(damaged)?;
        if usable < 480 {
            return Err(damaged());
        }
        let pages = pages.unwrap_or_else(|| bytes.div_ceil(page));
        Ok(Self { input, log, logged, page, usable, pages, encoding, seen: HashSet::new() })
    }

    /// A page, each once.
    fn take(&mut self, number: u64) -> Result<Vec<u8>, Fault> {
        if number == 0 || number > self.pages || !self.seen.insert(number) || self.seen.len() > MOST_PAGES {
            return Err(damaged());
        }
        if let Some(&at) = self.logged.get(&number) {
            return index(self.page).map(|page| self.log.get(at..at + page).unwrap_or_default().to_vec());
        }
        let mut bytes = Vec::new();
        self.input.seek(SeekFrom::Start((number - 1) * self.page)).map_err(|_| damaged())?;
        (&mut *self.input).take(self.page).read_to_end(&mut bytes).map_err(|_| damaged())?;
        Ok(bytes)
    }

    /// The statements of the schema.
    fn statements(mut self) -> Result<Vec<String>, Fault> {
        let mut statements = Vec::new();
        let mut waiting = vec![1];
        while let Some(number_of_page) = waiting.pop() {
            let page = self.take(number_of_page)?;
            let head = if number_of_page == 1 { 100 } else { 0 };
            let kind = number(&page, head, 1)?;
            let cells = index(number(&page, head + 3, 2)?)?;
            let first = match kind {
                0x0d => head + 8,
                0x05 => head + 12,
                _ => return Err(damaged()),
            };
            for cell in 0..cells {
                let at = index(number(&page, first + 2 * cell, 2)?)?;
                match kind {
                    0x05 => waiting.push(number(&page, at, 4)?),
                    _ => statements.extend(self.statement(&page, at)?),
                }
            }
            if kind == 0x05 {
                waiting.push(number(&page, head + 8, 4)?);
            }
        }
        Ok(statements)
    }

    /// The statement in a cell of a leaf, if it has one.
    fn statement(&mut self, page: &[u8], at: usize) -> Result<Option<String>, Fault> {
        let (payload, taken) = varint(page, at)?;
        let (_, id) = varint(page, at + taken)?;
        if payload > LONGEST_STATEMENT {
            return Err(Fault::TooMuch(
                "the schema of the database has a statement of more than 16 MiB".to_owned(),
            ));
        }
        let start = at + taken + id;
        let most = self.usable - 35;
        let local = match payload <= most {
            true => payload,
            false => {
                let least = (self.usable - 12) * 32 / 255 - 23;
                let rest = least + (payload - least) % (self.usable - 4);
                if rest <= most { rest } else { least }
            }
        };
        let end = start + index(local)?;
        let mut record = page.get(start..end).ok_or_else(damaged)?.to_vec();
        let mut next = if local < payload { number(page, end, 4)? } else { 0 };
        while (record.len() as u64) < payload {
            let page = self.take(next)?;
            let wanted = index((payload - record.len() as u64).min(self.usable - 4))?;
            record.extend_from_slice(page.get(4..4 + wanted).ok_or_else(damaged)?);
            next = number(&page, 0, 4)?;
        }
        let (header, mut at) = varint(&record, 0)?;
        let mut body = index(header)?;
        // Type, name, table, root page, statement.
        for column in 0..5 {
            let (kind, taken) = varint(&record, at)?;
            at += taken;
            let length = index(match kind {
                0 | 8 | 9 => 0,
                1..=4 => kind,
                5 => 6,
                6 | 7 => 8,
                10 | 11 => return Err(damaged()),
                kind => (kind - 12) / 2,
            })?;
            let value =
                record.get(body..body.checked_add(length).ok_or_else(damaged)?).ok_or_else(damaged)?;
            body += length;
            if column == 4 && kind > 11 {
                return Ok(Some(self.text(value)));
            }
        }
        Ok(None)
    }

    fn text(&self, bytes: &[u8]) -> String {
        let wide = |order: fn([u8; 2]) -> u16| {
            let units: Vec<u16> = bytes.chunks_exact(2).map(|pair| order([pair[0], pair[1]])).collect();
            String::from_utf16_lossy(&units)
        };
        match self.encoding {
            2 => wide(u16::from_le_bytes),
            3 => wide(u16::from_be_bytes),
            _ => String::from_utf8_lossy(bytes).into_owned(),
        }
    }
}
