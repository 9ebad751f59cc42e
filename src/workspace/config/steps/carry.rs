//! Fields that a step brings along.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Fields brought along from another zone layer.
#[derive(Clone, Debug, Deserialize, Serialize, JsonSchema)]
pub struct Carry {
    /// Layer with the same keys.
    pub layer: String,
    /// Its fields.
    pub fields: Vec<String>,
}
