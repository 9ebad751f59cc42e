//! Sessions over real workspaces: what queries may name, what they may not do, what they are told.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may stop where its ground is missing")]

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use arrow_cast::pretty::pretty_format_batches;
use corredor_sql::{QueryError, ScalarValue, Session, SessionOptions, TableKind};

fn corredor(folder: &Path, arguments: &[&str]) {
    corredor_at(folder, "1764547200", arguments);
}

/// Runs the real binary at a time of its own.
fn corredor_at(folder: &Path, epoch: &str, arguments: &[&str]) {
    let output = Command::new(env!("CARGO_BIN_EXE_corredor"))
        .args(arguments)
        .current_dir(folder)
        .env("SOURCE_DATE_EPOCH", epoch)
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

/// A demo of 60 municipalities, not built.
fn demo(dir: &Path) -> PathBuf {
    corredor(dir, &["init", "--size", "60", "country"]);
    dir.join("country")
}

fn options(folder: &Path) -> SessionOptions {
    SessionOptions { workspace: Some(folder.to_owned()), ..SessionOptions::default() }
}

fn open(folder: &Path) -> Session {
    Session::open(options(folder)).unwrap()
}

fn table(session: &Session, sql: &str) -> Result<String, QueryError> {
    let batches = session.run(sql, &[])?.collect::<Result<Vec<_>, _>>()?;
    Ok(pretty_format_batches(&batches).unwrap().to_string())
}

fn number(session: &Session, sql: &str) -> f64 {
    let text = table(session, sql).unwrap_or_else(|error| panic!("{error}: {sql}"));
    text.lines().nth(3).unwrap().trim_matches(['|', ' ']).parse().unwrap()
}

#[test]
fn layers_by_name_built_when_they_are_not() {
    let dir = tempfile::tempdir().unwrap();
    let folder = demo(dir.path());
    let session = open(&folder);
    let kinds: Vec<TableKind> = session.tables().iter().map(|table| table.kind).collect();
    for kind in [TableKind::Read, TableKind::Published, TableKind::Derived] {
        assert!(kinds.contains(&kind), "{kind:?}");
    }
    // Every layer, whether read, derived or to be published.
    for layer in session.tables() {
        let rows = number(&session, &format!("SELECT count(*) FROM {}", layer.name));
        assert!(rows > 0.0, "{}", layer.name);
    }
    let risky = "SELECT count(*) FROM hotspots WHERE gi_bin > 0";
    let computed = number(&session, risky);
    let refusing = SessionOptions { build: false, ..options(&folder) };
    let refused = Session::open(refusing.clone()).unwrap();
    let error = refused.run(risky, &[]).unwrap_err();
    assert_eq!(error.to_string(), "layer `hotspots` is not built, and nothing is built with --no-build");
    // What is read needs no building.
    assert!(number(&refused, "SELECT count(*) FROM shelters") > 0.0);

    corredor(&folder, &["build"]);
    assert_eq!(
        number(&Session::open(refusing.clone()).unwrap(), risky),
        computed,
        "fresh, so from the files"
    );
    assert_eq!(number(&open(&folder), "SELECT count(*) FROM hotspots@current WHERE gi_bin > 0"), computed);
    assert_eq!(
        number(&open(&folder), "SELECT count(*) FROM \"hotspots@2025-12-01\" WHERE gi_bin > 0"),
        computed
    );
    let error = open(&folder).run("SELECT * FROM hotspots@previous", &[]).unwrap_err();
    assert!(matches!(error, QueryError::NoRun { .. }), "{error}");

    // A definition that changed makes what is published stale.
    let path = folder.join("corredor.toml");
    let text = std::fs::read_to_string(&path).unwrap();
    std::fs::write(&path, text.replace("seed = ", "seed = 1")).unwrap();
    let error = Session::open(refusing).unwrap().run(risky, &[]).unwrap_err();
    assert!(error.to_string().contains("is published from other data or definitions"), "{error}");
    corredor_at(&folder, "1764633600", &["build"]);
    assert_eq!(number(&open(&folder), "SELECT count(*) FROM hotspots@previous WHERE gi_bin > 0"), computed);
}

#[test]
fn the_run_before_is_the_one_published_before() {
    let dir = tempfile::tempdir().unwrap();
    let folder = demo(dir.path());
    let main = folder.join("corredor.toml");
    let text = std::fs::read_to_string(&main).unwrap();
    // The clock is set back for the third night.
    for (night, epoch) in ["1764547200", "1764633600", "1764460800"].iter().enumerate() {
        std::fs::write(&main, text.replace("seed = ", &format!("seed = {}", night + 1))).unwrap();
        corredor_at(&folder, epoch, &["build"]);
    }
    let session = open(&folder);
    let in_runs = |one: &str, other: &str| {
        let sql = format!(
            "SELECT count(*) FROM \"hotspots@{one}\" a JOIN \"hotspots@{other}\" b ON b.code = a.code \
             WHERE a.gi_p_sim IS DISTINCT FROM b.gi_p_sim"
        );
        number(&session, &sql)
    };
    assert_eq!(in_runs("previous", "2025-12-02"), 0.0);
    assert_eq!(in_runs("current", "2025-11-30"), 0.0);
    // Another seed, another night: the runs can be told apart.
    assert!(in_runs("previous", "2025-12-01") > 0.0 && in_runs("previous", "current") > 0.0);
}

#[test]
fn values_are_bound_and_never_read_as_sql() {
    let dir = tempfile::tempdir().unwrap();
    let folder = demo(dir.path());
    let session = open(&folder);
    let count = |sql: &str, value: ScalarValue| -> Result<i64, QueryError> {
        let batches = session.run(sql, &[("x".to_owned(), value)])?.collect::<Result<Vec<_>, _>>()?;
        let column = arrow_cast::cast(batches[0].column(0), &arrow_schema::DataType::Int64).unwrap();
        Ok(arrow_array::cast::AsArray::as_primitive::<arrow_array::types::Int64Type>(&column).value(0))
    };
    for evil in ["x' OR '1'='1", "'; DROP TABLE shelters; --", "shelters", "$x", "\\'"] {
        let sql = "SELECT count(*) FROM shelters WHERE id = $x";
        assert_eq!(count(sql, evil.into()).unwrap(), 0, "{evil}");
        // As an argument of a table function it can only be a name, of nothing.
        let error = count("SELECT count(*) FROM neighbours($x, 'queen')", evil.into()).unwrap_err();
        let told = error.to_string();
        let names_nothing = ["there is no layer or file", "there is no such file", "needs zones"];
        assert!(names_nothing.iter().any(|said| told.contains(said)), "{told}");
    }
    let all = number(&session, "SELECT count(*) FROM gaps('routes', 'shelters', 20)");
    assert_eq!(
        count("SELECT count(*) FROM gaps('routes', 'shelters', $x)", 20.0.into()).unwrap() as f64,
        all
    );
    let error = session.run("SELECT $reach", &[("reech".to_owned(), 1_i64.into())]).unwrap_err();
    assert_eq!((error.span(), error.help().as_deref()), (Some(7..13), Some("did you mean `reech`?")));
}

#[test]
fn nothing_is_written_and_nothing_outside_is_read() {
    let dir = tempfile::tempdir().unwrap();
    let folder = demo(dir.path());
    let session = open(&folder);
    let out = dir.path().join("out.csv");
    let before = files(&folder);
    for sql in [
        "COPY (SELECT 1) TO 'OUT'",
        "CREATE TABLE t AS SELECT 1",
        "CREATE VIEW v AS SELECT 1",
        "CREATE EXTERNAL TABLE t STORED AS CSV LOCATION 'OUT'",
        "INSERT INTO shelters SELECT * FROM shelters",
        "UPDATE shelters SET name = 'x'",
        "DELETE FROM shelters",
        "DROP TABLE shelters",
        "TRUNCATE shelters",
        "SET datafusion.execution.target_partitions = 8",
        "SELECT 1; DROP TABLE shelters",
        "SELECT * INTO t FROM shelters",
        "WITH x AS (DELETE FROM shelters RETURNING *) SELECT * FROM x",
        "WITH x AS (INSERT INTO shelters SELECT * FROM shelters) SELECT * FROM x",
        "EXPLAIN DELETE FROM shelters",
        "EXPLAIN ANALYZE INSERT INTO shelters SELECT * FROM shelters",
        "EXPLAIN ANALYZE COPY (SELECT 1) TO 'OUT'",
        "PREPARE p AS SELECT 1",
        "SHOW ALL",
    ] {
        let sql = sql.replace("OUT", &out.display().to_string());
        let refused = session.run(&sql, &[]).and_then(|answer| answer.collect::<Result<Vec<_>, _>>());
        assert!(matches!(refused, Err(QueryError::Sql(_))), "{sql}: {refused:?}");
    }
    assert!(!out.exists());
    std::fs::write(&out, "a\n1\n").unwrap();
    std::os::unix::fs::symlink(&out, folder.join("link.csv")).unwrap();
    for name in [&*out.display().to_string(), "link.csv", "../out.csv", "data/../../out.csv", "/etc/passwd"] {
        for sql in [format!("SELECT * FROM '{name}'"), format!("SELECT nearest_km(0, 0, '{name}')")] {
            let error = session.run(&sql, &[]).unwrap_err();
            assert!(matches!(error, QueryError::NotAllowed { .. } | QueryError::Sql(_)), "{sql}: {error:?}");
        }
    }
    for name in [
        "https://example.org/a.csv",
        "/vsicurl/https://example.org/a.csv",
        "PG:dbname=gis",
        "file:///etc/passwd",
    ] {
        let error = session.run(&format!("SELECT * FROM '{name}'"), &[]).unwrap_err();
        assert!(matches!(error, QueryError::NotLocal { .. }), "{name}: {error:?}");
    }
    // A file that says it is another format would lead GDAL anywhere.
    let vrt = format!(
        "<OGRVRTDataSource><OGRVRTLayer name=\"x\"><SrcDataSource>{}</SrcDataSource></OGRVRTLayer></OGRVRTDataSource>",
        out.display()
    );
    for name in ["a.gpkg", "a.geojson", "a.shp", "a.fgb", "a.vrt"] {
        std::fs::write(folder.join(name), &vrt).unwrap();
        assert!(
            matches!(session.run(&format!("SELECT * FROM '{name}'"), &[]), Err(QueryError::Sql(_))),
            "{name}"
        );
        std::fs::remove_file(folder.join(name)).unwrap();
    }
    std::fs::remove_file(folder.join("link.csv")).unwrap();
    assert_eq!(files(&folder), before);
    let allowed = SessionOptions { allow_paths: vec![dir.path().to_owned()], ..options(&folder) };
    let allowed = Session::open(allowed).unwrap();
    assert_eq!(number(&allowed, &format!("SELECT a FROM '{}'", out.display())), 1.0);
}

/// Every file below a folder.
fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found: Vec<PathBuf> = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            match path.is_dir() && !path.is_symlink() {
                true => folders.push(path),
                false => found.push(path),
            }
        }
    }
    found.sort();
    found
}

#[test]
fn memory_is_spilled_or_refused_and_time_and_stops_are_kept() {
    let folder = tempfile::tempdir().unwrap();
    let small = |limit_bytes: usize, timeout| {
        Session::open(SessionOptions {
            allow_paths: vec![folder.path().to_owned()],
            memory_limit_bytes: limit_bytes,
            timeout,
            ..SessionOptions::default()
        })
        .unwrap()
    };
    // Two million rows of some forty bytes: ten times the limit, and sorted all the same.
    let sorted = "SELECT max(n) FROM (SELECT row_number() OVER (ORDER BY s) AS n FROM \
        (SELECT md AS s FROM (SELECT lpad(CAST((value * 7919) % 2000003 AS VARCHAR), 40, '0') AS md FROM range(0, 2000000))))";
    let spilled = number(&small(16_000_000, None), sorted);
    assert_eq!(spilled, 2_000_000.0);
    // What cannot be spilled is refused: a join that holds one side.
    let held = "SELECT count(*) FROM (SELECT lpad(CAST(value AS VARCHAR), 200, '0') AS s FROM range(0, 2000000)) a \
        JOIN (SELECT lpad(CAST(value AS VARCHAR), 200, '0') AS s FROM range(0, 2000000)) b ON a.s = b.s";
    let error =
        small(16_000_000, None).run(held, &[]).and_then(|a| a.collect::<Result<Vec<_>, _>>()).unwrap_err();
    assert!(matches!(error, QueryError::Memory { .. }), "{error:?}");

    let endless =
        "SELECT count(*) FROM range(0, 10000000) a, range(0, 10000000) b WHERE a.value + b.value < 0";
    let started = Instant::now();
    let limit = Duration::from_millis(300);
    let late =
        small(1_000_000_000, Some(limit)).run(endless, &[]).and_then(|a| a.collect::<Result<Vec<_>, _>>());
    assert!(matches!(late, Err(QueryError::Timeout { .. })), "{late:?}");
    assert!(started.elapsed() < Duration::from_secs(20));
    let session = small(1_000_000_000, None);
    let handle = session.cancel_handle();
    let stopper = std::thread::spawn(move || {
        std::thread::sleep(Duration::from_millis(300));
        handle.cancel();
    });
    let stopped = session.run(endless, &[]).and_then(|a| a.collect::<Result<Vec<_>, _>>());
    assert!(matches!(stopped, Err(QueryError::Cancelled)), "{stopped:?}");
    stopper.join().unwrap();
    assert_eq!(number(&session, "SELECT 2"), 2.0, "the session goes on");
}

#[test]
fn faults_have_a_place_and_the_nearest_name() {
    let dir = tempfile::tempdir().unwrap();
    let folder = demo(dir.path());
    let session = open(&folder);
    let told = [
        "SELEC 1",
        "SELECT 1 FROM",
        "SELECT * FROM shelter",
        "SELECT nmae FROM shelters",
        "SELECT s.nmae FROM shelters s",
        "SELECT id FROM shelters, routes",
        "SELECT geodesic_kn(geom, geom) FROM shelters",
        "SELECT ST_DWithin(geom, geom, 1) FROM shelters",
        "SELECT ST_Within(id, 1) FROM shelters",
        "SELECT * FROM gasp('routes', 'shelters', 10)",
        "SELECT name + 1 FROM shelters",
        "SELECT * FROM shelters WHERE name",
        "SELECT round(name) FROM shelters",
        "SELECT name, count(*) FROM shelters",
        "SELECT * FROM 'data/nothing.csv'",
        "SELECT 'open",
        "",
    ]
    .map(|sql| match session.run(sql, &[]).and_then(|a| a.collect::<Result<Vec<_>, _>>()) {
        Ok(_) => format!("{sql}\n  no fault"),
        Err(error) => {
            let place = error.span().map_or("nowhere".to_owned(), |span| format!("`{}`", &sql[span]));
            format!("{sql}\n  {error}\n  at {place}; {}", error.help().unwrap_or_default())
        }
    });
    insta::assert_snapshot!(told.join("\n"));
}

#[test]
fn what_a_query_reads_is_told_before_it_runs() {
    let dir = tempfile::tempdir().unwrap();
    let folder = demo(dir.path());
    let session = open(&folder);
    let reads = |sql: &str| -> String {
        let uses = session.plan_layers(sql, &[]).unwrap();
        let told = |u: &corredor_sql::LayerUse| {
            let level = u.level.map_or("-", |level| level.name());
            let run = u.run.as_deref().unwrap_or("");
            format!("{}{run}:{level}:{}", u.name, if u.rows { "rows" } else { "totals" })
        };
        uses.iter().map(told).collect::<Vec<_>>().join(" ")
    };
    let told = [
        "SELECT 1",
        "SELECT * FROM shelters",
        "SELECT count(*) FROM shelters",
        "SELECT max(capacity) FROM shelters WHERE id = 'S-001'",
        "SELECT nearest_km(geom, 'shelters') FROM localities",
        "SELECT count(*) FROM gaps('routes', 'shelters', 10)",
        "SELECT (SELECT count(*) FROM shelters) FROM routes",
        "WITH s AS (SELECT * FROM shelters) SELECT name FROM s",
        "SELECT * FROM 'data/shelters.csv'",
    ]
    .map(|sql| match session.plan_layers(sql, &[]) {
        Ok(_) => format!("{sql}\n  {}", reads(sql)),
        Err(error) => format!("{sql}\n  {error}"),
    });
    insta::assert_snapshot!(told.join("\n"));
}

#[test]
fn the_same_rows_in_the_same_order() {
    let dir = tempfile::tempdir().unwrap();
    let folder = demo(dir.path());
    let sql = "SELECT z.code, count(*) AS n, sum(i.persons * 0.1) AS w FROM incidents i \
        JOIN zones z ON ST_Intersects(i.geom, z.geom) GROUP BY z.code";
    let first = table(&open(&folder), sql).unwrap();
    for _ in 0..3 {
        assert_eq!(table(&open(&folder), sql).unwrap(), first);
    }
}
