//! Where a layer came from and what was noticed on the way.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::{Finding, Numerals};

/// The record that travels with a layer into its metadata.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, Serialize)]
#[serde(default)]
pub struct Provenance {
    /// The file or database it was read from; none for a derived layer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source: Option<Source>,
    /// The step that made it, by its table name (`read`, `score`, ...).
    pub step: String,
    /// Layers that it was made from.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub inputs: Vec<String>,
    /// Parameters of the step, automatic choices included.
    #[serde(skip_serializing_if = "Map::is_empty")]
    pub parameters: Map<String, Value>,
    /// What was noticed: repairs, unmatched keys, missing values.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub findings: Vec<Finding>,
}

/// Name of the parameter that says how the sites were displaced which a layer was made from; its shape is
/// [`Displacement`](crate::publish::record::Displacement).
pub const DISPLACED_RECORD: &str = "displaced";

impl Provenance {
    /// Whether the layer was made from sites that are shown displaced.
    pub fn is_displaced(&self) -> bool {
        self.parameters.contains_key(DISPLACED_RECORD)
    }
}

fn is_plain(numerals: &Numerals) -> bool {
    numerals.are_plain()
}

/// A source that was read.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(default)]
pub struct Source {
    /// File name or connection without password; never a machine's path.
    pub name: String,
    /// Layer inside the source.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub layer: Option<String>,
    /// Driver that read it.
    pub driver: String,
    /// SHA-256 of the file's bytes, hexadecimal; none for a database.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sha256: Option<String>,
    /// CRS of the source.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub crs: Option<String>,
    /// How the numbers of its texts are written, where that is not as programs do.
    #[serde(skip_serializing_if = "is_plain")]
    pub numerals: Numerals,
    /// Features in the source.
    pub read: usize,
    /// Features whose geometry was repaired.
    pub repaired: usize,
    /// Features kept out.
    pub dropped: usize,
}
