//! The header of delimited text that is read in parts, by `locate` and `mirti`.

use super::{Dialect, Start, is_hashtags, line_ends, repeated};

/// A header, and where it stands in the first bytes of a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Header {
    /// What stands between cells.
    pub delimiter: u8,
    /// The byte at which it begins, and the one behind its line end.
    pub span: std::ops::Range<usize>,
    /// Its line, from 1.
    pub line: u64,
    /// Its names; one that is empty has none.
    pub names: Vec<String>,
    /// The byte at which rows begin: below hashtags of HXL, if there are any.
    pub rows: usize,
}

/// Why the first row is no header.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct HeaderFault {
    /// Its line, from 1.
    pub line: u64,
    /// What is wrong.
    pub reason: String,
}

impl Header {
    /// The header of a text, of which the first bytes are enough.
    pub fn of(text: &[u8], dialect: Dialect) -> Result<Self, HeaderFault> {
        let Start { delimiter, header: from } = dialect.start(text);
        let line = 1 + line_ends(&text[..from]);
        let fault = |reason: String| HeaderFault { line, reason };
        let broken = |error: csv::Error| fault(error.to_string());
        let mut reader = csv::ReaderBuilder::new()
            .delimiter(delimiter)
            .has_headers(false)
            .flexible(true)
            .from_reader(&text[from..]);
        let mut record = csv::ByteRecord::new();
        reader.read_byte_record(&mut record).map_err(broken)?;
        let texts = |record: &csv::ByteRecord| -> Vec<String> {
            record.iter().map(|cell| String::from_utf8_lossy(cell).trim().to_owned()).collect()
        };
        let names = texts(&record);
        if let Some(twice) = repeated(&names) {
            return Err(fault(format!("the column `{twice}` stands twice in the header")));
        }
        let read = |reader: &csv::Reader<&[u8]>| {
            from + usize::try_from(reader.position().byte()).unwrap_or(text.len())
        };
        let end = past_line_end(text, read(&reader));
        let more = reader.read_byte_record(&mut record).map_err(broken)?;
        let below = read(&reader);
        let is_tags = more && below <= text.len() && is_hashtags(texts(&record).iter().map(String::as_str));
        let rows = if is_tags { past_line_end(text, below) } else { end };
        Ok(Self { delimiter, span: from..end, line, names, rows })
    }
}

/// The byte behind a line end that the `csv` crate has read the CR of, and not the LF.
fn past_line_end(text: &[u8], at: usize) -> usize {
    let at = at.min(text.len());
    if text[..at].ends_with(b"\r") && text.get(at) == Some(&b'\n') { at + 1 } else { at }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_begin_below_the_header() {
        for (text, end, rows) in [
            ("a,b\n1,2\n", 4, 4),
            ("a,b\r\n1,2\r\n", 5, 5),
            ("a,b\r1,2\r", 4, 4),
            ("a,b\r\n#x,#y\r\n1,2", 5, 12),
            ("a,b", 3, 3),
        ] {
            let found = Header::of(text.as_bytes(), Dialect::default()).unwrap();
            assert_eq!((found.span, found.rows), (0..end, rows), "{text:?}");
            assert_eq!(found.names, ["a", "b"]);
        }
        let titled = Header::of(b"\r\nCuadro\r\na;b\r\n1;2", Dialect { skip: 2, delimiter: None }).unwrap();
        assert_eq!((titled.line, titled.delimiter, titled.span), (3, b';', 10..15));
        let twice = Header::of(b"\na,a\n", Dialect::default()).unwrap_err();
        assert_eq!((twice.line, &*twice.reason), (2, "the column `a` stands twice in the header"));
    }
}
