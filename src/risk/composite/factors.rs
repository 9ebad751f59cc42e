//! What pushes a zone up or down against the mean of all.

use rayon::prelude::*;

use super::{Prepared, Variation};

/// What each indicator does to the score of each zone.
#[derive(Clone, Debug, PartialEq)]
pub struct Factors {
    /// Mean of each indicator, 0..1.
    pub means: Vec<Option<f64>>,
    /// By row and indicator: how much higher the score is than if that indicator stood at its mean, in units
    /// of the score; `None` where indicator or score lack.
    pub effects: Vec<Vec<Option<f64>>>,
}

/// The effect of each indicator: the score less the score with that indicator at the mean of all zones.
///
/// Of an arithmetic mean this is `w_k (y_zk - y_k)`, the contributions of a linear predictor, and the effects
/// add up to the distance from the mean score; of other rules it is the change that putting one indicator
/// right would make. `weights` (people), 0 or more, weigh the mean; a zone whose weight is not known does not count in it.
/// O(rows × indicators²).
pub fn factors(prepared: &Prepared, weights: Option<&[Option<f64>]>) -> Factors {
    let weight = |row: usize| weights.map_or(Some(1.0), |weights| weights[row]);
    let mean = |column: &Vec<Option<f64>>| {
        let present = column.iter().enumerate().filter_map(|(row, value)| Some((weight(row)?, (*value)?)));
        let (sum, total) = present.fold((0.0, 0.0), |(sum, total), (w, x)| (sum + w * x, total + w));
        (total > 0.0).then(|| sum / total)
    };
    let means: Vec<Option<f64>> = prepared.bases[0].iter().map(mean).collect();
    let own = Variation::default();
    let effects = (0..prepared.rows)
        .into_par_iter()
        .map(|row| {
            let mut zone = Vec::new();
            prepared.zone(row, 0, &mut zone);
            let Some(score) = prepared.score(&zone, &own).0 else { return vec![None; zone.len()] };
            (0..zone.len())
                .map(|k| {
                    let (value, mean) = (zone[k]?, means[k]?);
                    zone[k] = Some(mean);
                    let without = prepared.score(&zone, &own).0;
                    zone[k] = Some(value);
                    Some((score - without?) * prepared.recipe.scale)
                })
                .collect()
        })
        .collect();
    Factors { means, effects }
}

/// Indicators by number, with their effects, strongest first.
pub type Named = Vec<(usize, f64)>;

impl Factors {
    /// The indicators that push a row up most, strongest first, and those that push it down most; at most
    /// `count` each, with their effects. Effects below a millionth are none. Ties keep the recipe's order.
    pub fn strongest(&self, row: usize, count: usize) -> (Named, Named) {
        strongest(&self.effects[row], count)
    }
}

/// See [`Factors::strongest`].
pub(crate) fn strongest(effects: &[Option<f64>], count: usize) -> (Named, Named) {
    let side = |sign: f64| {
        let mut found: Named = effects
            .iter()
            .enumerate()
            .filter_map(|(k, effect)| Some((k, (*effect)?)))
            .filter(|(_, effect)| effect * sign > 1e-6)
            .collect();
        found.sort_by(|a, b| b.1.abs().total_cmp(&a.1.abs()).then(a.0.cmp(&b.0)));
        found.truncate(count);
        found
    };
    (side(1.0), side(-1.0))
}
