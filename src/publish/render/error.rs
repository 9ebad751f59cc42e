//! Why a picture is not drawn.

use std::path::PathBuf;

use thiserror::Error;

use crate::layer::read::ReadError;
use crate::publish::record::RecordError;

/// A picture that was not drawn.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum RenderError {
    /// The name of the file does not say what it is to be.
    #[error("{} ends in neither .png, .svg nor .pdf", .path.display())]
    Ending {
        /// The file.
        path: PathBuf,
    },
    /// There is no run to draw from.
    #[error("nothing is published in {}", .folder.display())]
    NotPublished {
        /// The folder.
        folder: PathBuf,
    },
    /// The record of the run, where it cannot be read.
    #[error(transparent)]
    Record(#[from] RecordError),
    /// A file of the run that cannot be read or is not what it should be.
    #[error("{}: {reason}", .path.display())]
    Broken {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        reason: String,
    },
    /// The run has no such layer.
    #[error("no layer `{layer}` is published")]
    NoLayer {
        /// The layer.
        layer: String,
        /// The nearest name.
        nearest: Option<String>,
        /// All layers that can be drawn.
        layers: Vec<String>,
    },
    /// A layer that is not drawn by a field.
    #[error("layer `{layer}` is not drawn by `{field}`")]
    NotDrawnBy {
        /// The layer.
        layer: String,
        /// The field.
        field: String,
        /// The fields that it is drawn by.
        fields: Vec<String>,
    },
    /// A table.
    #[error("layer `{layer}` is a table: it has nothing to draw")]
    Table {
        /// The layer.
        layer: String,
    },
    /// A layer of changes without any.
    #[error("layer `{layer}` is empty: nothing of its kind changed in run {run} since run {since}")]
    NothingChanged {
        /// The layer.
        layer: String,
        /// The run that it is of.
        run: String,
        /// The run that was current before.
        since: String,
    },
    /// A layer without features.
    #[error("layer `{layer}` is empty in run {run}: there is nothing to draw")]
    Empty {
        /// The layer.
        layer: String,
        /// The run.
        run: String,
        /// Layers that are not.
        others: Vec<String>,
    },
    /// The GeoJSON cannot be read.
    #[error(transparent)]
    Read(#[from] ReadError),
    /// The page could not be made into dots or a document.
    #[error("the page cannot be drawn: {reason}")]
    Draw {
        /// What went wrong.
        reason: String,
    },
}

impl RenderError {
    /// What to do about it.
    pub fn help(&self) -> Option<String> {
        match self {
            Self::Ending { .. } => Some("name it such as `--out map.png`".to_owned()),
            Self::NotPublished { .. } => Some("run `corredor build` first".to_owned()),
            Self::Record(error) => Some(error.help()),
            Self::Broken { .. } => Some("run `corredor build --force` to publish it anew".to_owned()),
            Self::NoLayer { nearest, layers, .. } => Some(match nearest {
                Some(nearest) => format!("did you mean `{nearest}`? There are: {}", layers.join(", ")),
                None => format!("there are: {}", layers.join(", ")),
            }),
            Self::NotDrawnBy { fields, layer, .. } => Some(match fields.as_slice() {
                [] => "all of it looks alike: leave `--by` out".to_owned(),
                fields => format!(
                    "it is drawn by {}; `[style] field` in layers/{layer}.toml chooses another",
                    fields.join(", ")
                ),
            }),
            Self::Table { .. } => Some("open its CSV in a spreadsheet".to_owned()),
            Self::NothingChanged { since, run, .. } => Some(format!(
                "`corredor diff {since} {run}` says what did change; to look further back, name an earlier run and a \
                 folder: `corredor diff RUN --output DIR` writes the layers of changes there"
            )),
            Self::Empty { layer, others, .. } => {
                let look =
                    format!("see that layers/{layer}.toml and the layers it is made from leave nothing out");
                Some(match others.is_empty() {
                    true => look,
                    false => format!("{look}; these can be drawn: {}", others.join(", ")),
                })
            }
            Self::Read(error) => error.help(),
            Self::Draw { .. } => None,
        }
    }
}
