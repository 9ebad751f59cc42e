//! The tables of the steps around composites: `[composite]`, `[crosswalk]`, `[difference]`.

use std::collections::BTreeMap;
use std::sync::Arc;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Recipe;

/// `[composite]`: indicators to a score by a recipe, with intervals of score and rank, classes, and factors.
#[derive(Clone, Debug, Deserialize, Serialize, JsonSchema)]
pub struct Composite {
    /// Layer of zones.
    pub zones: String,
    /// Layer that holds the indicators, keyed like the zones; the zones' own fields if not given.
    pub table: Option<String>,
    /// The recipe: `recipes/NAME.toml` of the workspace, or one that ships with Corredor.
    pub recipe: String,
    /// Fields of the table where they are not named like the indicators: `indicator = "field"`.
    #[serde(default)]
    pub fields: BTreeMap<String, String>,
    /// Goalposts of the recipe that are others here, where values of another country lie beyond them: `indicator = [low, high]`.
    /// They become part of the version that is published, so that scores on two scales are not compared.
    #[serde(default)]
    pub goalposts: BTreeMap<String, [f64; 2]>,
    /// Field that the score is written to, 7 characters at most; its interval is this with `_lo` and `_hi`, its median with `_md`.
    #[serde(default = "score")]
    pub field: String,
    /// Another composite of the same recipe, whose goalposts, weights and cut points are used instead of finding
    /// them anew: older years and other places then compare with it.
    pub like: Option<String>,
    /// Field of the zones that holds people, 0 or more: weighs the national means that factors are measured against, and
    /// the means of groups.
    pub weight: Option<String>,
    /// Groups the zones by the first characters of their key, such as states: the layer then holds the groups,
    /// each with the mean of its zones in every run, so that its intervals are right.
    #[schemars(range(min = 1))]
    pub group: Option<usize>,
    /// Rules for classes: the first gives `risk_class`, the others `class_2`, `class_3`.
    #[serde(default = "class")]
    #[schemars(length(min = 1, max = 3))]
    pub class: Vec<ClassSpec>,
    /// How the uncertainty is found.
    #[serde(default)]
    pub uncertainty: Uncertainty,
    /// Parts of the people, such as girls and boys, scored by their own fields on the scale of all.
    #[serde(default)]
    pub part: Vec<Part>,
    /// The recipe that `recipe` names; filled in when the workspace is opened.
    #[serde(skip)]
    #[schemars(skip)]
    pub resolved: Option<Arc<Recipe>>,
}

/// One rule for classes.
#[derive(Clone, Debug, Deserialize, Serialize, JsonSchema)]
pub struct ClassSpec {
    /// How cut points are found.
    pub rule: ClassRule,
    /// Names of the classes, lowest first; ASCII codes, translated in the styles.
    #[serde(default = "three")]
    #[schemars(length(min = 2, max = 20))]
    pub names: Vec<String>,
    /// Cut points, for `fixed` only: one less than names, in units of the score.
    #[serde(default)]
    pub cuts: Vec<f64>,
    /// Intervals of `dalenius`; the number that serves best where not given.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 2, max = 10_000))]
    pub bins: Option<usize>,
}

/// How cut points are found.
#[derive(Clone, Copy, Debug, Deserialize, Serialize, JsonSchema, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
pub enum ClassRule {
    /// As stated: a class keeps its meaning between years and places.
    Fixed,
    /// Equal widths between the least and greatest score.
    Equal,
    /// Equal widths between the least and greatest score of each state (the zones' field `state`): not
    /// comparable between states.
    Relative,
    /// Equal counts.
    Quantiles,
    /// The least squares within classes, exactly.
    Jenks,
    /// Dalenius and Hodges: equal cumulated root frequency.
    Dalenius,
    /// Means of what is above the mean; as many classes as names, at most.
    Headtail,
}

/// How the uncertainty of a composite is found: many runs that each do the recipe a little otherwise.
#[derive(Clone, Debug, Deserialize, Serialize, JsonSchema)]
#[serde(default)]
pub struct Uncertainty {
    /// How many runs.
    #[schemars(range(min = 100, max = 100_000))]
    pub runs: usize,
    /// By how much weights vary up and down, %.
    #[schemars(range(min = 0.0, max = 90.0))]
    pub weights_pct: f64,
    /// Samples for Sobol's sensitivity indices, which cost so many times the number of inputs and two in runs;
    /// none where not given.
    #[schemars(range(min = 64, max = 100_000))]
    pub sobol: Option<usize>,
}

impl Default for Uncertainty {
    fn default() -> Self {
        Self { runs: 1000, weights_pct: 25.0, sobol: None }
    }
}

/// A part of the people, scored by its own fields.
#[derive(Clone, Debug, Deserialize, Serialize, JsonSchema)]
pub struct Part {
    /// Field that its score is written to, 7 characters at most: `girls`. The gap is that of the first part less
    /// the second.
    pub name: String,
    /// Fields of the table that hold its indicators; others are as for all: `indicator = "field"`.
    pub fields: BTreeMap<String, String>,
}

/// `[crosswalk]`: a table keyed by old zones, carried over to new ones.
#[derive(Clone, Debug, Deserialize, Serialize, JsonSchema)]
pub struct Crosswalk {
    /// Layer keyed by old zones: what is carried over.
    pub table: String,
    /// Layer of the new zones.
    pub zones: String,
    /// Table of old code, new code and share; old zones that are not in it keep their code.
    pub links: Option<String>,
    /// Layer of the old zones, instead of `links`: shares of their area are measured.
    pub old_zones: Option<String>,
    /// Field of `links` with the old code.
    #[serde(default = "old")]
    pub old: String,
    /// Field of `links` with the new code.
    #[serde(default = "new")]
    pub new: String,
    /// Field of `links` with the share of the old zone that goes to the new one, 0..1; those of an old zone add
    /// up to 1.
    #[serde(default = "share")]
    pub share: String,
    /// Fields that are shared out: people, cases. Their totals stay as they are.
    #[serde(default)]
    pub sum: Vec<String>,
    /// Fields that are averaged: shares, rates.
    #[serde(default)]
    pub mean: Vec<String>,
    /// Field of the table that weighs the means, such as people.
    pub weight: Option<String>,
}

/// `[difference]`: one estimate less another, with its interval: girls less boys.
#[derive(Clone, Debug, Deserialize, Serialize, JsonSchema)]
pub struct Difference {
    /// Layer of zones.
    pub zones: String,
    /// Layer that holds the estimates, keyed like the zones.
    pub table: String,
    /// Field of the first estimate.
    pub a: String,
    /// Field of its standard error.
    pub a_se: String,
    /// Field of the second estimate, which is taken from the first.
    pub b: String,
    /// Field of its standard error.
    pub b_se: String,
    /// Correlation of the two estimates; those of one model and one survey are often correlated.
    #[serde(default)]
    #[schemars(range(min = -1.0, max = 1.0))]
    pub correlation: f64,
    /// Field that the difference is written to, 7 characters at most.
    #[serde(default = "gap")]
    pub field: String,
}

fn score() -> String {
    "score".to_owned()
}

fn old() -> String {
    "old".to_owned()
}

fn new() -> String {
    "new".to_owned()
}

fn share() -> String {
    "share".to_owned()
}

fn gap() -> String {
    "gap".to_owned()
}

fn three() -> Vec<String> {
    ["low", "medium", "high"].map(str::to_owned).to_vec()
}

fn class() -> Vec<ClassSpec> {
    vec![ClassSpec { rule: ClassRule::Jenks, names: three(), cuts: Vec::new(), bins: None }]
}

impl Composite {
    /// Fields of the table that hold the indicators, in the recipe's order; `part` takes some of its own.
    pub fn columns<'a>(&'a self, recipe: &'a Recipe, part: Option<&'a Part>) -> Vec<&'a str> {
        recipe
            .indicators()
            .map(|indicator| {
                let own = part.and_then(|part| part.fields.get(&indicator.name));
                own.or_else(|| self.fields.get(&indicator.name)).unwrap_or(&indicator.name).as_str()
            })
            .collect()
    }

    /// Names of the fields of the classes and of the share of runs in them.
    pub fn class_fields(&self) -> Vec<(String, String)> {
        (1..=self.class.len())
            .map(|n| match n {
                1 => ("risk_class".to_owned(), "class_pct".to_owned()),
                n => (format!("class_{n}"), format!("cls_{n}_pct")),
            })
            .collect()
    }

    /// All fields that the step writes besides key, name and state.
    pub fn outputs(&self, recipe: &Recipe) -> Vec<String> {
        let with =
            |name: &str, ends: &[&str]| ends.iter().map(|end| format!("{name}{end}")).collect::<Vec<_>>();
        let mut fields = with(&self.field, &["", "_lo", "_md", "_hi"]);
        fields.extend(with("rank", &["", "_lo", "_md", "_hi"]));
        fields.extend(self.class_fields().into_iter().flat_map(|(class, share)| [class, share]));
        let told = if self.group.is_some() { &["zones", "unscored"][..] } else { &["ind_miss"] };
        fields.extend(told.iter().map(|&field| field.to_owned()));
        fields.extend(recipe.dimension.iter().map(|dimension| format!("d_{}", dimension.name)));
        for side in ["up", "down"] {
            fields.extend((1..=3).flat_map(|n| [format!("{side}_{n}"), format!("{side}_{n}_pts")]));
        }
        for part in &self.part {
            fields.extend(with(&part.name, &["", "_lo", "_hi"]));
        }
        if self.part.len() >= 2 {
            fields.extend(with("gap", &["", "_lo", "_hi"]));
        }
        fields.extend(recipe.indicators().map(|indicator| indicator.name.clone()));
        fields.extend(self.weight.clone());
        fields
    }
}
