//! One way of doing a recipe otherwise.

use super::{Aggregation, Composite};

/// What stands in for a missing indicator.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Imputation {
    /// Nothing: the weights of the others are divided anew.
    #[default]
    Reweigh,
    /// The median of the zones that have it.
    Median,
    /// Their first quartile.
    Low,
    /// Their third quartile.
    High,
}

/// Normalisations that a run may draw: the recipe's own, min-max, z, and min-max between the 2.5th and 97.5th
/// percentiles.
pub(crate) const NORMALISATIONS: usize = 4;

/// One way of doing a recipe otherwise.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Variation {
    /// Which normalisation: 0 the recipe's own, 1 min-max, 2 z, 3 min-max between percentiles.
    pub normalisation: usize,
    /// What stands in for missing values.
    pub imputation: Imputation,
    /// How dimensions are brought together; the recipe's way without it.
    pub across: Option<Aggregation>,
    /// How indicators are brought together within dimensions; the recipe's way without it.
    pub within: Option<Aggregation>,
    /// Factors on the weights of indicators, in order; 1 beyond the end.
    pub items: Vec<f64>,
    /// Factors on the weights of dimensions, in order; 1 beyond the end.
    pub dimensions: Vec<f64>,
}

impl Variation {
    /// How many numbers of 0..1 a variation is drawn from.
    pub fn inputs(recipe: &Composite) -> usize {
        4 + recipe.items().count() + recipe.dimensions.len()
    }

    /// The names of these numbers.
    pub fn names(recipe: &Composite) -> Vec<String> {
        let choices = ["normalisation", "imputation", "aggregation", "aggregation_within"].map(str::to_owned);
        let items = recipe.items().map(|item| format!("weight:{}", item.name));
        let dimensions = recipe.dimensions.iter().map(|dimension| format!("weight:{}", dimension.name));
        choices.into_iter().chain(items).chain(dimensions).collect()
    }

    /// The variation that numbers of 0..1 stand for; `spread` is the share by which weights vary (0.25).
    ///
    /// Half of the draws keep the recipe's own normalisation, aggregation and way with missing values; the
    /// other half is shared by the alternatives, so that the recipe weighs as much as all doubt about it.
    pub fn draw(recipe: &Composite, unit: &[f64], spread: f64) -> Self {
        let at = |k: usize| unit.get(k).copied().unwrap_or(0.0);
        // 0 below a half, else 1..=alternatives.
        let choose = |k: usize, alternatives: usize| match at(k) < 0.5 {
            true => 0,
            false => 1 + (((at(k) - 0.5) * 2.0 * alternatives as f64) as usize).min(alternatives - 1),
        };
        let imputation = [Imputation::Reweigh, Imputation::Median, Imputation::Low, Imputation::High];
        let rule =
            |k: usize| [None, Some(Aggregation::Arithmetic), Some(Aggregation::Geometric)][choose(k, 2)];
        let count = recipe.items().count();
        let factor = |k: usize| 1.0 + spread * (2.0 * at(k) - 1.0);
        Self {
            normalisation: choose(0, NORMALISATIONS - 1),
            imputation: imputation[choose(1, 3)],
            across: rule(2),
            within: rule(3),
            items: (4..4 + count).map(factor).collect(),
            dimensions: (4 + count..Self::inputs(recipe)).map(factor).collect(),
        }
    }

    pub(super) fn item(&self, k: usize) -> f64 {
        self.items.get(k).copied().unwrap_or(1.0)
    }

    pub(super) fn dimension(&self, k: usize) -> f64 {
        self.dimensions.get(k).copied().unwrap_or(1.0)
    }
}
