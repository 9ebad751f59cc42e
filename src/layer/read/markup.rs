//! What the markup of a sheet of XLSX says beside the values of its cells: formulas of which no value was saved, and
//! number formats that show codes with zeros which the cells do not have.

use std::collections::BTreeMap;
use std::io::{Read, Seek};

use memchr::memmem;

use super::guard::archive::{entries, member};

/// What was found in a sheet.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Markup {
    /// Cells with a formula and no value, as `B2`.
    pub unsaved: Vec<String>,
    /// Columns, from 0, whose cells show more zeros than they have.
    pub zeros: BTreeMap<u32, Zeros>,
}

/// Cells of a column that are shown with zeros which they do not have.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Zeros {
    /// The number format, `00000`.
    pub format: String,
    pub count: usize,
    /// The first of them: its name, what it holds and what is shown.
    pub cell: String,
    pub value: String,
    pub shown: String,
}

/// Looks at the markup of a sheet; what cannot be looked at holds nothing to tell.
pub(super) fn of(workbook: &mut (impl Read + Seek), bytes: u64, sheet: &str) -> Markup {
    look(workbook, bytes, sheet).unwrap_or_default()
}

fn look(workbook: &mut (impl Read + Seek), bytes: u64, sheet: &str) -> Option<Markup> {
    let all = entries(workbook, bytes).ok()?;
    let mut text = |name: &str| -> Option<Vec<u8>> {
        let entry = all.iter().find(|entry| entry.name.eq_ignore_ascii_case(name))?;
        Some(member(workbook, entry, None).ok()?.into_inner())
    };
    let book = text("xl/workbook.xml")?;
    let of_sheet = elements(&book, b"sheet").find(|tag| attribute(tag, b"name").as_deref() == Some(sheet))?;
    let id = attribute(of_sheet, b"r:id")?;
    let relations = text("xl/_rels/workbook.xml.rels")?;
    let relation = elements(&relations, b"Relationship")
        .find(|tag| attribute(tag, b"Id").as_deref() == Some(id.as_str()))?;
    let target = attribute(relation, b"Target")?;
    let path = target.strip_prefix('/').map_or_else(|| format!("xl/{target}"), str::to_owned);
    let formats = text("xl/styles.xml").map(|styles| zeros(&styles)).unwrap_or_default();
    let cells = text(&path)?;
    let has_formulas = memmem::find(&cells, b"<f").is_some();
    Some(if formats.is_empty() && !has_formulas { Markup::default() } else { markup(&cells, &formats) })
}

/// The formats of nothing but zeros, by the style of the cells that have them.
fn zeros(styles: &[u8]) -> BTreeMap<usize, String> {
    let named: BTreeMap<String, String> = elements(styles, b"numFmt")
        .filter_map(|tag| Some((attribute(tag, b"numFmtId")?, attribute(tag, b"formatCode")?)))
        .filter(|(_, code)| code.len() > 1 && code.bytes().all(|byte| byte == b'0'))
        .collect();
    let Some(from) = memmem::find(styles, b"<cellXfs").filter(|_| !named.is_empty()) else {
        return BTreeMap::new();
    };
    let end = memmem::find(&styles[from..], b"</cellXfs").map_or(styles.len(), |end| from + end);
    let format = |(style, tag)| Some((style, named.get(&attribute(tag, b"numFmtId")?)?.clone()));
    elements(&styles[from..end], b"xf").enumerate().filter_map(format).collect()
}

/// What the cells of a sheet say.
fn markup(sheet: &[u8], formats: &BTreeMap<usize, String>) -> Markup {
    let mut found = Markup::default();
    let starts: Vec<usize> = memmem::find_iter(sheet, b"<c ").collect();
    for (at, &start) in starts.iter().enumerate() {
        let cell = &sheet[start..starts.get(at + 1).copied().unwrap_or(sheet.len())];
        let Some(end) = memchr::memchr(b'>', cell) else { break };
        let (tag, inner) = cell.split_at(end);
        if tag.ends_with(b"/") {
            continue;
        }
        let inner = &inner[..memmem::find(inner, b"</c>").unwrap_or(inner.len())];
        let Some(name) = attribute(tag, b"r") else { continue };
        let kind = attribute(tag, b"t");
        let value = content(inner, b"v");
        // A formula may give an empty text.
        let of_text = kind.as_deref() == Some("str");
        if memmem::find(inner, b"<f").is_some() && value.is_none() && !of_text {
            found.unsaved.push(name.clone());
        }
        let format = attribute(tag, b"s").and_then(|style| formats.get(&style.parse().ok()?));
        let (Some(format), Some(value)) =
            (format, value.filter(|_| matches!(kind.as_deref(), None | Some("n"))))
        else {
            continue;
        };
        if value.len() >= format.len() || !value.bytes().all(|byte| byte.is_ascii_digit()) {
            continue;
        }
        let Some(column) = column(&name) else { continue };
        found
            .zeros
            .entry(column)
            .or_insert_with(|| Zeros {
                format: format.clone(),
                count: 0,
                cell: name,
                shown: format!("{value:0>width$}", width = format.len()),
                value,
            })
            .count += 1;
    }
    found
}

/// The tags of elements of a name, up to their `>`.
fn elements<'x>(xml: &'x [u8], name: &'x [u8]) -> impl Iterator<Item = &'x [u8]> {
    memmem::find_iter(xml, name).filter_map(move |at| {
        let after = xml.get(at + name.len())?;
        let is = at > 0 && xml[at - 1] == b'<' && matches!(after, b' ' | b'\t' | b'\r' | b'\n' | b'>' | b'/');
        let end = memchr::memchr(b'>', &xml[at..])?;
        is.then(|| &xml[at..at + end])
    })
}

/// An attribute of a tag, its entities resolved.
fn attribute(tag: &[u8], name: &[u8]) -> Option<String> {
    let mut from = 0;
    loop {
        let at = from + memmem::find(&tag[from..], name)?;
        from = at + name.len();
        let before = at.checked_sub(1).and_then(|at| tag.get(at)).copied();
        let rest = tag[from..].trim_ascii_start();
        if !before.is_some_and(|byte| byte.is_ascii_whitespace()) || rest.first() != Some(&b'=') {
            continue;
        }
        let value = rest[1..].trim_ascii_start();
        let quote = *value.first().filter(|byte| matches!(byte, b'"' | b'\''))?;
        let end = memchr::memchr(quote, &value[1..])?;
        return Some(unescaped(&String::from_utf8_lossy(&value[1..=end])));
    }
}

/// The text of the first element of a name; `None` where it is not there or empty.
fn content(xml: &[u8], name: &[u8]) -> Option<String> {
    let start = memmem::find(xml, &[b"<", name].concat())?;
    let end = start + memchr::memchr(b'>', &xml[start..])?;
    if xml[end - 1] == b'/' {
        return None;
    }
    let rest = &xml[end + 1..];
    let text = &rest[..memchr::memchr(b'<', rest)?];
    (!text.is_empty()).then(|| unescaped(&String::from_utf8_lossy(text)))
}

fn unescaped(text: &str) -> String {
    if !text.contains('&') {
        return text.to_owned();
    }
    [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&apos;", "'"), ("&amp;", "&")]
        .iter()
        .fold(text.to_owned(), |text, (entity, sign)| text.replace(entity, sign))
}

/// The column of a cell's name, from 0.
fn column(name: &str) -> Option<u32> {
    let letters = name.bytes().take_while(u8::is_ascii_uppercase);
    let number = letters
        .fold(0_u32, |number, letter| number.saturating_mul(26).saturating_add(u32::from(letter - b'A') + 1));
    number.checked_sub(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_say_more_than_values() {
        let styles = br#"<styleSheet><numFmts count="2"><numFmt numFmtId="164" formatCode="00000"/><numFmt numFmtId="165" formatCode="0.00"/></numFmts><cellStyleXfs><xf numFmtId="164"/></cellStyleXfs><cellXfs count="2"><xf numFmtId="0"/><xf numFmtId="164" applyNumberFormat="1"><alignment/></xf></cellXfs></styleSheet>"#;
        let formats = zeros(styles);
        assert_eq!(formats, BTreeMap::from([(1, "00000".to_owned())]));
        let sheet = br#"<row r="2"><c r="A2" s="1"><v>1001</v></c><c r="B2"><f>A2*2</f><v></v></c><c r="C2"><f>A2</f><v>7</v></c><c r="D2" t="str"><f>""</f><v></v></c></row>
            <row r="3"><c r="A3" s="1"><v>12001</v></c><c r="B3"><f>A3*2</f></c><c r="C3" s="1"/><c r="AB3" s="1"><v>7</v></c><c r="A4" s="1"><v>9</v></c></row>"#;
        let found = markup(sheet, &formats);
        assert_eq!(found.unsaved, ["B2", "B3"]);
        let first = &found.zeros[&0];
        assert_eq!((first.count, &*first.cell, &*first.value, &*first.shown), (2, "A2", "1001", "01001"));
        assert_eq!(found.zeros[&27].shown, "00007");
        assert_eq!(found.zeros.len(), 2);
    }

    #[test]
    fn attributes_are_found_by_their_whole_name() {
        assert_eq!(attribute(b"c xr=\"1\" r = 'B2' s=\"3\"", b"r").as_deref(), Some("B2"));
        assert_eq!(attribute(b"sheet name=\"A &amp; B\" r:id=\"rId1\"", b"name").as_deref(), Some("A & B"));
        assert_eq!(attribute(b"c s=\"3\"", b"r"), None);
        assert_eq!((column("A2"), column("AB3"), column("12")), (Some(0), Some(27), None));
    }
}
