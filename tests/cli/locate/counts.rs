//! Counts, sums and days.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;

use super::ground::{self, Event, csv, events, gzip, keys, read_parquet, run, text};

/// Zone (none last) and group to count, people in tenths if any, and days.
type Expected = BTreeMap<(bool, Option<String>, Option<&'static str>), (u64, Option<i64>, BTreeSet<String>)>;

fn expected(zones: &str, events: &[Event], grouped: bool) -> Expected {
    let mut all = Expected::new();
    let found = keys(zones, events.iter().map(|e| (e.lon, e.lat)));
    for (event, key) in events.iter().zip(found) {
        let cell = all.entry((key.is_none(), key, event.sex.filter(|_| grouped))).or_default();
        cell.0 += 1;
        if let Some(people) = event.people {
            *cell.1.get_or_insert(0) += (people * 10.0).round() as i64;
        }
        cell.2.insert(event.date.clone());
    }
    all
}

#[test]
fn counts_are_those_of_points_one_by_one() {
    let dir = tempfile::tempdir().unwrap();
    let zones = ground::zones(dir.path());
    let events = events(20_000);
    fs::write(dir.path().join("p.csv"), csv(&events)).unwrap();
    let said = run(dir.path(), &["p.csv", &zones], "counts.csv").1;
    let mut lines = vec!["code,count".to_owned()];
    let expected = expected(&zones, &events, false);
    let count = |key: Option<String>| expected.get(&(key.is_none(), key, None)).map_or(0, |cell| cell.0);
    for i in 0..4 {
        for j in (0..4).filter(|&j| (3 - i, j) != (1, 1)) {
            lines.push(format!("{i}{j},{}", count(Some(format!("{i}{j}")))));
        }
    }
    lines.push(format!(",{}\r\n", count(None)));
    assert_eq!(fs::read_to_string(dir.path().join("counts.csv")).unwrap(), lines.join("\r\n"));
    let outside = count(None);
    let inside = 20_000 - outside;
    assert!(
        said.starts_with(&format!("20000 points (lon, lat): {inside} in zones, {outside} outside\n")),
        "{said}"
    );
    assert!(outside > 5_000 && inside > 5_000);
}

#[test]
fn groups_sums_and_days() {
    let dir = tempfile::tempdir().unwrap();
    let zones = ground::zones(dir.path());
    let events = events(30_000);
    fs::write(dir.path().join("p.csv"), csv(&events)).unwrap();
    let arguments = ["p.csv", &zones, "--by", "sex", "--sum", "people", "--days", "date"];
    let found = text(dir.path(), &arguments, "counts.csv");
    let mut lines = vec!["code,sex,count,sum_people,days".to_owned()];
    for ((_, key, sex), (count, tenths, days)) in expected(&zones, &events, true) {
        let (key, sex, days) = (key.unwrap_or_default(), sex.unwrap_or_default(), days.len());
        // Tenths as doubles add up to the double nearest to the sum of those doubles, here of the tenths.
        lines.push(format!("{key},{sex},{count},{:?},{days}", tenths.unwrap() as f64 / 10.0));
    }
    assert_eq!(found.trim_end().lines().collect::<Vec<_>>().len(), 46 + 3);
    for (found, expected) in found.lines().zip(&lines) {
        let (found, expected): (Vec<&str>, Vec<&str>) =
            (found.split(',').collect(), expected.split(',').collect());
        assert_eq!((&found[..3], found[4]), (&expected[..3], expected[4]));
        if let Ok(sum) = expected[3].parse::<f64>() {
            assert!((found[3].parse::<f64>().unwrap() - sum).abs() < 1e-9);
        }
    }
    assert_eq!(found.lines().count(), lines.len());
}

#[test]
fn every_form_gives_the_same_bytes() {
    let dir = tempfile::tempdir().unwrap();
    let zones = ground::zones(dir.path());
    let events = events(7_001);
    let plain = csv(&events);
    let semicolons = plain.replace(',', ";");
    let quoted =
        plain.lines().map(|l| format!("\"{}\"", l.replace(',', "\",\""))).collect::<Vec<_>>().join("\r\n");
    let put = |name: &str, bytes: &[u8]| fs::write(dir.path().join(name), bytes).unwrap();
    put("p.csv", plain.as_bytes());
    put("p.csv.gz", &gzip(plain.as_bytes()));
    put("p.csv.zst", &zstd::encode_all(plain.as_bytes(), 1).unwrap());
    put("semicolons.csv", semicolons.as_bytes());
    put("tabs.tsv", plain.replace(',', "\t").as_bytes());
    put("quoted.csv", quoted.as_bytes());
    let utf16: Vec<u8> = plain.encode_utf16().flat_map(u16::to_le_bytes).collect();
    put("utf16.csv", &[vec![0xff, 0xfe], utf16].concat());
    let batch = ground::batch(&events);
    ground::parquet(&dir.path().join("p.parquet"), &batch, 1_000);
    ground::parquet(&dir.path().join("whole.parquet"), &batch, 1 << 20);
    fs::create_dir(dir.path().join("folder")).unwrap();
    ground::parquet(&dir.path().join("folder/b.parquet"), &batch.slice(3_000, 4_001), 1_000);
    ground::parquet(&dir.path().join("folder/a.parquet"), &batch.slice(0, 3_000), 1_000);
    ground::gdal(&dir.path().join("p.gpkg"), "GPKG", 4326, &events);
    ground::gdal(&dir.path().join("p.fgb"), "FlatGeobuf", 4326, &events);
    let arguments = |source: &str| -> Vec<String> {
        [source, &zones, "--by", "sex", "--sum", "people", "--days", "date"].map(str::to_owned).into()
    };
    let of = |source: &str, threads: &str| {
        let arguments = arguments(source);
        let mut arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
        arguments.extend(["--threads", threads]);
        text(dir.path(), &arguments, "counts.csv")
    };
    let expected = of("p.csv", "1");
    assert_eq!(expected.lines().count(), 49);
    for source in [
        "p.csv.gz",
        "p.csv.zst",
        "semicolons.csv",
        "tabs.tsv",
        "quoted.csv",
        "utf16.csv",
        "p.parquet",
        "whole.parquet",
        "folder",
        "p.gpkg",
        "p.fgb",
    ] {
        assert_eq!(of(source, "2"), expected, "{source}");
    }
}

#[test]
fn threads_blocks_and_slices_change_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let zones = ground::zones(dir.path());
    // More than one slice of a row group, and several blocks of text.
    let few = events(1 << 16);
    let many: Vec<Event> = few.iter().cycle().take((1 << 20) + 70_001).cloned().collect();
    let batch = ground::batch(&many);
    ground::parquet(&dir.path().join("slices.parquet"), &batch, 1 << 30);
    ground::parquet(&dir.path().join("groups.parquet"), &batch, 99_999);
    fs::write(dir.path().join("p.csv"), csv(&many)).unwrap();
    let mut seen = BTreeSet::new();
    for (source, threads) in [
        ("slices.parquet", "1"),
        ("slices.parquet", "3"),
        ("groups.parquet", "2"),
        ("groups.parquet", "5"),
        ("p.csv", "1"),
        ("p.csv", "4"),
    ] {
        let arguments =
            [source, &zones, "--by", "sex", "--sum", "people", "--days", "date", "--threads", threads];
        seen.insert(text(dir.path(), &arguments, "counts.csv"));
    }
    assert_eq!(seen.len(), 1);
    let total: u64 = seen
        .first()
        .unwrap()
        .lines()
        .skip(1)
        .map(|l| l.split(',').nth(2).unwrap().parse::<u64>().unwrap())
        .sum();
    assert_eq!(total, many.len() as u64);
}

#[test]
fn counts_as_parquet_and_as_a_map() {
    let dir = tempfile::tempdir().unwrap();
    let zones = ground::zones(dir.path());
    fs::write(dir.path().join("p.csv"), csv(&events(5_000))).unwrap();
    let arguments = ["p.csv", &zones, "--sum", "people", "--as", "zone"];
    let rows = text(dir.path(), &arguments, "counts.csv");
    run(dir.path(), &arguments, "counts.parquet");
    let table = read_parquet(&dir.path().join("counts.parquet"));
    assert_eq!(table.num_rows(), 16);
    let keys = ground::texts(&table, "zone");
    assert_eq!((keys[0].as_deref(), keys[15].as_deref()), (Some("00"), None));
    let counts: Vec<String> =
        rows.lines().skip(1).map(|line| line.split(',').nth(1).unwrap().to_owned()).collect();
    assert_eq!(ground::integers(&table, "count").iter().map(i64::to_string).collect::<Vec<_>>(), counts);
    run(dir.path(), &arguments, "counts.geojson");
    let map: serde_json::Value =
        serde_json::from_slice(&fs::read(dir.path().join("counts.geojson")).unwrap()).unwrap();
    let features = map["features"].as_array().unwrap();
    assert_eq!(features.len(), 15, "what is outside has no place on the map");
    assert_eq!(features[0]["properties"]["count"].to_string(), counts[0]);
    assert_eq!(features[0]["geometry"]["type"], "MultiPolygon");
}

#[test]
fn an_input_without_rows_has_a_zero_for_every_zone() {
    let dir = tempfile::tempdir().unwrap();
    let zones = ground::zones(dir.path());
    fs::write(dir.path().join("p.csv"), "lon,lat,people\n").unwrap();
    ground::parquet(&dir.path().join("p.parquet"), &ground::batch(&[]), 10);
    for source in ["p.csv", "p.parquet"] {
        let found = text(dir.path(), &[source, &zones, "--sum", "people"], "counts.csv");
        assert_eq!(found.lines().count(), 17);
        assert!(found.lines().skip(1).all(|line| line.ends_with(",0,")), "{found}");
    }
}

#[test]
fn the_summary_as_json() {
    let dir = tempfile::tempdir().unwrap();
    let zones = ground::zones(dir.path());
    fs::write(dir.path().join("p.csv"), "x,y\n-99.5,18.5\nhere,18.5\n-90,18.5\n").unwrap();
    let output = crate::fixtures::corredor(
        dir.path(),
        &["locate", "p.csv", &zones, "--key", "code", "--out", "counts.csv", "--json"],
    );
    assert!(output.status.success() && output.stderr.is_empty());
    let mut report: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    for seconds in ["seconds", "index_seconds"] {
        assert!(report[seconds].take().is_number());
    }
    insta::assert_snapshot!(serde_json::to_string_pretty(&report).unwrap());
}

#[test]
fn overlapping_zones_are_told() {
    let dir = tempfile::tempdir().unwrap();
    let square = |key: &str, west: f64| {
        let (e, w) = (west + 1.0, west);
        format!(
            r#"{{"type":"Feature","properties":{{"code":"{key}"}},"geometry":{{"type":"Polygon","coordinates":[[[{w},0],[{e},0],[{e},1],[{w},1],[{w},0]]]}}}}"#
        )
    };
    let features = [square("a", 0.0), square("b", 0.9), square("c", 1.9)].join(",");
    let zones = format!(r#"{{"type":"FeatureCollection","features":[{features}]}}"#);
    fs::write(dir.path().join("z.geojson"), zones).unwrap();
    fs::write(dir.path().join("p.csv"), "lon,lat\n0.95,0.5\n1.5,0.5\n").unwrap();
    let (counts, said) = run(dir.path(), &["p.csv", "z.geojson"], "counts.csv");
    assert!(
        said.starts_with(
            "  warning: zones: 1 pair of zones overlaps, 1231 km² in all; a place in several belongs to the smallest key (a+b)\n"
        ),
        "{said}"
    );
    assert_eq!(String::from_utf8(counts).unwrap(), "code,count\r\na,1\r\nb,1\r\nc,0\r\n,0\r\n");
    let strict = crate::fixtures::told(
        dir.path(),
        &["locate", "p.csv", "z.geojson", "--key", "code", "--out", "strict.csv", "--strict"],
    );
    assert!(strict.contains("exit 3") && !dir.path().join("strict.csv").exists(), "{strict}");
}
