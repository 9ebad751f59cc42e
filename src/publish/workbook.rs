//! The workbook of a run, one a language: a sheet a layer for those who read it in a spreadsheet, with words for codes,
//! rounded numbers and keys that stay text; before them what the set is, and what each field means.

use std::borrow::Cow;
use std::collections::BTreeSet;

use arrow_array::Array;
use rust_xlsxwriter::{DocProperties, ExcelDateTime, Format, Workbook, Worksheet, XlsxError};

use super::style::{Style, value_words, words_of};
use super::table_schema::kind;
use super::{Card, Dataset};
use crate::lang::Lang;
use crate::layer::Layer;
use crate::layer::write::{Cells, WriteError};

/// Rows of a sheet below its header, at most.
const ROWS: usize = (1 << 20) - 1;

/// UTF-16 units of a cell, at most.
const CELL: usize = 32_767;

/// Ends a text of which a cell does not hold all.
const CUT: &str = " […]";

/// Letters of the name of a sheet, at most.
const NAME: usize = 31;

/// Decimals that there is a format for.
const DECIMALS: usize = 5;

/// Least integer of more digits than a spreadsheet keeps.
const EXACT: u64 = 1_000_000_000_000_000;

/// Widest column, letters.
const WIDEST: usize = 60;

/// Narrowest column, letters.
const NARROWEST: usize = 8;

/// Name of the file in a language.
pub(super) fn file_name(dataset: &Dataset, lang: Lang) -> String {
    format!("{}.{}.xlsx", dataset.file_stem(), lang.code())
}

/// The workbook, the same bytes for the same layers and time.
///
/// # Errors
/// [`WriteError::FieldType`] and [`WriteError::Workbook`], with the name of the layer or of the file.
pub(super) fn workbook(
    dataset: &Dataset,
    cards: &[Card],
    styles: &[Style],
    lang: Lang,
    now: jiff::Timestamp,
) -> Result<Vec<u8>, (String, WriteError)> {
    let mut names = BTreeSet::new();
    let [first, second] =
        [("Léeme", "Read me"), ("Campos", "Fields")].map(|(es, en)| name(lang.pick(es, en), &mut names));
    let mut tables = Vec::new();
    for (card, style) in cards.iter().zip(styles).filter(|(card, _)| card.layer.len() <= ROWS) {
        let sheet = rows(&card.layer, style, lang).map_err(|error| (card.name.clone(), error))?;
        tables.push((name(&card.name, &mut names), sheet));
    }
    let is_cut = tables.iter().any(|(_, sheet)| sheet.is_cut());
    let mut sheets =
        vec![(first, readme(dataset, cards, lang, now, is_cut)), (second, fields(cards, styles, lang))];
    sheets.extend(tables);
    let written = || {
        let mut book = Workbook::new();
        // Otherwise it holds the time of its making.
        let created = ExcelDateTime::from_timestamp(now.as_second())?;
        let properties =
            DocProperties::new().set_title(dataset.title.pick(lang)).set_creation_datetime(&created);
        book.set_properties(&properties);
        for (name, sheet) in sheets {
            book.push_worksheet(sheet.finish(&name)?);
        }
        book.save_to_buffer()
    };
    written().map_err(|error: XlsxError| {
        (file_name(dataset, lang), WriteError::Workbook { why: error.to_string() })
    })
}

/// A name for a sheet that no other has, whatever its case.
fn name(wanted: &str, taken: &mut BTreeSet<String>) -> String {
    let mut name: String = wanted.chars().take(NAME).collect();
    let mut number = 2;
    // Excel keeps that name for itself.
    while name.eq_ignore_ascii_case("history") || !taken.insert(name.to_lowercase()) {
        let end = format!("_{number}");
        name = wanted.chars().take(NAME - end.len()).collect::<String>() + &end;
        number += 1;
    }
    name
}

/// What is in a cell, and how it is set.
enum Cell {
    Plain(String),
    Heading(String),
    /// A text that stays one in whatever way the cell is edited.
    Text(String),
    /// A number, rounded to so many decimals.
    Number(f64, usize),
    Empty,
}

/// The rows of a sheet.
#[derive(Default)]
struct Sheet {
    rows: Vec<Vec<Cell>>,
    /// Whether the first row is one of headings, which stay in sight.
    headed: bool,
}

impl Sheet {
    /// Whether a cell holds but the beginning of its text.
    fn is_cut(&self) -> bool {
        let mut texts = self.rows.iter().flatten().filter_map(|cell| match cell {
            Cell::Plain(text) | Cell::Heading(text) | Cell::Text(text) => Some(text),
            Cell::Number(..) | Cell::Empty => None,
        });
        texts.any(|text| matches!(held(text), Cow::Owned(_)))
    }

    fn finish(self, name: &str) -> Result<Worksheet, XlsxError> {
        let mut sheet = Worksheet::new();
        sheet.set_name(name)?;
        let (heading, text) = (Format::new().set_bold(), Format::new().set_num_format("@"));
        let numbers: Vec<Format> =
            (0..=DECIMALS).map(|places| Format::new().set_num_format(pattern(places))).collect();
        let mut widths: Vec<usize> = Vec::new();
        let count = self.rows.len();
        for (row, cells) in (0_u32..).zip(self.rows) {
            for (column, cell) in (0_u16..).zip(cells) {
                let letters = match cell {
                    Cell::Plain(words) => {
                        sheet.write_string(row, column, held(&words))?;
                        words.chars().count()
                    }
                    Cell::Heading(words) => {
                        sheet.write_string_with_format(row, column, held(&words), &heading)?;
                        words.chars().count()
                    }
                    Cell::Text(words) => {
                        sheet.write_string_with_format(row, column, held(&words), &text)?;
                        words.chars().count()
                    }
                    Cell::Number(value, places) => {
                        // Adding zero turns -0 into 0.
                        let rounded = format!("{value:.places$}");
                        let value = rounded.parse::<f64>().unwrap_or(value) + 0.0;
                        sheet.write_number_with_format(row, column, value, &numbers[places])?;
                        // With commas between thousands.
                        rounded.len() + rounded.len() / 3
                    }
                    Cell::Empty => continue,
                };
                let column = usize::from(column);
                if widths.len() <= column {
                    widths.resize(column + 1, NARROWEST);
                }
                widths[column] = widths[column].max(letters.min(WIDEST));
            }
        }
        for (column, width) in (0_u16..).zip(&widths) {
            // So many letters and a margin: far below what a float holds exactly.
            sheet.set_column_width(column, (*width + 2) as f64)?;
        }
        if self.headed && count > 0 && !widths.is_empty() {
            sheet.set_freeze_panes(1, 0)?;
            let (last_row, last_column) = (u32::try_from(count - 1), u16::try_from(widths.len() - 1));
            if let (Ok(last_row), Ok(last_column)) = (last_row, last_column) {
                sheet.autofilter(0, 0, last_row, last_column)?;
            }
        }
        Ok(sheet)
    }
}

/// How a number with so many decimals is shown.
fn pattern(decimals: usize) -> String {
    match decimals {
        0 => "#,##0".to_owned(),
        _ => format!("#,##0.{}", "0".repeat(decimals)),
    }
}

/// A text, or as much of it as a cell holds with the sign that it is cut.
fn held(text: &str) -> Cow<'_, str> {
    // No letter of UTF-8 has fewer bytes than UTF-16 units.
    if text.len() <= CELL || text.encode_utf16().count() <= CELL {
        return Cow::Borrowed(text);
    }
    let mut units = CUT.encode_utf16().count();
    let end = text.char_indices().find(|(_, letter)| {
        units += letter.len_utf16();
        units > CELL
    });
    let kept = end.map_or(text, |(at, _)| &text[..at]);
    Cow::Owned(format!("{kept}{CUT}"))
}

/// What the set is, and what to bear in mind of each layer.
fn readme(dataset: &Dataset, cards: &[Card], lang: Lang, now: jiff::Timestamp, is_cut: bool) -> Sheet {
    let say = |es: &'static str, en: &'static str| lang.pick(es, en);
    let mut sheet = Sheet::default();
    let mut line = |cell: fn(String) -> Cell, texts: &[&str]| {
        sheet.rows.push(texts.iter().map(|&text| cell(text.to_owned())).collect());
    };
    line(Cell::Heading, &[dataset.title.pick(lang)]);
    if dataset.invented {
        line(
            Cell::Heading,
            &[say("País inventado: ninguna cifra es real.", "Invented country: no figure is real.")],
        );
    }
    line(Cell::Plain, &[say("Publicado", "Published"), &now.strftime("%Y-%m-%d").to_string()]);
    if !dataset.licence.is_empty() {
        line(Cell::Plain, &[say("Licencia", "Licence"), &dataset.licence]);
    }
    let note = say(
        "Las cifras están redondeadas para leerlas; las exactas están en los archivos CSV, con estos nombres de campo.",
        "Figures are rounded for reading; the exact ones are in the CSV files, under these field names.",
    );
    line(Cell::Plain, &[note]);
    if is_cut {
        let note = say(
            "Un texto que termina en […] no cabe en su celda: está entero en el CSV.",
            "A text that ends in […] does not fit into its cell: the CSV has all of it.",
        );
        line(Cell::Plain, &[note]);
    }
    for card in cards {
        line(Cell::Plain, &[]);
        line(Cell::Heading, &[&card.name, card.title.pick(lang)]);
        line(Cell::Plain, &["", card.description.pick(lang)]);
        for caveat in card.caveats.iter().map(|caveat| caveat.pick(lang)).filter(|text| !text.is_empty()) {
            line(Cell::Plain, &[say("Tenga en cuenta", "Bear in mind"), caveat]);
        }
        if !card.sources.is_empty() {
            line(Cell::Plain, &[say("Fuentes", "Sources"), &card.sources.join("; ")]);
        }
        if card.layer.len() > ROWS {
            let text = say(
                "Tiene más filas que una hoja: lea el CSV.",
                "It has more rows than a sheet: read the CSV.",
            );
            line(Cell::Plain, &["", text]);
        }
    }
    sheet
}

/// What each field of each layer means.
fn fields(cards: &[Card], styles: &[Style], lang: Lang) -> Sheet {
    let mut sheet = Sheet { headed: true, ..Sheet::default() };
    let header = match lang {
        Lang::Es => ["Hoja", "Campo", "Significado", "Unidad", "Tipo", "Valores"],
        Lang::En => ["Sheet", "Field", "Meaning", "Unit", "Type", "Values"],
    };
    sheet.rows.push(header.iter().map(|&text| Cell::Heading(text.to_owned())).collect());
    for (card, style) in cards.iter().zip(styles) {
        for field in card.layer.attributes().schema().fields() {
            let words = words_of(style.told(), field.name());
            let kind = match (kind(field.data_type()), lang) {
                ("integer", Lang::Es) => "entero",
                ("number", Lang::Es) => "número",
                ("boolean", Lang::Es) => "sí o no",
                ("text", Lang::Es) => "texto",
                (kind, _) => kind,
            };
            let codes: Vec<String> = value_words(field.name())
                .into_iter()
                .map(|(value, words)| format!("{value}: {}", words.pick(lang)))
                .collect();
            let texts = [
                card.name.as_str(),
                field.name(),
                words.as_ref().map_or("", |words| lang.pick(&words.es, &words.en)),
                words.as_ref().and_then(|words| words.unit.as_deref()).unwrap_or_default(),
                kind,
                &codes.join("; "),
            ];
            sheet.rows.push(texts.into_iter().map(|text| Cell::Text(text.to_owned())).collect());
        }
    }
    sheet
}

/// The features of a layer, in the order of their keys.
fn rows(layer: &Layer, style: &Style, lang: Lang) -> Result<Sheet, WriteError> {
    let schema = layer.attributes().schema();
    let points = layer.geometry().points();
    let mut columns = Vec::new();
    for (field, array) in schema.fields().iter().zip(layer.attributes().columns()) {
        if points.is_some() && (field.name() == "lon" || field.name() == "lat") {
            continue;
        }
        let cells = Cells::of(array).ok_or_else(|| WriteError::FieldType {
            layer: layer.name().to_owned(),
            field: field.name().clone(),
            found: array.data_type().to_string(),
        })?;
        columns.push((field.name(), cells, value_words(field.name())));
    }
    let place: &[&str] = if points.is_some() { &["lon", "lat"] } else { &[] };
    let heading = |field: &str| {
        let words = words_of(style.told(), field);
        Cell::Heading(words.map_or_else(|| field.to_owned(), |words| words.alias(lang)))
    };
    let fields = columns.iter().map(|(field, ..)| field.as_str()).chain(place.iter().copied());
    let mut sheet = Sheet { rows: vec![fields.map(heading).collect()], headed: true };
    let keys = layer.keys();
    let mut order: Vec<usize> = (0..layer.len()).collect();
    order.sort_by_key(|&row| keys[row]);
    for row in order {
        let mut line = Vec::with_capacity(columns.len());
        for (field, cells, codes) in &columns {
            let said = |code: &str| {
                codes.iter().find(|(value, _)| *value == code).map(|(_, words)| words.pick(lang))
            };
            line.push(match cells {
                Cells::Text(a) if a.is_valid(row) => {
                    Cell::Text(said(a.value(row)).unwrap_or_else(|| a.value(row)).to_owned())
                }
                Cells::Integer(a) if a.is_valid(row) => match said(&a.value(row).to_string()) {
                    Some(words) => Cell::Text(words.to_owned()),
                    // A spreadsheet rounds what has more digits.
                    None if a.value(row).unsigned_abs() >= EXACT => Cell::Text(a.value(row).to_string()),
                    None => Cell::Number(a.value(row) as f64, 0),
                },
                Cells::Number(a) if a.is_valid(row) && a.value(row).is_finite() => {
                    let decimals = style.decimals.get(*field).copied().unwrap_or(0);
                    Cell::Number(a.value(row), usize::from(decimals).min(DECIMALS))
                }
                Cells::Boolean(a) if a.is_valid(row) => {
                    Cell::Text(if a.value(row) { lang.pick("sí", "yes") } else { "no" }.to_owned())
                }
                _ => Cell::Empty,
            });
        }
        if let Some(points) = &points {
            line.push(Cell::Number(points.lon[row], DECIMALS));
            line.push(Cell::Number(points.lat[row], DECIMALS));
        }
        sheet.rows.push(line);
    }
    Ok(sheet)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_sheets_are_short_and_differ() {
        let mut taken = BTreeSet::new();
        let long = "a".repeat(40);
        assert_eq!(name(&long, &mut taken).len(), NAME);
        assert_eq!(name(&long, &mut taken), format!("{}_2", "a".repeat(NAME - 2)));
        assert_eq!(name("History", &mut taken), "History_2");
        assert_eq!((name("B", &mut taken).as_str(), name("b", &mut taken).as_str()), ("B", "b_2"));
    }

    #[test]
    fn a_cell_holds_no_more_than_it_may_and_what_is_written_is_read() {
        use calamine::{Data, Reader, Xlsx};
        let long = held(&"ñ".repeat(40_000)).into_owned();
        assert_eq!(long.chars().count(), CELL);
        assert!(long.ends_with("ñ […]"));
        assert!(matches!(held(&"ñ".repeat(CELL)), Cow::Borrowed(_)));
        let texts = ["00012", "a_x000D_b", "=1+1", "http://x", "12E1", " b "];
        let mut line: Vec<Cell> = texts.iter().map(|&text| Cell::Text(text.to_owned())).collect();
        line.extend([Cell::Empty, Cell::Number(-0.0001, 2), Cell::Number(1234.567, 1)]);
        let mut book = Workbook::new();
        book.push_worksheet(Sheet { rows: vec![line], headed: false }.finish("a").unwrap());
        let bytes = book.save_to_buffer().unwrap();
        let mut book = Xlsx::new(std::io::Cursor::new(bytes)).unwrap();
        let range = book.worksheet_range("a").unwrap();
        let row: Vec<Data> = range.rows().next().unwrap().to_vec();
        let read: Vec<String> = row[..texts.len()].iter().map(ToString::to_string).collect();
        assert_eq!(read, texts);
        assert!(row[..texts.len()].iter().all(|cell| matches!(cell, Data::String(_))));
        assert_eq!(row[texts.len()..], [Data::Empty, Data::Float(0.0), Data::Float(1234.6)]);
    }
}
