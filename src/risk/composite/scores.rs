//! A prepared recipe to scores.

use super::aggregate::fold;
use super::{Aggregation, Imputation, Prepared, Variation};

/// Scores of a country.
#[derive(Clone, Debug, PartialEq)]
pub struct Scores {
    /// Score of each row, 0 to the recipe's scale; `None` where too much lacks.
    pub score: Vec<Option<f64>>,
    /// Score of each dimension, by dimension and row.
    pub dimensions: Vec<Vec<Option<f64>>>,
    /// How many indicators each row lacks.
    pub missing: Vec<u32>,
}

impl Prepared {
    /// The scores, done the recipe's way (`Variation::default()`) or another. O(rows × indicators).
    pub fn scores(&self, variation: &Variation) -> Scores {
        let scale = self.recipe.scale;
        let mut scores = Scores {
            score: Vec::with_capacity(self.rows),
            dimensions: vec![Vec::with_capacity(self.rows); self.recipe.dimensions.len()],
            missing: Vec::with_capacity(self.rows),
        };
        let mut zone = Vec::new();
        for row in 0..self.rows {
            self.zone(row, variation.normalisation, &mut zone);
            let (score, dimensions) = self.score(&zone, variation);
            scores.score.push(score.map(|score| score * scale));
            for (column, value) in scores.dimensions.iter_mut().zip(dimensions) {
                column.push(value.map(|value| value * scale));
            }
            scores.missing.push(zone.iter().filter(|value| value.is_none()).count() as u32);
        }
        scores
    }

    /// Scores for the columns of a part of the people, such as girls, on the scales and weights of all; the
    /// columns are in order and on the same rows.
    pub fn scores_of(&self, columns: &[Vec<Option<f64>>], variation: &Variation) -> Vec<Option<f64>> {
        let values: Vec<Vec<Option<f64>>> =
            columns.iter().zip(&self.frozen.scales).map(|(column, scale)| scale.column(column)).collect();
        (0..self.rows)
            .map(|row| {
                let zone: Vec<Option<f64>> = values.iter().map(|column| column[row]).collect();
                self.score(&zone, variation).0.map(|score| score * self.recipe.scale)
            })
            .collect()
    }

    /// The indicators of a row, 0..1.
    pub(super) fn zone(&self, row: usize, normalisation: usize, to: &mut Vec<Option<f64>>) {
        to.clear();
        to.extend(self.bases[normalisation].iter().map(|column| column[row]));
    }

    /// Dimensions of every row before they are rescaled.
    pub(super) fn dimensions(&self, variation: &Variation) -> Vec<Vec<Option<f64>>> {
        let mut columns = vec![Vec::with_capacity(self.rows); self.recipe.dimensions.len()];
        let mut zone = Vec::new();
        for row in 0..self.rows {
            self.zone(row, variation.normalisation, &mut zone);
            for (at, column) in columns.iter_mut().enumerate() {
                column.push(self.dimension(at, &zone, variation));
            }
        }
        columns
    }

    /// Score and dimensions of one zone, 0..1.
    pub(super) fn score(
        &self,
        zone: &[Option<f64>],
        variation: &Variation,
    ) -> (Option<f64>, Vec<Option<f64>>) {
        let dimensions: Vec<Option<f64>> = (0..self.recipe.dimensions.len())
            .map(|at| {
                let value = self.dimension(at, zone, variation)?;
                let rescaled = match self.frozen.rescale[at] {
                    Some([low, high]) => ((value - low) / (high - low)).clamp(0.0, 1.0),
                    None => value,
                };
                Some(self.round(rescaled))
            })
            .collect();
        let weights =
            self.frozen.dimension_weights.iter().enumerate().map(|(k, w)| w * variation.dimension(k));
        let rule = variation.across.unwrap_or(self.recipe.aggregation);
        let pairs = dimensions.iter().copied().zip(weights);
        let score = fold(pairs, rule, self.recipe.max_missing, self.recipe.floor);
        (score.map(|score| self.round(score)), dimensions)
    }

    /// One dimension of a zone, 0..1, before it is rescaled.
    fn dimension(&self, at: usize, zone: &[Option<f64>], variation: &Variation) -> Option<f64> {
        let dimension = &self.recipe.dimensions[at];
        let rule = variation.within.unwrap_or(dimension.aggregation);
        let floor = self.recipe.floor;
        let members = || self.groups[at].iter().flatten().flatten();
        let lacking = members().filter(|&&k| zone[k].is_none()).count();
        if lacking > dimension.max_missing || lacking == dimension.items.len() {
            return None;
        }
        let value = |k: usize| {
            let stand_in = &self.stand_ins[variation.normalisation][k];
            zone[k].or(match variation.imputation {
                Imputation::Reweigh => None,
                Imputation::Median => Some(stand_in[0]),
                Imputation::Low => Some(stand_in[1]),
                Imputation::High => Some(stand_in[2]),
            })
        };
        let weight = |k: usize| self.frozen.weights[k] * variation.item(k);
        // What is lacking has been judged above: below, whatever is there counts.
        let mean = |numbers: &[usize]| {
            let pairs = numbers.iter().map(|&k| (value(k), weight(k)));
            fold(pairs, Aggregation::Arithmetic, numbers.len(), floor)
        };
        let categories = self.groups[at].iter().map(|category| {
            let components = category.iter().map(|component| (mean(component), 1.0));
            let value = fold(components, Aggregation::Arithmetic, category.len(), floor);
            // Categories count alike; an indicator without one counts by its weight.
            let alone = if self.sorted[at] { None } else { category.iter().flatten().next() };
            (value, alone.map_or(1.0, |&k| weight(k)))
        });
        fold(categories, rule, self.groups[at].len(), floor)
    }

    /// Rounded as the recipe asks, in units of its scale.
    fn round(&self, value: f64) -> f64 {
        match self.recipe.decimals {
            Some(decimals) => {
                let unit = 10_f64.powi(i32::from(decimals)) * self.recipe.scale;
                (value * unit).round() / unit
            }
            None => value,
        }
    }
}
