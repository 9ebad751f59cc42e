//! Layers above the published level: refused, or read and written down.

use std::fs;
use std::path::Path;

use super::ground::{done, piped, query, said, table};

fn log(dir: &Path) -> Vec<serde_json::Value> {
    let text = fs::read_to_string(dir.join("audit.jsonl")).unwrap_or_default();
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

#[test]
fn a_layer_above_the_level_is_refused() {
    let dir = tempfile::tempdir().unwrap();
    table(dir.path(), "restricted", "1,1,a\n2,2,b\n");
    let file = dir.path().join("data/x.csv");
    for sql in [
        "SELECT * FROM x",
        "SELECT count(*) FROM x",
        "SELECT 1 WHERE EXISTS (SELECT 1 FROM x)",
        "WITH y AS (SELECT * FROM x) SELECT 1 FROM y",
        "SELECT * FROM 'data/x.csv'",
        "SELECT * FROM \"data/x.csv\"",
        "SELECT * FROM \"data/../data/x.csv\"",
        "EXPLAIN ANALYZE SELECT * FROM x",
        &format!("SELECT * FROM '{}'", file.display()),
    ] {
        let output = query(dir.path(), &["-e", sql]);
        assert!(output.stdout.is_empty(), "{sql}: {}", String::from_utf8_lossy(&output.stdout));
        assert!(said(&output).contains("restricted"), "{sql}: {}", said(&output));
        assert_eq!(output.status.code(), Some(1), "{sql}");
    }
    insta::assert_snapshot!(said(&query(dir.path(), &["-e", "SELECT * FROM x"])));
    assert_eq!(log(dir.path()).len(), 0);
    let strict = query(dir.path(), &["--level", "public", "-e", "SELECT * FROM x"]);
    assert_eq!(strict.status.code(), Some(1));
}

#[test]
fn a_layer_named_only_through_a_function_is_refused_too() {
    let demo = super::ground::demo();
    for sql in [
        "SELECT nearest_km(-40.0, 20.0, 'shelters')",
        "SELECT nearest_km(-40.0, 20.0, 'shel' || 'ters')",
        "SELECT nearest_id(-40.0, 20.0, concat('shel', 'ters'))",
        "SELECT count(*) FROM gaps('routes', 'shelters', 30)",
        "SELECT count(*) FROM gaps('routes', 'shel' || 'ters', 30)",
    ] {
        let output = query(demo, &["-e", sql]);
        assert!(output.stdout.is_empty(), "{sql}: {}", String::from_utf8_lossy(&output.stdout));
        assert_ne!(output.status.code(), Some(0), "{sql}");
    }
    assert!(
        said(&query(demo, &["-e", "SELECT nearest_km(-40.0, 20.0, 'shelters')"]))
            .contains("--level restricted")
    );
}

#[test]
fn an_access_is_written_down_before_rows_are_given() {
    let dir = tempfile::tempdir().unwrap();
    table(dir.path(), "restricted", "1,1,a\n2,2,b\n");
    let sql = "SELECT id FROM x";
    assert_eq!(done(&query(dir.path(), &["--level", "restricted", "-e", sql])), "id\r\n1\r\n2\r\n");
    let lines = log(dir.path());
    assert_eq!(lines.len(), 2);
    assert_eq!((&lines[0]["event"], &lines[0]["sql"]), (&"read".into(), &sql.into()));
    assert_eq!(lines[0]["layers"][0]["layer"], "x");
    assert_eq!(
        (&lines[1]["id"], &lines[1]["rows"], &lines[1]["whole"]),
        (&lines[0]["id"], &2.into(), &true.into())
    );
    // A public query leaves no trace, a failed one does.
    done(&query(dir.path(), &["--level", "restricted", "-e", "SELECT 1"]));
    let failed = query(dir.path(), &["--level", "restricted", "-e", "SELECT CAST(name AS INT) FROM x"]);
    assert_eq!(failed.status.code(), Some(1), "{}", said(&failed));
    let lines = log(dir.path());
    assert_eq!((lines.len(), &lines[3]["rows"], &lines[3]["whole"]), (4, &0.into(), &false.into()));
}

#[test]
fn without_the_log_nothing_is_read() {
    let dir = tempfile::tempdir().unwrap();
    table(dir.path(), "confidential", "1,1,a\n");
    fs::create_dir(dir.path().join("audit.jsonl")).unwrap();
    let output = query(dir.path(), &["--level", "confidential", "-e", "SELECT * FROM x", "--out", "x.csv"]);
    assert!(
        said(&output).starts_with("exit 2") && said(&output).contains("audit.jsonl"),
        "{}",
        said(&output)
    );
    assert!(!dir.path().join("x.csv").exists());
}

#[test]
fn what_one_statement_may_read_the_next_may_not() {
    let dir = tempfile::tempdir().unwrap();
    table(dir.path(), "restricted", "1,1,a\n");
    let output = piped(dir.path(), &["--level", "restricted"], "SELECT id FROM x; SELECT name FROM x;");
    assert_eq!(done(&output), "id\r\n1\r\nname\r\na\r\n");
    assert_eq!(log(dir.path()).len(), 4, "each statement is an access of its own");
}
