//! A source as it stands: columns, geometry, CRS, nothing judged yet.

use super::shapes::Shapes;
use crate::lang::Lang;
use crate::layer::{Column, Finding};

/// What a source holds.
#[derive(Debug)]
pub(super) struct Raw {
    /// Driver that read it.
    pub driver: String,
    /// Layer inside the source.
    pub layer: String,
    /// Attributes, text, integer, number or boolean.
    pub columns: Vec<Column>,
    /// Geometry; none for a table.
    pub shapes: Option<Shapes>,
    /// CRS of the geometry as WKT, and its name for people.
    pub crs: Option<(String, String)>,
    /// Rows.
    pub rows: usize,
    /// Tables of text and sheets: the line or row that each row starts on.
    pub lines: Option<Vec<u64>>,
    /// What these are counted as.
    pub line_word: &'static str,
    /// Which attributes are texts as they were written, of which nobody has said what they are; none where all are typed.
    pub written: Vec<bool>,
    /// SHA-256 of the file.
    pub sha256: Option<String>,
    /// Rows that could not even be read, and are not among `rows`.
    pub kept_out: usize,
    /// What was noticed so far.
    pub findings: Vec<Finding>,
}

impl Raw {
    /// What to call a row in a message: its line in a text, its row in a sheet, else its number.
    pub fn place(&self, row: usize) -> String {
        match self.lines.as_ref().and_then(|lines| lines.get(row)) {
            Some(line) => format!("{} {line}", self.line_word),
            None => format!("feature {}", row + 1),
        }
    }

    /// The same in a language.
    pub fn place_in(&self, row: usize, lang: Lang) -> String {
        let place = self.place(row);
        let words = [("line", "línea"), ("row", "fila"), ("feature", "elemento")];
        match words.iter().find(|(en, _)| lang == Lang::Es && place.starts_with(en)) {
            Some((en, es)) => place.replacen(en, es, 1),
            None => place,
        }
    }

    /// Whether a column is texts of which nobody has said what they are.
    pub fn is_written(&self, column: usize) -> bool {
        self.written.get(column).copied().unwrap_or(false)
    }

    /// Names of the columns.
    pub fn fields(&self) -> Vec<String> {
        self.columns.iter().map(|c| c.name.clone()).collect()
    }
}
