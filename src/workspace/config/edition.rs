//! `[publish.edition.NAME]`: one build, several publications, each for readers of a level.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::delivery::Hdx;
use super::postgis::Postgis;
use crate::sensitivity::Level;

/// `[publish.edition.NAME]`: a publication of its own, in `published/NAME`. What is not stated is as in `[publish]`.
#[derive(Clone, Debug, Deserialize, Serialize, JsonSchema)]
pub struct EditionSection {
    /// The level of its readers: layers above it are left out, and sites above it are displaced.
    #[serde(default = "public")]
    pub level: Level,
    /// How many runs are kept, the current one included.
    #[schemars(range(min = 1))]
    pub keep: Option<usize>,
    /// Of how many months the last run is kept besides.
    pub keep_months: Option<usize>,
    /// Of how many published runs the history keeps a row for each zone.
    #[schemars(range(min = 1))]
    pub history: Option<usize>,
    /// A database of its own. If not given, that of `[publish.postgis]`, in the schema `SCHEMA_NAME`.
    pub postgis: Option<Postgis>,
    /// Whether each CSV has a row of HXL hashtags below its header.
    pub hxl: Option<bool>,
    /// What HDX asks.
    pub hdx: Option<Hdx>,
}

/// The level of who is not said to see more.
pub(super) fn public() -> Level {
    Level::Public
}
