//! CSV and TSV, compressed or not, of any length.

use std::fs;
use std::ops::Range;
use std::sync::{Arc, Mutex, PoisonError};

use arrow_schema::{DataType, Field, Schema};
use memchr::{memchr, memchr_iter, memchr2_iter, memrchr};

use super::blocks::{Block, Blocks};
use super::keep::{Keep, Kept};
use super::names::{self, PlaceIn};
use super::options::options;
use super::rows::{Columns, Plan, SeenPoints};
use super::{Batch, inflate};
use crate::layer::Finding;
use crate::layer::read::{PLACE_COLUMNS, ReadError, ToWgs84, width};
use crate::layer::text::{
    Dialect, Header, HeaderFault, QuoteFault, fault, header_below, line_ends, looks_like, repeated,
};
use crate::locate::LocateError;
use crate::locate::fault::BadRows;
use crate::locate::request::{Packing, Request};
use crate::locate::watch::Length;

/// A table of text.
pub(in crate::locate) struct Text {
    file: String,
    delimiter: u8,
    /// The header without its line end.
    header: Vec<u8>,
    line_end: &'static [u8],
    plan: Plan,
    length: Length,
    /// The rows; taken by the one who reads them.
    blocks: Mutex<Option<Blocks>>,
}

impl Text {
    /// Opens a table and reads its header.
    pub fn open(request: &Request, packing: Packing, ending: &str, keep: Keep) -> Result<Self, LocateError> {
        let file = request.points.clone();
        let (input, read) = inflate::open(&file, packing, request.encoding.as_deref())?;
        let mut blocks = Blocks::new(input, &file, read);
        let start = blocks.peek()?;
        let dialect = Dialect { skip: request.skip, delimiter: request.delimiter }.by_ending(ending);
        if start.iter().take(LOOKED_AT).any(|&byte| byte == 0) {
            let line = 1 + line_ends(&start[..dialect.start(start).header]);
            return Err(ReadError::NulByte { file, line, looks_like: looks_like(start) }.into());
        }
        let bad = |line: u64, reason: String, help: &str| ReadError::BadRow {
            file: file.clone(),
            word: "line",
            line,
            reason,
            help: help.to_owned(),
        };
        let found = Header::of(start, dialect);
        let found = found.map_err(|HeaderFault { line, reason }| bad(line, reason, CORRECT))?;
        let Header { delimiter, span, line: at, names, rows } = found;
        width(names.len(), &file)?;
        let line = start[span].trim_ascii_start();
        let header = line.strip_suffix(b"\n").unwrap_or(line);
        let header = header.strip_suffix(b"\r").unwrap_or(header).to_vec();
        let line_end: &[u8] = if line.ends_with(b"\r\n") { b"\r\n" } else { b"\n" };
        let wanted = names::find(&names, false, request).map_err(|error| match titles(start, request) {
            Some(skip) => {
                let help = format!("the header stands in line {}: give --skip {skip}", skip + 1);
                let lacks = match &error {
                    LocateError::NoColumn { column, .. } => format!("it has no column `{column}`"),
                    _ => "it has no columns that are called as longitudes and latitudes are".to_owned(),
                };
                bad(at, format!("is no header: {lacks}"), &help).into()
            }
            None => error,
        })?;
        // Columns of a table have names.
        let named = |(at, name): (usize, &String)| match name.is_empty() {
            true => format!("column_{}", at + 1),
            false => name.clone(),
        };
        let columns: Vec<String> = names.iter().enumerate().map(named).collect();
        if let Some(twice) = repeated(&columns).filter(|_| keep == Keep::ForParquet) {
            return Err(bad(at, format!("the column `{twice}` stands twice in the header"), CORRECT).into());
        }
        let cells = (keep == Keep::ForParquet).then(|| {
            let place = match wanted.place {
                PlaceIn::Columns { lon, lat } => [lon, lat],
                _ => [usize::MAX; 2],
            };
            let field = |(i, name): (usize, &String)| {
                let kind = if place.contains(&i) { DataType::Float64 } else { DataType::Utf8 };
                Field::new(name, kind, true)
            };
            Arc::new(Schema::new(columns.iter().enumerate().map(field).collect::<Vec<_>>()))
        });
        let doubtful = if request.numerals_stated { 0 } else { wanted.sums.len() };
        let plan = Plan {
            seen: (0..doubtful).map(|_| SeenPoints::default()).collect(),
            wanted,
            names,
            missing: request.missing.clone(),
            numerals: request.numerals,
            to_wgs84: ToWgs84::for_columns(&options(request))?,
            spans: keep == Keep::ForCsv,
            cells,
        };
        blocks.begin(delimiter, rows);
        let length = fs::metadata(&file).ok().filter(fs::Metadata::is_file);
        let length = length.map_or(Length::Unknown, |m| Length::Bytes(m.len()));
        Ok(Self { file, delimiter, header, line_end, plan, length, blocks: Mutex::new(Some(blocks)) })
    }

    /// Bytes of the file.
    pub fn length(&self) -> Length {
        self.length
    }

    /// What was noticed in what was read so far.
    pub fn findings(&self) -> Vec<Finding> {
        let columns = self.plan.wanted.sums.iter().map(|&column| &self.plan.names[column]);
        let doubtful = columns.zip(&self.plan.seen).filter(|(_, seen)| seen.perhaps());
        let told = |(name, _): (&String, _)| Finding::Statistic {
            es: format!(
                "`{name}`: cada número tiene tres decimales, como los que llevan punto de millares; si lo es, indique `--thousands .`; si no, `--decimal .`"
            ),
            en: format!(
                "`{name}`: every number has three decimals, as those with points between thousands have; if they are, give `--thousands .`, otherwise `--decimal .`"
            ),
            warning: true,
        };
        doubtful.map(told).collect()
    }

    /// Names of the columns of places.
    pub fn place(&self) -> String {
        self.plan.wanted.place(&self.plan.names)
    }

    /// What rows look like.
    pub fn kept(&self) -> Kept<'_> {
        match &self.plan.cells {
            Some(schema) => Kept::Table { schema: Arc::clone(schema), metadata: Vec::new() },
            None => Kept::Text {
                header: &self.header,
                delimiter: self.delimiter,
                line_end: self.line_end,
                names: &self.plan.names,
            },
        }
    }

    /// The rows in blocks; none the second time.
    pub fn blocks(&self) -> impl Iterator<Item = Result<Block, LocateError>> + Send + use<> {
        let blocks = self.blocks.lock().unwrap_or_else(PoisonError::into_inner).take();
        blocks.into_iter().flatten()
    }

    /// Takes the rows of a block apart.
    pub fn read(&self, block: Block, bad: &mut BadRows) -> Result<Batch, LocateError> {
        let Block { bytes, line, read } = block;
        let mut columns = Columns::new(&self.plan);
        if is_plain(&bytes) {
            plain_rows(&bytes, self.delimiter, line, |line, span, cells| {
                columns.push(line, span, &bytes, cells)
            });
        } else {
            self.quoted_rows(&bytes, line, &mut columns)?;
        }
        Ok(columns.finish(bytes, read, bad)?)
    }

    /// The rows of a block in which cells are quoted.
    fn quoted_rows(&self, bytes: &[u8], line: u64, columns: &mut Columns<'_>) -> Result<(), LocateError> {
        let mut reader = reader(self.delimiter, bytes);
        let mut record = csv::ByteRecord::new();
        let (mut cells, mut at, mut line): (Vec<Range<usize>>, usize, u64) = (Vec::new(), 0, line);
        let broken =
            |error: csv::Error| LocateError::Damaged { file: self.file.clone(), reason: error.to_string() };
        while reader.read_byte_record(&mut record).map_err(broken)? {
            // Blank lines before a row belong to no row.
            let end = usize::try_from(reader.position().byte()).unwrap_or(bytes.len()).min(bytes.len());
            let blank = bytes[at..end].iter().take_while(|b| matches!(b, b'\r' | b'\n')).count();
            line += line_ends(&bytes[at..at + blank]);
            let row = &bytes[at + blank..end];
            self.check_quotes(row, line)?;
            let stripped = row.strip_suffix(b"\n").unwrap_or(row);
            let stripped = stripped.strip_suffix(b"\r").unwrap_or(stripped);
            cells.clear();
            cells.extend((0..record.len()).map(|cell| record.range(cell).unwrap_or_default()));
            let start = at + blank;
            columns.push(line, start..start + stripped.len(), record.as_slice(), &cells);
            // What the CR of a row left is no line of its own.
            let left = row.ends_with(b"\r") && bytes.get(end) == Some(&b'\n');
            line += line_ends(row) - u64::from(left);
            at = end;
        }
        Ok(())
    }
}

impl Text {
    /// Refuses a quote that closes within a cell of another line.
    fn check_quotes(&self, row: &[u8], line: u64) -> Result<(), LocateError> {
        if memchr(b'\n', row).is_none_or(|at| at + 1 == row.len()) {
            return Ok(());
        }
        match fault(row, self.delimiter) {
            Some(QuoteFault::Torn(opened, closed)) => {
                let on = |at: usize| line + line_ends(&row[..at]);
                Err(ReadError::torn_quote(self.file.clone(), on(opened), on(closed)).into())
            }
            _ => Ok(()),
        }
    }
}

/// The lines above the header, where another of the first lines names columns that are wanted.
fn titles(text: &[u8], request: &Request) -> Option<usize> {
    let counting = request.counting();
    let stated = [&request.lon, &request.lat, &request.latlon, &counting.days];
    let mut wanted: Vec<&String> = stated.into_iter().flatten().collect();
    wanted.extend(counting.by.iter().chain(&counting.sums));
    let is_place = |cell: &str| {
        let is = |name: &str| cell.eq_ignore_ascii_case(name);
        PLACE_COLUMNS.iter().any(|(lon, lat)| is(lon) || is(lat))
    };
    header_below(text, |cell| match wanted.is_empty() {
        true => is_place(cell),
        false => wanted.iter().any(|name| *name == cell),
    })
    .filter(|skip| *skip > request.skip)
}

/// What to do about a header.
const CORRECT: &str = "correct the line in the source; say how many lines stand above it with --skip";

/// Bytes of a text that are looked at for what no text has.
const LOOKED_AT: usize = 4_096;

/// A reader as the layer reader's: rows of any length, blank lines left out.
fn reader(delimiter: u8, bytes: &[u8]) -> csv::Reader<&[u8]> {
    csv::ReaderBuilder::new().delimiter(delimiter).has_headers(false).flexible(true).from_reader(bytes)
}

/// Whether every line is a row and every delimiter parts two cells: no quotes, and no CR but before LF.
fn is_plain(bytes: &[u8]) -> bool {
    memchr(b'"', bytes).is_none()
        && memchr_iter(b'\r', bytes).all(|at| at + 1 == bytes.len() || bytes[at + 1] == b'\n')
}

/// Calls `row` with each row of plain text: its line, where it is, and its cells.
fn plain_rows(
    bytes: &[u8],
    delimiter: u8,
    first_line: u64,
    mut row: impl FnMut(u64, Range<usize>, &[Range<usize>]),
) {
    let mut cells: Vec<Range<usize>> = Vec::new();
    let (mut start, mut cell, mut line) = (0, 0, first_line);
    let mut end_row = |cells: &mut Vec<Range<usize>>, start: usize, cell: usize, end: usize, line: u64| {
        let end = if end > start && bytes[end - 1] == b'\r' { end - 1 } else { end };
        if end > start {
            cells.push(cell.min(end)..end);
            row(line, start..end, cells);
        }
        cells.clear();
    };
    for at in memchr2_iter(delimiter, b'\n', bytes) {
        if bytes[at] == b'\n' {
            end_row(&mut cells, start, cell, at, line);
            (start, line) = (at + 1, line + 1);
        } else {
            cells.push(cell..at);
        }
        cell = at + 1;
    }
    if memrchr(b'\n', bytes).is_none_or(|at| at + 1 < bytes.len()) {
        end_row(&mut cells, start, cell, bytes.len(), line);
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn plain_rows_are_those_of_the_csv_crate(
            pieces in prop::collection::vec(
                prop::sample::select(vec!["a", "bc", " ", ",", ",", "\n", "\n", "\r\n"]), 0..60),
            cut in any::<bool>(),
        ) {
            let text = [pieces.concat(), if cut { "\r".to_owned() } else { String::new() }].concat().into_bytes();
            prop_assert!(is_plain(&text));
            let mut found: Vec<Vec<Vec<u8>>> = Vec::new();
            let mut lines = Vec::new();
            plain_rows(&text, b',', 1, |line, _, cells| {
                found.push(cells.iter().map(|c| text[c.clone()].to_vec()).collect());
                lines.push(line);
            });
            let mut reader = reader(b',', &text);
            let expected: Vec<Vec<Vec<u8>>> =
                reader.byte_records().map(|r| r.unwrap().iter().map(<[u8]>::to_vec).collect()).collect();
            prop_assert_eq!(&found, &expected);
            let whole: Vec<&[u8]> = text.split(|&b| b == b'\n').collect();
            for (line, row) in lines.iter().zip(&found) {
                let joined = row.join(&b","[..]);
                prop_assert_eq!(whole[*line as usize - 1].trim_ascii_end(), joined.trim_ascii_end());
            }
        }
    }
}
