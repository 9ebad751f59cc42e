//! Parameters of steps along routes.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::workspace::config::{ExposureOutput, Period};

/// Parameters of `[exposure]`.
#[derive(Clone, Debug, Default, Deserialize, Serialize, JsonSchema)]
#[serde(default)]
pub struct ExposureParameters {
    /// Field of the zones that kilometres weigh by.
    pub risk: String,
    /// From this value on a zone counts as high.
    pub high: f64,
    /// What the layer holds.
    pub output: ExposureOutput,
    /// Field of the routes that holds people.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub flow: Option<String>,
}

/// Parameters of `[corridor]`.
#[derive(Clone, Debug, Default, Deserialize, Serialize, JsonSchema)]
#[serde(default)]
pub struct CorridorParameters {
    /// How far the corridor reaches to each side, km.
    pub width_km: f64,
    /// Field of people.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub people: Option<String>,
}

/// Parameters of `[coverage]`.
#[derive(Clone, Debug, Default, Deserialize, Serialize, JsonSchema)]
#[serde(default)]
pub struct CoverageParameters {
    /// How far a site reaches, km.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reach_km: Option<f64>,
    /// How distances are measured.
    pub distance: String,
    /// Step that distances are rounded to, km.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub round_km: Option<f64>,
    /// Number of sites, where they are not displaced.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sites: Option<usize>,
    /// Where they are displaced: gaps are where it is at least so likely that no site is within reach, %.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub likely_pct: Option<f64>,
}

/// Parameters of `[lixels]`.
#[derive(Clone, Debug, Default, Deserialize, Serialize, JsonSchema)]
#[serde(default)]
pub struct LixelsParameters {
    /// Length of a piece, km.
    pub length_km: f64,
}

/// Parameters of `[rates]`.
#[derive(Clone, Debug, Default, Deserialize, Serialize, JsonSchema)]
#[serde(default)]
pub struct RatesParameters {
    /// The method.
    pub method: String,
    /// First and last year.
    pub years: [i32; 2],
    /// Standard deviation of the Gaussian along the network, km.
    pub bandwidth_km: f64,
    /// How long the flow is counted over, where there is one.
    pub flow_per: Option<Period>,
    /// How far an event may lie from its lixel, km.
    pub within_km: f64,
    /// How far ends of routes may lie apart and still meet, km.
    pub tolerance_km: f64,
    /// Unit of the rates.
    pub unit: String,
    /// Events that are counted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub counted: Option<usize>,
    /// The rate over all lixels.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mean: Option<f64>,
    /// Exposure that the mean weighs as much as.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub prior: Option<f64>,
}

/// Parameters of `[zonal]`.
#[derive(Clone, Debug, Default, Deserialize, Serialize, JsonSchema)]
#[serde(default)]
pub struct ZonalParameters {
    /// Fields that are averaged by kilometres.
    pub mean: Vec<String>,
    /// Fields of which the greatest value is taken.
    pub max: Vec<String>,
}
