//! Layers read from and published to a real PostGIS, started here; skipped where it is not installed.
#![allow(clippy::unwrap_used, reason = "a test may stop where its ground is missing")]

mod common;
#[path = "common/postgres.rs"]
mod postgres;

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
    common::one_layer(dir, read);
    let path = dir.join("layers/x.toml");
    let text = fs::read_to_string(&path).unwrap();
    let head = "publish = true\nlevel = \"public\"\ntitle = { es = \"x\", en = \"x\" }\n";
    fs::write(&path, format!("{head}{text}")).unwrap();
}

const LAYERS: &str = "child_gap|child_labour|country|gaps|hotspots|route_exposure|states|stretches|supply_stretches|\
                      vulnerability|vulnerability_states|work_centres";

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
        "11"
    );
    // Words in Spanish, as the styles have them.
    assert!(
        server
            .sql("SELECT obj_description('corredor.hotspots'::regclass)")
            .starts_with("Focos de riesgo y prioridad\n")
    );
    assert_eq!(
        server.sql(
            "SELECT col_description(attrelid, attnum) FROM pg_attribute \
             WHERE attrelid = 'corredor.hotspots'::regclass AND attname = 'near_km'"
        ),
        "Distancia al sitio más cercano (sitios desplazados) (km)"
    );
    // Nothing above the allowed level is there, in no table.
    for row in csv::Reader::from_path(folder.join("data/shelters.csv")).unwrap().records() {
        let name = row.unwrap()[1].replace('\'', "''");
        for table in LAYERS.split('|') {
            let sql = format!("SELECT count(*) FROM corredor.{table} t WHERE t::text LIKE '%{name}%'");
            assert_eq!(server.sql(&sql), "0", "{name} in {table}");
        }
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
    assert!(server.sql("SELECT obj_description('mapas.states'::regclass)").starts_with("Exposure by state"));
}

#[test]
fn what_cannot_be_published_leaves_files_and_tables_as_they_were() {
    let Some(server) = Server::start() else { return };
    let dir = tempfile::tempdir().unwrap();
    let folder = demo(dir.path(), &server.connection(), "");
    // A table of somebody else's stands where the last layer belongs.
    server.sql("CREATE SCHEMA corredor; CREATE TABLE corredor.work_centres (a int)");
    let output = corredor(&folder, &["build"]);
    assert_eq!(output.status.code(), Some(1), "{}", said(&output));
    assert!(said(&output).contains("corredor.work_centres is there already"), "{}", said(&output));
    assert!(!folder.join("published/current").exists());
    assert_eq!(
        server.sql("SELECT count(*) FROM pg_class WHERE relnamespace = 'corredor'::regnamespace"),
        "1"
    );
    server.sql("DROP TABLE corredor.work_centres");
    done(corredor(&folder, &["build"]));
    let run = server.sql("SELECT DISTINCT run FROM corredor.corredor_layers");
    assert_eq!(fs::read_link(folder.join("published/current")).unwrap(), Path::new("runs").join(&run));
    // A view that stands on a table would be lost.
    server
        .sql("CREATE SCHEMA ours; CREATE VIEW ours.hot AS SELECT * FROM corredor.hotspots WHERE gi_bin > 1");
    let output = corredor(&folder, &["build", "--force"]);
    assert!(said(&output).contains("depend") && output.status.code() == Some(1), "{}", said(&output));
    assert_eq!(server.sql("SELECT DISTINCT run FROM corredor.corredor_layers"), run);
    assert_eq!(fs::read_link(folder.join("published/current")).unwrap(), Path::new("runs").join(&run));
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
    // What killed builds had begun is gone with their transactions.
    let staged = "SELECT count(*) FROM pg_class WHERE relname LIKE 'corredor_new_%'";
    assert_eq!(server.sql(staged), "0");
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
    let told = common::told(dir.path(), &["check"]);
    assert!(!told.contains("SuperSecreta"), "{told}");
    insta::assert_snapshot!(told);
    fs::write(&path, format!("{text}[publish.postgis]\nconnection = \"zones.gpkg\"\n")).unwrap();
    let told = common::told(dir.path(), &["check"]);
    assert!(told.contains("`zones.gpkg` is no PostgreSQL database"), "{told}");
}

#[test]
fn a_server_that_is_not_there_is_told() {
    let dir = tempfile::tempdir().unwrap();
    let folder = demo(dir.path(), "PG:dbname=gis host=127.0.0.1 port=1 user=ana", "");
    let output = corredor(&folder, &["build"]);
    let text = said(&output);
    assert!(text.starts_with("exit 1") && text.contains("PostgreSQL gis: cannot connect"), "{text}");
    assert!(!folder.join("published/current").exists());
}
