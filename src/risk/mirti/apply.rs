//! A model applied to a census: estimates of zones, states and the country, with what pushes each zone.

use rayon::prelude::*;

use super::MirtiError;
use super::collapse::{Census, collapse};
use super::group::{ALL, BOYS, GIRLS, GROUPS};
use super::model::{DirectInfo, Model};
use super::predict::{Effect, ZoneSums, effects, predict};
use super::simulate::{Draws, simulate};
use crate::risk::composite::quantile;
use crate::risk::microdata::Opened;

/// Factors told of each zone in each direction.
pub const TOLD: usize = 3;

/// A contribution smaller than this pushes nothing.
const NO_PUSH: f64 = 1e-9;

/// What estimates are brought in line with.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Benchmark {
    /// Nothing.
    #[default]
    None,
    /// The survey's share of the country.
    National,
    /// The survey's share of each state; of the country where a state has none.
    State,
}

/// How a model is applied.
#[derive(Clone, Copy, Debug)]
pub struct ApplyOptions {
    /// Draws of the bootstrap.
    pub draws: usize,
    /// Seed of the draws.
    pub seed: u64,
    /// What estimates are brought in line with.
    pub benchmark: Benchmark,
}

/// A share, or a difference of two, with what is not known of it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Share {
    /// The estimate.
    pub value: f64,
    /// Root of the mean squared error.
    pub rmse: f64,
    /// 95 % interval.
    pub lo: f64,
    /// 95 % interval.
    pub hi: f64,
}

/// What is estimated of a zone. Everything is `None` in a zone without children.
#[derive(Clone, Debug, PartialEq)]
pub struct ZoneEstimate {
    /// Key.
    pub key: String,
    /// Shares of the groups, in the order of [`NAMES`](super::group::NAMES); `None` in a group without children.
    pub groups: [Option<Share>; GROUPS],
    /// Girls less boys.
    pub gap: Option<Share>,
    /// Children whose values are all there.
    pub children: u64,
    /// Sum of their weights.
    pub weight: f64,
    /// Children whose values are not all there, and who are left out.
    pub incomplete: u64,
    /// What the survey knows of the zone beyond the variables; `None` without zone intercepts.
    pub effect: Option<Effect>,
    /// Contributions on the scale of the linear predictor, `b_k (x_dk - x_k)` summed over a variable's columns, by
    /// variable of the model.
    pub contributions: Vec<f64>,
}

/// What is estimated of a state or the country.
#[derive(Clone, Debug, PartialEq)]
pub struct AreaEstimate {
    /// Key of the state; empty for the country.
    pub key: String,
    /// By the model, before anything is brought in line.
    pub model: Option<Share>,
    /// By the survey alone.
    pub direct: Option<DirectInfo>,
    /// What the model's estimates inside are multiplied by.
    pub ratio: f64,
    /// Sum of the weights of its children.
    pub weight: f64,
}

/// A model applied.
#[derive(Clone, Debug)]
pub struct Applied {
    /// Zones, by key.
    pub zones: Vec<ZoneEstimate>,
    /// The country.
    pub country: AreaEstimate,
    /// States, by key; empty where the codebook names none.
    pub states: Vec<AreaEstimate>,
    /// The census, as it was read.
    pub census: Census,
}

/// Refuses intercepts of zones that the census has none of: each of its zones would be one that the survey does not know.
fn check_zones(model: &Model, census: &Census) -> Result<(), MirtiError> {
    let (Some(intercepts), Some(first)) = (&model.intercepts, census.zones.first()) else { return Ok(()) };
    match intercepts.zones.keys().next() {
        Some(survey) if !census.zones.iter().any(|zone| intercepts.zones.contains_key(zone)) => {
            Err(MirtiError::NoCommonZones {
                zones: intercepts.zones.len(),
                survey: survey.clone(),
                census: first.clone(),
            })
        }
        _ => Ok(()),
    }
}

/// Applies a model to a census.
///
/// # Errors
/// What the codebook or file refuses, a codebook that does not go with the model, or a benchmark without direct
/// estimates.
pub fn apply(
    file: &str,
    opened: &Opened,
    model: &Model,
    options: ApplyOptions,
) -> Result<Applied, MirtiError> {
    let direct = |key: &str| model.direct.iter().find(|d| d.key == key).cloned();
    match options.benchmark {
        Benchmark::National if direct("").is_none() => return Err(MirtiError::NoDirect { to: "national" }),
        Benchmark::State
            if model.direct.iter().all(|d| d.key.is_empty()) || opened.codebook.state.is_none() =>
        {
            return Err(MirtiError::NoDirect { to: "state" });
        }
        _ => {}
    }
    let census = collapse(file, &opened.codebook, model)?;
    check_zones(model, &census)?;
    let sums = predict(model, &census);
    let draws = simulate(model, &census, options.draws, options.seed)?;

    let all: Vec<usize> = (0..census.zones.len()).collect();
    let mut country = area("", &all, &sums, &draws, direct(""));
    let has_states = opened.codebook.state.is_some();
    let state_keys = if has_states { census.states.as_slice() } else { &[] };
    let mut states: Vec<AreaEstimate> = state_keys
        .iter()
        .enumerate()
        .map(|(state, key)| {
            let inside: Vec<usize> =
                all.iter().copied().filter(|&zone| census.state_of[zone] as usize == state).collect();
            area(key, &inside, &sums, &draws, direct(key))
        })
        .collect();
    let ratio = |area: &AreaEstimate| match (&area.model, &area.direct) {
        (Some(model), Some(direct)) if model.value > 0.0 => Some(direct.share / model.value),
        _ => None,
    };
    let national = ratio(&country).unwrap_or(1.0);
    match options.benchmark {
        Benchmark::None => {}
        Benchmark::National => {
            country.ratio = national;
            states.iter_mut().for_each(|state| state.ratio = national);
        }
        Benchmark::State => {
            for state in &mut states {
                state.ratio = ratio(state).unwrap_or(national);
            }
        }
    }
    let means = means(&sums, census.width);
    let known = effects(model, &census);
    let zones = all
        .par_iter()
        .map(|&zone| {
            let ratio = match has_states {
                true => states.get(census.state_of[zone] as usize).map_or(1.0, |state| state.ratio),
                false => country.ratio,
            };
            let share = |group: usize| share(&sums[zone], draws.of(zone, group), group, ratio);
            ZoneEstimate {
                key: census.zones[zone].clone(),
                groups: std::array::from_fn(share),
                gap: gap(&sums[zone], &draws, zone, ratio),
                children: sums[zone].children,
                weight: sums[zone].weight[ALL],
                incomplete: census.incomplete[zone],
                effect: model.intercepts.as_ref().map(|_| known[zone]),
                contributions: contributions(model, &sums[zone], &means),
            }
        })
        .collect();
    Ok(Applied { zones, country, states, census })
}

/// The share of one group of a zone.
fn share(sums: &ZoneSums, draws: &[f64], group: usize, ratio: f64) -> Option<Share> {
    let weight = sums.weight[group];
    (weight > 0.0).then(|| {
        let scaled = |sum: f64| (ratio * sum / weight).min(1.0);
        describe(scaled(sums.expected[group]), draws.iter().map(|&sum| scaled(sum)).collect())
    })
}

/// Girls less boys.
fn gap(sums: &ZoneSums, draws: &Draws, zone: usize, ratio: f64) -> Option<Share> {
    let (girls, boys) = (sums.weight[GIRLS], sums.weight[BOYS]);
    (girls > 0.0 && boys > 0.0).then(|| {
        let difference = |g: f64, b: f64| (ratio * g / girls).min(1.0) - (ratio * b / boys).min(1.0);
        let each = draws.of(zone, GIRLS).iter().zip(draws.of(zone, BOYS));
        describe(
            difference(sums.expected[GIRLS], sums.expected[BOYS]),
            each.map(|(&g, &b)| difference(g, b)).collect(),
        )
    })
}

/// The estimate of all children of some zones together.
fn area(
    key: &str,
    zones: &[usize],
    sums: &[ZoneSums],
    draws: &Draws,
    direct: Option<DirectInfo>,
) -> AreaEstimate {
    let weight: f64 = zones.iter().map(|&zone| sums[zone].weight[ALL]).sum();
    let expected: f64 = zones.iter().map(|&zone| sums[zone].expected[ALL]).sum();
    let model = (weight > 0.0).then(|| {
        let mut of_draws = vec![0.0; draws.count()];
        for &zone in zones {
            of_draws.iter_mut().zip(draws.of(zone, ALL)).for_each(|(sum, draw)| *sum += draw);
        }
        describe(expected / weight, of_draws.iter().map(|sum| sum / weight).collect())
    });
    AreaEstimate { key: key.to_owned(), model, direct, ratio: 1.0, weight }
}

/// An estimate with its error and interval from draws.
fn describe(value: f64, mut draws: Vec<f64>) -> Share {
    let squares: f64 = draws.iter().map(|draw| (draw - value).powi(2)).sum();
    let rmse = (squares / draws.len() as f64).sqrt();
    draws.sort_unstable_by(f64::total_cmp);
    Share { value, rmse, lo: quantile(&draws, 0.025), hi: quantile(&draws, 0.975) }
}

/// Means of the columns over all children.
fn means(sums: &[ZoneSums], width: usize) -> Vec<f64> {
    let weight: f64 = sums.iter().map(|zone| zone.weight[ALL]).sum();
    (0..width).map(|k| sums.iter().map(|zone| zone.x[k]).sum::<f64>() / weight).collect()
}

/// What each variable adds to a zone's linear predictor against the mean of all children.
fn contributions(model: &Model, sums: &ZoneSums, means: &[f64]) -> Vec<f64> {
    let weight = sums.weight[ALL];
    let of_variable = |name: &str| {
        let columns = model.term.iter().enumerate().filter(|(_, term)| term.variable == name);
        columns.map(|(k, term)| term.coefficient * (sums.x[k] / weight - means[k])).sum()
    };
    if weight > 0.0 { model.variable.iter().map(|v| of_variable(&v.name)).collect() } else { Vec::new() }
}

/// Positions of the variables that push most in one direction, the strongest first.
pub fn strongest(contributions: &[f64], up: bool) -> Vec<usize> {
    let sign = if up { 1.0 } else { -1.0 };
    let mut order: Vec<usize> =
        (0..contributions.len()).filter(|&k| sign * contributions[k] > NO_PUSH).collect();
    order.sort_by(|&a, &b| (sign * contributions[b]).total_cmp(&(sign * contributions[a])).then(a.cmp(&b)));
    order.truncate(TOLD);
    order
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantiles_and_errors() {
        let share = describe(2.0, vec![3.0, 1.0, 2.0]);
        assert_eq!((share.lo, share.hi), (1.05, 2.95));
        assert!((share.rmse - (2.0_f64 / 3.0).sqrt()).abs() < 1e-15);
        assert_eq!(quantile(&[5.0], 0.975), 5.0);
    }

    #[test]
    fn the_strongest_come_first_and_nothing_pushes_by_nothing() {
        let of = [0.1, -0.3, 0.0, 0.5, 0.2, 0.4, -1e-12];
        assert_eq!(strongest(&of, true), [3, 5, 4]);
        assert_eq!(strongest(&of, false), [1]);
    }
}
