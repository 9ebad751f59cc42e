//! The step that made a layer, as the record of a run has it.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

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
