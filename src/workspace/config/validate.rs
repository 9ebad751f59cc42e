//! `[validate]`: whether a score points to where events happen later.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// `[validate]`: the layer is made once more from the events up to a year, and judged by those after it.
#[derive(Clone, Debug, Deserialize, Serialize, JsonSchema)]
pub struct Validate {
    /// Field of this layer that is judged; features with higher values should hold more events.
    pub field: String,
    /// Layer of points that the score is made from, directly or through others.
    pub events: String,
    /// Field of the points that holds the year, or a date that begins with it.
    #[serde(default = "super::steps::year")]
    pub date: String,
    /// Last year whose events make the score; those of later years judge it.
    pub until: i32,
    /// Field that holds the kilometres of route in each zone; lixels have their own length. Zones without any are left
    /// out.
    pub km: Option<String>,
    /// Other fields of this layer, judged beside it.
    #[serde(default)]
    pub beside: Vec<String>,
    /// Events farther than this from every lixel judge nothing, km.
    #[serde(default = "super::steps::snap")]
    #[schemars(range(max = 500.0), extend("exclusiveMinimum" = 0.0))]
    pub within_km: f64,
    /// Length of the blocks of a route that the bootstrap draws, km.
    #[serde(default = "block_km")]
    #[schemars(range(max = 5_000.0), extend("exclusiveMinimum" = 0.0))]
    pub block_km: f64,
    /// How often it draws.
    #[serde(default = "draws")]
    #[schemars(range(min = 99, max = 100_000))]
    pub draws: u32,
}

/// Ten lixels: a day's journey or two.
fn block_km() -> f64 {
    50.0
}

fn draws() -> u32 {
    1_000
}
