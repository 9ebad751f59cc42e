//! Workbooks: XLSX, XLSM, XLS and ODS.
//!
//! GDAL guesses at the header, takes styled rows for features and gives no row numbers, so that these are read by
//! `calamine`, cell by cell, as they stand.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{BufReader, Cursor, Read, Seek};

use calamine::{
    Data, DataRef, ExcelDateTime, Reader, SheetVisible, Sheets, open_workbook_auto,
    open_workbook_auto_from_rs,
};

use super::grid::{Called, Grid};
use super::guard::{self, Patience, Pulse};
use super::markup::{self, Markup};
use super::raw::Raw;
use super::{Options, ReadError};
use crate::layer::text::LARGEST_WHOLE;
use crate::layer::{EXAMPLES, Finding, Numerals, nearest};

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

/// Loads a sheet.
pub(super) fn load(options: &Options) -> Result<Raw, ReadError> {
    let options = checked(options)?;
    guard::watched(&options.file(), Patience::stated(), move |pulse| {
        let book = open_workbook_auto(&options.path).map_err(|error| unknown(&options, &error))?;
        let markup = |layer: &str| {
            let opened = File::open(&options.path).and_then(|file| Ok((file.metadata()?.len(), file)));
            opened.map_or_else(
                |_| Markup::default(),
                |(bytes, file)| markup::of(&mut BufReader::new(file), bytes, layer),
            )
        };
        load_here(book, markup, &options, pulse)
    })
}

/// Loads a sheet of a workbook that lay in an archive; of the options `path` is its own name.
pub(super) fn of_bytes(bytes: Vec<u8>, options: &Options) -> Result<Raw, ReadError> {
    let options = refused_encoding(options).map(|()| options.clone())?;
    guard::watched(&options.file(), Patience::stated(), move |pulse| {
        let length = bytes.len() as u64;
        let bytes = Cursor::new(std::sync::Arc::<[u8]>::from(bytes));
        let book = open_workbook_auto_from_rs(bytes.clone()).map_err(|error| unknown(&options, &error))?;
        load_here(book, |layer| markup::of(&mut bytes.clone(), length, layer), &options, pulse)
    })
}

fn checked(options: &Options) -> Result<Options, ReadError> {
    refused_encoding(options)?;
    guard::check(options)?;
    Ok(options.clone())
}

fn refused_encoding(options: &Options) -> Result<(), ReadError> {
    match &options.encoding {
        Some(encoding) => Err(ReadError::BadEncoding {
            file: options.file(),
            encoding: encoding.clone(),
            reason: "only CSV and Shapefile leave the encoding open; this format states its own",
        }),
        None => Ok(()),
    }
}

fn unknown(options: &Options, error: &calamine::Error) -> ReadError {
    ReadError::UnknownFormat { file: options.file(), reason: error.to_string() }
}

fn load_here<R: Read + Seek>(
    mut book: Sheets<R>,
    markup: impl FnOnce(&str) -> Markup,
    options: &Options,
    pulse: &Pulse,
) -> Result<Raw, ReadError> {
    let names: Vec<String> = book.sheet_names();
    let (layer, hidden) = match &options.layer {
        Some(wanted) if names.contains(wanted) => (wanted.clone(), None),
        Some(wanted) => {
            let nearest = nearest(wanted, names.iter().map(String::as_str));
            return Err(ReadError::WhichLayer { file: options.file(), nearest, layers: names });
        }
        None => only(&mut book, &names, options)?,
    };
    let rows = rows(&mut book, &layer, options, pulse)?;
    let driver = driver(&book);
    let markup = if driver == "XLSX" { markup(&layer) } else { Markup::default() };
    table(&rows, layer, driver, (markup, hidden), options, pulse)
}

/// What the format is called, as GDAL does.
fn driver<R>(book: &Sheets<R>) -> &'static str {
    match book {
        Sheets::Xls(_) => "XLS",
        Sheets::Ods(_) => "ODS",
        Sheets::Xlsx(_) | Sheets::Xlsb(_) => "XLSX",
    }
}

/// The only sheet that holds anything, or the only one of these that is not hidden; what to say of hidden ones.
fn only<R: Read + Seek>(
    book: &mut Sheets<R>,
    names: &[String],
    options: &Options,
) -> Result<(String, Option<Finding>), ReadError> {
    let hidden: Vec<String> = book
        .sheets_metadata()
        .iter()
        .filter(|sheet| sheet.visible != SheetVisible::Visible)
        .map(|sheet| sheet.name.clone())
        .collect();
    let mut filled = Vec::new();
    for name in names {
        // A chart is no table.
        if holds_anything(book, name) {
            filled.push(name.clone());
        }
    }
    let (seen, unseen): (Vec<String>, Vec<String>) =
        filled.iter().cloned().partition(|name| !hidden.contains(name));
    match (seen.as_slice(), filled.as_slice()) {
        ([one], _) => Ok((one.clone(), (!unseen.is_empty()).then(|| not_read(&unseen)))),
        ([], [one]) => Ok((one.clone(), Some(is_hidden(one)))),
        (_, []) => Err(ReadError::Empty {
            file: options.file(),
            layer: names.first().cloned().unwrap_or_default(),
            detail: "no sheet holds a value",
        }),
        _ => Err(ReadError::WhichLayer { file: options.file(), layers: filled, nearest: None }),
    }
}

/// What to say of hidden sheets beside the one that is read.
fn not_read(hidden: &[String]) -> Finding {
    let names = hidden.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
    Finding::Statistic {
        es: format!("hay hojas ocultas con datos, que no se leen: {names}; `layer` elige una"),
        en: format!("there are hidden sheets with data, which are not read: {names}; `layer` chooses one"),
        warning: false,
    }
}

/// What to say of a sheet that is read although it is hidden.
fn is_hidden(name: &str) -> Finding {
    Finding::Statistic {
        es: format!("la hoja `{name}`, la única con datos, está oculta"),
        en: format!("the sheet `{name}`, the only one with data, is hidden"),
        warning: false,
    }
}

fn holds_anything<R: Read + Seek>(book: &mut Sheets<R>, name: &str) -> bool {
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
fn rows<R: Read + Seek>(
    book: &mut Sheets<R>,
    layer: &str,
    options: &Options,
    pulse: &Pulse,
) -> Result<Rows, ReadError> {
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
    (markup, hidden): (Markup, Option<Finding>),
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
    let names: Vec<String> = dense(header, width).into_iter().map(str::to_owned).collect();
    let findings = hidden.into_iter().chain(told(&markup, &names)).collect();
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
    grid.finish(Called { driver, layer, typed: true }, findings)
}

/// What to say of formulas without a value, and of codes that are shown with zeros which they do not have.
fn told(markup: &Markup, names: &[String]) -> Vec<Finding> {
    let mut findings = Vec::new();
    let count = markup.unsaved.len();
    if count > 0 {
        let more = if count > EXAMPLES { ", ..." } else { "" };
        let cells =
            format!("{}{more}", markup.unsaved.iter().take(EXAMPLES).cloned().collect::<Vec<_>>().join(", "));
        findings.push(Finding::Statistic {
            es: format!(
                "{count} fórmulas sin valor guardado quedan sin valor: {cells}; abra el libro en una hoja de cálculo y guárdelo"
            ),
            en: format!(
                "{count} formulas without a saved value are missing: {cells}; open the workbook in a spreadsheet and save it"
            ),
            warning: true,
        });
    }
    for (&column, zeros) in &markup.zeros {
        let markup::Zeros { format, count, cell, value, shown } = zeros;
        let name = names.get(column as usize).map_or("", |name| name.trim());
        findings.push(Finding::Statistic {
            es: format!(
                "`{name}`: el formato `{format}` muestra {shown} donde la celda {cell} contiene {value} ({count} celdas); si son códigos, escriba la columna como texto"
            ),
            en: format!(
                "`{name}`: the number format `{format}` shows {shown} where cell {cell} holds {value} ({count} cells); if these are codes, write the column as text"
            ),
            warning: true,
        });
    }
    findings
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
