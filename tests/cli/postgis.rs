//! Layers read from and published to a real PostGIS, started here; skipped where it is not installed.
#![allow(clippy::unwrap_used, reason = "a test may stop where its ground is missing")]

use crate::fixtures;
use crate::fixtures::postgres;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use postgres::{PASSWORD, Server};

/// Runs the real binary with the password in the environment.
fn corredor(folder: &Path, arguments: &[&str]) -> Output {
    command(folder, arguments).env("PGPASSWORD", PASSWORD).output().unwrap()
}

fn command(folder: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_corredor"));
    command
        .args(arguments)
        .current_dir(folder)
        .env("LC_ALL", "C.UTF-8")
        .env("NO_COLOR", "1")
        .env("SOURCE_DATE_EPOCH", "1764547200")
        .env("HOME", folder);
    command
}

fn done(output: Output) -> String {
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

fn said(output: &Output) -> String {
    format!("exit {}\n{}", output.status.code().unwrap_or(-1), String::from_utf8_lossy(&output.stderr))
}

/// A demo of 60 municipalities that is published to `connection`, too.
fn demo(dir: &Path, connection: &str, more: &str) -> PathBuf {
    done(corredor(dir, &["init", "--size", "60", "country"]));
    let folder = dir.join("country");
    let path = folder.join("corredor.toml");
    let text = fs::read_to_string(&path).unwrap();
    fs::write(&path, format!("{text}\n[publish.postgis]\nconnection = \"{connection}\"\n{more}")).unwrap();
    folder
}

/// A workspace of one layer that is read.
fn one_layer(dir: &Path, read: &str) {
    fixtures::one_layer(dir, read);
    let path = dir.join("layers/x.toml");
    let text = fs::read_to_string(&path).unwrap();
    let head = "publish = true\nlevel = \"public\"\ntitle = { es = \"x\", en = \"x\" }\n";
    fs::write(&path, format!("{head}{text}")).unwrap();
}

const LAYERS: &str = "child_gap|child_labour|country|gaps|hotspots|route_exposure|states|stretches|supply_stretches|\
                      vulnerability|vulnerability_states|way_hotspots|way_risk|work_centres";

/// A number as PostgreSQL prints it, without a fraction of zero.
fn whole(cell: &str) -> &str {
    cell.strip_suffix(".0").unwrap_or(cell)
}

#[test]
fn published_layers_are_tables_with_comments() {
    let Some(server) = Server::start() else { return };
    let dir = tempfile::tempdir().unwrap();
    let folder = demo(dir.path(), &server.connection(), "");
    done(corredor(&folder, &["build"]));
    let tables = "SELECT string_agg(relname, '|' ORDER BY relname) FROM pg_class WHERE relkind = 'r' \
                  AND relnamespace = 'corredor'::regnamespace AND relname <> 'corredor_layers'";
    assert_eq!(server.sql(tables), LAYERS);
    let registered =
        "SELECT string_agg(layer, '|' ORDER BY layer) FROM corredor.corredor_layers WHERE level = 'public'";
    assert_eq!(server.sql(registered), LAYERS);
    // Every feature, every value: what PostGIS holds is what the file holds.
    let mut file = csv::Reader::from_path(folder.join("published/current/hotspots.csv")).unwrap();
    let lines: Vec<String> =
        file.records().map(|r| r.unwrap().iter().take(7).map(whole).collect::<Vec<_>>().join("|")).collect();
    let header: Vec<String> = file.headers().unwrap().iter().take(7).map(str::to_owned).collect();
    let rows = server.sql(&format!("SELECT {} FROM corredor.hotspots ORDER BY code", header.join(", ")));
    assert_eq!(rows.lines().collect::<Vec<_>>(), lines);
    // Geometry of one kind, valid, in WGS 84, and as long as its own kilometres say.
    assert_eq!(
        server.sql(
            "SELECT DISTINCT ST_GeometryType(geom), ST_SRID(geom), ST_IsValid(geom) FROM corredor.hotspots"
        ),
        "ST_MultiPolygon|4326|t"
    );
    let length = "SELECT max(abs(ST_Length(geom::geography) / 1000 - km)) < 0.001 FROM corredor.stretches";
    assert_eq!(server.sql(length), "t");
    assert_eq!(
        server
            .sql("SELECT count(*) FROM pg_indexes WHERE schemaname = 'corredor' AND indexdef LIKE '%gist%'"),
        "13"
    );
    // Words in Spanish, as the styles have them.
    assert!(
        server
            .sql("SELECT obj_description('corredor.hotspots'::regclass)")
            .starts_with("Prioridad en los corredores\n")
    );
    assert_eq!(
        server.sql(
            "SELECT col_description(attrelid, attnum) FROM pg_attribute \
             WHERE attrelid = 'corredor.hotspots'::regclass AND attname = 'near_km'"
        ),
        "Distancia al albergue más cercano de la lista (sitios movidos a propósito) (km)"
    );
    // Nothing above the allowed level is there, in no table.
    for row in csv::Reader::from_path(folder.join("data/shelters.csv")).unwrap().records() {
        let name = row.unwrap()[1].replace('\'', "''");
        let count = |table| format!("SELECT count(*) FROM corredor.{table} t WHERE t::text LIKE '%{name}%'");
        let counts: Vec<String> = LAYERS.split('|').map(count).collect();
        let found = server.sql(&counts.join(" UNION "));
        assert_eq!(found, "0", "{name}");
    }
}

#[test]
fn a_second_run_replaces_the_first_and_keeps_grants() {
    let Some(server) = Server::start() else { return };
    let dir = tempfile::tempdir().unwrap();
    let folder = demo(dir.path(), &server.connection(), "schema = \"mapas\"\nlanguage = \"en\"\n");
    done(corredor(&folder, &["build"]));
    server.sql("CREATE ROLE \"Lectora\"; GRANT SELECT ON mapas.hotspots TO \"Lectora\"; CREATE TABLE mapas.theirs (a int)");
    let before = server.sql("SELECT run FROM mapas.corredor_layers LIMIT 1");
    // One layer is published no more.
    let path = folder.join("layers/gaps.toml");
    let text = fs::read_to_string(&path).unwrap();
    fs::write(&path, text.replace("publish = true", "publish = false")).unwrap();
    done(corredor(&folder, &["build"]));
    assert_ne!(server.sql("SELECT run FROM mapas.corredor_layers LIMIT 1"), before);
    assert_eq!(
        server.sql("SELECT to_regclass('mapas.gaps') IS NULL, to_regclass('mapas.theirs') IS NULL"),
        "t|f"
    );
    assert_eq!(server.sql("SELECT has_table_privilege('Lectora', 'mapas.hotspots', 'SELECT')"), "t");
    let indices = "SELECT string_agg(indexname, ' ' ORDER BY indexname) FROM pg_indexes \
                   WHERE schemaname = 'mapas' AND tablename = 'hotspots'";
    assert_eq!(server.sql(indices), "hotspots_geom_idx hotspots_pkey");
    assert!(
        server
            .sql("SELECT obj_description('mapas.states'::regclass)")
            .starts_with("Routes and vulnerability by state")
    );
}

#[test]
fn views_stay_and_what_is_published_no_more_goes_or_is_emptied() {
    let Some(server) = Server::start() else { return };
    let dir = tempfile::tempdir().unwrap();
    let folder = demo(dir.path(), &server.connection(), "");
    done(corredor(&folder, &["build"]));
    server.sql(
        "CREATE SCHEMA ours; CREATE VIEW ours.hot AS SELECT * FROM corredor.hotspots WHERE gi_bin > 1; \
         CREATE VIEW ours.gap AS SELECT * FROM corredor.gaps; CREATE ROLE lectora; \
         GRANT SELECT (code, risk) ON corredor.hotspots TO lectora; \
         CREATE INDEX theirs ON corredor.hotspots (risk)",
    );
    let hot = server.sql("SELECT count(*) FROM ours.hot");
    done(corredor(&folder, &["build", "--force"]));
    assert_eq!(server.sql("SELECT count(*) FROM ours.hot"), hot);
    assert_eq!(
        server.sql("SELECT has_column_privilege('lectora', 'corredor.hotspots', 'risk', 'SELECT')"),
        "t"
    );
    assert_eq!(server.sql("SELECT to_regclass('corredor.theirs') IS NULL"), "f");
    // One layer is published no more, and a view stands on it.
    let path = folder.join("layers/gaps.toml");
    let text = fs::read_to_string(&path).unwrap();
    fs::write(&path, text.replace("publish = true", "publish = false")).unwrap();
    done(corredor(&folder, &["build"]));
    assert_eq!(server.sql("SELECT count(*) FROM ours.gap"), "0");
    done(corredor(&folder, &["build"]));
    // And again.
    fs::write(&path, text).unwrap();
    done(corredor(&folder, &["build"]));
    assert_ne!(server.sql("SELECT count(*) FROM ours.gap"), "0");
    assert_eq!(server.sql("SELECT count(DISTINCT run) FROM corredor.corredor_layers"), "1");
}

#[test]
fn columns_follow_the_layer_and_views_on_others_stay() {
    let Some(server) = Server::start() else { return };
    let dir = tempfile::tempdir().unwrap();
    let folder = six(dir.path(), &server, "");
    let night = |header: &str, row: &str| {
        fs::write(folder.join("data/a.csv"), format!("{header}\n{row}\n")).unwrap();
        done(corredor(&folder, &["build"]));
    };
    night("k,v,x", "1,1,p");
    server.sql("CREATE SCHEMA ours; CREATE VIEW ours.a AS SELECT k, v FROM corredor.a");
    let columns = || {
        server.sql(
            "SELECT string_agg(attname || ' ' || format_type(atttypid, atttypmod), ', ' ORDER BY attname) \
             FROM pg_attribute WHERE attrelid = 'corredor.a'::regclass AND attnum > 0 AND NOT attisdropped",
        )
    };
    assert_eq!(columns(), "k text, v bigint, x text");
    night("k,v,y", "1,2,0.5");
    assert_eq!(columns(), "k text, v bigint, y double precision");
    night("k,v,y", "1,3,word");
    assert_eq!(columns(), "k text, v bigint, y text");
    assert_eq!(server.sql("SELECT * FROM ours.a"), "1|3");
    // A column that a view stands on stays, without a value.
    night("k,y", "1,word");
    assert_eq!(columns(), "k text, v bigint, y text");
    assert_eq!(server.sql("SELECT k, v IS NULL FROM ours.a"), "1|t");
    // One whose type would change cannot: the files are out, and the database says why.
    fs::write(folder.join("data/a.csv"), "k,v,y\n1,half,word\n").unwrap();
    let output = corredor(&folder, &["build"]);
    assert!(said(&output).contains("view"), "{}", said(&output));
    assert_eq!(output.status.code(), Some(2), "{}", said(&output));
    assert_eq!(server.sql("SELECT k, v IS NULL FROM ours.a"), "1|t", "as it was");
    let csv = fs::read_to_string(folder.join("published/current/a.csv")).unwrap();
    assert!(csv.contains("half"), "{csv}");
    // The key is another one.
    server.sql("DROP SCHEMA ours CASCADE");
    done(corredor(&folder, &["build"]));
    assert_eq!(columns(), "k text, v text, y text");
    let path = folder.join("layers/a.toml");
    let text = fs::read_to_string(&path).unwrap();
    fs::write(&path, text.replace("key = \"k\"", "key = \"y\"")).unwrap();
    done(corredor(&folder, &["build"]));
    let key = "SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conrelid = 'corredor.a'::regclass";
    assert_eq!(server.sql(key), "PRIMARY KEY (y)");
}

#[test]
fn files_are_published_though_the_database_refuses() {
    let Some(server) = Server::start() else { return };
    let dir = tempfile::tempdir().unwrap();
    let folder = demo(dir.path(), &server.connection(), "");
    // A table of somebody else's stands where the last layer belongs.
    server.sql("CREATE SCHEMA corredor; CREATE TABLE corredor.work_centres (a int)");
    let output = corredor(&folder, &["build"]);
    assert_eq!(output.status.code(), Some(2), "{}", said(&output));
    assert!(said(&output).contains("corredor.work_centres is there already"), "{}", said(&output));
    let current = fs::read_link(folder.join("published/current")).unwrap();
    let run = current.file_name().unwrap().to_str().unwrap().to_owned();
    assert!(said(&output).contains(&format!("{run} is published as files, and the tables are not")));
    assert_eq!(
        server.sql("SELECT count(*) FROM pg_class WHERE relnamespace = 'corredor'::regnamespace"),
        "1"
    );
    let status = corredor(&folder, &["status", "--nagios"]);
    assert_eq!(status.status.code(), Some(2), "{status:?}");
    // Every night until it is mended, though nothing changes; then the tables are those of the run that stands.
    assert_eq!(corredor(&folder, &["build"]).status.code(), Some(2));
    server.sql("DROP TABLE corredor.work_centres");
    let output = corredor(&folder, &["build"]);
    assert!(output.status.success() && said(&output).contains("filled again"), "{}", said(&output));
    assert_eq!(server.sql("SELECT DISTINCT run FROM corredor.corredor_layers"), run);
    assert_eq!(fs::read_link(folder.join("published/current")).unwrap(), current);
    let output = corredor(&folder, &["build"]);
    assert!(output.status.success() && !said(&output).contains("filled again"), "{}", said(&output));
}

#[test]
fn what_somebody_changed_in_the_tables_is_found_and_mended() {
    let Some(server) = Server::start() else { return };
    let dir = tempfile::tempdir().unwrap();
    let folder = six(dir.path(), &server, "");
    done(corredor(&folder, &["build"]));
    let table = |name: &str| server.sql(&format!("SELECT * FROM corredor.{name} ORDER BY k"));
    let good = table("a");
    for (change, told) in [
        ("UPDATE corredor.a SET v = 7 WHERE k = '1'", "somebody changed `a`"),
        ("DELETE FROM corredor.a WHERE k = '1'", "somebody changed `a`"),
        ("TRUNCATE corredor.b", "somebody changed `b`"),
        ("DROP TABLE corredor.a", "`a` is gone"),
        ("ALTER TABLE corredor.a DROP COLUMN v", "somebody changed `a`"),
        ("UPDATE corredor.corredor_layers SET run = 'x' WHERE layer = 'a'", "`a` is of run x"),
        (
            "DELETE FROM corredor.corredor_layers WHERE layer = 'f'; DROP TABLE corredor.f",
            "`f` is not listed",
        ),
        (
            "DROP TABLE corredor.corredor_layers, corredor.a, corredor.b, corredor.c, corredor.d, corredor.e, corredor.f",
            "is not there",
        ),
        ("DROP SCHEMA corredor CASCADE", "is not there"),
    ] {
        server.sql(change);
        let output = corredor(&folder, &["build"]);
        let text = said(&output);
        assert!(text.starts_with("exit 0") && text.contains(told), "{change}: {text}");
        assert_eq!(table("a"), good, "{change}");
        assert_eq!(server.sql("SELECT count(*) FROM corredor.corredor_layers"), "6", "{change}");
    }
    assert!(!said(&corredor(&folder, &["build"])).contains("filled again"));
    // A registry of before there were digests.
    server.sql("ALTER TABLE corredor.corredor_layers DROP COLUMN digest");
    assert!(said(&corredor(&folder, &["build"])).contains("of another version"));
    assert!(!said(&corredor(&folder, &["build"])).contains("filled again"));
}

#[test]
fn tables_of_an_edition_that_says_the_same_stay_on_quiet_nights() {
    let Some(server) = Server::start() else { return };
    let dir = tempfile::tempdir().unwrap();
    let folder = six(
        dir.path(),
        &server,
        "[publish.edition.public]\n[publish.edition.partners]\nlevel = \"restricted\"\n",
    );
    let layer = folder.join("layers/f.toml");
    let text = fs::read_to_string(&layer).unwrap().replace("level = \"public\"", "level = \"restricted\"");
    fs::write(&layer, text).unwrap();
    // A file with the bytes of another is that file, and has its level.
    fs::write(folder.join("data/f.csv"), "k,v\n1,1\n").unwrap();
    done(corredor(&folder, &["build"]));
    let public = || fs::canonicalize(folder.join("published/public/current")).unwrap();
    let first = public();
    // What the public may not see changes: the set goes on, its edition stays.
    fs::write(folder.join("data/f.csv"), "k,v\n1,2\n").unwrap();
    done(corredor(&folder, &["build"]));
    assert_eq!(public(), first);
    for _ in 0..2 {
        let told = said(&corredor(&folder, &["build"]));
        assert!(told.starts_with("exit 0") && !told.contains("filled again"), "{told}");
    }
}

/// A workspace of six tables `a` to `f` of a key `k` and a value `v`, published to the server too.
fn six(dir: &Path, server: &Server, more: &str) -> PathBuf {
    let folder = dir.join("six");
    fs::create_dir_all(folder.join("layers")).unwrap();
    fs::create_dir_all(folder.join("data")).unwrap();
    let main = format!(
        "[workspace]\nname = \"t\"\ntitle = {{ es = \"t\", en = \"t\" }}\ncountry = {{ es = \"t\", en = \"t\" }}\n\
         [build]\nsettle_s = 0\n[publish.postgis]\nconnection = \"{}\"\n{more}",
        server.connection()
    );
    fs::write(folder.join("corredor.toml"), main).unwrap();
    for name in SIX {
        let text = format!(
            "title = {{ es = \"{name}\", en = \"{name}\" }}\nlevel = \"public\"\npublish = true\n\
             [read]\npath = \"{name}.csv\"\ngeometry = \"none\"\nkey = \"k\"\n\
             [read.guard]\nfewer_pct = 100\nfewer_values_pct = 100\n"
        );
        fs::write(folder.join(format!("layers/{name}.toml")), text).unwrap();
    }
    put_six(&folder, 0, "");
    folder
}

const SIX: [&str; 6] = ["a", "b", "c", "d", "e", "f"];

/// Thirty rows whose value is the night, in each of the six; a field more in one of them.
fn put_six(folder: &Path, night: usize, with_more: &str) {
    for name in SIX {
        let more = name == with_more;
        let rows: String =
            (0..30).map(|k| format!("{k},{night}{}\n", if more { ",more" } else { "" })).collect();
        let header = if more { "k,v,w" } else { "k,v" };
        fs::write(folder.join(format!("data/{name}.csv")), format!("{header}\n{rows}")).unwrap();
    }
}

#[test]
fn twenty_readers_of_six_tables_during_fifty_publications() {
    use std::io::{BufRead, BufReader, Write};
    use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
    let Some(server) = Server::start() else { return };
    let dir = tempfile::tempdir().unwrap();
    let folder = six(dir.path(), &server, "");
    done(corredor(&folder, &["build"]));
    let (stop, asked) = (AtomicBool::new(false), AtomicUsize::new(0));
    // Whoever reads sees one night in all six tables, in whatever order they are locked.
    let read = |reader: usize| {
        let mut child = server
            .console()
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let (mut to, mut from) = (child.stdin.take().unwrap(), BufReader::new(child.stdout.take().unwrap()));
        let at = |n: usize| SIX[(reader + n * [1, 5][reader % 2]) % 6];
        let joins: String = (1..6).map(|n| format!(" JOIN corredor.{} USING (k)", at(n))).collect();
        let same: Vec<String> = (1..6).map(|n| format!("{}.v = {}.v", at(0), at(n))).collect();
        let sql = format!(
            "SELECT count(*), bool_and({}), count(DISTINCT {}.v) FROM corredor.{}{joins};\n",
            same.join(" AND "),
            at(0),
            at(0)
        );
        // One in four reads several statements in one transaction.
        let sql = if usize::is_multiple_of(reader, 4) { format!("BEGIN;\n{sql}{sql}COMMIT;\n") } else { sql };
        let answers = if usize::is_multiple_of(reader, 4) { 2 } else { 1 };
        while !stop.load(Ordering::Relaxed) {
            to.write_all(sql.as_bytes()).unwrap();
            for _ in 0..answers {
                let mut line = String::new();
                from.read_line(&mut line).unwrap();
                if line.trim_end() != "30|t|1" {
                    let mut told = String::new();
                    drop(to);
                    std::io::Read::read_to_string(&mut child.stderr.take().unwrap(), &mut told).unwrap();
                    panic!("reader {reader} saw {line:?}: {told}");
                }
                asked.fetch_add(1, Ordering::Relaxed);
            }
            // Readers think, and leave others some of the machine.
            std::thread::sleep(std::time::Duration::from_millis(20));
        }
        drop(to);
        assert!(child.wait().unwrap().success());
    };
    std::thread::scope(|scope| {
        let readers: Vec<_> = (0..20).map(|reader| scope.spawn(move || read(reader))).collect();
        for night in 1..=50 {
            // Every fifth night a table has a field more, so that it must be locked, and every sixth it has it no more.
            let with_more = if night % 5 == 0 { SIX[night % 6] } else { "" };
            put_six(&folder, night, with_more);
            let output = corredor(&folder, &["build", "--quiet"]);
            if !output.status.success() {
                stop.store(true, Ordering::Relaxed);
                panic!("night {night}: {}", said(&output));
            }
        }
        stop.store(true, Ordering::Relaxed);
        for reader in readers {
            reader.join().unwrap();
        }
    });
    assert!(asked.load(Ordering::Relaxed) >= 20 * 2);
    assert_eq!(server.sql("SELECT DISTINCT v FROM corredor.a"), "50");
    assert_eq!(server.sql("SELECT deadlocks FROM pg_stat_database WHERE datname = 'gis'"), "0");
}

#[test]
fn a_reader_who_sits_in_a_transaction_holds_up_nobody_for_long() {
    use std::io::Write;
    let Some(server) = Server::start() else { return };
    let dir = tempfile::tempdir().unwrap();
    let folder = six(dir.path(), &server, "wait_s = 1\n");
    done(corredor(&folder, &["build"]));
    let mut sitting = server.console().stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    let mut to = sitting.stdin.take().unwrap();
    to.write_all(b"BEGIN ISOLATION LEVEL REPEATABLE READ;\nSELECT DISTINCT v FROM corredor.a;\n").unwrap();
    let mut from = std::io::BufReader::new(sitting.stdout.take().unwrap());
    let mut line = String::new();
    std::io::BufRead::read_line(&mut from, &mut line).unwrap();
    assert_eq!(line, "0\n");
    // New rows wait for nobody.
    put_six(&folder, 1, "");
    done(corredor(&folder, &["build"]));
    assert_eq!(server.sql("SELECT DISTINCT v FROM corredor.a"), "1");
    // A new column waits for a second, and is then told.
    put_six(&folder, 2, "a");
    let output = corredor(&folder, &["build"]);
    let text = said(&output);
    assert!(text.starts_with("exit 2") && text.contains("is published as files"), "{text}");
    assert!(text.contains("lock timeout") && text.contains("sits in a transaction"), "{text}");
    assert_eq!(server.sql("SELECT DISTINCT v FROM corredor.b"), "1", "all or nothing");
    to.write_all(b"COMMIT;\n").unwrap();
    drop(to);
    assert!(sitting.wait().unwrap().success());
    let output = corredor(&folder, &["build"]);
    assert!(output.status.success() && said(&output).contains("filled again"), "{}", said(&output));
    assert_eq!(server.sql("SELECT DISTINCT v, w FROM corredor.a"), "2|more");
}

#[test]
fn a_source_that_somebody_has_locked_is_waited_for_no_longer_than_told() {
    let Some(server) = Server::start() else { return };
    let dir = tempfile::tempdir().unwrap();
    server.sql("CREATE TABLE t (clave text PRIMARY KEY); INSERT INTO t VALUES ('a')");
    let table = "layer = \"t\"\ngeometry = \"none\"\nkey = \"clave\"\n";
    one_layer(dir.path(), &format!("path = \"{}\"\n{table}", server.connection()));
    let mut holder = server.client("gis", "BEGIN; LOCK TABLE t; SELECT pg_sleep(60)").spawn().unwrap();
    let held = "SELECT count(*) FROM pg_locks WHERE relation = 't'::regclass AND mode = 'AccessExclusiveLock' AND granted";
    while server.sql(held) != "1" {}
    let output = command(dir.path(), &["build"])
        .env("PGPASSWORD", PASSWORD)
        .env("CORREDOR_READ_SECONDS", "2")
        .output()
        .unwrap();
    let _ = holder.kill();
    holder.wait().unwrap();
    let text = said(&output);
    // Whichever sees it first: the server, or the watch over what is read.
    let told = text.contains("timeout") || text.contains("nothing has come of it for 2 seconds");
    assert!(text.starts_with("exit 1") && told, "{text}");
}

#[test]
fn readers_see_the_old_set_or_the_new_while_builds_are_killed() {
    let Some(server) = Server::start() else { return };
    let dir = tempfile::tempdir().unwrap();
    let folder = demo(dir.path(), &server.connection(), "");
    done(corredor(&folder, &["build"]));
    let runs = std::cell::Cell::new(0);
    // One statement that looks at all tables: each is there, whole, and of one run.
    let look = || {
        let whole = server.sql(
            "SELECT (SELECT count(DISTINCT run) FROM corredor.corredor_layers), \
             (SELECT bool_and(features = (xpath('/row/n/text()', query_to_xml(format( \
             'SELECT count(*) AS n FROM corredor.%I', layer), false, true, '')))[1]::text::bigint) \
             FROM corredor.corredor_layers)",
        );
        assert_eq!(whole, "1|t");
        runs.set(runs.get() + 1);
    };
    for wait_ms in [40, 90, 140, 200, 260, 320, 400, 500] {
        let mut child = command(&folder, &["build", "--force", "--quiet"])
            .env("PGPASSWORD", PASSWORD)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let started = std::time::Instant::now();
        while started.elapsed() < std::time::Duration::from_millis(wait_ms) {
            look();
        }
        let _ = child.kill();
        child.wait().unwrap();
        look();
    }
    assert!(runs.get() >= 16);
    done(corredor(&folder, &["build", "--force"]));
    look();
    let run = fs::read_link(folder.join("published/current")).unwrap();
    let run = run.file_name().unwrap().to_str().unwrap();
    assert_eq!(server.sql("SELECT DISTINCT run FROM corredor.corredor_layers"), run);
}

#[test]
fn layers_are_read_from_the_database() {
    let Some(server) = Server::start() else { return };
    server.sql(
        "CREATE TABLE public.sitios (id serial PRIMARY KEY, nombre text, camas int, geom geometry(Point, 4326)); \
         INSERT INTO sitios (nombre, camas, geom) VALUES ('Ñandú', 12, 'SRID=4326;POINT(-92.3 14.9)'), \
         ('Sol', NULL, 'SRID=4326;POINT(-99.1 19.4)'); \
         CREATE SCHEMA datos; CREATE TABLE datos.tabla (clave text PRIMARY KEY, tasa numeric(6,2), desde date, si bool); \
         INSERT INTO datos.tabla VALUES ('01001', 12.50, '2026-11-20', true), ('01002', NULL, NULL, false); \
         CREATE TABLE datos.lejos (clave text, geom geometry(Point, 6372)); \
         INSERT INTO datos.lejos SELECT 'a', ST_Transform('SRID=4326;POINT(-99.1 19.4)'::geometry, 6372)",
    );
    let connection = server.connection();
    let read = |name: &str, text: &str| {
        let dir = tempfile::tempdir().unwrap();
        let folder = dir.path().join(name);
        fs::create_dir(&folder).unwrap();
        one_layer(&folder, &format!("path = \"{connection}\"\n{text}"));
        done(corredor(&folder, &["build"]));
        let metadata = fs::read_to_string(folder.join("published/current/metadata.json")).unwrap();
        assert!(metadata.contains("\"PostgreSQL gis\"") && !metadata.contains("127.0.0.1"), "{metadata}");
        fs::read_to_string(folder.join("published/current/x.csv")).unwrap().replace("\r\n", "\n")
    };
    // A whole-number primary key, which GDAL hides, is a key like any other.
    assert_eq!(
        read(
            "a",
            "layer = \"sitios\"\ngeometry = \"point\"\nkey = \"id\"\nname = \"nombre\"\nfields = [\"camas\"]\n"
        ),
        "id,name,camas,lon,lat\n1,Ñandú,12,-92.3,14.9\n2,Sol,,-99.1,19.4\n"
    );
    // A table without geometry, in a schema of its own.
    assert_eq!(
        read("b", "layer = \"datos.tabla\"\ngeometry = \"none\"\nkey = \"clave\"\n"),
        "clave,tasa,desde,si\n01001,12.5,2026-11-20,true\n01002,,,false\n"
    );
    // Another coordinate system, transformed.
    let far = read("c", "layer = \"datos.lejos\"\ngeometry = \"point\"\nkey = \"clave\"\n");
    let fields: Vec<f64> =
        far.lines().nth(1).unwrap().split(',').skip(1).map(|v| v.parse().unwrap()).collect();
    assert!((fields[0] + 99.1).abs() < 1e-6 && (fields[1] - 19.4).abs() < 1e-6, "{far}");
}

#[test]
fn passwords_come_from_the_environment_or_pgpass_only() {
    let Some(server) = Server::start() else { return };
    let dir = tempfile::tempdir().unwrap();
    server.sql("CREATE TABLE t (clave text PRIMARY KEY); INSERT INTO t VALUES ('a')");
    let table = "layer = \"t\"\ngeometry = \"none\"\nkey = \"clave\"\n";
    one_layer(dir.path(), &format!("path = \"{}\"\n{table}", server.connection()));
    // No password at all: what the server says, and what to do.
    let output = command(dir.path(), &["build"]).env_remove("PGPASSWORD").output().unwrap();
    let text = said(&output);
    assert!(text.starts_with("exit 1") && text.contains("no password supplied"), "{text}");
    assert!(text.contains("PGPASSWORD") && text.contains(".pgpass"), "{text}");
    // From a file of the user's.
    let file = dir.path().join("pgpass");
    fs::write(&file, format!("127.0.0.1:{}:gis:postgres:{PASSWORD}\n", server.port())).unwrap();
    fs::set_permissions(&file, std::os::unix::fs::PermissionsExt::from_mode(0o600)).unwrap();
    done(command(dir.path(), &["build"]).env("PGPASSFILE", &file).output().unwrap());
}

#[test]
fn a_password_in_a_file_is_refused_and_not_repeated() {
    let dir = tempfile::tempdir().unwrap();
    one_layer(
        dir.path(),
        "path = \"PG:dbname=gis user=ana password=SuperSecreta host=db\"\ngeometry = \"none\"\nkey = \"k\"\n",
    );
    let path = dir.path().join("corredor.toml");
    let text = fs::read_to_string(&path).unwrap();
    let postgis =
        "[publish.postgis]\nconnection = \"postgresql://ana:SuperSecreta@db/gis\"\nschema = \"pg_mine\"\n";
    fs::write(&path, format!("{text}{postgis}")).unwrap();
    let told = fixtures::told(dir.path(), &["check"]);
    assert!(!told.contains("SuperSecreta"), "{told}");
    insta::assert_snapshot!(told);
    fs::write(&path, format!("{text}[publish.postgis]\nconnection = \"zones.gpkg\"\n")).unwrap();
    let told = fixtures::told(dir.path(), &["check"]);
    assert!(told.contains("`zones.gpkg` is no PostgreSQL database"), "{told}");
}

#[test]
fn a_server_that_is_not_there_is_told() {
    let dir = tempfile::tempdir().unwrap();
    let folder = demo(dir.path(), "PG:dbname=gis host=127.0.0.1 port=1 user=ana", "");
    let output = corredor(&folder, &["build"]);
    let text = said(&output);
    assert!(text.starts_with("exit 2") && text.contains("PostgreSQL gis: cannot connect"), "{text}");
    // The files wait for no database.
    assert!(text.contains("is published as files, and the tables are not"), "{text}");
    assert!(folder.join("published/current/hotspots.geojson").exists());
}
