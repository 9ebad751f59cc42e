//! `[check]`: what must hold of a layer before anything is published.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// `[check]`: what must hold of the layer. Where it does not, nothing is published, and the last run stays current.
#[derive(Clone, Debug, Default, Deserialize, Serialize, JsonSchema, PartialEq)]
#[serde(default)]
pub struct Check {
    /// Fields whose values are all different, missing ones apart.
    pub unique: Vec<String>,
    /// Fields without a missing value.
    pub not_null: Vec<String>,
    /// Numbers within bounds.
    pub range: Vec<CheckRange>,
    /// Fields that hold nothing but these values.
    pub accepted: Vec<CheckAccepted>,
    /// How many features there are.
    pub rows: Option<CheckRows>,
    /// How many of the features of another layer have a feature here.
    pub coverage: Option<CheckCoverage>,
    /// Sums.
    pub total: Vec<CheckTotal>,
    /// How old the newest date may be.
    pub freshness: Option<CheckFreshness>,
    /// How much a field may change from one published run to the next.
    pub change: Vec<CheckChange>,
}

/// `[[check.range]]`: numbers within bounds, missing ones apart.
#[derive(Clone, Debug, Deserialize, Serialize, JsonSchema, PartialEq)]
pub struct CheckRange {
    /// The field.
    pub field: String,
    /// Least value.
    pub min: Option<f64>,
    /// Greatest value.
    pub max: Option<f64>,
}

/// `[[check.accepted]]`: nothing but these values, missing ones apart.
#[derive(Clone, Debug, Deserialize, Serialize, JsonSchema, PartialEq)]
pub struct CheckAccepted {
    /// The field.
    pub field: String,
    /// Its values, as text.
    #[schemars(length(min = 1))]
    pub values: Vec<String>,
}

/// `[check.rows]`: how many features there are.
#[derive(Clone, Debug, Deserialize, Serialize, JsonSchema, PartialEq)]
pub struct CheckRows {
    /// At least.
    pub min: Option<usize>,
    /// At most.
    pub max: Option<usize>,
    /// At most so many per cent more or less than in the published run before.
    #[schemars(range(min = 0.0))]
    pub change_pct: Option<f64>,
}

/// `[check.coverage]`: how many of the features of another layer, by key, have a feature here.
#[derive(Clone, Debug, Deserialize, Serialize, JsonSchema, PartialEq)]
pub struct CheckCoverage {
    /// The other layer.
    pub zones: String,
    /// Count only features that have a value in this field.
    pub field: Option<String>,
    /// At least so many per cent.
    #[serde(default = "all")]
    #[schemars(range(min = 0.0, max = 100.0))]
    pub min_pct: f64,
}

/// `[[check.total]]`: the sum of a field is a number, or the sum of a field of another layer.
#[derive(Clone, Debug, Deserialize, Serialize, JsonSchema, PartialEq)]
pub struct CheckTotal {
    /// The field.
    pub field: String,
    /// The number.
    pub equals: Option<f64>,
    /// The other layer.
    pub layer: Option<String>,
    /// Its field; of the same name if not given.
    pub layer_field: Option<String>,
    /// By how many per cent it may be off.
    #[serde(default = "nearly")]
    #[schemars(range(min = 0.0))]
    pub tolerance_pct: f64,
}

/// `[check.freshness]`: how old the newest date may be.
#[derive(Clone, Debug, Deserialize, Serialize, JsonSchema, PartialEq)]
pub struct CheckFreshness {
    /// Field of dates (`2026-11-23`, a time may follow) or of years, which end on 31 December.
    pub field: String,
    /// At most so many days.
    #[schemars(range(min = 0.0))]
    pub max_days: f64,
}

/// `[[check.change]]`: how much a field may change from one published run to the next, feature by feature.
#[derive(Clone, Debug, Deserialize, Serialize, JsonSchema, PartialEq)]
pub struct CheckChange {
    /// The field.
    pub field: String,
    /// At most by so much, up or down.
    #[schemars(range(min = 0.0))]
    pub max: f64,
    /// So many per cent of the features may change by more.
    #[serde(default)]
    #[schemars(range(min = 0.0, max = 100.0))]
    pub share_pct: f64,
}

fn all() -> f64 {
    100.0
}

/// What rounding of published sums leaves.
fn nearly() -> f64 {
    1e-6
}
