//! What was published, read back: for fact sheets, comparisons and classes.

use std::path::{Path, PathBuf};

use serde_json::Value;
use thiserror::Error;

use crate::layer::read::{Kind, Options, ReadError, read};
use crate::layer::{Layer, nearest};

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
    /// Metadata that are not as Corredor writes them.
    #[error("{} is not as Corredor writes it: {reason}", .path.display())]
    Metadata {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        reason: String,
    },
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
            Self::Metadata { .. } => Some("build it again with this version of Corredor".to_owned()),
            Self::NoLayer { nearest: Some(near), .. } => Some(format!("did you mean `{near}`?")),
            Self::NoLayer { layers, .. } => Some(format!("it has: {}", layers.join(", "))),
            Self::Read(error) => error.help(),
        }
    }
}

/// A published set: a run's folder and its metadata.
#[derive(Clone, Debug)]
pub struct Catalogue {
    folder: PathBuf,
    metadata: Value,
}

impl Catalogue {
    /// Opens the set in a folder: a run, or `published/current`.
    ///
    /// # Errors
    /// [`CatalogueError::NotPublished`], [`CatalogueError::Metadata`].
    pub fn open(folder: &Path) -> Result<Self, CatalogueError> {
        let path = folder.join("metadata.json");
        let bytes = std::fs::read(&path)
            .map_err(|error| CatalogueError::NotPublished { folder: folder.to_owned(), error })?;
        let metadata: Value = serde_json::from_slice(&bytes)
            .map_err(|error| CatalogueError::Metadata { path: path.clone(), reason: error.to_string() })?;
        if !metadata["layers"].is_array() {
            return Err(CatalogueError::Metadata { path, reason: "it lists no layers".to_owned() });
        }
        Ok(Self { folder: folder.to_owned(), metadata })
    }

    /// The folder.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// The metadata of the whole set.
    pub fn metadata(&self) -> &Value {
        &self.metadata
    }

    /// The layers, in the order of publication.
    pub fn entries(&self) -> impl Iterator<Item = Entry<'_>> {
        let layers = self.metadata["layers"].as_array().into_iter().flatten();
        layers.map(|value| Entry { value }).filter(|entry| is_file_stem(entry.name()))
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
        let geometry = entry.value["geometry"].as_str().unwrap_or_default();
        let (kind, ending) = whole_file(geometry, entry.value["simplified"].is_object());
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
pub fn whole_file(geometry: &str, simplified: bool) -> (Kind, &'static str) {
    let kind = match geometry {
        "point" => Kind::Point,
        "line" => Kind::Line,
        "polygon" => Kind::Polygon,
        _ => return (Kind::None, "csv"),
    };
    (kind, if simplified { "fgb" } else { "geojson" })
}

/// What the metadata say of one layer.
#[derive(Clone, Copy, Debug)]
pub struct Entry<'a> {
    value: &'a Value,
}

impl<'a> Entry<'a> {
    /// Its name.
    pub fn name(&self) -> &'a str {
        self.value["layer"].as_str().unwrap_or_default()
    }

    /// Its key field.
    pub fn key(&self) -> &'a str {
        self.value["key"].as_str().unwrap_or_default()
    }

    /// Everything that is said of it.
    pub fn value(&self) -> &'a Value {
        self.value
    }

    /// Its own record, the last of its ancestry.
    fn own(&self) -> Option<&'a Value> {
        self.value["ancestry"].as_array()?.last()?.get("provenance")
    }

    /// The step that made it.
    pub fn step(&self) -> &'a str {
        self.own().and_then(|own| own["step"].as_str()).unwrap_or_default()
    }

    /// The parameters of that step.
    pub fn parameters(&self) -> &'a Value {
        const NONE: &Value = &Value::Null;
        self.own().map_or(NONE, |own| &own["parameters"])
    }
}
