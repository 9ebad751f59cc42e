//! What the record of a run says of the layers that a layer was made from.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::{Parameters, Shared};
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

/// A step and its parameters as the record has them: of readers who may not see all, some are withheld, and a run of
/// another version may have others. [`StepRecord::parameters`] reads them.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, Serialize)]
#[serde(default)]
pub struct StepRecord {
    /// The step, by its table name (`read`, `score`, ...).
    pub step: String,
    /// Its parameters.
    #[serde(skip_serializing_if = "Map::is_empty")]
    pub parameters: Map<String, Value>,
}

impl StepRecord {
    /// Its parameters; those that are withheld, or that cannot be read in a run of an earlier version, have their defaults.
    pub fn parameters(&self) -> Parameters {
        Parameters::of(&self.step, &self.parameters)
    }

    /// What any step may add to its parameters.
    pub fn shared(&self) -> Shared {
        Shared::of(&self.parameters)
    }
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

/// Reads what can be read of an object: members that do not fit by themselves are left out. `None` where nothing fits, not
/// even none.
pub(super) fn as_far_as_it_goes<T, E>(
    members: &Map<String, Value>,
    read: impl Fn(&Map<String, Value>) -> Result<T, E>,
) -> Option<T> {
    if let Ok(whole) = read(members) {
        return Some(whole);
    }
    let fits = |(name, value): &(&String, &Value)| {
        read(&Map::from_iter([((*name).clone(), (*value).clone())])).is_ok()
    };
    let kept = members.iter().filter(fits).map(|(name, value)| (name.clone(), value.clone()));
    read(&kept.collect()).ok()
}
