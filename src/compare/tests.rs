//! Comparisons by hand, and the reasons to refuse one.

use serde_json::json;

use super::*;

fn scored(name: &str, version: &str, rows: &[(&str, Option<f64>)]) -> Scored {
    let end = |by: f64| rows.iter().map(|(_, score)| score.map(|score| score + by)).collect();
    Scored {
        name: name.into(),
        level: "public".into(),
        recipe: "plain".into(),
        version: version.into(),
        scale: 100.0,
        used: vec![("goalposts of indicators".into(), json!([0, 100]))],
        keys: rows.iter().map(|(key, _)| (*key).to_owned()).collect(),
        names: vec![None; rows.len()],
        score: rows.iter().map(|(_, score)| *score).collect(),
        low: end(-3.0),
        high: end(4.0),
    }
}

#[test]
fn changes_by_hand() {
    let a = scored("2010", "1", &[("01", Some(40.0)), ("02", Some(50.0)), ("03", None), ("04", Some(1.0))]);
    let b =
        scored("2020", "1", &[("01", Some(30.0)), ("02", Some(52.0)), ("03", Some(9.0)), ("05", Some(2.0))]);
    let found = compare(&a, &b).unwrap();
    // Lower end: sqrt(3² + 4²) = 5 below; upper end: sqrt(4² + 3²) = 5 above.
    let first = &found.changes[0];
    assert_eq!(
        (first.change, first.low, first.high, first.sure),
        (-10.0, Some(-15.0), Some(-5.0), Some(true))
    );
    let second = &found.changes[1];
    assert_eq!((second.low, second.high, second.sure), (Some(-3.0), Some(7.0), Some(false)));
    assert_eq!(
        (found.only_a.as_slice(), found.only_b.as_slice()),
        (&["04".to_owned()][..], &["03".to_owned(), "05".to_owned()][..])
    );
    let (up, down) = found.largest(5);
    assert_eq!((up[0].key.as_str(), down[0].key.as_str()), ("02", "01"));
}

#[test]
fn what_does_not_compare_is_refused_with_the_reason() {
    let a = scored("2010", "1", &[("01", Some(40.0))]);
    let told = |b: &Scored| {
        let error = compare(&a, b).unwrap_err();
        format!("{error}\n{}", error.help().unwrap())
    };
    let mut other = a.clone();
    other.used[0].1 = json!([0, 80]);
    let elsewhere = scored("2020", "1", &[("99", Some(1.0))]);
    insta::assert_snapshot!([told(&scored("2020", "2", &[("01", Some(1.0))])), told(&other), told(&elsewhere)].join("\n"), @r#"
    `2010` and `2020` do not compare: recipe `plain` version 1, and `plain` version 2
    score both years with one recipe: a table of the older year and the newer recipe in a [composite] of its own
    `2010` and `2010` do not compare: recipe `plain` takes goalposts of indicators from the data, and they differ
    state fixed goalposts and weights in the recipe, or score one layer with like = "the other"
    `2010` and `2020` have no zone with a score in common
    carry the older codes over to the newer with [crosswalk]
    "#);
}
