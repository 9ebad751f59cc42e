//! Small tables for the terminal.

use comfy_table::{CellAlignment, ContentArrangement, Table, presets};

/// A plain table; numbers to the right.
pub fn table(header: &[&str], rows: &[Vec<String>]) -> String {
    let mut table = Table::new();
    table.load_style(presets::UTF8_BORDERS_ONLY).set_content_arrangement(ContentArrangement::Disabled);
    table.set_header(header);
    for row in rows {
        table.add_row(row);
    }
    for (index, column) in table.column_iter_mut().enumerate() {
        let numeric = rows
            .iter()
            .filter_map(|row| row.get(index))
            .all(|cell| cell == "-" || cell.trim_end_matches('%').replace(',', "").parse::<f64>().is_ok());
        if numeric && !rows.is_empty() {
            column.set_cell_alignment(CellAlignment::Right);
        }
    }
    table.to_string()
}
