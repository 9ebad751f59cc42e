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

/// `[lixels]`: routes cut into pieces of nearly equal length.
#[derive(Clone, Debug, Deserialize, Serialize, JsonSchema)]
pub struct Lixels {
    /// Layer of routes.
    pub routes: String,
    /// Length of a lixel, km; each route is cut into as many equal ones as come nearest to it.
    #[serde(default = "lixel")]
    #[schemars(range(min = 0.1, max = 500.0))]
    pub length_km: f64,
    /// Layer of zones: each lixel lies in the one that its middle lies in.
    pub zones: Option<String>,
    /// Fields brought along from layers keyed like the zones, and from the layer of routes itself, such as its flow; in
    /// this order.
    #[serde(default)]
    pub carry: Vec<Carry>,
}

/// Key of lixels.
pub const LIXEL_KEY: &str = "lixel_id";

/// Routes and lixels that come as near as this meet, where a layer file says nothing else, km; chosen as the bandwidth of
/// rates was.
pub(crate) const MEETING_KM: f64 = 1.0;

/// What layers derived from lixels bring along of them.
pub(crate) const LIXEL_FIELDS: [&str; 6] = ["route", "route_name", "zone", "from_km", "to_km", "km"];

/// `[rates]`: dated events per kilometre and year of lixels, smoothed along the network of routes.
#[derive(Clone, Debug, Deserialize, Serialize, JsonSchema)]
pub struct Rates {
    /// Layer of lixels.
    pub lixels: String,
    /// Layer of points.
    pub points: String,
    /// Field of the points that holds the year, or a date that begins with it.
    #[serde(default = "year")]
    pub date: String,
    /// Years that are counted, first and last; from the first to the last that the points have, where not given.
    pub years: Option<[i32; 2]>,
    /// Field of the lixels that holds people per year, or per `flow_per`: rates are then per person-kilometre.
    pub flow: Option<String>,
    /// How long `flow` is counted over.
    #[serde(default)]
    pub flow_per: Period,
    /// Standard deviation of the Gaussian by which lixels along the network count, km.
    #[serde(default = "bandwidth")]
    #[schemars(range(min = 0.1, max = 500.0))]
    pub bandwidth_km: f64,
    /// Points farther than this from every route are counted for none, km.
    #[serde(default = "snap")]
    #[schemars(range(max = 500.0), extend("exclusiveMinimum" = 0.0))]
    pub within_km: f64,
    /// Routes that come as near as this meet, km.
    #[serde(default = "tolerance")]
    #[schemars(range(max = 50.0), extend("exclusiveMinimum" = 0.0))]
    pub tolerance_km: f64,
    /// Field that the rate is written to, per 100 km and year (with `flow`: per million person-kilometres); its ends are
    /// this and `_lo`, `_hi`.
    #[serde(default = "inc_km")]
    pub field: String,
}

/// A span that people are counted over.
#[derive(Clone, Copy, Debug, Default, Deserialize, Serialize, JsonSchema, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
pub enum Period {
    /// Twelve months.
    #[default]
    Year,
    /// A twelfth of a year.
    Month,
}

impl Period {
    /// How many of them a year has.
    pub(crate) fn per_year(self) -> f64 {
        match self {
            Self::Year => 1.0,
            Self::Month => 12.0,
        }
    }
}

/// `[zonal]`: statistics of lixels per zone, weighted by the kilometres that they have in it.
#[derive(Clone, Debug, Deserialize, Serialize, JsonSchema)]
pub struct Zonal {
    /// Layer of lixels.
    pub lixels: String,
    /// Layer of zones.
    pub zones: String,
    /// Fields that are averaged over the kilometres of the lixels that have a value.
    #[serde(default)]
    pub mean: Vec<String>,
    /// Fields of which the greatest is kept.
    #[serde(default)]
    pub max: Vec<String>,
}

/// `[coverage]`: what is within reach of a site, by geodesic distance.
#[derive(Clone, Debug, Deserialize, Serialize, JsonSchema)]
pub struct Coverage {
    /// Layer of sites.
    pub sites: String,
    /// Layer of stretches (an exposure layer), or of lixels.
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

/// `[hotspot]`: Getis-Ord Gi* over contiguous zones, or over lixels that meet.
#[derive(Clone, Debug, Deserialize, Serialize, JsonSchema)]
pub struct Hotspot {
    /// Layer of zones, or of lixels.
    pub zones: String,
    /// Field whose high values are looked for.
    #[serde(default = "risk")]
    pub field: String,
    /// What zones must share to be neighbours; lixels must meet.
    #[serde(default)]
    pub contiguity: ContiguityBy,
    /// How far apart borders may be and still count as shared, m; at 0 they are compared bit for bit.
    /// For zones that were simplified one by one. Lixels meet where they come as near as this; 1,000 m if it is 0.
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
    /// Only zones where this field is above 0 are ranked, among themselves; the others have no priority.
    pub among: Option<Among>,
    /// Fields brought along from other zone layers, in this order.
    #[serde(default)]
    pub carry: Vec<Carry>,
}

/// Zones that a priority ranks: those where a field is above 0.
#[derive(Clone, Debug, Deserialize, Serialize, JsonSchema)]
pub struct Among {
    /// Layer with the same keys.
    pub layer: String,
    /// Its field.
    pub field: String,
}

/// One component of a priority. Each value above zero becomes its average rank among the values above zero, divided by their
/// number; zero and what is below become 0. The priority of a zone is the weighted mean of those that are known: a missing one
/// is left out and the weights of the others scaled up.
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

fn lixel() -> f64 {
    5.0
}

/// As wide as a lixel is long: the width under which incidents of 2017 and 2018 in Mexico were likeliest, given those of
/// 2014 to 2016.
fn bandwidth() -> f64 {
    5.0
}

pub(super) fn snap() -> f64 {
    25.0
}

fn tolerance() -> f64 {
    MEETING_KM
}

pub(super) fn year() -> String {
    "year".to_owned()
}

fn inc_km() -> String {
    "inc_km".to_owned()
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
