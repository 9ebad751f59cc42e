//! The tables of the derived steps. References to other layers are layer names (file stems).

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// `[score]`: an indicators table to a score of 0..1 per zone.
#[derive(Clone, Debug, Deserialize, Serialize, JsonSchema)]
pub struct Score {
    /// Layer of zones.
    pub zones: String,
    /// Layer that holds the indicators, keyed like the zones; the zones' own fields if not given.
    pub table: Option<String>,
    /// Name of the recipe; published with the score.
    pub recipe: String,
    /// Version of the recipe; published with the score.
    pub version: String,
    /// Field that the score is written to.
    #[serde(default = "risk")]
    pub field: String,
    /// How indicators are averaged.
    #[serde(default)]
    pub mean: Mean,
    /// How many indicators a zone may lack and still be scored; the weights of the others are scaled up.
    #[serde(default)]
    pub max_missing: usize,
    /// The indicators.
    #[schemars(length(min = 1))]
    pub indicator: Vec<IndicatorSpec>,
    /// Cut points and names of the classes.
    #[serde(default)]
    pub classes: Classes,
}

/// One indicator of a recipe.
#[derive(Clone, Debug, Deserialize, Serialize, JsonSchema)]
pub struct IndicatorSpec {
    /// Field of the table.
    pub field: String,
    /// Relative weight.
    #[serde(default = "one")]
    #[schemars(range(min = 0.0))]
    pub weight: f64,
    /// `[low, high]`, or `"observed"`.
    pub goalposts: Goalposts,
    /// Whether high values mean low risk.
    #[serde(default)]
    pub inverted: bool,
    /// Whether the natural logarithm is taken first.
    #[serde(default)]
    pub log: bool,
}

/// Values that become 0 and 1.
#[derive(Clone, Debug, Deserialize, Serialize, JsonSchema)]
#[serde(untagged)]
pub enum Goalposts {
    /// Fixed `[low, high]`: comparable between years and countries.
    Fixed([f64; 2]),
    /// `"observed"`: the least and greatest value in the data; not comparable between runs.
    Observed(Observed),
}

/// The word `"observed"`.
#[derive(Clone, Copy, Debug, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Observed {
    /// The least and greatest value in the data.
    Observed,
}

/// How indicators are averaged.
#[derive(Clone, Copy, Debug, Default, Deserialize, Serialize, JsonSchema, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
pub enum Mean {
    /// Weighted arithmetic mean: a low indicator makes up for a high one.
    #[default]
    Arithmetic,
    /// Weighted geometric mean: it does not.
    Geometric,
}

/// Fixed classes of a score: class i is `cuts[i-1] <= score < cuts[i]`.
#[derive(Clone, Debug, Deserialize, Serialize, JsonSchema)]
pub struct Classes {
    /// Ascending cut points.
    pub cuts: Vec<f64>,
    /// One name more than cuts, lowest first; ASCII codes, translated in the styles.
    pub names: Vec<String>,
}

impl Default for Classes {
    fn default() -> Self {
        Self {
            cuts: vec![0.2, 0.4, 0.6, 0.8],
            names: ["very_low", "low", "medium", "high", "very_high"].map(str::to_owned).to_vec(),
        }
    }
}

/// `[exposure]`: routes over scored zones.
#[derive(Clone, Debug, Deserialize, Serialize, JsonSchema)]
pub struct Exposure {
    /// Layer of routes.
    pub routes: String,
    /// Layer of scored zones.
    pub zones: String,
    /// Field of the zones that holds the score, 0..1; other values are refused.
    #[serde(default = "risk")]
    pub risk: String,
    /// Field of the routes that holds people per period, 0 or more.
    pub flow: Option<String>,
    /// Scores from here on count as high risk.
    #[serde(default = "high_risk")]
    #[schemars(range(min = 0.0, max = 1.0))]
    pub high: f64,
    /// What the layer holds.
    #[serde(default)]
    pub output: ExposureOutput,
}

/// What an exposure layer holds.
#[derive(Clone, Copy, Debug, Default, Deserialize, Serialize, JsonSchema, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
pub enum ExposureOutput {
    /// The parts of routes inside one zone each.
    #[default]
    Stretches,
    /// Totals per zone.
    Zones,
    /// Totals per route.
    Routes,
}

/// `[corridor]`: the area within a width of the routes.
#[derive(Clone, Debug, Deserialize, Serialize, JsonSchema)]
pub struct Corridor {
    /// Layer of routes.
    pub routes: String,
    /// Layer of zones.
    pub zones: String,
    /// How far the corridor reaches on both sides of a route, km.
    #[schemars(range(max = 500.0), extend("exclusiveMinimum" = 0.0))]
    pub width_km: f64,
    /// Layer of points finer than the zones, such as localities, to share out people by.
    pub people: Option<String>,
    /// Field of the points that holds people, 0 or more; without it each point counts as one.
    pub people_field: Option<String>,
    /// What the layer holds.
    #[serde(default)]
    pub output: CorridorOutput,
}

/// What a corridor layer holds.
#[derive(Clone, Copy, Debug, Default, Deserialize, Serialize, JsonSchema, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
pub enum CorridorOutput {
    /// Per zone: how much of its area, and of its people, lies within the corridor of any route.
    #[default]
    Zones,
    /// Per route: the corridor itself, for the map.
    Corridors,
}

/// `[coverage]`: what is within reach of a site, by geodesic distance.
#[derive(Clone, Debug, Deserialize, Serialize, JsonSchema)]
pub struct Coverage {
    /// Layer of sites.
    pub sites: String,
    /// Layer of stretches (an exposure layer).
    pub stretches: String,
    /// Reach of a site, km.
    #[serde(default = "reach")]
    #[schemars(extend("exclusiveMinimum" = 0.0))]
    pub reach_km: f64,
    /// What the layer holds.
    #[serde(default)]
    pub output: CoverageOutput,
}

/// What a coverage layer holds.
#[derive(Clone, Copy, Debug, Default, Deserialize, Serialize, JsonSchema, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
pub enum CoverageOutput {
    /// Per zone: distance from its inner point to the nearest site, kilometres of gap.
    #[default]
    Zones,
    /// Per stretch: least distance to a site, kilometres of gap.
    Stretches,
    /// The parts of routes beyond the reach of every site.
    Gaps,
}

/// `[counts]`: incidents per zone.
#[derive(Clone, Debug, Deserialize, Serialize, JsonSchema)]
pub struct Counts {
    /// Layer of points.
    pub points: String,
    /// Layer of zones.
    pub zones: String,
    /// Field that the count is written to.
    #[serde(default = "incidents")]
    pub field: String,
    /// Field of the points to sum besides counting, 0 or more; where it lacks in all points of a zone the sum is null.
    pub weight: Option<String>,
    /// Field that the sum is written to.
    #[serde(default = "weighted")]
    pub weight_field: String,
    /// Field of the zones that holds the population; zones where it is 0, missing or below have no rate, and are named.
    pub population: Option<String>,
    /// Incidents (or their weight) per this many people.
    #[serde(default = "per")]
    #[schemars(extend("exclusiveMinimum" = 0.0))]
    pub rate_per: f64,
    /// Field that the rate is written to.
    #[serde(default = "rate")]
    pub rate_field: String,
}

/// `[hotspot]`: Getis-Ord Gi* over contiguous zones.
#[derive(Clone, Debug, Deserialize, Serialize, JsonSchema)]
pub struct Hotspot {
    /// Layer of zones.
    pub zones: String,
    /// Field whose high values are looked for.
    #[serde(default = "risk")]
    pub field: String,
    /// What zones must share to be neighbours.
    #[serde(default)]
    pub contiguity: ContiguityBy,
    /// How far apart borders may be and still count as shared, m; at 0 they are compared bit for bit.
    /// For zones that were simplified one by one.
    #[serde(default)]
    #[schemars(range(min = 0.0, max = 10_000.0))]
    pub tolerance_m: f64,
    /// Conditional permutations; chosen from the number of zones if not given.
    #[schemars(range(min = 99))]
    pub permutations: Option<usize>,
    /// Which p-value `gi_q` and `gi_bin` stand on; both are published.
    #[serde(default)]
    pub p: HotspotP,
    /// Whether `gi_bin` stands on q-values (false discovery rate) rather than on raw p.
    #[serde(default = "yes")]
    pub fdr: bool,
}

/// What zones must share to be neighbours.
#[derive(Clone, Copy, Debug, Default, Deserialize, Serialize, JsonSchema, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
pub enum ContiguityBy {
    /// A corner is enough.
    #[default]
    Queen,
    /// A part of an edge.
    Rook,
}

/// Which p-value of Gi* is corrected and classed.
#[derive(Clone, Copy, Debug, Default, Deserialize, Serialize, JsonSchema, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
pub enum HotspotP {
    /// Of the analytic z, as GIS programs do: the zone's own value counts. Right for bounded scores.
    #[default]
    Normal,
    /// By conditional permutation, as PySAL does: given the zone's own value, only its neighbours count.
    /// Right for skewed counts and rates; more cautious at the edge of a cluster.
    Permutation,
}

/// `[priority]`: the composite that ranks where to act.
#[derive(Clone, Debug, Deserialize, Serialize, JsonSchema)]
pub struct Priority {
    /// Layer of zones that is ranked.
    pub zones: String,
    /// What it is made of.
    #[schemars(length(min = 1))]
    pub component: Vec<Component>,
    /// Fields brought along from other zone layers, in this order.
    #[serde(default)]
    pub carry: Vec<Carry>,
}

/// One component of a priority: each value becomes its percentile rank among the zones, zero becomes 0; a missing one is
/// left out and the weights of the others scaled up.
#[derive(Clone, Debug, Deserialize, Serialize, JsonSchema)]
pub struct Component {
    /// Layer with the same keys.
    pub layer: String,
    /// Its field.
    pub field: String,
    /// Relative weight.
    #[serde(default = "one")]
    #[schemars(range(min = 0.0))]
    pub weight: f64,
}

/// Fields brought along from another zone layer.
#[derive(Clone, Debug, Deserialize, Serialize, JsonSchema)]
pub struct Carry {
    /// Layer with the same keys.
    pub layer: String,
    /// Its fields.
    pub fields: Vec<String>,
}

/// `[rollup]`: totals per state or for the country, with dissolved borders.
#[derive(Clone, Debug, Deserialize, Serialize, JsonSchema)]
pub struct Rollup {
    /// Layer of zones.
    pub zones: String,
    /// How zones are grouped.
    pub by: RollupBy,
    /// Fields that are summed, over the zones that have a value; null where none has.
    #[serde(default)]
    pub sum: Vec<String>,
    /// Fields that are averaged, weighted by `weight` if given.
    #[serde(default)]
    pub mean: Vec<String>,
    /// Fields of which the greatest is kept.
    #[serde(default)]
    pub max: Vec<String>,
    /// Numbers of zones at or above a value.
    #[serde(default)]
    pub count: Vec<CountOf>,
    /// Field that weights the means, 0 or more; zones without it count in none.
    pub weight: Option<String>,
    /// Field with the group's name for people.
    pub name: Option<String>,
    /// Gaps between the zones of a group up to so wide are closed, m; at 0 only those under 0.05 km2. For zones that were
    /// simplified one by one.
    #[serde(default)]
    #[schemars(range(min = 0.0, max = 10_000.0))]
    pub tolerance_m: f64,
}

/// A number of zones: those whose `field` is at least `at_least`.
#[derive(Clone, Debug, Deserialize, Serialize, JsonSchema)]
pub struct CountOf {
    /// Field that the number is written to.
    pub name: String,
    /// Field that is compared.
    pub field: String,
    /// Least value that counts.
    pub at_least: f64,
}

/// How zones are grouped.
#[derive(Clone, Debug, Deserialize, Serialize, JsonSchema)]
#[serde(untagged)]
pub enum RollupBy {
    /// The first characters of the key; 0 makes one group, the country. Keys of unequal length are refused.
    Prefix {
        /// How many.
        prefix: usize,
    },
    /// A table that maps each key to its group.
    Table {
        /// Layer keyed like the zones.
        table: String,
        /// Its field that names the group.
        field: String,
    },
}

fn risk() -> String {
    "risk".to_owned()
}

fn one() -> f64 {
    1.0
}

fn high_risk() -> f64 {
    0.6
}

fn reach() -> f64 {
    30.0
}

fn incidents() -> String {
    "incidents".to_owned()
}

fn weighted() -> String {
    "weighted".to_owned()
}

fn per() -> f64 {
    100_000.0
}

fn rate() -> String {
    "rate".to_owned()
}

fn yes() -> bool {
    true
}
