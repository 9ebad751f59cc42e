//! Rows that cannot be used.

use std::fs;
use std::path::Path;
use std::sync::Arc;

use arrow_array::{ArrayRef, Float64Array, RecordBatch, StringArray};

use super::ground::{self, run, text};
use crate::fixtures::told;

const TABLE: &str = "lon,lat,n,date\n\
    -99.5,18.5,1,2024-01-01\n\
    ,18.5,1,2024-01-01\n\
    -99.5,abc,1,2024-01-01\n\
    18.5,-99.5,1,2024-01-01\n\
    \n\
    -99.5,18.5\n\
    -99.5,18.5,many,2024-01-01\n\
    -99.5,18.5,,\n\
    -99.5,18.5,1,2024-13-01\n\
    -99.5,18.5,1,2024-01-02T10:00:00Z\n\
    1e9,18.5,1,2024-01-01\n\
    -99.5,18.5,1,2024-01-01\n\
    -99.5,18.5,1,2024-01-01\n\
    -99.5,18.5,1,2024-01-01\n\
    -99.5,18.5,1,2024-01-01\n\
    -99.5,18.5,1,2024-01-01\n\
    -99.5,18.5,1,2024-01-01\n\
    -99.5,18.5,1,20";

/// What was told, without what differs from run to run.
fn steady(said: &str) -> String {
    said.lines().filter(|line| !line.contains(" rows written; ")).collect::<Vec<_>>().join("\n")
}

fn write(dir: &Path) -> String {
    fs::write(dir.join("p.csv"), TABLE).unwrap();
    ground::zones(dir)
}

#[test]
fn lines_are_counted_and_told() {
    let dir = tempfile::tempdir().unwrap();
    let zones = write(dir.path());
    let (counts, said) = run(dir.path(), &["p.csv", &zones, "--sum", "n", "--days", "date"], "counts.csv");
    insta::assert_snapshot!(steady(&said));
    let counts = String::from_utf8(counts).unwrap();
    assert!(counts.contains("\r\n30,9,8.0,2\r\n"), "{counts}");
    let spanish =
        told(dir.path(), &["locate", "p.csv", &zones, "--key", "code", "--out", "c.csv", "--lang", "es"]);
    insta::assert_snapshot!(
        spanish.lines().filter(|l| !l.contains("filas escritas; ")).collect::<Vec<_>>().join("\n")
    );
}

#[test]
fn quoted_rows_have_the_same_lines() {
    let dir = tempfile::tempdir().unwrap();
    let zones = write(dir.path());
    let plain = run(dir.path(), &["p.csv", &zones], "counts.csv");
    // Quotes send the whole block through the other parser.
    fs::write(dir.path().join("p.csv"), TABLE.replacen("2024-01-01", "\"2024-01-01\"", 1)).unwrap();
    let quoted = run(dir.path(), &["p.csv", &zones], "counts.csv");
    assert_eq!((plain.0, steady(&plain.1)), (quoted.0, steady(&quoted.1)));
}

#[test]
fn a_line_far_into_the_file_has_its_number() {
    let dir = tempfile::tempdir().unwrap();
    let zones = ground::zones(dir.path());
    let mut table = "lon,lat,note\n".to_owned();
    for line in 2..=300_000 {
        table += match line {
            250_000 => "-99.5,?,plain\n",
            270_000 => "-99.5,18.5,\"two\n",
            270_001 => "lines\"\n",
            280_000 => "-99.5,?,after quotes\n",
            _ => "-99.5,18.5,some words to make it long\n",
        };
    }
    fs::write(dir.path().join("p.csv"), table).unwrap();
    for threads in ["1", "3"] {
        let said = run(dir.path(), &["p.csv", &zones, "--threads", threads], "counts.csv").1;
        assert!(
            said.contains(
                "\n    line 250000: unreadable `lat`: `?` is not a number of degrees\n    line 280000: "
            ),
            "{said}"
        );
        assert!(said.contains("299998 points"), "{said}");
    }
}

#[test]
fn rows_of_parquet_are_numbered() {
    let dir = tempfile::tempdir().unwrap();
    let zones = ground::zones(dir.path());
    let lon = (0..5_000).map(|i| match i {
        2_999 => None,
        3_500 => Some(f64::NAN),
        4_000 => Some(-999.0),
        _ => Some(-99.5),
    });
    let columns: [(&str, ArrayRef); 3] = [
        ("lon", Arc::new(lon.collect::<Float64Array>())),
        ("lat", Arc::new(Float64Array::from(vec![18.5; 5_000]))),
        (
            "n",
            Arc::new((0..5_000).map(|i| (i != 10).then_some("1").or(Some("one"))).collect::<StringArray>()),
        ),
    ];
    let batch = RecordBatch::try_from_iter(columns).unwrap();
    ground::parquet(&dir.path().join("p.parquet"), &batch, 700);
    let (counts, said) = run(dir.path(), &["p.parquet", &zones, "--sum", "n"], "counts.csv");
    insta::assert_snapshot!(steady(&said));
    assert!(String::from_utf8(counts).unwrap().contains("\r\n30,4996,4996.0\r\n"));
    // Tagged, the rows stay, without a zone.
    let tagged = text(dir.path(), &["p.parquet", &zones, "--tag"], "out.csv");
    assert_eq!(tagged.lines().filter(|line| line.ends_with(",30")).count(), 4_997);
    assert_eq!(tagged.lines().nth(4_001).unwrap(), "-999.0,18.5,1,");
}

#[test]
fn tagged_text_keeps_what_can_be_taken_apart() {
    let dir = tempfile::tempdir().unwrap();
    let zones = write(dir.path());
    let (tagged, said) = run(dir.path(), &["p.csv", &zones, "--tag"], "out.csv");
    insta::assert_snapshot!(String::from_utf8(tagged).unwrap());
    assert!(said.contains("5 bad rows; 1 are not in the output"), "{said}");
}

#[test]
fn strict_writes_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let zones = write(dir.path());
    fs::write(dir.path().join("out.csv"), "as it was").unwrap();
    for mode in [&["--sum", "n"][..], &["--tag"]] {
        let mut arguments = vec!["locate", "p.csv", &zones, "--key", "code", "--strict", "--out", "out.csv"];
        arguments.extend(mode);
        let said = told(dir.path(), &arguments);
        assert!(said.starts_with("exit 3\n"), "{said}");
        assert!(said.contains("nothing was written") && said.contains("line 4: "), "{said}");
    }
    assert_eq!(fs::read_to_string(dir.path().join("out.csv")).unwrap(), "as it was");
    let names: Vec<_> = fs::read_dir(dir.path()).unwrap().map(|e| e.unwrap().file_name()).collect();
    assert_eq!(names.len(), 3, "{names:?}");
    // Without a bad row it writes.
    fs::write(dir.path().join("p.csv"), "lon,lat\n-99.5,18.5\n").unwrap();
    let counts = text(dir.path(), &["p.csv", &zones, "--strict"], "out.csv");
    assert!(counts.contains("\r\n30,1\r\n"));
}
