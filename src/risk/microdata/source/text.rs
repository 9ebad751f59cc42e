//! Delimited text, compressed or not.

use super::super::MicrodataError;
use super::super::cell::Cell;
use super::super::decode::{Row, Unit};
use super::super::error::Fault;
use super::super::plan::Plan;
use super::piece::Piece;
use crate::layer::read::{ReadError, width};
use crate::layer::text::{Dialect, Header, HeaderFault, line_ends};
use crate::locate::{Block, Blocks, LocateError, Packing, open_text};

/// A text file whose header was read.
pub(in super::super) struct Text {
    file: String,
    delimiter: u8,
    blocks: Blocks,
}

/// How rows of text are taken apart.
#[derive(Clone, Debug)]
pub(in super::super) struct Layout {
    file: String,
    delimiter: u8,
    width: usize,
}

/// A row of text.
struct Cells<'a>(&'a csv::ByteRecord);

impl Row for Cells<'_> {
    fn cell(&self, column: usize) -> Cell<'_> {
        // What is not text in the encoding stated is no code either.
        Cell::text(std::str::from_utf8(&self.0[column]).unwrap_or("\u{fffd}"))
    }
}

impl Text {
    /// Opens a file and reads its header.
    pub fn open(
        file: &str,
        packing: Packing,
        tabbed: bool,
        encoding: Option<&str>,
    ) -> Result<(Self, Vec<String>), MicrodataError> {
        let (input, read) = open_text(file, packing, encoding)?;
        let mut blocks = Blocks::new(input, file, read);
        let start = blocks.peek()?;
        let ending = if tabbed { "tsv" } else { "csv" };
        let header = Header::of(start, Dialect::default().by_ending(ending));
        let Header { delimiter, names: fields, rows, .. } =
            header.map_err(|HeaderFault { line, reason }| ReadError::BadRow {
                file: file.to_owned(),
                word: "line",
                line,
                reason,
                help: "correct the line in the source".to_owned(),
            })?;
        width(fields.len(), file)?;
        blocks.begin(delimiter, rows);
        Ok((Self { file: file.to_owned(), delimiter, blocks }, fields))
    }

    /// How its rows are taken apart.
    pub fn layout(&self, width: usize) -> Layout {
        Layout { file: self.file.clone(), delimiter: self.delimiter, width }
    }

    /// Its blocks.
    pub fn blocks(self) -> impl Iterator<Item = Result<Piece, MicrodataError>> + Send {
        self.blocks.map(|block| Ok(Piece::Block(block?)))
    }
}

impl Layout {
    /// Takes the rows of a block apart.
    pub fn decode(&self, block: &Block, plan: &Plan, unit: &mut Unit) -> Result<(), MicrodataError> {
        let mut reader = reader(self.delimiter, &block.bytes);
        let mut record = csv::ByteRecord::new();
        let broken =
            |error: csv::Error| LocateError::Damaged { file: self.file.clone(), reason: error.to_string() };
        let (mut at, mut line) = (0, block.line);
        while reader.read_byte_record(&mut record).map_err(broken)? {
            // Blank lines before a row, and the LF that the CR of the last one left, belong to no row.
            let end = usize::try_from(reader.position().byte()).unwrap_or(at).clamp(at, block.bytes.len());
            let row = &block.bytes[at..end];
            let blank = row.iter().take_while(|b| matches!(b, b'\r' | b'\n')).count();
            line += line_ends(&row[..blank]);
            if record.len() == self.width {
                unit.push(plan, line, &Cells(&record));
            } else {
                unit.rows += 1;
                unit.fault(line, Fault::Cells { found: record.len(), header: self.width });
            }
            // What the CR of a row left is no line of its own.
            let left = row.ends_with(b"\r") && block.bytes.get(end) == Some(&b'\n');
            line += line_ends(&row[blank..]) - u64::from(left);
            at = end;
        }
        Ok(())
    }
}

fn reader(delimiter: u8, bytes: &[u8]) -> csv::Reader<&[u8]> {
    csv::ReaderBuilder::new().delimiter(delimiter).has_headers(false).flexible(true).from_reader(bytes)
}
