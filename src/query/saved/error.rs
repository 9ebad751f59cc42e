//! What can be wrong with a saved query or the values it is given.

use std::path::PathBuf;

use super::ValueError;
use crate::workspace::WorkspaceProblems;

/// Why a saved query cannot be run.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SavedError {
    /// There is no such query.
    #[error("there is no query `{name}` (queries/{name}.sql)")]
    Unknown {
        /// The name.
        name: String,
        /// The nearest name, or the names there are.
        help: Option<String>,
    },
    /// The file cannot be read.
    #[error("cannot read {}: {cause}", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// What the system says.
        cause: std::io::Error,
    },
    /// The file lacks a header.
    #[error("{} has no header, so it is no saved query", path.display())]
    NoHeader {
        /// The file.
        path: PathBuf,
    },
    /// Headers that are not in order.
    #[error(transparent)]
    Invalid(#[from] WorkspaceProblems),
    /// A parameter that the query does not have.
    #[error("query `{query}` has no parameter `{name}`")]
    UnknownParameter {
        /// The query.
        query: String,
        /// The parameter.
        name: String,
        /// The nearest name, or the names there are.
        help: Option<String>,
    },
    /// A parameter without a default that was not stated.
    #[error("query `{query}` needs `--{name}` ({summary})")]
    NotStated {
        /// The query.
        query: String,
        /// The parameter.
        name: String,
        /// What it takes.
        summary: String,
    },
    /// A value that the parameter does not take.
    #[error("query `{query}`: `--{name}` {error}, not `{value}`", value = shown(.value))]
    Value {
        /// The query.
        query: String,
        /// The parameter.
        name: String,
        /// The value.
        value: String,
        /// Why.
        error: ValueError,
    },
    /// A layer that the query reads and the workspace does not have.
    #[error("query `{query}` reads the layer `{layer}`, which this workspace does not have")]
    NoLayer {
        /// The query.
        query: String,
        /// The layer.
        layer: String,
        /// The nearest name, or the names there are.
        help: Option<String>,
    },
}

impl SavedError {
    /// What to do about it.
    pub fn help(&self) -> Option<String> {
        match self {
            Self::Unknown { help, .. } | Self::UnknownParameter { help, .. } | Self::NoLayer { help, .. } => {
                help.clone()
            }
            Self::Unreadable { .. } => {
                Some("check that it exists, is UTF-8 and that you may read it".to_owned())
            }
            Self::NoHeader { .. } => {
                Some("begin it with `-- [query]` (docs/queries.md), or run it by its path".to_owned())
            }
            Self::NotStated { query, .. } => Some(format!("see `corredor query {query} --help`")),
            Self::Invalid(_) | Self::Value { .. } => None,
        }
    }
}

/// A value as a message shows it: one line, not longer than anybody reads.
fn shown(value: &str) -> String {
    const LONGEST: usize = 60;
    let mut text: String =
        value.chars().take(LONGEST).map(|c| if c.is_control() { ' ' } else { c }).collect();
    if value.chars().nth(LONGEST).is_some() {
        text.push('…');
    }
    text
}
