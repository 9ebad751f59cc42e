//! The attribute columns of a layer, ready to be printed cell by cell.

use std::io::Write;

use arrow_array::cast::AsArray;
use arrow_array::{Array, ArrayRef, BooleanArray, Float64Array, Int64Array, StringArray, types};
use arrow_schema::DataType;

use super::WriteError;
use crate::layer::Layer;

/// Cells of one column, by type.
pub enum Cells<'a> {
    /// Texts.
    Text(&'a StringArray),
    /// Whole numbers.
    Integer(&'a Int64Array),
    /// Numbers.
    Number(&'a Float64Array),
    /// Yes or no.
    Boolean(&'a BooleanArray),
}

/// All columns of a layer in field order; numbers are checked to be finite.
pub(super) fn columns(layer: &Layer) -> Result<Vec<(String, Cells<'_>)>, WriteError> {
    let batch = layer.attributes();
    let schema = batch.schema();
    let mut columns = Vec::with_capacity(batch.num_columns());
    for (field, array) in schema.fields().iter().zip(batch.columns()) {
        let cells = Cells::of(array).ok_or_else(|| WriteError::FieldType {
            layer: layer.name().to_owned(),
            field: field.name().clone(),
            found: array.data_type().to_string(),
        })?;
        if let Cells::Number(numbers) = &cells
            && let Some((row, Some(value))) =
                numbers.iter().enumerate().find(|(_, v)| v.is_some_and(|v| !v.is_finite()))
        {
            return Err(WriteError::NotFinite {
                layer: layer.name().to_owned(),
                feature: layer.keys()[row].to_owned(),
                field: field.name().clone(),
                value,
            });
        }
        columns.push((field.name().clone(), cells));
    }
    Ok(columns)
}

/// Rows in the order of their keys.
pub(super) fn key_order(layer: &Layer) -> Vec<usize> {
    let keys = layer.keys();
    let mut rows: Vec<usize> = (0..keys.len()).collect();
    rows.sort_by_key(|&row| keys[row]);
    rows
}

impl<'a> Cells<'a> {
    /// The cells of a column of one of the four types.
    pub fn of(array: &'a ArrayRef) -> Option<Self> {
        Some(match array.data_type() {
            DataType::Utf8 => Self::Text(array.as_string()),
            DataType::Int64 => Self::Integer(array.as_primitive::<types::Int64Type>()),
            DataType::Float64 => Self::Number(array.as_primitive::<types::Float64Type>()),
            DataType::Boolean => Self::Boolean(array.as_boolean()),
            _ => return None,
        })
    }

    /// Prints one cell as JSON; missing is `null`.
    pub fn push_json(&self, out: &mut Vec<u8>, row: usize) {
        match self {
            Self::Text(a) if a.is_valid(row) => push_json_text(out, a.value(row)),
            Self::Number(a) if a.is_valid(row) => push_number(out, a.value(row)),
            Self::Integer(a) if a.is_valid(row) => print(out, format_args!("{}", a.value(row))),
            Self::Boolean(a) if a.is_valid(row) => print(out, format_args!("{}", a.value(row))),
            _ => out.extend_from_slice(b"null"),
        }
    }

    /// Prints one cell as plain text; missing is empty.
    pub fn push_plain(&self, out: &mut Vec<u8>, row: usize) {
        match self {
            Self::Text(a) if a.is_valid(row) => out.extend_from_slice(a.value(row).as_bytes()),
            Self::Number(a) if a.is_valid(row) => push_number(out, a.value(row)),
            Self::Integer(a) if a.is_valid(row) => print(out, format_args!("{}", a.value(row))),
            Self::Boolean(a) if a.is_valid(row) => print(out, format_args!("{}", a.value(row))),
            _ => {}
        }
    }
}

/// The shortest digits that read back as the same number. A decimal point or exponent is always there, so
/// that readers which guess types take a column of whole numbers for what it is declared to be.
fn push_number(out: &mut Vec<u8>, value: f64) {
    // Adding zero turns -0 into 0.
    print(out, format_args!("{:?}", value + 0.0));
}

fn print(out: &mut Vec<u8>, text: std::fmt::Arguments<'_>) {
    // Writing to memory cannot fail.
    let _ = out.write_fmt(text);
}

/// Prints a JSON string.
pub fn push_json_text(out: &mut Vec<u8>, text: &str) {
    out.push(b'"');
    for byte in text.bytes() {
        match byte {
            b'"' => out.extend_from_slice(b"\\\""),
            b'\\' => out.extend_from_slice(b"\\\\"),
            b'\n' => out.extend_from_slice(b"\\n"),
            b'\r' => out.extend_from_slice(b"\\r"),
            b'\t' => out.extend_from_slice(b"\\t"),
            0..0x20 | 0x7f => print(out, format_args!("\\u{byte:04x}")),
            _ => out.push(byte),
        }
    }
    out.push(b'"');
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn number(value: f64) -> String {
        let mut out = Vec::new();
        push_number(&mut out, value);
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn numbers_are_short_and_look_like_numbers() {
        for (value, expected) in [
            (1.0, "1.0"),
            (-0.0, "0.0"),
            (0.1 + 0.2, "0.30000000000000004"),
            (1e21, "1e21"),
            (1.5e-9, "1.5e-9"),
        ] {
            assert_eq!(number(value), expected);
        }
    }

    proptest! {
        #[test]
        fn text_reads_back(text in any::<String>()) {
            let mut out = Vec::new();
            push_json_text(&mut out, &text);
            prop_assert_eq!(serde_json::from_slice::<String>(&out).unwrap(), text);
        }

        #[test]
        fn numbers_read_back(value in proptest::num::f64::NORMAL | proptest::num::f64::SUBNORMAL) {
            prop_assert_eq!(number(value).parse::<f64>().unwrap(), value);
        }
    }
}
