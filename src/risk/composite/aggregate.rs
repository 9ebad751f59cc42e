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
    let present = || values.iter().zip(weights).filter_map(|(value, weight)| Some(((*value)?, *weight)));
    let lacking = values.iter().filter(|value| value.is_none()).count();
    let total: f64 = present().map(|(_, weight)| weight).sum();
    if lacking > max_missing || total <= 0.0 {
        return None;
    }
    let mean = |f: &dyn Fn(f64) -> f64| present().map(|(x, weight)| weight / total * f(x)).sum::<f64>();
    let result = match rule {
        Aggregation::Arithmetic => mean(&|x| x),
        Aggregation::Geometric => mean(&|x| x.max(floor).ln()).exp(),
        Aggregation::Inform => (10.0 - mean(&|x| (9.0 * (1.0 - x) + 1.0).ln()).exp()) / 9.0,
    };
    // Weights may add up to a hair more or less than 1.
    Some(result.clamp(0.0, 1.0))
}
