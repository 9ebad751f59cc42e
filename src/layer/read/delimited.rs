//! CSV and TSV tables: encodings, byte-order marks, missing texts, line numbers.

use std::collections::HashSet;

use encoding_rs::{DecoderResult, Encoding};

use super::raw::Raw;
use super::{Options, ReadError, attributes};
use crate::layer::{Column, EXAMPLES, Finding};

/// What may stand between cells; the comma, where nothing speaks for another.
const DELIMITERS: [u8; 3] = [b'\t', b';', b','];

/// The longest row, bytes: past it a quote that opens has no end.
const LONGEST_ROW: usize = 64 << 20;

/// The first name that stands twice.
pub(crate) fn repeated(names: &[String]) -> Option<&str> {
    let mut seen = HashSet::with_capacity(names.len());
    names.iter().map(String::as_str).find(|name| !seen.insert(*name))
}

/// Loads a delimited table.
pub(super) fn load(options: &Options) -> Result<Raw, ReadError> {
    let bytes =
        std::fs::read(&options.path).map_err(|error| ReadError::Io { file: options.file(), error })?;
    of_bytes(&bytes, options)
}

/// The table that the bytes of a file hold.
pub(super) fn of_bytes(bytes: &[u8], options: &Options) -> Result<Raw, ReadError> {
    let file = options.file();
    let text = decode(bytes, options)?;
    let tabbed = options.path.to_ascii_lowercase().ends_with(".tsv");
    let table = parse(&text, if tabbed { b'\t' } else { delimiter(&text) }, &options.missing, &file)?;
    let layer = std::path::Path::new(&options.path)
        .file_stem()
        .map_or_else(|| "table".to_owned(), |s| s.to_string_lossy().into_owned());
    let rows = table.lines.len();
    let ragged = (!table.ragged.is_empty()).then(|| Finding::Dropped {
        count: table.ragged.len(),
        reason_es: "filas con otro número de celdas que el encabezado; la última línea puede estar cortada"
            .to_owned(),
        reason_en: "rows with another number of cells than the header; the last line may be cut off"
            .to_owned(),
        examples: table.ragged.iter().take(EXAMPLES).map(|(line, _)| format!("line {line}")).collect(),
    });
    let tags = table.tags.map(|line| Finding::Dropped {
        count: 1,
        reason_es: "fila de etiquetas HXL, que no es un dato".to_owned(),
        reason_en: "row of HXL hashtags, which is no data".to_owned(),
        examples: vec![format!("line {line}")],
    });
    let columns = table
        .header
        .into_iter()
        .zip(table.cells)
        .map(|(name, cells)| Column { values: attributes::infer(cells), name })
        .collect();
    Ok(Raw {
        driver: "CSV".to_owned(),
        layer,
        columns,
        shapes: None,
        crs: None,
        rows,
        lines: Some(table.lines),
        sha256: None,
        kept_out: table.ragged.len(),
        findings: ragged.into_iter().chain(tags).collect(),
    })
}

/// The bytes as text: a byte-order mark decides, then `encoding`, then UTF-8.
fn decode(bytes: &[u8], options: &Options) -> Result<String, ReadError> {
    let stated = options.encoding.as_deref().unwrap_or("UTF-8");
    let encoding = Encoding::for_label(stated.as_bytes()).ok_or_else(|| ReadError::BadEncoding {
        file: options.file(),
        encoding: stated.to_owned(),
        reason: "not a known encoding",
    })?;
    let (encoding, bytes) = match Encoding::for_bom(bytes) {
        Some((marked, mark)) => (marked, &bytes[mark..]),
        None => (encoding, bytes),
    };
    let mut decoder = encoding.new_decoder_without_bom_handling();
    let mut text = String::new();
    // No more than this is ever needed, so that one call decodes everything up to the first fault.
    text.reserve(decoder.max_utf8_buffer_length_without_replacement(bytes.len()).unwrap_or(0));
    match decoder.decode_to_string_without_replacement(bytes, &mut text, true) {
        (DecoderResult::InputEmpty, _) => Ok(text),
        _ => Err(ReadError::NotEncoded {
            file: options.file(),
            line: text.matches('\n').count() + 1,
            encoding: encoding.name().to_owned(),
        }),
    }
}

/// Comma, semicolon or tab: whichever stands most often in the header, outside quotes.
pub(crate) fn delimiter(text: &str) -> u8 {
    let mut quoted = false;
    let mut counts = [0_usize; DELIMITERS.len()];
    for byte in text.trim_start_matches(['\r', '\n']).bytes() {
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

/// A parsed table, column by column.
#[derive(Debug)]
pub(super) struct Table {
    pub header: Vec<String>,
    pub cells: Vec<Vec<Option<String>>>,
    pub lines: Vec<u64>,
    /// Line and number of cells of the rows kept out.
    pub ragged: Vec<(u64, usize)>,
    /// Line of the row of HXL hashtags, which is left out.
    pub tags: Option<u64>,
}

/// Whether a row holds the hashtags of HXL: each of its cells is one or empty, and not all are empty. The standard
/// wants it right below the header.
pub(crate) fn is_hashtags<'a>(mut cells: impl Iterator<Item = &'a str>) -> bool {
    let is_tag = |cell: &str| {
        cell.trim().strip_prefix('#').is_some_and(|tag| tag.starts_with(|c: char| c.is_ascii_alphabetic()))
    };
    let mut any = false;
    cells.all(|cell| {
        any |= is_tag(cell);
        is_tag(cell) || cell.trim().is_empty()
    }) && any
}

/// Parses delimited text; rows of another length than the header are kept out with their lines.
pub(super) fn parse(text: &str, delimiter: u8, missing: &[String], file: &str) -> Result<Table, ReadError> {
    let bad = |line: u64, reason: String| ReadError::BadRow { file: file.to_owned(), line, reason };
    let mut reader =
        csv::ReaderBuilder::new().delimiter(delimiter).flexible(true).from_reader(text.as_bytes());
    let header: Vec<String> = match reader.headers() {
        Ok(header) => header.iter().map(|h| h.trim().to_owned()).collect(),
        Err(error) => return Err(bad(1, error.to_string())),
    };
    super::open::width(header.len(), file)?;
    if let Some(twice) = repeated(&header) {
        return Err(bad(1, format!("the column `{twice}` stands twice in the header")));
    }
    let mut table = Table {
        cells: vec![Vec::new(); header.len()],
        header,
        lines: Vec::new(),
        ragged: Vec::new(),
        tags: None,
    };
    for (at, record) in reader.records().enumerate() {
        let record = record.map_err(|error| {
            let line = error.position().map_or(0, csv::Position::line);
            bad(line, error.to_string())
        })?;
        let line = record.position().map_or(0, csv::Position::line);
        if record.as_slice().len() > LONGEST_ROW {
            return Err(bad(line, "the row has no end; a quote may not be closed".to_owned()));
        }
        if at == 0 && is_hashtags(record.iter()) {
            table.tags = Some(line);
            continue;
        }
        if record.len() != table.header.len() {
            table.ragged.push((line, record.len()));
            continue;
        }
        for (column, cell) in table.cells.iter_mut().zip(&record) {
            let empty = cell.trim().is_empty() || missing.iter().any(|m| m == cell.trim());
            column.push((!empty).then(|| cell.to_owned()));
        }
        table.lines.push(line);
    }
    match table.ragged.first() {
        // Mostly ragged means that the delimiter or the header is not what it seems.
        Some(&(line, cells)) if table.ragged.len() > table.lines.len() => {
            Err(bad(line, format!("the row has {cells} cells, the header {}", table.header.len())))
        }
        _ => Ok(table),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_checked_and_missing_is_missing() {
        let table = parse("a,b\n1,NA\n\"x, y\",\n", b',', &["NA".to_owned()], "t.csv").unwrap();
        assert_eq!(table.cells[1], [None, None]);
        assert_eq!(table.cells[0][1].as_deref(), Some("x, y"));
        assert_eq!(table.lines, [2, 3]);
        let ragged = parse("a,b\n1,2\n3", b',', &[], "t.csv").unwrap();
        assert_eq!((ragged.lines, ragged.ragged), (vec![2], vec![(3, 1)]));
        let error = parse("a,b\n1\n", b',', &[], "t.csv").unwrap_err().to_string();
        assert_eq!(error, "t.csv: line 2: the row has 1 cells, the header 2");
        assert!(parse("a,a\n", b',', &[], "t.csv").is_err());
    }

    #[test]
    fn hashtags_of_hxl_are_no_row() {
        let table = parse("a,b,c\n#adm1+name, #affected ,\nx,1,2\n", b',', &[], "t.csv").unwrap();
        assert_eq!((table.lines, table.tags), (vec![3], Some(2)));
        // Only right below the header, and only where every cell is a hashtag or empty.
        for data in ["a,b\nx,1\n#adm1,#affected\n", "a,b\n#1,#2\n", "a,b\n#adm1,x\n", "a,b\n,\n"] {
            let table = parse(data, b',', &[], "t.csv").unwrap();
            assert_eq!(table.tags, None, "{data}");
            assert_eq!(table.lines.len(), data.lines().count() - 1, "{data}");
        }
    }

    #[test]
    fn the_header_tells_the_delimiter() {
        assert_eq!(delimiter("a;b;c\n1,5;2;3"), b';');
        assert_eq!(delimiter("a\tb\n"), b'\t');
        assert_eq!(delimiter("a\n"), b',');
        assert_eq!(delimiter("\r\n\na;b\n1;2\n"), b';', "blank lines come before the header");
        assert_eq!(delimiter("\"a;b;\n;c\",d\n"), b',', "what is quoted delimits nothing");
    }

    #[test]
    fn encodings_are_honoured() {
        let mut options = Options::new("t.csv", super::super::Kind::None, "a");
        assert!(matches!(decode(b"a\nM\xe9xico\n", &options), Err(ReadError::NotEncoded { line: 2, .. })));
        let replaced = "a\u{fffd}\nb\n".as_bytes();
        assert!(decode(replaced, &options).is_ok(), "the replacement character is one like others");
        let late = decode(&[replaced, b"\xe9"].concat(), &options);
        assert!(matches!(late, Err(ReadError::NotEncoded { line: 3, .. })), "{late:?}");
        options.encoding = Some("ISO-8859-1".to_owned());
        assert_eq!(decode(b"a\nM\xe9xico\n", &options).unwrap(), "a\nMéxico\n");
        assert_eq!(decode("\u{feff}a\n".as_bytes(), &options).unwrap(), "a\n");
    }
}
