//! The end of a delimited text: where a copy stopped in the middle, the last line tells.

use std::fs::File;
use std::io::{Read as _, Seek, SeekFrom};
use std::path::Path;

use crate::layer::read::{Written, written};
use crate::layer::text::Dialect;
use crate::workspace::config::Read;

/// Bytes of the end that are looked at.
const END: u64 = 1 << 18;

/// Lines that must be there for a last one to be called shorter than all of them.
const ENOUGH: usize = 50;

/// How a text ends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Tail {
    /// Whether its last line has an end.
    pub ended: bool,
    /// Cells in the last line; none where a quote may hold a delimiter.
    cells: Option<usize>,
    /// Cells in the header.
    header: usize,
    /// Whether the last line has fewer bytes than each of the many others.
    shortest: bool,
}

/// How the text ends that a layer is read from; none where it is none, or cannot be opened, which the reader tells.
pub(super) fn look(path: &Path, read: &Read) -> Option<Tail> {
    let name = path.to_string_lossy();
    if !matches!(written(&name), Written::Text) {
        return None;
    }
    let mut file = File::open(path).ok()?;
    if !file.metadata().ok()?.is_file() {
        return None;
    }
    let mut head = Vec::new();
    file.by_ref().take(END).read_to_end(&mut head).ok()?;
    let length = file.metadata().ok()?.len();
    file.seek(SeekFrom::Start(length.saturating_sub(END))).ok()?;
    let mut end = Vec::new();
    file.take(END).read_to_end(&mut end).ok()?;
    let ending = path.extension().unwrap_or_default().to_string_lossy().to_lowercase();
    let delimiter = read.delimiter.as_deref().and_then(Dialect::delimiter_of);
    tail(&head, &end, Dialect { skip: read.skip, delimiter }.by_ending(&ending))
}

fn tail(head: &[u8], end: &[u8], dialect: Dialect) -> Option<Tail> {
    // Packed, or two bytes a character: a line's end is not one byte there.
    let other: [&[u8]; 3] = [&[0x1f, 0x8b], &[0xff, 0xfe], &[0xfe, 0xff]];
    if other.iter().any(|begin| head.starts_with(begin)) || head.contains(&0) {
        return None;
    }
    let start = dialect.start(head);
    let is_end = |byte: &u8| matches!(byte, b'\n' | b'\r');
    let header = head[start.header..].split(is_end).next()?;
    let ended = end.last().is_none_or(is_end);
    let mut lines: Vec<&[u8]> = end.split(is_end).filter(|line| !line.is_empty()).collect();
    let last = lines.pop()?;
    // The first of them may have begun before.
    let others = lines.get(1..).unwrap_or_default();
    let count = |line: &[u8]| {
        let quoted = line.contains(&b'"');
        (!quoted).then(|| 1 + line.iter().filter(|&&byte| byte == start.delimiter).count())
    };
    Some(Tail {
        ended,
        cells: count(last),
        header: count(header).unwrap_or(0),
        shortest: others.len() >= ENOUGH && others.iter().all(|line| line.len() > last.len()),
    })
}

impl Tail {
    /// What says that the text was cut off; `ended_before` is whether its last line had an end when it was good.
    pub fn fault(&self, ended_before: Option<bool>) -> Option<String> {
        if self.ended {
            return None;
        }
        let fewer = self.cells.filter(|&cells| cells < self.header);
        if let Some(cells) = fewer {
            let of = self.header;
            return Some(format!(
                "was cut off: its last line has no end, and {cells} cells where the header has {of}"
            ));
        }
        match ended_before {
            Some(true) => Some(
                "was cut off: its last line has no end, and had one in the run that is published".to_owned(),
            ),
            None if self.shortest => {
                Some("may be cut off: its last line has no end, and fewer bytes than any other".to_owned())
            }
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fault(text: &str, before: Option<bool>) -> Option<String> {
        tail(text.as_bytes(), text.as_bytes(), Dialect::default())?.fault(before)
    }

    #[test]
    fn a_last_line_without_an_end() {
        let whole = "a,b,c\n1,2,3\n4,5,6\n";
        assert_eq!(fault(whole, Some(true)), None);
        for cut in ["a,b,c\n1,2,3\n4,5", "a;b;c\r\n1;2;3\r\n4"] {
            assert!(fault(cut, None).unwrap().contains("cells where the header has 3"), "{cut}");
        }
        // In the last cell, which only what was there before can tell.
        assert_eq!(fault(whole.trim_end(), None), None);
        assert_eq!(fault(whole.trim_end(), Some(false)), None);
        assert!(fault(whole.trim_end(), Some(true)).unwrap().contains("had one in the run"));
        // A quote may hold delimiters and ends of lines.
        assert_eq!(fault("a,b\n1,\"x\ny\"", None), None);
    }

    #[test]
    fn shorter_than_all_of_many() {
        let rows: String = (100..180).map(|n| format!("{n},0.25\n")).collect();
        let text = format!("k,v\n{rows}180,0.2");
        assert!(fault(&text, None).unwrap().contains("fewer bytes than any other"));
        assert_eq!(fault(&format!("{text}5"), None), None);
        assert_eq!(fault(&text, Some(false)), None, "it never had an end");
        assert_eq!(fault("k,v\n1,0.25\n2,0.2", None), None, "two lines tell nothing");
    }

    #[test]
    fn what_is_no_text_of_one_byte_a_sign() {
        assert_eq!(tail(&[0xff, 0xfe, b'a', 0], &[b'a', 0], Dialect::default()), None);
        assert_eq!(fault("", None), None);
    }
}
