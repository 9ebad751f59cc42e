//! Places and values out of Arrow batches.

use std::sync::Arc;

use arrow_array::cast::AsArray;
use arrow_array::{Array, ArrayRef, Float64Array, RecordBatch, types};
use arrow_buffer::ScalarBuffer;
use arrow_schema::{DataType, Field, Schema, SchemaRef};

use super::batch::{Batch, Marks, Rows};
use super::geo;
use super::names::{PlaceIn, Wanted};
use crate::layer::Numerals;
use crate::layer::read::{ToWgs84, parse_pair};
use crate::locate::LocateError;
use crate::locate::days::{self, Day};
use crate::locate::fault::{BadRows, Expected, Fault};
use crate::locate::sum::LARGEST;

/// What is taken from each batch.
#[derive(Clone)]
pub(super) struct Table {
    /// What the input is called.
    pub file: String,
    /// Columns of the batches.
    pub schema: SchemaRef,
    /// Positions among them.
    pub wanted: Wanted,
    /// The position of the geometry.
    pub geometry: Option<usize>,
    pub to_wgs84: ToWgs84,
    /// How numbers that are texts are written.
    pub numerals: Numerals,
    /// Whether rows are kept; and whether `lon` and `lat` take the place of their geometry.
    pub keep: Option<Geometries>,
}

/// What becomes of geometry in rows that are kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Geometries {
    /// It stays.
    Stay,
    /// Columns `lon` and `lat` take its place, and that of fields with these names.
    BecomeColumns,
}

impl Table {
    /// Refuses columns whose types cannot serve.
    pub fn check(&self) -> Result<(), LocateError> {
        let refuse = |column: usize, option| {
            let field = self.schema.field(column);
            Err(LocateError::ColumnType {
                file: self.file.clone(),
                column: field.name().clone(),
                option,
                found: field.data_type().to_string(),
            })
        };
        let kind = |column: usize| self.schema.field(column).data_type();
        if let PlaceIn::Columns { lon, lat } = self.wanted.place {
            for (column, option) in [(lon, "lon"), (lat, "lat")] {
                if !is_number(kind(column)) && !is_text(kind(column)) {
                    return refuse(column, option);
                }
            }
        }
        for &column in &self.wanted.sums {
            if !is_number(kind(column)) && !is_text(kind(column)) && kind(column) != &DataType::Boolean {
                return refuse(column, "sum");
            }
        }
        match self.wanted.days {
            Some(column) if days::of_column(&arrow_array::new_empty_array(kind(column))).is_none() => {
                refuse(column, "days")
            }
            _ => Ok(()),
        }
    }

    /// The columns of rows that are kept.
    pub fn kept(&self) -> SchemaRef {
        match self.keep {
            Some(Geometries::BecomeColumns) if self.geometry.is_some() => {
                let mut fields: Vec<_> =
                    self.others().map(|column| Arc::clone(&self.schema.fields()[column])).collect();
                fields.extend(["lon", "lat"].map(|n| Arc::new(Field::new(n, DataType::Float64, true))));
                Arc::new(Schema::new(fields))
            }
            _ => Arc::clone(&self.schema),
        }
    }

    /// Columns that stay where `lon` and `lat` take the place of geometry.
    fn others(&self) -> impl Iterator<Item = usize> {
        (0..self.schema.fields().len()).filter(|&column| {
            Some(column) != self.geometry
                && !matches!(self.schema.field(column).name().as_str(), "lon" | "lat")
        })
    }

    /// The points of a batch; `before` is the number of rows before it.
    pub fn batch(&self, rows: RecordBatch, before: u64, bad: &mut BadRows) -> Result<Batch, LocateError> {
        let mut marks = Marks::new(rows.num_rows(), bad, |row| before + row as u64 + 1);
        let (lon, lat) = self.places(&rows, &mut marks)?;
        let (lon, lat) = marks.settle(lon, lat, &self.to_wgs84)?;
        let name = |column: usize| self.schema.field(column).name().as_str();
        let numerals = self.numerals;
        let sums = self.wanted.sums.iter().map(|&c| {
            let expected = (Expected::Number, numerals);
            values(rows.column(c), name(c), LARGEST, expected, &mut marks)
        });
        let sums = sums.collect::<Vec<_>>();
        let days = self.wanted.days.and_then(|c| {
            let days = days::of_column(rows.column(c))?;
            for row in (0..days.len()).filter(|&row| days[row] == Day::Unreadable) {
                marks.mark(row, || {
                    Fault::unreadable(name(c), text_of(rows.column(c), row).as_bytes(), Expected::Day)
                });
            }
            Some(days)
        });
        let by = self.wanted.by.iter().map(|&column| texts(rows.column(column))).collect::<Result<_, _>>();
        let by = by.map_err(|error| self.broken(&error))?;
        let bad = marks.rows();
        let rows = match self.keep {
            None => Rows::Nothing,
            Some(Geometries::BecomeColumns) if self.geometry.is_some() => {
                let mut columns: Vec<ArrayRef> = self.others().map(|c| Arc::clone(rows.column(c))).collect();
                columns.extend([&lon, &lat].map(|values| placed(values, &bad)));
                Rows::Table(RecordBatch::try_new(self.kept(), columns).map_err(|error| self.broken(&error))?)
            }
            Some(_) => Rows::Table(rows),
        };
        Ok(Batch { lon, lat, by, sums, days, bad, left_out: 0, rows, bytes: 0 })
    }

    fn places<N: Fn(usize) -> u64>(
        &self,
        rows: &RecordBatch,
        marks: &mut Marks<'_, N>,
    ) -> Result<(ScalarBuffer<f64>, ScalarBuffer<f64>), LocateError> {
        let name = |column: usize| self.schema.field(column).name().as_str();
        Ok(match self.wanted.place {
            PlaceIn::Columns { lon, lat } => {
                let degrees = (Expected::Degrees, self.numerals);
                let x = values(rows.column(lon), name(lon), f64::INFINITY, degrees, marks);
                let y = values(rows.column(lat), name(lat), f64::INFINITY, degrees, marks);
                (with_nan(&x), with_nan(&y))
            }
            PlaceIn::Pair(column) => {
                let texts = texts(rows.column(column)).map_err(|error| self.broken(&error))?;
                let place = |(row, text): (usize, Option<&str>)| {
                    let text = text.filter(|t| !t.trim().is_empty());
                    let place = text.and_then(|text| parse_pair(text, self.numerals));
                    if let (Some(text), None) = (text, place) {
                        marks.mark(row, || Fault::unreadable(name(column), text.as_bytes(), Expected::Pair));
                    }
                    place.unwrap_or((f64::NAN, f64::NAN))
                };
                let (x, y): (Vec<f64>, Vec<f64>) = texts.iter().enumerate().map(place).unzip();
                (x.into(), y.into())
            }
            PlaceIn::Geometry => {
                let found = self.geometry.and_then(|column| geo::places(rows.column(column), marks));
                let (x, y) = found.ok_or_else(|| LocateError::NoPlace {
                    file: self.file.clone(),
                    columns: self.schema.fields().iter().map(|f| f.name().clone()).collect(),
                })?;
                (x.into(), y.into())
            }
        })
    }

    fn broken(&self, error: &arrow_schema::ArrowError) -> LocateError {
        LocateError::Damaged { file: self.file.clone(), reason: error.to_string() }
    }
}

fn is_number(kind: &DataType) -> bool {
    kind.is_numeric()
}

fn is_text(kind: &DataType) -> bool {
    match kind {
        DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View => true,
        DataType::Dictionary(_, inner) => is_text(inner),
        _ => false,
    }
}

/// A column as texts.
fn texts(column: &ArrayRef) -> Result<arrow_array::StringArray, arrow_schema::ArrowError> {
    let texts = arrow_cast::cast(column, &DataType::Utf8)?;
    Ok(texts.as_string::<i32>().clone())
}

/// A cell for a message.
fn text_of(column: &ArrayRef, row: usize) -> String {
    texts(&column.slice(row, 1))
        .ok()
        .filter(|t| t.is_valid(0))
        .map(|t| t.value(0).to_owned())
        .unwrap_or_default()
}

/// A column of numbers; texts that are none are marked, and so is what exceeds `largest`. Missing and NaN
/// are null.
fn values<N: Fn(usize) -> u64>(
    column: &ArrayRef,
    name: &str,
    largest: f64,
    (expected, numerals): (Expected, Numerals),
    marks: &mut Marks<'_, N>,
) -> Float64Array {
    if is_text(column.data_type()) {
        let texts = texts(column).ok();
        let parse = |row: usize| {
            let text = texts.as_ref().filter(|t| t.is_valid(row))?.value(row);
            let text = Some(text.trim()).filter(|t| !t.is_empty())?;
            let value = numerals.number(text).filter(|v| v.abs() <= largest);
            if value.is_none() {
                marks.mark(row, || Fault::unreadable(name, text.as_bytes(), expected));
            }
            value
        };
        return (0..column.len()).map(parse).collect();
    }
    // Refused before, where the type cannot be cast.
    let numbers = arrow_cast::cast(column, &DataType::Float64).ok();
    let numbers = numbers.and_then(|n| n.as_primitive_opt::<types::Float64Type>().cloned());
    let numbers = numbers.unwrap_or_else(|| Float64Array::new_null(column.len()));
    if largest == f64::INFINITY || numbers.values().iter().all(|v| v.abs() <= largest) {
        return numbers;
    }
    let value = |row: usize| {
        let value = Some(numbers.value(row)).filter(|v| numbers.is_valid(row) && !v.is_nan())?;
        if value.abs() > largest {
            marks.mark(row, || Fault::unreadable(name, value.to_string().as_bytes(), expected));
            return None;
        }
        Some(value)
    };
    (0..numbers.len()).map(value).collect()
}

/// The values, NaN where there is none; as they stand where there are all.
fn with_nan(values: &Float64Array) -> ScalarBuffer<f64> {
    match values.null_count() {
        0 => values.values().clone(),
        _ => values.iter().map(|v| v.unwrap_or(f64::NAN)).collect(),
    }
}

/// Coordinates as a column, null in bad rows.
fn placed(values: &ScalarBuffer<f64>, bad: &[usize]) -> ArrayRef {
    let mut valid = vec![true; values.len()];
    for &row in bad {
        valid[row] = false;
    }
    let nulls = (!bad.is_empty()).then(|| valid.into());
    Arc::new(Float64Array::new(values.clone(), nulls))
}
