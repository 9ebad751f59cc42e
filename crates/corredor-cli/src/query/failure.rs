//! A query's error with the text that it is about.

use miette::{LabeledSpan, NamedSource, SourceCode};
use thiserror::Error;

use corredor_sql::QueryError;

/// Why a query has no answer, quoting its text.
#[derive(Debug, Error)]
#[error("{error}")]
pub struct QueryFailure {
    /// What went wrong.
    pub error: QueryError,
    text: NamedSource<String>,
}

impl QueryFailure {
    /// An error of the SQL text `sql`, which messages call `name`.
    pub(super) fn new(error: QueryError, name: &str, sql: &str) -> Self {
        Self { error, text: NamedSource::new(name, sql.to_owned()).with_language("sql") }
    }

    /// The text, where the error has a place in it.
    pub(crate) fn source_code(&self) -> Option<&dyn SourceCode> {
        self.error.span().map(|_| &self.text as &dyn SourceCode)
    }

    /// The place.
    pub(crate) fn label(&self) -> Option<LabeledSpan> {
        let span = self.error.span()?;
        Some(LabeledSpan::new_primary_with_span(Some("here".to_owned()), span))
    }

    /// `file:line:column`, for programs.
    pub(crate) fn place(&self) -> Option<String> {
        let start = self.error.span()?.start;
        let before = self.text.inner().get(..start)?;
        let line = before.matches('\n').count() + 1;
        let column = before.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
        Some(format!("{}:{line}:{column}", self.text.name()))
    }
}
