//! Several numbers of 0..1 to one.

use super::Aggregation;

/// Weighted mean of the numbers present, each 0..1; `None` where none is or more than `max_missing` lack.
/// The weights of those present are divided anew.
///
/// - arithmetic: `sum w x`
/// - geometric: `prod max(x, floor)^w`
/// - INFORM's: `(10 - prod (9 (1 - x) + 1)^w) / 9`, which on 0..10 is
///   `(10 - geomean((10 - c)/10 * 9 + 1)) / 9 * 10` (INFORM subnational guidance)
///
/// ```
/// use corredor::risk::composite::{Aggregation, aggregate};
/// let mean = |rule| aggregate(&[Some(0.2), None, Some(0.8)], &[1.0; 3], rule, 1, 0.01);
/// assert_eq!(mean(Aggregation::Arithmetic), Some(0.5));
/// assert!((mean(Aggregation::Geometric).unwrap_or_default() - 0.4).abs() < 1e-15);
/// assert_eq!(aggregate(&[None], &[1.0], Aggregation::Arithmetic, 1, 0.01), None);
/// ```
pub fn aggregate(
    values: &[Option<f64>],
    weights: &[f64],
    rule: Aggregation,
    max_missing: usize,
    floor: f64,
) -> Option<f64> {
    fold(values.iter().copied().zip(weights.iter().copied()), rule, max_missing, floor)
}

/// [`aggregate`] over pairs of value and weight, in one pass and without memory of its own: it runs for every
/// dimension of every zone in every run.
pub(super) fn fold(
    pairs: impl Iterator<Item = (Option<f64>, f64)>,
    rule: Aggregation,
    max_missing: usize,
    floor: f64,
) -> Option<f64> {
    let (mut lacking, mut total, mut sum) = (0, 0.0, 0.0);
    for (value, weight) in pairs {
        let Some(x) = value else {
            lacking += 1;
            continue;
        };
        total += weight;
        sum += weight
            * match rule {
                Aggregation::Arithmetic => x,
                Aggregation::Geometric => x.max(floor).ln(),
                Aggregation::Inform => (9.0 * (1.0 - x) + 1.0).ln(),
            };
    }
    if lacking > max_missing || total <= 0.0 {
        return None;
    }
    let mean = sum / total;
    let result = match rule {
        Aggregation::Arithmetic => mean,
        Aggregation::Geometric => mean.exp(),
        Aggregation::Inform => (10.0 - mean.exp()) / 9.0,
    };
    // Weights may add up to a hair more or less than 1.
    Some(result.clamp(0.0, 1.0))
}
