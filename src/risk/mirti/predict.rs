//! Estimates of zones: probabilities of the census's children, averaged with their weights.

use rayon::prelude::*;

use super::collapse::{CELLS, Census};
use super::dense::dot;
use super::group::{GROUPS, sums};
use super::model::Model;
use super::quadrature::standard_normal;

/// Nodes of the mean over what is not known of a zone's intercept: the integrand is smooth, nine give eight
/// digits.
const NODES: usize = 9;

/// What is known of a zone's intercept.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Effect {
    /// Mean.
    pub mean: f64,
    /// Standard deviation.
    pub sd: f64,
    /// Children of the zone in the survey.
    pub children: u32,
}

/// Sums over the children of one zone.
#[derive(Clone, Debug, PartialEq)]
pub struct ZoneSums {
    /// Weights of each group.
    pub weight: [f64; GROUPS],
    /// Weighted probabilities of each group.
    pub expected: [f64; GROUPS],
    /// Children, all groups together.
    pub children: u64,
    /// Weighted columns of the design.
    pub x: Vec<f64>,
}

/// Intercepts of the census's zones: as the survey has them, else those of any zone; 0 without intercepts.
pub fn effects(model: &Model, census: &Census) -> Vec<Effect> {
    let Some(intercepts) = &model.intercepts else {
        return vec![Effect::default(); census.zones.len()];
    };
    let of_zone = |key: &String| match intercepts.zones.get(key) {
        Some(&(mean, sd, children)) => Effect { mean, sd, children },
        None => Effect { mean: 0.0, sd: intercepts.sd, children: 0 },
    };
    census.zones.iter().map(of_zone).collect()
}

/// Sums of weights, probabilities and columns per zone.
///
/// A probability is the mean over what the survey leaves open of the zone's intercept: the probability at the mean
/// intercept would be too low where outcomes are rare.
pub fn predict(model: &Model, census: &Census) -> Vec<ZoneSums> {
    let beta = model.beta();
    let rule = standard_normal(NODES);
    let eta: Vec<f64> = (0..census.kind_count()).map(|kind| dot(census.kind(kind), &beta)).collect();
    let effects = effects(model, census);
    (0..census.zones.len())
        .into_par_iter()
        .map(|zone| {
            let Effect { mean, sd, .. } = effects[zone];
            let mut weight = [0.0; CELLS];
            let mut expected = [0.0; CELLS];
            let mut x = vec![0.0; census.width];
            let mut children = 0;
            for entry in census.of_zone(zone) {
                let eta = eta[entry.kind as usize] + mean;
                let p = match sd > 0.0 {
                    true => rule.iter().map(|(z, w)| w * model.link.probability(eta + sd * z)).sum(),
                    false => model.link.probability(eta),
                };
                weight[usize::from(entry.cell)] += entry.weight;
                expected[usize::from(entry.cell)] += entry.weight * p;
                children += u64::from(entry.children);
                for (sum, value) in x.iter_mut().zip(census.kind(entry.kind as usize)) {
                    *sum += entry.weight * value;
                }
            }
            ZoneSums { weight: sums(&weight), expected: sums(&expected), children, x }
        })
        .collect()
}
