//! What `corredor.toml` and `layers/*.toml` may say. The JSON Schemas are generated from here.

mod check;
mod delivery;
mod edition;
mod editions;
mod hiding;
mod layer;
mod postgis;
mod recipe;
mod steps;
mod style;
mod validate;

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

pub use check::{
    Check, CheckAccepted, CheckChange, CheckCoverage, CheckFreshness, CheckRange, CheckRows, CheckTotal,
};
pub use delivery::{Budget, Hdx};
pub use edition::EditionSection;
pub use editions::Edition;
pub use hiding::{Hiding, HidingK};
pub use layer::{LayerFile, Protect};
pub use postgis::{Language, Postgis};
pub use recipe::{
    Direction, Recipe, RecipeCap, RecipeDimension, RecipeIndicator, RecipePosts, TakenPosts, TukeyWord,
};
#[cfg(test)]
pub(crate) use steps::Output;
pub use steps::{
    Among, Carry, ClassRule, ClassSpec, Classes, Component, Composite, ContiguityBy, Corridor,
    CorridorOutput, CountOf, Counts, Coverage, CoverageOutput, Crosswalk, Difference, Exposure,
    ExposureOutput, Fetch, FieldType, GeometryKind, Goalposts, Guard, Hotspot, HotspotP, IndicatorSpec,
    Input, Lixels, Mean, Observed, Part, Parts, Period, Priority, Rates, Read, Role, Rollup, RollupBy, Score,
    Secret, Step, StepKind, Uncertainty, Zonal,
};
pub(crate) use steps::{Features, FieldRow, MEETING_KM, Rule, Why};
pub use style::{LayerStyle, PaletteName, ThemeName, UnsureIf};
pub use validate::Validate;

pub(crate) use super::outputs::LIXEL_FIELDS;
pub use super::outputs::LIXEL_KEY;
pub use crate::lang::Text;
pub use crate::sensitivity::Level;

/// Longest field name that every format keeps (DBF cuts at 10).
pub const FIELD_NAME_MAX: usize = 10;

/// Whether a name is ASCII lower-case letters, digits and `_`, a letter first.
pub(crate) fn is_field_name(name: &str) -> bool {
    name.starts_with(|c: char| c.is_ascii_lowercase())
        && name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_')
}

/// `corredor.toml`.
#[derive(Clone, Debug, Deserialize, Serialize, JsonSchema)]
pub struct WorkspaceFile {
    /// What this workspace is.
    pub workspace: WorkspaceSection,
    /// What may be published, and how.
    #[serde(default)]
    pub publish: PublishSection,
    /// How sites above the level of a reader are displaced.
    #[serde(default)]
    pub protect: Hiding,
    /// What is kept between builds.
    #[serde(default)]
    pub build: BuildSection,
    /// Who is told of a build.
    #[serde(default)]
    pub operate: OperateSection,
    /// Warnings that somebody has looked at: `--strict` does not count them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub acknowledge: Vec<Acknowledge>,
}

/// `[[acknowledge]]`: a warning that somebody has looked at. `corredor build --strict` does not count it; one that matches
/// nothing any more is told.
#[derive(Clone, Debug, Deserialize, Serialize, JsonSchema, PartialEq, Eq)]
pub struct Acknowledge {
    /// A part of the warning, in either language; with a number in it, another number is a new warning.
    pub text: String,
    /// The layer that it is about; any, where none is given.
    pub layer: Option<String>,
    /// Why it may stand.
    pub reason: String,
    /// When that was found out, as `2026-11-30`.
    pub date: String,
}

/// `[workspace]`: identity and shared metadata.
#[derive(Clone, Debug, Deserialize, Serialize, JsonSchema)]
pub struct WorkspaceSection {
    /// Short name, ASCII.
    pub name: String,
    /// Title for people.
    pub title: Text,
    /// Country or area that the workspace is about.
    pub country: Text,
    /// Folder that relative `read.path`s start from; relative to the workspace.
    #[serde(default = "data_folder")]
    pub data: String,
    /// Whether every figure in it is invented; then every published layer says so.
    #[serde(default)]
    pub invented: bool,
    /// Whom to ask about the data.
    #[serde(default)]
    pub contact: String,
    /// Licence of the published layers.
    #[serde(default)]
    pub licence: String,
    /// Seed of every random draw in the workspace.
    #[serde(default = "default_seed")]
    pub seed: u64,
}

/// `[publish]`: what leaves the workspace.
#[derive(Clone, Debug, Deserialize, Serialize, JsonSchema)]
pub struct PublishSection {
    /// The highest level that may be published. Layers above it are refused. Not asked where editions are stated.
    #[serde(default = "edition::public")]
    pub level: Level,
    /// How many runs are kept, the current one included.
    #[serde(default = "default_keep")]
    #[schemars(range(min = 1))]
    pub keep: usize,
    /// Of how many months the last run is kept besides.
    #[serde(default = "default_months")]
    pub keep_months: usize,
    /// Of how many published runs the history keeps a row for each zone.
    #[serde(default = "default_history")]
    #[schemars(range(min = 1))]
    pub history: usize,
    /// A database that gets every published layer as a table, all in one transaction.
    pub postgis: Option<Postgis>,
    /// Whether each CSV has a row of HXL hashtags below its header.
    #[serde(default)]
    pub hxl: bool,
    /// What the Humanitarian Data Exchange asks and the layers do not say.
    pub hdx: Option<Hdx>,
    /// How large the GeoJSON of a layer may be.
    #[serde(default)]
    pub budget: Budget,
    /// Publications for readers of several levels, from one build; each has its own folder `published/NAME`.
    #[serde(default)]
    pub edition: BTreeMap<String, EditionSection>,
}

/// `[build]`: what is kept between builds, and how long one may take.
#[derive(Clone, Debug, Deserialize, Serialize, JsonSchema)]
pub struct BuildSection {
    /// Layers of earlier builds are kept in `.corredor/` up to this size, megabytes, those of the last build always.
    #[serde(default = "default_cache_mb")]
    pub cache_mb: u64,
    /// How long a build may take in all, minutes; then it ends after the steps that run, and nothing is published. No limit
    /// if not given.
    #[schemars(range(min = 0.0))]
    pub max_minutes: Option<f64>,
    /// A source on this machine that changed less than so many seconds ago is waited for, and looked at again: whoever
    /// writes it may not be done.
    #[serde(default = "default_settle_s", skip_serializing_if = "is_usual_settle_s")]
    #[schemars(range(min = 0.0, max = 600.0))]
    pub settle_s: f64,
}

impl Default for BuildSection {
    fn default() -> Self {
        Self { cache_mb: default_cache_mb(), max_minutes: None, settle_s: default_settle_s() }
    }
}

/// `[operate]`: who is told of a build.
#[derive(Clone, Debug, Deserialize, Serialize, JsonSchema)]
pub struct OperateSection {
    /// File for the textfile collector of Prometheus, relative to the workspace.
    pub metrics: Option<String>,
    /// `corredor status` warns where the last build that went well is older than this, hours, and calls it critical at
    /// twice that.
    #[serde(default = "a_day_and_a_bit")]
    #[schemars(range(min = 0.0))]
    pub max_age_hours: f64,
    /// Who is told when a build fails.
    pub on_failure: Option<Hook>,
    /// Who is told when zones become hot spots.
    pub on_hotspots: Option<Hook>,
}

/// `operate.on_failure`, `operate.on_hotspots`: a command, a web address, or both; each gets the event as JSON.
#[derive(Clone, Debug, Default, Deserialize, Serialize, JsonSchema)]
#[serde(default)]
pub struct Hook {
    /// Program and arguments, run in the workspace; the event comes on its standard input. It may take a minute, tried again
    /// or not, and what it started ends with it.
    pub command: Vec<String>,
    /// Address that the event is posted to (`https://...`); its `text` is what chats show.
    pub webhook: Option<String>,
}

impl Default for OperateSection {
    fn default() -> Self {
        Self { metrics: None, max_age_hours: a_day_and_a_bit(), on_failure: None, on_hotspots: None }
    }
}

fn a_day_and_a_bit() -> f64 {
    26.0
}

impl Default for PublishSection {
    fn default() -> Self {
        Self {
            level: Level::Public,
            keep: default_keep(),
            keep_months: default_months(),
            history: default_history(),
            postgis: None,
            hxl: false,
            hdx: None,
            budget: Budget::default(),
            edition: BTreeMap::new(),
        }
    }
}

fn data_folder() -> String {
    "data".to_owned()
}

fn default_seed() -> u64 {
    87
}

fn default_cache_mb() -> u64 {
    4096
}

/// As coarse as the clocks of file systems are.
fn default_settle_s() -> f64 {
    2.0
}

/// What is as it always was does not change the fingerprints of earlier builds.
fn is_usual_settle_s(seconds: &f64) -> bool {
    *seconds == default_settle_s()
}

/// More than a year of nights.
fn default_history() -> usize {
    400
}

fn default_months() -> usize {
    12
}

fn default_keep() -> usize {
    5
}
