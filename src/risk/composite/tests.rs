//! Composites worked out by hand, and properties of all of them.

use proptest::prelude::*;

use super::*;
use crate::risk::RiskError;

fn item(name: &str, posts: Posts) -> Item {
    let name = name.to_owned();
    Item { name, weight: 1.0, posts, inverted: false, log: false, cap: None, category: None, component: None }
}

fn dimension(name: &str, aggregation: Aggregation, items: Vec<Item>) -> Dimension {
    Dimension {
        name: name.to_owned(),
        weight: 1.0,
        aggregation,
        weighting: Weighting::Stated,
        max_missing: 0,
        rescale: None,
        items,
    }
}

fn composite(scale: f64, aggregation: Aggregation, dimensions: Vec<Dimension>) -> Composite {
    Composite {
        name: "test".into(),
        version: "1".into(),
        scale,
        decimals: None,
        aggregation,
        weighting: Weighting::Stated,
        max_missing: 0,
        floor: 0.01,
        dimensions,
    }
}

fn scores(columns: &[Vec<Option<f64>>], recipe: &Composite) -> Scores {
    Prepared::new(columns, recipe, None).unwrap().scores(&Variation::default())
}

const PERCENT: Posts = Posts::Fixed(0.0, 100.0);

/// INFORM's arithmetic on one zone, step by step.
///
/// Hazard, categories natural and human: floods 9 % between 0 and 30 give 10 (9 - 0)/30 = 3.0; homicides 10
/// between 1 and 100 under the logarithm give 10 ln 10/ln 100 = 5.0. INFORM's rule: (10 - 3)/10*9 + 1 = 7.3,
/// (10 - 5)/10*9 + 1 = 5.5; their geometric mean sqrt(40.15) = 6.336403; (10 - 6.336403)/9*10 = 4.070664;
/// rounded 4.1.
///
/// Vulnerability, category socioeconomic with components poverty (60 % and 80 % give 6 and 8, mean 7) and
/// dependency (65 between 30 and 100 gives 5): mean 6; category groups 2 between 0 and 4: 5. Rule: 4.6, 5.5;
/// sqrt(25.3) = 5.029911; (10 - 5.029911)/9*10 = 5.522321; rounded 5.5.
///
/// Coping: 10 doctors between 0 and 40, inverted: 7.5. One category: the rule leaves it at 7.5.
///
/// Risk: (4.1 * 5.5 * 7.5)^(1/3) = 169.125^(1/3) = 5.530138; rounded 5.5.
#[test]
fn inform_by_hand() {
    let of = |name: &str, posts, category, component| Item { category, component, ..item(name, posts) };
    let hazard = vec![
        of("floods", Posts::Fixed(0.0, 30.0), Some(0), None),
        Item { log: true, ..of("homicides", Posts::Fixed(1.0, 100.0), Some(1), None) },
    ];
    let vulnerability = vec![
        of("poverty", PERCENT, Some(0), Some(0)),
        of("insecure", PERCENT, Some(0), Some(0)),
        of("dependency", Posts::Fixed(30.0, 100.0), Some(0), Some(1)),
        of("uprooted", Posts::Fixed(0.0, 4.0), Some(1), None),
    ];
    let coping = vec![Item { inverted: true, ..of("doctors", Posts::Fixed(0.0, 40.0), Some(0), None) }];
    let mut recipe = composite(
        10.0,
        Aggregation::Geometric,
        vec![
            dimension("hazard", Aggregation::Inform, hazard),
            dimension("vulner", Aggregation::Inform, vulnerability),
            dimension("coping", Aggregation::Inform, coping),
        ],
    );
    (recipe.decimals, recipe.floor) = (Some(1), 0.0);
    let zone = [9.0, 10.0, 60.0, 80.0, 65.0, 2.0, 10.0];
    let columns: Vec<_> = zone.iter().map(|&value| vec![Some(value)]).collect();
    let found = scores(&columns, &recipe);
    let close =
        |got: Option<f64>, wanted: f64| assert!((got.unwrap() - wanted).abs() < 1e-12, "{got:?} {wanted}");
    for (dimension, wanted) in found.dimensions.iter().zip([4.1, 5.5, 7.5]) {
        close(dimension[0], wanted);
    }
    close(found.score[0], 5.5);
    recipe.decimals = None;
    let exact = scores(&columns, &recipe);
    assert!((exact.dimensions[0][0].unwrap() - 4.070_664).abs() < 1e-5);
    assert!((exact.dimensions[1][0].unwrap() - 5.522_321).abs() < 1e-5);

    // A hazard of 0 makes the risk 0, as INFORM has no floor.
    let mut safe = columns;
    (safe[0][0], safe[1][0]) = (Some(0.0), Some(1.0));
    assert_eq!(scores(&safe, &recipe).score, [Some(0.0)]);
}

/// The vulnerability index: min-max of indicators, their mean, min-max of the dimension, mean of dimensions, 0-100.
///
/// Labour of three zones: 10, 20, 30 give 0, 1/2, 1 and 4, 2, 3 inverted 0, 1, 1/2; means 0, 3/4, 3/4; again
/// 0, 1, 1. Ethnic: 0, 50, 100 give 0, 1/2, 1. Index: 0, 75, 100.
#[test]
fn ivti_by_hand() {
    let labour =
        vec![item("farming", Posts::Observed), Item { inverted: true, ..item("formal", Posts::Observed) }];
    let mut recipe = composite(
        100.0,
        Aggregation::Arithmetic,
        vec![
            dimension("labour", Aggregation::Arithmetic, labour),
            dimension("ethnic", Aggregation::Arithmetic, vec![item("indigenous", Posts::Observed)]),
        ],
    );
    recipe.dimensions[0].rescale = Some(Posts::Observed);
    let column = |values: [f64; 3]| values.map(Some).to_vec();
    let columns = [column([10.0, 20.0, 30.0]), column([4.0, 2.0, 3.0]), column([0.0, 50.0, 100.0])];
    assert_eq!(scores(&columns, &recipe).score, [Some(0.0), Some(75.0), Some(100.0)]);
}

/// A second year on the scales and weights of the first: the same values get the same score.
#[test]
fn what_was_kept_scores_other_years_alike() {
    let items = vec![item("a", Posts::Observed), item("b", Posts::Z), item("c", PERCENT)];
    let mut recipe =
        composite(1.0, Aggregation::Arithmetic, vec![dimension("d", Aggregation::Arithmetic, items)]);
    recipe.dimensions[0].weighting = Weighting::Principal;
    let column = |f: fn(f64) -> f64| (0..20).map(|i| Some(f(f64::from(i)))).collect::<Vec<_>>();
    let first = [column(|i| i), column(|i| (i * 0.7).sin() + i), column(|i| 90.0 - i * i / 5.0)];
    let prepared = Prepared::new(&first, &recipe, None).unwrap();
    let own = prepared.scores(&Variation::default()).score;
    // Of another year only three zones are known; found anew, their scores would differ.
    let later: Vec<Vec<Option<f64>>> = first.iter().map(|column| column[4..12].to_vec()).collect();
    let kept = Prepared::new(&later, &recipe, Some(&prepared.frozen)).unwrap();
    assert_eq!(kept.scores(&Variation::default()).score, own[4..12]);
    assert_ne!(scores(&later, &recipe).score, own[4..12]);
    // The record survives being written.
    let text = serde_json::to_string(&prepared.frozen).unwrap();
    assert_eq!(serde_json::from_str::<Frozen>(&text).unwrap(), prepared.frozen);

    let other = composite(
        1.0,
        Aggregation::Arithmetic,
        vec![dimension("d", Aggregation::Arithmetic, vec![item("a", PERCENT)])],
    );
    let error = Prepared::new(&later[..1], &other, Some(&prepared.frozen)).unwrap_err();
    assert_eq!(error, RiskError::Frozen { recipe: "test".into() });
}

#[test]
fn caps_by_hand() {
    // Quartiles of 0..=8 and 100: type 7 at 2.25 and 6.75; fences -4.5 and 13.5.
    let mut column: Vec<Option<f64>> = (0..9).map(|i| Some(f64::from(i))).collect();
    column.push(Some(100.0));
    let tukey = Scale::find(&column, &Item { cap: Some(Cap::Tukey), ..item("x", Posts::Observed) }).unwrap();
    assert_eq!((tukey.cap, tukey.low, tukey.high), (Some([-4.5, 13.5]), 0.0, 13.5));
    assert_eq!(tukey.apply(100.0), Some(1.0));
    let winsor = Item { cap: Some(Cap::Quantiles(0.5, 1.0)), ..item("x", Posts::Observed) };
    let winsor = Scale::find(&column, &winsor).unwrap();
    assert_eq!((winsor.low, winsor.apply(1.0)), (4.5, Some(0.0)));
    // z: mean and three deviations of 0, 2: 1 and 1.
    let z = Scale::find(&[Some(0.0), Some(2.0)], &item("x", Posts::Z)).unwrap();
    assert_eq!((z.low, z.high), (-2.0, 4.0));
}

#[test]
fn what_cannot_be_scored_is_told() {
    let of = |posts| {
        composite(
            1.0,
            Aggregation::Arithmetic,
            vec![dimension("d", Aggregation::Arithmetic, vec![item("rate", posts)])],
        )
    };
    let told = |column: &[Option<f64>], posts| {
        Prepared::new(&[column.to_vec()], &of(posts), None).unwrap_err().to_string()
    };
    insta::assert_snapshot!([
        told(&[Some(3.0), Some(3.0)], Posts::Observed),
        told(&[Some(3.0), Some(3.0)], Posts::Z),
        told(&[None, None], Posts::Observed),
        told(&[Some(f64::INFINITY)], PERCENT),
        told(&[Some(1.0)], Posts::Fixed(9.0, 1.0)),
    ].join("\n"), @r"
    `rate`: every value is 3, so observed goalposts leave nothing between them; give fixed goalposts, or drop the indicator
    `rate`: every value is 3, so observed goalposts leave nothing between them; give fixed goalposts, or drop the indicator
    `rate` has no value in any row; check the name of the field and the join
    `rate`, row 0: inf is not a finite number; give it as missing or correct it
    `rate`: goalposts 9 to 1 are not in rising order with a finite distance; give min below max, and set inverted = true if high values mean low risk
    ");
    // Between fixed goalposts a column without values leaves zones without a score, and no more.
    assert_eq!(scores(&[vec![None, None]], &of(PERCENT)).score, [None, None]);
    let dp2 = dp2(&[&[Some(1.0), None], &[None, Some(1.0)]], &["a", "b"]).unwrap_err();
    assert_eq!(dp2, RiskError::FewRows { rows: 0, needed: 4 });
}

#[test]
fn a_dimension_may_lack_what_the_recipe_lets_it() {
    let three = ["a", "b", "c"].map(|name| item(name, PERCENT)).to_vec();
    let mut recipe =
        composite(1.0, Aggregation::Arithmetic, vec![dimension("d", Aggregation::Arithmetic, three)]);
    recipe.dimensions[0].max_missing = 1;
    recipe.dimensions[0].items[0].weight = 3.0;
    let columns =
        [vec![Some(40.0), None, None], vec![Some(80.0), Some(60.0), None], vec![None, Some(20.0), Some(1.0)]];
    let found = scores(&columns, &recipe);
    // (3 * 0.4 + 0.8) / 4, (0.6 + 0.2) / 2, and two of three lack.
    assert!((found.score[0].unwrap() - 0.5).abs() < 1e-15 && (found.score[1].unwrap() - 0.4).abs() < 1e-15);
    assert_eq!((found.score[2], found.missing), (None, vec![1, 1, 2]));
}

/// The first component of two columns with correlation r explains (1 + r)/2 and weighs both alike; loadings of
/// a third that runs against them are negative.
#[test]
fn principal_components_by_hand() {
    let a: Vec<Option<f64>> = [1.0, 2.0, 3.0, 4.0, 5.0].map(Some).to_vec();
    let b: Vec<Option<f64>> = [2.0, 1.0, 4.0, 3.0, 5.0].map(Some).to_vec();
    let found = principal(&[&a, &b], &["a", "b"]).unwrap();
    // r = 0.8.
    assert!((found.explained - 0.9).abs() < 1e-12);
    assert!(found.weights.iter().all(|weight| (weight - 0.5).abs() < 1e-12));
    let down: Vec<Option<f64>> = a.iter().map(|x| x.map(|x| -x)).collect();
    assert_eq!(principal(&[&a, &b, &down], &["a", "b", "c"]).unwrap().against, [2]);
    let (values, vectors) = eigen(&[vec![2.0, 1.0], vec![1.0, 2.0]]);
    assert!((values[0] - 3.0).abs() < 1e-14 && (values[1] - 1.0).abs() < 1e-14);
    assert!((vectors[0][0].abs() - 0.5_f64.sqrt()).abs() < 1e-14);
}

/// Of an arithmetic mean the effects are w (y - mean), and add up to the distance from the mean score.
#[test]
fn factors_add_up() {
    let items =
        vec![Item { weight: 3.0, ..item("a", PERCENT) }, Item { inverted: true, ..item("b", PERCENT) }];
    let recipe =
        composite(100.0, Aggregation::Arithmetic, vec![dimension("d", Aggregation::Arithmetic, items)]);
    let columns = [vec![Some(10.0), Some(50.0), Some(90.0)], vec![Some(10.0), Some(20.0), None]];
    let prepared = Prepared::new(&columns, &recipe, None).unwrap();
    // People: the third zone has none, so it does not count in the mean.
    let found = factors(&prepared, Some(&[Some(1.0), Some(3.0), None]));
    // Means of y: (0.1 + 3 * 0.5) / 4 = 0.4 and (0.9 + 3 * 0.8) / 4 = 0.825.
    let close = |got: f64, wanted: f64| assert!((got - wanted).abs() < 1e-12, "{got} {wanted}");
    close(found.effects[0][0].unwrap(), 75.0 * (0.1 - 0.4));
    close(found.effects[0][1].unwrap(), 25.0 * (0.9 - 0.825));
    let (up, down) = found.strongest(0, 3);
    assert_eq!((up[0].0, down[0].0, up.len(), down.len()), (1, 0, 1, 1));
    assert_eq!(found.effects[2], [None, None]);
}

#[test]
fn a_variation_of_nothing_is_the_recipe() {
    let items = vec![item("a", PERCENT), item("b", PERCENT)];
    let recipe =
        composite(1.0, Aggregation::Arithmetic, vec![dimension("d", Aggregation::Arithmetic, items)]);
    let middle = vec![0.0, 0.0, 0.0, 0.0, 0.5, 0.5, 0.5];
    assert_eq!(Variation::inputs(&recipe), middle.len());
    let variation = Variation::draw(&recipe, &middle, 0.25);
    assert_eq!((variation.normalisation, variation.across, &variation.items), (0, None, &vec![1.0, 1.0]));
    let columns = [vec![Some(1.0), Some(60.0)], vec![Some(30.0), None]];
    let prepared = Prepared::new(&columns, &recipe, None).unwrap();
    assert_eq!(prepared.scores(&variation), prepared.scores(&Variation::default()));
    let most = Variation::draw(&recipe, &[0.999; 7], 0.25);
    assert_eq!((most.normalisation, most.imputation), (3, Imputation::High));
    assert!(most.items.iter().all(|factor| (1.24..1.25).contains(factor)));
}

proptest! {
    /// Every aggregate lies between the least and the greatest of what it brings together, and rises with each.
    #[test]
    fn aggregates_lie_between(values in prop::collection::vec(0.02..1.0_f64, 1..6), up in 0.0..0.5_f64, at in any::<prop::sample::Index>()) {
        let least = values.iter().copied().fold(1.0, f64::min);
        let greatest = values.iter().copied().fold(0.0, f64::max);
        for rule in [Aggregation::Arithmetic, Aggregation::Geometric, Aggregation::Inform] {
            let mean = |values: &[f64]| {
                let some: Vec<_> = values.iter().copied().map(Some).collect();
                aggregate(&some, &vec![1.0; some.len()], rule, 0, 0.01).unwrap()
            };
            let before = mean(&values);
            prop_assert!(least - 1e-12 <= before && before <= greatest + 1e-12);
            let mut more = values.clone();
            let at = at.index(more.len());
            more[at] = (more[at] + up).min(1.0);
            prop_assert!(mean(&more) >= before - 1e-12);
        }
    }

    /// The squared Cholesky diagonal is 1 less the R2 of a regression: never negative, 1 for the first.
    #[test]
    fn corrections_are_shares(columns in prop::collection::vec(prop::collection::vec(-10.0..10.0_f64, 12), 2..5)) {
        let some: Vec<Vec<Option<f64>>> = columns.iter().map(|c| c.iter().copied().map(Some).collect()).collect();
        let slices: Vec<&[Option<f64>]> = some.iter().map(Vec::as_slice).collect();
        let found = dp2(&slices, &vec!["x"; slices.len()]).unwrap();
        prop_assert!(found.correction.iter().all(|c| (0.0..=1.0 + 1e-12).contains(c)));
        prop_assert_eq!(found.correction[found.order[0]], 1.0);
        prop_assert!(found.distance.iter().flatten().all(|d| *d >= 0.0));
    }
}
