//! ODS sheets say `so many cells like this one`: a short text can stand for more cells than there is memory.

use memchr::memmem;

/// Cells that repeats may stand for, those that end a row or are empty rows apart.
const MOST_REPEATED: u64 = 20_000_000;

/// Whether repeats of cells and rows stand for more than is read. Blank cells at the end of a row, and blank rows, which
/// programs write to the end of the sheet, cost nothing.
pub(super) fn repeats_too_much(content: &[u8]) -> bool {
    let row_end = memmem::Finder::new(b"</table:table-row>");
    let mut repeated = 0_u64;
    let mut at = 0;
    while let Some(begin) = memmem::find(&content[at..], b"<table:table-row") {
        let from = at + begin;
        let to = row_end.find(&content[from..]).map_or(content.len(), |end| from + end);
        let row = &content[from..to];
        let tag = &row[..memchr::memchr(b'>', row).unwrap_or(row.len())];
        if memmem::find(row, b"value-type").is_some() {
            let cells = cells(row);
            let rows = number(tag, b"number-rows-repeated=\"");
            repeated = repeated.saturating_add(cells.saturating_mul(rows));
            if repeated > MOST_REPEATED.max(content.len() as u64) {
                return true;
            }
        }
        at = to.max(from + 1);
    }
    false
}

/// Cells of a row up to the last one with a value.
fn cells(row: &[u8]) -> u64 {
    let last = memmem::rfind(row, b"value-type").unwrap_or(0);
    let end = last + memchr::memchr(b'>', &row[last..]).unwrap_or(row.len() - last);
    let mut cells = 1_u64;
    let mut at = 0;
    while let Some(found) = memmem::find(&row[at..end], b"number-columns-repeated=\"") {
        cells = cells.saturating_add(number(&row[at + found..end], b"number-columns-repeated=\""));
        at += found + 1;
    }
    cells
}

/// The number of a repeat; one where there is none.
fn number(tag: &[u8], name: &[u8]) -> u64 {
    let Some(at) = memmem::find(tag, name) else { return 1 };
    let digits = tag[at + name.len()..].iter().take_while(|byte| byte.is_ascii_digit());
    digits.fold(0_u64, |sum, &digit| sum.saturating_mul(10).saturating_add(u64::from(digit - b'0')))
}

#[cfg(test)]
mod tests {
    use super::repeats_too_much;

    fn row(tag: &str, cells: &str) -> String {
        format!("<table:table-row{tag}>{cells}</table:table-row>")
    }

    #[test]
    fn repeats_are_bounded() {
        let value = r#"<table:table-cell office:value-type="float" office:value="1"/>"#;
        let many = r#"<table:table-cell table:number-columns-repeated="16384" office:value-type="float"/>"#;
        let blank = r#"<table:table-cell table:number-columns-repeated="16384"/>"#;
        let plain = row("", &[value, blank].concat()).repeat(10_000);
        let tail = row(r#" table:number-rows-repeated="1048000""#, blank);
        assert!(!repeats_too_much([plain, tail].concat().as_bytes()), "as programs write them");
        assert!(repeats_too_much(row("", many).repeat(2_000).as_bytes()));
        assert!(repeats_too_much(row("", &[blank, value].concat()).repeat(2_000).as_bytes()));
        assert!(repeats_too_much(row(r#" table:number-rows-repeated="1048576""#, many).as_bytes()));
        assert!(!repeats_too_much(b"<table:table-row"));
    }
}
