//! Parameters of steps that score, compare and rank zones.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::risk::classify::Classed;
use crate::risk::composite::{Aggregation, Frozen, Normalisation, Weighting};
use crate::workspace::config::{Carry, Direction, Mean, RecipeCap, RecipePosts, Text};

/// Parameters of `[score]`.
#[derive(Clone, Debug, Default, Deserialize, Serialize, JsonSchema)]
#[serde(default)]
pub struct ScoreParameters {
    /// Name of the recipe.
    pub recipe: String,
    /// Its version.
    pub version: String,
    /// Field of the score; older runs do not say, and have the default of the step.
    #[serde(default = "score_field")]
    pub field: String,
    /// How indicators are averaged.
    pub mean: Mean,
    /// How many indicators a zone may lack.
    pub max_missing: usize,
    /// Cut points of the classes.
    pub cuts: Vec<f64>,
    /// Names of the classes, lowest first.
    pub classes: Vec<String>,
    /// How many zones are in each class.
    pub class_counts: Vec<usize>,
    /// The indicators.
    pub indicators: Vec<ScoreIndicator>,
}

fn score_field() -> String {
    "risk".to_owned()
}

/// An indicator of a `[score]`, as it was used.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(default)]
pub struct ScoreIndicator {
    /// Its field.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub field: String,
    /// Its weight.
    pub weight: f64,
    /// What became 0 and 1.
    pub goalposts: [f64; 2],
    /// Whether these were taken from the data.
    pub observed: bool,
    /// Zones below the lower one.
    pub below: usize,
    /// Zones above the upper one.
    pub above: usize,
    /// Whether high values mean low risk.
    pub inverted: bool,
    /// Whether the natural logarithm is taken first.
    pub log: bool,
}

/// Parameters of `[composite]`.
#[derive(Clone, Debug, Default, Deserialize, Serialize, JsonSchema)]
#[serde(default)]
pub struct CompositeParameters {
    /// Name of the recipe.
    pub recipe: String,
    /// Its version.
    pub version: String,
    /// Its title.
    pub recipe_title: Text,
    /// Where its method comes from.
    pub recipe_source: String,
    /// Field of the score.
    #[serde(default = "composite_field")]
    pub field: String,
    /// Greatest score.
    #[serde(default = "scale")]
    pub scale: u16,
    /// Decimals that dimensions and score are rounded to.
    pub decimals: Option<u8>,
    /// What an indicator without goalposts of its own is measured against.
    pub normalisation: Normalisation,
    /// How dimensions become the score.
    pub aggregation: Aggregation,
    /// Where the weights of the dimensions come from.
    pub weights: Weighting,
    /// How many dimensions a zone may lack.
    pub max_missing: usize,
    /// Lowest value that enters a geometric mean, 0..1.
    pub floor: f64,
    /// Layer that it is scored like.
    pub like: Option<String>,
    /// Characters of the code that name the group, where groups are scored.
    pub group: Option<usize>,
    /// Field of people that means weigh by.
    pub weight: Option<String>,
    /// Names of the parts of the people that are scored apart.
    pub parts: Vec<String>,
    /// Whether anything was taken from the data that other data would change: scores compare where nothing was.
    pub from_data: bool,
    /// Scales and weights as they were used, from which others are scored alike.
    pub kept: Option<Frozen>,
    /// The dimensions.
    pub dimensions: Vec<DimensionRecord>,
    /// The indicators.
    pub indicators: Vec<IndicatorRecord>,
    /// The classes by each rule, the main one first.
    pub classes: Vec<ClassRecord>,
    /// How many zones have a score.
    pub scored: usize,
    /// Mean of the score over zones.
    pub mean: Option<f64>,
    /// What the fields of factors hold.
    pub factors: String,
    /// How the runs were drawn.
    pub uncertainty: UncertaintyRecord,
    /// Sensitivity of the ranks to each choice, where it was asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sobol: Option<SobolRecord>,
}

fn composite_field() -> String {
    "score".to_owned()
}

fn scale() -> u16 {
    1
}

/// A dimension of a `[composite]`.
#[derive(Clone, Debug, Default, Deserialize, Serialize, JsonSchema)]
#[serde(default)]
pub struct DimensionRecord {
    /// Short name.
    pub name: String,
    /// Field of its score.
    pub field: String,
    /// Title.
    pub title: Text,
    /// Its weight; the weights add up to 1.
    pub weight: f64,
    /// How its indicators become one number.
    pub aggregation: Aggregation,
    /// Where the weights of its indicators come from.
    pub weights: Weighting,
    /// How many of its indicators a zone may lack.
    pub max_missing: usize,
    /// Pena's distance, where it weighs by it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub dp2: Option<Dp2Record>,
    /// The principal component, where it weighs by it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub principal: Option<PrincipalRecord>,
}

/// How Pena's distance weighed the indicators of a dimension.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(default)]
pub struct Dp2Record {
    /// Indicators in the order in which they enter.
    pub order: Vec<String>,
    /// `1 - R2` of each given those before it.
    pub correction: Vec<f64>,
    /// Rounds until the order stood still.
    pub rounds: usize,
    /// Whether it did.
    pub settled: bool,
}

/// How a principal component weighed the indicators of a dimension.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(default)]
pub struct PrincipalRecord {
    /// Loading of each indicator.
    pub loadings: Vec<f64>,
    /// Share of all variance that it explains.
    pub explained: f64,
}

/// An indicator of a `[composite]`, as it was used.
#[derive(Clone, Debug, Default, Deserialize, Serialize, JsonSchema)]
#[serde(default)]
pub struct IndicatorRecord {
    /// Its name, and its field in the published layer.
    pub name: String,
    /// Its field in the table that was read.
    pub field: String,
    /// Name of its dimension.
    pub dimension: String,
    /// Its category within the dimension.
    pub category: Option<String>,
    /// Its component within the category.
    pub component: Option<String>,
    /// Title.
    pub title: Text,
    /// Its unit.
    pub unit: String,
    /// Whether high values mean high risk.
    pub direction: Direction,
    /// Whether the natural logarithm is taken first.
    pub log: bool,
    /// Values beyond which it was held, in its unit.
    pub cap: Option<[f64; 2]>,
    /// What became 0 and 1, in its unit.
    pub goalposts: [f64; 2],
    /// Whether these were taken from the data.
    pub observed: bool,
    /// What the recipe says, from which the runs find other scales.
    pub stated: StatedPosts,
    /// Its weight within its dimension.
    pub weight: f64,
    /// Mean over all zones, by people where stated, in its unit.
    pub mean: Option<f64>,
    /// Mean over all zones of what the recipe makes of it, 0..1.
    pub mean_0_1: Option<f64>,
}

/// Goalposts and cap as a recipe states them.
#[derive(Clone, Debug, Default, Deserialize, Serialize, JsonSchema)]
#[serde(default)]
pub struct StatedPosts {
    /// Goalposts.
    pub goalposts: Option<RecipePosts>,
    /// What is done to values far from the others.
    pub cap: Option<RecipeCap>,
}

/// The classes of a `[composite]` by one rule.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(default)]
pub struct ClassRecord {
    /// The rule.
    pub rule: String,
    /// Names, lowest first.
    pub names: Vec<String>,
    /// Field of the class.
    pub field: String,
    /// Field of the share of runs that agree with it.
    pub share_field: String,
    /// Cut points, rising; none where each group has its own.
    pub cuts: Vec<f64>,
    /// Cut points of each group.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub group_cuts: BTreeMap<String, Vec<f64>>,
    /// How many zones are in each class.
    pub counts: Vec<usize>,
    /// How many are in none.
    pub missing: usize,
    /// Share of the variance that lies between classes, 0..1.
    pub fit: Option<f64>,
    /// Intervals used by the rule of Dalenius and Hodges.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bins: Option<usize>,
}

impl ClassRecord {
    /// What a rule found, the names of its classes, and the fields of class and share.
    pub fn new(found: &Classed, names: &[String], field: &str, share_field: &str) -> Self {
        Self {
            rule: found.rule.to_owned(),
            names: names.to_vec(),
            field: field.to_owned(),
            share_field: share_field.to_owned(),
            cuts: found.cuts.clone(),
            group_cuts: found.group_cuts.clone(),
            counts: found.counts.clone(),
            missing: found.missing,
            fit: found.fit,
            bins: found.bins,
        }
    }
}

/// How the runs of a `[composite]` were drawn.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(default)]
pub struct UncertaintyRecord {
    /// How many.
    pub runs: usize,
    /// How far weights were moved, %.
    pub weights_pct: f64,
    /// What the intervals are.
    pub interval: String,
    /// What was varied.
    pub varied: Vec<String>,
    /// How random numbers were drawn.
    pub random: String,
    /// Names of the inputs that were drawn.
    pub inputs: Vec<String>,
}

/// Sobol's indices of the ranks of a `[composite]`.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(default)]
pub struct SobolRecord {
    /// The output that they are of.
    pub output: String,
    /// Its mean.
    pub mean: f64,
    /// Its variance.
    pub variance: f64,
    /// How often it was computed.
    pub runs: usize,
    /// The indices of each input.
    pub inputs: Vec<SobolInput>,
}

/// Sobol's indices of an input.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, Serialize, JsonSchema)]
pub struct SobolInput {
    /// The input.
    pub input: String,
    /// First-order index.
    pub first: f64,
    /// Total index.
    pub total: f64,
}

/// Parameters of `[difference]`.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(default)]
pub struct DifferenceParameters {
    /// What it is, as a formula.
    pub difference: String,
    /// Field that the other is taken from.
    pub a: String,
    /// Field that is taken from it.
    pub b: String,
    /// Field of the standard error of the first.
    pub a_se: String,
    /// Field of the standard error of the second.
    pub b_se: String,
    /// Field of the difference.
    pub field: String,
    /// What the interval is.
    pub interval: String,
    /// Correlation of the two, as stated.
    pub correlation: f64,
}

/// Parameters of `[hotspot]`.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(default)]
pub struct HotspotParameters {
    /// The statistic.
    pub statistic: String,
    /// Field whose high values are looked for.
    pub field: String,
    /// Who is a neighbour of whom.
    pub weights: String,
    /// Gaps between borders that are closed, m.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tolerance_m: Option<f64>,
    /// Pairs of neighbours.
    pub neighbour_pairs: usize,
    /// The p-value that is classed.
    pub p: String,
    /// Number of permutations.
    pub permutations: usize,
    /// Seed of the permutations.
    pub seed: u64,
    /// How many tests at once are allowed for; none where they are not.
    pub fdr: Option<String>,
    /// Greatest p, or q, of each class.
    pub bins: BTreeMap<String, f64>,
}

/// Parameters of `[priority]`.
#[derive(Clone, Debug, Default, Deserialize, Serialize, JsonSchema)]
#[serde(default)]
pub struct PriorityParameters {
    /// What it ranks by, in order.
    pub components: Vec<Component>,
    /// Fields that are brought along, under the layers that they come from.
    pub carry: Vec<Carry>,
    /// Zones that are ranked, where not all are.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub among: Option<Among>,
    /// How components are brought to one scale.
    pub scale: String,
    /// How many people carried rates are stated for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rate_per: Option<f64>,
}

/// A field that a priority ranks by, and its part in it.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, Serialize, JsonSchema)]
pub struct Component {
    /// Its layer.
    #[serde(default)]
    pub layer: String,
    /// The field.
    pub field: String,
    /// Its weight beside the others.
    pub weight: f64,
}

/// Zones that are ranked: those where a field is above 0.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(default)]
pub struct Among {
    /// Its layer.
    pub layer: String,
    /// The field.
    pub field: String,
    /// How many zones they are.
    pub zones: usize,
}
