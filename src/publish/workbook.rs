//! The workbook of a run, one a language: a sheet a layer for those who read it in a spreadsheet, with words for codes,
//! rounded numbers and keys that stay text; before them what the set is, and what each field means.
//!
//! Office Open XML (ECMA-376, part 1), as little of it as Excel and LibreOffice need.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use arrow_array::Array;

use super::style::{Style, value_words, words_of};
use super::table_schema::kind;
use super::{Card, Dataset, archive};
use crate::lang::Lang;
use crate::layer::Layer;
use crate::layer::write::{Cells, WriteError};
use crate::text::xml;

/// Rows of a sheet below its header, at most.
const ROWS: usize = (1 << 20) - 1;

/// UTF-16 units of a cell, at most.
const CELL: usize = 32_767;

/// Letters of the name of a sheet, at most.
const NAME: usize = 31;

/// Decimals that there is a format for.
const DECIMALS: usize = 5;

/// Formats of cells, by their place in `styles.xml`: after these, numbers of 0 to [`DECIMALS`] decimals.
const PLAIN: usize = 0;
const HEADER: usize = 1;
const TEXT: usize = 2;
const NUMBER: usize = 3;

/// Name of the file in a language.
pub(super) fn file_name(dataset: &Dataset, lang: Lang) -> String {
    format!("{}.{}.xlsx", dataset.file_stem(), lang.code())
}

/// The workbook; `None` where it is too large for one.
///
/// # Errors
/// [`WriteError::FieldType`] with the name of the layer.
pub(super) fn workbook(
    dataset: &Dataset,
    cards: &[Card],
    styles: &[Style],
    lang: Lang,
    now: jiff::Timestamp,
) -> Result<Option<Vec<u8>>, (String, WriteError)> {
    let mut names = BTreeSet::new();
    let mut sheets = vec![
        (name(lang.pick("Léeme", "Read me"), &mut names), readme(dataset, cards, lang, now)),
        (name(lang.pick("Campos", "Fields"), &mut names), fields(cards, styles, lang)),
    ];
    for (card, style) in cards.iter().zip(styles).filter(|(card, _)| card.layer.len() <= ROWS) {
        let sheet = rows(&card.layer, style, lang).map_err(|error| (card.name.clone(), error))?;
        sheets.push((name(&card.name, &mut names), sheet));
    }
    let mut files = vec![
        ("[Content_Types].xml".to_owned(), types(sheets.len())),
        ("_rels/.rels".to_owned(), relations(&[("officeDocument", "xl/workbook.xml")])),
        ("xl/workbook.xml".to_owned(), book(&sheets)),
        ("xl/_rels/workbook.xml.rels".to_owned(), book_relations(sheets.len())),
        ("xl/styles.xml".to_owned(), formats()),
    ];
    for (at, (_, sheet)) in sheets.into_iter().enumerate() {
        files.push((format!("xl/worksheets/sheet{}.xml", at + 1), sheet.finish()));
    }
    let files: Vec<(&str, &[u8])> =
        files.iter().map(|(name, text)| (name.as_str(), text.as_bytes())).collect();
    Ok(archive::zip(&files))
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

/// A sheet that is being written, row by row.
#[derive(Default)]
struct Sheet {
    rows: String,
    count: usize,
    column: usize,
    /// Letters of the longest text of each column.
    widths: Vec<usize>,
    /// Whether the first row is one of headings, which stay in sight.
    headed: bool,
}

/// Widest column, letters.
const WIDEST: usize = 60;

impl Sheet {
    fn row(&mut self) {
        if self.count > 0 {
            self.rows.push_str("</row>");
        }
        self.count += 1;
        self.column = 0;
        // Writing to a text cannot fail.
        let _ = write!(self.rows, "<row r=\"{}\">", self.count);
    }

    fn skip(&mut self) {
        self.column += 1;
    }

    fn cell(&mut self, format: usize, kind: &str, content: &str, letters: usize) {
        if self.widths.len() <= self.column {
            self.widths.resize(self.column + 1, 8);
        }
        self.widths[self.column] = self.widths[self.column].max(letters.min(WIDEST));
        let (column, row) = (letters_of(self.column), self.count);
        let _ = write!(self.rows, "<c r=\"{column}{row}\" s=\"{format}\"{kind}>{content}</c>");
        self.column += 1;
    }

    fn text(&mut self, format: usize, text: &str) {
        let text = cut(text);
        let content = format!("<is><t xml:space=\"preserve\">{}</t></is>", xml(&unread(text)));
        self.cell(format, " t=\"inlineStr\"", &content, text.chars().count());
    }

    /// A number, rounded to so many decimals.
    fn number(&mut self, value: f64, decimals: usize) {
        // Adding zero turns -0 into 0.
        let text = format!("{value:.decimals$}");
        let value = text.parse::<f64>().unwrap_or(value) + 0.0;
        self.cell(NUMBER + decimals, "", &format!("<v>{value}</v>"), text.len() + text.len() / 3);
    }

    fn finish(mut self) -> String {
        if self.count > 0 {
            self.rows.push_str("</row>");
        }
        let mut out = HEAD.to_owned();
        out.push_str(&format!("<worksheet xmlns=\"{MAIN}\">"));
        if self.headed {
            out.push_str(
                "<sheetViews><sheetView workbookViewId=\"0\"><pane ySplit=\"1\" topLeftCell=\"A2\" \
                 activePane=\"bottomLeft\" state=\"frozen\"/></sheetView></sheetViews>",
            );
        }
        if !self.widths.is_empty() {
            out.push_str("<cols>");
            for (at, width) in self.widths.iter().enumerate() {
                let (at, width) = (at + 1, width + 2);
                let _ = write!(out, "<col min=\"{at}\" max=\"{at}\" width=\"{width}\" customWidth=\"1\"/>");
            }
            out.push_str("</cols>");
        }
        let _ = write!(out, "<sheetData>{}</sheetData>", self.rows);
        if self.headed && !self.widths.is_empty() {
            let last = letters_of(self.widths.len() - 1);
            let _ = write!(out, "<autoFilter ref=\"A1:{last}{}\"/>", self.count);
        }
        out.push_str("</worksheet>");
        out
    }
}

/// A, B, ... Z, AA, ...
fn letters_of(column: usize) -> String {
    let mut letters = Vec::new();
    let mut left = column + 1;
    while left > 0 {
        letters.push((b'A' + ((left - 1) % 26) as u8) as char);
        left = (left - 1) / 26;
    }
    letters.iter().rev().collect()
}

/// As much of a text as a cell holds.
fn cut(text: &str) -> &str {
    let mut units = 0;
    let end = text.char_indices().find(|(_, letter)| {
        units += letter.len_utf16();
        units > CELL
    });
    end.map_or(text, |(at, _)| &text[..at])
}

/// A text in which nothing is read as a code of a letter (`_x000D_`).
fn unread(text: &str) -> String {
    let is_code = |rest: &str| {
        let code = rest.as_bytes().get(..7);
        code.is_some_and(|code| code[2..6].iter().all(u8::is_ascii_hexdigit) && code[6] == b'_')
    };
    let mut out = String::with_capacity(text.len());
    for (at, letter) in text.char_indices() {
        match letter == '_' && text[at..].starts_with("_x") && is_code(&text[at..]) {
            true => out.push_str("_x005F_"),
            false => out.push(letter),
        }
    }
    out
}

/// What the set is, and what to bear in mind of each layer.
fn readme(dataset: &Dataset, cards: &[Card], lang: Lang, now: jiff::Timestamp) -> Sheet {
    let say = |es: &'static str, en: &'static str| lang.pick(es, en);
    let mut sheet = Sheet::default();
    let mut line = |format: usize, texts: &[&str]| {
        sheet.row();
        texts.iter().for_each(|text| sheet.text(format, text));
    };
    line(HEADER, &[dataset.title.pick(lang)]);
    if dataset.invented {
        line(
            HEADER,
            &[say("País inventado: ninguna cifra es real.", "Invented country: no figure is real.")],
        );
    }
    line(PLAIN, &[say("Publicado", "Published"), &now.strftime("%Y-%m-%d").to_string()]);
    if !dataset.licence.is_empty() {
        line(PLAIN, &[say("Licencia", "Licence"), &dataset.licence]);
    }
    let note = say(
        "Las cifras están redondeadas para leerlas; las exactas están en los archivos CSV, con estos nombres de campo.",
        "Figures are rounded for reading; the exact ones are in the CSV files, under these field names.",
    );
    line(PLAIN, &[note]);
    for card in cards {
        line(PLAIN, &[]);
        line(HEADER, &[&card.name, card.title.pick(lang)]);
        line(PLAIN, &["", card.description.pick(lang)]);
        for caveat in card.caveats.iter().map(|caveat| caveat.pick(lang)).filter(|text| !text.is_empty()) {
            line(PLAIN, &[say("Tenga en cuenta", "Bear in mind"), caveat]);
        }
        if !card.sources.is_empty() {
            line(PLAIN, &[say("Fuentes", "Sources"), &card.sources.join("; ")]);
        }
        if card.layer.len() > ROWS {
            let text = say(
                "Tiene más filas que una hoja: lea el CSV.",
                "It has more rows than a sheet: read the CSV.",
            );
            line(PLAIN, &["", text]);
        }
    }
    sheet
}

/// What each field of each layer means.
fn fields(cards: &[Card], styles: &[Style], lang: Lang) -> Sheet {
    let mut sheet = Sheet { headed: true, ..Sheet::default() };
    sheet.row();
    let header = match lang {
        Lang::Es => ["Hoja", "Campo", "Significado", "Unidad", "Tipo", "Valores"],
        Lang::En => ["Sheet", "Field", "Meaning", "Unit", "Type", "Values"],
    };
    header.iter().for_each(|text| sheet.text(HEADER, text));
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
            sheet.row();
            for text in [
                card.name.as_str(),
                field.name(),
                words.as_ref().map_or("", |words| lang.pick(&words.es, &words.en)),
                words.as_ref().and_then(|words| words.unit.as_deref()).unwrap_or_default(),
                kind,
                &codes.join("; "),
            ] {
                sheet.text(TEXT, text);
            }
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
    let mut sheet = Sheet { headed: true, ..Sheet::default() };
    sheet.row();
    let place: &[&str] = if points.is_some() { &["lon", "lat"] } else { &[] };
    for field in columns.iter().map(|(field, ..)| field.as_str()).chain(place.iter().copied()) {
        let words = words_of(style.told(), field);
        sheet.text(HEADER, &words.map_or_else(|| field.to_owned(), |words| words.alias(lang)));
    }
    let keys = layer.keys();
    let mut order: Vec<usize> = (0..layer.len()).collect();
    order.sort_by_key(|&row| keys[row]);
    for row in order {
        sheet.row();
        for (field, cells, codes) in &columns {
            let said = |code: &str| {
                codes.iter().find(|(value, _)| *value == code).map(|(_, words)| words.pick(lang))
            };
            match cells {
                Cells::Text(a) if a.is_valid(row) => {
                    sheet.text(TEXT, said(a.value(row)).unwrap_or_else(|| a.value(row)));
                }
                Cells::Integer(a) if a.is_valid(row) => match said(&a.value(row).to_string()) {
                    Some(words) => sheet.text(TEXT, words),
                    None => sheet.number(a.value(row) as f64, 0),
                },
                Cells::Number(a) if a.is_valid(row) && a.value(row).is_finite() => {
                    let decimals = style.decimals.get(*field).copied().unwrap_or(0);
                    sheet.number(a.value(row), usize::from(decimals).min(DECIMALS));
                }
                Cells::Boolean(a) if a.is_valid(row) => {
                    sheet.text(TEXT, if a.value(row) { lang.pick("sí", "yes") } else { "no" });
                }
                _ => sheet.skip(),
            }
        }
        if let Some(points) = &points {
            sheet.number(points.lon[row], DECIMALS);
            sheet.number(points.lat[row], DECIMALS);
        }
    }
    Ok(sheet)
}

const HEAD: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n";
const MAIN: &str = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
const DOCUMENT: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";

fn types(sheets: usize) -> String {
    const SHEETS: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml";
    let mut out = format!(
        "{HEAD}<Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\">\
         <Default Extension=\"rels\" ContentType=\"application/vnd.openxmlformats-package.relationships+xml\"/>\
         <Default Extension=\"xml\" ContentType=\"application/xml\"/>\
         <Override PartName=\"/xl/workbook.xml\" ContentType=\"{SHEETS}.sheet.main+xml\"/>\
         <Override PartName=\"/xl/styles.xml\" ContentType=\"{SHEETS}.styles+xml\"/>"
    );
    for sheet in 1..=sheets {
        let _ = write!(
            out,
            "<Override PartName=\"/xl/worksheets/sheet{sheet}.xml\" ContentType=\"{SHEETS}.worksheet+xml\"/>"
        );
    }
    out + "</Types>"
}

/// Relations of kinds to files, numbered from 1.
fn relations(targets: &[(&str, &str)]) -> String {
    let mut out = format!(
        "{HEAD}<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\">"
    );
    for (at, (kind, target)) in targets.iter().enumerate() {
        let _ = write!(
            out,
            "<Relationship Id=\"rId{}\" Type=\"{DOCUMENT}/{kind}\" Target=\"{target}\"/>",
            at + 1
        );
    }
    out + "</Relationships>"
}

fn book_relations(sheets: usize) -> String {
    let files: Vec<String> = (1..=sheets).map(|sheet| format!("worksheets/sheet{sheet}.xml")).collect();
    let mut targets: Vec<(&str, &str)> = files.iter().map(|file| ("worksheet", file.as_str())).collect();
    targets.push(("styles", "styles.xml"));
    relations(&targets)
}

fn book(sheets: &[(String, Sheet)]) -> String {
    let mut out = format!("{HEAD}<workbook xmlns=\"{MAIN}\" xmlns:r=\"{DOCUMENT}\"><sheets>");
    for (at, (name, _)) in sheets.iter().enumerate() {
        let (name, id) = (xml(name), at + 1);
        let _ = write!(out, "<sheet name=\"{name}\" sheetId=\"{id}\" r:id=\"rId{id}\"/>");
    }
    out + "</sheets></workbook>"
}

/// The formats of cells, in the order of their constants.
fn formats() -> String {
    // Numbers of formats that are no program's own begin here.
    const OWN: usize = 164;
    let pattern = |decimals: usize| match decimals {
        0 => "#,##0".to_owned(),
        _ => format!("#,##0.{}", "0".repeat(decimals)),
    };
    let mut out = format!("{HEAD}<styleSheet xmlns=\"{MAIN}\"><numFmts count=\"{}\">", DECIMALS + 1);
    for decimals in 0..=DECIMALS {
        let _ = write!(out, "<numFmt numFmtId=\"{}\" formatCode=\"{}\"/>", OWN + decimals, pattern(decimals));
    }
    out.push_str(
        "</numFmts><fonts count=\"2\"><font><sz val=\"10\"/><name val=\"Arial\"/></font>\
         <font><b/><sz val=\"10\"/><name val=\"Arial\"/></font></fonts>\
         <fills count=\"2\"><fill><patternFill patternType=\"none\"/></fill>\
         <fill><patternFill patternType=\"gray125\"/></fill></fills>\
         <borders count=\"1\"><border><left/><right/><top/><bottom/><diagonal/></border></borders>\
         <cellStyleXfs count=\"1\"><xf numFmtId=\"0\" fontId=\"0\" fillId=\"0\" borderId=\"0\"/></cellStyleXfs>",
    );
    let _ = write!(out, "<cellXfs count=\"{}\">", NUMBER + DECIMALS + 1);
    let mut format = |number: usize, font: usize| {
        let _ = write!(
            out,
            "<xf numFmtId=\"{number}\" fontId=\"{font}\" fillId=\"0\" borderId=\"0\" xfId=\"0\" \
             applyNumberFormat=\"1\" applyFont=\"1\"/>"
        );
    };
    // General, the same in bold, text.
    format(0, 0);
    format(0, 1);
    format(49, 0);
    (0..=DECIMALS).for_each(|decimals| format(OWN + decimals, 0));
    out + "</cellXfs></styleSheet>"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_have_letters() {
        let letters: Vec<String> = [0, 25, 26, 51, 52, 701, 702].into_iter().map(letters_of).collect();
        assert_eq!(letters, ["A", "Z", "AA", "AZ", "BA", "ZZ", "AAA"]);
    }

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
    fn a_cell_holds_no_more_than_it_may_and_no_codes() {
        assert_eq!(cut(&"ñ".repeat(40_000)).chars().count(), CELL);
        assert_eq!(cut("corto"), "corto");
        assert_eq!(unread("a_x000D_b_x_ñ"), "a_x005F_x000D_b_x_ñ");
    }
}
