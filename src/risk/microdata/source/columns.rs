//! Rows of Arrow columns.

use arrow_array::{Array, Float64Array, RecordBatch, StringArray};
use arrow_cast::cast;
use arrow_schema::DataType;

use super::super::cell::Cell;
use super::super::decode::{Row, Unit};
use super::super::plan::Plan;

/// A column as cells are taken from it.
enum Column {
    Text(StringArray),
    Number(Float64Array),
    /// Of a type that is neither: every cell is missing.
    Nothing,
}

/// A row of a batch.
struct Cells<'a> {
    /// By column of the file.
    columns: &'a [Column],
    row: usize,
}

impl Row for Cells<'_> {
    fn cell(&self, column: usize) -> Cell<'_> {
        match &self.columns[column] {
            Column::Text(values) if values.is_valid(self.row) => Cell::text(values.value(self.row)),
            Column::Number(values) if values.is_valid(self.row) => Cell::number(values.value(self.row)),
            _ => Cell::Blank,
        }
    }
}

/// Takes the rows of a batch that holds `columns` of the file, the first of them row `first`.
pub(super) fn decode(batch: &RecordBatch, columns: &[usize], first: u64, plan: &Plan, unit: &mut Unit) {
    let width = columns.last().map_or(0, |last| last + 1);
    let mut all: Vec<Column> = (0..width).map(|_| Column::Nothing).collect();
    for (&column, values) in columns.iter().zip(batch.columns()) {
        let to = if values.data_type().is_numeric() || values.data_type() == &DataType::Boolean {
            DataType::Float64
        } else {
            DataType::Utf8
        };
        let Ok(values) = cast(values, &to) else { continue };
        if let Some(numbers) = values.as_any().downcast_ref::<Float64Array>() {
            all[column] = Column::Number(numbers.clone());
        } else if let Some(texts) = values.as_any().downcast_ref::<StringArray>() {
            all[column] = Column::Text(texts.clone());
        }
    }
    for row in 0..batch.num_rows() {
        unit.push(plan, first + row as u64, &Cells { columns: &all, row });
    }
}
