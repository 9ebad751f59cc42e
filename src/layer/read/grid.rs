//! Rows of written cells, from text or from a sheet: header, rows kept out, rows that are none.

use arrow_array::Array;
use arrow_array::builder::StringBuilder;
use std::sync::Arc;

use super::raw::Raw;
use super::{Options, ReadError, footers};
use crate::layer::text::{is_hashtags, repeated, unnamed};
use crate::layer::{Column, EXAMPLES, Finding};
use crate::text::is_blank;

/// A table that grows row by row.
pub(super) struct Grid {
    file: String,
    /// What rows are counted as: `line` or `row`.
    word: &'static str,
    header: Vec<String>,
    cells: Vec<StringBuilder>,
    lines: Vec<u64>,
    /// Place and number of cells of the rows kept out.
    ragged: Vec<(u64, usize)>,
    /// Place of the row of HXL hashtags, which is left out.
    tags: Option<u64>,
    first: bool,
    /// Columns with a cell that is no text, where cells say so.
    untyped: Vec<bool>,
}

/// What a table is called.
pub(super) struct Called {
    pub driver: &'static str,
    pub layer: String,
    /// Whether cells say of themselves that they are texts: a column of nothing else stays as it is.
    pub typed: bool,
}

impl Grid {
    /// A table with this header, which stands in this line or row.
    ///
    /// # Errors
    /// [`ReadError::BadRow`] where it cannot be one; `help` says where another may stand.
    pub fn new(
        header: Vec<String>,
        at: u64,
        word: &'static str,
        options: &Options,
        help: impl FnOnce() -> Option<String>,
    ) -> Result<Self, ReadError> {
        let file = options.file();
        super::open::width(header.len(), &file)?;
        let header: Vec<String> = header.iter().map(|name| name.trim().to_owned()).collect();
        let wanted = !options.key.is_empty() && !options.number_rows;
        if wanted
            && !header.contains(&options.key)
            && let Some(help) = help()
        {
            let reason = format!("is no header: it has no column `{}`", options.key);
            return Err(ReadError::BadRow { file, word, line: at, reason, help });
        }
        if let Some(twice) = repeated(&header) {
            let reason = format!("the column `{twice}` stands twice in the header");
            let help = "give each column a name of its own in the source".to_owned();
            return Err(ReadError::BadRow { file, word, line: at, reason, help });
        }
        Ok(Self {
            file,
            word,
            cells: header.iter().map(|_| StringBuilder::new()).collect(),
            untyped: vec![false; header.len()],
            header,
            lines: Vec::new(),
            ragged: Vec::new(),
            tags: None,
            first: true,
        })
    }

    /// Takes a row that stands in this line or row.
    pub fn push<'c>(&mut self, line: u64, count: usize, cells: impl Iterator<Item = &'c str> + Clone) {
        let is_first = std::mem::take(&mut self.first);
        // Nothing shows what parts the cells of a text of one column: what stands at the end of a row may be of its text.
        let in_doubt = self.word == "line" && self.header.len() == 1 && count > 1;
        if !in_doubt && cells.clone().all(is_blank) {
            self.first = is_first;
            return;
        }
        if is_first && is_hashtags(cells.clone()) {
            self.tags = Some(line);
            return;
        }
        // Cells without a column may be there as long as nothing is in them.
        let more = cells.clone().skip(self.header.len()).any(|cell| !is_blank(cell));
        if more || in_doubt || count < self.header.len() {
            self.ragged.push((line, count));
            return;
        }
        for (column, cell) in self.cells.iter_mut().zip(cells) {
            column.append_option((!cell.trim().is_empty()).then_some(cell));
        }
        self.lines.push(line);
    }

    /// Says that a column has a cell that is no text.
    pub fn mark_untyped(&mut self, column: usize) {
        if let Some(untyped) = self.untyped.get_mut(column) {
            *untyped = true;
        }
    }

    /// The table as a source.
    ///
    /// # Errors
    /// [`ReadError::BadRow`] where most rows have another number of cells than the header, or a column with values has no
    /// name.
    pub fn finish(mut self, called: Called, findings: Vec<Finding>) -> Result<Raw, ReadError> {
        if let Some(&(line, cells)) = self.ragged.first().filter(|_| self.ragged.len() > self.lines.len()) {
            return Err(ReadError::BadRow {
                file: self.file.clone(),
                word: self.word,
                line,
                reason: format!("the row has {cells} cells, the header {}", self.header.len()),
                help: "state what parts the cells (`delimiter`), or how many lines stand above the header (`skip`), in the layer's [read]; texts with commas need quotes".to_owned(),
            });
        }
        let (mut columns, mut written) = (Vec::new(), Vec::new());
        let header = std::mem::take(&mut self.header);
        for ((name, cells), &untyped) in header.into_iter().zip(&mut self.cells).zip(&self.untyped) {
            let values = cells.finish();
            // Lines that end with delimiters make columns of nothing.
            if !name.is_empty() || values.null_count() < values.len() {
                columns.push(Column { name, values: Arc::new(values) });
                written.push(!called.typed || untyped);
            }
        }
        if let Some(first) = columns.first_mut().filter(|column| column.name.is_empty()) {
            // Tables of statistical programs number their rows so.
            "column_1".clone_into(&mut first.name);
        }
        let names: Vec<String> = columns.iter().map(|column| column.name.clone()).collect();
        if let Some(column) = unnamed(&names) {
            return Err(ReadError::BadRow {
                file: self.file.clone(),
                word: self.word,
                line: 1,
                reason: format!("column {column} has no name, and has values"),
                help: "if what is read as the header is a title, state how many lines stand above the header (`skip`) in the layer's [read]; otherwise name the column in the source".to_owned(),
            });
        }
        let kept_out = self.ragged.len();
        let footers = footers::footers(&columns, &self.lines, self.word);
        let findings = self.findings().into_iter().chain(findings).chain(footers).collect();
        Ok(Raw {
            driver: called.driver.to_owned(),
            layer: called.layer,
            columns,
            shapes: None,
            crs: None,
            rows: self.lines.len(),
            lines: Some(self.lines),
            line_word: self.word,
            written,
            sha256: None,
            kept_out,
            findings,
        })
    }

    /// What to say of rows that are not among the others.
    fn findings(&self) -> Vec<Finding> {
        let last =
            self.ragged.last().is_some_and(|(line, _)| self.lines.last().is_none_or(|kept| line > kept));
        let (cut_es, cut_en) = match last {
            true => ("; la última línea puede estar cortada", "; the last line may be cut off"),
            false => ("", ""),
        };
        let examples = self.ragged.iter().take(EXAMPLES).map(|(line, _)| format!("{} {line}", self.word));
        let ragged = (!self.ragged.is_empty()).then(|| Finding::Dropped {
            count: self.ragged.len(),
            reason_es: format!("filas con otro número de celdas que el encabezado{cut_es}"),
            reason_en: format!("rows with another number of cells than the header{cut_en}"),
            examples: examples.collect(),
        });
        let word_es = if self.word == "row" { "fila" } else { "línea" };
        let tags = self.tags.map(|line| Finding::Statistic {
            es: format!("la {word_es} {line} lleva etiquetas HXL y no es un dato"),
            en: format!("{} {line} holds HXL hashtags and is no data", self.word),
            warning: false,
        });
        ragged.into_iter().chain(tags).collect()
    }
}
