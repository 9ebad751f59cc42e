//! Attempts to write, to read elsewhere, and to make a value more than a value.

use std::fs;

use super::ground::{done, query, said, table};

#[test]
fn nothing_but_reading_is_done() {
    let dir = tempfile::tempdir().unwrap();
    table(dir.path(), "public", "1,1,a\n");
    let before = fs::read_to_string(dir.path().join("data/x.csv")).unwrap();
    for sql in [
        "CREATE TABLE y (a INT)",
        "CREATE TABLE y AS SELECT * FROM x",
        "CREATE EXTERNAL TABLE y STORED AS CSV LOCATION '/etc/passwd'",
        "CREATE VIEW y AS SELECT * FROM x",
        "CREATE SCHEMA s",
        "CREATE FUNCTION f() RETURNS INT RETURN 1",
        "DROP TABLE x",
        "INSERT INTO x VALUES ('2', 1, 'b')",
        "UPDATE x SET name = 'b'",
        "DELETE FROM x",
        "TRUNCATE x",
        "ALTER TABLE x ADD COLUMN y INT",
        "COPY x TO 'out.csv'",
        "COPY (SELECT * FROM x) TO 'out.csv'",
        "COPY x FROM '/etc/passwd'",
        "EXPLAIN COPY x TO 'out.csv'",
        "EXPLAIN ANALYZE INSERT INTO x VALUES ('2', 1, 'b')",
        "WITH y AS (DELETE FROM x RETURNING *) SELECT * FROM y",
        "SELECT * INTO y FROM x",
        "SET datafusion.execution.batch_size = 1",
        "RESET ALL",
        "BEGIN",
        "PREPARE p AS SELECT 1",
        "EXECUTE p",
        "ATTACH 'a.db' AS a",
        "LOAD 'lib.so'",
        "SELECT 1; DROP TABLE x",
    ] {
        let output = query(dir.path(), &["-e", sql]);
        assert_eq!(output.status.code(), Some(1), "{sql}: {}", said(&output));
        assert!(output.stdout.is_empty(), "{sql}");
    }
    insta::assert_snapshot!(said(&query(dir.path(), &["-e", "INSERT INTO x VALUES ('2', 1, 'b')"])));
    assert_eq!(fs::read_to_string(dir.path().join("data/x.csv")).unwrap(), before);
    let mut names: Vec<String> = fs::read_dir(dir.path())
        .unwrap()
        .map(|e| e.unwrap().file_name().to_string_lossy().into_owned())
        .collect();
    names.sort();
    assert_eq!(names, ["corredor.toml", "data", "layers"], "nothing was made");
}

#[test]
fn files_elsewhere_are_not_read() {
    let outside = tempfile::tempdir().unwrap();
    let secret = outside.path().join("secret.csv");
    fs::write(&secret, "a\n1\n").unwrap();
    let dir = tempfile::tempdir().unwrap();
    table(dir.path(), "public", "1,1,a\n");
    std::os::unix::fs::symlink(&secret, dir.path().join("data/link.csv")).unwrap();
    std::os::unix::fs::symlink(outside.path(), dir.path().join("folder")).unwrap();
    let up = format!("../{}/secret.csv", outside.path().file_name().unwrap().to_string_lossy());
    let absolute = secret.to_string_lossy().into_owned();
    for name in [
        absolute.as_str(),
        &up,
        &format!("data/../../{}", &up[3..]),
        "data/link.csv",
        "folder/secret.csv",
        &format!("file://{absolute}"),
        &format!("/vsizip/{absolute}"),
        &format!("/vsigzip/{absolute}"),
        "/vsicurl/http://127.0.0.1:1/a.csv",
        "http://127.0.0.1:1/a.csv",
        "s3://bucket/a.parquet",
        "PG:dbname=gis host=127.0.0.1",
        "/etc/passwd",
        "/proc/self/environ",
    ] {
        for quote in ['\'', '"'] {
            let sql = format!("SELECT * FROM {quote}{name}{quote}");
            let output = query(dir.path(), &["-e", &sql]);
            assert_eq!(output.status.code(), Some(1), "{sql}: {}", said(&output));
            assert!(output.stdout.is_empty(), "{sql}");
        }
    }
    for function in ["read_csv", "read_parquet", "parquet_metadata", "read_json", "generate_files"] {
        let output = query(dir.path(), &["-e", &format!("SELECT * FROM {function}('{absolute}')")]);
        assert_eq!(output.status.code(), Some(1), "{function}: {}", said(&output));
    }
    let sql = format!("SELECT a FROM '{absolute}'");
    let allowed = query(dir.path(), &["--allow-path", &outside.path().to_string_lossy(), "-e", &sql]);
    assert_eq!(done(&allowed), "a\r\n1\r\n");
}

#[test]
fn a_value_stays_a_value() {
    let dir = tempfile::tempdir().unwrap();
    table(dir.path(), "public", "1,1,a\n2,2,b\n3,3,\"x' OR '1'='1\"\n");
    fs::create_dir(dir.path().join("queries")).unwrap();
    let text = "-- [query]\n-- title = { es = \"t\", en = \"t\" }\n-- description = { es = \"d\", en = \"d\" }\n\
        -- [param.name]\n-- type = \"text\"\n-- description = { es = \"d\", en = \"d\" }\n\
        -- [param.n]\n-- type = \"number\"\n-- description = { es = \"d\", en = \"d\" }\n-- default = 0\n\n\
        SELECT id, $name AS given, '$name' AS text FROM x WHERE name = $name AND n >= $n -- $name\n";
    fs::write(dir.path().join("queries/by_name.sql"), text).unwrap();
    assert_eq!(done(&query(dir.path(), &["by_name", "--name", "a"])), "id,given,text\r\n1,a,$name\r\n");
    for name in [
        "a' OR '1'='1",
        "a'; DROP TABLE x; --",
        "' UNION SELECT id, name, name FROM x --",
        "a\" OR 1=1",
        "\\'; SELECT 1",
        "$n",
        "$$a$$",
        "a\n--",
        "a\u{0}b",
    ] {
        if name.contains('\0') {
            continue; // No command line can hold it.
        }
        let output = query(dir.path(), &["by_name", &format!("--name={name}")]);
        assert_eq!(done(&output), "id,given,text\r\n", "{name}: the rows of nobody");
    }
    let exact = done(&query(dir.path(), &["by_name", "--name", "x' OR '1'='1"]));
    assert_eq!(exact, "id,given,text\r\n3,x' OR '1'='1,$name\r\n");
    for n in ["0 OR 1=1", "0)", "(SELECT 1)", "1;", "inf", "nan"] {
        let output = query(dir.path(), &["by_name", "--name", "a", &format!("--n={n}")]);
        assert_eq!(output.status.code(), Some(2), "{n}: a wrong option");
    }
}

#[test]
fn a_run_is_nothing_else() {
    let demo = super::ground::demo();
    for since in ["previous\" --", "x' OR 1=1", "../../../etc", "previous; DROP TABLE zones", "*"] {
        let output = query(demo, &["entered_and_left", "--since", since]);
        assert_eq!(output.status.code(), Some(2), "{since}: {}", said(&output));
        assert!(output.stdout.is_empty());
    }
}
