//! What any step may add to its parameters.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use super::super::partly::as_far_as_it_goes;
use super::Validation;
use crate::layer::Provenance;
use crate::workspace::config::{Level, Text};

/// What is recorded of a layer whichever step made it.
#[derive(Clone, Debug, Default, Deserialize, Serialize, JsonSchema)]
#[serde(default)]
pub struct Shared {
    /// How the sites were displaced that it was made from.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub displaced: Option<Displacement>,
    /// What its `[protect]` says and asked.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub protect: Option<ProtectRecord>,
    /// What its `[validate]` found.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub validation: Option<Validation>,
    /// Why its `[validate]` judged nothing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub not_judged: Option<String>,
}

impl Shared {
    /// What is among the parameters of a step.
    pub fn of(members: &Map<String, Value>) -> Self {
        let read = |members: &Map<String, Value>| Self::deserialize(Value::Object(members.clone()));
        as_far_as_it_goes(members, read).unwrap_or_default()
    }

    /// What is recorded of a layer.
    pub fn of_layer(provenance: &Provenance) -> Self {
        Self::of(&provenance.parameters)
    }

    /// Writes it into the record that travels with a layer, beside what stands there.
    pub fn write_to(&self, provenance: &mut Provenance) {
        if let Value::Object(members) = json!(self) {
            provenance.parameters.extend(members);
        }
    }
}

/// How sites are displaced for those who may not know where they are.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(default)]
pub struct Displacement {
    /// Level of the readers.
    #[serde(rename = "for")]
    pub viewer: Level,
    /// Layer of the places among which the sites are hidden.
    pub among: String,
    /// Places that a site may have come from.
    pub k: usize,
    /// A site is seen at least so far from its own place, km.
    pub min_km: f64,
    /// Digest of the groups of places.
    pub partition: String,
    /// How far sites were moved, km.
    pub moved_km: MedianP95,
    /// How far off the distance to the nearest site is, km; missing for few zones.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub near_km_error: Option<MedianP95>,
}

/// Two quantiles of a distance.
#[derive(Clone, Copy, Debug, Default, PartialEq, Deserialize, Serialize, JsonSchema)]
pub struct MedianP95 {
    /// Half are this or less.
    pub median: f64,
    /// 95 % are this or less.
    pub p95: f64,
}

/// What `[protect]` says of a layer and asked of its data.
#[derive(Clone, Debug, Default, Deserialize, Serialize, JsonSchema)]
#[serde(default)]
pub struct ProtectRecord {
    /// Level that the layer was lowered to.
    pub to: Level,
    /// Why it may be.
    pub reason: Text,
    /// Step that distances are rounded to, km.
    pub round_km: f64,
    /// Conditions that the data meet, where the rule of the step has any.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub conditions: Option<ProtectConditions>,
}

/// Conditions of `[protect]` that the data of a layer meet.
#[derive(Clone, Copy, Debug, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(untagged)]
pub enum ProtectConditions {
    /// Of counts by zone.
    Areas {
        /// Least area of a zone, km².
        min_km2: f64,
        /// Least number of people of a smaller one.
        min_people: usize,
    },
    /// Of totals by group.
    Groups {
        /// Fewest zones of a group.
        min_zones: usize,
        /// Greatest share of one zone, %.
        max_share_pct: f64,
    },
}
