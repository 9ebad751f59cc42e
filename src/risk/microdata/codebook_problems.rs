//! What is wrong with a codebook.

use std::fmt;

use miette::Diagnostic;

use crate::checked::Problem;

/// What is wrong with a codebook, ordered by place.
#[derive(Clone, Debug)]
pub struct CodebookProblems {
    /// File, or name of the shipped one.
    pub name: String,
    /// The problems.
    pub problems: Vec<Problem>,
}

impl fmt::Display for CodebookProblems {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let count = self.problems.len();
        write!(f, "the codebook {} has {count} error{}", self.name, if count == 1 { "" } else { "s" })
    }
}

impl std::error::Error for CodebookProblems {}

impl Diagnostic for CodebookProblems {
    fn related<'a>(&'a self) -> Option<Box<dyn Iterator<Item = &'a dyn Diagnostic> + 'a>> {
        Some(Box::new(self.problems.iter().map(|problem| problem as &dyn Diagnostic)))
    }
}
