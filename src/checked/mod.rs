//! Checked TOML: a file whose syntax and shape are judged, every problem with its place and advice.
//!
//! The shape is a JSON Schema that is made from the type that the file is read into.

mod document;
mod parsed;
mod problem;
mod schema;
mod suggest;
mod walk;
mod words;

pub(crate) use document::{Document, Node, Seg, Value, place};
pub(crate) use parsed::{Parsed, parse};
pub use problem::{Problem, Severity};
pub(crate) use problem::{SourceFile, sort};
pub(crate) use schema::{paragraphs_joined, schema_of};
pub(crate) use suggest::list;
pub use suggest::{did_you_mean, nearest};
pub(crate) use walk::words;
