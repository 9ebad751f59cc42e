//! Queries that would take the machine: long values out of short ones, deep trees, plans that double.

use std::process::{Child, Stdio};
use std::time::{Duration, Instant};

use super::ground::{command, demo, done, query, said};

/// Bytes of memory that a process has taken at most.
fn peak(child: &Child) -> u64 {
    let text = std::fs::read_to_string(format!("/proc/{}/status", child.id())).unwrap_or_default();
    let line = text.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap_or("0 kB");
    line.trim().trim_end_matches(" kB").trim().parse::<u64>().unwrap_or(0) * 1024
}

/// Asks under a memory limit of 100 MB; what was said, and the most memory that was seen.
fn asked(sql: &str) -> (String, Option<i32>, u64) {
    let mut child = command(demo(), &["query", "--memory", "100M", "--timeout", "60s", "-e", sql])
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut most = 0;
    while child.try_wait().unwrap().is_none() {
        most = most.max(peak(&child));
        std::thread::sleep(Duration::from_millis(5));
    }
    let output = child.wait_with_output().unwrap();
    (said(&output), output.status.code(), most)
}

#[test]
fn no_function_takes_more_than_the_query_may() {
    for sql in [
        "SELECT length(repeat('x', 2000000000))",
        "SELECT length(repeat(name, 20000000)) FROM zones",
        "SELECT length(lpad('x', 2000000000, 'ab'))",
        "SELECT length(rpad(name, 100000000)) FROM zones",
        "SELECT length(replace(repeat('a', 60000), 'a', repeat('b', 60000)))",
        "SELECT length(regexp_replace(repeat('a', 60000), '', repeat('b', 60000), 'g'))",
        "SELECT array_length(array_repeat('x', 2000000000))",
        "SELECT array_length(range(0, 2000000000))",
        "SELECT count(*) FROM (SELECT unnest(generate_series(0, 4000000000)) AS n)",
        "SELECT array_length(array_resize([1], 2000000000, 0))",
        "SELECT length(array_to_string(range(0, 900), repeat('x', 60000)))",
        // Doubled thirty times, by the sign and by the function.
        &doubled("x || x"),
        &doubled("concat(x, x)"),
        "SELECT length(string_agg(repeat(name, 1000), ',')) FROM zones a CROSS JOIN (SELECT 1 FROM zones) b",
    ] {
        let start = Instant::now();
        let (told, code, most) = asked(sql);
        assert_eq!(code, Some(1), "{sql}: {told}");
        assert!(told.contains("needs more than the 100 MB of memory"), "{sql}: {told}");
        assert!(most < 1_500_000_000, "{sql}: {most} bytes");
        assert!(start.elapsed() < Duration::from_secs(60), "{sql}");
    }
}

fn doubled(by: &str) -> String {
    let parts = (1..30).map(|n| format!(", a{n} AS (SELECT {by} AS x FROM a{})", n - 1));
    format!(
        "WITH a0 AS (SELECT name AS x FROM zones){} SELECT max(length(x)) FROM a29",
        parts.collect::<String>()
    )
}

#[test]
fn short_values_are_what_they_were() {
    let sql = "SELECT repeat('ab', 3) AS a, lpad('7', 3, '0') AS b, rpad('7', 3, '.') AS c, 1 || 'a' AS d, \
               'a' || NULL AS e, replace('aXbX', 'X', '--') AS f, concat('a', NULL, 'b') AS g, \
               array_to_string(range(1, 4), ',') AS h, 'x' || true AS i";
    assert_eq!(
        done(&query(demo(), &["-e", sql])),
        "a,b,c,d,e,f,g,h,i\r\nababab,007,7..,1a,,a--b--,ab,\"1,2,3\",xtrue\r\n"
    );
    let names = "SELECT name || ' (' || state || ')' AS n FROM zones ORDER BY code LIMIT 1";
    assert!(done(&query(demo(), &["-e", names])).contains(" ("));
}

#[test]
fn deep_trees_end_with_a_message() {
    let terms = |n: usize| format!("SELECT 1{} AS n", "+1".repeat(n - 1));
    assert_eq!(done(&query(demo(), &["-e", &terms(1_900)])), "n\r\n1900\r\n");
    let chains = [
        terms(2_500),
        terms(100_000),
        format!("SELECT {}1{}", "(".repeat(60_000), ")".repeat(60_000)),
        format!("SELECT {}true", "NOT ".repeat(60_000)),
        format!("SELECT {}1", "- ".repeat(60_000)),
        format!("SELECT {}1{}", "CASE WHEN true THEN ".repeat(20_000), " END".repeat(20_000)),
        format!("SELECT 1{}", " UNION SELECT 1".repeat(30_000)),
        format!("SELECT 1 FROM zones WHERE {}true", "pop = 1 OR ".repeat(30_000)),
        format!("SELECT 1{}", "::INT".repeat(60_000)),
        format!("SELECT {}1", "INTERVAL ".repeat(60_000)),
        format!("SELECT 1 FROM zones{}", ", zones".repeat(20_000)),
        format!("SELECT 1 FROM zones{}", " CROSS JOIN zones".repeat(20_000)),
    ];
    for sql in chains {
        let start = Instant::now();
        let output = piped(&sql);
        let told = said(&output);
        let head = &sql[..40];
        assert_eq!(output.status.code(), Some(1), "{head}: {}", &told[..told.len().min(500)]);
        assert!(
            told.contains("too deep") || told.contains("tables"),
            "{head}: {}",
            &told[..told.len().min(500)]
        );
        assert!(start.elapsed() < Duration::from_secs(30), "{head}");
    }
    // What is wide is no trouble.
    let wide = format!("SELECT count(*) AS n FROM zones WHERE code IN ({}'x')", "'a',".repeat(20_000));
    assert_eq!(done(&piped(&wide)), "n\r\n0\r\n");
}

/// A statement longer than a command line may be.
fn piped(sql: &str) -> std::process::Output {
    super::ground::piped(demo(), &[], &format!("{sql};"))
}

#[test]
fn parts_that_double_are_refused_and_time_holds_while_planning() {
    let mut parts = vec!["a0 AS (SELECT code FROM zones)".to_owned()];
    for n in 1..30 {
        parts.push(format!("a{n} AS (SELECT x.code FROM a{0} x JOIN a{0} y ON x.code = y.code)", n - 1));
    }
    let sql = format!("WITH {} SELECT count(*) FROM a29", parts.join(", "));
    let output = query(demo(), &["-e", &sql]);
    assert!(output.status.code() == Some(1) && said(&output).contains("tables"), "{}", said(&output));
    // Two hundred joins of one another take long to plan.
    let mut from = "zones t0".to_owned();
    for n in 1..200 {
        from.push_str(&format!(" JOIN zones t{n} ON t{n}.code = t{}.code", n - 1));
    }
    let start = Instant::now();
    let sql = format!("SELECT count(*) FROM {from}");
    let output = query(demo(), &["--timeout", "100ms", "-e", &sql]);
    assert!(start.elapsed() < Duration::from_secs(30), "{:?}", start.elapsed());
    assert!(said(&output).contains("was not done after 0.1 s"), "{}", said(&output));
}
