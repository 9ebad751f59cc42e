//! Rows of a table as CSV, in pieces: for tables that are no layers, and for those that are streamed.

use arrow_array::RecordBatch;
use arrow_schema::Schema;

use super::WriteError;
use super::cells::Cells;
use super::csv::{broken, is_formula};

/// The names of the columns as a CSV line.
pub(crate) fn csv_header(schema: &Schema) -> Vec<u8> {
    let cells: Vec<Vec<u8>> = schema.fields().iter().map(|field| csv_cell(field.name(), b',')).collect();
    [cells.join(&b","[..]), b"\r\n".to_vec()].concat()
}

/// The rows of a table of texts, integers, numbers and booleans as CSV lines, without a header. With
/// `guard`, texts that a spreadsheet would take for a formula get an apostrophe in front.
///
/// # Errors
/// [`WriteError::FieldType`] for any other type.
pub(crate) fn csv_rows(table: &RecordBatch, guard: bool) -> Result<Vec<u8>, WriteError> {
    let schema = table.schema_ref();
    let columns = schema.fields().iter().zip(table.columns()).map(|(field, array)| {
        Cells::of(array).ok_or_else(|| WriteError::FieldType {
            layer: "table".to_owned(),
            field: field.name().clone(),
            found: array.data_type().to_string(),
        })
    });
    let columns = columns.collect::<Result<Vec<_>, _>>()?;
    let mut writer = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(Vec::new());
    let mut cell = Vec::new();
    for row in 0..table.num_rows() {
        for cells in &columns {
            cell.clear();
            cells.push_plain(&mut cell, row);
            if guard && matches!(cells, Cells::Text(_)) && is_formula(&cell) {
                cell.insert(0, b'\'');
            }
            writer.write_field(&cell).map_err(broken)?;
        }
        writer.write_record(None::<&[u8]>).map_err(broken)?;
    }
    writer.into_inner().map_err(|error| WriteError::Io(error.into_error()))
}

/// A text as a cell between delimiters, quoted where it must be.
pub fn csv_cell(text: &str, delimiter: u8) -> Vec<u8> {
    let special = |byte| byte == delimiter || matches!(byte, b'"' | b'\r' | b'\n');
    match text.bytes().any(special) {
        true => format!("\"{}\"", text.replace('"', "\"\"")).into_bytes(),
        false => text.as_bytes().to_vec(),
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use arrow_array::{Float64Array, StringArray};
    use arrow_schema::{DataType, Field};

    use super::*;

    #[test]
    fn rows_as_the_layer_writer_prints_them() {
        let schema = Schema::new(vec![
            Field::new("a, b", DataType::Utf8, true),
            Field::new("n", DataType::Float64, true),
        ]);
        assert_eq!(csv_header(&schema), b"\"a, b\",n\r\n");
        let texts = StringArray::from(vec![Some("=1"), None, Some("x\"y")]);
        let numbers = Float64Array::from(vec![Some(1.0), Some(-0.5), None]);
        let table = RecordBatch::try_new(Arc::new(schema), vec![Arc::new(texts), Arc::new(numbers)]).unwrap();
        assert_eq!(csv_rows(&table, true).unwrap(), b"'=1,1.0\r\n,-0.5\r\n\"x\"\"y\",\r\n");
        assert_eq!(csv_rows(&table.slice(0, 1), false).unwrap(), b"=1,1.0\r\n");
    }
}
