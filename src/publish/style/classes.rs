//! Class breaks from the data: quantiles, rounded so that a legend can be read.

use crate::text::two_digits;

/// Breaks of at most `classes` classes with about equal counts, over the positive values: the lowest bound
/// first, the highest last, each rounded to two digits; empty where no value is positive.
///
/// Zeros are left out: where most zones have no route, quantiles over all would tell nothing.
/// O(n log n).
pub(super) fn quantile_breaks(values: &[Option<f64>], classes: usize) -> Vec<f64> {
    let mut positive: Vec<f64> =
        values.iter().flatten().copied().filter(|v| *v > 0.0 && v.is_finite()).collect();
    positive.sort_by(f64::total_cmp);
    let Some((&least, &greatest)) = positive.first().zip(positive.last()) else { return Vec::new() };
    let mut breaks = vec![two_digits(least, f64::floor)];
    for class in 1..classes {
        let at = class * (positive.len() - 1) / classes;
        let cut = two_digits(positive[at], f64::round);
        if breaks.last().is_some_and(|&last| cut > last) && cut < greatest {
            breaks.push(cut);
        }
    }
    // One value may round to the same bound twice.
    breaks.push(two_digits(greatest, f64::ceil).max(greatest));
    breaks
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn breaks_can_be_read() {
        let values: Vec<_> = (0..=1000).map(|v| Some(f64::from(v))).collect();
        assert_eq!(quantile_breaks(&values, 5), [1.0, 200.0, 400.0, 600.0, 800.0, 1000.0]);
        assert_eq!(quantile_breaks(&[Some(0.0), None], 5), Vec::<f64>::new());
        assert_eq!(quantile_breaks(&[Some(4321.5)], 5), [4300.0, 4400.0]);
        assert_eq!(quantile_breaks(&[Some(2.0), Some(2.0)], 5), [2.0, 2.0]);
    }

    proptest! {
        #[test]
        fn every_positive_value_has_a_class(values in prop::collection::vec(1e-6..1e9_f64, 1..60)) {
            let breaks = quantile_breaks(&values.iter().copied().map(Some).collect::<Vec<_>>(), 5);
            prop_assert!(breaks.is_sorted() && breaks.len() >= 2 && breaks.len() <= 6);
            for value in values {
                prop_assert!(breaks[0] <= value && value <= breaks[breaks.len() - 1], "{value} {breaks:?}");
            }
        }
    }
}
