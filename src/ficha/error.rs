//! Why a fact sheet cannot be made.

use thiserror::Error;

use crate::layer::LayerError;
use crate::publish::CatalogueError;

/// A fact sheet that cannot be made.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum FichaError {
    /// The published set cannot be used.
    #[error(transparent)]
    Catalogue(#[from] CatalogueError),
    /// A layer does not hold what a composite writes.
    #[error(transparent)]
    Layer(#[from] LayerError),
    /// Nothing in the set has a score with factors.
    #[error("nothing that is published has a score with interval and factors")]
    NoComposite,
    /// A layer that is no composite.
    #[error("layer `{layer}` is made by [{step}]: it has no factors")]
    NotComposite {
        /// The layer.
        layer: String,
        /// Its step.
        step: String,
    },
    /// A composite of lines, which has no zones.
    #[error("layer `{layer}` holds pieces of routes, and a sheet is about a zone")]
    NotZones {
        /// The layer.
        layer: String,
    },
    /// A code that is in no layer.
    #[error("no zone `{code}` in {}", .layers.join(", "))]
    NoZone {
        /// The code.
        code: String,
        /// Layers looked into.
        layers: Vec<String>,
        /// The nearest code that is there.
        nearest: Option<String>,
    },
    /// A zone without a score.
    #[error("zone `{code}` has no score in `{layer}`: too many of its indicators lack")]
    NoScore {
        /// The code.
        code: String,
        /// The layer.
        layer: String,
    },
}

impl FichaError {
    /// What to do about it.
    pub fn help(&self) -> Option<String> {
        match self {
            Self::Catalogue(error) => error.help(),
            Self::Layer(error) => error.help(),
            Self::NoComposite => Some(
                "publish a layer with [composite] (docs/methods/risk.md), and build the workspace".to_owned(),
            ),
            Self::NotZones { .. } => Some(
                "name a layer of zones with [composite], or a [rollup]; the map page shows pieces of routes"
                    .to_owned(),
            ),
            Self::NotComposite { .. } => Some("name a layer with [composite]".to_owned()),
            Self::NoZone { nearest: Some(near), .. } => Some(format!("did you mean `{near}`?")),
            Self::NoZone { .. } => Some("codes are text: write the leading zeros (07, 07089)".to_owned()),
            Self::NoScore { .. } => Some("the layer's findings in metadata.json say what lacks".to_owned()),
        }
    }
}
