//! Normalised indicators to one number.

use super::Mean;

/// Lowest value that enters a geometric mean; lower ones are raised to it. Without it one
/// indicator at 0 would make the score 0 whatever the others say, and with observed
/// goalposts some zone is always at 0.
pub const GEOMETRIC_FLOOR: f64 = 0.01;

/// Weighted mean of the indicators of one zone, each 0..1, over those present; `None` when
/// more than `max_missing` lack or none is present.
///
/// Weights are divided by the sum of the weights of the indicators present. Arithmetic:
/// `sum w_k x_k`; geometric: `exp(sum w_k ln max(x_k, 0.01))`, so at least 0.01
/// ([`GEOMETRIC_FLOOR`]).
///
/// `values` and `weights` are in the same order; what is beyond the shorter is not read.
///
/// ```
/// use corredor::risk::{Mean, weighted_mean};
/// let values = [Some(0.25), None, Some(1.0)];
/// let weights = [1.0, 5.0, 1.0];
/// assert_eq!(weighted_mean(&values, &weights, Mean::Arithmetic, 1), Some(0.625));
/// assert_eq!(weighted_mean(&values, &weights, Mean::Geometric, 1), Some(0.5));
/// assert_eq!(weighted_mean(&values, &weights, Mean::Arithmetic, 0), None);
/// ```
pub fn weighted_mean(values: &[Option<f64>], weights: &[f64], mean: Mean, max_missing: usize) -> Option<f64> {
    contributions(values, weights, mean, max_missing).map(|parts| add_up(&parts, mean))
}

/// The mean of one zone from what its indicators add.
pub(super) fn add_up(contributions: &[Option<f64>], mean: Mean) -> f64 {
    let sum: f64 = contributions.iter().flatten().sum();
    let score = match mean {
        Mean::Arithmetic => sum,
        Mean::Geometric => sum.exp(),
    };
    // The weights may add up to a hair more or less than 1.
    score.clamp(0.0, 1.0)
}

/// What each indicator adds to the mean of one zone, `None` where it is missing.
///
/// Arithmetic: `w_k x_k`, which add up to the score. Geometric: `w_k ln max(x_k, 0.01)`, at
/// most 0, which add up to the logarithm of the score. Weights are those of the zone, after
/// division over the indicators present. `None` when the zone has no score.
///
/// ```
/// use corredor::risk::{Mean, contributions};
/// let parts = contributions(&[Some(0.5), Some(1.0)], &[3.0, 1.0], Mean::Arithmetic, 0);
/// assert_eq!(parts, Some(vec![Some(0.375), Some(0.25)]));
/// ```
pub fn contributions(
    values: &[Option<f64>],
    weights: &[f64],
    mean: Mean,
    max_missing: usize,
) -> Option<Vec<Option<f64>>> {
    let pairs = || values.iter().zip(weights);
    let missing = pairs().filter(|(value, _)| value.is_none()).count();
    if missing > max_missing {
        return None;
    }
    // Against the largest weight, so that no finite weights overflow.
    let present = || pairs().filter(|(value, _)| value.is_some());
    let largest = present().fold(0.0_f64, |top, (_, &weight)| top.max(weight));
    let total: f64 = present().map(|(_, weight)| weight / largest).sum();
    if !(largest > 0.0 && total.is_finite()) {
        return None;
    }
    let part = |(value, weight): (&Option<f64>, &f64)| {
        let weight = weight / largest / total;
        Some(match mean {
            Mean::Arithmetic => weight * (*value)?,
            Mean::Geometric => weight * (*value)?.max(GEOMETRIC_FLOOR).ln(),
        })
    };
    Some(pairs().map(part).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn none_present_has_no_mean() {
        for mean in [Mean::Arithmetic, Mean::Geometric] {
            assert_eq!(weighted_mean(&[], &[], mean, 0), None);
            assert_eq!(weighted_mean(&[None, None], &[1.0, 1.0], mean, 5), None);
        }
    }

    #[test]
    fn one_present_is_itself() {
        assert_eq!(weighted_mean(&[None, Some(0.3)], &[1.0, 7.0], Mean::Arithmetic, 1), Some(0.3));
    }

    #[test]
    fn zero_in_a_geometric_mean_is_the_floor() {
        let two = |x| weighted_mean(&[Some(x), Some(1.0)], &[1.0, 1.0], Mean::Geometric, 0);
        assert!((two(0.0).unwrap() - 0.1).abs() < 1e-15);
        assert_eq!(two(0.0), two(GEOMETRIC_FLOOR));
        assert_eq!(two(1.0), Some(1.0));
    }

    #[test]
    fn extreme_weights_do_not_overflow() {
        let halves = [Some(0.5), Some(0.5)];
        for weights in [[f64::MAX, f64::MAX], [5e-324, 5e-324]] {
            assert_eq!(weighted_mean(&halves, &weights, Mean::Arithmetic, 0), Some(0.5));
        }
    }
}
