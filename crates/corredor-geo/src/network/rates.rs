//! Rates of events along routes, smoothed by empirical Bayes with neighbours along the network.

use rayon::prelude::*;

use super::gamma::gamma_quantile;
use super::lixels::positive;
use super::{LixelGraph, NetworkError};

/// Beyond so many bandwidths a Gaussian weight, below 0.0004, is left out.
const REACH_BANDWIDTHS: f64 = 4.0;

/// Exposures that a prior may weigh: from so much, in so many steps, ten to each power of ten.
const LEAST_PRIOR: f64 = 0.1;
const PRIORS: u32 = 41;

/// Shares of the gamma distribution between which the interval of 90 % lies.
const INTERVAL: [f64; 2] = [0.05, 0.95];

/// How rates are smoothed.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct RateOptions {
    /// Standard deviation of the Gaussian by which lixels along the network count, km.
    pub bandwidth_km: f64,
}

/// Events per unit of exposure on each lixel, with intervals of 90 %.
#[derive(Clone, Debug, PartialEq)]
pub struct LixelRates {
    /// The smoothed rate.
    pub rate: Vec<f64>,
    /// Lower end of its interval.
    pub low: Vec<f64>,
    /// Upper end of its interval.
    pub high: Vec<f64>,
    /// The rate over all lixels, to which those with little evidence are drawn.
    pub mean: f64,
    /// Exposure that the mean weighs as much as.
    pub prior: f64,
}

/// Smooths events per exposure: the Gamma-Poisson model with neighbours weighted by their distance along the network.
///
/// Each lixel has `events[i]` and an exposure `e[i]` (kilometres, times years, times people where their flow is known).
/// With K the Gaussian of the distance along the network, 1 at the lixel itself,
///
/// ```text
/// rate[i] = (prior * mean + sum K[i,j] events[j]) / (prior + sum K[i,j] e[j])
/// ```
///
/// the mean of the gamma distribution whose shape is the numerator and whose rate is the denominator (Clayton and Kaldor
/// 1987, with the neighbours of Marshall 1991); its quantiles are the interval, widened where
/// it must be to hold the rate, as for the smallest shapes, whose mean lies above most of the distribution. The prior is the one of 0.1, 0.126, ...,
/// 1,000 under which the events of each lixel are likeliest given those of all others: the greatest sum of
/// events ln(rate) - rate e, with the lixel itself left out of its rate. Moments of the rates are no substitute: where
/// events are few and stand together they give so little weight to the mean that a lixel without events seems safe.
/// O(n m) in the lixels within reach, times 41.
///
/// # Errors
/// [`NetworkError::Count`] unless there is one value for each lixel; [`NetworkError::NotAmount`];
/// [`NetworkError::NotPositive`]; [`NetworkError::NoExposure`].
///
/// ```
/// use corredor_geo::LineView;
/// use corredor_geo::network::{LixelGraph, RateOptions, lixel_rates};
///
/// let drawn = LineView { lon: &[0.0, 0.04, 0.04, 0.08, 0.08, 0.12], lat: &[0.0; 6], lines: &[0, 2, 4, 6] };
/// let graph = LixelGraph::new(&drawn, 0.5)?;
/// let rates = lixel_rates(&[9.0, 0.0, 0.0], &[4.5; 3], &graph, &RateOptions { bandwidth_km: 3.0 })?;
/// assert!(rates.rate[0] > rates.rate[1] && rates.rate[1] > rates.rate[2]);
/// assert!(rates.low[0] < rates.rate[0] && rates.rate[0] < rates.high[0]);
/// # Ok::<(), corredor_geo::network::NetworkError>(())
/// ```
pub fn lixel_rates(
    events: &[f64],
    exposure: &[f64],
    graph: &LixelGraph,
    options: &RateOptions,
) -> Result<LixelRates, NetworkError> {
    positive("bandwidth_km", options.bandwidth_km)?;
    for (what, values) in [("events", events), ("exposure", exposure)] {
        if values.len() != graph.len() {
            return Err(NetworkError::Count { what, values: values.len(), lixels: graph.len() });
        }
        if let Some(lixel) = values.iter().position(|value| !value.is_finite() || *value < 0.0) {
            return Err(NetworkError::NotAmount { what, lixel, value: values[lixel] });
        }
    }
    let total: f64 = exposure.iter().sum();
    if total <= 0.0 {
        return Err(NetworkError::NoExposure);
    }
    let mean = events.iter().sum::<f64>() / total;
    let sums: Vec<Sums> = (0..graph.len())
        .into_par_iter()
        .map(|lixel| {
            let mut sums = Sums::default();
            for (other, km) in graph.within(lixel, REACH_BANDWIDTHS * options.bandwidth_km) {
                let weight = (-0.5 * (km / options.bandwidth_km).powi(2)).exp();
                sums.events += weight * events[other as usize];
                sums.exposure += weight * exposure[other as usize];
            }
            sums
        })
        .collect();
    let prior = prior(events, exposure, &sums, mean);
    let smoothed: Vec<[f64; 3]> =
        sums.par_iter().map(|sums| estimate(sums.events + prior * mean, sums.exposure + prior)).collect();
    let column = |at: usize| smoothed.iter().map(|of| of[at]).collect();
    Ok(LixelRates { rate: column(0), low: column(1), high: column(2), mean, prior })
}

/// Events and exposure of a lixel and its neighbours, weighted by their distance.
#[derive(Clone, Copy, Debug, Default)]
struct Sums {
    events: f64,
    exposure: f64,
}

/// The exposure that the mean weighs as much as: the one that foretells each lixel best from all others.
fn prior(events: &[f64], exposure: &[f64], sums: &[Sums], mean: f64) -> f64 {
    let likelihood = |prior: f64| -> f64 {
        let of = |lixel: usize| {
            let others = sums[lixel].exposure - exposure[lixel] + prior;
            let rate = (sums[lixel].events - events[lixel] + prior * mean) / others;
            // Without any event the mean is 0, and so is every rate.
            let seen = if events[lixel] > 0.0 { events[lixel] * rate.ln() } else { 0.0 };
            seen - rate * exposure[lixel]
        };
        (0..events.len()).map(of).sum()
    };
    let candidates = (0..PRIORS).map(|step| LEAST_PRIOR * 10_f64.powf(f64::from(step) / 10.0));
    let mut best = (f64::NEG_INFINITY, LEAST_PRIOR);
    for prior in candidates {
        let value = likelihood(prior);
        if value > best.0 {
            best = (value, prior);
        }
    }
    best.1
}

/// Mean and interval of a gamma distribution; without any event nothing but zero is known.
fn estimate(shape: f64, rate: f64) -> [f64; 3] {
    let [low, high] = INTERVAL.map(|share| gamma_quantile(shape, rate, share).unwrap_or(0.0));
    let mean = shape / rate;
    [mean, low.min(mean), high.max(mean)]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::view::LineView;

    /// A road of twenty pieces of 5 km along the equator.
    fn road() -> LixelGraph {
        let step = 5.0 / 111.319_490_793;
        let (mut lon, mut ends) = (Vec::new(), vec![0_i32]);
        for piece in 0..20 {
            lon.extend([f64::from(piece) * step, f64::from(piece + 1) * step]);
            ends.push(lon.len() as i32);
        }
        let lat = vec![0.0; lon.len()];
        LixelGraph::new(&LineView { lon: &lon, lat: &lat, lines: &ends }, 0.1).unwrap()
    }

    /// A little above a lixel, so that whether the fourth neighbour counts does not hang on a last digit.
    const OPTIONS: RateOptions = RateOptions { bandwidth_km: 5.1 };

    #[test]
    fn rates_are_those_of_the_formula() {
        let mut events = vec![0.0; 20];
        (events[4], events[5], events[15]) = (6.0, 2.0, 1.0);
        let found = lixel_rates(&events, &[25.0; 20], &road(), &OPTIONS).unwrap();
        let mean = 9.0 / 500.0;
        assert!((found.mean - mean).abs() < 1e-15);
        let prior = found.prior;
        for (lixel, rate) in found.rate.iter().enumerate() {
            let weight = |other: usize| {
                let steps = lixel.abs_diff(other);
                if steps <= 4 { (-0.5 * (steps as f64 * 5.0 / 5.1).powi(2)).exp() } else { 0.0 }
            };
            let sum: f64 = (0..20).map(|other| weight(other) * events[other]).sum();
            let exposure: f64 = (0..20).map(|other| weight(other) * 25.0).sum();
            let expected = (prior * mean + sum) / (prior + exposure);
            assert!((rate / expected - 1.0).abs() < 1e-6, "{lixel}: {rate} {expected}");
        }
    }

    #[test]
    fn the_prior_foretells_each_lixel_best_from_the_others() {
        // Nothing tells lixels apart: the more the mean weighs, the better.
        let even = lixel_rates(&[1.0; 20], &[5.0; 20], &road(), &OPTIONS).unwrap();
        assert!(even.rate.iter().all(|&rate| (rate - 0.2).abs() < 1e-12));
        let mut events = vec![0.0; 20];
        (events[4], events[5], events[6]) = (9.0, 12.0, 8.0);
        let uneven = lixel_rates(&events, &[5.0; 20], &road(), &OPTIONS).unwrap();
        assert!(uneven.prior < 10.0, "{}", uneven.prior);
        // Far from all events a little is left.
        assert!(uneven.rate[15] > 0.0 && uneven.high[15] > uneven.rate[15]);
        let none = lixel_rates(&[0.0; 20], &[5.0; 20], &road(), &OPTIONS).unwrap();
        assert!(none.rate.iter().chain(&none.high).all(|&rate| rate == 0.0));
    }

    #[test]
    fn what_is_no_amount_is_refused() {
        let rates = |events: &[f64], exposure: &[f64]| lixel_rates(events, exposure, &road(), &OPTIONS);
        assert!(matches!(rates(&[1.0; 3], &[1.0; 20]), Err(NetworkError::Count { what: "events", .. })));
        assert!(matches!(rates(&[1.0; 20], &[-1.0; 20]), Err(NetworkError::NotAmount { lixel: 0, .. })));
        assert_eq!(rates(&[1.0; 20], &[0.0; 20]), Err(NetworkError::NoExposure));
    }
}
