//! Memory, time, and Ctrl-C.

use std::fs;
use std::process::Stdio;
use std::time::{Duration, Instant};

use super::ground::{command, demo, done, query, said};

/// Rows by the hundred thousand from the little that a demo has.
const MANY: &str = "SELECT a.code AS a, b.code AS b, c.pop + a.pop * 7 + b.pop * 13 AS n, a.name || b.name || c.name AS name \
    FROM zones a CROSS JOIN zones b CROSS JOIN (SELECT * FROM zones LIMIT 20) c";

#[test]
fn what_needs_ten_times_the_memory_spills() {
    let dir = tempfile::tempdir().unwrap();
    let out = dir.path().join("sorted.csv");
    let sql = format!("{MANY} ORDER BY n, a, b, name");
    // 800,000 rows of some 60 bytes, sorted in 4 MB.
    let output = query(demo(), &["--memory", "4M", "-e", &sql, "--out", &out.to_string_lossy()]);
    done(&output);
    let text = fs::read_to_string(&out).unwrap();
    assert_eq!(text.lines().count(), 800_001);
    assert!(text.len() > 10 * 4_000_000, "{} bytes", text.len());
    let numbers: Vec<i64> = text
        .lines()
        .skip(1)
        .step_by(997)
        .map(|line| line.split(',').nth(2).unwrap().parse().unwrap())
        .collect();
    assert!(numbers.is_sorted());
}

#[test]
fn what_cannot_spill_ends_with_a_message() {
    let sql = format!("SELECT array_agg(name ORDER BY n) FROM ({MANY})");
    let output = query(demo(), &["--memory", "4M", "-e", &sql]);
    let told = said(&output);
    assert_eq!(output.status.code(), Some(1), "{told}");
    assert!(told.contains("needs more than the 4 MB of memory") && told.contains("--memory"), "{told}");
}

#[test]
fn a_query_ends_with_its_time() {
    let start = Instant::now();
    let sql = "SELECT count(*) FROM zones a CROSS JOIN zones b CROSS JOIN zones c CROSS JOIN zones d \
        WHERE a.pop + b.pop + c.pop + d.pop < 0";
    let output = query(demo(), &["--timeout", "1s", "-e", sql]);
    let told = said(&output);
    assert_eq!(output.status.code(), Some(1), "{told}");
    assert!(told.contains("was not done after 1 s") && told.contains("--timeout"), "{told}");
    assert!(start.elapsed() < Duration::from_secs(60), "{:?}", start.elapsed());
}

#[test]
fn an_interrupt_stops_it_and_leaves_no_file() {
    let dir = tempfile::tempdir().unwrap();
    let out = dir.path().join("out.csv");
    let sql = "SELECT a.code, b.code AS b, c.code AS c, d.code AS d FROM zones a CROSS JOIN zones b CROSS JOIN zones c CROSS JOIN zones d";
    let child = command(demo(), &["query", "-e", sql, "--out", &out.to_string_lossy()])
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // Rows are being written by the time that the file beside is there.
    let begun = || fs::read_dir(dir.path()).unwrap().next().is_some();
    let start = Instant::now();
    while !begun() && start.elapsed() < Duration::from_secs(120) {
        std::thread::sleep(Duration::from_millis(50));
    }
    let kill = std::process::Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap();
    assert!(kill.success());
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(130), "{}", said(&output));
    assert!(said(&output).contains("the query was stopped"));
    assert!(!begun(), "nothing is left");
}

#[test]
fn no_build_refuses_what_is_stale() {
    let dir = tempfile::tempdir().unwrap();
    done(&command(dir.path(), &["init", "--size", "60", "demo"]).output().unwrap());
    let folder = dir.path().join("demo");
    let refused = query(&folder, &["--no-build", "-e", "SELECT count(*) FROM hotspots"]);
    assert_eq!(refused.status.code(), Some(1));
    assert!(
        said(&refused).contains("--no-build") && said(&refused).contains("hotspots"),
        "{}",
        said(&refused)
    );
    assert_eq!(done(&query(&folder, &["-e", "SELECT count(*) AS n FROM hotspots"])), "n\r\n60\r\n");
    assert!(!folder.join("published").exists(), "nothing is published by asking");
}
