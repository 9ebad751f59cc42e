//! What a run holds beside the layers: GeoPackage, projects, catalogues, budgets.
#![allow(clippy::unwrap_used, clippy::panic, reason = "helpers of tests")]

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use corredor::geodesy::zone_area_km2;
use corredor::lang::Lang;
use corredor::layer::read::{Kind, Options, read};
use corredor::layer::{Column, Geometry, Layer, LinesBuilder, Provenance, ZonesBuilder};
use corredor::publish::render::{Picture, render};
use corredor::publish::{Card, Dataset, diff, publish, simplify};
use corredor::workspace::config::{Budget, Level, Text};
use gdal::Dataset as Gdal;
use gdal::vector::LayerAccess;

use crate::fixtures;

fn text(es: &str, en: &str) -> Text {
    Text { es: es.into(), en: en.into() }
}

/// Zones as a chessboard whose borders wiggle, so that there is something to take out.
fn wiggly(side: usize, steps: usize) -> Geometry {
    let place = |x: f64, y: f64| {
        let wave =
            |t: f64| 0.06 * (t * std::f64::consts::TAU).sin() * (t * 7.0 * std::f64::consts::TAU).cos();
        (-100.0 + x + wave(y), 20.0 + y + wave(x))
    };
    let mut builder = ZonesBuilder::default();
    for at in 0..side * side {
        let (x, y) = ((at % side) as f64, (at / side) as f64);
        let mut ring = Vec::new();
        for step in 0..steps {
            ring.push((x + step as f64 / steps as f64, y));
        }
        for step in 0..steps {
            ring.push((x + 1.0, y + step as f64 / steps as f64));
        }
        for step in 0..steps {
            ring.push((x + 1.0 - step as f64 / steps as f64, y + 1.0));
        }
        for step in 0..steps {
            ring.push((x, y + 1.0 - step as f64 / steps as f64));
        }
        ring.push((x, y));
        for (x, y) in ring {
            // Rounded as published, so that a border has the same vertices on both sides.
            let (lon, lat) = place((x * 1e6).round() / 1e6, (y * 1e6).round() / 1e6);
            builder.vertex((lon * 1e7).round() / 1e7, (lat * 1e7).round() / 1e7);
        }
        builder.end_ring().unwrap();
        builder.end_polygon().unwrap();
        builder.end_zone().unwrap();
    }
    builder.finish().unwrap()
}

fn zones(side: usize) -> Layer {
    let n = side * side;
    let columns = vec![
        Column::texts("code", (0..n).map(|i| Some(format!("{i:05}"))).collect()),
        Column::texts("name", (0..n).map(|i| Some(format!("Zona {i}"))).collect()),
        Column::numbers("risk", (0..n).map(|i| Some(i as f64 / n as f64)).collect()),
        Column::integers("gi_bin", (0..n).map(|i| Some((i % 7) as i64 - 3)).collect()),
        Column::integers("ind_miss", (0..n).map(|i| Some(i64::from(i % 5 == 0))).collect()),
    ];
    Layer::new("hotspots", "code", columns, Arc::new(wiggly(side, 40)), Provenance::default()).unwrap()
}

fn routes() -> Layer {
    let mut builder = LinesBuilder::default();
    for i in 0..100 {
        builder.vertex(-100.0 + 0.03 * f64::from(i), 20.0 + 0.02 * f64::from(i % 7));
    }
    builder.end_line().unwrap();
    let columns = vec![
        Column::texts("route_id", vec![Some("r1")]),
        Column::texts("name", vec![Some("Ruta <1> & 'co'")]),
        Column::numbers("expo_km", vec![Some(12.0)]),
    ];
    Layer::new("routes", "route_id", columns, Arc::new(builder.finish().unwrap()), Provenance::default())
        .unwrap()
}

fn card(layer: Layer, theme: &'static str) -> Card {
    Card {
        name: layer.name().to_owned(),
        layer: Arc::new(layer),
        theme,
        style: None,
        title: text("Título <de> la capa", "Title of the layer"),
        description: text("Qué muestra.", "What it shows."),
        caveats: vec![text("Mínimos, no totales.", "Minima, not totals.")],
        sources: vec!["Fuente de prueba".into()],
        date: "2014-2020".into(),
        licence: String::new(),
        level: Level::Public,
        level_from: None,
        ancestry: vec![],
    }
}

fn dataset(budget: Budget) -> Dataset {
    Dataset {
        name: "prueba".into(),
        title: text("Prueba", "Trial"),
        country: text("Ninguno", "None"),
        invented: true,
        contact: String::new(),
        licence: "CC0-1.0".into(),
        seed: 1,
        fingerprint: "0123456789".into(),
        edition: None,
        allowed: Level::Public,
        keep: 3.into(),
        postgis: None,
        hxl: true,
        hdx: None,
        budget,
        accepted: Vec::new(),
    }
}

fn table() -> Layer {
    let columns = vec![Column::texts("code", vec![Some("a")]), Column::numbers("girls", vec![Some(10.0)])];
    Layer::new("children", "code", columns, Arc::new(Geometry::None), Provenance::default()).unwrap()
}

fn run(root: &Path, budget: Budget) -> PathBuf {
    let cards = [card(zones(6), "hotspots"), card(routes(), "routes"), card(table(), "plain")];
    let now = "2026-11-24T03:00:00Z".parse().unwrap();
    publish(root, &dataset(budget), &cards, now, &mut |_| Ok(())).unwrap();
    root.join("current").canonicalize().unwrap()
}

/// Publishes the zones alone; with `shift`, as if their clusters had moved.
fn night(root: &Path, number: u8, shift: i64, budget: Budget) -> PathBuf {
    let zones = zones(6);
    let bins = zones.numbers("gi_bin").unwrap();
    let bins = bins.iter().map(|bin| bin.map(|bin| (bin as i64 + 3 + shift) % 7 - 3)).collect();
    let columns = vec![
        Column::texts("code", zones.keys().into_iter().map(Some).collect()),
        Column::integers("gi_bin", bins),
    ];
    let geometry = Arc::clone(zones.geometry());
    let zones = Layer::new("hotspots", "code", columns, geometry, Provenance::default()).unwrap();
    let now = format!("2026-11-2{number}T03:00:00Z").parse().unwrap();
    publish(root, &dataset(budget), &[card(zones, "hotspots")], now, &mut |_| Ok(())).unwrap();
    root.join("current").canonicalize().unwrap()
}

#[test]
fn an_empty_layer_is_told_and_not_drawn() {
    let dir = tempfile::tempdir().unwrap();
    let name = |run: &Path| run.file_name().unwrap().to_string_lossy().into_owned();
    let told = |run: &Path, layer: &str| {
        let error = render(run, layer, None, Lang::En, Picture::Svg).unwrap_err();
        (error.to_string(), error.help().unwrap())
    };
    let first = name(&night(dir.path(), 1, 0, Budget::default()));
    let second = night(dir.path(), 2, 0, Budget::default());
    let (said, help) = told(&second, "changes");
    let run = name(&second);
    assert_eq!(
        said,
        format!("layer `changes` is empty: nothing of its kind changed in run {run} since run {first}")
    );
    assert!(help.starts_with(&format!("`corredor diff {first} {run}` says")), "{help}");
    // Any other layer without features, of which there is no run before.
    let gaps = vec![Column::texts("gap_id", Vec::<Option<&str>>::new())];
    let nowhere = Arc::new(LinesBuilder::default().finish().unwrap());
    let gaps = Layer::new("gaps", "gap_id", gaps, nowhere, Provenance::default()).unwrap();
    let cards = [card(zones(2), "hotspots"), card(gaps, "gaps")];
    let other = dir.path().join("other");
    let now = "2026-11-24T03:00:00Z".parse().unwrap();
    publish(&other, &dataset(Budget::default()), &cards, now, &mut |_| Ok(())).unwrap();
    let run = other.join("current").canonicalize().unwrap();
    let (said, help) = told(&run, "gaps");
    assert_eq!(said, format!("layer `gaps` is empty in run {}: there is nothing to draw", name(&run)));
    assert!(help.contains("layers/gaps.toml") && help.ends_with("these can be drawn: hotspots"), "{help}");
}

#[test]
fn what_changed_is_a_layer_like_others() {
    let dir = tempfile::tempdir().unwrap();
    let first = night(dir.path(), 1, 0, Budget::default());
    assert!(!first.join("changes.geojson").exists());
    let second = night(dir.path(), 2, 1, Budget::default());
    let metadata = json(&second.join("metadata.json"));
    let record = &metadata["layers"][1];
    assert_eq!((&record["layer"], &record["theme"]), (&"changes".into(), &"changes".into()));
    let count = record["features"].as_u64().unwrap();
    assert!(count > 0 && record["caveats"][0]["en"] == "Minima, not totals.");
    assert!(json(&second.join("styles.json"))["layers"]["changes"]["renderer"]["field"] == "change");
    assert_eq!(json(&second.join("changes.stac.json"))["id"], "changes");
    let links = json(&second.join("collection.json"))["links"].to_string();
    assert!(links.contains("./changes.stac.json"), "{links}");
    for name in ["changes.csv", "changes.es.qmd", "changes.en.qml"] {
        assert!(second.join(name).is_file(), "{name}");
    }
    let package = Gdal::open(second.join("prueba.gpkg")).unwrap();
    assert_eq!(package.layer_by_name("changes").unwrap().feature_count(), count);
    let styles = package.layer_by_name("layer_styles").unwrap().feature_count();
    assert_eq!(styles, 4);
    // A change is not compared with the changes of the night before.
    let third = night(dir.path(), 3, 2, Budget::default());
    let told = json(&third.join("changes.json"));
    assert_eq!(
        (&told["layers_added"], &told["layers_removed"]),
        (&serde_json::json!([]), &serde_json::json!([]))
    );
    assert_eq!(json(&third.join("metadata.json"))["layers"].as_array().unwrap().len(), 2);
}

#[test]
fn simplifying_is_no_change() {
    let dir = tempfile::tempdir().unwrap();
    let full = night(dir.path(), 1, 0, Budget::default());
    let simple = night(dir.path(), 2, 0, Budget { vertices: 1_500, ..Budget::default() });
    assert!(simple.join("hotspots.fgb").is_file() && !full.join("hotspots.fgb").exists());
    let found = diff(&full, &simple).unwrap();
    assert!(found.layers.is_empty(), "{:?}", found.layers);
    // Who reads the run back gets every vertex.
    let catalogue = corredor::publish::Catalogue::open(&simple).unwrap();
    let layer = catalogue.read(&catalogue.entry("hotspots").unwrap()).unwrap();
    assert_eq!(layer.geometry().vertices(), wiggly(6, 40).vertices());
    assert_eq!(layer.keys(), zones(6).keys());
}

#[test]
fn a_table_with_hashtags_is_read_back() {
    let dir = tempfile::tempdir().unwrap();
    let folder = run(dir.path(), Budget::default());
    let catalogue = corredor::publish::Catalogue::open(&folder).unwrap();
    let table = catalogue.read(&catalogue.entry("children").unwrap()).unwrap();
    assert_eq!((table.len(), table.numbers("girls").unwrap()), (1, vec![Some(10.0)]));
}

fn json(path: &Path) -> serde_json::Value {
    serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap()
}

#[test]
fn a_run_is_the_same_twice_to_the_byte() {
    let (one, two) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let budget = Budget { vertices: 1_000, ..Budget::default() };
    let (one, two) = (run(one.path(), budget), run(two.path(), budget));
    let names = |folder: &Path| -> BTreeSet<String> {
        std::fs::read_dir(folder).unwrap().map(|e| e.unwrap().file_name().into_string().unwrap()).collect()
    };
    assert_eq!(names(&one), names(&two));
    for name in names(&one) {
        assert_eq!(
            std::fs::read(one.join(&name)).unwrap(),
            std::fs::read(two.join(&name)).unwrap(),
            "{name}"
        );
    }
    for name in
        ["prueba.gpkg", "prueba.es.qgz", "prueba.en.qgz", "hotspots.fgb", "collection.json", "hdx.json"]
    {
        assert!(one.join(name).is_file(), "{name}");
    }
}

#[test]
fn the_geopackage_holds_every_layer_and_one_default_style_each() {
    let dir = tempfile::tempdir().unwrap();
    let path = run(dir.path(), Budget::default()).join("prueba.gpkg");
    // Bytes 18 and 19 of an SQLite file: 1 for a rollback journal, 2 for a write-ahead log.
    assert_eq!(std::fs::read(&path).unwrap()[18..20], [1, 1]);
    let file = Gdal::open(&path).unwrap();
    let mut counts = BTreeMap::new();
    for layer in file.layers() {
        counts.insert(layer.name(), layer.feature_count());
    }
    assert_eq!((counts["hotspots"], counts["routes"], counts["children"]), (36, 1, 1));
    // Two layers with geometry, each in two languages, one of them by default.
    let mut styles = file.layer_by_name("layer_styles").unwrap();
    let mut defaults = BTreeMap::new();
    for style in styles.features() {
        let field = |name: &str| style.field_index(name).unwrap();
        let name = style.field_as_string(field("f_table_name")).unwrap().unwrap();
        let default = style.field_as_integer(field("useAsDefault")).unwrap().unwrap();
        let qml = style.field_as_string(field("styleQML")).unwrap().unwrap();
        assert!(qml.contains("renderer-v2"));
        // Spanish unless told otherwise.
        assert_eq!(default == 1, qml.contains("Clave"), "{name}");
        *defaults.entry(name).or_insert(0) += default;
    }
    assert_eq!(defaults, BTreeMap::from([("hotspots".to_owned(), 1), ("routes".to_owned(), 1)]));
}

/// Zones whose inlets are too narrow for the grid of the last decimal: one closes on itself, one only at its mouth, which
/// makes a lake of it. Their long sides are more vertices than the budget allows.
fn inlets() -> Layer {
    let mut builder = ZonesBuilder::default();
    let slit = [(0.500_000_02, 1.0), (0.5, 0.5), (0.499_999_98, 1.0)];
    let bay = [
        (0.500_000_02, 1.0),
        (0.500_000_02, 0.9),
        (0.7, 0.6),
        (0.3, 0.6),
        (0.499_999_98, 0.9),
        (0.499_999_98, 1.0),
    ];
    for (west, inlet) in [(0.0, &slit[..]), (1.0, &bay[..])] {
        let side = (0..200).map(|step| (f64::from(step) / 200.0, 0.01 * f64::from(step % 2)));
        let ring: Vec<(f64, f64)> = side
            .chain([(1.0, 0.0), (1.0, 1.0)])
            .chain(inlet.iter().copied())
            .chain([(0.0, 1.0), (0.0, 0.0)])
            .collect();
        ring.iter().for_each(|(x, y)| builder.vertex(west + x, *y));
        builder.end_ring().unwrap();
        builder.end_polygon().unwrap();
        builder.end_zone().unwrap();
    }
    let columns = vec![Column::texts("code", vec![Some("01"), Some("02")])];
    Layer::new("inlets", "code", columns, Arc::new(builder.finish().unwrap()), Provenance::default()).unwrap()
}

#[test]
fn every_geometry_of_every_file_is_valid_and_the_same() {
    for budget in [Budget { vertices: 100, area_pct: 5.0, ..Budget::default() }, Budget::default()] {
        let dir = tempfile::tempdir().unwrap();
        let now = "2026-11-24T03:00:00Z".parse().unwrap();
        publish(dir.path(), &dataset(budget), &[card(inlets(), "plain")], now, &mut |_| Ok(())).unwrap();
        let folder = dir.path().join("current").canonicalize().unwrap();
        let shapes = |name: &str| -> Vec<String> {
            let file = Gdal::open(folder.join(name)).unwrap();
            let mut layer = file.layer_by_name("inlets").unwrap();
            let shapes = layer.features().map(|feature| {
                let shape = feature.geometry().unwrap();
                assert!(shape.is_valid(), "{name}: {}", shape.wkt().unwrap());
                shape.wkt().unwrap()
            });
            shapes.collect()
        };
        assert_eq!(shapes("prueba.gpkg"), shapes("inlets.geojson"));
        let data = json(&folder.join("metadata.json"));
        let simplified = &data["layers"][0]["simplified"];
        assert_eq!(simplified.is_null(), budget.vertices > 100);
        // Told whether it was simplified before or not.
        assert_eq!(data["layers"][0]["written"]["repaired_after_rounding"], serde_json::json!(["01", "02"]));
    }
}

#[test]
fn the_geopackage_tells_what_its_fields_mean() {
    let dir = tempfile::tempdir().unwrap();
    let folder = run(dir.path(), Budget::default());
    let file = Gdal::open(folder.join("prueba.gpkg")).unwrap();
    let column = |sql: &str| -> Vec<String> {
        let mut found = file.execute_sql(sql, None, gdal::vector::sql::Dialect::DEFAULT).unwrap().unwrap();
        found.features().map(|row| row.field_as_string(0).unwrap().unwrap_or_default()).collect()
    };
    let of = |what: &str| {
        format!(
            "SELECT {what} FROM gpkg_data_columns WHERE table_name = 'hotspots' AND column_name = 'gi_bin'"
        )
    };
    assert_eq!(column(&of("constraint_name")), ["gi_bin"]);
    assert!(column(&of("title"))[0].contains("Gi*") && column(&of("description"))[0].contains("cold spot"));
    let hot = "SELECT description FROM gpkg_data_column_constraints WHERE constraint_name = 'gi_bin' AND value = '3'";
    assert!(column(hot)[0].contains("99 %"));
    let extension =
        "SELECT DISTINCT extension_name FROM gpkg_extensions WHERE table_name = 'gpkg_data_columns'";
    assert_eq!(column(extension), ["gpkg_schema"]);
    // The same beside the GeoJSON.
    let fields = json(&folder.join("hotspots.fields.json"));
    assert_eq!(fields["primaryKey"], "code");
    let bin = fields["fields"].as_array().unwrap().iter().find(|field| field["name"] == "gi_bin").unwrap();
    assert_eq!((&bin["type"], &bin["categories"][0]["value"]), (&"integer".into(), &"3".into()));
    assert!(bin["title_en"].as_str().unwrap().contains("cold spot"));
}

#[test]
fn the_workbook_has_rounded_numbers_words_and_keys_as_text() {
    use calamine::{Data, Reader, Xlsx, open_workbook};
    let dir = tempfile::tempdir().unwrap();
    let folder = run(dir.path(), Budget::default());
    let mut book: Xlsx<_> = open_workbook(folder.join("prueba.en.xlsx")).unwrap();
    assert_eq!(book.sheet_names(), ["Read me", "Fields", "hotspots", "routes", "children"]);
    let zones = book.worksheet_range("hotspots").unwrap();
    let row = |at: u32| -> Vec<Data> {
        (0..5).map(|column| zones.get_value((at, column)).unwrap().clone()).collect()
    };
    assert_eq!(row(0)[0], Data::String("Code".into()));
    // The first of 36, and one whose risk has no end.
    assert_eq!(row(1)[0], Data::String("00000".into()));
    assert_eq!(row(2)[2], Data::Float(0.028));
    assert_eq!(row(1)[3], Data::String("Cold spot, 99 %: low together; does not mean safe".into()));
    let meanings = book.worksheet_range("Fields").unwrap();
    let told = |words: &str| {
        meanings
            .rows()
            .any(|row| row[1] == Data::String("risk".into()) && row[4] == Data::String(words.into()))
    };
    assert!(told("number"), "{meanings:?}");
    let readme = book.worksheet_range("Read me").unwrap();
    let all: Vec<String> = readme.rows().flatten().map(ToString::to_string).collect();
    for text in ["Minima, not totals.", "Invented country: no figure is real.", "CC0-1.0", "2026-11-24"] {
        assert!(all.iter().any(|cell| cell == text), "{text}: {all:?}");
    }
}

/// The project of a run, as text.
fn project(folder: &Path, lang: &str) -> String {
    let file = std::fs::File::open(folder.join(format!("prueba.{lang}.qgz"))).unwrap();
    let mut archive = zip::ZipArchive::new(file).unwrap();
    std::io::read_to_string(archive.by_index(0).unwrap()).unwrap()
}

#[test]
fn a_project_is_light_on_paper_and_gives_the_context() {
    let dir = tempfile::tempdir().unwrap();
    let zones = zones(8);
    let people = (0..64).map(|i| Some(1_000 * i)).collect();
    let columns = vec![
        Column::texts("code", zones.keys().into_iter().map(Some).collect()),
        Column::texts("name", (0..64).map(|i| Some(format!("Zona {i}"))).collect()),
        Column::numbers("risk", (0..64).map(|i| Some(f64::from(i) / 64.0)).collect()),
        Column::integers("pop", people),
    ];
    let zones =
        Layer::new("hotspots", "code", columns, Arc::clone(zones.geometry()), Provenance::default()).unwrap();
    let states = self::zones(2);
    let columns = vec![
        Column::texts("code", states.keys().into_iter().map(Some).collect()),
        Column::texts("name", (0..4).map(|i| Some(format!("Estado {i}"))).collect()),
    ];
    let states =
        Layer::new("states", "code", columns, Arc::clone(states.geometry()), Provenance::default()).unwrap();
    let cards = [card(zones, "hotspots"), card(states, "states"), card(routes(), "routes")];
    let now = "2026-11-24T03:00:00Z".parse().unwrap();
    publish(dir.path(), &dataset(Budget::default()), &cards, now, &mut |_| Ok(())).unwrap();
    let text = project(&dir.path().join("current"), "en");
    let count = |part: &str| text.matches(part).count();
    // Maps as pictures of 200 dots an inch: each of them has an overview that is blended.
    let maps = count("type=\"65639\"");
    assert!(maps > 0 && count("blendMode=\"6\"") == maps && count("printResolution=\"200\"") == maps / 2);
    // A page for each state.
    assert_eq!(count("coverageLayer=\"corredor_states\""), 1);
    assert_eq!(count("atlasDriven=\"1\""), 1);
    assert!(text.contains("labelText=\"[% &quot;name&quot; %] · Trial"));
    // Groups without a gap in their numbers.
    let groups: Vec<&str> = ["1. Where to act", "2. Overview", "3. Routes", "4. Context"]
        .into_iter()
        .filter(|g| text.contains(g))
        .collect();
    assert_eq!(groups.len(), 4, "{groups:?}");
    // Names of states and of the places where most live; the tables that there are anyway.
    assert!(
        text.contains("<id>corredor_context_borders</id>")
            && text.contains("<id>corredor_context_places</id>")
    );
    assert!(text.contains("./prueba.gpkg|layername=hotspots|subset=&quot;pop&quot; &gt; 53000"));
    // The number of a feature is not its key; numbers are rounded; the plane has a name, and names a font that is there.
    assert!(text.contains("<alias field=\"fid\" index=\"4\" name=\"Internal number\"/>"));
    assert!(text.contains("name=\"Precision\" type=\"int\" value=\"3\""));
    assert!(text.contains("PROJCRS[&quot;WGS 84 / Lambert azimuthal equal-area ("));
    assert!(count("<family name=\"DejaVu Sans\"/>") >= count("<text-style"));
    assert!(text.contains("width:340px"));
}

#[test]
fn licence_and_caveats_stand_in_every_description() {
    let dir = tempfile::tempdir().unwrap();
    let folder = run(dir.path(), Budget::default());
    let whole = ["metadata.json", "collection.json", "hdx.json", "CITATION.cff"];
    for name in whole.into_iter().chain(["hotspots.stac.json", "hotspots.es.qmd", "routes.qmd"]) {
        let text = std::fs::read_to_string(folder.join(name)).unwrap();
        assert!(text.contains("CC0-1.0"), "{name}: licence");
        assert!(text.contains("Mínimos, no totales."), "{name}: caveats");
    }
    let item = json(&folder.join("hotspots.stac.json"));
    assert_eq!(item["properties"]["start_datetime"], "2014-01-01T00:00:00Z");
    let data = json(&folder.join("metadata.json"));
    let file = &data["layers"][0]["files"][0];
    let asset = &item["assets"][file["name"].as_str().unwrap()];
    assert_eq!(asset["file:checksum"], format!("1220{}", file["sha256"].as_str().unwrap()));
    assert_eq!(asset["file:size"], file["bytes"]);
    let csv = std::fs::read_to_string(folder.join("hotspots.csv")).unwrap();
    assert_eq!(
        csv.lines().nth(1).unwrap(),
        "#loc+code,#loc+name,#indicator+num+risk,#indicator+num+gi_bin,#indicator+num+ind_miss"
    );
}

#[test]
fn a_layer_beyond_its_budget_is_simplified_and_keeps_its_twin() {
    let dir = tempfile::tempdir().unwrap();
    let folder = run(dir.path(), Budget { vertices: 1_500, ..Budget::default() });
    let data = json(&folder.join("metadata.json"));
    let layer = &data["layers"][0];
    assert!(layer["simplified"]["vertices"].as_u64().unwrap() <= 1_500, "{}", layer["simplified"]);
    assert!(layer["simplified"]["area_error_pct"].as_f64().unwrap() <= 1.0);
    assert_eq!(layer["written"]["vertices"], layer["simplified"]["vertices"]);
    let twin = Gdal::open(folder.join("hotspots.fgb")).unwrap();
    let mut twin = twin.layer(0).unwrap();
    let positions: usize =
        twin.features().map(|f| f.geometry().unwrap().get_geometry(0).get_geometry(0).point_count()).sum();
    assert_eq!(layer["simplified"]["vertices_before"].as_u64().unwrap() as usize, positions);
    // By bytes too, and never beyond.
    let folder = run(dir.path(), Budget { bytes: 60_000, area_pct: 20.0, ..Budget::default() });
    let bytes = std::fs::metadata(folder.join("hotspots.geojson")).unwrap().len();
    assert!(bytes <= 60_000, "{bytes}");
    assert!(!folder.join("routes.fgb").exists());
}

/// The sum of areas and that of their union, square degrees, by GEOS: equal where nothing overlaps; and the area of
/// the union's holes, which are gaps where there were none.
fn coverage(geometry: &Geometry) -> (f64, f64, usize) {
    let zones = geometry.zones().unwrap();
    let mut all = gdal::vector::Geometry::empty(gdal::vector::OGRwkbGeometryType::wkbMultiPolygon).unwrap();
    let mut sum = 0.0;
    for zone in 0..zones.len() {
        for rings in zones.polygons_of(zone) {
            let mut polygon =
                gdal::vector::Geometry::empty(gdal::vector::OGRwkbGeometryType::wkbPolygon).unwrap();
            for at in rings.clone() {
                let ring = zones.ring(at, at == rings.start);
                let mut line =
                    gdal::vector::Geometry::empty(gdal::vector::OGRwkbGeometryType::wkbLinearRing).unwrap();
                for (&lon, &lat) in ring.lon.iter().zip(ring.lat) {
                    line.add_point_2d((lon, lat));
                }
                polygon.add_geometry(line).unwrap();
            }
            assert!(polygon.is_valid(), "zone {zone}");
            sum += polygon.area();
            all = all.union(&polygon).unwrap();
        }
    }
    let union = all;
    let holes = match union.geometry_type() {
        gdal::vector::OGRwkbGeometryType::wkbPolygon => union.geometry_count() - 1,
        _ => (0..union.geometry_count()).map(|at| union.get_geometry(at).geometry_count() - 1).sum(),
    };
    (sum, union.area(), holes)
}

#[test]
fn shared_borders_stay_shared() {
    let before = wiggly(8, 60);
    let (sum, union, holes) = coverage(&before);
    assert!((sum - union).abs() < 1e-9 && holes == 0, "{sum} {union} {holes}");
    for (vertices, tolerance) in [(8_000, 1.0), (2_000, 1.0), (0, 20.0), (0, 0.1)] {
        let simple = simplify(&before, vertices, tolerance).unwrap().unwrap();
        assert!(simple.vertices[1] >= vertices && simple.vertices[1] < simple.vertices[0]);
        assert!(simple.area_error_pct <= tolerance * 1.01, "{}", simple.area_error_pct);
        let (sum, union, holes) = coverage(&simple.geometry);
        assert!((sum - union).abs() < 1e-9 && holes == 0, "{vertices}: {sum} {union} {holes}");
        // Corners where four zones meet are where they were: each zone still has them.
        assert!(simple.geometry.zones().unwrap().len() == 64);
    }
}

#[test]
fn lines_keep_their_ends() {
    let layer = routes();
    let simple = simplify(layer.geometry(), 10, 1.0).unwrap().unwrap();
    let (before, after) = (layer.lines().unwrap(), simple.geometry.lines().unwrap());
    let ends = |lon: &[f64], lat: &[f64]| [lon[0], lat[0], lon[lon.len() - 1], lat[lat.len() - 1]];
    let (b, a) = (before.line(0), after.line(0));
    for (before, after) in ends(b.0, b.1).iter().zip(ends(a.0, a.1)) {
        assert!((before - after).abs() < 1e-7);
    }
    assert_eq!(a.0.len(), 10);
}

#[test]
fn what_cannot_be_simplified_is_left_alone() {
    let points = corredor::layer::points(vec![1.0, 2.0], vec![3.0, 4.0]).unwrap();
    assert!(simplify(&points, 0, 1.0).unwrap().is_none());
    assert!(simplify(&Geometry::None, 0, 1.0).unwrap().is_none());
    let empty = ZonesBuilder::default().finish().unwrap();
    assert!(simplify(&empty, 0, 1.0).unwrap().is_none());
    // A triangle has nothing to lose.
    let mut builder = ZonesBuilder::default();
    for (lon, lat) in [(0.0, 0.0), (1.0, 0.0), (0.0, 1.0), (0.0, 0.0)] {
        builder.vertex(lon, lat);
    }
    builder.end_ring().unwrap();
    builder.end_polygon().unwrap();
    builder.end_zone().unwrap();
    assert!(simplify(&builder.finish().unwrap(), 0, 100.0).unwrap().is_none());
}

#[test]
fn real_zones_gain_no_gap_and_stay_valid() {
    let Some(data) = fixtures::mexico() else { return };
    let path = data.join("municipalities.geojson").to_string_lossy().into_owned();
    let layer = read("zones", &Options::new(path, Kind::Polygon, "cvegeo")).unwrap();
    let all = layer.zones().unwrap();
    // Chiapas, which has 124 of them: GEOS needs a while for the whole country.
    let mut builder = ZonesBuilder::default();
    let keys = layer.keys();
    for zone in (0..all.len()).filter(|zone| keys[*zone].starts_with("07")) {
        for rings in all.polygons_of(zone) {
            for at in rings.clone() {
                let ring = all.ring(at, at == rings.start);
                ring.lon.iter().zip(ring.lat).for_each(|(&lon, &lat)| builder.vertex(lon, lat));
                builder.end_ring().unwrap();
            }
            builder.end_polygon().unwrap();
        }
        builder.end_zone().unwrap();
    }
    let before = builder.finish().unwrap();
    let (sum, union, holes) = coverage(&before);
    let most = before.vertices() / 2;
    let simple = simplify(&before, most, 2.0).unwrap().unwrap();
    let (new_sum, new_union, new_holes) = coverage(&simple.geometry);
    assert!(simple.area_error_pct <= 2.02, "{}", simple.area_error_pct);
    assert!(simple.vertices[1] < simple.vertices[0] * 3 / 4, "{:?}", simple.vertices);
    assert!(new_holes <= holes, "{new_holes} gaps, {holes} before");
    // These zones were simplified apart by their maker: their borders are two lines, not one, and overlap already.
    let (overlap, new_overlap) = (sum - union, new_sum - new_union);
    assert!(overlap > 0.0 && new_overlap <= overlap * 1.01, "{new_overlap} after {overlap}, of {sum}");
    let zones = simple.geometry.zones().unwrap();
    assert!((0..zones.len()).all(|zone| zone_area_km2(&zones, zone) > 0.0));
}
