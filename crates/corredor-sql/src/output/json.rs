//! JSON: an array of objects, or an object a line.

use super::OutputError;
use super::columns::{Columns, Rows};
use super::csv::shape;
use super::destination::Bytes;
use super::sink::Sink;
use corredor::layer::write::push_json_text;

/// A JSON document at work.
pub(super) struct Json {
    columns: Columns,
    /// `"name":` of each column.
    labels: Vec<Vec<u8>>,
    out: Bytes,
    array: bool,
    any: bool,
}

impl Json {
    /// Begins an array, or lines.
    pub fn begin(columns: &Columns, mut out: Bytes, array: bool) -> Result<Self, OutputError> {
        let label = |name: &str| {
            let mut label = Vec::new();
            push_json_text(&mut label, name);
            label.push(b':');
            label
        };
        let labels = columns.all.iter().map(|column| label(&column.name)).collect();
        if array {
            out.put(b"[")?;
        }
        Ok(Self { columns: columns.clone(), labels, out, array, any: false })
    }
}

impl Sink for Json {
    fn rows(&mut self, rows: &Rows) -> Result<(), OutputError> {
        let mut text = Vec::new();
        for row in 0..rows.count {
            if self.array {
                text.extend_from_slice(if self.any { b",\n" } else { b"\n" });
            }
            self.any = true;
            for (at, (label, column)) in self.labels.iter().zip(&self.columns.all).enumerate() {
                text.push(if at == 0 { b'{' } else { b',' });
                text.extend_from_slice(label);
                match rows.cells(at) {
                    Some(cells) => cells.push_json(&mut text, row),
                    None => {
                        let mut geometry = String::new();
                        match shape(rows, at, row, &column.name)? {
                            Some(shape) => shape.push_json(&mut geometry),
                            None => geometry.push_str("null"),
                        }
                        text.extend_from_slice(geometry.as_bytes());
                    }
                }
            }
            text.extend_from_slice(if self.array { b"}" } else { b"}\n" });
        }
        self.out.put(&text)
    }

    fn finish(mut self: Box<Self>) -> Result<(), OutputError> {
        match (self.array, self.any) {
            (true, true) => self.out.put(b"\n]\n")?,
            (true, false) => self.out.put(b"]\n")?,
            (false, _) => {}
        }
        self.out.finish()
    }
}
