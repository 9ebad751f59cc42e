//! Many tests at once: the false discovery rate, and how many permutations it takes.

/// Fewest permutations that are chosen.
pub const MIN_PERMUTATIONS: usize = 999;
/// Most permutations that are chosen.
pub const MAX_PERMUTATIONS: usize = 99_999;

/// One zone in this many is taken to be at the floor of the p-values.
const ZONES_PER_FLOOR: usize = 100;

/// Benjamini-Hochberg q-values (Benjamini and Hochberg 1995) over the p-values that are
/// present: the smallest false discovery rate at which each is still a discovery.
///
/// `q_(i) = min over j >= i of (m p_(j) / j)`, capped at 1, with m the number present. For
/// local statistics, whose neighbours overlap: Caldas de Castro and Singer 2006. A p that
/// is not a number counts as absent. O(m log m).
///
/// ```
/// use corredor_geo::hotspot::benjamini_hochberg;
/// let q = benjamini_hochberg(&[Some(0.01), None, Some(0.04), Some(0.03)]);
/// assert_eq!(q, [Some(0.03), None, Some(0.04), Some(0.04)]);
/// ```
pub fn benjamini_hochberg(p: &[Option<f64>]) -> Vec<Option<f64>> {
    let mut present: Vec<(f64, usize)> =
        p.iter().enumerate().filter_map(|(i, p)| p.filter(|p| !p.is_nan()).map(|p| (p, i))).collect();
    present.sort_unstable_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));

    let m = present.len() as f64;
    let mut q = vec![None; p.len()];
    let mut smallest = 1.0_f64;
    for (rank, &(p, i)) in present.iter().enumerate().rev() {
        // Never below p: m / rank can round to just under 1 times p.
        smallest = smallest.min((p * (m / (rank + 1) as f64)).max(p));
        q[i] = Some(smallest);
    }
    q
}

/// Zones taken to tie at the floor: 1 % of them, at least one.
fn at_floor(n: usize) -> usize {
    (n / ZONES_PER_FLOOR).max(1)
}

/// Permutations that make significance possible after the correction.
///
/// The smallest two-sided pseudo p-value is `2 / (M + 1)`. Benjamini-Hochberg passes `r` of
/// `n` p-values that tie there when `2 / (M + 1) <= alpha r / n`. With `r` = 1 % of the zones
/// (at least one) that needs `M + 1 >= 2 n / (alpha r)`: about 20,000 at 1 % for any layer
/// above some hundred zones. Rounded up to a whole thousand less one, at least
/// [`MIN_PERMUTATIONS`], at most [`MAX_PERMUTATIONS`]. `alpha` outside 0..1 gives the most.
///
/// ```
/// use corredor_geo::hotspot::choose_permutations;
/// assert_eq!(choose_permutations(2_500, 0.01), 19_999);
/// assert_eq!(choose_permutations(2_500, 0.05), 3_999);
/// ```
pub fn choose_permutations(n: usize, alpha: f64) -> usize {
    if !(alpha > 0.0 && alpha < 1.0) {
        return MAX_PERMUTATIONS;
    }
    let needed = 2.0 * n as f64 / (alpha * at_floor(n) as f64);
    // A hair below, so that 20000.000000000004 is 20,000.
    let thousands = (needed / 1000.0 * (1.0 - 1e-12)).ceil().max(1.0);
    if thousands * 1000.0 > MAX_PERMUTATIONS as f64 {
        return MAX_PERMUTATIONS;
    }
    (thousands as usize * 1000 - 1).clamp(MIN_PERMUTATIONS, MAX_PERMUTATIONS)
}

/// Whether 1 % of `n` zones (at least one) at the floor `2 / (M + 1)` of the two-sided
/// pseudo p-value pass the Benjamini-Hochberg correction at `alpha`.
pub fn significance_possible(n: usize, permutations: usize, alpha: f64) -> bool {
    if n == 0 {
        return false;
    }
    let floor = (2.0 / (permutations as f64 + 1.0)).min(1.0);
    floor <= alpha * at_floor(n) as f64 / n as f64 * (1.0 + 1e-12)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn empty_absent_and_one() {
        assert!(benjamini_hochberg(&[]).is_empty());
        assert_eq!(benjamini_hochberg(&[None, Some(f64::NAN)]), [None, None]);
        assert_eq!(benjamini_hochberg(&[Some(0.2)]), [Some(0.2)]);
    }

    #[test]
    fn a_level_that_is_none_takes_the_most_permutations() {
        for alpha in [-0.1, 0.0, 1.0, 1.5, 20.0, f64::NAN] {
            assert_eq!(choose_permutations(100, alpha), MAX_PERMUTATIONS, "{alpha}");
        }
        assert!(choose_permutations(100, 0.999) < MAX_PERMUTATIONS);
    }

    /// Benjamini and Hochberg 1995, section 3.2: 15 p-values, four rejected at 5 %.
    #[test]
    fn the_example_of_the_paper() {
        let p = [
            0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459, 0.3240, 0.4262, 0.5719,
            0.6528, 0.7590, 1.0,
        ];
        let q = benjamini_hochberg(&p.map(Some));
        assert_eq!(q.iter().filter(|q| q.unwrap() <= 0.05).count(), 4);
        assert!((q[0].unwrap() - 0.0015).abs() < 1e-15);
        // 0.0298 × 15 / 7 is below 0.0278 × 15 / 6, so both share it.
        assert!((q[5].unwrap() - 0.0298 * 15.0 / 7.0).abs() < 1e-15);
    }

    #[test]
    fn chosen_permutations_do() {
        for n in [1, 2, 30, 99, 100, 199, 600, 2_466, 100_000] {
            for alpha in [0.01, 0.05, 0.10] {
                let m = choose_permutations(n, alpha);
                assert!(significance_possible(n, m, alpha), "{n} {alpha} {m}");
                assert!(m < MIN_PERMUTATIONS + 1000 || !significance_possible(n, m - 1000, alpha));
            }
        }
        assert_eq!(choose_permutations(0, 0.05), MIN_PERMUTATIONS);
        assert_eq!(choose_permutations(2_466, 1e-9), MAX_PERMUTATIONS);
        assert_eq!(choose_permutations(2_466, f64::NAN), MAX_PERMUTATIONS);
        assert!(!significance_possible(2_466, 999, 0.05));
        assert!(!significance_possible(0, 999, 0.05));
    }

    /// The rule is the one that the correction itself applies.
    #[test]
    fn the_rule_agrees_with_the_correction() {
        for (n, m) in [(2_466, 3_999), (2_466, 4_999), (600, 1_999), (600, 3_999)] {
            let floor = 2.0 / (m as f64 + 1.0);
            let p: Vec<_> = (0..n).map(|i| Some(if i < n / 100 { floor } else { 1.0 })).collect();
            let passes = benjamini_hochberg(&p)[0].unwrap() <= 0.05;
            assert_eq!(passes, significance_possible(n, m, 0.05), "{n} {m}");
        }
    }

    proptest! {
        #[test]
        fn q_is_monotone_in_p_and_never_below_it(p in prop::collection::vec(prop::option::weighted(0.9, 0.0..=1.0), 0..200)) {
            let q = benjamini_hochberg(&p);
            let mut both: Vec<(f64, f64)> = Vec::new();
            for (p, q) in p.iter().zip(&q) {
                prop_assert_eq!(p.is_some(), q.is_some());
                if let (Some(p), Some(q)) = (p, q) {
                    prop_assert!(q >= p && *q <= 1.0);
                    both.push((*p, *q));
                }
            }
            both.sort_by(|a, b| a.0.total_cmp(&b.0));
            prop_assert!(both.windows(2).all(|w| w[0].1 <= w[1].1));
        }
    }
}
