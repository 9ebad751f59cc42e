//! Lines of a text, counted as editors count them.

use memchr::{memchr_iter, memchr2};

/// A place in a text that moves forward, and the line it is on.
#[derive(Clone, Debug)]
pub(crate) struct Lines<'a> {
    bytes: &'a [u8],
    at: usize,
    line: u64,
}

impl<'a> Lines<'a> {
    /// The beginning of a text.
    pub fn of(bytes: &'a [u8]) -> Self {
        Self { bytes, at: 0, line: 1 }
    }

    /// The line of a place that is not before the last one, from 1. LF, CR, and CR before LF each end a line.
    pub fn of_byte(&mut self, at: usize) -> u64 {
        let at = at.min(self.bytes.len());
        while self.at < at {
            let Some(end) = memchr2(b'\r', b'\n', &self.bytes[self.at..at]) else {
                self.at = at;
                break;
            };
            self.at += end + 1;
            if self.bytes[self.at - 1] == b'\r' && self.bytes.get(self.at) == Some(&b'\n') {
                // Between the two it is the same line still.
                if self.at == at {
                    break;
                }
                self.at += 1;
            }
            self.line += 1;
        }
        self.line
    }
}

/// How many lines end in these bytes, by the same rules.
pub(crate) fn line_ends(bytes: &[u8]) -> u64 {
    let alone = memchr_iter(b'\r', bytes).filter(|&at| bytes.get(at + 1) != Some(&b'\n')).count();
    (memchr_iter(b'\n', bytes).count() + alone) as u64
}

#[cfg(test)]
mod tests {
    use super::{Lines, line_ends};

    #[test]
    fn every_line_end_counts_once() {
        let text = b"a\r\nb\rc\n\nd";
        let mut lines = Lines::of(text);
        let found: Vec<u64> = [0, 3, 5, 7, 8].into_iter().map(|at| lines.of_byte(at)).collect();
        assert_eq!(found, [1, 2, 3, 4, 5]);
        assert_eq!(Lines::of(text).of_byte(8), 5);
        assert_eq!(Lines::of(b"").of_byte(9), 1);
        assert_eq!(line_ends(text), 4);
    }
}
