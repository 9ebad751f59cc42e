//! Workbooks: what their cells do not say by their values.

use corredor::layer::read::{Kind, Options, ReadError, read};

use super::{TABLE, build, fixtures, has, inspected, put};

/// A workbook of these sheets, each with the markup of its rows and whether it is hidden.
pub fn workbook(sheets: &[(&str, &str, bool)]) -> Vec<u8> {
    let head = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>";
    let main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
    let document = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
    let package = "http://schemas.openxmlformats.org/package/2006";
    let numbered = || sheets.iter().enumerate().map(|(at, sheet)| (at + 1, sheet));
    let listed: String = numbered()
        .map(|(id, (name, _, hidden))| {
            let state = if *hidden { " state=\"hidden\"" } else { "" };
            format!("<sheet name=\"{name}\" sheetId=\"{id}\"{state} r:id=\"rId{id}\"/>")
        })
        .collect();
    let relations: String = numbered()
        .map(|(id, _)| format!("<Relationship Id=\"rId{id}\" Type=\"{document}/worksheet\" Target=\"worksheets/sheet{id}.xml\"/>"))
        .collect();
    let mut files = vec![
        ("[Content_Types].xml".to_owned(), format!("{head}<Types xmlns=\"{package}/content-types\"/>")),
        (
            "xl/workbook.xml".to_owned(),
            format!(
                "{head}<workbook xmlns=\"{main}\" xmlns:r=\"{document}\"><sheets>{listed}</sheets></workbook>"
            ),
        ),
        (
            "xl/_rels/workbook.xml.rels".to_owned(),
            format!("{head}<Relationships xmlns=\"{package}/relationships\">{relations}</Relationships>"),
        ),
        (
            "xl/styles.xml".to_owned(),
            format!(
                "{head}<styleSheet xmlns=\"{main}\"><numFmts count=\"1\"><numFmt numFmtId=\"164\" formatCode=\"00000\"/></numFmts><cellXfs count=\"2\"><xf numFmtId=\"0\"/><xf numFmtId=\"164\"/></cellXfs></styleSheet>"
            ),
        ),
    ];
    for (id, (_, rows, _)) in numbered() {
        let text = format!("{head}<worksheet xmlns=\"{main}\"><sheetData>{rows}</sheetData></worksheet>");
        files.push((format!("xl/worksheets/sheet{id}.xml"), text));
    }
    let files: Vec<(&str, &[u8])> =
        files.iter().map(|(name, text)| (name.as_str(), text.as_bytes())).collect();
    fixtures::zip(&files)
}

/// A cell of text.
fn text(name: &str, text: &str) -> String {
    format!("<c r=\"{name}\" t=\"inlineStr\"><is><t>{text}</t></is></c>")
}

/// A row of cells.
fn row(number: usize, cells: &[String]) -> String {
    format!("<row r=\"{number}\">{}</row>", cells.concat())
}

fn header() -> String {
    row(1, &[text("A1", "code"), text("B1", "people")])
}

/// The table of these tests, as rows of a sheet.
pub fn plain() -> String {
    [
        header(),
        row(2, &[text("A2", "01001"), "<c r=\"B2\"><v>10</v></c>".to_owned()]),
        row(3, &[text("A3", "01002"), "<c r=\"B3\"><v>20</v></c>".to_owned()]),
    ]
    .concat()
}

#[test]
fn formulas_without_a_saved_value_are_named_by_their_cells() {
    let dir = tempfile::tempdir().unwrap();
    let cell = |name: &str, value: &str| format!("<c r=\"{name}\"><f>1+1</f>{value}</c>");
    let rows = [
        header(),
        row(2, &[text("A2", "01001"), cell("B2", "<v></v>")]),
        row(3, &[text("A3", "01002"), cell("B3", "<v>7</v>")]),
        row(4, &[text("A4", "02001"), cell("B4", "")]),
        row(5, &[text("A5", "02002"), "<c r=\"B5\" t=\"str\"><f>\"\"</f><v></v></c>".to_owned()]),
    ];
    let book = workbook(&[("Hoja1", &rows.concat(), false)]);
    let told = build(dir.path(), "t.xlsx", book, TABLE);
    has(&told, &["exit 0", "warning: x: 2 formulas without a saved value are missing: B2, B4;"]);
    has(&inspected(dir.path(), &["data/t.xlsx"]), &["2 formulas without a saved value are missing: B2, B4;"]);
}

#[test]
fn codes_that_a_number_format_shows_with_zeros_are_told() {
    let dir = tempfile::tempdir().unwrap();
    let coded = |row: usize, code: &str| {
        format!(
            "<row r=\"{row}\"><c r=\"A{row}\" s=\"1\"><v>{code}</v></c><c r=\"B{row}\"><v>{row}</v></c></row>"
        )
    };
    let rows = [header(), coded(2, "1001"), coded(3, "1002"), coded(4, "12001")].concat();
    let told = build(dir.path(), "t.xlsx", workbook(&[("Hoja1", &rows, false)]), TABLE);
    let words = "`code`: the number format `00000` shows 01001 where cell A2 holds 1001 (2 cells)";
    has(&told, &["exit 0", "warning: x:", words]);
    has(&inspected(dir.path(), &["data/t.xlsx"]), &[words]);
    let told = build(dir.path(), "t.xlsx", workbook(&[("Hoja1", &plain(), false)]), TABLE);
    assert!(!told.contains("format"), "{told}");
}

#[test]
fn hidden_sheets_are_told() {
    let dir = tempfile::tempdir().unwrap();
    let path = put(dir.path(), "t.xlsx", workbook(&[("Datos", &plain(), false), ("Viejo", &plain(), true)]));
    has(
        &inspected(dir.path(), &["t.xlsx"]),
        &["`Datos`", "hidden sheets with data, which are not read: `Viejo`"],
    );
    let mut options = Options::new(&path, Kind::None, "code");
    options.layer = Some("Viejo".to_owned());
    assert_eq!(read("t", &options).unwrap().len(), 2);
    put(dir.path(), "t.xlsx", workbook(&[("Datos", &plain(), false), ("Otro", &plain(), false)]));
    options.layer = None;
    assert!(matches!(read("t", &options), Err(ReadError::WhichLayer { .. })));
    put(dir.path(), "t.xlsx", workbook(&[("Solo", &plain(), true)]));
    has(&inspected(dir.path(), &["t.xlsx"]), &["the sheet `Solo`, the only one with data, is hidden"]);
}

#[test]
fn whole_numbers_that_a_workbook_cannot_hold_are_an_error() {
    let dir = tempfile::tempdir().unwrap();
    let rows = [
        header(),
        row(
            2,
            &[
                "<c r=\"A2\"><v>12345678901234567890</v></c>".to_owned(),
                "<c r=\"B2\"><v>1</v></c>".to_owned(),
            ],
        ),
    ];
    let told = build(dir.path(), "t.xlsx", workbook(&[("Hoja1", &rows.concat(), false)]), TABLE);
    has(&told, &["exit 1", "row 2, field `column 1`", "too large to be read exactly"]);
}
