//! A TOML file with the place of every key and value.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::problem::{Problem, SourceFile};
use crate::text::find_hidden;

/// One step of a path into a document.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Seg<'a> {
    /// A key of a table.
    Key(&'a str),
    /// An item of an array.
    Item(usize),
}

impl<'a> From<&'a str> for Seg<'a> {
    fn from(key: &'a str) -> Self {
        Self::Key(key)
    }
}

impl<'a> From<&'a String> for Seg<'a> {
    fn from(key: &'a String) -> Self {
        Self::Key(key)
    }
}

impl From<usize> for Seg<'_> {
    fn from(item: usize) -> Self {
        Self::Item(item)
    }
}

/// `place!["score", "indicator", 3, "field"]`
macro_rules! place {
    ($($seg:expr),* $(,)?) => { &[$($crate::checked::Seg::from($seg)),*] };
}
pub(crate) use place;

/// A value and where it stands.
#[derive(Debug)]
pub(crate) struct Node {
    /// Bytes of the file; for a `[table]`, its header.
    pub(crate) span: Range<usize>,
    /// The value.
    pub(crate) value: Value,
}

/// A TOML value.
#[derive(Debug)]
pub(crate) enum Value {
    /// Text in quotes.
    Text(String),
    /// A whole number; `None` beyond 64 bits with sign.
    Whole(Option<i64>),
    /// A number with decimals, `inf` or `nan`.
    Number(f64),
    /// `true` or `false`.
    TrueFalse,
    /// A date, a time, or both.
    Date,
    /// A list.
    List(Vec<Node>),
    /// A table.
    Table(Table),
}

/// Keys with their places, and values.
pub(crate) type Table = BTreeMap<String, Entry>;

/// The value of a key, and where the key stands.
#[derive(Debug)]
pub(crate) struct Entry {
    /// Bytes of the key.
    pub(crate) key_span: Range<usize>,
    /// Its value.
    pub(crate) node: Node,
}

impl Node {
    /// The text, if it is one.
    pub(crate) fn text(&self) -> Option<&str> {
        match &self.value {
            Value::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The table, if it is one.
    pub(crate) fn table(&self) -> Option<&Table> {
        match &self.value {
            Value::Table(table) => Some(table),
            _ => None,
        }
    }
}

/// A parsed TOML file.
pub(crate) struct Document {
    /// The file.
    pub(crate) source: Arc<SourceFile>,
    /// Its content; what could be saved of it where the syntax is wrong.
    pub(crate) root: Table,
}

impl Document {
    /// Parses the file; syntax errors come back as problems, one per line, for one slip makes the
    /// parser stumble over the rest of its line.
    pub(crate) fn parse(source: Arc<SourceFile>) -> (Self, Vec<Problem>) {
        let text = Arc::clone(source.text());
        let (root, errors) = DeTable::parse_recoverable(&text);
        let mut problems: Vec<Problem> = errors
            .iter()
            .map(|error| {
                let span = error.span().unwrap_or(0..0);
                let problem = source.error(span, format!("not valid TOML: {}", error.message()));
                problem.maybe_help(syntax_help(error.message()).map(str::to_owned))
            })
            .collect();
        problems.sort_by_key(|problem| problem.span.start);
        problems.dedup_by_key(|problem| problem.line);
        let root = table(root.into_inner());
        hidden_signs(&root, &source, &mut problems);
        (Self { source, root }, problems)
    }

    /// The place of the value at `path`, or of the nearest thing above it that the file states.
    pub(crate) fn span(&self, path: &[Seg<'_>]) -> Range<usize> {
        self.entry(path).1
    }

    /// The place of the key that ends `path`, or as [`Document::span`] where it is not stated.
    pub(crate) fn key_span(&self, path: &[Seg<'_>]) -> Range<usize> {
        let (key, value) = self.entry(path);
        key.unwrap_or(value)
    }

    /// The place of the key that ends `path`, if it is stated, and that of the value.
    fn entry(&self, path: &[Seg<'_>]) -> (Option<Range<usize>>, Range<usize>) {
        let mut key = None;
        let mut span = 0..0;
        let mut node: Option<&Node> = None;
        for seg in path {
            let next = match seg {
                Seg::Key(name) => {
                    let table = match node {
                        None => Some(&self.root),
                        Some(node) => node.table(),
                    };
                    table.and_then(|table| table.get(*name)).map(|e| (Some(e.key_span.clone()), &e.node))
                }
                Seg::Item(at) => match node.map(|node| &node.value) {
                    Some(Value::List(items)) => items.get(*at).map(|item| (None, item)),
                    _ => None,
                },
            };
            let Some((next_key, next)) = next else {
                return (None, span);
            };
            (key, span, node) = (next_key, next.span.clone(), Some(next));
        }
        (key, span)
    }

    /// A problem with the value at `path`.
    pub(crate) fn error(&self, path: &[Seg<'_>], message: impl Into<String>) -> Problem {
        self.source.error(self.span(path), message)
    }

    /// A warning about the value at `path`.
    pub(crate) fn warning(&self, path: &[Seg<'_>], message: impl Into<String>) -> Problem {
        self.source.warning(self.span(path), message)
    }
}

/// Refuses keys and texts with signs that no reader sees: they would reach terminals, pages and QGIS.
fn hidden_signs(table: &Table, source: &Arc<SourceFile>, problems: &mut Vec<Problem>) {
    for (key, Entry { key_span, node }) in table {
        hidden_in(key, key_span, source, problems);
        hidden_below(node, source, problems);
    }
}

fn hidden_below(node: &Node, source: &Arc<SourceFile>, problems: &mut Vec<Problem>) {
    match &node.value {
        Value::Text(text) => hidden_in(text, &node.span, source, problems),
        Value::List(items) => items.iter().for_each(|item| hidden_below(item, source, problems)),
        Value::Table(table) => hidden_signs(table, source, problems),
        _ => {}
    }
}

fn hidden_in(text: &str, span: &Range<usize>, source: &Arc<SourceFile>, problems: &mut Vec<Problem>) {
    // A line of a text may end as Windows ends it.
    let Some((_, sign)) = find_hidden(&text.replace("\r\n", "\n")) else { return };
    let message = format!("the text holds the sign U+{:04X}, which is not seen", u32::from(sign));
    let help =
        "take it out: control characters, signs of direction and signs without width mislead those who read";
    problems.push(source.error(span.clone(), message).help(help));
}

fn table(table: DeTable<'_>) -> Table {
    table
        .into_iter()
        .map(|(key, value)| {
            let key_span = key.span();
            (key.into_inner().into_owned(), Entry { key_span, node: node(value) })
        })
        .collect()
}

fn node(value: Spanned<DeValue<'_>>) -> Node {
    let span = value.span();
    let value = match value.into_inner() {
        DeValue::String(text) => Value::Text(text.into_owned()),
        DeValue::Integer(whole) => Value::Whole(i64::from_str_radix(whole.as_str(), whole.radix()).ok()),
        // The parser has checked the digits; what is no number all the same fits no range.
        DeValue::Float(number) => Value::Number(number.as_str().parse().unwrap_or(f64::NAN)),
        DeValue::Boolean(_) => Value::TrueFalse,
        DeValue::Datetime(_) => Value::Date,
        DeValue::Array(items) => Value::List(items.into_iter().map(node).collect()),
        DeValue::Table(inner) => Value::Table(table(inner)),
    };
    Node { span, value }
}

/// What people usually meant where the parser stumbles.
fn syntax_help(message: &str) -> Option<&'static str> {
    const HELP: [(&str, &str); 4] = [
        ("string values must be quoted", "write text in quotes: key = \"text\""),
        ("duplicate key", "state it once"),
        ("unclosed array", "close the list with `]`"),
        ("missing comma", "separate the items with commas"),
    ];
    HELP.iter().find(|(part, _)| message.contains(part)).map(|(_, help)| *help)
}
