//! Formats and files of answers.

use std::fs;
use std::process::Stdio;

use gdal::vector::LayerAccess;

use super::ground::{command, demo, done, query, rows, said, table};

#[test]
fn formats_go_by_the_option_the_ending_or_the_pipe() {
    let dir = tempfile::tempdir().unwrap();
    table(dir.path(), "public", "1,1.5,=a\n2,,b\n");
    let ask = |more: &[&str]| {
        done(&query(dir.path(), &[more, &["-e", "SELECT name, n FROM x ORDER BY id"]].concat()))
    };
    assert_eq!(ask(&[]), "name,n\r\n'=a,1.5\r\nb,\r\n");
    assert_eq!(ask(&["--json"]), "[\n{\"name\":\"=a\",\"n\":1.5},\n{\"name\":\"b\",\"n\":null}\n]\n");
    assert_eq!(ask(&["--format", "ndjson"]), "{\"name\":\"=a\",\"n\":1.5}\n{\"name\":\"b\",\"n\":null}\n");
    assert!(ask(&["--format", "table"]).contains("│ =a     1.5 │"));
    assert_eq!(ask(&["--out", "answer.json"]), "");
    let text = fs::read_to_string(dir.path().join("answer.json")).unwrap();
    assert_eq!(text, ask(&["--json"]));
    let told = said(&query(dir.path(), &["-e", "SELECT 1", "--out", "answer.xyz"]));
    assert!(told.contains("its ending names no format") && told.contains(".gpkg"), "{told}");
    let rows = said(&query(dir.path(), &["-e", "SELECT * FROM x"]));
    assert!(rows.starts_with("exit 0\n2 rows; 0."), "{rows}");
    assert_eq!(said(&query(dir.path(), &["-q", "-e", "SELECT * FROM x"])), "exit 0\n");
}

#[test]
fn a_file_is_there_whole_or_as_it_was() {
    let dir = tempfile::tempdir().unwrap();
    table(dir.path(), "public", "1,1,a\n2,2,b\n");
    fs::write(dir.path().join("out.csv"), "before").unwrap();
    let output = query(dir.path(), &["-e", "SELECT CAST(name AS INT) FROM x", "--out", "out.csv"]);
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(fs::read_to_string(dir.path().join("out.csv")).unwrap(), "before");
    let names: Vec<String> = fs::read_dir(dir.path())
        .unwrap()
        .map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned())
        .filter(|name| name.starts_with(".corredor"))
        .collect();
    assert_eq!(names, [""; 0], "nothing is left behind");
}

#[test]
fn maps_are_read_by_gdal() {
    let dir = tempfile::tempdir().unwrap();
    let sql = "SELECT code, name, pop, risk, geom FROM hotspots WHERE risk_class = 'high' ORDER BY risk DESC";
    let count = rows(demo(), "SELECT count(*) FROM hotspots WHERE risk_class = 'high'");
    let count: u64 = count.lines().nth(1).unwrap().parse().unwrap();
    for ending in ["geojson", "gpkg", "parquet"] {
        let path = dir.path().join(format!("high.{ending}"));
        done(&query(demo(), &["-e", sql, "--out", &path.to_string_lossy()]));
        if ending == "parquet" {
            // Debian's GDAL is without Parquet: Corredor reads it itself.
            let sql = format!("SELECT count(*) FROM '{}'", path.display());
            let again = done(&query(demo(), &["--allow-path", &dir.path().to_string_lossy(), "-e", &sql]));
            assert_eq!(again.lines().nth(1).unwrap(), count.to_string());
            continue;
        }
        let dataset = gdal::Dataset::open(&path).unwrap();
        let mut layer = dataset.layer(0).unwrap();
        assert_eq!(layer.feature_count(), count, "{ending}");
        let first = layer.features().next().unwrap();
        assert!(first.geometry().unwrap().is_valid());
        assert_eq!(first.field_count(), 4);
    }
    let geojson: serde_json::Value =
        serde_json::from_slice(&fs::read(dir.path().join("high.geojson")).unwrap()).unwrap();
    let risk = |i: usize| geojson["features"][i]["properties"]["risk"].as_f64().unwrap();
    assert!(risk(0) >= risk(1), "the order is that of the query");
}

#[test]
fn a_reader_that_has_seen_enough_is_no_error() {
    let mut child =
        command(demo(), &["query", "-e", "SELECT a.code, b.code AS other FROM zones a CROSS JOIN zones b"])
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success(), "{}", said(&output));
}

#[test]
fn past_runs_and_files_are_tables() {
    let changed = "SELECT count(*) AS n FROM hotspots h JOIN hotspots@previous p ON p.code = h.code WHERE p.risk <> h.risk";
    let n: i64 = rows(demo(), changed).lines().nth(1).unwrap().parse().unwrap();
    assert!(n > 20, "{n} municipalities got other indicators");
    let all = rows(demo(), "SELECT count(*) FROM 'data/indicators.csv'");
    assert_eq!(all, rows(demo(), "SELECT count(*) FROM indicators"));
}

#[test]
fn files_that_the_readers_take_are_tables_and_others_say_which_are() {
    let dir = tempfile::tempdir().unwrap();
    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    std::io::Write::write_all(&mut packed, b"id,code\na,01\nb,7.10\n").unwrap();
    fs::write(dir.path().join("t.csv.gz"), packed.finish().unwrap()).unwrap();
    fs::write(dir.path().join("p.kml"), "<kml/>").unwrap();
    fs::write(dir.path().join("false.tsv.gz"), "id\na\n").unwrap();
    let told = rows(dir.path(), "SELECT code FROM 't.csv.gz' ORDER BY 1");
    assert_eq!(told.lines().collect::<Vec<_>>(), ["code", "01", "7.10"]);
    let refused = |sql: &str, words: &[&str]| {
        let told = said(&query(dir.path(), &["-e", sql]));
        assert!(words.iter().all(|word| told.contains(word)), "{told}");
    };
    refused("SELECT * FROM 'p.kml'", &["`p.kml` cannot be queried", ".gpkg", ".xlsx", ".csv"]);
    refused("SELECT * FROM 'none.kml'", &["there is no layer or file `none.kml`"]);
    refused("SELECT * FROM 'false.tsv.gz'", &["does not hold what its name says"]);
}

#[test]
fn hot_spots_in_sql_are_those_of_the_step() {
    let sql = "SELECT count(*) AS n, sum(CASE WHEN g.gi_bin IS DISTINCT FROM h.gi_bin THEN 1 ELSE 0 END) AS differ \
               FROM gi g JOIN hotspots('risk', 'risk') h ON g.code = h.code";
    let told = done(&query(demo(), &["-e", sql]));
    let counts = told.lines().nth(1).unwrap().split_once(',').unwrap();
    assert!(counts.0.parse::<u32>().unwrap() > 100 && counts.1 == "0", "{told}");
    let other =
        done(&query(demo(), &["-e", &sql.replace("'risk')", "'risk', 'queen', 999, 'permutation')")]));
    assert_ne!(other.lines().nth(1).unwrap().split_once(',').unwrap().1, "0", "{other}");
}
