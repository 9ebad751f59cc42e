//! One layer file: its words, its level, and exactly one step that makes it.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{
    Check, Composite, Corridor, Counts, Coverage, Crosswalk, Difference, Exposure, Hotspot, LayerStyle,
    Level, Lixels, Priority, Rates, Read, Rollup, Score, Text, Validate, Zonal,
};

/// `layers/NAME.toml`: exactly one of the step tables must be present.
#[derive(Clone, Debug, Default, Deserialize, Serialize, JsonSchema)]
pub struct LayerFile {
    /// Title for people.
    #[serde(default)]
    pub title: Text,
    /// What the layer shows, in a sentence or two. `{reach_km}` stands for the reach of the sites that it was made from, as
    /// in `title`, `caveats` and `[style.words]`.
    #[serde(default)]
    pub description: Text,
    /// What a reader must know before using it: vintage, minimum estimates, certainty.
    #[serde(default)]
    pub caveats: Text,
    /// Who made the data.
    #[serde(default)]
    pub source: String,
    /// Date or year the data speak of.
    #[serde(default)]
    pub date: String,
    /// Licence of the data.
    #[serde(default)]
    pub licence: String,
    /// Sensitivity. A read layer states its own (default `restricted`); a derived one inherits the
    /// strictest of its inputs, and only `[protect]` lowers it.
    pub level: Option<Level>,
    /// Whether the layer is published.
    #[serde(default)]
    pub publish: bool,
    /// The record of lowering the level.
    pub protect: Option<Protect>,
    /// What must hold of it before anything is published.
    pub check: Option<Check>,
    /// Whether its score points to where events happen later.
    pub validate: Option<Validate>,
    /// What differs from the ready style.
    pub style: Option<LayerStyle>,
    /// Read from a file or database.
    pub read: Option<Read>,
    /// Indicators to a score of 0..1 per zone.
    pub score: Option<Score>,
    /// Indicators to a score by a recipe, with intervals, classes and factors.
    pub composite: Option<Composite>,
    /// A table keyed by old zones, carried over to new ones.
    pub crosswalk: Option<Crosswalk>,
    /// One estimate less another, with its interval.
    pub difference: Option<Difference>,
    /// Routes over scored zones.
    pub exposure: Option<Exposure>,
    /// The area within a width of the routes.
    pub corridor: Option<Corridor>,
    /// Routes cut into pieces of nearly equal length.
    pub lixels: Option<Lixels>,
    /// What is within reach of a site, and what is not.
    pub coverage: Option<Coverage>,
    /// Incidents per zone.
    pub counts: Option<Counts>,
    /// Dated events per kilometre and year of lixels, smoothed along the network of routes.
    pub rates: Option<Rates>,
    /// Statistics of lixels per zone.
    pub zonal: Option<Zonal>,
    /// Where high values cluster more than chance would.
    pub hotspot: Option<Hotspot>,
    /// The composite that ranks where to act.
    pub priority: Option<Priority>,
    /// Totals per state or for the country.
    pub rollup: Option<Rollup>,
}

/// `[protect]`: why a derived layer may stand below the level of its inputs.
///
/// One rule for every step says whether that is so, and on what condition. Conditions on the data are checked in the
/// build, right after the step. What they ask may be raised and not lowered.
#[derive(Clone, Debug, Deserialize, Serialize, JsonSchema)]
pub struct Protect {
    /// The new level.
    pub to: Level,
    /// Why that is safe; kept in the metadata.
    pub reason: Text,
    /// Distances derived from sites are rounded to whole multiples of this, km.
    #[serde(default = "one_km")]
    #[schemars(range(min = 1.0))]
    pub round_km: f64,
    /// Rollup: each group has so many zones with a value at least.
    #[serde(default = "ten_zones")]
    #[schemars(range(min = 10))]
    pub min_zones: usize,
    /// Rollup: no zone of a group gives more than this share of a sum or mean, %.
    #[serde(default = "most_share")]
    #[schemars(range(min = 10.0, max = 80.0))]
    pub max_share_pct: f64,
    /// Counts: each zone has this area at least, km2, or `min_people`.
    #[serde(default = "least_area")]
    #[schemars(range(min = 2.0))]
    pub min_km2: f64,
    /// Counts: each zone has so many people at least in the field `population`, or `min_km2`.
    #[serde(default = "least_people")]
    #[schemars(range(min = 5000))]
    pub min_people: usize,
}

fn one_km() -> f64 {
    1.0
}

fn ten_zones() -> usize {
    10
}

fn most_share() -> f64 {
    80.0
}

/// The smallest municipalities of Mexico have 2.2 km2; a kilometre grid has 1.
fn least_area() -> f64 {
    2.0
}

/// As many as live in a quarter of a town.
fn least_people() -> usize {
    5_000
}

/// The step that makes a layer, borrowed from its file.
#[derive(Clone, Copy, Debug)]
pub enum Step<'a> {
    /// See [`Read`].
    Read(&'a Read),
    /// See [`Score`].
    Score(&'a Score),
    /// See [`Composite`].
    Composite(&'a Composite),
    /// See [`Crosswalk`].
    Crosswalk(&'a Crosswalk),
    /// See [`Difference`].
    Difference(&'a Difference),
    /// See [`Exposure`].
    Exposure(&'a Exposure),
    /// See [`Corridor`].
    Corridor(&'a Corridor),
    /// See [`Lixels`].
    Lixels(&'a Lixels),
    /// See [`Coverage`].
    Coverage(&'a Coverage),
    /// See [`Counts`].
    Counts(&'a Counts),
    /// See [`Rates`].
    Rates(&'a Rates),
    /// See [`Zonal`].
    Zonal(&'a Zonal),
    /// See [`Hotspot`].
    Hotspot(&'a Hotspot),
    /// See [`Priority`].
    Priority(&'a Priority),
    /// See [`Rollup`].
    Rollup(&'a Rollup),
}

/// The name of a step table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum StepKind {
    /// `[read]`
    Read,
    /// `[score]`
    Score,
    /// `[composite]`
    Composite,
    /// `[crosswalk]`
    Crosswalk,
    /// `[difference]`
    Difference,
    /// `[exposure]`
    Exposure,
    /// `[corridor]`
    Corridor,
    /// `[lixels]`
    Lixels,
    /// `[coverage]`
    Coverage,
    /// `[counts]`
    Counts,
    /// `[rates]`
    Rates,
    /// `[zonal]`
    Zonal,
    /// `[hotspot]`
    Hotspot,
    /// `[priority]`
    Priority,
    /// `[rollup]`
    Rollup,
}
