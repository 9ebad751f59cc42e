//! The queries that ship, on their templates, against answers by pandas, shapely and pyproj
//! (`tests/oracles/make_queries.py`).

use std::fs;
use std::path::{Path, PathBuf};

use super::ground::{demo, done, of_mexico, query};

/// The answers that another tool gave.
fn golden(template: &str) -> Vec<(String, PathBuf)> {
    let folder = crate::fixtures::top().join("tests/oracles/queries").join(template);
    let mut all: Vec<(String, PathBuf)> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .map(|path| (path.file_stem().unwrap().to_string_lossy().into_owned(), path))
        .collect();
    all.sort();
    all
}

fn table(text: &str) -> Vec<Vec<String>> {
    let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(text.as_bytes());
    reader.records().map(|row| row.unwrap().iter().map(str::to_owned).collect()).collect()
}

/// Whether two cells say the same: texts alike, numbers within one unit of their last digit, for the two tools
/// round halves differently.
fn same(found: &str, expected: &str) -> bool {
    if found == expected {
        return true;
    }
    let decimals = |text: &str| text.split_once('.').map_or(0, |(_, digits)| digits.len().min(3));
    let places = decimals(found).max(decimals(expected));
    match (found.parse::<f64>(), expected.parse::<f64>()) {
        (Ok(a), Ok(b)) => (a - b).abs() <= 1.01 * 10_f64.powi(-(places as i32)),
        _ => false,
    }
}

fn compare(workspace: &Path, name: &str, path: &Path) {
    let found = table(&done(&query(workspace, &[name, "--level", "restricted"])));
    let expected = table(&fs::read_to_string(path).unwrap());
    assert!(expected.len() > 1, "{name}: the answer is not empty");
    assert_eq!(found.len(), expected.len(), "{name}: number of rows");
    for (row, (found, expected)) in found.iter().zip(&expected).enumerate() {
        let alike = found.len() == expected.len() && found.iter().zip(expected).all(|(a, b)| same(a, b));
        assert!(alike, "{name}, row {row}:\n{}\n{}", found.join(","), expected.join(","));
    }
}

#[test]
fn those_of_the_demo_are_right() {
    let all = golden("demo");
    assert!(all.len() >= 12);
    for (name, path) in all {
        compare(demo(), &name, &path);
    }
}

#[test]
fn those_of_mexico_are_right() {
    let Some(workspace) = of_mexico() else { return };
    let all = golden("mexico");
    assert!(all.len() >= 7);
    for (name, path) in all {
        compare(workspace, &name, &path);
    }
}

#[test]
fn nothing_enters_or_leaves_where_nothing_changed() {
    let Some(workspace) = of_mexico() else { return };
    assert_eq!(table(&done(&query(workspace, &["entered_and_left"]))).len(), 1);
}

#[test]
fn parameters_change_the_answer() {
    let count = |arguments: &[&str]| table(&done(&query(demo(), arguments))).len() - 1;
    assert_eq!(count(&["inspect_first", "--visits", "7"]), 7);
    let all = count(&["high_risk_without_shelter", "--reach", "0"]);
    assert!(all > count(&["high_risk_without_shelter", "--reach", "60"]));
    let text = done(&query(demo(), &["inspect_first", "--visits", "5", "--state", "Sierra de Mandotlán"]));
    assert!(table(&text)[1..].iter().all(|row| row[0] == "Sierra de Mandotlán" && row[1] == "5"), "{text}");
    let sure = count(&["girls_and_boys", "--rows", "1000"]);
    assert!(sure < count(&["girls_and_boys", "--rows", "1000", "--sure", "false"]));
}

#[test]
fn a_window_longer_than_the_route_is_the_route() {
    let text = done(&query(demo(), &["riskiest_stretches", "--km", "10000"]));
    let lengths = super::ground::rows(
        demo(),
        "SELECT route, max(to_km) AS km, sum(expo_km) AS expo FROM stretches GROUP BY route",
    );
    for length in &table(&lengths)[1..] {
        let row = table(&text).into_iter().find(|row| row[0] == length[0]).unwrap();
        assert_eq!(row[2], "0.0");
        assert!(
            (row[3].parse::<f64>().unwrap() - length[1].parse::<f64>().unwrap()).abs() < 0.051,
            "{row:?}"
        );
        assert!(
            (row[4].parse::<f64>().unwrap() - length[2].parse::<f64>().unwrap()).abs() < 0.0051,
            "{row:?}"
        );
    }
}
