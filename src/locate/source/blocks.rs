//! Delimited text cut into blocks of whole rows.

use std::io::Read;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use memchr::{memchr, memchr3, memrchr};

use crate::layer::read::ReadError;
use crate::layer::text::{QuoteFault, closing_quote, fault, line_ends};
use crate::locate::LocateError;

/// Bytes of a block: some 150,000 rows of two coordinates, so that a thread is busy for milliseconds and a
/// few blocks a thread cost little memory.
const BLOCK: usize = 4 << 20;

/// The longest row that is waited for, bytes: past it a quote that opens has no end.
const LONGEST_ROW: usize = 16 * BLOCK;

/// Whole rows of text.
#[derive(Debug, PartialEq)]
pub(crate) struct Block {
    /// The text; the last row of the input may lack its line end.
    pub bytes: Vec<u8>,
    /// The number of its first line, from 1.
    pub line: u64,
    /// Bytes that were read from the file for it.
    pub read: u64,
}

/// Cuts text into blocks.
pub(crate) struct Blocks {
    input: Box<dyn Read + Send>,
    file: String,
    delimiter: u8,
    block: usize,
    /// What was read beyond the last block.
    carry: Vec<u8>,
    line: u64,
    /// Bytes read from the file, counted below any decompression; and those told.
    read: Arc<AtomicU64>,
    told: u64,
    ended: bool,
}

impl Blocks {
    /// Cuts `input`; `read` counts the bytes of the file below it.
    pub fn new(input: Box<dyn Read + Send>, file: &str, read: Arc<AtomicU64>) -> Self {
        let file = file.to_owned();
        Self {
            input,
            file,
            delimiter: b',',
            block: BLOCK,
            carry: Vec::new(),
            line: 1,
            read,
            told: 0,
            ended: false,
        }
    }

    /// The first bytes of the input, as many as a block if there are so many; they stay.
    pub fn peek(&mut self) -> Result<&[u8], LocateError> {
        let mut bytes = std::mem::take(&mut self.carry);
        let filled = self.fill(&mut bytes, self.block);
        self.carry = bytes;
        filled.map(|()| self.carry.as_slice())
    }

    /// Takes up the delimiter, and leaves out the header, which ends at `header`.
    pub fn begin(&mut self, delimiter: u8, header: usize) {
        self.delimiter = delimiter;
        let rest = self.carry.split_off(header);
        self.line += line_ends(&self.carry);
        self.carry = rest;
    }

    fn next_block(&mut self) -> Result<Option<Block>, LocateError> {
        let mut bytes = std::mem::take(&mut self.carry);
        let mut wanted = self.block;
        let end = loop {
            self.fill(&mut bytes, wanted)?;
            if self.ended {
                self.check_end(&bytes)?;
                break bytes.len();
            }
            match last_row_end(&bytes, self.delimiter) {
                Some(end) => break end,
                None if bytes.len() >= LONGEST_ROW.max(4 * self.block) => {
                    return Err(LocateError::Damaged {
                        file: self.file.clone(),
                        reason: format!("line {}: the row has no end; a quote may not be closed", self.line),
                    });
                }
                None => wanted += self.block,
            }
        };
        self.carry = bytes.split_off(end);
        if bytes.is_empty() {
            return Ok(None);
        }
        let line = self.line;
        self.line += line_ends(&bytes);
        if bytes.ends_with(b"\r") {
            // The LF that may come next ends the same line.
            let mut carry = std::mem::take(&mut self.carry);
            self.fill(&mut carry, 1)?;
            self.carry = carry;
            self.line -= u64::from(self.carry.first() == Some(&b'\n'));
        }
        let read = self.read.load(Ordering::Relaxed);
        let read = read - std::mem::replace(&mut self.told, read);
        Ok(Some(Block { bytes, line, read }))
    }

    /// Refuses an input that ends within quotes.
    fn check_end(&self, bytes: &[u8]) -> Result<(), LocateError> {
        let whole = last_row_end(bytes, self.delimiter).unwrap_or(0);
        match fault(&bytes[whole..], self.delimiter) {
            Some(QuoteFault::Open(at)) => {
                let line = self.line + line_ends(&bytes[..whole + at]);
                Err(open_quote(&self.file, line))
            }
            _ => Ok(()),
        }
    }

    /// Reads until there are `wanted` bytes or no more.
    fn fill(&mut self, bytes: &mut Vec<u8>, wanted: usize) -> Result<(), LocateError> {
        if bytes.len() < wanted && !self.ended {
            let missing = wanted - bytes.len();
            bytes.reserve(missing);
            let read = (&mut self.input).take(missing as u64).read_to_end(bytes).map_err(|error| {
                LocateError::Damaged {
                    file: self.file.clone(),
                    reason: format!("cannot be read on: {error}"),
                }
            })?;
            self.ended = read < missing;
        }
        Ok(())
    }
}

impl Iterator for Blocks {
    type Item = Result<Block, LocateError>;

    fn next(&mut self) -> Option<Self::Item> {
        self.next_block().transpose()
    }
}

/// Where the last whole row ends, by the rules of the `csv` crate: a quote counts where a cell begins, doubled
/// quotes stay inside, and CR, LF or both end a row.
fn last_row_end(bytes: &[u8], delimiter: u8) -> Option<usize> {
    if memchr(b'"', bytes).is_none() {
        return memrchr(b'\n', bytes).or_else(|| memrchr(b'\r', bytes)).map(|at| at + 1);
    }
    let mut last = None;
    let mut at = 0;
    loop {
        // A cell begins.
        if bytes.get(at) == Some(&b'"') {
            let Some(closed) = closing_quote(bytes, at + 1) else { return last };
            at = closed + 1;
        }
        let Some(end) = memchr3(delimiter, b'\n', b'\r', &bytes[at..]) else { return last };
        at += end + 1;
        if bytes[at - 1] != delimiter {
            if bytes[at - 1] == b'\r' && bytes.get(at) == Some(&b'\n') {
                at += 1;
            }
            last = Some(at);
        }
    }
}

/// What to say of a quote that opens on a line and does not close.
fn open_quote(file: &str, line: u64) -> LocateError {
    LocateError::from(ReadError::open_quote(file.to_owned(), line))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::layer::text::Lines;

    fn cut(text: &[u8], block: usize) -> Result<Vec<Block>, LocateError> {
        let input = Box::new(std::io::Cursor::new(text.to_vec()));
        let mut blocks = Blocks::new(input, "t.csv", Arc::default());
        blocks.block = block;
        blocks.collect()
    }

    fn records(text: &[u8]) -> Vec<csv::ByteRecord> {
        let mut reader = csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(text);
        reader.byte_records().collect::<Result<_, _>>().unwrap()
    }

    proptest! {
        #[test]
        fn blocks_hold_the_rows_of_the_whole(
            text in prop::collection::vec(prop::sample::select(b"ab,,\"\"\n\n\r".to_vec()), 0..80),
            block in 1_usize..30,
        ) {
            let Ok(blocks) = cut(&text, block) else {
                // It ends within quotes: another one would change what it says.
                let closed = [&text[..], b"\""].concat();
                prop_assert!(cut(&closed, block).is_ok() || cut(&[&closed[..], b"\""].concat(), block).is_ok());
                return Ok(());
            };
            let joined: Vec<u8> = blocks.iter().flat_map(|b| b.bytes.clone()).collect();
            prop_assert_eq!(&joined, &text);
            let cut: Vec<_> = blocks.iter().flat_map(|b| records(&b.bytes)).collect();
            prop_assert_eq!(cut, records(&text));
            let (mut lines, mut at) = (Lines::of(&text), 0);
            for block in &blocks {
                prop_assert_eq!(block.line, lines.of_byte(at));
                at += block.bytes.len();
            }
        }
    }

    #[test]
    fn blocks_are_as_long_as_asked() {
        let blocks = cut(b"aa,b\n\"c\n\",d\neeeeeee,f", 6).unwrap();
        let texts: Vec<&[u8]> = blocks.iter().map(|b| &*b.bytes).collect();
        assert_eq!(texts, [&b"aa,b\n"[..], b"\"c\n\",d\n", b"eeeeeee,f"]);
        assert_eq!(blocks.iter().map(|b| b.line).collect::<Vec<_>>(), [1, 2, 4]);
    }

    #[test]
    fn a_quote_that_stays_open_is_refused() {
        let endless =
            std::io::Cursor::new(b"a\n\"").chain(std::io::repeat(b'x').take(2 * LONGEST_ROW as u64));
        let mut blocks = Blocks::new(Box::new(endless), "t.csv", Arc::default());
        assert_eq!(blocks.next().unwrap().unwrap().bytes, b"a\n");
        let error = blocks.next().unwrap().unwrap_err().to_string();
        assert_eq!(error, "t.csv: line 2: the row has no end; a quote may not be closed");
    }
}
