//! Reading one file: its syntax, then its shape against the JSON Schema, every problem with a place.

use std::sync::Arc;

use super::document::Document;
use super::problem::{Problem, SourceFile};
use super::walk;
use serde::de::DeserializeOwned;

/// A file that was read: its places, and its content unless the shape is wrong.
pub(crate) struct Parsed<T> {
    /// The places of everything in it.
    pub(crate) document: Document,
    /// The content; `None` where problems keep it from being read.
    pub(crate) content: Option<T>,
    /// Whether the syntax was right, so that names in it can be trusted.
    pub(crate) syntax: bool,
}

/// Parses `source` and checks it against `schema`.
///
/// Unknown keys are problems, but they do not keep the rest from being read, so that later checks
/// can speak about the file too.
pub(crate) fn parse<T: DeserializeOwned>(
    source: Arc<SourceFile>,
    schema: &serde_json::Value,
    problems: &mut Vec<Problem>,
) -> Parsed<T> {
    let (document, errors) = Document::parse(source);
    if !errors.is_empty() {
        problems.extend(errors);
        return Parsed { document, content: None, syntax: false };
    }
    let found = walk::check(&document, schema);
    let readable = found.readable;
    problems.extend(found.problems);
    let content = readable.then(|| toml::from_str(document.source.text())).and_then(|result| match result {
        Ok(content) => Some(content),
        Err(error) => {
            // The walk knows everything that the structs ask; this arm keeps a gap between the two
            // from passing in silence.
            let span = error.span().unwrap_or(0..0);
            problems.push(document.source.error(span, error.message().to_owned()));
            None
        }
    });
    Parsed { document, content, syntax: true }
}
