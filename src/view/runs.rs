//! The runs that are kept, as their own metadata tell them.

use std::fs;
use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use super::ViewError;
use super::record::Ancestor;
use crate::layer::Layer;
use crate::layer::read::{FieldType, Options, ReadError, read};
use crate::protect::Door;
use crate::publish::diff::CHANGES;
use crate::publish::{RunInfo, Seen, Shelf, is_file_stem, whole_file};
use crate::workspace::config::LayerStyle;

/// A text in both languages.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Said {
    pub es: String,
    pub en: String,
}

/// What `metadata.json` says of a run; the page needs no more of it.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct Metadata {
    pub run: String,
    pub published: String,
    pub corredor: String,
    pub workspace: String,
    pub title: Said,
    pub country: Said,
    pub invented: bool,
    pub contact: String,
    pub licence: String,
    pub level: String,
    pub layers: Vec<Described>,
}

/// What it says of a layer.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct Described {
    pub layer: String,
    pub title: Said,
    pub description: Said,
    pub caveats: Vec<Said>,
    pub sources: Vec<String>,
    pub date: String,
    pub licence: String,
    pub key: String,
    pub geometry: String,
    /// Missing in runs of older versions.
    #[serde(default)]
    pub theme: String,
    /// What its layer file said otherwise.
    #[serde(default)]
    pub style: Option<LayerStyle>,
    pub fields: Vec<Typed>,
    /// Told where its fields refer to sites that are shown displaced.
    #[serde(default)]
    pub displaced: Option<serde::de::IgnoredAny>,
    /// Told where its rates are stated for so many people.
    #[serde(default)]
    pub rate_per: Option<f64>,
    /// Told where the GeoJSON has not every vertex; there is a FlatGeobuf then, which has.
    #[serde(default)]
    pub simplified: Option<serde::de::IgnoredAny>,
    /// The layers that it was made from, itself last.
    #[serde(default)]
    pub ancestry: Vec<Ancestor>,
}

/// A field with its declared type.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct Typed {
    pub name: String,
    #[serde(rename = "type")]
    pub kind: String,
}

/// What a page is made of, and what is left out of it.
#[derive(Clone, Debug)]
pub struct Kept {
    /// The runs that the readers may see, oldest first.
    pub runs: Vec<Run>,
    /// The runs that are for readers of a wider level, oldest first.
    pub wider: Vec<RunInfo>,
}

/// A run that was published whole.
#[derive(Clone, Debug)]
pub struct Run {
    folder: PathBuf,
    /// Its place in the order of publication; 0 for a run of before there was one.
    pub(super) sequence: u64,
    pub(super) metadata: Metadata,
}

impl Run {
    /// Its name.
    pub fn name(&self) -> &str {
        &self.metadata.run
    }

    /// Reads one of its layers back.
    ///
    /// # Errors
    /// As [`read`].
    pub(super) fn layer(&self, described: &Described) -> Result<Layer, ViewError> {
        let (kind, ending) = whole_file(&described.geometry, described.simplified.is_some());
        if !is_file_stem(&described.layer) {
            return Err(ReadError::MissingFile { file: described.layer.clone(), nearest: None }.into());
        }
        let path = self.folder.join(format!("{}.{ending}", described.layer));
        let mut options = Options::new(path.to_string_lossy(), kind, &described.key);
        // The feature id repeats the key, and readers take it for a field.
        options.fields = Some(described.fields.iter().map(|field| field.name.clone()).collect());
        for field in &described.fields {
            let kind = match field.kind.as_str() {
                "integer" => FieldType::Integer,
                "number" => FieldType::Number,
                "text" => FieldType::Text,
                _ => continue,
            };
            options.types.insert(field.name.clone(), kind);
        }
        Ok(read(&described.layer, &options)?)
    }
}

/// The runs of a publication that its readers may see, in the order in which they were published, the newest last; and
/// those for readers of a wider level, which no page of it draws. Runs that are still being written are not there yet.
///
/// # Errors
/// [`ViewError::NoRuns`] where there are none to see; [`ViewError::Metadata`] where one cannot be understood; as
/// [`Shelf::runs`].
pub fn kept(shelf: &Shelf) -> Result<Kept, ViewError> {
    let mut found = Vec::new();
    let Seen { runs, wider } = shelf.runs(Door::Page)?;
    for RunInfo { folder, sequence, .. } in runs {
        let file = folder.join("metadata.json");
        if !file.is_file() {
            continue;
        }
        let text = fs::read_to_string(&file).map_err(|error| ViewError::Io {
            path: file.clone(),
            action: "cannot be read",
            error,
        })?;
        let mut metadata: Metadata =
            serde_json::from_str(&text).map_err(|cause| ViewError::Metadata { path: file, cause })?;
        // The page compares runs by itself.
        metadata.layers.retain(|layer| layer.theme != CHANGES);
        found.push(Run { folder, sequence, metadata });
    }
    match found.is_empty() {
        true if wider.is_empty() => Err(ViewError::NoRuns { folder: shelf.root.clone() }),
        true => Err(ViewError::OnlyWider { level: shelf.level.name(), runs: wider.len() }),
        false => Ok(Kept { runs: found, wider }),
    }
}
