//! CSV and TSV tables.

use std::borrow::Cow;

use super::grid::{Called, Grid};
use super::raw::Raw;
use super::{Options, ReadError, guard};
use crate::layer::Finding;
use crate::layer::text::{Dialect, Lines, NoText, QuoteFault, decode, fault, header_help};

/// The longest row, bytes: past it a quote that opens has no end.
const LONGEST_ROW: usize = 64 << 20;

/// What the format is called.
pub(super) const DRIVER: &str = "CSV";

/// Loads a delimited table.
pub(super) fn load(options: &Options) -> Result<Raw, ReadError> {
    let bytes =
        std::fs::read(&options.path).map_err(|error| ReadError::Io { file: options.file(), error })?;
    of_bytes(&bytes, options)
}

/// The table that the bytes of a file hold.
pub(super) fn of_bytes(bytes: &[u8], options: &Options) -> Result<Raw, ReadError> {
    if let Some(found) = guard::other(bytes) {
        let ending = options.path.rsplit('.').next().unwrap_or_default().to_owned();
        return Err(ReadError::NotAsNamed { file: options.file(), ending, found: found.to_owned() });
    }
    let text = text(bytes, options)?;
    let layer = std::path::Path::new(&options.path)
        .file_stem()
        .map_or_else(|| "table".to_owned(), |s| s.to_string_lossy().into_owned());
    table(&text, options, layer)
}

/// The bytes as text.
fn text<'b>(bytes: &'b [u8], options: &Options) -> Result<Cow<'b, str>, ReadError> {
    decode(bytes, options.encoding.as_deref()).map_err(|why| not_text(why, options))
}

/// What to say of bytes that are no text.
fn not_text(why: NoText, options: &Options) -> ReadError {
    let file = options.file();
    match why {
        NoText::Unknown => ReadError::BadEncoding {
            file,
            encoding: options.encoding.clone().unwrap_or_default(),
            reason: "not a known encoding",
        },
        NoText::Wrong { line, encoding, looks_like } => {
            ReadError::NotEncoded { file, line, encoding: encoding.to_owned(), looks_like }
        }
        NoText::Nul { line, looks_like } => ReadError::NulByte { file, line, looks_like },
    }
}

/// What parts the cells, where the settings or the name of the file say so.
fn dialect(options: &Options) -> Dialect {
    let ending = std::path::Path::new(&options.path).extension().and_then(|e| e.to_str()).unwrap_or_default();
    Dialect { skip: options.skip, delimiter: options.delimiter }.by_ending(&ending.to_ascii_lowercase())
}

/// Takes a text apart.
fn table(text: &str, options: &Options, layer: String) -> Result<Raw, ReadError> {
    let start = dialect(options).start(text.as_bytes());
    let bytes = text.as_bytes();
    let mut lines = Lines::of(bytes);
    let bad = |line: u64, reason: String, help: &str| ReadError::BadRow {
        file: options.file(),
        word: "line",
        line,
        reason,
        help: help.to_owned(),
    };
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(start.delimiter)
        .has_headers(false)
        .flexible(true)
        .from_reader(&bytes[start.header..]);
    let mut record = csv::StringRecord::new();
    let mut grid: Option<Grid> = None;
    let mut findings = Vec::new();
    let mut at = start.header;
    loop {
        let from = at + bytes[at..].iter().take_while(|byte| matches!(byte, b'\r' | b'\n')).count();
        let line = lines.of_byte(from);
        let more = reader
            .read_record(&mut record)
            .map_err(|error| bad(line, error.to_string(), "correct the line in the source"))?;
        if !more {
            break;
        }
        at = start.header + usize::try_from(reader.position().byte()).unwrap_or(usize::MAX);
        let row = &bytes[from..at.min(bytes.len())];
        if record.as_slice().len() > LONGEST_ROW {
            return Err(ReadError::open_quote(options.file(), line));
        }
        if memchr::memchr(b'"', row).is_some()
            && let Some(found) = fault(row, start.delimiter)
        {
            let on = |place: usize| Lines::of(row).of_byte(place) + line - 1;
            match found {
                QuoteFault::Open(place) => return Err(ReadError::open_quote(options.file(), on(place))),
                QuoteFault::Torn(opened, closed) => {
                    return Err(ReadError::torn_quote(options.file(), on(opened), on(closed)));
                }
                QuoteFault::Long(opened, closed) => findings.push(long_cell(on(opened), on(closed))),
            }
        }
        match &mut grid {
            None => {
                let names = record.iter().map(str::to_owned).collect();
                let help = || header_help(bytes, &[options.key.as_str()]);
                grid = Some(Grid::new(names, line, "line", options, help)?);
            }
            Some(grid) => grid.push(line, record.len(), record.iter()),
        }
    }
    let empty = || bad(1, "there is no header".to_owned(), "check that this is the right file, and `skip`");
    grid.ok_or_else(empty)?.finish(Called { driver: DRIVER, layer, typed: false }, findings)
}

/// What to say of a cell that runs over many lines.
fn long_cell(opened: u64, closed: u64) -> Finding {
    Finding::Statistic {
        es: format!("una celda va de la línea {opened} a la {closed}: ¿falta cerrar una comilla?"),
        en: format!("one cell goes from line {opened} to line {closed}: is a quote not closed?"),
        warning: true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::layer::read::{Kind, attributes};

    fn read(text: &str) -> Result<Raw, ReadError> {
        of_bytes(text.as_bytes(), &Options::new("t.csv", Kind::None, ""))
    }

    fn cells(raw: &Raw, column: usize) -> Vec<String> {
        attributes::as_texts(&raw.columns[column].values).into_iter().map(Option::unwrap_or_default).collect()
    }

    #[test]
    fn rows_stand_as_they_were_written() {
        let raw = read("a,b\n7.10, x \n\"x, \"\"y\"\"\",\n").unwrap();
        assert_eq!(
            (cells(&raw, 0), cells(&raw, 1)),
            (vec!["7.10".into(), "x, \"y\"".into()], vec![" x ".into(), String::new()])
        );
        assert_eq!(raw.lines, Some(vec![2, 3]));
    }

    #[test]
    fn rows_are_kept_out_and_told_or_are_none() {
        let ragged = read("a,b\n1,2\n3").unwrap();
        assert_eq!((ragged.lines, ragged.kept_out), (Some(vec![2]), 1));
        let error = read("a,b\n1\n").unwrap_err().to_string();
        assert_eq!(error, "t.csv: line 2: the row has 1 cells, the header 2");
        assert!(read("a,a\n").is_err());
        let blank = read("a,b\r\n1,2\r\n,\r\n \u{200b},\u{feff} \r\n\r\n3,4\r\n").unwrap();
        assert_eq!((blank.lines, blank.kept_out), (Some(vec![2, 6]), 0));
        let trailing = read("a,b,,\n1,2,,\n3,4,,\n").unwrap();
        assert_eq!((trailing.fields(), trailing.rows), (vec!["a".to_owned(), "b".to_owned()], 2));
        let more = read("a,b\n1,2,\n3,4,5\n6,7\n").unwrap();
        assert_eq!((more.lines, more.kept_out), (Some(vec![2, 4]), 1));
        // In one column the comma may be of the text.
        let one = read("a\n1\nx,\n2\n,\n3\n").unwrap();
        assert_eq!((one.lines, one.kept_out), (Some(vec![2, 4, 6]), 2));
    }

    #[test]
    fn lines_are_those_of_the_file() {
        for (text, lines) in [
            ("a,b\r\n1,2\r\n3,4\r\n", [2, 3]),
            ("a,b\r1,2\r3,4\r", [2, 3]),
            ("\n\na,b\n\n1,2\n\n3,4\n", [5, 7]),
            ("a,b\n\"1\n\n\",2\n3,4\n", [2, 5]),
        ] {
            assert_eq!(read(text).unwrap().lines.unwrap(), lines, "{text:?}");
        }
    }

    #[test]
    fn quotes_close_or_are_told() {
        let error = |text: &str| read(text).unwrap_err().to_string();
        assert_eq!(error("a,b\n1,2\n3,\"4\n5,6\n"), "t.csv: line 3: a quote that opens here is never closed");
        let torn = error("a,b\n1,\"2\n3,4\n5,\"6\"\n");
        assert_eq!(torn, "t.csv: line 2: a quote that opens here closes in the middle of a cell of line 4");
        let long = read("a,b\n1,\"2\n\n\n\n\n\"\n").unwrap();
        assert_eq!(long.findings.len(), 1);
    }

    #[test]
    fn hashtags_of_hxl_are_no_row() {
        let raw = read("a,b,c\n#adm1+name, #affected ,\nx,1,2\n").unwrap();
        assert_eq!((raw.lines, raw.findings.len(), raw.kept_out), (Some(vec![3]), 1, 0));
        assert_eq!(raw.findings[0].severity(), crate::layer::Severity::Info);
        // Only right below the header, and only where every cell is a hashtag or empty.
        for data in ["a,b\nx,1\n#adm1,#affected\n", "a,b\n#1,#2\n", "a,b\n#adm1,x\n"] {
            assert_eq!(read(data).unwrap().rows, data.lines().count() - 1, "{data}");
        }
    }

    #[test]
    fn titles_are_no_header() {
        let mut options = Options::new("t.csv", Kind::None, "code");
        let text = b"Cuadro 1. Pobreza,\n\ncode,n\n01001,1\n";
        let error = of_bytes(text, &options).unwrap_err();
        assert!(error.help().unwrap().contains("line 3: state `skip = 2`"), "{error}: {:?}", error.help());
        options.skip = 2;
        assert_eq!(of_bytes(text, &options).unwrap().lines, Some(vec![4]));
        let error = read("Cuadro 1,\na,b\n").unwrap_err();
        assert!(error.help().unwrap().contains("`skip`"), "{error}");
        assert_eq!(read(",a\n0,x\n").unwrap().fields(), ["column_1", "a"]);
    }
}
