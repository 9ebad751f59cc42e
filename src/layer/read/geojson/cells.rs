//! The properties of features as columns, typed as GDAL types them.

use std::sync::Arc;

use arrow_array::builder::{BooleanBuilder, Float64Builder, Int64Builder, StringBuilder};
use arrow_array::{Array, ArrayRef, StringArray, new_null_array};
use arrow_schema::DataType;

use super::declined::Declined;
use super::ids::Ids;
use crate::layer::Column;

/// The values of one field in some features.
#[derive(Debug)]
pub(super) enum Cells {
    /// So many features without a value; no type yet.
    Missing(usize),
    Boolean(BooleanBuilder),
    Integer(Int64Builder),
    Number(Float64Builder),
    /// Texts, and whether each of them could be a date or time, which GDAL makes a type of.
    Text(StringBuilder, bool),
}

/// Two types in one field, of which GDAL makes a third.
const MIXED: &str = "a field of several types";

impl Cells {
    /// Adds a missing value.
    pub fn push_missing(&mut self) {
        match self {
            Self::Missing(count) => *count += 1,
            Self::Boolean(cells) => cells.append_null(),
            Self::Integer(cells) => cells.append_null(),
            Self::Number(cells) => cells.append_null(),
            Self::Text(cells, _) => cells.append_null(),
        }
    }

    /// Adds a boolean.
    pub fn push_boolean(&mut self, value: bool) -> Result<(), &'static str> {
        if let Self::Missing(count) = *self {
            let mut cells = BooleanBuilder::with_capacity(count + 1);
            cells.append_nulls(count);
            *self = Self::Boolean(cells);
        }
        let Self::Boolean(cells) = self else { return Err(MIXED) };
        cells.append_value(value);
        Ok(())
    }

    /// Adds a whole number.
    pub fn push_integer(&mut self, value: i64) -> Result<(), &'static str> {
        if let Self::Missing(count) = *self {
            let mut cells = Int64Builder::with_capacity(count + 1);
            cells.append_nulls(count);
            *self = Self::Integer(cells);
        }
        match self {
            Self::Integer(cells) => cells.append_value(value),
            Self::Number(cells) => cells.append_value(value as f64),
            _ => return Err(MIXED),
        }
        Ok(())
    }

    /// Adds a number with a fraction or exponent.
    pub fn push_number(&mut self, value: f64) -> Result<(), &'static str> {
        // A text of digits alone that 64 bits do not hold arrives here too; GDAL cuts it. So does `-0`.
        if value.abs() >= i64::MAX as f64 || value == 0.0 && value.is_sign_negative() {
            return Err("a number that may have been an integer");
        }
        match self {
            Self::Missing(count) => {
                let mut cells = Float64Builder::with_capacity(*count + 1);
                cells.append_nulls(*count);
                *self = Self::Number(cells);
            }
            Self::Integer(cells) => {
                let integers = cells.finish();
                let mut numbers = Float64Builder::with_capacity(integers.len() + 1);
                integers.iter().for_each(|v| numbers.append_option(v.map(|v| v as f64)));
                *self = Self::Number(numbers);
            }
            _ => {}
        }
        let Self::Number(cells) = self else { return Err(MIXED) };
        cells.append_value(value);
        Ok(())
    }

    /// Adds a text.
    pub fn push_text(&mut self, value: &str) -> Result<(), &'static str> {
        if value.contains('\0') {
            return Err("a text that C would cut");
        }
        if let Self::Missing(count) = *self {
            let mut cells = StringBuilder::with_capacity(count + 1, value.len());
            (0..count).for_each(|_| cells.append_null());
            *self = Self::Text(cells, true);
        }
        let Self::Text(cells, dates) = self else { return Err(MIXED) };
        cells.append_value(value);
        *dates &= could_be_date(value);
        Ok(())
    }

    fn finish(self) -> (ArrayRef, bool) {
        match self {
            Self::Missing(count) => (new_null_array(&DataType::Null, count), false),
            Self::Boolean(mut cells) => (Arc::new(cells.finish()), false),
            Self::Integer(mut cells) => (Arc::new(cells.finish()), false),
            Self::Number(mut cells) => (Arc::new(cells.finish()), false),
            Self::Text(mut cells, dates) => (Arc::new(cells.finish()), dates),
        }
    }
}

/// Whether GDAL could take a text for a date or time; rather yes than no.
fn could_be_date(text: &str) -> bool {
    let text = text.trim_start();
    text.starts_with(|c: char| c.is_ascii_digit() || "+-T".contains(c)) && text.contains(['-', '/', ':'])
}

/// The columns of all blocks put together; the ids, where they are texts, come first, as GDAL has them.
pub(super) fn columns(
    fields: Vec<String>,
    blocks: Vec<Vec<Cells>>,
    ids: Vec<Ids>,
) -> Result<Vec<Column>, Declined> {
    let mut columns = Vec::with_capacity(fields.len() + 1);
    columns.extend(id_column(&fields, ids)?);
    let mut blocks: Vec<_> = blocks.into_iter().map(Vec::into_iter).collect();
    for name in fields {
        let pieces: Vec<(ArrayRef, bool)> =
            blocks.iter_mut().filter_map(|block| block.next().map(Cells::finish)).collect();
        columns.push(Column { values: whole(pieces).map_err(|why| format!("field `{name}`: {why}"))?, name });
    }
    Ok(columns)
}

/// One array of the pieces of a column.
fn whole(pieces: Vec<(ArrayRef, bool)>) -> Result<ArrayRef, Declined> {
    let mut kind = DataType::Null;
    let mut dates = true;
    for (piece, could_be_dates) in &pieces {
        dates &= *could_be_dates || piece.data_type() != &DataType::Utf8;
        kind = match (kind, piece.data_type()) {
            (kind, DataType::Null) => kind,
            (DataType::Null, other) => other.clone(),
            (kind, other) if kind == *other => kind,
            (DataType::Int64 | DataType::Float64, DataType::Int64 | DataType::Float64) => DataType::Float64,
            _ => return Err(MIXED.to_owned()),
        };
    }
    if kind == DataType::Utf8 && dates {
        return Err("it could hold dates".to_owned());
    }
    // Nothing but missing values is text.
    let kind = if kind == DataType::Null { DataType::Utf8 } else { kind };
    let as_kind = |(piece, _): (ArrayRef, bool)| match piece.data_type() {
        DataType::Null => Ok(new_null_array(&kind, piece.len())),
        _ => arrow_cast::cast(&piece, &kind),
    };
    let pieces = pieces.into_iter().map(as_kind).collect::<Result<Vec<_>, _>>().map_err(|e| e.to_string())?;
    let pieces: Vec<&dyn Array> = pieces.iter().map(AsRef::as_ref).collect();
    arrow_select::concat::concat(&pieces).map_err(|error| error.to_string())
}

/// The field `id` that GDAL makes of ids that are texts; numbers are its feature numbers and no field.
fn id_column(fields: &[String], ids: Vec<Ids>) -> Result<Option<Column>, Declined> {
    let (mut texts, mut none) = (Vec::new(), true);
    let mut features = 0;
    for block in ids {
        features += block.features;
        none &= block.none();
        texts.extend(block.texts);
    }
    match texts.len() {
        0 if none => Ok(None),
        0 if fields.iter().all(|field| !field.eq_ignore_ascii_case("id")) => Ok(None),
        n if n == features && fields.iter().all(|field| !field.eq_ignore_ascii_case("id")) => {
            Ok(Some(Column { name: "id".to_owned(), values: Arc::new(StringArray::from(texts)) }))
        }
        _ => Err("ids of some features only, or beside a property of that name".to_owned()),
    }
}
