//! What can go wrong when a workspace is opened or planned.

use std::fmt;
use std::path::PathBuf;

use miette::Diagnostic;

use crate::checked::{Problem, Severity};

/// Why a workspace could not be opened.
#[derive(Debug, thiserror::Error, Diagnostic)]
pub enum WorkspaceError {
    /// No `corredor.toml` in the folder or above it.
    #[error("no corredor.toml in {} or any folder above it", start.display())]
    #[diagnostic(help("go into a workspace, or make one: corredor init --template demo DIR"))]
    NotFound {
        /// Where the search began.
        start: PathBuf,
    },
    /// A file or folder of the workspace cannot be read.
    #[error("cannot read {}: {cause}", path.display())]
    #[diagnostic(help("check that it exists and that you may read it"))]
    Unreadable {
        /// The file or folder.
        path: PathBuf,
        /// What the system says.
        cause: std::io::Error,
    },
    /// The files say something that cannot be built.
    #[error(transparent)]
    #[diagnostic(transparent)]
    Invalid(#[from] WorkspaceProblems),
}

/// All problems of a workspace, ordered by file and place.
///
/// As a [`Diagnostic`] each problem is a related diagnostic with its snippet.
#[derive(Clone, Debug)]
pub struct WorkspaceProblems {
    problems: Vec<Problem>,
}

impl WorkspaceProblems {
    /// The problems, sorted.
    pub fn new(mut problems: Vec<Problem>) -> Self {
        crate::checked::sort(&mut problems);
        Self { problems }
    }

    /// The problems, errors and warnings, by file and place.
    pub fn problems(&self) -> &[Problem] {
        &self.problems
    }

    /// One line per problem; see [`Problem::one_line`].
    pub fn lines(&self) -> impl Iterator<Item = String> + '_ {
        self.problems.iter().map(Problem::one_line)
    }
}

impl fmt::Display for WorkspaceProblems {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let errors = self.problems.iter().filter(|p| p.severity == Severity::Error).count();
        let warnings = self.problems.len() - errors;
        write!(f, "the workspace has {}", plural(errors, "error"))?;
        if warnings > 0 {
            write!(f, " and {}", plural(warnings, "warning"))?;
        }
        Ok(())
    }
}

fn plural(count: usize, what: &str) -> String {
    format!("{count} {what}{}", if count == 1 { "" } else { "s" })
}

impl std::error::Error for WorkspaceProblems {}

impl Diagnostic for WorkspaceProblems {
    fn related<'a>(&'a self) -> Option<Box<dyn Iterator<Item = &'a dyn Diagnostic> + 'a>> {
        Some(Box::new(self.problems.iter().map(|problem| problem as &dyn Diagnostic)))
    }
}

/// Why part of a plan could not be chosen.
#[derive(Clone, Debug, thiserror::Error, Diagnostic)]
pub enum PlanError {
    /// A layer was named that the workspace does not have.
    #[error("there is no layer `{name}`{}", file_named(name))]
    UnknownLayer {
        /// The name.
        name: String,
        /// The nearest name, or the names there are.
        #[help]
        help: Option<String>,
    },
}

fn file_named(name: &str) -> String {
    if name.is_empty() { String::new() } else { format!(" (layers/{name}.toml)") }
}
