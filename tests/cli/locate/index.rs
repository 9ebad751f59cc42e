//! Indices that are kept in a file.

use std::fs;

use super::ground::{self, csv, events, run};
use crate::fixtures::told;

#[test]
fn a_kept_index_gives_the_same_answers() {
    let dir = tempfile::tempdir().unwrap();
    let zones = ground::zones(dir.path());
    fs::write(dir.path().join("p.csv"), csv(&events(5_000))).unwrap();
    for more in [&[][..], &["--tag"], &["--snap-km", "30"]] {
        let with = |index: &[&'static str]| {
            run(dir.path(), &[&["p.csv", &zones][..], more, index].concat(), "out.csv")
        };
        let (plain, _) = with(&[]);
        let _ = fs::remove_file(dir.path().join("zones.index"));
        let (written, said) = with(&["--index", "zones.index"]);
        assert!(said.contains("(index saved "), "{said}");
        let (mapped, said) = with(&["--index", "zones.index"]);
        assert!(said.contains("(index from file "), "{said}");
        assert!(plain == written && plain == mapped, "{more:?}");
    }
    let (_, said) = run(dir.path(), &["p.csv", &zones, "--index", "zones.index"], "map.geojson");
    assert!(said.contains("(index from file "), "{said}");
}

#[test]
fn an_index_of_other_zones_or_a_damaged_one_is_refused_and_left() {
    let dir = tempfile::tempdir().unwrap();
    ground::zones(dir.path());
    let put = |name: &str, bytes: &[u8]| fs::write(dir.path().join(name), bytes).unwrap();
    put("p.csv", csv(&events(5)).as_bytes());
    let locate = |arguments: &[&str]| {
        let index = ["locate", "p.csv"];
        told(dir.path(), &[&index, arguments, &["--out", "o.csv", "--index", "zones.index"]].concat())
    };
    let first = locate(&["zones.geojson", "--key", "code"]);
    assert!(first.contains("index saved"), "{first}");
    let whole = fs::read(dir.path().join("zones.index")).unwrap();
    let zones = fs::read_to_string(dir.path().join("zones.geojson")).unwrap();
    put("other.geojson", zones.replacen("-100", "-100.5", 1).as_bytes());
    put("foreign", b"something else");
    let mut told = vec![locate(&["other.geojson", "--key", "code"])];
    let mut flipped = whole.clone();
    flipped[whole.len() / 2] ^= 1;
    for bytes in
        [&flipped, &whole[..whole.len() - 64], b"something else, and long enough for a head".as_slice()]
    {
        put("zones.index", bytes);
        told.push(locate(&["zones.geojson", "--key", "code"]));
        assert!(fs::read(dir.path().join("zones.index")).unwrap() == bytes, "left as it is");
    }
    told.push(locate(&[".", "--key", "code"]));
    insta::assert_snapshot!(told.join("\n"));
}
