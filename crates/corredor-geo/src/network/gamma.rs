//! Quantiles of the gamma distribution.

use statrs::function::gamma::{gamma_lr, ln_gamma};

use crate::geodesy::bracketed_root;

/// Below this logarithm the first term of the series is the whole of it; `gamma_lr` takes such values for 0.
const LEAST_LOG: f64 = -25.0;

/// How near the logarithm of a quantile comes to the true one.
const TOLERANCE: f64 = 1e-13;

/// The value below which a share of a gamma distribution lies; `None` for a shape or rate that is not above 0, or a share
/// outside 0..1.
///
/// Found by its logarithm, for the quantiles of small shapes lie many powers of ten below their mean.
pub(super) fn gamma_quantile(shape: f64, rate: f64, share: f64) -> Option<f64> {
    let positive = |value: f64| value > 0.0 && value.is_finite();
    if !(positive(shape) && positive(rate) && share > 0.0 && share < 1.0) {
        return None;
    }
    let below = |log: f64| match log < LEAST_LOG {
        true => (shape * log - ln_gamma(shape + 1.0)).exp(),
        false => gamma_lr(shape, log.exp()),
    };
    let off = |log: f64| below(log) - share;
    // The distribution is nowhere above x^shape / Gamma(shape + 1), and there is none left below the least number.
    let low = (share.ln() + ln_gamma(shape + 1.0)) / shape;
    if low < f64::MIN_POSITIVE.ln() {
        return Some(0.0);
    }
    let at_low = off(low);
    if at_low >= 0.0 {
        return Some(low.exp() / rate);
    }
    let mut high = low.max(shape.ln()) + 1.0;
    while off(high) < 0.0 {
        high += 1.0;
    }
    Some(bracketed_root(off, (low, at_low), (high, off(high)), TOLERANCE).exp() / rate)
}

#[cfg(test)]
mod tests {
    use super::gamma_quantile;

    /// scipy 1.15: `gamma.ppf(share, shape, scale=1/rate)`.
    #[test]
    fn quantiles_are_those_of_scipy() {
        for (shape, rate, share, expected) in [
            (1.0, 1.0, 0.05, 0.05129329438755053),
            (3.5, 2.0, 0.95, 3.516785112335042),
            (0.08, 0.4, 0.5, 0.00025819239661693496),
            (40.0, 7.0, 0.05, 4.313677027763533),
            (0.5, 100.0, 0.95, 0.01920729410347062),
            (0.1, 20.0, 0.05, 2.9653556457071244e-15),
            (0.02, 3.0, 0.05, 1.6895558854933491e-66),
            (2000.0, 50.0, 0.95, 41.48248404431036),
            (0.02, 3.0, 0.95, 0.015303274533246845),
        ] {
            let found = gamma_quantile(shape, rate, share).unwrap();
            assert!((found / expected - 1.0).abs() < 1e-8, "{shape} {rate} {share}: {found}");
        }
    }

    #[test]
    fn what_has_no_quantile_is_none() {
        for (shape, rate, share) in [(0.0, 1.0, 0.5), (1.0, 0.0, 0.5), (1.0, 1.0, 1.0), (f64::NAN, 1.0, 0.5)]
        {
            assert_eq!(gamma_quantile(shape, rate, share), None);
        }
        // Below the least number.
        assert_eq!(gamma_quantile(0.001, 1.0, 0.05), Some(0.0));
    }
}
