//! `[style]` of a layer file: what differs from the ready style.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Text;

/// `[style]`: how the layer is drawn, where the ready style of its step does not fit. QGIS, the map page and pictures
/// all follow it.
#[derive(Clone, Debug, Default, Deserialize, Serialize, JsonSchema, PartialEq)]
pub struct LayerStyle {
    /// Ready style to start from; the one of the layer's step by default.
    pub theme: Option<ThemeName>,
    /// Field that classes come from: a text is drawn by its values, a number by `cuts`, or in classes of about equal
    /// counts.
    pub field: Option<String>,
    /// Bounds of the classes of `field`, ascending; the first and last are the ends.
    #[serde(default)]
    pub cuts: Vec<f64>,
    /// Palette of the classes.
    pub palette: Option<PaletteName>,
    /// Colours of the classes in place of a palette, the highest class first, each `#RRGGBB`.
    #[serde(default)]
    pub colours: Vec<String>,
    /// Fields of the map tip, in order.
    #[serde(default)]
    pub tip: Vec<String>,
    /// Field that is written beside each feature.
    pub label: Option<String>,
    /// Features whose class is not sure, which are hatched.
    pub unsure: Option<UnsureIf>,
    /// What fields are called, where no ready words fit: `zones = { es = "Municipios", en = "Municipalities" }`.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub words: BTreeMap<String, Text>,
}

/// Whose class is not sure.
#[derive(Clone, Debug, Deserialize, Serialize, JsonSchema, PartialEq)]
pub struct UnsureIf {
    /// Field that tells, such as the share of runs in which the class came out.
    pub field: String,
    /// Not sure below this.
    pub below: Option<f64>,
    /// Not sure from this on.
    pub at_least: Option<f64>,
}

/// A ready style.
#[derive(Clone, Copy, Debug, Deserialize, Serialize, JsonSchema, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
pub enum ThemeName {
    /// The first by `prio_rank`; clusters as a second layer.
    Priority,
    /// Clusters by `gi_bin`.
    Hotspots,
    /// Composites with their intervals.
    Composite,
    /// Differences above and below zero.
    Difference,
    /// Classes of risk.
    Risk,
    /// Parts of routes by risk, wider where it is higher.
    Stretches,
    /// Lixels by class of risk on the way.
    Segments,
    /// Hot spots among lixels.
    #[serde(rename = "hot_segments")]
    HotSegments,
    /// One strong line.
    Gaps,
    /// Exposure per state.
    States,
    /// Exposure per route.
    Routes,
    /// One symbol.
    Plain,
}

/// A palette.
#[derive(Clone, Copy, Debug, Deserialize, Serialize, JsonSchema, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
pub enum PaletteName {
    /// Yellow to red.
    Risk,
    /// Pale to dark blue.
    Quantity,
    /// Red over yellow to blue, for what has two ends.
    Cluster,
    /// Violet over white to green, for what lies above and below zero.
    Difference,
}

impl ThemeName {
    /// All of them.
    pub const ALL: [Self; 12] = [
        Self::Priority,
        Self::Hotspots,
        Self::Composite,
        Self::Difference,
        Self::Risk,
        Self::Stretches,
        Self::Segments,
        Self::HotSegments,
        Self::Gaps,
        Self::States,
        Self::Routes,
        Self::Plain,
    ];

    /// Its word in the files.
    pub fn name(self) -> &'static str {
        match self {
            Self::Priority => "priority",
            Self::Hotspots => "hotspots",
            Self::Composite => "composite",
            Self::Difference => "difference",
            Self::Risk => "risk",
            Self::Stretches => "stretches",
            Self::Segments => "segments",
            Self::HotSegments => "hot_segments",
            Self::Gaps => "gaps",
            Self::States => "states",
            Self::Routes => "routes",
            Self::Plain => "plain",
        }
    }
}

impl PaletteName {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Risk, Self::Quantity, Self::Cluster, Self::Difference];

    /// Its word in the files.
    pub fn name(self) -> &'static str {
        match self {
            Self::Risk => "risk",
            Self::Quantity => "quantity",
            Self::Cluster => "cluster",
            Self::Difference => "difference",
        }
    }
}
