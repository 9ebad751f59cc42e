//! Tables of text and workbooks as people have them.

use super::{build, case, fixtures, replace, table};

/// Refuses, and says these words.
fn refused(told: &str, words: &[&str]) {
    assert!(told.starts_with("exit 1"), "{told}");
    for word in words {
        assert!(told.contains(word), "{word}: {told}");
    }
}

/// The scores of a layer, by key.
fn scores(folder: &std::path::Path) -> Vec<(String, Option<f64>)> {
    let text = std::fs::read_to_string(folder.join("published/current/score.csv")).unwrap();
    let mut reader = csv::Reader::from_reader(text.trim_start_matches('\u{feff}').as_bytes());
    let header = reader.headers().unwrap().clone();
    let at = |name: &str| header.iter().position(|field| field == name).unwrap();
    let (code, risk) = (at("code"), at("risk"));
    let mut rows: Vec<(String, Option<f64>)> = reader
        .records()
        .map(|row| row.unwrap())
        .filter(|row| !row[code].starts_with('#'))
        .map(|row| (row[code].to_owned(), row[risk].parse().ok()))
        .collect();
    rows.sort_by(|a, b| a.0.cmp(&b.0));
    rows
}

fn expect(folder: &std::path::Path, expected: &[(&str, Option<f64>)]) {
    let told = build(folder);
    assert!(told.starts_with("exit 0"), "{}: {told}", folder.display());
    let expected: Vec<(String, Option<f64>)> = expected.iter().map(|&(k, v)| (k.to_owned(), v)).collect();
    close(&scores(folder), &expected);
}

/// The same keys, and the same values but for what their last bit holds.
fn close(found: &[(String, Option<f64>)], expected: &[(String, Option<f64>)]) {
    assert_eq!(found.len(), expected.len(), "{found:?}");
    for (found, expected) in found.iter().zip(expected) {
        let same = match (found.1, expected.1) {
            (Some(found), Some(expected)) => (found - expected).abs() < 1e-12,
            (found, expected) => found == expected,
        };
        assert!(found.0 == expected.0 && same, "{found:?}, not {expected:?}");
    }
}

/// Counts points of a case and adds up their people, and says what was told.
fn locate(folder: &std::path::Path, points: &str, more: &[&str]) -> String {
    let zones = ["locate/zones.geojson", "--key", "code"];
    let fixed = [&["locate", points][..], &zones, &["--sum", "people", "--out", "OUT.csv"]].concat();
    fixtures::told(folder, &[&fixed[..], more].concat())
}

/// The four zones of most cases.
const FOUR: [(&str, Option<f64>); 4] =
    [("01001", Some(0.1)), ("01002", Some(0.2)), ("02001", Some(0.3)), ("02002", Some(0.4))];

#[test]
fn codes_that_look_like_numbers_are_codes() {
    let Some(case) = case("01-keys-that-look-like-numbers") else { return };
    expect(&case.path().join("a"), &[("12E1", Some(0.4)), ("3E2", Some(0.6))]);
    expect(&case.path().join("b"), &[("7.1", Some(0.6)), ("7.10", Some(0.4))]);
}

#[test]
fn declared_text_stays_as_it_is() {
    let Some(case) = case("02-declared-text-altered") else { return };
    let folder = case.path().join("ws");
    assert!(build(&folder).starts_with("exit 0"));
    let published = std::fs::read_to_string(folder.join("published/current/points.csv"));
    let published = published.unwrap_or_else(|_| {
        let current = folder.join("published/current");
        let mut file = std::fs::read_dir(&current).unwrap().map(|e| e.unwrap().path());
        let file = file.find(|path| path.extension().is_some_and(|e| e == "geojson")).unwrap();
        std::fs::read_to_string(file).unwrap()
    });
    for text in ["1.10", "1.2", "2.0", "+5215550000001", "3E2", "1e1"] {
        assert!(published.contains(text), "{text}: {published}");
    }
}

#[test]
fn decimal_commas_are_recognised() {
    let Some(case) = case("05-decimal-comma") else { return };
    for folder in ["a", "b"] {
        let folder = case.path().join(folder);
        refused(&build(&folder), &["decimal comma", "decimal = \",\""]);
        replace(&folder.join("layers/indicators.toml"), "key = ", "decimal = \",\"\nkey = ");
        let told = build(&folder);
        assert!(told.starts_with("exit 0"), "{told}");
        let keys = ["01001", "01002", "02001", "02002"].map(str::to_owned);
        let expected = keys.into_iter().zip([Some(0.125), Some(0.4025), Some(0.07), Some(0.999)]);
        close(&scores(&folder), &expected.collect::<Vec<_>>());
    }
    let folder = case.path().join("c");
    refused(&build(&folder), &["decimal comma", "decimal = \",\""]);
    replace(&folder.join("layers/points.toml"), "key = ", "decimal = \",\"\nkey = ");
    assert!(build(&folder).starts_with("exit 0"));
    let published = std::fs::read_to_string(folder.join("published/current/points.geojson")).unwrap();
    assert!(published.contains("[10.25,40.25]") && published.contains("[10.75,40.75]"), "{published}");

    for (points, more) in [("locate/points.csv", &[][..]), ("pair/points.csv", &["--latlon", "coordinates"])]
    {
        let told = locate(case.path(), points, more);
        refused(&told, &["decimal comma", "--decimal ,"]);
        assert!(!case.path().join("OUT.csv").exists(), "nothing is written");
        let told = locate(case.path(), points, &[more, &["--decimal", ","]].concat());
        assert!(told.starts_with("exit 0"), "{told}");
        let counts = std::fs::read_to_string(case.path().join("OUT.csv")).unwrap();
        let sums = if more.is_empty() { ["01001,1,3.5", "02002,1,1"] } else { ["01001,1,3", "02002,1,1"] };
        for row in sums {
            assert!(counts.contains(row), "{row}: {counts}");
        }
        std::fs::remove_file(case.path().join("OUT.csv")).unwrap();
    }
}

#[test]
fn hashtags_are_no_data_and_titles_no_header() {
    let Some(case) = case("06-hxl-tags") else { return };
    let folder = case.path().join("ws");
    let told = fixtures::told(&folder, &["build", "--strict"]);
    assert!(told.starts_with("exit 0"), "{told}");
    let values: Vec<Option<f64>> = scores(&folder).into_iter().map(|(_, value)| value).collect();
    assert_eq!(values, [Some(0.1), Some(0.2), Some(0.3), Some(0.4)]);
    refused(&build(&case.path().join("titled")), &["line 1", "is no header", "skip = "]);
    let told = locate(case.path(), "locate/points.csv", &[]);
    assert!(told.starts_with("exit 0") && !told.contains("bad row"), "{told}");
    let counts = std::fs::read_to_string(case.path().join("OUT.csv")).unwrap();
    let sum: f64 = counts.lines().skip(1).filter_map(|row| row.rsplit(',').next()?.parse::<f64>().ok()).sum();
    assert_eq!(sum, 7.0, "{counts}");
}

#[test]
fn workbooks_are_read_cell_by_cell() {
    let Some(case) = case("11-xlsx-from-excel") else { return };
    let expected = [("01001", Some(0.105)), ("01002", Some(0.2)), ("02001", Some(0.3)), ("02002", Some(0.4))];
    for folder in ["text-keys", "all-text", "styled-blank-rows"] {
        expect(&case.path().join(folder), &expected);
    }
    let folder = case.path().join("all-text");
    let output =
        fixtures::corredor(&folder, &["query", "-e", "SELECT count(*) AS n FROM 'data/indicators.xlsx'"]);
    assert_eq!(String::from_utf8_lossy(&output.stdout).lines().next_back(), Some("4"));
    let folder = case.path().join("title-rows");
    refused(&build(&folder), &["row 1", "the header stands in row 3: state `skip = 2`"]);
    replace(&folder.join("layers/indicators.toml"), "key = ", "skip = 2\nkey = ");
    expect(&folder, &expected);
}

#[test]
fn tables_as_spreadsheets_save_them() {
    let Some(case) = case("17-sep-line-and-odd-rows") else { return };
    for folder in ["sep", "pipe", "trailing-empty-rows", "trailing-delimiter2", "utf16", "footer"] {
        expect(&case.path().join(folder), &FOUR);
    }
    let folder = case.path().join("title-rows");
    refused(&build(&folder), &["line 1", "is no header", "skip = 2"]);
    replace(&folder.join("layers/indicators.toml"), "key = ", "skip = 2\nkey = ");
    expect(&folder, &FOUR);
    let folder = case.path().join("utf16-nobom");
    refused(&build(&folder), &["UTF-16LE"]);
    replace(&folder.join("layers/indicators.toml"), "key = ", "encoding = \"UTF-16LE\"\nkey = ");
    expect(&folder, &FOUR);
}

#[test]
fn days_and_sums_are_never_guessed() {
    let Some(case) = case("19-dates-and-sums-in-locate") else { return };
    let run = |points: &str, more: &[&str]| {
        let fixed = ["locate", points, "zones.geojson", "--key", "code", "--out", "OUT.csv"];
        fixtures::told(case.path(), &[&fixed[..], more].concat())
    };
    let told = run("dmy.csv", &["--days", "date"]);
    assert!(told.contains("YYYY-MM-DD"), "{told}");
    let told = run("sums.csv", &["--sum", "people"]);
    assert!(told.contains("`1,200` is not a number") && told.contains("`-` is not a number"), "{told}");
    std::fs::remove_file(case.path().join("OUT.csv")).unwrap();
    refused(&run("all-bad.csv", &["--days", "date"]), &["2 of 2 rows cannot be read"]);
    refused(&run("semicolon.csv", &["--sum", "people"]), &["decimal comma"]);
    assert!(!case.path().join("OUT.csv").exists(), "nothing is written");
}

#[test]
fn what_offices_write_for_missing_is_missing() {
    let Some(case) = case("27-censored-cells") else { return };
    expect(&case.path().join("dbf"), &[("01001", Some(0.455)), ("01002", None), ("01003", None)]);
    refused(&build(&case.path().join("csv")), &["`*`", "add it to `missing`"]);
    let folder = case.path().join("csv2");
    refused(&build(&folder), &["`1,200`", "thousands = \",\""]);
}

#[test]
fn lines_of_messages_are_lines_of_the_file() {
    let Some(case) = case("41-line-numbers") else { return };
    for (folder, line) in [("crlf", 4), ("blank-lines", 5), ("cr", 4), ("crlf-ragged", 4)] {
        let told = build(&case.path().join(folder));
        assert!(told.contains(&format!("line {line}")), "{folder}: {told}");
    }
    let arguments = ["locate", "points.csv", "zones.geojson", "--key", "code", "--out", "OUT.csv"];
    let told = fixtures::told(case.path(), &arguments);
    assert!(told.contains("line 3"), "{told}");
}

#[test]
fn sql_sees_the_texts_of_files() {
    let Some(case) = case("33-sql-on-files-and-layers") else { return };
    let folder = case.path().join("ws");
    let ask = |sql: &str| {
        let done = fixtures::corredor(&folder, &["query", "-e", sql]);
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        (text(&done.stdout), text(&done.stderr))
    };
    let (wards, _) = ask("SELECT ward, sum(val) AS v FROM 'data/keys.csv' GROUP BY ward ORDER BY ward");
    for row in ["1.1,6", "1.10,5", "2E1,7"] {
        assert!(wards.contains(row), "{row}: {wards}");
    }
    let (tagged, _) = ask("SELECT sum(val) AS s, count(*) AS n FROM 'data/hxl.csv'");
    assert!(tagged.contains("11,2"), "{tagged}");
}

#[test]
fn names_reach_layers_and_pages_unbroken() {
    let Some(case) = case("21-names-that-break-pages") else { return };
    let folder = case.path().join("ws");
    assert!(build(&folder).starts_with("exit 0"));
    let rows: Vec<String> = std::fs::read_dir(folder.join("published/current"))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned())
        .filter(|name| name.ends_with(".csv"))
        .flat_map(|name| table(&folder, &name))
        .collect();
    assert!(!rows.iter().any(|row| row.starts_with('=') || row.contains(",=")), "no formula: {rows:?}");
}
