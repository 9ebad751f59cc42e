//! Files as servers, offices and programs give them.

use super::{build, case, fixtures, make, table};

#[test]
fn an_undefined_system_is_none() {
    let Some(case) = case("18-undefined-crs") else { return };
    make(case.path());
    for folder in ["degrees-0", "degrees-1", "metres-0", "metres-1"] {
        let told = build(&case.path().join(folder));
        assert!(told.starts_with("exit 1"), "{folder}: {told}");
        assert!(told.contains("does not state its coordinate reference system"), "{folder}: {told}");
        assert!(told.contains("crs = "), "{folder}: {told}");
    }
    // Stated, it is read.
    let folder = case.path().join("degrees-0");
    let layer = folder.join("layers/zones.toml");
    let text = std::fs::read_to_string(&layer).unwrap();
    std::fs::write(&layer, format!("{text}crs = \"EPSG:4326\"\n")).unwrap();
    assert!(build(&folder).starts_with("exit 0"));
}

#[test]
fn json_as_servers_give_it() {
    let Some(case) = case("23-other-json-dialects") else { return };
    for folder in ["ndjson-as-geojson", "rs"] {
        let folder = case.path().join(folder);
        let told = build(&folder);
        assert!(told.starts_with("exit 0"), "{told}");
        assert_eq!(table(&folder, "zones.csv").len(), 2);
    }
    let told = build(&case.path().join("topojson"));
    assert!(told.starts_with("exit 1") && told.contains("crs = "), "{told}");
    let folder = case.path().join("exceeded");
    let told = build(&folder);
    assert!(told.starts_with("exit 0") && told.contains("exceededTransferLimit"), "{told}");
    let strict = fixtures::told(&folder, &["build", "--strict", "--force"]);
    assert!(strict.starts_with("exit 3"), "{strict}");
    let seen = fixtures::corredor(&folder, &["inspect", "data/zones.geojson"]);
    assert!(String::from_utf8_lossy(&seen.stdout).contains("exceededTransferLimit"), "{seen:?}");
}

#[test]
fn shapefiles_in_folders_and_in_pieces() {
    let Some(case) = case("32-shapefile-sidecars") else { return };
    let folder = case.path().join("zip-subfolder");
    let told = build(&folder);
    assert!(told.starts_with("exit 0"), "{told}");
    assert_eq!(table(&folder, "zones.csv").len(), 3);
    let told = build(&case.path().join("zip-two"));
    assert!(told.starts_with("exit 1") && told.contains("zonas") && told.contains("otras"), "{told}");
    let told = build(&case.path().join("no-dbf"));
    assert!(told.starts_with("exit 1") && told.contains("`zonas.dbf` is not beside it"), "{told}");
    let told = build(&case.path().join("no-shx"));
    assert!(told.contains("`zonas.shx` is not beside it") && told.contains("SHAPE_RESTORE_SHX"), "{told}");
    assert!(!told.contains("DIR/"), "no path of this machine: {told}");
}

#[test]
fn a_table_in_an_archive_is_a_table() {
    let Some(case) = case("38-csv-inside-archives") else { return };
    for (folder, second) in [("zip-latin1", ""), ("zip-utf8", ""), ("gz", "20")] {
        let folder = case.path().join(folder);
        let told = build(&folder);
        assert!(told.starts_with("exit 0"), "{}: {told}", folder.display());
        let rows = table(&folder, "score.csv");
        let score = |code: &str| {
            let row = rows.iter().find(|row| row.starts_with(code)).unwrap_or_else(|| panic!("{rows:?}"));
            row.to_owned()
        };
        // The score takes the poor as percent to a share of one.
        assert!(score("01001").contains("0.1"), "{rows:?}");
        assert!(score("02001").contains("0.3") && score("02002").contains("0.4"), "{rows:?}");
        assert_eq!(score("01002").contains("0.2"), !second.is_empty(), "{rows:?}");
    }
}
