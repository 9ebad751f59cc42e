//! The runs that are kept, as their own metadata tell them.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::ViewError;
use crate::layer::Layer;
use crate::layer::read::{FieldType, Kind, Options, read};
use crate::publish::record;
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
}

/// A field with its declared type.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct Typed {
    pub name: String,
    #[serde(rename = "type")]
    pub kind: String,
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
        let (kind, ending) = match described.geometry.as_str() {
            "point" => (Kind::Point, "geojson"),
            "line" => (Kind::Line, "geojson"),
            "polygon" => (Kind::Polygon, "geojson"),
            _ => (Kind::None, "csv"),
        };
        let mut path = self.folder.join(format!("{}.{ending}", described.layer));
        let untagged = if ending == "csv" { without_tags(&path)? } else { None };
        if let Some(file) = &untagged {
            path = file.path().to_owned();
        }
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

/// A copy of a CSV without its row of HXL hashtags, the second one; `None` where it has no such row.
fn without_tags(path: &Path) -> Result<Option<tempfile::NamedTempFile>, ViewError> {
    let failed = |error| ViewError::Io { path: path.to_owned(), action: "cannot be read", error };
    let text = fs::read_to_string(path).map_err(failed)?;
    // Names of fields and hashtags hold no line breaks.
    let mut lines = text.splitn(3, '\n');
    let (header, second) = (lines.next().unwrap_or_default(), lines.next().unwrap_or_default());
    let cells = || second.trim_end().split(',').map(|cell| cell.trim_matches('"'));
    let tags = cells().all(|cell| cell.is_empty() || cell.starts_with('#'))
        && cells().any(|cell| cell.starts_with('#'));
    if !tags {
        return Ok(None);
    }
    let mut copy = tempfile::Builder::new().suffix(".csv").tempfile().map_err(failed)?;
    let rest = lines.next().unwrap_or_default();
    copy.write_all(format!("{header}\n{rest}").as_bytes()).map_err(failed)?;
    Ok(Some(copy))
}

/// The runs kept under `published`, in the order in which they were published, the newest last. Runs that are still being written are not there yet.
///
/// # Errors
/// [`ViewError::NoRuns`] where there are none; [`ViewError::Metadata`] where one cannot be understood.
pub fn kept(published: &Path) -> Result<Vec<Run>, ViewError> {
    let runs = published.join("runs");
    let mut found = Vec::new();
    if runs.is_dir() {
        let failed = |error| ViewError::Io { path: runs.clone(), action: "cannot be listed", error };
        for entry in fs::read_dir(&runs).map_err(failed)? {
            let folder = entry.map_err(failed)?.path();
            let file = folder.join("metadata.json");
            if folder.extension().is_some_and(|ending| ending == "partial") || !file.is_file() {
                continue;
            }
            let text = fs::read_to_string(&file).map_err(|error| ViewError::Io {
                path: file.clone(),
                action: "cannot be read",
                error,
            })?;
            let metadata =
                serde_json::from_str(&text).map_err(|cause| ViewError::Metadata { path: file, cause })?;
            found.push(Run { sequence: record(&folder).sequence, folder, metadata });
        }
    }
    if found.is_empty() {
        return Err(ViewError::NoRuns { folder: published.to_owned() });
    }
    // Clocks are set back; the time only tells apart runs of before there was an order.
    found.sort_by(|a, b| {
        let place = |run: &Run| (run.sequence, run.metadata.published.clone(), run.metadata.run.clone());
        place(a).cmp(&place(b))
    });
    Ok(found)
}
