//! What the audit refuses.

use thiserror::Error;

use crate::layer::LayerError;
use crate::layer::read::ReadError;
use crate::publish::CatalogueError;

/// An audit that cannot be made.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum AuditError {
    /// A run that cannot be read.
    #[error(transparent)]
    Catalogue(#[from] CatalogueError),
    /// A file of it.
    #[error(transparent)]
    Read(#[from] ReadError),
    /// A layer that is not as expected.
    #[error(transparent)]
    Layer(#[from] LayerError),
}

impl AuditError {
    /// What to do about it.
    pub fn help(&self) -> Option<String> {
        match self {
            Self::Catalogue(error) => error.help(),
            Self::Read(error) => error.help(),
            Self::Layer(error) => error.help(),
        }
    }
}
