//! What the local statistics share: the permutations of a layer's observations.

use super::observations::Observations;
use super::{
    GI_LEVELS, HotspotError, PseudoP, Warning, choose_permutations, conditional_permutation,
    significance_possible,
};

/// Permutation outcomes per observation; empty when none were asked for.
pub(super) struct Permuted {
    pub outcomes: Vec<Option<PseudoP>>,
    pub permutations: usize,
}

/// Permutes with the number asked for, or with one that makes the strictest level of the
/// map possible. Nothing is permuted when values do not vary.
pub(super) fn permute(
    observations: &Observations,
    asked: Option<usize>,
    seed: u64,
) -> Result<Permuted, HotspotError> {
    let n = observations.len();
    let strictest = GI_LEVELS[2];
    let permutations = asked.unwrap_or_else(|| choose_permutations(n, strictest));
    if permutations == 0 || observations.sd == 0.0 {
        return Ok(Permuted { outcomes: vec![None; n], permutations: 0 });
    }
    let outcomes =
        conditional_permutation(&observations.deviation, &observations.contiguity, permutations, seed)?;
    Ok(Permuted { outcomes, permutations })
}

/// A warning when so few permutations leave a level of the map out of reach; the least
/// strict such level is named.
pub(super) fn reach_warning(n: usize, permutations: usize, fdr: bool) -> Option<Warning> {
    // Without the correction each zone stands alone.
    let tests = if fdr { n } else { 1 };
    let alpha = GI_LEVELS.into_iter().find(|&alpha| !significance_possible(tests, permutations, alpha))?;
    Some(Warning::SignificanceImpossible {
        permutations,
        n,
        alpha,
        needed: choose_permutations(tests, alpha),
    })
}
