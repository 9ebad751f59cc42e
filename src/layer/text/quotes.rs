//! Quotes of delimited text: where they close, and which never do.

use memchr::{memchr, memchr3};

/// What is wrong with the quotes of a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum QuoteFault {
    /// A quote that opens at this byte and does not close before the end.
    Open(usize),
    /// A quote that opens at the first byte and closes at the second, on another line and within a cell: most likely one
    /// that was never closed, and the next one that opens.
    Torn(usize, usize),
    /// A quoted cell, from and to these bytes, that runs over many lines.
    Long(usize, usize),
}

/// Line ends in a cell from which on it is told.
const MANY_LINES: usize = 5;

/// The first fault of the quotes in a row, by the rules of the `csv` crate: a quote counts where a cell begins, and
/// doubled quotes stay inside.
pub(crate) fn fault(row: &[u8], delimiter: u8) -> Option<QuoteFault> {
    let mut at = 0;
    let mut long = None;
    loop {
        if row.get(at) == Some(&b'"') {
            let opened = at;
            let closed = match closing_quote(row, at + 1) {
                Some(closed) => closed,
                // The last byte may close it.
                None if row.len() > opened + 1 && is_closed_at_end(&row[opened + 1..]) => row.len() - 1,
                None => return Some(QuoteFault::Open(opened)),
            };
            let ends = row[opened..closed].iter().filter(|&&byte| byte == b'\n').count();
            let next = row.get(closed + 1);
            if ends > 0 && next.is_some_and(|&byte| byte != delimiter && byte != b'\r' && byte != b'\n') {
                return Some(QuoteFault::Torn(opened, closed));
            }
            if ends >= MANY_LINES {
                long.get_or_insert(QuoteFault::Long(opened, closed));
            }
            at = closed + 1;
        }
        let Some(end) = memchr3(delimiter, b'\n', b'\r', &row[at.min(row.len())..]) else { return long };
        at += end + 1;
    }
}

/// Whether the last of these bytes is a quote that is not the second of two.
fn is_closed_at_end(bytes: &[u8]) -> bool {
    bytes.iter().rev().take_while(|&&byte| byte == b'"').count() % 2 == 1
}

/// The quote that ends a cell whose text begins at `from`; none where another byte must tell.
pub(crate) fn closing_quote(bytes: &[u8], from: usize) -> Option<usize> {
    let mut at = from;
    loop {
        at += memchr(b'"', bytes.get(at..)?)?;
        match bytes.get(at + 1) {
            Some(b'"') => at += 2,
            Some(_) => return Some(at),
            // The next byte may double it.
            None => return None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotes_that_do_not_close_are_found() {
        for (row, expected) in [
            ("a,\"b\"", None),
            ("a,\"b\"\"\"", None),
            ("a,\"\"", None),
            ("a,b\"c,d\"", None),
            ("\"a\nb\",c", None),
            ("a,\"b", Some(QuoteFault::Open(2))),
            ("a,\"", Some(QuoteFault::Open(2))),
            ("a,\"b\"\"", Some(QuoteFault::Open(2))),
            ("a,\"b\n1,2\n3,\"c\",4", Some(QuoteFault::Torn(2, 11))),
            ("\"a\n\n\n\n\nb\",c", Some(QuoteFault::Long(0, 8))),
        ] {
            assert_eq!(fault(row.as_bytes(), b','), expected, "{row}");
        }
    }
}
