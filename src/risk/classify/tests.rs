//! Rules against all partitions, and against examples made by hand.

use proptest::prelude::*;

use super::*;
use crate::risk::RiskError;

fn some(values: &[f64]) -> Vec<Option<f64>> {
    values.iter().copied().map(Some).collect()
}

/// Squares around the mean.
fn squares(values: &[f64]) -> f64 {
    let mean = values.iter().sum::<f64>() / values.len() as f64;
    values.iter().map(|v| (v - mean).powi(2)).sum()
}

/// The least squares over every partition of sorted values into so many runs.
fn brute(sorted: &[f64], classes: usize) -> f64 {
    if classes == 1 {
        return squares(sorted);
    }
    (1..=sorted.len() + 1 - classes)
        .map(|to| squares(&sorted[..to]) + brute(&sorted[to..], classes - 1))
        .fold(f64::INFINITY, f64::min)
}

proptest! {
    #[test]
    fn jenks_is_the_best_of_all_partitions(mut values in prop::collection::vec(-50_i32..50, 5..13), classes in 2_usize..5) {
        values.sort();
        let sorted: Vec<f64> = values.iter().map(|&v| f64::from(v) / 4.0).collect();
        let mut different = sorted.clone();
        different.dedup();
        match jenks(&sorted, classes) {
            Err(error) => prop_assert!(different.len() < classes, "{}", error),
            Ok(found) => {
                let best = brute(&sorted, classes);
                prop_assert!((found.within - best).abs() < 1e-9, "{} {}", found.within, best);
                // The cuts are that partition.
                let rule = class_by(&some(&sorted), &Rule::Fixed(found.cuts), None).unwrap();
                let within: f64 = (0..classes)
                    .map(|one| {
                        let of: Vec<f64> = sorted.iter().zip(&rule.class).filter(|(_, c)| **c == Some(one as u8)).map(|(v, _)| *v).collect();
                        prop_assert!(!of.is_empty());
                        Ok(squares(&of))
                    })
                    .sum::<Result<f64, TestCaseError>>()?;
                prop_assert!((within - best).abs() < 1e-9);
            }
        }
    }

    #[test]
    fn every_value_has_one_class(values in prop::collection::vec(prop::option::weighted(0.9, 0.0..100.0), 12..60), k in 2_usize..6) {
        let groups: Vec<String> = (0..values.len()).map(|i| (i % 3).to_string()).collect();
        let rules = [Rule::Equal(k), Rule::Relative(k), Rule::Quantiles(k), Rule::Jenks(k), Rule::Dalenius { classes: k, bins: None }, Rule::HeadTail(k)];
        for rule in rules {
            let found = class_by(&values, &rule, Some(&groups)).unwrap();
            prop_assert_eq!(found.counts.iter().sum::<usize>() + found.missing, values.len());
            prop_assert!(found.cuts.is_sorted());
            for (value, class) in values.iter().zip(&found.class) {
                prop_assert!(class.is_none() || value.is_some());
            }
        }
    }
}

#[test]
fn dalenius_hodges_by_hand() {
    // Ten intervals of width 10 with frequencies 16, 9, 9, 4, 4, 1, 1, 1, 0, 0 and the last value at 100 in the
    // tenth: roots 4, 3, 3, 2, 2, 1, 1, 1, 0, 1 add up to 18; three strata of 6 each. The sum reaches 6 in the
    // second interval (7: cut at 20), 12 in the fourth (12: cut at 40).
    let mut values = Vec::new();
    for (bin, count) in [16, 9, 9, 4, 4, 1, 1, 1, 0].into_iter().enumerate() {
        values.extend((0..count).map(|i| bin as f64 * 10.0 + f64::from(i) * 0.1));
    }
    values.push(100.0);
    let found = dalenius_hodges(&values, 3, Some(10)).unwrap();
    assert_eq!(found.cuts, [20.0, 40.0]);
    let classed = class_by(&some(&values), &Rule::Dalenius { classes: 3, bins: Some(10) }, None).unwrap();
    assert_eq!((classed.counts, classed.bins), (vec![25, 13, 8], Some(10)));
}

#[test]
fn the_number_of_intervals_is_searched() {
    let values: Vec<f64> = (0..400).map(|i| f64::from(i).powi(2)).collect();
    let best = dalenius_hodges(&values, 5, None).unwrap();
    for bins in 10..=200 {
        let other = dalenius_hodges(&values, 5, Some(bins)).unwrap();
        assert!(best.neyman <= other.neyman * (1.0 + 1e-9), "{bins}");
        assert!(bins >= best.bins || other.neyman > best.neyman);
    }
}

#[test]
fn quantiles_and_intervals_by_hand() {
    let values = some(&[1.0, 2.0, 3.0, 4.0, 11.0]);
    let quarters = class_by(&values, &Rule::Quantiles(4), None).unwrap();
    assert_eq!((quarters.cuts, quarters.counts), (vec![2.0, 3.0, 4.0], vec![1, 1, 1, 2]));
    let equal = class_by(&values, &Rule::Equal(2), None).unwrap();
    assert_eq!((equal.cuts, equal.counts), (vec![6.0], vec![4, 1]));
}

#[test]
fn states_have_their_own_intervals() {
    let values = [Some(4.0), Some(13.0), Some(13.3), Some(26.9), Some(20.0), None];
    let groups = ["a", "a", "b", "b", "b", "c"].map(str::to_owned);
    let found = class_by(&values, &Rule::Relative(3), Some(&groups)).unwrap();
    // 13 is the highest of a and would be below the lowest of b.
    assert_eq!(found.class, [Some(0), Some(2), Some(0), Some(2), Some(1), None]);
    assert_eq!(found.group_cuts["a"], [7.0, 10.0]);
    assert!(matches!(
        class_by(&values, &Rule::Relative(3), None),
        Err(RiskError::GroupCount { groups: 0, .. })
    ));
    // One value has no interval.
    let one = class_by(&[Some(1.0)], &Rule::Relative(3), Some(&groups[..1])).unwrap();
    assert_eq!((one.class, one.missing), (vec![None], 1));
}

#[test]
fn heads_are_cut_while_they_are_a_minority() {
    // Mean 4; head 20, 30 of 9 values; its mean 25; head 30, half of two: no minority any more.
    let values = [1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 20.0, 30.0];
    let cuts = head_tail(&values, 5);
    assert_eq!(cuts, [57.0 / 9.0]);
    assert_eq!(head_tail(&[2.0, 2.0], 5), Vec::<f64>::new());
}

#[test]
fn what_cannot_be_classed_is_told() {
    let one = [Some(5.0), Some(5.0), None];
    for rule in
        [Rule::Equal(3), Rule::Quantiles(3), Rule::Jenks(3), Rule::Dalenius { classes: 3, bins: None }]
    {
        assert_eq!(
            class_by(&one, &rule, None).unwrap_err().to_string(),
            "1 different values cannot make 3 classes; ask for fewer"
        );
    }
    assert_eq!(class_by(&one, &Rule::Equal(1), None), Err(RiskError::ClassCount { classes: 1 }));
    assert!(class_by(&[Some(f64::NAN)], &Rule::Fixed(vec![1.0]), None).is_err());
    assert!(class_by(&one, &Rule::Fixed(vec![1.0, 1.0]), None).is_err());
    let none = class_by(&[], &Rule::Fixed(vec![1.0]), None).unwrap();
    assert_eq!((none.counts, none.fit), (vec![0, 0], None));
}
