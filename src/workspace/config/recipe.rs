//! A recipe: `recipes/NAME.toml` of a workspace, or one that ships with Corredor.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Text;
use crate::risk::composite::{self, Aggregation, Item, Normalisation, Posts, Weighting};

/// `recipes/NAME.toml`: how indicators become one number. `name` is the file's name.
#[derive(Clone, Debug, Deserialize, Serialize, JsonSchema)]
pub struct Recipe {
    /// Name; published with every score that is made by it.
    pub name: String,
    /// Version; published too. Raise it whenever anything below changes: scores of two versions are not compared.
    pub version: String,
    /// Title for people.
    #[serde(default)]
    pub title: Text,
    /// What it measures and what it does not.
    #[serde(default)]
    pub description: Text,
    /// Where the method comes from.
    #[serde(default)]
    pub source: String,
    /// Greatest score: 1, 10 or 100; 0 is the least.
    pub scale: u16,
    /// Decimals that dimensions and score are rounded to; none where not given.
    #[schemars(range(max = 9))]
    pub decimals: Option<u8>,
    /// What an indicator without goalposts of its own is measured against.
    #[serde(default)]
    pub normalisation: Normalisation,
    /// How dimensions become the score.
    #[serde(default)]
    pub aggregation: Aggregation,
    /// Where the weights of the dimensions come from.
    #[serde(default)]
    pub weights: Weighting,
    /// How many dimensions a zone may lack and still be scored.
    #[serde(default)]
    pub max_missing: usize,
    /// Lowest value that enters a geometric mean, 0..1; at 0 one dimension at 0 makes the score 0.
    #[serde(default = "floor")]
    #[schemars(range(min = 0.0, max = 0.5))]
    pub floor: f64,
    /// The dimensions.
    #[schemars(length(min = 1))]
    pub dimension: Vec<RecipeDimension>,
    /// Indicators that a layer file measures against other goalposts than the recipe's own.
    #[serde(skip)]
    #[schemars(skip)]
    pub(crate) moved: Vec<String>,
}

/// One dimension of a recipe.
#[derive(Clone, Debug, Deserialize, Serialize, JsonSchema)]
pub struct RecipeDimension {
    /// Short name, 8 characters at most: the field of its score is `d_` and this.
    pub name: String,
    /// Title for people.
    #[serde(default)]
    pub title: Text,
    /// Relative weight, 1 where not given.
    #[schemars(extend("exclusiveMinimum" = 0.0))]
    pub weight: Option<f64>,
    /// How its indicators, or its categories, become one number.
    #[serde(default)]
    pub aggregation: Aggregation,
    /// Where the weights of its indicators come from.
    #[serde(default)]
    pub weights: Weighting,
    /// How many of its indicators a zone may lack; the weights of the others are divided anew.
    #[serde(default)]
    pub max_missing: usize,
    /// What becomes 0 and 1 once more after the indicators are brought together.
    pub goalposts: Option<RecipePosts>,
    /// The indicators.
    #[schemars(length(min = 1))]
    pub indicator: Vec<RecipeIndicator>,
}

/// One indicator of a recipe.
#[derive(Clone, Debug, Deserialize, Serialize, JsonSchema)]
pub struct RecipeIndicator {
    /// Name, 10 characters at most: the field of the table (unless `[composite] fields` says otherwise), and of
    /// the published layer.
    pub name: String,
    /// Title for people, as fact sheets word it.
    #[serde(default)]
    pub title: Text,
    /// Unit: `%`, `/ 100,000`.
    #[serde(default)]
    pub unit: String,
    /// Whether high values mean high risk (`up`) or low risk (`down`).
    #[serde(default)]
    pub direction: Direction,
    /// `[low, high]`, `"observed"` or `"z"`; the recipe's `normalisation` where not given.
    pub goalposts: Option<RecipePosts>,
    /// Whether the natural logarithm is taken first.
    #[serde(default)]
    pub log: bool,
    /// What is done to values far from the others: `"tukey"` holds them at Tukey's fences, `[0.025, 0.975]` at
    /// these quantiles.
    pub cap: Option<RecipeCap>,
    /// Relative weight, 1 where not given.
    #[schemars(extend("exclusiveMinimum" = 0.0))]
    pub weight: Option<f64>,
    /// Category within the dimension; categories count alike. All indicators of a dimension have one, or none.
    pub category: Option<String>,
    /// Component within the category: its indicators are averaged first.
    pub component: Option<String>,
}

/// Whether high values mean high risk.
#[derive(Clone, Copy, Debug, Default, Deserialize, Serialize, JsonSchema, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
pub enum Direction {
    /// High values mean high risk.
    #[default]
    Up,
    /// High values mean low risk.
    Down,
}

/// Values that become 0 and 1.
#[derive(Clone, Copy, Debug, Deserialize, Serialize, JsonSchema)]
#[serde(untagged)]
pub enum RecipePosts {
    /// Fixed `[low, high]`: comparable between years and countries.
    Fixed([f64; 2]),
    /// `"observed"` or `"z"`: taken from the data; comparable only with what is scored `like` it.
    Taken(TakenPosts),
}

/// Goalposts taken from the data.
#[derive(Clone, Copy, Debug, Deserialize, Serialize, JsonSchema, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
pub enum TakenPosts {
    /// The least and greatest value.
    Observed,
    /// The mean less and plus three standard deviations.
    Z,
}

/// What is done to values far from the others.
#[derive(Clone, Copy, Debug, Deserialize, Serialize, JsonSchema)]
#[serde(untagged)]
pub enum RecipeCap {
    /// Held at these two quantiles, 0..1.
    Quantiles([f64; 2]),
    /// `"tukey"`.
    Word(TukeyWord),
}

/// The word `"tukey"`.
#[derive(Clone, Copy, Debug, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum TukeyWord {
    /// The quartiles less and plus one and a half times their distance.
    Tukey,
}

impl Recipe {
    /// The recipe with other goalposts for some of its indicators, which its version then names.
    pub(crate) fn measured_against(&self, goalposts: &BTreeMap<String, [f64; 2]>) -> Self {
        let mut recipe = self.clone();
        let mut named = Vec::new();
        for indicator in recipe.dimension.iter_mut().flat_map(|dimension| &mut dimension.indicator) {
            let Some(&[low, high]) = goalposts.get(&indicator.name) else { continue };
            if !matches!(indicator.goalposts, Some(RecipePosts::Fixed(posts)) if posts == [low, high]) {
                indicator.goalposts = Some(RecipePosts::Fixed([low, high]));
                named.push(format!("{} {low}–{high}", indicator.name));
                recipe.moved.push(indicator.name.clone());
            }
        }
        if !named.is_empty() {
            recipe.version = format!("{} ({})", self.version, named.join(", "));
        }
        recipe
    }

    /// All indicators, in order.
    pub fn indicators(&self) -> impl Iterator<Item = &RecipeIndicator> {
        self.dimension.iter().flat_map(|dimension| &dimension.indicator)
    }

    /// The recipe in numbers.
    pub fn numbers(&self) -> composite::Composite {
        composite::Composite {
            name: self.name.clone(),
            version: self.version.clone(),
            scale: f64::from(self.scale),
            decimals: self.decimals,
            aggregation: self.aggregation,
            weighting: self.weights,
            max_missing: self.max_missing,
            floor: self.floor,
            dimensions: self.dimension.iter().map(|dimension| self.dimension_numbers(dimension)).collect(),
        }
    }

    fn dimension_numbers(&self, dimension: &RecipeDimension) -> composite::Dimension {
        let number = |names: &[&Option<String>], name: &Option<String>| {
            name.as_ref().and_then(|_| names.iter().position(|other| *other == name))
        };
        let categories: Vec<_> = dimension.indicator.iter().map(|i| &i.category).collect();
        let components: Vec<_> = dimension.indicator.iter().map(|i| &i.component).collect();
        let item = |indicator: &RecipeIndicator| Item {
            name: indicator.name.clone(),
            weight: indicator.weight.unwrap_or(1.0),
            posts: match (indicator.goalposts, self.normalisation) {
                (Some(posts), _) => posts.numbers(),
                (None, Normalisation::Z) => Posts::Z,
                (None, _) => Posts::Observed,
            },
            inverted: indicator.direction == Direction::Down,
            log: indicator.log,
            cap: indicator.cap.map(|cap| match cap {
                RecipeCap::Quantiles([low, high]) => composite::Cap::Quantiles(low, high),
                RecipeCap::Word(TukeyWord::Tukey) => composite::Cap::Tukey,
            }),
            category: number(&categories, &indicator.category),
            component: number(&components, &indicator.component),
        };
        composite::Dimension {
            name: dimension.name.clone(),
            weight: dimension.weight.unwrap_or(1.0),
            aggregation: dimension.aggregation,
            weighting: dimension.weights,
            max_missing: dimension.max_missing,
            rescale: dimension.goalposts.map(RecipePosts::numbers),
            items: dimension.indicator.iter().map(item).collect(),
        }
    }
}

impl RecipePosts {
    fn numbers(self) -> Posts {
        match self {
            Self::Fixed([low, high]) => Posts::Fixed(low, high),
            Self::Taken(TakenPosts::Observed) => Posts::Observed,
            Self::Taken(TakenPosts::Z) => Posts::Z,
        }
    }
}

fn floor() -> f64 {
    crate::risk::GEOMETRIC_FLOOR
}
