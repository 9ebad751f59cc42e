//! Scores worked out by hand, and properties of all scores.

use proptest::prelude::*;

use super::*;

fn indicator(field: &str, weight: f64, goalposts: Goalposts) -> Indicator {
    Indicator { field: field.into(), weight, goalposts, inverted: false, log: false }
}

fn recipe(indicators: Vec<Indicator>, mean: Mean, max_missing: usize) -> Recipe {
    Recipe { name: "test".into(), version: "1".into(), indicators, mean, max_missing }
}

/// Poverty 0..100 with weight 2, income 1..10,000 on a log scale inverted with weight 1,
/// deaths between the observed ends with weight 1.
fn three(mean: Mean) -> Recipe {
    let mut income = indicator("income", 1.0, Goalposts::Fixed { min: 1.0, max: 1e4 });
    (income.inverted, income.log) = (true, true);
    let poverty = indicator("poor_pct", 2.0, Goalposts::Fixed { min: 0.0, max: 100.0 });
    let deaths = indicator("deaths", 1.0, Goalposts::Observed);
    recipe(vec![poverty, income, deaths], mean, 1)
}

const POOR: [Option<f64>; 4] = [Some(50.0), Some(120.0), None, None];
const INCOME: [Option<f64>; 4] = [Some(100.0), Some(1.0), Some(1e4), None];
const DEATHS: [Option<f64>; 4] = [Some(5.0), Some(10.0), Some(0.0), Some(2.0)];

fn assert_close(got: &[Option<f64>], wanted: &[Option<f64>]) {
    assert_eq!(got.len(), wanted.len());
    for (got, wanted) in got.iter().zip(wanted) {
        match (got, wanted) {
            (Some(got), Some(wanted)) => assert!((got - wanted).abs() < 1e-15, "{got} {wanted}"),
            _ => assert_eq!(got, wanted),
        }
    }
}

#[test]
fn arithmetic_by_hand() {
    let result = score(&[&POOR, &INCOME, &DEATHS], &three(Mean::Arithmetic)).unwrap();
    // Normalised: 0.5, 0.5, 0.5; then 1 (held), 1, 1; then -, 0, 0; then -, -, 0.2.
    assert_close(&result.score, &[Some(0.5), Some(1.0), Some(0.0), None]);
    assert_eq!(result.missing, [0, 0, 1, 2]);
    assert_close(&result.contributions[0], &[Some(0.25), Some(0.5), None, None]);
    assert_close(&result.contributions[2], &[Some(0.125), Some(0.25), Some(0.0), None]);
    let used = &result.goalposts[2];
    assert_eq!((used.min, used.max, used.observed), (0.0, 10.0, true));
    assert_eq!((result.goalposts[0].above, result.goalposts[0].missing), (1, 2));
    assert_eq!(result.floored, [0, 0, 0]);
}

#[test]
fn geometric_by_hand() {
    let result = score(&[&POOR, &INCOME, &DEATHS], &three(Mean::Geometric)).unwrap();
    assert_close(&result.score, &[Some(0.5), Some(1.0), Some(GEOMETRIC_FLOOR), None]);
    assert_eq!(result.floored, [0, 1, 1]);
    // 0.25 of the logarithm of a half.
    assert_close(&result.contributions[2][..1], &[Some(0.25 * 0.5_f64.ln())]);
}

#[test]
fn no_rows() {
    let fixed = indicator("f", 1.0, Goalposts::Fixed { min: 0.0, max: 1.0 });
    let result = score(&[&[]], &recipe(vec![fixed], Mean::Arithmetic, 0)).unwrap();
    assert!(result.score.is_empty() && result.missing.is_empty());
}

#[test]
fn wrong_recipes_say_what_to_do() {
    let fine = || indicator("f", 1.0, Goalposts::Observed);
    let weighing = |weight| Indicator { weight, ..fine() };
    let of = |indicators, max_missing| recipe(indicators, Mean::Arithmetic, max_missing);
    let many = (0..256).map(|i| indicator(&i.to_string(), 1.0, Goalposts::Observed)).collect();
    let cases = [
        (of(vec![], 0), "recipe `test` has no indicators; add at least one"),
        (of(many, 0), "recipe `test` has 256 indicators; the limit is 255"),
        (of(vec![fine(), fine()], 0), "recipe `test` names `f` twice; add the weights and keep one"),
        (
            of(vec![fine()], 1),
            "recipe `test` lets 1 of its 1 indicators be missing; at least one must be present, so max_missing is at most 0",
        ),
        (
            of(vec![weighing(-1.0)], 0),
            "`f`: weight -1 is not a positive number; to reverse an indicator set inverted = true, to drop it remove it from the recipe",
        ),
        (
            of(vec![weighing(f64::NAN)], 0),
            "`f`: weight NaN is not a positive number; to reverse an indicator set inverted = true, to drop it remove it from the recipe",
        ),
    ];
    for (recipe, message) in cases {
        assert_eq!(recipe.check().unwrap_err().to_string(), message);
        let columns = vec![&[Some(1.0), Some(2.0)][..]; recipe.indicators.len()];
        assert!(score(&columns, &recipe).is_err());
    }
}

#[test]
fn columns_that_do_not_fit() {
    let two = [indicator("a", 1.0, Goalposts::Observed), indicator("b", 1.0, Goalposts::Observed)];
    let two = recipe(two.to_vec(), Mean::Arithmetic, 0);
    assert_eq!(
        score(&[&[Some(1.0)]], &two).unwrap_err().to_string(),
        "1 columns for a recipe of 2 indicators; give one column for each, in order"
    );
    assert_eq!(
        score(&[&POOR, &POOR[..3]], &two).unwrap_err().to_string(),
        "`b` has 3 rows, the first column 4; join the columns to the zones first"
    );
}

/// A recipe of 1 to 5 indicators, and columns of 2 to 30 rows that it accepts.
fn scored() -> impl Strategy<Value = (Recipe, Vec<Vec<Option<f64>>>)> {
    let one = (0.01..10.0, any::<bool>(), any::<bool>(), any::<bool>());
    let value = || prop::option::weighted(0.85, 0.1..100.0);
    (prop::collection::vec(one, 1..6), 2_usize..30, any::<bool>())
        .prop_flat_map(move |(parts, rows, geometric)| {
            let column = prop::collection::vec(value(), rows).prop_map(|mut column| {
                // Two values that differ, for observed goalposts.
                (column[0], column[1]) = (Some(0.05), Some(120.0));
                column
            });
            let columns = prop::collection::vec(column, parts.len());
            let most = parts.len();
            (Just(parts), columns, 0..most, Just(geometric))
        })
        .prop_map(|(parts, columns, max_missing, geometric)| {
            let indicators = (0..).zip(parts).map(|(k, (weight, observed, inverted, log))| Indicator {
                field: format!("f{k}"),
                weight,
                goalposts: if observed {
                    Goalposts::Observed
                } else {
                    Goalposts::Fixed { min: 1.0, max: 80.0 }
                },
                inverted,
                log,
            });
            let mean = if geometric { Mean::Geometric } else { Mean::Arithmetic };
            (recipe(indicators.collect(), mean, max_missing), columns)
        })
}

fn slices(columns: &[Vec<Option<f64>>]) -> Vec<&[Option<f64>]> {
    columns.iter().map(Vec::as_slice).collect()
}

proptest! {
    #[test]
    fn scores_are_within_bounds_and_missing_by_the_rule((recipe, columns) in scored()) {
        let result = score(&slices(&columns), &recipe).unwrap();
        for (row, score) in result.score.iter().enumerate() {
            let missing = columns.iter().filter(|column| column[row].is_none()).count();
            prop_assert_eq!(usize::from(result.missing[row]), missing);
            prop_assert_eq!(score.is_some(), missing <= recipe.max_missing);
            let Some(score) = *score else { continue };
            prop_assert!((0.0..=1.0).contains(&score));
            let sum: f64 = result.contributions.iter().filter_map(|parts| parts[row]).sum();
            let whole = if recipe.mean == Mean::Geometric { sum.exp() } else { sum };
            prop_assert!((whole - score).abs() < 1e-12);
        }
    }

    /// Raising one value raises the score, or lowers it if the indicator is inverted.
    #[test]
    fn monotone_in_each_indicator((recipe, mut columns) in scored(), k in 0_usize..5, row in 2_usize..30, up in 0.0..20.0) {
        let k = k % columns.len();
        let row = row % columns[0].len();
        // Rows 0 and 1 carry the observed goalposts.
        prop_assume!(row > 1 && columns[k][row].is_some());
        let before = score(&slices(&columns), &recipe).unwrap().score[row];
        columns[k][row] = columns[k][row].map(|x| x + up);
        let after = score(&slices(&columns), &recipe).unwrap().score[row];
        prop_assert_eq!(before.is_some(), after.is_some());
        if let (Some(before), Some(after)) = (before, after) {
            let rise = if recipe.indicators[k].inverted { before - after } else { after - before };
            prop_assert!(rise >= -1e-12, "{} to {}", before, after);
        }
    }

    #[test]
    fn zones_in_any_order((recipe, columns) in scored()) {
        let straight = score(&slices(&columns), &recipe).unwrap();
        let reversed: Vec<Vec<_>> = columns.iter().map(|c| c.iter().rev().copied().collect()).collect();
        let mut back = score(&slices(&reversed), &recipe).unwrap();
        back.score.reverse();
        back.missing.reverse();
        back.contributions.iter_mut().for_each(|parts| parts.reverse());
        prop_assert_eq!(straight, back);
    }

    #[test]
    fn indicators_in_any_order((mut recipe, columns) in scored()) {
        let straight = score(&slices(&columns), &recipe).unwrap();
        recipe.indicators.reverse();
        let columns: Vec<_> = columns.into_iter().rev().collect();
        let back = score(&slices(&columns), &recipe).unwrap();
        prop_assert_eq!(&straight.missing, &back.missing);
        for (a, b) in straight.score.iter().zip(&back.score) {
            prop_assert_eq!(a.is_some(), b.is_some());
            prop_assert!((a.unwrap_or(0.0) - b.unwrap_or(0.0)).abs() < 1e-12);
        }
    }
}
