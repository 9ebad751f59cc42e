//! The header of a saved query: TOML behind `--`, from `-- [query]` to the first line that is blank or no comment.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::{Arc, OnceLock};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::checked::{Parsed, Problem, SourceFile, parse, schema_of};
use crate::workspace::config::Text;

/// The line that begins a header.
const FIRST: &str = "[query]";

/// What a header may say.
#[derive(Clone, Debug, Deserialize, Serialize, JsonSchema)]
pub(super) struct Header {
    /// What the query is.
    pub(super) query: QuerySection,
    /// Its parameters.
    #[serde(default)]
    pub(super) param: BTreeMap<String, ParameterSection>,
}

/// `[query]`: what the query answers.
#[derive(Clone, Debug, Deserialize, Serialize, JsonSchema)]
pub(super) struct QuerySection {
    /// Title for people.
    pub(super) title: Text,
    /// What its rows say, in a sentence or two.
    pub(super) description: Text,
    /// Layers that it reads.
    #[serde(default)]
    pub(super) layers: Vec<String>,
}

/// `[param.NAME]`: a value that whoever runs the query may state.
#[derive(Clone, Debug, Deserialize, Serialize, JsonSchema)]
pub(super) struct ParameterSection {
    /// What kind of value it takes.
    #[serde(rename = "type")]
    pub(super) kind: ParameterType,
    /// What it is for.
    pub(super) description: Text,
    /// Value where none is stated; without it the parameter must be stated.
    pub(super) default: Option<Literal>,
    /// The only values it takes.
    pub(super) allowed: Option<Vec<Literal>>,
    /// Least value: a number, or a date in quotes.
    pub(super) min: Option<Literal>,
    /// Greatest value: a number, or a date in quotes.
    pub(super) max: Option<Literal>,
}

/// Type of a parameter.
#[derive(Clone, Copy, Debug, Deserialize, Serialize, JsonSchema, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
pub enum ParameterType {
    /// Any text.
    Text,
    /// A whole number of 64 bits.
    Integer,
    /// A finite number.
    Number,
    /// `true` or `false`.
    Boolean,
    /// A day, `YYYY-MM-DD`.
    Date,
    /// A past run of a layer, as `hotspots@$name` takes it: a day, `previous`, or the name of a run.
    Run,
}

/// A value in a header.
#[derive(Clone, Debug, Deserialize, Serialize, JsonSchema, PartialEq)]
#[serde(untagged)]
pub(super) enum Literal {
    /// `true` or `false`.
    Boolean(bool),
    /// A whole number.
    Integer(i64),
    /// A number.
    Number(f64),
    /// Text in quotes.
    Text(String),
}

impl ParameterType {
    /// Its word in a header.
    pub fn name(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Integer => "integer",
            Self::Number => "number",
            Self::Boolean => "boolean",
            Self::Date => "date",
            Self::Run => "run",
        }
    }
}

impl std::fmt::Display for Literal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Boolean(value) => write!(f, "{value}"),
            Self::Integer(value) => write!(f, "{value}"),
            Self::Number(value) => write!(f, "{value}"),
            Self::Text(value) => f.write_str(value),
        }
    }
}

/// The schema that headers are checked against.
fn header_schema() -> &'static serde_json::Value {
    static SCHEMA: OnceLock<serde_json::Value> = OnceLock::new();
    SCHEMA.get_or_init(|| schema_of::<Header>("Corredor: header of queries/*.sql"))
}

/// Whether a text begins with a header: its first line that is not blank is `-- [query]`.
pub(super) fn has_header(text: &str) -> bool {
    let first = text.lines().find(|line| !line.trim().is_empty());
    first.and_then(|line| line.trim().strip_prefix("--")).is_some_and(|line| line.trim() == FIRST)
}

/// Reads the header of `text`; problems, placed in `source`, are added to `problems`.
pub(super) fn read(source: &Arc<SourceFile>, problems: &mut Vec<Problem>) -> Parsed<Header> {
    let toml = as_toml(source.text());
    let shadow = Arc::new(SourceFile::new(Path::new(&source.path), toml.into()));
    let mut found = Vec::new();
    let parsed = parse(shadow, header_schema(), &mut found);
    problems.extend(found.into_iter().map(|problem| problem.quoting(source)));
    parsed
}

/// The header as TOML in which every byte stands where it stands in the file.
fn as_toml(text: &str) -> String {
    let mut toml = String::with_capacity(text.len().min(4096));
    let mut begun = false;
    for line in text.split_inclusive('\n') {
        let content = line.trim_start();
        let indent = line.len() - content.len();
        match content.strip_prefix("--") {
            Some(rest) => {
                begun = true;
                toml.extend(std::iter::repeat_n(' ', indent + 2));
                toml.push_str(rest);
            }
            None if content.is_empty() && !begun => toml.push_str(line),
            None => break,
        }
    }
    toml
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_byte_stays_in_its_place() {
        let text = "\n  -- [query]\r\n--title = \"ñ\"\n--\n\n-- a remark\nSELECT 1 -- [param.x]\n";
        let toml = as_toml(text);
        assert_eq!(toml, "\n     [query]\r\n  title = \"ñ\"\n  \n");
        assert_eq!(text.find("title"), toml.find("title"));
        assert!(has_header(text) && !has_header("SELECT 1") && !has_header("-- query") && !has_header(""));
    }
}
