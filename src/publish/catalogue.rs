//! What was published, read back: for fact sheets, comparisons and classes.

use std::path::{Path, PathBuf};

use thiserror::Error;

use crate::layer::read::{Kind, Options, ReadError, read};
use crate::layer::{Layer, nearest};
use crate::publish::record::{CompositeParameters, LayerRecord, Parameters, RecordError, RunRecord};
use crate::workspace::config::GeometryKind;

/// A published set that cannot be used.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum CatalogueError {
    /// No metadata where a set was looked for.
    #[error("{} holds no published set: metadata.json cannot be read: {error}", .folder.display())]
    NotPublished {
        /// The folder.
        folder: PathBuf,
        /// What the system said.
        error: std::io::Error,
    },
    /// A record that cannot be read.
    #[error(transparent)]
    Record(RecordError),
    /// A layer that is not in the set.
    #[error("no layer `{layer}` is published in {}", .folder.display())]
    NoLayer {
        /// The layer.
        layer: String,
        /// The set.
        folder: PathBuf,
        /// The nearest that is.
        nearest: Option<String>,
        /// All there are.
        layers: Vec<String>,
    },
    /// A file of the set cannot be read.
    #[error(transparent)]
    Read(#[from] ReadError),
}

impl CatalogueError {
    /// What to do about it.
    pub fn help(&self) -> Option<String> {
        match self {
            Self::NotPublished { .. } => {
                Some("run `corredor build` first, or name the folder of a run (published/current)".to_owned())
            }
            Self::Record(error) => Some(error.help()),
            Self::NoLayer { nearest: Some(near), .. } => Some(format!("did you mean `{near}`?")),
            Self::NoLayer { layers, .. } => Some(format!("it has: {}", layers.join(", "))),
            Self::Read(error) => error.help(),
        }
    }
}

/// A published set: a run's folder and its record.
#[derive(Clone, Debug)]
pub struct Catalogue {
    folder: PathBuf,
    record: RunRecord,
}

impl Catalogue {
    /// Opens the set in a folder: a run, or `published/current`.
    ///
    /// # Errors
    /// [`CatalogueError::NotPublished`], [`CatalogueError::Record`].
    pub fn open(folder: &Path) -> Result<Self, CatalogueError> {
        let record = RunRecord::open(folder).map_err(|error| match error {
            RecordError::Io { error, .. } => {
                CatalogueError::NotPublished { folder: folder.to_owned(), error }
            }
            error => CatalogueError::Record(error),
        })?;
        Ok(Self { folder: folder.to_owned(), record })
    }

    /// The folder.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// The record of the whole set.
    pub fn record(&self) -> &RunRecord {
        &self.record
    }

    /// The layers, in the order of publication.
    pub fn entries(&self) -> impl Iterator<Item = Entry<'_>> {
        self.record.layers.iter().map(|record| Entry { record }).filter(|entry| is_file_stem(entry.name()))
    }

    /// One layer of the set.
    ///
    /// # Errors
    /// [`CatalogueError::NoLayer`], with the nearest.
    pub fn entry(&self, layer: &str) -> Result<Entry<'_>, CatalogueError> {
        self.entries().find(|entry| entry.name() == layer).ok_or_else(|| {
            let layers: Vec<String> = self.entries().map(|entry| entry.name().to_owned()).collect();
            CatalogueError::NoLayer {
                layer: layer.to_owned(),
                folder: self.folder.clone(),
                nearest: nearest(layer, layers.iter().map(String::as_str)),
                layers,
            }
        })
    }

    /// Reads a layer of the set: its GeoJSON, its CSV where it is a table, or the twin with every vertex where the
    /// GeoJSON was simplified.
    ///
    /// # Errors
    /// A file that cannot be read.
    pub fn read(&self, entry: &Entry<'_>) -> Result<Layer, CatalogueError> {
        let (kind, ending) = whole_file(entry.record.geometry, entry.record.simplified.is_some());
        let path = self.folder.join(format!("{}.{ending}", entry.name()));
        Ok(read(entry.name(), &Options::new(path.to_string_lossy(), kind, entry.key()))?)
    }
}

/// Whether a name that a run gives may be the beginning of a file's name: it leads out of no folder. Corredor writes no
/// other; a run may have been changed by hand.
pub(crate) fn is_file_stem(name: &str) -> bool {
    !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_' || b == b'-')
}

/// What a published layer is read back as, and the ending of the file that holds all of it: its GeoJSON, its CSV where
/// it is a table, or the twin with every vertex where the GeoJSON was simplified.
pub fn whole_file(geometry: GeometryKind, simplified: bool) -> (Kind, &'static str) {
    let kind = match geometry {
        GeometryKind::Point => Kind::Point,
        GeometryKind::Line => Kind::Line,
        GeometryKind::Polygon => Kind::Polygon,
        GeometryKind::None => return (Kind::None, "csv"),
    };
    (kind, if simplified { "fgb" } else { "geojson" })
}

/// A layer of a set.
#[derive(Clone, Copy, Debug)]
pub struct Entry<'a> {
    record: &'a LayerRecord,
}

impl<'a> Entry<'a> {
    /// Its name.
    pub fn name(&self) -> &'a str {
        &self.record.layer
    }

    /// Its key field.
    pub fn key(&self) -> &'a str {
        &self.record.key
    }

    /// Everything that is said of it.
    pub fn record(&self) -> &'a LayerRecord {
        self.record
    }

    /// The step that made it.
    pub fn step(&self) -> &'a str {
        self.record.step()
    }

    /// The parameters of that step.
    pub fn parameters(&self) -> Parameters {
        self.record.parameters()
    }

    /// The same of a `[composite]`; none where another step made it.
    pub fn composite(&self) -> Option<CompositeParameters> {
        match self.parameters() {
            Parameters::Composite(own) => Some(*own),
            _ => None,
        }
    }
}
