//! What a run says of itself.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::{FileRecord, LayerRecord};
use crate::workspace::config::{Level, Text};

/// File of a run that holds its record.
pub const RECORD_FILE: &str = "metadata.json";

/// The version of the record that this version of Corredor writes; a record that states none is of 0.
pub const SCHEMA: u32 = 1;

/// What a run says of itself: `metadata.json`.
#[derive(Clone, Debug, Default, Deserialize, Serialize, JsonSchema)]
#[serde(default, expecting = "the record of a run")]
pub struct RunRecord {
    /// Version of this record, 1; a reader refuses one that is greater than it knows.
    pub schema: u32,
    /// Name of the run.
    pub run: String,
    /// Time of publication, UTC, RFC 3339.
    pub published: String,
    /// Version of Corredor that published it.
    pub corredor: String,
    /// Short name of the workspace.
    pub workspace: String,
    /// Title.
    pub title: Text,
    /// Country or area.
    pub country: Text,
    /// Whether every figure is invented.
    pub invented: bool,
    /// Whom to ask.
    pub contact: String,
    /// Licence of the published layers.
    pub licence: String,
    /// Level of the readers: nothing above it was published. Missing in the oldest runs.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub level: Option<Level>,
    /// Digest of all that the run was made from.
    pub fingerprint: String,
    /// Seed of every random draw.
    pub seed: u64,
    /// Coordinate reference system of every layer.
    pub crs: String,
    /// How CSV files are kept from being taken for formulas.
    pub csv: String,
    /// Files about the whole set.
    pub files: Vec<FileRecord>,
    /// Layers, in the order of publication.
    pub layers: Vec<LayerRecord>,
    /// Checks that failed and were accepted for this run.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub accepted: Vec<AcceptedRecord>,
}

impl RunRecord {
    /// The text of its file: members in the order of their names, a final newline.
    pub fn text(&self) -> String {
        // By way of a `Value`, which orders members; one always serialises.
        serde_json::to_string_pretty(&json!(self)).unwrap_or_default() + "\n"
    }

    /// What it says of a layer.
    pub fn layer(&self, name: &str) -> Option<&LayerRecord> {
        self.layers.iter().find(|layer| layer.layer == name)
    }
}

/// A check that failed and was accepted.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(default)]
pub struct AcceptedRecord {
    /// The layer.
    pub layer: String,
    /// The check.
    pub check: String,
    /// What is wrong; missing where the readers may not hear it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
    /// Why it was accepted.
    pub reason: String,
}
