//! What can go wrong with a query.

use std::ops::Range;
use std::path::PathBuf;
use std::time::Duration;

use thiserror::Error;

use corredor::build::BuildError;
use corredor::layer::read::ReadError;
use corredor::workspace::WorkspaceError;
use corredor::workspace::config::Level;

/// A query that has no answer.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum QueryError {
    /// The text is not SQL, asks for more than reading, or names what is not there.
    #[error(transparent)]
    Sql(Box<Fault>),
    /// The workspace is not in order.
    #[error(transparent)]
    Workspace(Box<WorkspaceError>),
    /// A layer that the query names cannot be built.
    #[error(transparent)]
    Build(Box<BuildError>),
    /// A file that the query names cannot be read.
    #[error(transparent)]
    Read(Box<ReadError>),
    /// A layer that would have to be built, and building was ruled out.
    #[error("layer `{layer}` {why}, and nothing is built with --no-build")]
    NotBuilt {
        /// The layer.
        layer: String,
        /// What is wrong with what is there.
        why: &'static str,
        /// The bytes of the text that name it.
        span: Option<Range<usize>>,
    },
    /// A file outside the folders that queries may read.
    #[error("{}: outside the workspace, and no --allow-path covers it", .path.display())]
    NotAllowed {
        /// The file, as the query names it.
        path: PathBuf,
        /// The bytes of the text that name it.
        span: Option<Range<usize>>,
    },
    /// A file that Corredor keeps for itself.
    #[error("{}: what Corredor keeps for itself is not queried", .path.display())]
    Own {
        /// The file, as the query names it.
        path: PathBuf,
    },
    /// A layer that cannot be had, for a reason that these readers may not know.
    #[error("layer `{layer}` cannot be built from what is above {viewer}")]
    Withheld {
        /// The layer.
        layer: String,
        /// The level of who asks.
        viewer: Level,
    },
    /// A file that is named as a table and not there.
    #[error("{}: there is no such file", .path.display())]
    NoFile {
        /// The file, as the query names it.
        path: PathBuf,
        /// The bytes of the text that name it.
        span: Option<Range<usize>>,
    },
    /// A source that is no local file.
    #[error("`{name}`: queries read local files only")]
    NotLocal {
        /// The source, as the query names it.
        name: String,
        /// The bytes of the text that name it.
        span: Option<Range<usize>>,
    },
    /// A layer above the level that may be read.
    #[error("`{layer}` is {level}, and only what is {allowed} may be read")]
    AboveLevel {
        /// The layer, or the file that it is read from.
        layer: String,
        /// Its level.
        level: Level,
        /// The highest level that may be read.
        allowed: Level,
    },
    /// A past run that is not there.
    #[error("layer `{layer}` has no published run `{run}`")]
    NoRun {
        /// The layer.
        layer: String,
        /// The run that was asked for.
        run: String,
        /// The runs that hold the layer, oldest first.
        runs: Vec<String>,
        /// The bytes of the text that name it.
        span: Option<Range<usize>>,
    },
    /// More memory than the query may take, also with spilling.
    #[error("the query needs more than the {} of memory it may take", megabytes(*.limit_bytes))]
    Memory {
        /// The limit.
        limit_bytes: usize,
        /// What asked for more.
        detail: String,
    },
    /// The time is over.
    #[error("the query was not done after {} s", .limit.as_secs_f64())]
    Timeout {
        /// How long it might take.
        limit: Duration,
    },
    /// Someone stopped the query.
    #[error("the query was stopped")]
    Cancelled,
    /// The query failed while it ran.
    #[error("{message}")]
    Failed {
        /// What went wrong.
        message: String,
    },
}

/// What is wrong with the text of a query, and where.
#[derive(Clone, Debug, Error)]
#[error("{message}")]
pub struct Fault {
    /// What is wrong.
    pub message: String,
    /// The bytes of the text that it is about.
    pub span: Option<Range<usize>>,
    /// What to do about it.
    pub help: Option<String>,
}

impl Fault {
    /// A fault without a place yet.
    pub(super) fn new(message: impl Into<String>) -> Self {
        Self { message: message.into(), span: None, help: None }
    }

    /// The same, with its place.
    pub(super) fn at(self, span: Option<Range<usize>>) -> Self {
        Self { span: self.span.or(span), ..self }
    }

    /// The same, with advice.
    pub(super) fn help(self, help: Option<String>) -> Self {
        Self { help: self.help.or(help), ..self }
    }
}

impl From<Fault> for QueryError {
    fn from(fault: Fault) -> Self {
        Self::Sql(Box::new(fault))
    }
}

impl From<WorkspaceError> for QueryError {
    fn from(error: WorkspaceError) -> Self {
        Self::Workspace(Box::new(error))
    }
}

impl From<BuildError> for QueryError {
    fn from(error: BuildError) -> Self {
        Self::Build(Box::new(error))
    }
}

impl From<ReadError> for QueryError {
    fn from(error: ReadError) -> Self {
        Self::Read(Box::new(error))
    }
}

impl QueryError {
    /// The bytes of the SQL text that the error is about, where they are known.
    pub fn span(&self) -> Option<Range<usize>> {
        match self {
            Self::Sql(fault) => fault.span.clone(),
            Self::NotBuilt { span, .. }
            | Self::NotAllowed { span, .. }
            | Self::NoFile { span, .. }
            | Self::NotLocal { span, .. }
            | Self::NoRun { span, .. } => span.clone(),
            _ => None,
        }
    }

    /// The same, with its place where it has none: `find` looks for a name in the text.
    pub(super) fn placed(mut self, find: impl Fn(&str) -> Option<Range<usize>>) -> Self {
        let named = match &self {
            Self::Sql(fault) => fault.message.split('`').nth(1).map(str::to_owned),
            Self::NotBuilt { layer, .. } => Some(layer.clone()),
            Self::NotAllowed { path, .. } | Self::NoFile { path, .. } => Some(path.display().to_string()),
            Self::NotLocal { name, .. } => Some(name.clone()),
            Self::NoRun { layer, run, .. } => Some(format!("{layer}@{run}")),
            _ => None,
        };
        let found = named.and_then(|name| find(&name));
        match &mut self {
            Self::Sql(fault) => fault.span = fault.span.take().or(found),
            Self::NotBuilt { span, .. }
            | Self::NotAllowed { span, .. }
            | Self::NoFile { span, .. }
            | Self::NotLocal { span, .. }
            | Self::NoRun { span, .. } => *span = span.take().or(found),
            _ => (),
        }
        self
    }

    /// What to do about it.
    pub fn help(&self) -> Option<String> {
        let text = match self {
            Self::Sql(fault) => return fault.help.clone(),
            Self::Workspace(error) => return miette::Diagnostic::help(&**error).map(|help| help.to_string()),
            Self::Build(error) => return error.help(),
            Self::Read(error) => return error.help(),
            Self::Own { .. } => "name the layer itself, or a past run of it as layer@run",
            Self::Withheld { .. } => {
                "`corredor build` says why; so does a query whose --level covers what the layer is made from"
            }
            Self::NotBuilt { .. } => "run `corredor build`, or leave --no-build out",
            Self::NotAllowed { .. } => "name its folder with --allow-path",
            Self::NoFile { .. } => "relative names start from the workspace, or from this folder without one",
            Self::NotLocal { .. } => {
                "make a layer of it: a file in layers/ whose `read.path` names it, then query that layer"
            }
            Self::AboveLevel { .. } => "name the layer as it is called, so that the access can be permitted",
            Self::NoRun { runs, .. } if runs.is_empty() => "it was never published",
            Self::NoRun { runs, .. } => return Some(format!("it has: {}", runs.join(", "))),
            Self::Memory { .. } => "raise --memory, or ask for fewer rows or columns at a time",
            Self::Timeout { .. } => "raise --timeout, or ask for less",
            Self::Cancelled | Self::Failed { .. } => return None,
        };
        Some(text.to_owned())
    }
}

fn megabytes(bytes: usize) -> String {
    format!("{} MB", bytes / 1_000_000)
}
