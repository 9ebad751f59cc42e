//! Where the header of delimited text stands, and what parts its cells.

use std::collections::HashSet;

/// What may stand between cells, rarer ones first; the comma where nothing speaks for another.
const DELIMITERS: [u8; 4] = [b'|', b'\t', b';', b','];

/// Lines that are looked at for a header that is not the first.
const LOOKED_AT: usize = 30;

/// How a text is said to be laid out.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Dialect {
    /// Lines before the header.
    pub skip: usize,
    /// What stands between cells; found out where it is not said.
    pub delimiter: Option<u8>,
}

/// Where the header stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Start {
    /// What stands between cells.
    pub delimiter: u8,
    /// The byte at which the header begins.
    pub header: usize,
}

impl Dialect {
    /// The names of delimiters in settings, and their bytes.
    pub const NAMES: [(&'static str, u8); 5] =
        [(",", b','), (";", b';'), ("\t", b'\t'), ("tab", b'\t'), ("|", b'|')];

    /// The names for people.
    pub fn names() -> impl Iterator<Item = &'static str> {
        Self::NAMES.iter().map(|(name, _)| *name).filter(|name| *name != "\t")
    }

    /// A delimiter by its name in settings.
    pub fn delimiter_of(name: &str) -> Option<u8> {
        Self::NAMES.iter().find(|(known, _)| *known == name).map(|&(_, byte)| byte)
    }

    /// The same, with what the ending of a name says of the cells where nothing else does.
    pub fn by_ending(self, ending: &str) -> Self {
        let said = match ending {
            "tsv" => Some(b'\t'),
            "psv" => Some(b'|'),
            _ => None,
        };
        Self { delimiter: self.delimiter.or(said), ..self }
    }

    /// Finds the header in a text, of which the first bytes are enough.
    pub(crate) fn start(self, text: &[u8]) -> Start {
        let mut header = 0;
        for _ in 0..self.skip {
            header = next_line(text, header);
        }
        let mut delimiter = self.delimiter;
        // Excel's word for what parts the cells.
        let line = &text[header..next_line(text, header)];
        if let Some(said) = line.strip_prefix(b"sep=").or_else(|| line.strip_prefix(b"\"sep="))
            && let Some(&byte) = said.first().filter(|byte| !matches!(byte, b'\r' | b'\n'))
        {
            delimiter = delimiter.or(Some(byte));
            header = next_line(text, header);
        }
        let blank = text[header..].iter().take_while(|byte| matches!(byte, b'\r' | b'\n')).count();
        header += blank;
        Start { delimiter: delimiter.unwrap_or_else(|| likely(&text[header..])), header }
    }
}

/// Where the next line begins.
fn next_line(text: &[u8], from: usize) -> usize {
    let Some(end) = memchr::memchr2(b'\r', b'\n', &text[from..]) else { return text.len() };
    let at = from + end + 1;
    if text[at - 1] == b'\r' && text.get(at) == Some(&b'\n') { at + 1 } else { at }
}

/// Whichever delimiter stands most often in the first row, outside quotes.
fn likely(text: &[u8]) -> u8 {
    let mut quoted = false;
    let mut counts = [0_usize; DELIMITERS.len()];
    for &byte in text {
        match byte {
            b'"' => quoted = !quoted,
            _ if quoted => {}
            b'\r' | b'\n' => break,
            _ => {
                if let Some(at) = DELIMITERS.iter().position(|&d| d == byte) {
                    counts[at] += 1;
                }
            }
        }
    }
    // The last of equals wins, so the comma stands last.
    DELIMITERS.into_iter().zip(counts).max_by_key(|&(_, count)| count).map_or(b',', |(d, _)| d)
}

/// The lines above the header, where another of the first lines has a cell of which `is` is true: these many are to be
/// left out, and the header stands on the line after them.
pub(crate) fn header_below(text: &[u8], is: impl Fn(&str) -> bool) -> Option<usize> {
    let mut at = 0;
    for skip in 0..LOOKED_AT {
        if at >= text.len() {
            return None;
        }
        let end = next_line(text, at);
        let line = String::from_utf8_lossy(&text[at..end]);
        let delimiter = likely(&text[at..end]) as char;
        let mut cells = line.split(delimiter).map(|cell| cell.trim().trim_matches('"').trim());
        if skip > 0 && cells.any(&is) {
            return Some(skip);
        }
        at = end;
    }
    None
}

/// The setting that finds the header, where another of the first lines has a cell that is one of `names`.
pub(crate) fn header_help(text: &[u8], names: &[&str]) -> Option<String> {
    let skip = header_below(text, |cell| names.contains(&cell))?;
    Some(format!("the header stands in line {}: state `skip = {skip}` in the layer's [read]", skip + 1))
}

/// The lines above the likeliest header of a text, and what parts its cells: the first row that has as many cells as most
/// of the rows, a name in each, and no number.
pub(crate) fn header_of(text: &[u8]) -> (usize, u8) {
    // Each with the number of lines above it: a quoted cell may run over several.
    let (mut rows, mut at, mut above): (Vec<(usize, String)>, _, _) = (Vec::new(), 0, 0);
    while at < text.len() && rows.len() < LOOKED_AT {
        let end = next_row(text, at);
        rows.push((above, String::from_utf8_lossy(&text[at..end]).into_owned()));
        while at < end {
            at = next_line(text, at);
            above += 1;
        }
    }
    // What most rows have as many of as another row has.
    let most = |delimiter: u8| {
        let mut counts: Vec<usize> = rows.iter().map(|(_, row)| cells(row, delimiter).len()).collect();
        counts.sort_unstable();
        let width = counts.get(counts.len() / 2).copied().unwrap_or(1);
        let alike = counts.iter().filter(|&&count| count == width && width > 1).count();
        (alike, width)
    };
    // The last of equals wins, so the comma stands last.
    let delimiter = DELIMITERS.into_iter().max_by_key(|&delimiter| most(delimiter)).unwrap_or(b',');
    let (_, width) = most(delimiter);
    let is_header = |(_, row): &(usize, String)| {
        let names = cells(row.trim_end(), delimiter);
        let names = || names.iter().map(|name| name.trim().trim_matches('"'));
        names().count() == width
            && names().filter(|name| !name.is_empty()).count() * 2 > width
            && names().all(|name| name.parse::<f64>().is_err())
    };
    let header = rows.iter().position(is_header).unwrap_or(0);
    let skip = rows.get(header).map_or(0, |(above, _)| *above);
    // A line of Excel's own is left out without a word.
    let said = header == 1 && rows.first().is_some_and(|(_, row)| row.starts_with("sep="));
    let blank = rows.iter().take(header).all(|(_, row)| row.trim().is_empty());
    (if said || blank { 0 } else { skip }, delimiter)
}

/// Where the next row begins: past the line end that stands outside quotes; past the next one where a quote stays open.
fn next_row(text: &[u8], from: usize) -> usize {
    let mut at = from;
    while at < text.len() {
        let end = next_line(text, at);
        if text[from..end].iter().filter(|&&byte| byte == b'"').count().is_multiple_of(2) {
            return end;
        }
        at = end;
    }
    next_line(text, from)
}

/// The cells of a row, quotes and all.
fn cells(row: &str, delimiter: u8) -> Vec<&str> {
    let mut quoted = false;
    row.split(|c: char| {
        quoted ^= c == '"';
        !quoted && c == char::from(delimiter)
    })
    .collect()
}

/// The first name that stands twice.
pub(crate) fn repeated(names: &[String]) -> Option<&str> {
    let mut seen = HashSet::with_capacity(names.len());
    names.iter().map(String::as_str).filter(|name| !name.is_empty()).find(|name| !seen.insert(*name))
}

/// The first column without a name, from 1, past the first one, which tables that number their rows leave without.
pub(crate) fn unnamed(names: &[String]) -> Option<usize> {
    let column = names.iter().skip(1).position(String::is_empty)?;
    Some(column + 2)
}

/// Whether a row holds the hashtags of HXL: each of its cells is one or empty, and not all are empty. The standard
/// wants it right below the header.
pub(crate) fn is_hashtags<'a>(mut cells: impl Iterator<Item = &'a str>) -> bool {
    let is_tag = |cell: &str| {
        // `#N/A` and `#REF!` of spreadsheets are none.
        let of_tag = |c: char| c.is_ascii_alphanumeric() || "_+ ".contains(c);
        cell.trim()
            .strip_prefix('#')
            .is_some_and(|tag| tag.starts_with(|c: char| c.is_ascii_alphabetic()) && tag.chars().all(of_tag))
    };
    let mut any = false;
    cells.all(|cell| {
        any |= is_tag(cell);
        is_tag(cell) || cell.trim().is_empty()
    }) && any
}

#[cfg(test)]
mod tests {
    use super::*;

    fn start(text: &str) -> (char, &str) {
        let found = Dialect::default().start(text.as_bytes());
        (found.delimiter as char, &text[found.header..])
    }

    #[test]
    fn the_header_tells_the_delimiter() {
        assert_eq!(start("a;b;c\n1,5;2;3").0, ';');
        assert_eq!(start("a\tb\n").0, '\t');
        assert_eq!(start("a|b\n").0, '|');
        assert_eq!(start("a\n").0, ',');
        assert_eq!(start("\r\n\na;b\n1;2\n"), (';', "a;b\n1;2\n"), "blank lines come before the header");
        assert_eq!(start("\"a;b;\n;c\",d\n").0, ',', "what is quoted delimits nothing");
        assert_eq!(start("sep=;\r\na,b;c\r\n"), (';', "a,b;c\r\n"));
        assert_eq!(start("sep=\na\n"), (',', "sep=\na\n"), "a column may be called so");
    }

    #[test]
    fn lines_above_the_header_are_left_out() {
        let text = b"Cuadro 1\r\nsep=|\rcode|n\n1|2\n";
        let found = Dialect { skip: 1, delimiter: None }.start(text);
        assert_eq!((found.delimiter, &text[found.header..]), (b'|', &b"code|n\n1|2\n"[..]));
        assert_eq!(Dialect { skip: 9, delimiter: Some(b';') }.start(text).header, text.len());
        let help = header_help(b"Cuadro 1,\nPobreza,\n\"code\",n\n", &["code"]).unwrap();
        assert!(help.contains("line 3: state `skip = 2`"), "{help}");
        assert_eq!(header_help(b"code,n\n", &["code"]), None, "the first line is no other");
        assert_eq!(header_help(b"a,n\n", &["code"]), None);
    }

    #[test]
    fn the_likeliest_header_is_found() {
        assert_eq!(header_of(b"code,n\n01,1\n02,2\n"), (0, b','));
        assert_eq!(header_of(b"Cuadro 1, 2020\nPobreza\n\nclave;total\n01;1,5\n02;2,5\n03;1\n"), (3, b';'));
        assert_eq!(header_of(b"sep=;\na;b\n1;2\n"), (0, b';'));
        assert_eq!(header_of(b"code;pct\n01;12,5\n02;40,25\n03;7\n"), (0, b';'), "commas before decimals");
        assert_eq!(header_of(b""), (0, b','));
        let noted = b"\"Nota:\nuno, dos\ntres\"\nclave;nota;n\n01;\"a\nb\";1\n02;\"c;d\";2\n03;e;3\n";
        assert_eq!(header_of(noted), (3, b';'), "quoted cells run over lines");
        assert_eq!(header_of(b"Tubo de 3\"\ncode,n\n01,1\n02,2\n"), (1, b','), "a quote that stays open");
    }

    #[test]
    fn rows_of_hashtags_are_told() {
        let tags = |row: &str| is_hashtags(row.split(','));
        assert!(tags("#adm1+name, #affected+2013 ,"));
        for row in ["#1,#2", "#adm1,x", ",", "x,#adm1", "#N/A,", "#REF!,#DIV/0!"] {
            assert!(!tags(row), "{row}");
        }
    }

    #[test]
    fn columns_have_names_but_for_the_first() {
        let names = |header: &str| -> Vec<String> { header.split(',').map(str::to_owned).collect() };
        assert_eq!(unnamed(&names(",code,n")), None);
        assert_eq!(unnamed(&names("Cuadro,")), Some(2));
        assert_eq!(repeated(&names("a,,b,,a")), Some("a"));
    }
}
