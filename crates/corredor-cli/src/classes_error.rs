//! Why values cannot be classed.

use thiserror::Error;

use corredor::layer::LayerError;
use corredor::publish::CatalogueError;
use corredor::risk::RiskError;

/// Values that cannot be classed.
#[derive(Debug, Error)]
pub enum ClassesError {
    /// The published set cannot be used.
    #[error(transparent)]
    Catalogue(#[from] CatalogueError),
    /// The layer lacks the field.
    #[error(transparent)]
    Layer(#[from] LayerError),
    /// A rule cannot be applied.
    #[error("field `{field}` of `{layer}`: {error}")]
    Risk {
        /// The layer.
        layer: String,
        /// The field.
        field: String,
        /// What is wrong.
        error: RiskError,
    },
    /// A zone that is not in the layer.
    #[error("no zone `{zone}` in `{layer}`")]
    NoZone {
        /// The zone.
        zone: String,
        /// The layer.
        layer: String,
    },
}

impl ClassesError {
    /// What to do about it.
    pub fn help(&self) -> Option<String> {
        match self {
            Self::Catalogue(error) => error.help(),
            Self::Layer(error) => error.help(),
            Self::NoZone { .. } => Some("codes are text: write the leading zeros".to_owned()),
            Self::Risk { .. } => None,
        }
    }
}
