//! What a recipe asks for, in numbers. Its words and the checks of its file: `workspace/config`.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// How several numbers become one.
#[derive(Clone, Copy, Debug, Default, Deserialize, Serialize, JsonSchema, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
pub enum Aggregation {
    /// Weighted arithmetic mean: a low number makes up for a high one.
    #[default]
    Arithmetic,
    /// Weighted geometric mean: in part only.
    Geometric,
    /// INFORM's rule for a dimension: a geometric mean of what is left to the worst, so that one high number
    /// counts for more than several low ones.
    Inform,
}

/// Where weights come from.
#[derive(Clone, Copy, Debug, Default, Deserialize, Serialize, JsonSchema, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
pub enum Weighting {
    /// As the recipe states them; 1 where it states none.
    #[default]
    Stated,
    /// All alike; none may be stated.
    Equal,
    /// Squared loadings of the first principal component, from the data.
    Principal,
    /// Pena's distance (DP2), from the data: what each indicator adds to those before it.
    Dp2,
}

/// What an indicator is measured against where it states no goalposts of its own.
#[derive(Clone, Copy, Debug, Default, Deserialize, Serialize, JsonSchema, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
pub enum Normalisation {
    /// Fixed goalposts, which every indicator must then state: comparable between years and countries.
    #[default]
    Goalposts,
    /// The least and greatest value in the data become 0 and 1.
    Minmax,
    /// The mean less and plus three standard deviations become 0 and 1.
    Z,
}

/// What is done to values far from the others.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Cap {
    /// Held at Tukey's fences: the quartiles less and plus one and a half times their distance.
    Tukey,
    /// Held at these quantiles, 0..1.
    Quantiles(f64, f64),
}

/// What becomes 0 and 1.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Posts {
    /// Fixed, in the unit of the field; the first is below the second.
    Fixed(f64, f64),
    /// Of the data, after the logarithm and the cap.
    Observed,
    /// The mean of the data and three standard deviations around it, after the logarithm and the cap.
    Z,
}

/// One indicator.
#[derive(Clone, Debug, PartialEq)]
pub struct Item {
    /// Its name, unique in the recipe.
    pub name: String,
    /// Relative weight.
    pub weight: f64,
    /// What becomes 0 and 1.
    pub posts: Posts,
    /// Whether high values mean low risk.
    pub inverted: bool,
    /// Whether the natural logarithm is taken first.
    pub log: bool,
    /// What is done to values far from the others.
    pub cap: Option<Cap>,
    /// Category within the dimension, by number; either all indicators of a dimension have one or none has.
    pub category: Option<usize>,
    /// Component within the category, by number; without one the indicator stands for itself.
    pub component: Option<usize>,
}

/// A group of indicators.
#[derive(Clone, Debug, PartialEq)]
pub struct Dimension {
    /// Its name.
    pub name: String,
    /// Relative weight.
    pub weight: f64,
    /// How its indicators, or its categories, become one number.
    pub aggregation: Aggregation,
    /// Where the weights of its indicators come from.
    pub weighting: Weighting,
    /// How many of its indicators a zone may lack.
    pub max_missing: usize,
    /// What becomes 0 and 1 once more, after the indicators are brought together.
    pub rescale: Option<Posts>,
    /// Its indicators.
    pub items: Vec<Item>,
}

/// A recipe in numbers.
#[derive(Clone, Debug, PartialEq)]
pub struct Composite {
    /// Name; published with every score.
    pub name: String,
    /// Version; published with every score.
    pub version: String,
    /// Greatest score: 1, 10 or 100.
    pub scale: f64,
    /// Decimals that dimensions and score are rounded to.
    pub decimals: Option<u8>,
    /// How dimensions become the score.
    pub aggregation: Aggregation,
    /// Where the weights of the dimensions come from.
    pub weighting: Weighting,
    /// How many dimensions a zone may lack.
    pub max_missing: usize,
    /// Lowest value that enters a geometric mean.
    pub floor: f64,
    /// The dimensions.
    pub dimensions: Vec<Dimension>,
}

impl Composite {
    /// All indicators, in order.
    pub fn items(&self) -> impl Iterator<Item = &Item> {
        self.dimensions.iter().flat_map(|dimension| &dimension.items)
    }

    /// Number of the first indicator of each dimension among all, and one past the last.
    pub fn offsets(&self) -> Vec<usize> {
        let mut offsets = vec![0];
        for dimension in &self.dimensions {
            offsets.push(offsets[offsets.len() - 1] + dimension.items.len());
        }
        offsets
    }
}
