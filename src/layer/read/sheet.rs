//! Workbooks: XLSX, XLSM, XLS and ODS.
//!
//! GDAL guesses at the header, takes styled rows for features and gives no row numbers, so that these are read by
//! `calamine`, cell by cell, as they stand.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::BufReader;

use calamine::{Data, DataRef, ExcelDateTime, Reader, Sheets, open_workbook_auto};

use super::grid::{Called, Grid};
use super::guard::{self, Patience, Pulse};
use super::raw::Raw;
use super::{Options, ReadError};
use crate::layer::text::LARGEST_WHOLE;
use crate::layer::{Numerals, nearest};

/// Endings of workbooks.
pub(super) const ENDINGS: [&str; 4] = ["xlsx", "xlsm", "xls", "ods"];

/// Bytes of text that are taken of a sheet: a text may stand in a million cells and in the file once.
const MOST_TEXT: usize = 2 << 30;

/// Cells of a table, those without a value too.
const MOST_CELLS: usize = 200_000_000;

/// Rows between two signs that something comes.
const BEAT: usize = 1_000;

/// A cell with a value.
#[derive(Clone, Debug, PartialEq)]
struct Written {
    column: u32,
    text: String,
    /// Whether it was typed as a text rather than as a number, a date or a truth.
    is_text: bool,
}

/// The cells of a sheet that have a value, by row.
type Rows = BTreeMap<u32, Vec<Written>>;

/// A workbook that is open.
type Book = Sheets<BufReader<File>>;

/// Loads a sheet.
pub(super) fn load(options: &Options) -> Result<Raw, ReadError> {
    if let Some(encoding) = &options.encoding {
        return Err(ReadError::BadEncoding {
            file: options.file(),
            encoding: encoding.clone(),
            reason: "only CSV and Shapefile leave the encoding open; this format states its own",
        });
    }
    guard::check(options)?;
    let moved = options.clone();
    guard::watched(&options.file(), Patience::stated(), move |pulse| load_here(&moved, pulse))
}

fn load_here(options: &Options, pulse: &Pulse) -> Result<Raw, ReadError> {
    let unknown = |reason: String| ReadError::UnknownFormat { file: options.file(), reason };
    let mut book: Book = open_workbook_auto(&options.path).map_err(|error| unknown(error.to_string()))?;
    let names: Vec<String> = book.sheet_names();
    let layer = match &options.layer {
        Some(wanted) if names.contains(wanted) => wanted.clone(),
        Some(wanted) => {
            let nearest = nearest(wanted, names.iter().map(String::as_str));
            return Err(ReadError::WhichLayer { file: options.file(), nearest, layers: names });
        }
        None => only(&mut book, &names, options)?,
    };
    let rows = rows(&mut book, &layer, options, pulse)?;
    table(&rows, layer, driver(&book), options, pulse)
}

/// What the format is called, as GDAL does.
fn driver(book: &Book) -> &'static str {
    match book {
        Sheets::Xls(_) => "XLS",
        Sheets::Ods(_) => "ODS",
        Sheets::Xlsx(_) | Sheets::Xlsb(_) => "XLSX",
    }
}

/// The only sheet that holds anything.
fn only(book: &mut Book, names: &[String], options: &Options) -> Result<String, ReadError> {
    let mut filled = Vec::new();
    for name in names {
        // A chart is no table.
        if holds_anything(book, name) {
            filled.push(name.clone());
        }
    }
    match filled.as_slice() {
        [one] => Ok(one.clone()),
        [] => Err(ReadError::Empty {
            file: options.file(),
            layer: names.first().cloned().unwrap_or_default(),
            detail: "no sheet holds a value",
        }),
        _ => Err(ReadError::WhichLayer { file: options.file(), layers: filled, nearest: None }),
    }
}

fn holds_anything(book: &mut Book, name: &str) -> bool {
    match book {
        Sheets::Xlsx(book) => {
            let Ok(mut cells) = book.worksheet_cells_reader(name) else { return false };
            while let Ok(Some(cell)) = cells.next_cell() {
                if written(cell.get_position().1, cell.get_value(), Numerals::default()).is_some() {
                    return true;
                }
            }
            false
        }
        other => other.worksheet_range(name).is_ok_and(|range| range.used_cells().next().is_some()),
    }
}

/// The cells of a sheet.
fn rows(book: &mut Book, layer: &str, options: &Options, pulse: &Pulse) -> Result<Rows, ReadError> {
    let damaged =
        |detail: String| ReadError::Truncated { file: options.file(), layer: layer.to_owned(), detail };
    let lost = |row: u32, column: u32| ReadError::IntegerTooLarge {
        file: options.file(),
        layer: layer.to_owned(),
        place: format!("row {}", row + 1),
        field: format!("column {}", column + 1),
    };
    let mut rows = Rows::new();
    let (mut bytes, mut count) = (0_usize, 0_usize);
    let mut take = |row: u32, cell: Option<Written>| {
        count += 1;
        if count.is_multiple_of(BEAT) {
            pulse.beat();
        }
        let Some(cell) = cell else { return Ok(()) };
        bytes += cell.text.len();
        if bytes > MOST_TEXT {
            let what = format!("the texts of sheet `{layer}` come to more than {} GiB", MOST_TEXT >> 30);
            return Err(ReadError::TooMuch { file: options.file(), what });
        }
        rows.entry(row).or_default().push(cell);
        Ok(())
    };
    match book {
        Sheets::Xlsx(book) => {
            let mut cells = book.worksheet_cells_reader(layer).map_err(|error| damaged(error.to_string()))?;
            while let Some(cell) = cells.next_cell().map_err(|error| damaged(error.to_string()))? {
                let (row, column) = cell.get_position();
                if too_large(cell.get_value()) {
                    return Err(lost(row, column));
                }
                take(row, written(column, cell.get_value(), options.numerals))?;
            }
        }
        other => {
            let range = other.worksheet_range(layer).map_err(|error| damaged(error.to_string()))?;
            let (top, left) = range.start().unwrap_or_default();
            for (row, column, value) in range.used_cells() {
                let at =
                    |start: u32, offset: usize| start + u32::try_from(offset).unwrap_or(u32::MAX - start);
                let (row, column) = (at(top, row), at(left, column));
                let value = borrowed(value);
                if too_large(&value) {
                    return Err(lost(row, column));
                }
                take(row, written(column, &value, options.numerals))?;
            }
        }
    }
    for cells in rows.values_mut() {
        cells.sort_by_key(|cell| cell.column);
        cells.dedup_by_key(|cell| cell.column);
    }
    Ok(rows)
}

/// A cell of an owned range, as those of XLSX.
fn borrowed(value: &Data) -> DataRef<'_> {
    match value {
        Data::Empty => DataRef::Empty,
        Data::Int(value) => DataRef::Int(*value),
        Data::Float(value) => DataRef::Float(*value),
        Data::Bool(value) => DataRef::Bool(*value),
        Data::String(text) => DataRef::SharedString(text),
        Data::DateTime(moment) => DataRef::DateTime(*moment),
        Data::DateTimeIso(text) => DataRef::DateTimeIso(text.clone()),
        Data::DurationIso(text) => DataRef::DurationIso(text.clone()),
        Data::Error(error) => DataRef::Error(error.clone()),
    }
}

/// Whether a cell was a whole number of more digits than a workbook's numbers have, so that some are lost.
fn too_large(value: &DataRef<'_>) -> bool {
    matches!(value, DataRef::Float(value) if value.fract() == 0.0 && value.abs() > LARGEST_WHOLE)
}

/// A cell as text: a number as the texts beside it are said to write them, a date or time by ISO 8601, an error by its name.
fn written(column: u32, value: &DataRef<'_>, numerals: Numerals) -> Option<Written> {
    let of = |text: String, is_text| (!text.trim().is_empty()).then_some(Written { column, text, is_text });
    match value {
        DataRef::Empty => None,
        DataRef::Int(value) => of(value.to_string(), false),
        DataRef::Float(value) => of(numerals.written(*value), false),
        DataRef::Bool(value) => of(value.to_string(), false),
        DataRef::DateTime(moment) => of(iso(*moment), true),
        DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => of(text.clone(), true),
        DataRef::String(text) => of(text.clone(), true),
        DataRef::SharedString(text) => of((*text).to_owned(), true),
        DataRef::Error(error) => of(error.to_string(), false),
    }
}

/// A day, or a day and a time where there is one; a duration as its days.
fn iso(moment: ExcelDateTime) -> String {
    if moment.is_duration() {
        return moment.as_f64().to_string();
    }
    let (year, month, day, hour, minute, second, _) = moment.to_ymd_hms_milli();
    let date = format!("{year:04}-{month:02}-{day:02}");
    match moment.as_f64().fract() == 0.0 {
        true => date,
        false => format!("{date}T{hour:02}:{minute:02}:{second:02}"),
    }
}

/// The rows as a table: the first one with a value past those that are left out is the header.
fn table(
    rows: &Rows,
    layer: String,
    driver: &'static str,
    options: &Options,
    pulse: &Pulse,
) -> Result<Raw, ReadError> {
    let skip = u32::try_from(options.skip).unwrap_or(u32::MAX);
    let mut below = rows.range(skip..);
    let Some((&at, header)) = below.next() else {
        return Err(ReadError::Empty { file: options.file(), layer, detail: "no features" });
    };
    let width = header.last().map_or(0, |cell| cell.column as usize + 1);
    let count = rows.range(skip..).count();
    if width.saturating_mul(count) > MOST_CELLS {
        let what =
            format!("sheet `{layer}` has {width} columns and {count} rows: more than {MOST_CELLS} cells");
        return Err(ReadError::TooMuch { file: options.file(), what });
    }
    let names = dense(header, width).into_iter().map(str::to_owned).collect();
    let help = || {
        let holds = |cells: &Vec<Written>| cells.iter().any(|cell| cell.text.trim() == options.key);
        let (&row, _) = rows.iter().find(|(_, cells)| holds(cells))?;
        Some(format!("the header stands in row {}: state `skip = {row}` in the layer's [read]", row + 1))
    };
    let mut grid = Grid::new(names, u64::from(at) + 1, "row", options, help)?;
    for (number, (&row, cells)) in below.enumerate() {
        if number.is_multiple_of(BEAT) {
            pulse.beat();
        }
        let last = cells.last().map_or(0, |cell| cell.column as usize + 1).max(width);
        let texts = dense(cells, last);
        grid.push(u64::from(row) + 1, texts.len(), texts.iter().copied());
        for cell in cells.iter().filter(|cell| !cell.is_text) {
            grid.mark_untyped(cell.column as usize);
        }
    }
    grid.finish(Called { driver, layer, typed: true }, Vec::new())
}

/// The cells of a row up to a column, those without a value empty.
fn dense(cells: &[Written], width: usize) -> Vec<&str> {
    let mut texts = vec![""; width];
    for cell in cells {
        if let Some(text) = texts.get_mut(cell.column as usize) {
            *text = &cell.text;
        }
    }
    texts
}

#[cfg(test)]
mod tests {
    use calamine::ExcelDateTimeType;

    use super::*;

    #[test]
    fn cells_are_written_as_people_see_them() {
        let text = |value: DataRef<'_>| written(0, &value, Numerals::default()).map(|cell| cell.text);
        assert_eq!(text(DataRef::Float(1001.0)).as_deref(), Some("1001"));
        assert_eq!(text(DataRef::Float(0.1)).as_deref(), Some("0.1"));
        assert_eq!(text(DataRef::SharedString("7.10")).as_deref(), Some("7.10"));
        assert_eq!(text(DataRef::SharedString(" ")), None);
        assert_eq!(text(DataRef::Error(calamine::CellErrorType::NA)).as_deref(), Some("#N/A"));
        let moment = |serial| ExcelDateTime::new(serial, ExcelDateTimeType::DateTime, false);
        assert_eq!(iso(moment(45_395.0)), "2024-04-13");
        assert_eq!(iso(moment(45_395.5)), "2024-04-13T12:00:00");
    }
}
