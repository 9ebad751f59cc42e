//! What the record of a run says of the layers that a layer was made from.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Parameters, StepRecord};
use crate::layer::{Finding, Source};
use crate::workspace::config::Level;

/// A layer on the way to a published one.
#[derive(Clone, Debug, Default, Deserialize, Serialize, JsonSchema)]
#[serde(default)]
pub struct AncestorRecord {
    /// Its name.
    pub layer: String,
    /// Its level.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub level: Option<Level>,
    /// Date or year of its data, where its file states one.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub date: String,
    /// Features in it; missing where they are withheld.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub features: Option<usize>,
    /// Whether all else is withheld, as it lies above the level of the readers.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub withheld: bool,
    /// Where it came from and what was noticed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub provenance: Option<ProvenanceRecord>,
}

/// Where a layer came from and what was noticed on the way.
#[derive(Clone, Debug, Default, Deserialize, Serialize, JsonSchema)]
pub struct ProvenanceRecord {
    /// The file or database it was read from; none for a derived layer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<Source>,
    /// The step that made it, and its parameters.
    #[serde(flatten)]
    #[schemars(with = "Parameters")]
    pub made: StepRecord,
    /// Layers that it was made from.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub inputs: Vec<String>,
    /// What was noticed: repairs, unmatched keys, missing values.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub findings: Vec<FindingRecord>,
}

/// Something noticed, or only its kind where the rest is withheld.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(untagged)]
pub enum FindingRecord {
    /// All of it.
    Told(Box<Finding>),
    /// What is left where it depends on rows that the readers may not see, and what another version noticed.
    Kind {
        /// The kind.
        finding: String,
        /// Whether the rest is withheld.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        withheld: bool,
    },
}
