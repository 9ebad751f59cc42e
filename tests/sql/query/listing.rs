//! `corredor queries`, and `--help` of a saved query.

use std::fs;

use super::ground::{command, demo, done, query, said};

#[test]
fn queries_are_listed_with_their_parameters() {
    let text = done(&command(demo(), &["queries"]).output().unwrap());
    assert!(
        text.contains(
            "riskiest_stretches: The kilometres of each route through the highest vulnerability of residents"
        ),
        "{text}"
    );
    assert!(text.contains("  --km number from 1 to 10000 [100]: Length of the part, km"), "{text}");
    let spanish = done(&command(demo(), &["queries", "--lang", "es"]).output().unwrap());
    assert!(spanish.contains("Longitud de la parte, km"), "{spanish}");
    let json = done(&command(demo(), &["queries", "--json"]).output().unwrap());
    let all: serde_json::Value = serde_json::from_str(&json).unwrap();
    let all = all.as_array().unwrap();
    assert_eq!(all.len(), 12);
    let one = all.iter().find(|query| query["name"] == "next_to_hotspots").unwrap();
    assert_eq!(one["layers"], serde_json::json!(["hotspots"]));
    assert_eq!(one["lacks"], serde_json::json!([]));
    assert_eq!(one["parameters"][0]["name"], "bin");
    assert_eq!(one["parameters"][0]["default"], 2);
    assert_eq!(one["parameters"][0]["allowed"], serde_json::json!([1, 2, 3]));
}

#[test]
fn help_of_a_query_shows_its_parameters() {
    insta::assert_snapshot!(done(&query(demo(), &["next_to_hotspots", "--help"])));
}

#[test]
fn a_query_with_faults_is_told_and_the_others_are_listed() {
    let dir = tempfile::tempdir().unwrap();
    super::ground::table(dir.path(), "public", "1,1,a\n");
    fs::create_dir(dir.path().join("queries")).unwrap();
    let head =
        "-- [query]\n-- title = { es = \"t\", en = \"t\" }\n-- description = { es = \"d\", en = \"d\" }\n";
    let put = |name: &str, text: String| fs::write(dir.path().join("queries").join(name), text).unwrap();
    put("good.sql", format!("{head}\nSELECT * FROM x"));
    put(
        "bad.sql",
        format!("{head}-- layer = [\"x\"]\n-- [param.n]\n-- type = \"numbr\"\n\nSELECT $n, $m FROM x"),
    );
    put("none.sql", "SELECT 1".to_owned());
    put("far.sql", format!("{head}-- layers = [\"y\"]\n\nSELECT * FROM y"));
    let output = command(dir.path(), &["queries"]).output().unwrap();
    assert!(String::from_utf8_lossy(&output.stdout).starts_with("far: t\n  needs the layers y\n\ngood: t\n"));
    insta::assert_snapshot!(said(&output));
    insta::assert_snapshot!(said(&query(dir.path(), &["far"])));
    insta::assert_snapshot!(said(&query(dir.path(), &["bad", "--m", "1"])));
    insta::assert_snapshot!(said(&query(dir.path(), &["goood"])));
    assert_eq!(done(&query(dir.path(), &["good"])), "id,n,name\r\n1,1,a\r\n");
    assert_eq!(done(&query(dir.path(), &["queries/none.sql"])).lines().count(), 2);
}

#[test]
fn parameters_that_are_wrong_are_told() {
    for arguments in [
        &["inspect_first", "--visit", "3"][..],
        &["inspect_first", "--visits", "many"],
        &["inspect_first", "--visits", "0"],
        &["next_to_hotspots", "--bin", "5"],
        &["entered_and_left", "--since", "yesterday's"],
    ] {
        insta::assert_snapshot!(format!("{}\n{}", arguments.join(" "), said(&query(demo(), arguments))));
    }
}
