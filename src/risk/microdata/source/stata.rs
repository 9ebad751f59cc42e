//! Stata files (.dta) of any version.

use std::fs::File;
use std::io::BufReader;
use std::sync::Arc;

use arrow_array::builder::{Float64Builder, StringBuilder};
use arrow_array::{ArrayRef, RecordBatch};
use arrow_schema::{Field, Schema};
use dta::stata::dta::dta_reader::DtaReader;
use dta::stata::dta::record_reader::RecordReader;
use dta::stata::dta::value::Value;
use dta::stata::dta::variable_type::VariableType;

use super::super::MicrodataError;
use super::piece::{Piece, Pieces};

/// Rows decoded at a time.
const BATCH_ROWS: usize = 1 << 16;

/// A Stata file whose schema was read.
pub(super) struct Table {
    file: String,
    records: RecordReader<BufReader<File>>,
}

/// A column that grows row by row.
enum Builder {
    Number(Float64Builder),
    Text(StringBuilder),
}

impl Table {
    pub fn open(file: &str) -> Result<(Self, Vec<String>), MicrodataError> {
        let damaged = |error: dta::stata::dta::dta_error::DtaError| damaged(file, &error);
        let schema = DtaReader::new().from_path(file).map_err(damaged)?.read_header().map_err(damaged)?;
        let mut characteristics = schema.read_schema().map_err(damaged)?;
        characteristics.skip_to_end().map_err(damaged)?;
        let records = characteristics.into_record_reader().map_err(damaged)?;
        let fields = records.schema().variables().iter().map(|v| v.name().to_owned()).collect();
        Ok((Self { file: file.to_owned(), records }, fields))
    }

    pub fn batches(mut self, columns: &[usize]) -> Pieces {
        let columns = columns.to_vec();
        let mut first = 1;
        Box::new(std::iter::from_fn(move || {
            let batch = self.batch(&columns).transpose()?;
            Some(batch.map(|batch| {
                let before = first;
                first += batch.num_rows() as u64;
                Piece::Batch(batch, before)
            }))
        }))
    }

    /// The next rows; none at the end.
    fn batch(&mut self, columns: &[usize]) -> Result<Option<RecordBatch>, MicrodataError> {
        let variables = self.records.schema().variables();
        let names: Vec<String> = columns.iter().map(|&c| variables[c].name().to_owned()).collect();
        let mut builders: Vec<Builder> = columns
            .iter()
            .map(|&c| match variables[c].variable_type() {
                VariableType::FixedString(_) | VariableType::LongString => {
                    Builder::Text(StringBuilder::new())
                }
                _ => Builder::Number(Float64Builder::new()),
            })
            .collect();
        let file = &self.file;
        let mut rows = 0;
        while rows < BATCH_ROWS {
            let Some(record) = self.records.read_lazy_record().map_err(|error| damaged(file, &error))? else {
                break;
            };
            for ((&column, builder), name) in columns.iter().zip(&mut builders).zip(&names) {
                let value = record.value(column).map_err(|error| damaged(file, &error))?;
                match (builder, value) {
                    (Builder::Number(b), value)
                        if !matches!(value, Value::String(_) | Value::LongStringRef(_)) =>
                    {
                        b.append_option(number(&value));
                    }
                    (Builder::Text(b), Value::String(text)) => b.append_value(&text),
                    _ => {
                        return Err(damaged(
                            file,
                            &format!("field `{name}` holds long strings (strL), which codes are not"),
                        ));
                    }
                }
            }
            rows += 1;
        }
        if rows == 0 {
            return Ok(None);
        }
        let arrays: Vec<ArrayRef> = builders
            .into_iter()
            .map(|builder| match builder {
                Builder::Number(mut b) => Arc::new(b.finish()) as ArrayRef,
                Builder::Text(mut b) => Arc::new(b.finish()) as ArrayRef,
            })
            .collect();
        let fields: Vec<Field> = names
            .iter()
            .zip(&arrays)
            .map(|(name, a)| Field::new(name, a.data_type().clone(), true))
            .collect();
        let batch = RecordBatch::try_new(Arc::new(Schema::new(fields)), arrays);
        batch.map(Some).map_err(|error| damaged(file, &error))
    }
}

fn number(value: &Value<'_>) -> Option<f64> {
    match value {
        Value::Byte(v) => v.present().map(f64::from),
        Value::Int(v) => v.present().map(f64::from),
        Value::Long(v) => v.present().map(f64::from),
        Value::Float(v) => v.present().map(f64::from),
        Value::Double(v) => v.present(),
        Value::String(_) | Value::LongStringRef(_) => None,
    }
}

fn damaged(file: &str, error: &impl ToString) -> MicrodataError {
    MicrodataError::Damaged { file: file.to_owned(), format: "Stata", reason: error.to_string() }
}
