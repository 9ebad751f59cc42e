//! The recipe done otherwise, many times.

use rayon::prelude::*;

use super::groups::Groups;
use super::work::{Work, columns};
use crate::risk::composite::Variation;
use crate::risk::uncertainty::{Sobol, align, ranks, sobol, unit};

/// Scores of every run.
pub(super) struct Runs {
    /// By run and zone or group, in the unit of the recipe's own score.
    pub scores: Vec<Vec<Option<f64>>>,
    /// By part, run and zone.
    pub parts: Vec<Vec<Vec<Option<f64>>>>,
}

impl Runs {
    /// Does the recipe otherwise as often as the layer asks. Each run has its own stream of random numbers.
    pub(super) fn new(work: &Work<'_>, own: &[Option<f64>], groups: Option<&Groups>) -> Self {
        let recipe = &work.prepared.recipe;
        let spread = work.step.uncertainty.weights_pct / 100.0;
        let inputs = Variation::inputs(recipe);
        let draws: Vec<Variation> = (0..work.step.uncertainty.runs as u64)
            .into_par_iter()
            .map(|run| Variation::draw(recipe, &unit(work.seed, run, inputs), spread))
            .collect();
        let scores = draws.par_iter().map(|variation| score(work, own, groups, variation)).collect();
        let parts = work
            .step
            .part
            .iter()
            .map(|part| {
                // Fields were there when the layer was scored.
                let fields = work.step.columns(work.recipe, Some(part));
                let values = columns(work.table, &work.rows, &fields).unwrap_or_default();
                let one = |variation: &Variation| {
                    // Parts keep the scale of all, so that they can be compared.
                    let kept = Variation { normalisation: 0, ..variation.clone() };
                    work.prepared.scores_of(&values, &kept)
                };
                draws.par_iter().map(one).collect()
            })
            .collect();
        Self { scores, parts }
    }
}

/// The scores of one variation, in the unit of the recipe's own.
fn score(
    work: &Work<'_>,
    own: &[Option<f64>],
    groups: Option<&Groups>,
    variation: &Variation,
) -> Vec<Option<f64>> {
    let zones = work.prepared.scores(variation).score;
    let mut scores = groups.map_or(zones.clone(), |groups| groups.means(&zones));
    align(&mut scores, own, work.prepared.recipe.scale);
    scores
}

/// Sobol's indices of the mean shift of ranks against the recipe's own (Saisana, Saltelli and Tarantola 2005),
/// where the layer asks for them.
pub(super) fn sensitivity(work: &Work<'_>, own: &[Option<f64>], groups: Option<&Groups>) -> Option<Sobol> {
    let samples = work.step.uncertainty.sobol?;
    let recipe = &work.prepared.recipe;
    let spread = work.step.uncertainty.weights_pct / 100.0;
    let places = ranks(own);
    Some(sobol(Variation::inputs(recipe), samples, work.seed, |input| {
        let run = ranks(&score(work, own, groups, &Variation::draw(recipe, input, spread)));
        let shifts = places.iter().zip(run).filter_map(|(own, run)| Some(((*own)? - run?).abs() as f64));
        let (sum, count) = shifts.fold((0.0, 0.0), |(sum, count), shift| (sum + shift, count + 1.0));
        if count > 0.0 { sum / count } else { 0.0 }
    }))
}
