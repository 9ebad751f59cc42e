//! SQL text cut into the few pieces that matter before it is parsed: comments, quoted text, placeholders, ends.
//!
//! The rules are PostgreSQL's, as those of the parser that reads the text afterwards: block comments nest, `E'...'`
//! knows the backslash, `$tag$...$tag$` is quoted text, and a name goes on through `$`.

use std::ops::Range;

/// A piece of SQL text; everything else is passed over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Token<'a> {
    /// `$name`: a value to be bound.
    Placeholder(&'a str),
    /// `layer@$name`: the run of a layer, to be bound.
    Run(&'a str),
    /// `;`
    End,
    /// A name, number, sign or quoted text.
    Other,
    /// A comment or quoted text that nothing closes.
    Open,
}

/// Calls `found` with every token and its bytes; comments and blanks are none.
pub(super) fn scan<'a>(sql: &'a str, mut found: impl FnMut(Token<'a>, Range<usize>)) {
    let bytes = sql.as_bytes();
    let mut at = 0;
    while at < bytes.len() {
        let start = at;
        let next = bytes.get(at + 1).copied();
        let token = match bytes[at] {
            b'-' if next == Some(b'-') => {
                at = find(sql, at, "\n").unwrap_or(bytes.len());
                continue;
            }
            b'/' if next == Some(b'*') => match comment_end(bytes, at) {
                Some(end) => {
                    at = end;
                    continue;
                }
                None => (Token::Open, bytes.len()),
            },
            b'\'' => quoted(bytes, at, false),
            b'e' | b'E' if next == Some(b'\'') => quoted(bytes, at + 1, true),
            b'"' => quoted(bytes, at, false),
            b'$' => dollar(sql, at),
            b';' => (Token::End, at + 1),
            _ => {
                let letter = sql[at..].chars().next().unwrap_or_default();
                if letter.is_whitespace() {
                    at += letter.len_utf8();
                    continue;
                }
                match is_name(letter) {
                    true => name(sql, at),
                    false => (Token::Other, at + letter.len_utf8()),
                }
            }
        };
        at = token.1;
        found(token.0, start..at);
    }
}

fn is_name(letter: char) -> bool {
    letter.is_alphanumeric() || letter == '_'
}

fn find(sql: &str, from: usize, what: &str) -> Option<usize> {
    sql[from..].find(what).map(|at| from + at)
}

/// The end of the block comment at `at`; comments nest.
fn comment_end(bytes: &[u8], at: usize) -> Option<usize> {
    let (mut depth, mut at) = (0_usize, at);
    while at + 1 < bytes.len() {
        match &bytes[at..at + 2] {
            b"/*" => (depth, at) = (depth + 1, at + 2),
            b"*/" => (depth, at) = (depth - 1, at + 2),
            _ => at += 1,
        }
        if depth == 0 {
            return Some(at);
        }
    }
    None
}

/// Quoted text from its opening mark; the mark doubled stands for itself.
fn quoted<'a>(bytes: &[u8], open: usize, escapes: bool) -> (Token<'a>, usize) {
    let mark = bytes[open];
    let mut at = open + 1;
    while at < bytes.len() {
        match bytes[at] {
            b'\\' if escapes => at += 2,
            byte if byte == mark && bytes.get(at + 1) == Some(&mark) => at += 2,
            byte if byte == mark => return (Token::Other, at + 1),
            _ => at += 1,
        }
    }
    (Token::Open, bytes.len())
}

/// `$name` or `$tag$ ... $tag$`.
fn dollar(sql: &str, at: usize) -> (Token<'_>, usize) {
    let rest = &sql[at + 1..];
    let length = rest.find(|c| !is_name(c)).unwrap_or(rest.len());
    let name = &rest[..length];
    let end = at + 1 + length;
    if sql.as_bytes().get(end) == Some(&b'$') {
        let tag = &sql[at..=end];
        return match find(sql, end + 1, tag) {
            Some(close) => (Token::Other, close + tag.len()),
            None => (Token::Open, sql.len()),
        };
    }
    match name.is_empty() {
        true => (Token::Other, end),
        false => (Token::Placeholder(name), end),
    }
}

/// A name or number; with `@$run` right behind it, the run of a layer.
fn name(sql: &str, at: usize) -> (Token<'_>, usize) {
    let end = sql[at..].find(|c| !(is_name(c) || c == '$')).map_or(sql.len(), |length| at + length);
    if sql[end..].starts_with("@$")
        && let (Token::Placeholder(run), end) = dollar(sql, end + 1)
    {
        return (Token::Run(run), end);
    }
    (Token::Other, end)
}

/// Text cut at its semicolons: the statements that are whole, and what follows the last semicolon.
///
/// A statement of blanks and comments is none. With `;` inside quotes or a comment nothing is cut.
///
/// ```
/// use corredor::query::saved::statements;
///
/// let (whole, rest) = statements("SELECT ';' -- ;\n; ; SELECT 2");
/// assert_eq!(whole, ["SELECT ';' -- ;\n"]);
/// assert_eq!(rest, Some(" SELECT 2"));
/// ```
pub fn statements(sql: &str) -> (Vec<&str>, Option<&str>) {
    let (whole, rest) = statement_ranges(sql);
    (whole.into_iter().map(|range| &sql[range]).collect(), rest.map(|range| &sql[range]))
}

/// As [`statements`], the bytes of each.
pub fn statement_ranges(sql: &str) -> (Vec<Range<usize>>, Option<Range<usize>>) {
    let mut whole = Vec::new();
    let (mut start, mut any) = (0, false);
    scan(sql, |token, span| match token {
        Token::End => {
            if any {
                whole.push(start..span.start);
            }
            (start, any) = (span.end, false);
        }
        _ => any = true,
    });
    (whole, any.then_some(start..sql.len()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tokens(sql: &str) -> Vec<(Token<'_>, &str)> {
        let mut all = Vec::new();
        scan(sql, |token, span| all.push((token, &sql[span])));
        all
    }

    fn placeholders(sql: &str) -> Vec<&str> {
        let mut names = Vec::new();
        scan(sql, |token, _| {
            if let Token::Placeholder(name) | Token::Run(name) = token {
                names.push(name);
            }
        });
        names
    }

    #[test]
    fn placeholders_stand_outside_quotes_and_comments() {
        assert_eq!(
            placeholders("SELECT $a, '$b', \"$c\", x@>$d, $e::int -- $f\n/* $g /* $h */ $i */ + $j"),
            ["a", "d", "e", "j"]
        );
        assert_eq!(placeholders("SELECT E'it\\'s $a', 'it''s $b', $$ $c $$, $t$ $d $t$, $1"), ["1"]);
        assert_eq!(placeholders("FROM hotspots@$since JOIN a$b"), ["since"]);
        assert_eq!(placeholders(""), Vec::<&str>::new());
    }

    #[test]
    fn what_is_open_goes_to_the_end() {
        for open in ["'a;", "\"a;", "/* a;", "/* /* */ ;", "$$ a;", "$t$ a;", "E'\\';"] {
            assert_eq!(tokens(open), [(Token::Open, open)], "{open}");
            assert_eq!(statements(open), (vec![], Some(open)), "{open}");
        }
        assert_eq!(tokens("-- a;"), []);
    }

    #[test]
    fn statements_end_at_semicolons() {
        assert_eq!(statements(" ;; -- x\n;"), (vec![], None));
        assert_eq!(statements("a; b ;"), (vec!["a", " b "], None));
        assert_eq!(statements("a; b"), (vec!["a"], Some(" b")));
        assert_eq!(statements("$ñ; ñ$;"), (vec!["$ñ", " ñ$"], None));
        assert_eq!(statements("\u{a0};\u{2003}"), (vec![], None), "blanks of any kind are no statement");
        assert_eq!(statements("→;"), (vec!["→"], None));
    }
}
