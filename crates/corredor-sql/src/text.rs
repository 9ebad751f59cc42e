//! The text of a query: its tokens, and where they stand.

use std::ops::Range;

use datafusion::common::Span;
use datafusion::sql::sqlparser::dialect::PostgreSqlDialect;
use datafusion::sql::sqlparser::keywords::Keyword;
use datafusion::sql::sqlparser::tokenizer::{Location, Token, TokenWithSpan, Tokenizer, Word};

use super::Fault;

/// A query's text with its tokens.
#[derive(Debug)]
pub(super) struct Text<'a> {
    sql: &'a str,
    /// Where each line begins.
    lines: Vec<usize>,
    tokens: Vec<TokenWithSpan>,
}

impl<'a> Text<'a> {
    /// Cuts a text into tokens; `name@run` becomes one quoted name.
    pub(super) fn new(sql: &'a str) -> Result<Self, Fault> {
        let lines = std::iter::once(0).chain(sql.match_indices('\n').map(|(at, _)| at + 1)).collect();
        let mut text = Self { sql, lines, tokens: Vec::new() };
        let dialect = PostgreSqlDialect {};
        let tokens = Tokenizer::new(&dialect, sql).tokenize_with_location().map_err(|error| {
            let at = text.byte(error.location.line, error.location.column);
            Fault::new(error.message).at(Some(at..sql.len().min(at + 1)))
        })?;
        text.tokens = with_runs(tokens);
        Ok(text)
    }

    /// The text itself.
    pub(super) fn sql(&self) -> &str {
        self.sql
    }

    /// The tokens, spaces and comments among them.
    pub(super) fn tokens(&self) -> &[TokenWithSpan] {
        &self.tokens
    }

    /// The tokens that say something.
    pub(super) fn words(&self) -> impl Iterator<Item = &TokenWithSpan> {
        self.tokens.iter().filter(|token| !matches!(token.token, Token::Whitespace(_) | Token::EOF))
    }

    /// The bytes of a token.
    pub(super) fn span_of(&self, token: &TokenWithSpan) -> Range<usize> {
        let (start, end) = (token.span.start, token.span.end);
        self.byte(start.line, start.column)..self.byte(end.line, end.column)
    }

    /// The bytes that the planner's span stands for.
    pub(super) fn span(&self, span: Span) -> Range<usize> {
        self.byte(span.start.line, span.start.column)..self.byte(span.end.line, span.end.column)
    }

    /// The bytes of the word at a place that the parser names.
    pub(super) fn at(&self, line: u64, column: u64) -> Range<usize> {
        let at = Location { line, column };
        match self.words().find(|token| token.span.start == at) {
            Some(token) => self.span_of(token),
            None => self.sql.len()..self.sql.len(),
        }
    }

    /// The place behind the last word.
    pub(super) fn end(&self) -> Range<usize> {
        self.sql.trim_end().len()..self.sql.len()
    }

    /// The bytes of the first name or text in quotes that reads so.
    pub(super) fn find(&self, name: &str) -> Option<Range<usize>> {
        let reads = |token: &&TokenWithSpan| match &token.token {
            Token::Word(word) => word.value.eq_ignore_ascii_case(name),
            Token::SingleQuotedString(text) => text == name,
            _ => false,
        };
        self.words().find(reads).map(|token| self.span_of(token))
    }

    /// Whether a name stands in double quotes, as texts do in other languages.
    pub(super) fn is_quoted(&self, name: &str) -> bool {
        self.words().any(|token| {
            matches!(&token.token, Token::Word(word) if word.quote_style == Some('"') && word.value == name)
        })
    }

    /// The byte at a line and a column, both counted from 1, columns in characters.
    fn byte(&self, line: u64, column: u64) -> usize {
        let Some(&start) = line.checked_sub(1).and_then(|line| self.lines.get(line as usize)) else {
            return self.sql.len();
        };
        let rest = &self.sql[start..];
        let within = rest.char_indices().nth(column.saturating_sub(1) as usize).map(|(at, _)| at);
        start + within.unwrap_or(rest.len())
    }
}

/// Joins `name`, `@` and what follows without a space into one quoted name.
fn with_runs(tokens: Vec<TokenWithSpan>) -> Vec<TokenWithSpan> {
    let mut joined: Vec<TokenWithSpan> = Vec::with_capacity(tokens.len());
    let mut tokens = tokens.into_iter().peekable();
    while let Some(token) = tokens.next() {
        let touches = |next: &TokenWithSpan, last: &TokenWithSpan| next.span.start == last.span.end;
        let begins = matches!(&token.token, Token::Word(word) if word.quote_style.is_none())
            && tokens.peek().is_some_and(|next| next.token == Token::AtSign && touches(next, &token));
        if !begins {
            joined.push(token);
            continue;
        }
        let mut last = token.clone();
        let mut name = token.token.to_string();
        let part = |token: &Token| {
            matches!(
                token,
                Token::AtSign | Token::Word(_) | Token::Number(..) | Token::Minus | Token::Placeholder(_)
            )
        };
        while let Some(next) = tokens.next_if(|next| part(&next.token) && touches(next, &last)) {
            name.push_str(&next.token.to_string());
            last = next;
        }
        // Names without quotes are lower case, as everywhere in PostgreSQL; what follows the sign is not one.
        let (layer, run) = name.split_once('@').unwrap_or((&name, ""));
        let value = format!("{}@{run}", layer.to_lowercase());
        let word = Word { value, quote_style: Some('"'), keyword: Keyword::NoKeyword };
        joined.push(TokenWithSpan::at(Token::Word(word), token.span.start, last.span.end));
    }
    joined
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn runs_are_names() {
        let text = Text::new("SELECT * FROM Hotspots@2026-11-20 h, \"é\"@ x, a@previous, b@$since").unwrap();
        let names: Vec<String> = text
            .words()
            .filter_map(|token| match &token.token {
                Token::Word(word) if word.quote_style.is_some() => Some(word.value.clone()),
                _ => None,
            })
            .collect();
        assert_eq!(names, ["hotspots@2026-11-20", "é", "a@previous", "b@$since"]);
        let span = text.find("a@previous").unwrap();
        assert_eq!(&text.sql[span], "a@previous");
    }

    #[test]
    fn places_are_bytes() {
        let text = Text::new("SELECT 'ñandú',\n  ñu, x").unwrap();
        let span = text.find("x").unwrap();
        assert_eq!(&text.sql[span], "x");
        assert_eq!(text.at(9, 9), text.sql.len()..text.sql.len());
        let fault = Text::new("SELECT 'é\n").unwrap_err();
        assert_eq!(fault.span, Some(7..8));
    }
}
