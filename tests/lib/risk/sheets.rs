//! Fact sheets, classes and comparisons, through the real binary.

use super::support::{COMPOSITE, RECIPE, built, country};
use crate::fixtures::{corredor, told};

/// Zones, states, and a recipe's second version, all published.
fn published() -> tempfile::TempDir {
    let states = COMPOSITE
        .replace("recipe = \"two\"", "recipe = \"two\"\nweight = \"pop\"\ngroup = 2\nlike = \"index\"");
    let newer = RECIPE.replace("version = \"1\"", "version = \"2\"").replace("\"two\"", "\"newer\"");
    let dir = country(&[
        ("layers/states.toml", &states),
        ("recipes/newer.toml", &newer),
        ("layers/newer.toml", &COMPOSITE.replace("\"two\"", "\"newer\"")),
    ]);
    built(dir.path()).unwrap();
    dir
}

fn said(dir: &std::path::Path, arguments: &[&str]) -> String {
    let output = corredor(dir, arguments);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8_lossy(&output.stdout).into_owned()
}

#[test]
fn a_sheet_says_what_was_published() {
    let dir = published();
    let english = said(dir.path(), &["ficha", "0101", "--lang", "en", "--out", "-"]);
    for part in [
        "<h1>Zona 0101</h1>",
        "Norte, Invented",
        "1st of 5 zones, from the highest index down",
        "In Norte: 1st of 3.",
        "70.0 / 100",
        "Invented country: no figure is real.",
        "Poor people",
        "+18.0",
        "80.0\u{202f}% · national 44.0\u{202f}%",
        "Recipe: two, version 1.",
        "<svg class=\"map\"",
    ] {
        assert!(english.contains(part), "{part} in {english}");
    }
    let spanish = said(dir.path(), &["ficha", "01", "--lang", "es"]);
    assert_eq!(spanish.trim(), "ficha-01.es.html");
    let page = std::fs::read_to_string(dir.path().join("ficha-01.es.html")).unwrap();
    for part in ["<h1>Norte</h1>", "de 2 estados", "Qué eleva el índice", "Zonas con el índice más alto"]
    {
        assert!(page.contains(part), "{part}");
    }
    // Only the zones of the state are drawn, and both states beside them.
    assert_eq!(page.matches("<title>Zona ").count(), 3);
    assert_eq!(page.matches("<h1>").count(), 1);
    // A page that needs no other.
    assert!(!page.contains("http") && !page.contains("<script"));
}

/// A group of a rollup has sums and means, and no score.
#[test]
fn a_group_of_a_rollup_has_a_sheet_of_its_totals() {
    const REGIONS: &str = "title = { es = \"Regiones\", en = \"Regions\" }\npublish = true\n[rollup]\nzones = \"zones\"\n\
        by = { table = \"table\", field = \"state\" }\nsum = [\"pop\"]\n";
    let dir = country(&[("layers/regions.toml", REGIONS)]);
    built(dir.path()).unwrap();
    let page = said(dir.path(), &["ficha", "Sur", "--lang", "en", "--out", "-"]);
    for part in [
        "<h1>Sur</h1>",
        "Regions",
        "<td>1,200</td><td>1st of 2</td>",
        "<path class=\"chosen\"",
        "Invented country: no figure is real.",
    ] {
        assert!(page.contains(part), "{part} in {page}");
    }
    assert_eq!(
        said(dir.path(), &["ficha", "Norte", "--layer", "regions"]).trim(),
        "ficha-regions-Norte.en.html"
    );
    // Zones have their own, and what is in neither is told with what is near.
    assert!(said(dir.path(), &["ficha", "0101", "--out", "-"]).contains("70.0 / 100"));
    let wrong = told(dir.path(), &["ficha", "Nort", "--layer", "regions"]);
    assert!(wrong.starts_with("exit 1") && wrong.contains("did you mean `Norte`?"), "{wrong}");
}

#[test]
fn what_has_no_sheet_is_told() {
    let dir = published();
    let current = dir.path().join("published/current").canonicalize().unwrap();
    let run = current.file_name().unwrap().to_string_lossy().into_owned();
    insta::assert_snapshot!(
        [
            told(dir.path(), &["ficha", "0203"]),
            told(dir.path(), &["ficha", "0111"]),
            told(dir.path(), &["ficha", "0101", "--layer", "indx"]),
            told(dir.path(), &["ficha", "0101", "--published", "data"]),
        ]
        .join("\n")
        .replace(&run, "RUN")
    );
}

#[test]
fn classes_beside_each_other() {
    let dir = published();
    insta::assert_snapshot!(said(dir.path(), &["classes", "index", "--classes", "3", "--cuts", "30,60"]));
    insta::assert_snapshot!(told(dir.path(), &["classes", "index", "--field", "scroe"]));
}

#[test]
fn comparisons() {
    let dir = published();
    let runs = std::fs::read_link(dir.path().join("published/current")).unwrap();
    let first = dir.path().join("published").join(runs);
    let table = super::support::TABLE.replace("0202,Sur,10,12", "0202,Sur,50,6");
    std::fs::write(dir.path().join("data/table.csv"), table).unwrap();
    built(dir.path()).unwrap();
    let first = first.to_string_lossy();
    let text = said(dir.path(), &["compare", &first, "--layer", "index", "--out", "changes.csv", "--json"]);
    let found: serde_json::Value = serde_json::from_str(&text).unwrap();
    let changes = found["changes"].as_array().unwrap();
    assert_eq!(changes.len(), 5);
    // 15 became (50 + 60) / 2 = 55.
    let moved = &changes[4];
    assert_eq!(moved["key"], "0202");
    assert!((moved["change"].as_f64().unwrap() - 40.0).abs() < 1e-9, "{moved}");
    assert!(moved["low"].as_f64().unwrap() < 40.0 && moved["high"].as_f64().unwrap() > 40.0);
    assert_eq!(std::fs::read_to_string(dir.path().join("changes.csv")).unwrap().lines().count(), 6);

    let newer = "published/current/newer.geojson";
    let told = told(dir.path(), &["compare", "published/current/index.geojson", newer]);
    assert!(told.starts_with("exit 1"), "{told}");
    assert!(told.contains("recipe `two` version 1, and `newer` version 2"), "{told}");
}
