//! A table for people: numbers to the right, geometry in short, long texts cut, as many rows as one looks through.

use comfy_table::{CellAlignment, ContentArrangement, Table as Grid, presets};

use super::OutputError;
use super::columns::{Columns, Holds, Rows};
use super::csv::shape;
use super::destination::Bytes;
use super::sink::Sink;
use corredor::lang::Lang;
use corredor::layer::write::Cells;

/// How a table looks.
#[derive(Clone, Copy, Debug)]
pub struct Look {
    /// Columns of the terminal; no limit where there is none.
    pub width: Option<u16>,
    /// Language of its remarks.
    pub lang: Lang,
}

/// Rows that are shown; the rest is counted.
const ROWS: usize = 500;

/// Characters of a text that are shown where no terminal says how wide it is.
const TEXT: usize = 80;

/// A table that is being filled.
pub(super) struct Table {
    columns: Columns,
    out: Bytes,
    look: Look,
    cells: Vec<Vec<String>>,
    more: u64,
}

impl Table {
    /// An empty table.
    pub fn new(columns: &Columns, out: Bytes, look: Look) -> Self {
        Self { columns: columns.clone(), out, look, cells: Vec::new(), more: 0 }
    }
}

impl Sink for Table {
    fn rows(&mut self, rows: &Rows) -> Result<(), OutputError> {
        let shown = rows.count.min(ROWS - self.cells.len());
        self.more += (rows.count - shown) as u64;
        for row in 0..shown {
            let cells = self.columns.all.iter().enumerate().map(|(at, column)| match rows.cells(at) {
                Some(cells) => Ok(cell(&cells, row)),
                None => Ok(shape(rows, at, row, &column.name)?.map_or("-".to_owned(), |s| s.short())),
            });
            self.cells.push(cells.collect::<Result<_, OutputError>>()?);
        }
        Ok(())
    }

    fn finish(mut self: Box<Self>) -> Result<(), OutputError> {
        let mut grid = Grid::new();
        grid.load_style(presets::UTF8_BORDERS_ONLY);
        match self.look.width {
            Some(width) => grid.set_content_arrangement(ContentArrangement::Dynamic).set_width(width),
            None => grid.set_content_arrangement(ContentArrangement::Disabled),
        };
        grid.set_header(self.columns.all.iter().map(|column| plain(&column.name)));
        for row in self.cells.drain(..) {
            grid.add_row(row);
        }
        for (column, shown) in self.columns.all.iter().zip(grid.column_iter_mut()) {
            if matches!(column.holds, Holds::Integer | Holds::Number) {
                shown.set_cell_alignment(CellAlignment::Right);
            }
        }
        self.out.put(format!("{grid}\n").as_bytes())?;
        if self.more > 0 {
            let more = match self.look.lang {
                Lang::Es => {
                    format!("… y {} filas más: --format csv las da todas\n", self.more)
                }
                Lang::En => {
                    format!("… and {} more rows: --format csv gives all\n", self.more)
                }
            };
            self.out.put(more.as_bytes())?;
        }
        self.out.finish()
    }
}

fn cell(cells: &Cells<'_>, row: usize) -> String {
    use arrow_array::Array;
    match cells {
        Cells::Text(a) if a.is_valid(row) => plain(a.value(row)),
        Cells::Integer(a) if a.is_valid(row) => a.value(row).to_string(),
        Cells::Number(a) if a.is_valid(row) => number(a.value(row)),
        Cells::Boolean(a) if a.is_valid(row) => a.value(row).to_string(),
        _ => "-".to_owned(),
    }
}

/// Six decimals at most, which is more than anybody compares by eye; an exponent for what they cannot show.
fn number(value: f64) -> String {
    let size = value.abs();
    if !value.is_finite() {
        return value.to_string();
    }
    if size != 0.0 && !(1e-4..1e15).contains(&size) {
        return format!("{value:.5e}");
    }
    let text = format!("{value:.6}");
    let text = text.trim_end_matches('0').trim_end_matches('.');
    if text == "-0" { "0".to_owned() } else { text.to_owned() }
}

/// A text on one line, without what a terminal would obey, and not too long.
fn plain(text: &str) -> String {
    let mut plain: String =
        text.chars().take(TEXT).map(|c| if c.is_control() { '\u{fffd}' } else { c }).collect();
    if text.chars().nth(TEXT).is_some() {
        plain.push('…');
    }
    plain
}
