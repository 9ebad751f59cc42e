//! What is said where a query is wrong: the place in the text, and the nearest name.

use super::ground::{demo, query, said, table};

#[test]
fn a_name_that_is_not_there() {
    for sql in [
        "SELECT code, naem FROM zones",
        "SELECT z.naem FROM zones z",
        "SELECT *\n  FROM zonse",
        "SELECT *\n  FROM hotspot@previous",
        "SELECT st_aera(geom) FROM zones",
        "SELECT nearest_km(geom, 'shelter') FROM localities",
        "SELECT * FROM hotspots('risk', 'rsik')",
    ] {
        insta::assert_snapshot!(format!("{sql}\n\n{}", said(&query(demo(), &["-e", sql]))));
    }
}

#[test]
fn a_type_that_does_not_fit() {
    for sql in [
        "SELECT name + 1 FROM zones",
        "SELECT geodesic_km(name, geom) FROM localities",
        "SELECT name FROM zones WHERE ST_Area(name) > 1",
        "SELECT CAST(name AS INT) FROM zones",
    ] {
        insta::assert_snapshot!(format!("{sql}\n\n{}", said(&query(demo(), &["-e", sql]))));
    }
}

#[test]
fn a_text_that_is_no_query() {
    for sql in [
        "",
        "SELCT 1",
        "SELECT 1 FROM",
        "SELECT (1",
        "SELECT 'a",
        "SELECT 1; SELECT 2",
        "SELECT code FROM zones WHERE pop > $people",
        "SELECT state, name FROM zones GROUP BY state",
    ] {
        insta::assert_snapshot!(format!("{sql}\n\n{}", said(&query(demo(), &["-e", sql]))));
    }
}

#[test]
fn a_run_that_is_not_there() {
    let told = said(&query(demo(), &["entered_and_left", "--since", "2001-01-01"]));
    assert!(told.contains("has no published run `2001-01-01`") && told.contains("it has: 2025"), "{told}");
}

#[test]
fn errors_of_a_saved_query_quote_its_file_and_programs_get_the_place() {
    let dir = tempfile::tempdir().unwrap();
    table(dir.path(), "public", "1,1,a\n");
    std::fs::create_dir(dir.path().join("queries")).unwrap();
    let head =
        "-- [query]\n-- title = { es = \"t\", en = \"t\" }\n-- description = { es = \"d\", en = \"d\" }\n\n";
    std::fs::write(dir.path().join("queries/q.sql"), format!("{head}SELECT id,\n  nmae FROM x\n")).unwrap();
    insta::assert_snapshot!(said(&query(dir.path(), &["q"])));
    let told = said(&query(dir.path(), &["q", "--json"]));
    let event: serde_json::Value = serde_json::from_str(told.split_once('\n').unwrap().1).unwrap();
    assert_eq!(event["problems"], serde_json::json!(["q.sql:6:3"]));
    assert_eq!(event["exit_code"], 1);
}

#[test]
fn without_a_workspace() {
    let dir = tempfile::tempdir().unwrap();
    std::fs::write(dir.path().join("a.csv"), "a\n1\n").unwrap();
    assert!(said(&query(dir.path(), &["-e", "SELECT a FROM 'a.csv'"])).starts_with("exit 0"));
    insta::assert_snapshot!(said(&query(dir.path(), &["states"])));
    insta::assert_snapshot!(said(&query(dir.path(), &["-C", "none", "-e", "SELECT 1"])));
    insta::assert_snapshot!(said(&query(dir.path(), &["none.sql"])));
}
