//! Rows of text taken apart cell by cell.

use std::ops::Range;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use arrow_array::builder::{Float64Builder, StringBuilder};
use arrow_array::{ArrayRef, Float64Array, RecordBatch};
use arrow_schema::SchemaRef;

use super::batch::{Batch, Marks, Rows};
use super::names::{PlaceIn, Wanted};
use crate::layer::Numerals;
use crate::layer::read::{ReadError, ToWgs84, parse_pair};
use crate::layer::text::Points;
use crate::locate::days::{self, Day};
use crate::locate::fault::{BadRows, Expected, Fault};
use crate::locate::sum::LARGEST;

/// What is taken from each row of a table of text.
pub(super) struct Plan {
    pub wanted: Wanted,
    /// Names of all columns.
    pub names: Vec<String>,
    /// Texts that mean missing, besides the empty cell.
    pub missing: Vec<String>,
    /// How numbers are written.
    pub numerals: Numerals,
    pub to_wgs84: ToWgs84,
    /// Whether rows are kept as text.
    pub spans: bool,
    /// The columns to which rows are kept as cells.
    pub cells: Option<SchemaRef>,
    /// What is seen of each column that is added up; empty where it was said how numbers are written.
    pub seen: Vec<SeenPoints>,
}

/// Whether the points of a column may stand between thousands, as far as it was read. Threads share it: what they see does
/// not depend on their order.
#[derive(Debug, Default)]
pub(super) struct SeenPoints {
    no: AtomicBool,
    perhaps: AtomicBool,
}

impl SeenPoints {
    fn look(&self, text: &[u8]) {
        if self.no.load(Ordering::Relaxed) {
            return;
        }
        match Points::of(text) {
            Points::No => self.no.store(true, Ordering::Relaxed),
            Points::None => {}
            Points::Perhaps => self.perhaps.store(true, Ordering::Relaxed),
        }
    }

    /// Whether every number may have them, and one has.
    pub fn perhaps(&self) -> bool {
        self.perhaps.load(Ordering::Relaxed) && !self.no.load(Ordering::Relaxed)
    }
}

/// A fault of a row, and where the row is in the columns; rows that cannot be kept have no place there.
type Found = (u64, Option<usize>, Fault);

/// Columns that grow row by row.
pub(super) struct Columns<'a> {
    plan: &'a Plan,
    lon: Vec<f64>,
    lat: Vec<f64>,
    numbers: Vec<u64>,
    by: Vec<StringBuilder>,
    sums: Vec<Float64Builder>,
    days: Vec<Day>,
    cells: Vec<StringBuilder>,
    spans: Vec<Range<usize>>,
    faults: Vec<Found>,
    /// The last text of a day and what it says: days repeat.
    last_day: (Vec<u8>, Day),
}

impl<'a> Columns<'a> {
    pub fn new(plan: &'a Plan) -> Self {
        let cells = plan.cells.as_ref().map_or(0, |_| plan.names.len());
        Self {
            plan,
            lon: Vec::new(),
            lat: Vec::new(),
            numbers: Vec::new(),
            by: plan.wanted.by.iter().map(|_| StringBuilder::new()).collect(),
            sums: plan.wanted.sums.iter().map(|_| Float64Builder::new()).collect(),
            days: Vec::new(),
            cells: (0..cells).map(|_| StringBuilder::new()).collect(),
            spans: Vec::new(),
            faults: Vec::new(),
            last_day: (Vec::new(), Day::Missing),
        }
    }

    /// Takes a row: the number of its line, where it is in the text, and its cells.
    pub fn push(&mut self, line: u64, span: Range<usize>, bytes: &[u8], cells: &[Range<usize>]) {
        let header = self.plan.names.len();
        if cells.len() != header {
            self.faults.push((line, None, Fault::Cells { found: cells.len(), header }));
            return;
        }
        let plan = self.plan;
        let row = self.lon.len();
        let mut fault = None;
        let cell = |column: usize| plan.value(&bytes[cells[column].clone()]);
        let (lon, lat) = plan.place(cell).unwrap_or_else(|found| {
            fault = Some(found);
            (f64::NAN, f64::NAN)
        });
        self.lon.push(lon);
        self.lat.push(lat);
        self.numbers.push(line);
        let unreadable =
            |column: usize, text: &[u8], wanted| Fault::unreadable(&plan.names[column], text, wanted);
        for (&column, builder) in plan.wanted.by.iter().zip(&mut self.by) {
            match cell(column).map(std::str::from_utf8) {
                None => builder.append_null(),
                Some(Ok(text)) => builder.append_value(text),
                Some(Err(_)) => {
                    builder.append_null();
                    fault = fault
                        .or_else(|| Some(unreadable(column, &bytes[cells[column].clone()], Expected::Text)));
                }
            }
        }
        for (at, (&column, builder)) in plan.wanted.sums.iter().zip(&mut self.sums).enumerate() {
            let text = cell(column);
            if let (Some(seen), Some(text)) = (plan.seen.get(at), text) {
                seen.look(text);
            }
            let value = text.and_then(|text| plan.number(text)).filter(|v| v.abs() <= LARGEST);
            builder.append_option(value);
            if let Some(text) = text.filter(|_| value.is_none()) {
                fault = fault.or_else(|| Some(unreadable(column, text, Expected::Number)));
            }
        }
        if let Some(column) = plan.wanted.days {
            let text = cell(column).unwrap_or_default();
            if self.last_day.0 != text {
                let day = std::str::from_utf8(text).map_or(Day::Unreadable, |t| days::of_text(Some(t)));
                self.last_day = (text.to_vec(), day);
            }
            self.days.push(self.last_day.1);
            if self.last_day.1 == Day::Unreadable {
                fault = fault.or_else(|| Some(unreadable(column, text, Expected::Day)));
            }
        }
        for (builder, range) in self.cells.iter_mut().zip(cells) {
            // Bytes that are not UTF-8 become the replacement character: a Parquet text must be UTF-8.
            let text = String::from_utf8_lossy(&bytes[range.clone()]);
            builder.append_option((!text.is_empty()).then_some(text));
        }
        if plan.spans {
            self.spans.push(span);
        }
        if let Some(fault) = fault {
            self.faults.push((line, Some(row), fault));
        }
    }

    /// The batch, with the rows' text given back; `bad` is told of bad rows.
    pub fn finish(mut self, bytes: Vec<u8>, read: u64, bad: &mut BadRows) -> Result<Batch, ReadError> {
        let plan = self.plan;
        let numbers = self.numbers;
        let rows = numbers.len();
        let mut left_out = 0;
        for (line, _, fault) in self.faults.iter().filter(|f| f.1.is_none()) {
            bad.add(*line, || fault.clone());
            left_out += 1;
        }
        let mut marks = Marks::new(rows, bad, |row| numbers[row]);
        for (_, row, fault) in self.faults {
            match (row, fault) {
                // Told below, with all that have none.
                (None, _) | (_, Fault::NoPlace) => {}
                (Some(row), fault) => marks.mark(row, || fault),
            }
        }
        let (lon, lat) = marks.settle(self.lon.into(), self.lat.into(), &plan.to_wgs84)?;
        let kept = match (&plan.cells, plan.spans) {
            (Some(schema), _) => {
                let mut columns: Vec<ArrayRef> =
                    self.cells.iter_mut().map(|cells| Arc::new(cells.finish()) as ArrayRef).collect();
                if let PlaceIn::Columns { lon: x, lat: y } = plan.wanted.place {
                    let numbers = |values: &[f64]| {
                        let cell = |(row, &v): (usize, &f64)| (!marks.is_marked(row)).then_some(v);
                        Arc::new(values.iter().enumerate().map(cell).collect::<Float64Array>())
                    };
                    columns[x] = numbers(&lon);
                    columns[y] = numbers(&lat);
                }
                // The columns were made for this schema, row by row.
                RecordBatch::try_new(Arc::clone(schema), columns).map_or(Rows::Nothing, Rows::Table)
            }
            (None, true) => Rows::Text { bytes, spans: self.spans },
            (None, false) => Rows::Nothing,
        };
        Ok(Batch {
            lon,
            lat,
            by: self.by.iter_mut().map(StringBuilder::finish).collect(),
            sums: self.sums.iter_mut().map(Float64Builder::finish).collect(),
            days: plan.wanted.days.map(|_| self.days),
            bad: marks.rows(),
            left_out,
            rows: kept,
            bytes: read,
        })
    }
}

impl Plan {
    /// A cell, or `None` where it is empty or means missing.
    fn value<'b>(&self, cell: &'b [u8]) -> Option<&'b [u8]> {
        let trimmed = cell.trim_ascii();
        (!trimmed.is_empty() && !self.missing.iter().any(|m| m.as_bytes() == trimmed)).then_some(cell)
    }

    /// A number, as the file is said to write them.
    fn number(&self, text: &[u8]) -> Option<f64> {
        match self.numerals.are_plain() {
            true => number(text),
            false => self.numerals.number(std::str::from_utf8(text).ok()?),
        }
    }

    /// A number of degrees, of which none has a thousand: a point among its digits stands before decimals.
    fn degrees(&self, text: &[u8]) -> Option<f64> {
        match self.numerals.thousands {
            Some(between) if text.contains(&(between as u8)) && between.is_ascii_punctuation() => {
                number(text)
            }
            _ => self.number(text),
        }
    }

    fn place<'b>(&self, cell: impl Fn(usize) -> Option<&'b [u8]>) -> Result<(f64, f64), Fault> {
        let unreadable = |column: usize, text, wanted| Fault::unreadable(&self.names[column], text, wanted);
        let degrees = |column: usize| {
            let text = cell(column).ok_or(Fault::NoPlace)?;
            self.degrees(text).ok_or_else(|| unreadable(column, text, Expected::Degrees))
        };
        match self.wanted.place {
            PlaceIn::Columns { lon, lat } => Ok((degrees(lon)?, degrees(lat)?)),
            PlaceIn::Pair(column) => {
                let text = cell(column).ok_or(Fault::NoPlace)?;
                let pair = std::str::from_utf8(text).ok().and_then(|text| parse_pair(text, self.numerals));
                pair.ok_or_else(|| unreadable(column, text, Expected::Pair))
            }
            PlaceIn::Geometry => Err(Fault::NoPlace),
        }
    }
}

/// Powers of ten that doubles hold exactly.
const TENS: [f64; 23] = [
    1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18,
    1e19, 1e20, 1e21, 1e22,
];

/// A finite number, correctly rounded.
///
/// Up to 15 digits with a point among them are a whole number over a power of ten, both exact, so that one
/// division rounds as it should (Clinger 1990); everything else goes to the standard library.
pub(super) fn number(text: &[u8]) -> Option<f64> {
    let text = text.trim_ascii();
    let (negative, digits) = match text.first() {
        Some(b'-') => (true, &text[1..]),
        _ => (false, text),
    };
    if digits.len() <= 16 {
        let (mut whole, mut seen, mut point) = (0_u64, 0_usize, None);
        for &byte in digits {
            match byte {
                b'0'..=b'9' => {
                    whole = 10 * whole + u64::from(byte - b'0');
                    seen += 1;
                }
                b'.' if point.is_none() => point = Some(seen),
                _ => return slow(text),
            }
        }
        if (1..=15).contains(&seen) {
            let value = whole as f64 / TENS[seen - point.unwrap_or(seen)];
            return Some(if negative { -value } else { value });
        }
    }
    slow(text)
}

#[cold]
fn slow(text: &[u8]) -> Option<f64> {
    std::str::from_utf8(text).ok()?.parse::<f64>().ok().filter(|v| v.is_finite())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn numbers_in_every_form() {
        for text in [
            "0",
            "-0",
            "00.10",
            "1.",
            ".5",
            "-99.1234567",
            " 19.4 ",
            "+1",
            "1e3",
            "1e-400",
            "-.",
            ".",
            "",
            "-",
            "1.2.3",
            "99999999999999999999",
            "0.1234567890123456",
            "123456789012345",
            "1234567890123456",
            "nan",
            "inf",
            "0x1",
            "1,5",
            "--1",
            "9007199254740993",
        ] {
            let standard = text.trim().parse::<f64>().ok().filter(|v| v.is_finite());
            assert_eq!(number(text.as_bytes()).map(f64::to_bits), standard.map(f64::to_bits), "{text}");
        }
    }

    proptest! {
        #[test]
        fn numbers_as_the_standard_library(text in "[-+]?[0-9]{0,18}[.]?[0-9]{0,18}(e-?[0-9])?") {
            let standard = text.parse::<f64>().ok().filter(|v| v.is_finite());
            prop_assert_eq!(number(text.as_bytes()).map(f64::to_bits), standard.map(f64::to_bits));
        }
    }
}
