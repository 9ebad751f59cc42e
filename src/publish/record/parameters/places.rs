//! Parameters of steps that count, carry over and add up zones.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::workspace::config::{CountOf, RollupBy};

/// Parameters of `[counts]`.
#[derive(Clone, Debug, Default, Deserialize, Serialize, JsonSchema)]
#[serde(default)]
pub struct CountsParameters {
    /// Points that lie in a zone.
    pub counted: usize,
    /// Points that lie in none.
    pub outside: usize,
    /// Field that points weigh by.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub weight: Option<String>,
    /// Field of people in the zones, for rates.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub population: Option<String>,
    /// How many people rates are stated for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rate_per: Option<f64>,
}

/// Parameters of `[crosswalk]`.
#[derive(Clone, Debug, Default, Deserialize, Serialize, JsonSchema)]
#[serde(default)]
pub struct CrosswalkParameters {
    /// What says how old zones become new ones.
    pub by: CrosswalkBy,
    /// Pairs of an old zone and a new one.
    pub links: usize,
    /// Totals of each summed field.
    pub totals: BTreeMap<String, CrosswalkTotal>,
    /// Fields that are summed.
    pub sum: Vec<String>,
    /// Fields that are averaged.
    pub mean: Vec<String>,
    /// Field that means weigh by.
    pub weight: Option<String>,
}

/// What says how old zones become new ones.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum CrosswalkBy {
    /// A table of links, or equal keys.
    #[default]
    Links,
    /// The areas that old and new zones share.
    Area,
}

/// The total of a field before and after.
#[derive(Clone, Copy, Debug, Default, PartialEq, Deserialize, Serialize, JsonSchema)]
pub struct CrosswalkTotal {
    /// Over the old zones.
    pub old: f64,
    /// Over the new ones.
    pub new: f64,
}

/// Parameters of `[rollup]`.
#[derive(Clone, Debug, Default, Deserialize, Serialize, JsonSchema)]
#[serde(default)]
pub struct RollupParameters {
    /// How zones are grouped.
    pub by: Option<RollupBy>,
    /// Zones that are counted.
    pub count: Vec<CountOf>,
    /// Fields that are summed.
    pub sum: Vec<String>,
    /// Fields that are averaged.
    pub mean: Vec<String>,
    /// Fields of which the greatest value is taken.
    pub max: Vec<String>,
    /// Field that means weigh by.
    pub weight: Option<String>,
    /// Gaps between borders that are closed, m.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tolerance_m: Option<f64>,
    /// How many people the rates of the zones are stated for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rate_per: Option<f64>,
}
