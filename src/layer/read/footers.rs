//! Rows of a table that look like totals, or like notes below it.

use arrow_array::{Array, StringArray, cast::AsArray};

use crate::layer::{Column, EXAMPLES, Finding};

/// Words of a first cell that say that a row adds up others, lower case.
const TOTALS: [&str; 11] = [
    "total",
    "totales",
    "totals",
    "total general",
    "total nacional",
    "gran total",
    "grand total",
    "subtotal",
    "suma",
    "sum",
    "national total",
];

/// Words before a colon that say that a row is a note on the table, lower case.
const NOTES: [&str; 12] = [
    "fuente",
    "fuentes",
    "nota",
    "notas",
    "elaboración",
    "elaborado por",
    "source",
    "sources",
    "note",
    "notes",
    "data source",
    "elaboró",
];

/// Characters from which on the only text of a row of two columns is a note on the table.
pub(super) const LONG_NOTE: usize = 40;

/// What to say of rows of a table that look like totals, or like notes below it; `lines` are their places.
pub(super) fn footers(columns: &[Column], lines: &[u64], word: &str) -> Option<Finding> {
    let texts: Vec<&StringArray> =
        columns.iter().filter_map(|column| column.values.as_string_opt::<i32>()).collect();
    let first = |row: usize| texts.iter().find(|column| column.is_valid(row)).map(|column| column.value(row));
    let is_lone = |row: usize| texts.iter().filter(|column| column.is_valid(row)).take(2).count() == 1;
    let rows = lines.len();
    // Below all others: a row in the middle of which but one cell is filled lacks its values.
    let notes_from = (0..rows).rev().find(|&row| !is_lone(row)).map_or(0, |row| row + 1);
    let is_note = |row: usize, text: &str| {
        row >= notes_from
            && row > 0
            && match columns.len() {
                0 | 1 => false,
                2 => text.chars().count() >= LONG_NOTE,
                _ => text.trim().contains(char::is_whitespace),
            }
    };
    let found: Vec<(usize, &str)> = (0..rows)
        .filter_map(|row| Some((row, first(row)?)))
        .filter(|&(row, text)| is_total(text) || is_heading_of_note(text) || is_note(row, text))
        .collect();
    let shown = |word: &str| {
        let one = |&(row, text): &(usize, &str)| {
            let text: String = text.trim().chars().take(LONG_NOTE).collect();
            format!("{word} {} (`{text}`)", lines[row])
        };
        let more = if found.len() > EXAMPLES { ", ..." } else { "" };
        format!("{}{more}", found.iter().take(EXAMPLES).map(one).collect::<Vec<_>>().join(", "))
    };
    let count = found.len();
    (count > 0).then(|| Finding::Statistic {
        es: format!(
            "{count} filas parecen totales o notas y se leen como elementos: {}; quítelas de la fuente si lo son",
            shown(if word == "row" { "fila" } else { "línea" })
        ),
        en: format!(
            "{count} rows look like totals or notes and are read as features: {}; take them out of the source if they are",
            shown(word)
        ),
        warning: true,
    })
}

fn is_total(text: &str) -> bool {
    let text = text.trim().trim_end_matches([':', '*', '.']).trim_end();
    text.len() <= 24 && TOTALS.iter().any(|total| text.eq_ignore_ascii_case(total))
}

fn is_heading_of_note(text: &str) -> bool {
    let head = text.trim_start().split_once(':').map(|(head, _)| head.trim_end());
    head.filter(|head| head.len() <= 24).is_some_and(|head| NOTES.contains(&head.to_lowercase().as_str()))
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::lang::Lang;

    fn column(name: &str, values: &[&str]) -> Column {
        let cells = values.iter().map(|text| (!text.is_empty()).then_some(*text));
        Column { name: name.to_owned(), values: Arc::new(cells.collect::<StringArray>()) }
    }

    #[test]
    fn totals_and_notes_are_seen() {
        let told = |rows: &[[&str; 3]]| {
            let cells = |at: usize| rows.iter().map(|row| row[at]).collect::<Vec<_>>();
            let columns = [column("code", &cells(0)), column("name", &cells(1)), column("n", &cells(2))];
            let lines: Vec<u64> = (2..2 + rows.len() as u64).collect();
            footers(&columns, &lines, "line").map(|finding| finding.text(Lang::En))
        };
        let found = told(&[
            ["01", "A", "1"],
            ["02", "", ""],
            ["03", "C", "3"],
            ["Total", "", "4"],
            ["Fuente: INEGI, Censo 2020", "", ""],
            ["Cifras preliminares", "", ""],
        ])
        .unwrap();
        for row in ["3 rows", "line 5 (`Total`)", "line 6 (`Fuente: INEGI", "line 7 (`Cifras preliminares`)"]
        {
            assert!(found.contains(row), "{found}");
        }
        assert_eq!(told(&[["", "TOTAL", "4"]]).map(|text| text.contains("line 2")), Some(true));
        // A unit whose values lack, and names that begin so.
        assert_eq!(told(&[["01", "Totalco", "1"], ["02", "B", ""], ["03", "", ""]]), None);
        assert_eq!(told(&[["Nota", "A", "1"], ["Summit", "B", "1"]]), None);
    }
}
