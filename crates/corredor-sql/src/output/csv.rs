//! CSV for spreadsheets: RFC 4180, formulas guarded, geometry as WKT.

use csv::{Terminator, WriterBuilder};

use super::OutputError;
use super::columns::{Columns, Holds, Rows};
use super::destination::Bytes;
use super::shape::Shape;
use super::sink::Sink;
use corredor::layer::write::{Cells, csv_cell, is_formula};

/// A CSV file at work.
pub(super) struct Csv {
    columns: Columns,
    out: Bytes,
}

impl Csv {
    /// Writes the header.
    pub fn begin(columns: &Columns, mut out: Bytes) -> Result<Self, OutputError> {
        let names: Vec<Vec<u8>> =
            columns.all.iter().map(|column| csv_cell(&guarded(&column.name), b',')).collect();
        out.put(&[names.join(&b","[..]), b"\r\n".to_vec()].concat())?;
        Ok(Self { columns: columns.clone(), out })
    }
}

impl Sink for Csv {
    fn rows(&mut self, rows: &Rows) -> Result<(), OutputError> {
        let mut writer = WriterBuilder::new().terminator(Terminator::CRLF).from_writer(Vec::new());
        let mut cell = Vec::new();
        let memory = |error: csv::Error| OutputError::Io { what: "csv".to_owned(), error: error.into() };
        for row in 0..rows.count {
            for (at, column) in self.columns.all.iter().enumerate() {
                cell.clear();
                push(&mut cell, rows, at, row, &column.name)?;
                if column.holds == Holds::Text && is_formula(&cell) {
                    cell.insert(0, b'\'');
                }
                writer.write_field(&cell).map_err(memory)?;
            }
            writer.write_record(None::<&[u8]>).map_err(memory)?;
        }
        let text = writer
            .into_inner()
            .map_err(|error| OutputError::Io { what: "csv".to_owned(), error: error.into_error() })?;
        self.out.put(&text)
    }

    fn finish(self: Box<Self>) -> Result<(), OutputError> {
        self.out.finish()
    }
}

/// A name that no spreadsheet takes for a formula: an answer's columns are named by whoever asks.
fn guarded(name: &str) -> String {
    match is_formula(name.as_bytes()) {
        true => format!("'{name}"),
        false => name.to_owned(),
    }
}

fn push(cell: &mut Vec<u8>, rows: &Rows, at: usize, row: usize, name: &str) -> Result<(), OutputError> {
    if let Some(cells) = rows.cells(at) {
        Cells::push_plain(&cells, cell, row);
    } else if let Some(shape) = shape(rows, at, row, name)? {
        let mut text = String::new();
        shape.push_wkt(&mut text);
        cell.extend_from_slice(text.as_bytes());
    }
    Ok(())
}

/// The geometry of a row, if it has one.
pub(super) fn shape(rows: &Rows, at: usize, row: usize, name: &str) -> Result<Option<Shape>, OutputError> {
    use arrow_array::Array;
    let Some(wkb) = rows.wkb(at).filter(|wkb| wkb.is_valid(row)) else { return Ok(None) };
    match Shape::read(wkb.value(row)) {
        Some(shape) => Ok(Some(shape)),
        None => Err(OutputError::Value {
            column: name.to_owned(),
            reason: format!("row {} holds geometry that cannot be read", rows.before + row as u64 + 1),
        }),
    }
}
