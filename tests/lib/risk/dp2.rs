//! DP2 against a second implementation: numpy and least squares (`tests/oracles/risk/make_dp2.py`).

use corredor::risk::composite::{Prepared, Variation, dp2};
use corredor::workspace::SHIPPED_RECIPES;
use corredor::workspace::config::Recipe;

use crate::fixtures;

fn close(got: f64, wanted: f64) -> bool {
    (got - wanted).abs() <= 1e-9 * wanted.abs().max(1.0)
}

#[test]
fn an_invented_table_as_numpy_has_it() {
    let folder = fixtures::top().join("tests/oracles/risk");
    let rows = fixtures::rows(folder.join("dp2.csv"));
    let columns: Vec<Vec<Option<f64>>> =
        (1..6).map(|k| rows.iter().map(|row| Some(row[k].parse().unwrap())).collect()).collect();
    let slices: Vec<&[Option<f64>]> = columns.iter().map(Vec::as_slice).collect();
    let found = dp2(&slices, &["a", "b", "c", "d", "e"]).unwrap();
    let golden: serde_json::Value =
        serde_json::from_slice(&std::fs::read(folder.join("dp2.json")).unwrap()).unwrap();
    assert_eq!(serde_json::json!(found.order), golden["order"]);
    assert_eq!(serde_json::json!(found.rounds), golden["rounds"]);
    assert!(found.settled);
    for (k, correction) in found.correction.iter().enumerate() {
        assert!(close(*correction, golden["correction"][k].as_f64().unwrap()), "{k} {correction}");
    }
    for (row, distance) in found.distance.iter().enumerate() {
        assert!(close(distance.unwrap(), golden["distance"][row].as_f64().unwrap()), "{row} {distance:?}");
    }
}

/// The nine components of CONAPO 2020. The order, the corrections, the ten most marginalised and the Spearman
/// correlation are what `make_dp2.py` found with numpy on the same file.
#[test]
fn the_nine_components_of_conapo() {
    const NINE: [&str; 9] = [
        "analf_pct",
        "sin_basica_pct",
        "sin_drenaje_pct",
        "sin_electr_pct",
        "sin_agua_pct",
        "piso_tierra_pct",
        "hacinam_pct",
        "loc_peq_pct",
        "ing_2sm_pct",
    ];
    const CORRECTION: [f64; 9] = [
        1.0,
        0.3895163848382559,
        0.638195854586408,
        0.7404502246893993,
        0.7914799053518813,
        0.5840267673284723,
        0.504103626552854,
        0.5677735377913918,
        0.4435279950811333,
    ];
    let Some(data) = fixtures::mexico() else { return };
    let mut reader = csv::Reader::from_path(data.join("municipal_indicators_2020.csv")).unwrap();
    let headers = reader.headers().unwrap().clone();
    let rows: Vec<csv::StringRecord> = reader.records().map(Result::unwrap).collect();
    let column = |field: &str| -> Vec<Option<f64>> {
        let at = headers.iter().position(|name| name == field).unwrap();
        rows.iter().map(|row| row[at].parse().ok()).collect()
    };
    let columns: Vec<Vec<Option<f64>>> = NINE.iter().map(|field| column(field)).collect();
    let slices: Vec<&[Option<f64>]> = columns.iter().map(Vec::as_slice).collect();
    let found = dp2(&slices, &NINE).unwrap();
    assert_eq!((found.order.as_slice(), found.rounds), (&[0, 5, 1, 6, 8, 3, 7, 4, 2][..], 3));
    for (got, wanted) in found.correction.iter().zip(CORRECTION) {
        assert!(close(*got, wanted), "{got} {wanted}");
    }
    let codes = headers.iter().position(|name| name == "cvegeo").unwrap();
    let code = |row: usize| rows[row][codes].to_owned();
    let at =
        |wanted: &str| found.distance[(0..rows.len()).find(|&row| code(row) == wanted).unwrap()].unwrap();
    assert!(close(at("01001"), 47.953379307413236) && close(at("07089"), 43.14624830768006));
    let mut order: Vec<usize> = (0..rows.len()).collect();
    order.sort_by(|&a, &b| found.distance[a].unwrap().total_cmp(&found.distance[b].unwrap()));
    let most: Vec<String> = order.iter().take(10).map(|&row| code(row)).collect();
    assert_eq!(
        most,
        ["08008", "10014", "18009", "14061", "12078", "07082", "08012", "08065", "08007", "07022"]
    );

    // The recipe's score is 1 less the distance rescaled between the theoretical worst and best: the same order.
    let (_, text) = SHIPPED_RECIPES.iter().find(|(name, _)| *name == "conapo-dp2-2020").unwrap();
    let recipe: Recipe = toml::from_str(text).unwrap();
    let prepared = Prepared::new(&columns, &recipe.numbers(), None).unwrap();
    let score = prepared.scores(&Variation::default()).score;
    let weights: Vec<f64> = found.correction.iter().zip(&found.deviation).map(|(c, s)| c / s).collect();
    let whole: f64 = weights.iter().map(|weight| weight * 100.0).sum();
    for row in 0..rows.len() {
        let by_hand: f64 = (0..9).map(|k| weights[k] * columns[k][row].unwrap()).sum::<f64>() / whole;
        assert!((score[row].unwrap() - by_hand).abs() < 1e-12);
    }
    assert!((score.iter().flatten().sum::<f64>() - 306.15400291900625).abs() < 1e-6);
    let poor = column("lp_ingreso_pct");
    let pairs: Vec<(f64, f64)> = score.iter().zip(&poor).filter_map(|(a, b)| Some(((*a)?, (*b)?))).collect();
    let spearman = spearman(&pairs);
    println!("Spearman of the score with the share below the income poverty line: {spearman:.4}");
    assert!((spearman - 0.7549067002076442).abs() < 1e-9, "{spearman}");
}

/// Correlation of mean ranks.
fn spearman(pairs: &[(f64, f64)]) -> f64 {
    let ranks = |values: Vec<f64>| -> Vec<f64> {
        let mut sorted = values.clone();
        sorted.sort_by(f64::total_cmp);
        let rank = |v: f64| {
            (sorted.partition_point(|&s| s < v) + sorted.partition_point(|&s| s <= v) + 1) as f64 / 2.0
        };
        values.into_iter().map(rank).collect()
    };
    let (a, b): (Vec<f64>, Vec<f64>) = pairs.iter().copied().unzip();
    let (a, b) = (ranks(a), ranks(b));
    let mean = (pairs.len() + 1) as f64 / 2.0;
    let sum = |x: &[f64], y: &[f64]| x.iter().zip(y).map(|(x, y)| (x - mean) * (y - mean)).sum::<f64>();
    sum(&a, &b) / (sum(&a, &a) * sum(&b, &b)).sqrt()
}
