//! What files look like to those who get them: budgets, and what a data exchange asks.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// `[publish.budget]`: how large the GeoJSON of a layer may be. A larger layer is simplified on shared borders, and gets
/// a FlatGeobuf beside it with every vertex.
#[derive(Clone, Copy, Debug, Deserialize, Serialize, JsonSchema, PartialEq)]
pub struct Budget {
    /// Bytes at most.
    #[serde(default = "budget_bytes")]
    #[schemars(range(min = 10_000))]
    pub bytes: usize,
    /// Vertices at most.
    #[serde(default = "budget_vertices")]
    #[schemars(range(min = 1_000))]
    pub vertices: usize,
    /// By how much the area of a zone may change, %. Where this does not suffice for the budget, the area wins.
    #[serde(default = "budget_area")]
    #[schemars(range(min = 0.0, max = 20.0))]
    pub area_pct: f64,
}

impl Default for Budget {
    fn default() -> Self {
        Self { bytes: budget_bytes(), vertices: budget_vertices(), area_pct: budget_area() }
    }
}

/// `[publish.hdx]`: what the Humanitarian Data Exchange asks and the layers do not say; goes into `hdx.json`.
#[derive(Clone, Debug, Default, Deserialize, Serialize, JsonSchema, PartialEq, Eq)]
pub struct Hdx {
    /// Organisation that publishes, by its name in HDX addresses.
    #[serde(default)]
    pub organisation: String,
    /// Maintainer, by user name.
    #[serde(default)]
    pub maintainer: String,
    /// Country, three letters (ISO 3166-1).
    pub location: Option<String>,
    /// Tags that HDX knows.
    #[serde(default)]
    pub tags: Vec<String>,
    /// Days between updates; -2 as needed, -1 never.
    #[serde(default = "as_needed")]
    #[schemars(range(min = -2, max = 365))]
    pub frequency_days: i32,
}

/// Opens in QGIS and in a browser within seconds.
fn budget_bytes() -> usize {
    20_000_000
}

fn budget_vertices() -> usize {
    600_000
}

fn budget_area() -> f64 {
    1.0
}

fn as_needed() -> i32 {
    -2
}
