//! Points with the keys of their zones.

use std::collections::BTreeSet;
use std::fs;
use std::io::Read;

use super::ground::{self, csv, events, keys, read_parquet, run, text, texts};

#[test]
fn rows_of_text_stay_as_they_are() {
    let dir = tempfile::tempdir().unwrap();
    let zones = ground::zones(dir.path());
    let table = "name;lon;lat\r\n\"a;\"\"b\"\"\r\nc\";-99.5;18.5\r\n  =x ;-99.5000;1.85e1\r\n\r\nlast;7;7";
    fs::write(dir.path().join("p.csv"), table).unwrap();
    let found = text(dir.path(), &["p.csv", &zones, "--tag"], "out.csv");
    assert_eq!(
        found,
        "name;lon;lat;code\r\n\"a;\"\"b\"\"\r\nc\";-99.5;18.5;30\r\n  =x ;-99.5000;1.85e1;30\r\nlast;7;7;\r\n"
    );
}

#[test]
fn keys_are_those_of_points_one_by_one_in_every_form() {
    let dir = tempfile::tempdir().unwrap();
    let zones = ground::zones(dir.path());
    // More than two slices and blocks.
    let events = events(300_000);
    let expected = keys(&zones, events.iter().map(|e| (e.lon, e.lat)));
    let expected: Vec<&str> = expected.iter().map(|k| k.as_deref().unwrap_or("")).collect();
    let last = |text: &str| {
        text.lines().skip(1).map(|l| l.rsplit(',').next().unwrap().to_owned()).collect::<Vec<_>>()
    };
    let plain = csv(&events);
    fs::write(dir.path().join("p.csv"), &plain).unwrap();
    ground::parquet(&dir.path().join("p.parquet"), &ground::batch(&events), 1 << 20);
    ground::gdal(&dir.path().join("p.fgb"), "FlatGeobuf", 4326, &events[..70_000]);

    let tagged = text(dir.path(), &["p.csv", &zones, "--tag"], "out.csv");
    assert_eq!(last(&tagged), expected);
    let untagged: Vec<&str> = tagged.lines().map(|line| line.rsplit_once(',').unwrap().0).collect();
    assert_eq!(untagged, plain.lines().collect::<Vec<_>>());

    let from_parquet = text(dir.path(), &["p.parquet", &zones, "--tag"], "out.csv");
    assert_eq!(last(&from_parquet), expected);
    let tidy = |text: &str| text.replace("\r\n", "\n").replace(".0,", ",");
    assert_eq!(tidy(&from_parquet), tidy(&tagged));

    for (source, rows) in [("p.csv", 300_000), ("p.parquet", 300_000)] {
        run(dir.path(), &[source, &zones, "--tag"], "out.parquet");
        let table = read_parquet(&dir.path().join("out.parquet"));
        assert_eq!(table.num_rows(), rows);
        let found: Vec<String> = texts(&table, "code").into_iter().map(Option::unwrap_or_default).collect();
        assert_eq!(found, expected, "{source}");
        assert_eq!(
            table.column_by_name("lon").unwrap(),
            ground::batch(&events).column_by_name("lon").unwrap()
        );
    }

    // FlatGeobuf sorts its features in space, so that places tell which point a row is.
    let from_gdal = text(dir.path(), &["p.fgb", &zones, "--tag"], "out.csv");
    assert!(from_gdal.starts_with("sex,people,date,lon,lat,code\r\n"));
    let places: Vec<(f64, f64)> = from_gdal
        .lines()
        .skip(1)
        .map(|line| {
            let cells: Vec<&str> = line.split(',').collect();
            (cells[3].parse().unwrap(), cells[4].parse().unwrap())
        })
        .collect();
    assert_eq!(places.len(), 70_000);
    let of_places = keys(&zones, places).into_iter().map(Option::unwrap_or_default).collect::<Vec<_>>();
    assert_eq!(last(&from_gdal), of_places);
}

#[test]
fn threads_change_nothing_and_compressed_text_is_the_same_text() {
    let dir = tempfile::tempdir().unwrap();
    let zones = ground::zones(dir.path());
    let events = events(200_000);
    fs::write(dir.path().join("p.csv"), csv(&events)).unwrap();
    ground::parquet(&dir.path().join("p.parquet"), &ground::batch(&events), 60_000);
    let plain = run(dir.path(), &["p.csv", &zones, "--tag"], "out.csv").0;
    for (source, out) in [
        ("p.csv", "out.csv"),
        ("p.csv", "out.csv.gz"),
        ("p.csv", "out.csv.zst"),
        ("p.csv", "out.parquet"),
        ("p.parquet", "out.parquet"),
        ("p.parquet", "out.csv"),
    ] {
        let of = |threads: &str| run(dir.path(), &[source, &zones, "--tag", "--threads", threads], out).0;
        let seen: BTreeSet<Vec<u8>> = ["1", "2", "5"].into_iter().map(of).collect();
        assert_eq!(seen.len(), 1, "{source} {out}");
        let bytes = seen.first().unwrap();
        let mut text = Vec::new();
        match out {
            "out.csv.gz" => {
                flate2::read::MultiGzDecoder::new(&bytes[..]).read_to_end(&mut text).unwrap();
            }
            "out.csv.zst" => text = zstd::decode_all(&bytes[..]).unwrap(),
            _ => continue,
        }
        assert!(text == plain, "{out}");
    }
}

#[test]
fn snapped_points_say_how_far() {
    let dir = tempfile::tempdir().unwrap();
    let zones = ground::zones(dir.path());
    // West of zone 30 by about 0.5 and 5 km, in the hole beside 11 (by the smallest key of equals) and inside.
    let table = "lon,lat\n-100.005,18.5\n-100.05,18.5\n-98.0001,19.5\n-99.5,18.5\nx,18.5\n";
    fs::write(dir.path().join("p.csv"), table).unwrap();
    let tagged = text(dir.path(), &["p.csv", &zones, "--tag", "--snap-km", "2"], "out.csv");
    let rows: Vec<&str> = tagged.lines().collect();
    assert_eq!(rows[0], "lon,lat,code,snap_km");
    let km = |row: &str| row.rsplit(',').next().unwrap().parse::<f64>().unwrap();
    assert!(
        rows[1].starts_with("-100.005,18.5,30,0.52") && (km(rows[1]) - 0.528).abs() < 1e-3,
        "{}",
        rows[1]
    );
    assert_eq!(rows[2], "-100.05,18.5,,");
    assert!(rows[3].starts_with("-98.0001,19.5,11,0.0104"), "{}", rows[3]);
    assert_eq!(rows[4], "-99.5,18.5,30,");
    assert_eq!(rows[5], "x,18.5,,");
    let (counted, said) = run(dir.path(), &["p.csv", &zones, "--snap-km", "2"], "counts.csv");
    let counted = String::from_utf8(counted).unwrap();
    assert!(counted.starts_with("code,count,snapped\r\n"));
    assert!(
        counted.contains("\r\n30,2,1\r\n")
            && counted.contains("\r\n11,1,1\r\n")
            && counted.ends_with("\r\n,1,0\r\n")
    );
    assert!(said.contains("3 in zones (2 of them snapped), 1 outside"), "{said}");
    run(dir.path(), &["p.csv", &zones, "--tag", "--snap-km", "2"], "out.parquet");
    let table = read_parquet(&dir.path().join("out.parquet"));
    let parquet: Vec<Option<f64>> =
        texts(&table, "snap_km").iter().map(|t| t.as_ref().map(|t| t.parse().unwrap())).collect();
    assert_eq!(parquet, [Some(km(rows[1])), None, Some(km(rows[3])), None, None]);
    // Grouped counts say it too.
    fs::write(dir.path().join("g.csv"), table_of_groups()).unwrap();
    let grouped = text(dir.path(), &["g.csv", &zones, "--by", "sex", "--snap-km", "2"], "counts.csv");
    assert_eq!(grouped, "code,sex,count,snapped\r\n30,f,1,1\r\n30,m,2,1\r\n");
}

fn table_of_groups() -> &'static str {
    "lon,lat,sex\n-100.005,18.5,f\n-99.5,18.5,m\n-100.005,18.6,m\n"
}
