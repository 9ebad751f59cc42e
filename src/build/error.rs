//! What can go wrong while building.

use std::path::PathBuf;

use thiserror::Error;

use crate::corridor::CorridorError;
use crate::coverage::CoverageError;
use crate::hotspot::HotspotError;
use crate::join::JoinError;
use crate::layer::LayerError;
use crate::layer::read::ReadError;
use crate::publish::PublishError;
use crate::risk::RiskError;
use crate::workspace::WorkspaceError;

/// A build that did not come to its end; `current` is as it was.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum BuildError {
    /// The workspace is not in order.
    #[error(transparent)]
    Workspace(#[from] WorkspaceError),
    /// A source cannot be read.
    #[error(transparent)]
    Read(#[from] ReadError),
    /// A layer does not hold what a step needs.
    #[error(transparent)]
    Layer(#[from] LayerError),
    /// A score cannot be computed.
    #[error("layer `{layer}`: {error}")]
    Risk {
        /// The layer.
        layer: String,
        /// What is wrong.
        error: RiskError,
    },
    /// A spatial join cannot be done.
    #[error("layer `{layer}`: {error}")]
    Join {
        /// The layer.
        layer: String,
        /// What is wrong.
        error: JoinError,
    },
    /// Exposure cannot be counted.
    #[error("layer `{layer}`: {error}")]
    Corridor {
        /// The layer.
        layer: String,
        /// What is wrong.
        error: CorridorError,
    },
    /// Coverage cannot be measured.
    #[error("layer `{layer}`: {error}")]
    Coverage {
        /// The layer.
        layer: String,
        /// What is wrong.
        error: CoverageError,
    },
    /// A statistic cannot be computed.
    #[error("layer `{layer}`: {error}")]
    Hotspot {
        /// The layer.
        layer: String,
        /// What is wrong.
        error: HotspotError,
    },
    /// Borders that cannot be dissolved.
    #[error("layer `{layer}`, group `{group}`: {reason}")]
    Dissolve {
        /// The layer.
        layer: String,
        /// The group.
        group: String,
        /// What is wrong.
        reason: String,
    },
    /// Publication was refused or failed.
    #[error(transparent)]
    Publish(#[from] PublishError),
    /// A layer that is asked for and not there.
    #[error("there is no layer `{layer}` in this workspace")]
    NotBuilt {
        /// The layer.
        layer: String,
    },
    /// A layer that is asked for and not there, with the nearest that is.
    #[error("there is no layer `{layer}` in this workspace")]
    NoLayer {
        /// The layer.
        layer: String,
        /// The nearest.
        nearest: Option<String>,
        /// All there are.
        layers: Vec<String>,
    },
    /// Another build is at work in this workspace.
    #[error("another build is at work in {}", .workspace.display())]
    Locked {
        /// The workspace.
        workspace: PathBuf,
    },
    /// A file could not be read or written.
    #[error("{}: {error}", .path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// What the system said.
        error: std::io::Error,
    },
    /// Warnings, and `--strict`.
    #[error("{warnings} warnings, and --strict was asked for: nothing was published")]
    Strict {
        /// How many.
        warnings: usize,
    },
}

impl BuildError {
    /// What to do about it.
    pub fn help(&self) -> Option<String> {
        match self {
            Self::Read(error) => error.help(),
            Self::Layer(error) => error.help(),
            Self::Publish(error) => error.help(),
            Self::NoLayer { nearest: Some(near), .. } => Some(format!("did you mean `{near}`?")),
            Self::NoLayer { layers, .. } => Some(format!("it has: {}", layers.join(", "))),
            Self::Locked { .. } => Some("wait until it ends; the lock goes with its process".to_owned()),
            Self::Strict { .. } => Some("look at the warnings above, or build without --strict".to_owned()),
            _ => None,
        }
    }
}
