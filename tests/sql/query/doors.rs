//! Ways around the level of a layer, each of which is closed: other names of its file, what Corredor keeps, what was
//! published to others, and where an answer is written.

use std::fs;
use std::os::unix::fs::{MetadataExt, symlink};
use std::path::Path;
use std::process::Output;

use super::ground::{command, done, query, said, table};

const ROWS: &str = "1,1,casa-secreta\n2,2,b\n";

/// A workspace whose one layer is restricted.
fn ground() -> tempfile::TempDir {
    let dir = tempfile::tempdir().unwrap();
    table(dir.path(), "restricted", ROWS);
    dir
}

fn refused(output: &Output, what: &str) {
    let told = said(output);
    assert!(output.stdout.is_empty(), "{what}: {}", String::from_utf8_lossy(&output.stdout));
    assert!(output.status.code() == Some(1) && !told.contains("casa-secreta"), "{what}: {told}");
}

/// Refused without a level, and read with it, written down.
fn restricted(dir: &Path, sql: &str, more: &[&str]) {
    refused(&query(dir, &[more, &["-e", sql]].concat()), sql);
    let allowed = query(dir, &[more, &["--level", "restricted", "-e", sql]].concat());
    assert!(done(&allowed).contains("casa-secreta"), "{sql}: {}", said(&allowed));
    let log = fs::read_to_string(dir.join("audit.jsonl")).unwrap();
    assert!(log.lines().count() >= 2, "{sql}");
    fs::remove_file(dir.join("audit.jsonl")).unwrap();
}

#[test]
fn a_file_is_as_sensitive_under_any_name() {
    let dir = ground();
    let data = dir.path().join("data");
    fs::hard_link(data.join("x.csv"), data.join("hard.csv")).unwrap();
    symlink("x.csv", data.join("soft.csv")).unwrap();
    fs::copy(data.join("x.csv"), data.join("copy.csv")).unwrap();
    fs::write(data.join("more.csv"), format!("id,n,name\n{ROWS}3,3,c\n")).unwrap();
    fs::write(dir.path().join("notes.csv"), format!("id,n,name\n{ROWS}")).unwrap();
    for name in [
        "data/hard.csv",
        "data/soft.csv",
        "data/copy.csv",
        "data/more.csv",
        "notes.csv",
        "data/../data/x.csv",
    ] {
        restricted(dir.path(), &format!("SELECT name FROM '{name}'"), &[]);
        restricted(dir.path(), &format!("SELECT name FROM \"{name}\""), &[]);
    }
    // What begins like a past run of a layer is a file all the same, and judged as one.
    fs::create_dir(dir.path().join("x@x")).unwrap();
    for name in ["x@x/../data/x.csv", "y@x/../data/x.csv", "x@previous/../data/x.csv"] {
        refused(&query(dir.path(), &["-e", &format!("SELECT name FROM '{name}'")]), name);
    }
}

#[test]
fn copies_and_links_elsewhere_are_known() {
    let dir = ground();
    let outside = tempfile::tempdir_in(dir.path().parent().unwrap()).unwrap();
    let folder = outside.path().to_string_lossy().into_owned();
    let source = dir.path().join("data/x.csv");
    fs::copy(&source, outside.path().join("copy.csv")).unwrap();
    fs::hard_link(&source, outside.path().join("hard.csv")).unwrap();
    fs::write(outside.path().join("own.csv"), "id,name\n1,mine\n").unwrap();
    for name in ["copy.csv", "hard.csv"] {
        restricted(dir.path(), &format!("SELECT name FROM '{folder}/{name}'"), &["--allow-path", &folder]);
    }
    let own =
        query(dir.path(), &["--allow-path", &folder, "-e", &format!("SELECT name FROM '{folder}/own.csv'")]);
    assert_eq!(done(&own), "name\r\nmine\r\n");
    // A file with several names may be anybody's.
    fs::hard_link(outside.path().join("own.csv"), outside.path().join("again.csv")).unwrap();
    let again = query(
        dir.path(),
        &["--allow-path", &folder, "-e", &format!("SELECT name FROM '{folder}/again.csv'")],
    );
    refused(&again, "again.csv");
}

#[test]
fn what_corredor_keeps_is_not_queried() {
    let dir = ground();
    let kept = dir.path().join(".corredor/sources");
    fs::create_dir_all(&kept).unwrap();
    fs::write(kept.join("a.csv"), format!("id,n,name\n{ROWS}")).unwrap();
    fs::hard_link(kept.join("a.csv"), dir.path().join("b.csv")).unwrap();
    symlink(kept.join("a.csv"), dir.path().join("c.csv")).unwrap();
    fs::write(dir.path().join("audit.jsonl"), "{\"sql\":\"casa-secreta\"}\n").unwrap();
    symlink("audit.jsonl", dir.path().join("d.json")).unwrap();
    for name in [".corredor/sources/a.csv", "./.corredor/../.corredor/sources/a.csv", "c.csv", "d.json"] {
        for level in ["public", "strict"] {
            let output = query(dir.path(), &["--level", level, "-e", &format!("SELECT * FROM '{name}'")]);
            refused(&output, name);
            assert!(said(&output).contains("keeps for itself"), "{name}: {}", said(&output));
        }
    }
    refused(&query(dir.path(), &["-e", "SELECT * FROM 'b.csv'"]), "b.csv");
}

/// A workspace that publishes its layer to partners, then only to anyone what is for anyone.
fn published() -> (tempfile::TempDir, String) {
    let dir = ground();
    let main = fs::read_to_string(dir.path().join("corredor.toml")).unwrap();
    fs::write(dir.path().join("corredor.toml"), format!("{main}[publish]\nlevel = \"restricted\"\n"))
        .unwrap();
    let layer = dir.path().join("layers/x.toml");
    let text = fs::read_to_string(&layer).unwrap();
    fs::write(&layer, format!("publish = true\ntitle = {{ es = \"x\", en = \"x\" }}\n{text}")).unwrap();
    done(&command(dir.path(), &["build"]).output().unwrap());
    fs::write(dir.path().join("corredor.toml"), main).unwrap();
    fs::write(&layer, text.replace("restricted", "public")).unwrap();
    let link = fs::read_link(dir.path().join("published/current")).unwrap();
    (dir, link.file_name().unwrap().to_string_lossy().into_owned())
}

#[test]
fn a_run_for_others_is_not_read_whatever_the_layer_is_now() {
    let (dir, run) = published();
    done(&query(dir.path(), &["-e", "SELECT name FROM x"]));
    for sql in [
        "SELECT name FROM x@current".to_owned(),
        format!("SELECT name FROM \"x@{run}\""),
        "SELECT name FROM x@2025-12-01".to_owned(),
        format!("SELECT name FROM 'published/runs/{run}/x.csv'"),
        "SELECT name FROM 'published/current/x.csv'".to_owned(),
        "EXPLAIN SELECT name FROM x@current".to_owned(),
        "DESCRIBE \"x@current\"".to_owned(),
    ] {
        let output = query(dir.path(), &["-e", &sql]);
        refused(&output, &sql);
        assert!(!said(&output).contains(&run) || sql.contains(&run), "{sql}: {}", said(&output));
    }
    restricted(dir.path(), "SELECT name FROM x@current", &[]);
    restricted(dir.path(), "SELECT name FROM 'published/current/x.csv'", &[]);
}

#[test]
fn answers_are_written_where_nobody_takes_them_for_something_else() {
    let (dir, run) = published();
    let sources = fs::read(dir.path().join("data/x.csv")).unwrap();
    symlink("published", dir.path().join("out")).unwrap();
    fs::hard_link(dir.path().join("data/x.csv"), dir.path().join("same.csv")).unwrap();
    for out in [
        "published/a.csv",
        "published/current/x.csv",
        &format!("published/runs/{run}/a.csv"),
        "out/a.csv",
        ".corredor/a.csv",
        "audit.jsonl",
        "corredor.toml",
        "layers/a.csv",
        "data/x.csv",
        "data/../data/x.csv",
        "same.csv",
    ] {
        let output = query(dir.path(), &["-e", "SELECT 1 AS one", "--format", "csv", "--out", out]);
        assert!(output.status.code() == Some(1), "{out}: {}", said(&output));
        assert!(said(&output).contains("answers are not written"), "{out}: {}", said(&output));
    }
    assert_eq!(fs::read(dir.path().join("data/x.csv")).unwrap(), sources);
    done(&query(dir.path(), &["-e", "SELECT 1 AS one", "--out", "open.csv"]));
    for out in ["a.csv", "a.json", "a.parquet", "a.gpkg"] {
        done(&query(
            dir.path(),
            &["--level", "restricted", "-e", "SELECT name FROM x@current", "--out", out],
        ));
        let mode = fs::metadata(dir.path().join(out)).unwrap().mode() & 0o777;
        assert_eq!(mode, 0o600, "{out}");
    }
    let mode = fs::metadata(dir.path().join("open.csv")).unwrap().mode() & 0o777;
    assert_ne!(mode & 0o044, 0, "an answer of what is public is as any file");
}

#[test]
fn what_is_made_for_one_statement_is_not_for_the_next() {
    let demo = super::ground::demo();
    let first = "SELECT count(*) AS n FROM gaps('routes', 'shelters', 30);";
    // The same table under a name that is put together otherwise must be asked for again, and written down again.
    let second = "SELECT count(*) AS n FROM gaps('routes', $$shelters$$, 30);";
    let before = fs::read_to_string(demo.join("audit.jsonl")).unwrap_or_default().lines().count();
    let output = super::ground::piped(demo, &["--level", "restricted"], &format!("{first}\n{second}"));
    done(&output);
    let after = fs::read_to_string(demo.join("audit.jsonl")).unwrap().lines().count();
    assert_eq!(after - before, 4);
}

#[test]
fn a_layer_is_made_for_who_asks_and_that_is_written_down() {
    let demo = super::ground::demo();
    let before = fs::read_to_string(demo.join("audit.jsonl")).unwrap_or_default().lines().count();
    // Made from shelters, protected: anybody may read it as it is made for anybody.
    done(&query(demo, &["-e", "SELECT count(*) FROM gaps"]));
    let log = || fs::read_to_string(demo.join("audit.jsonl")).unwrap_or_default();
    assert_eq!(log().lines().count(), before);
    // Who may see the shelters gets it as they are.
    done(&query(demo, &["--level", "restricted", "-e", "SELECT count(*) FROM gaps"]));
    let line = log().lines().nth(before).unwrap().to_owned();
    assert!(line.contains("\"layer\":\"gaps\"") && line.contains("restricted"), "{line}");
    // Nothing of this is told without a level, by no list and no plan.
    for sql in ["SHOW TABLES", "EXPLAIN VERBOSE SELECT * FROM gaps", "SHOW COLUMNS FROM gaps"] {
        done(&query(demo, &["-e", sql]));
    }
    for sql in ["EXPLAIN SELECT * FROM shelters", "DESCRIBE shelters", "SHOW COLUMNS FROM shelters"] {
        refused(&query(demo, &["-e", sql]), sql);
    }
}
