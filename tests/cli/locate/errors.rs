//! What ends a run, as the real binary tells it.

use std::fs;
use std::path::Path;

use super::ground;
use crate::fixtures::told;

fn said(dir: &Path, arguments: &[&str]) -> String {
    let mut all = vec!["locate"];
    all.extend(arguments);
    all.extend(["zones.geojson", "--key", "code"]);
    told(dir, &all)
}

#[test]
fn inputs_that_do_not_serve() {
    let dir = tempfile::tempdir().unwrap();
    let events = ground::events(5);
    ground::zones(dir.path());
    let put = |name: &str, bytes: &[u8]| fs::write(dir.path().join(name), bytes).unwrap();
    put("p.csv", ground::csv(&events).as_bytes());
    put("names.csv", b"a,b,c\n1,2,3\n");
    put("twice.csv", b"lon,lat,lon\n1,2,3\n");
    put("cut.csv.gz", &ground::gzip(ground::csv(&events).as_bytes())[..40]);
    put("rubbish.parquet", b"PAR1 no PAR1");
    ground::parquet(&dir.path().join("p.parquet"), &ground::batch(&events), 3);
    let whole = fs::read(dir.path().join("p.parquet")).unwrap();
    let mut damaged = whole.clone();
    damaged[8..40].fill(0xff);
    put("damaged.parquet", &damaged);
    put("short.parquet", &whole[..whole.len() / 2]);
    fs::create_dir(dir.path().join("folder")).unwrap();
    ground::parquet(&dir.path().join("folder/a.parquet"), &ground::batch(&events), 3);
    let other = ground::batch(&events).project(&[0, 1]).unwrap();
    ground::parquet(&dir.path().join("folder/b.parquet"), &other, 3);
    let cases: &[&[&str]] = &[
        &["points.csv", "--out", "o.csv"],
        &["names.csv", "--out", "o.csv"],
        &["twice.csv", "--out", "o.csv"],
        &["cut.csv.gz", "--out", "o.csv"],
        &["rubbish.parquet", "--out", "o.csv"],
        &["short.parquet", "--out", "o.csv"],
        &["damaged.parquet", "--out", "o.csv"],
        &["folder", "--out", "o.csv"],
        &["zones.geojson", "--out", "o.csv"],
        &["p.csv", "--out", "o.csv", "--by", "sexo"],
        &["p.csv", "--out", "o.csv", "--sum", "count"],
        &["p.csv", "--out", "o.csv", "--lon", "lo", "--lat", "lat"],
        &["p.parquet", "--out", "o.csv", "--days", "people"],
        &["p.csv", "--out", "o.csv", "--crs", "EPSG:0"],
        &["p.csv", "--out", "o.csv", "--encoding", "klingon"],
    ];
    let told: Vec<String> =
        cases.iter().map(|c| format!("$ corredor locate {}\n{}", c.join(" "), said(dir.path(), c))).collect();
    assert!(told.iter().all(|t| t.contains("exit 1")), "{told:#?}");
    insta::assert_snapshot!(told.join("\n"));
    assert!(!dir.path().join("o.csv").exists());
}

#[test]
fn outputs_that_cannot_be() {
    let dir = tempfile::tempdir().unwrap();
    let events = ground::events(5);
    ground::zones(dir.path());
    fs::write(dir.path().join("p.csv"), ground::csv(&events)).unwrap();
    fs::write(dir.path().join("tagged.csv"), "lon,lat,code\n1,2,3\n").unwrap();
    fs::create_dir(dir.path().join("folder.csv")).unwrap();
    let cases: &[&[&str]] = &[
        &["p.csv", "--out", "o.xlsx"],
        &["p.csv", "--out", "o.csv.gz"],
        &["p.csv", "--out", "o.geojson", "--tag"],
        &["p.csv", "--out", "o.geojson", "--by", "sex"],
        &["p.csv", "--out", "nowhere/o.csv"],
        &["p.csv", "--out", "folder.csv"],
        &["tagged.csv", "--out", "o.csv", "--tag"],
        &["tagged.csv", "--out", "o.parquet", "--tag"],
        &["tagged.csv", "--out", "o.csv", "--by", "code"],
        &["p.csv", "--out", "o.csv", "--snap-km", "0"],
        &["p.csv", "--out", "o.csv", "--snap-km", "1000"],
        &["p.csv", "--out", "o.csv", "--tag", "--sum", "people"],
        &["p.csv", "--out", "o.csv", "--lon", "lon"],
        &["p.csv"],
    ];
    let told: Vec<String> =
        cases.iter().map(|c| format!("$ corredor locate {}\n{}", c.join(" "), said(dir.path(), c))).collect();
    insta::assert_snapshot!(told.join("\n"));
    let names: Vec<_> = fs::read_dir(dir.path()).unwrap().map(|e| e.unwrap().file_name()).collect();
    assert_eq!(names.len(), 4, "nothing is written, and nothing left behind: {names:?}");
}
