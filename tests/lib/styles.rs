//! Styles of layers like the published ones. With `CORREDOR_KEEP=DIR` the layers stay there, for QGIS to open.
#![allow(clippy::unwrap_used, clippy::panic, reason = "helpers of tests")]

use std::path::{Path, PathBuf};
use std::sync::Arc;

use corredor::layer::read::{Kind, Options, Parts, read};
use corredor::layer::write::write_geojson;
use corredor::layer::{Column, Geometry, Layer, Provenance, ZonesBuilder};
use corredor::publish::style::{
    Renderer, Value, class_colour, export, field_words, files, quantities, style, styled,
};
use corredor::workspace::config::{LayerStyle, UnsureIf};

use crate::fixtures;

/// A number in 0..1 that looks random and depends on its place only.
fn noise(seed: usize) -> f64 {
    let mixed = (seed as u64 + 1).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    ((mixed ^ (mixed >> 29)).wrapping_mul(0xBF58_476D_1CE4_E5B9) >> 40) as f64 / (1_u64 << 24) as f64
}

fn class(risk: f64) -> &'static str {
    ["very_low", "low", "medium", "high", "very_high"][((risk * 5.0) as usize).min(4)]
}

/// The columns of a hotspot layer over so many zones; some values are missing.
fn hotspot_columns(
    keys: Vec<String>,
    names: Vec<Option<String>>,
    place: impl Fn(usize) -> f64,
) -> Vec<Column> {
    let n = keys.len();
    let risk: Vec<Option<f64>> =
        (0..n).map(|i| (i % 97 != 5).then(|| (0.6 * place(i) + 0.4 * noise(i)).clamp(0.0, 1.0))).collect();
    let z: Vec<Option<f64>> = (0..n).map(|i| risk[i].map(|_| 8.0 * (place(i) - 0.5))).collect();
    let bin = |z: f64| {
        let strength = [1.645, 1.96, 2.576].iter().filter(|cut| z.abs() > **cut).count() as i64;
        strength * z.signum() as i64
    };
    vec![
        Column::texts("code", keys.iter().map(Some).collect()),
        Column::texts("name", names),
        Column::texts("state", keys.iter().map(|k| Some(format!("Estado {}", &k[..2]))).collect()),
        Column::texts("risk_class", risk.iter().map(|r| r.map(class)).collect()),
        Column::numbers("risk", risk.clone()),
        Column::numbers(
            "route_km",
            (0..n).map(|i| Some(if i % 3 == 0 { 90.0 * noise(i + 7) } else { 0.0 })).collect(),
        ),
        Column::numbers(
            "expo_km",
            (0..n).map(|i| Some(if i % 3 == 0 { 60.0 * noise(i + 7) } else { 0.0 })).collect(),
        ),
        Column::numbers("near_km", (0..n).map(|i| Some((300.0 * noise(i + 9)).round())).collect()),
        Column::integers("incidents", (0..n).map(|i| Some((4.0 * noise(i + 3)) as i64)).collect()),
        Column::numbers("gi_z", z.clone()),
        Column::integers("gi_bin", z.iter().map(|z| z.map(bin)).collect()),
        Column::numbers("priority", (0..n).map(|i| Some(noise(i + 11))).collect()),
    ]
}

fn squares(n: usize) -> Layer {
    let mut builder = ZonesBuilder::default();
    for i in 0..n {
        let (x, y) = ((i % 10) as f64, (i / 10) as f64);
        for (lon, lat) in [(x, y), (x + 1.0, y), (x + 1.0, y + 1.0), (x, y + 1.0), (x, y)] {
            builder.vertex(lon, lat);
        }
        builder.end_ring().unwrap();
        builder.end_polygon().unwrap();
        builder.end_zone().unwrap();
    }
    let keys: Vec<String> = (0..n).map(|i| format!("{i:05}")).collect();
    let names = keys.iter().map(|k| Some(format!("Zona <{k}> & \"Peñón\""))).collect();
    let columns = hotspot_columns(keys, names, |i| (i % 10) as f64 / 9.0);
    let geometry = Arc::new(builder.finish().unwrap());
    Layer::new("hotspots", "code", columns, geometry, Provenance::default()).unwrap()
}

#[test]
fn the_default_is_spanish_and_both_languages_are_there() {
    let files =
        files(&squares(30), "hotspots", "hotspots", ("Puntos <de> \"calor\"", "Heat & hot spots")).unwrap();
    let [(default, plain), (_, es), (_, en)] = files.as_slice() else { panic!("{} files", files.len()) };
    assert_eq!((default.as_str(), plain), ("hotspots.qml", es));
    for (text, inside, outside) in [(es, "Punto caliente, 99 %", "Hot spot"), (en, "Hot spot, 99 %", "Punto")]
    {
        assert!(text.contains(inside) && !text.contains(outside));
    }
    // Written for HTML, then for XML.
    assert!(
        es.contains("Puntos &amp;lt;de&amp;gt; &amp;quot;calor&amp;quot;")
            && en.contains("Heat &amp;amp; hot spots")
    );
}

#[test]
fn priority_is_drawn_first_and_clusters_beside_it() {
    let plain = squares(120);
    let ranked = |among: Option<serde_json::Value>| {
        let mut columns = plain.columns();
        let ranks = (0..120).map(|i| (i % 2 == 0).then_some(i / 2 + 1)).collect();
        columns.push(Column::integers("prio_rank", ranks));
        let mut provenance = Provenance { step: "priority".to_owned(), ..Provenance::default() };
        provenance.parameters.extend(among.map(|among| ("among".to_owned(), among)));
        let layer = Layer::new("p", "code", columns, Arc::clone(plain.geometry()), provenance).unwrap();
        style(&layer, "priority", ("Prioridad", "Priority")).unwrap()
    };
    let drawn = ranked(Some(serde_json::json!({"layer": "e", "field": "route_km"})));
    let Renderer::Graduated { field, classes } = &drawn.renderer else { panic!("not graduated") };
    let told: Vec<(&Value, &str)> = classes.iter().map(|class| (&class.value, &*class.label.en)).collect();
    assert_eq!(field, "prio_rank");
    // Of 60 ranks nobody is a hundred and first.
    assert_eq!(
        told,
        [
            (&Value::Range(0.5, 10.5), "The first 10"),
            (&Value::Range(10.5, 50.5), "11 to 50"),
            (&Value::Range(50.5, 60.5), "51 to 100"),
            (&Value::Missing, "No route in the list, or no priority"),
        ]
    );
    assert_eq!(drawn.tip[1].field, "prio_rank");
    let second = drawn.second.as_deref().unwrap();
    assert_eq!((second.class_field(), &*second.title.en), (Some("gi_bin"), "Hot or cold spot (Gi*)"));
    assert_eq!(second.group, "why");
    assert!(ranked(None).legend().iter().all(|words| !words.en.contains("route")));
    // Without ranks it is drawn as before.
    let bare = style(&plain, "priority", ("a", "b")).unwrap();
    assert_eq!(bare.class_field(), Some("gi_bin"));
}

#[test]
fn every_class_of_a_cluster_has_its_colour() {
    let Renderer::Categorized { field, classes } =
        style(&squares(30), "hotspots", ("a", "b")).unwrap().renderer
    else {
        panic!("not categorized")
    };
    let values: Vec<&Value> = classes.iter().map(|class| &class.value).collect();
    assert_eq!((field.as_str(), values.len()), ("gi_bin", 8));
    assert_eq!((values[0], values[7]), (&Value::Is("3".into()), &Value::Missing));
}

#[test]
fn themes_fall_back_to_what_the_fields_allow() {
    let zones = squares(30);
    let key = |name: &str, more: Vec<Column>| {
        let mut columns = vec![Column::texts("code", zones.keys().into_iter().map(Some).collect())];
        columns.extend(more);
        Layer::new(name, "code", columns, Arc::clone(zones.geometry()), Provenance::default()).unwrap()
    };
    let kind = |layer: &Layer, theme: &str| match style(layer, theme, ("a", "b")).unwrap().renderer {
        Renderer::Single { .. } => "single".to_owned(),
        Renderer::Categorized { field, .. } | Renderer::Graduated { field, .. } => field,
    };
    let risk = key("t", vec![Column::numbers("risk", zones.numbers("risk").unwrap())]);
    assert_eq!(kind(&zones, "hotspots"), "gi_bin");
    assert_eq!(kind(&zones, "risk"), "risk_class");
    assert_eq!(kind(&zones, "states"), "expo_km");
    assert_eq!(kind(&zones, "plain"), "single");
    assert_eq!(kind(&risk, "hotspots"), "risk");
    assert_eq!(kind(&key("t", vec![]), "hotspots"), "single");
    let table = Layer::new(
        "t",
        "code",
        vec![Column::texts("code", vec![Some("a")])],
        Arc::new(Geometry::None),
        Provenance::default(),
    );
    assert!(files(&table.unwrap(), "t", "risk", ("a", "b")).unwrap().is_empty());
}

#[test]
fn own_class_names_are_ordered_by_risk() {
    let zones = squares(3);
    let columns = vec![
        Column::texts("code", vec![Some("a"), Some("b"), Some("c")]),
        Column::texts("risk_class", vec![Some("calm"), Some("severe"), Some("tense")]),
        Column::numbers("risk", vec![Some(0.1), Some(0.9), Some(0.5)]),
    ];
    let layer =
        Layer::new("t", "code", columns, Arc::clone(zones.geometry()), Provenance::default()).unwrap();
    let style = style(&layer, "risk", ("a", "b")).unwrap();
    let legend: Vec<&str> = style.legend().iter().map(|words| words.en.as_str()).collect();
    assert_eq!(legend, ["severe", "tense", "calm", "No data"]);
}

#[test]
fn a_layer_file_may_say_otherwise() {
    let zones = squares(30);
    let own = LayerStyle {
        field: Some("near_km".into()),
        cuts: vec![0.0, 30.0, 100.0, 500.0],
        colours: vec!["#112233".into(), "#445566".into(), "#778899".into()],
        tip: vec!["near_km".into()],
        label: Some("near_km".into()),
        unsure: Some(UnsureIf { field: "priority".into(), below: Some(0.5), at_least: None }),
        ..LayerStyle::default()
    };
    let style = styled(&zones, "hotspots", ("a", "b"), &own).unwrap();
    let json = export(&style);
    assert_eq!(json["renderer"]["classes"][0]["value"], serde_json::json!({"range": [100.0, 500.0]}));
    assert_eq!(json["renderer"]["classes"][0]["symbol"]["colour"], "#112233");
    assert_eq!(json["renderer"]["classes"][3]["value"], "missing");
    assert_eq!((json["tip"].as_array().unwrap().len(), &json["label"]["field"]), (1, &"near_km".into()));
    let qml = files(&zones, "z", "hotspots", ("a", "b")).unwrap();
    assert!(!qml[0].1.contains("try(attribute($currentfeature, 'priority'), NULL) &lt; 0.5, false)"));
    let text = &corredor::publish::style::print(&style, "z")[0].1;
    assert!(text.contains("try(attribute($currentfeature, 'priority'), NULL) &lt; 0.5, false)"), "{text}");
    // A field that is not there is told, with the nearest.
    let wrong = LayerStyle { field: Some("nera_km".into()), ..LayerStyle::default() };
    let error = styled(&zones, "hotspots", ("a", "b"), &wrong).unwrap_err();
    assert!(error.to_string().contains("nera_km"), "{error}");
}

#[test]
fn a_difference_has_white_at_zero() {
    let zones = squares(4);
    let column = |name: &str, values: [f64; 4]| Column::numbers(name, values.map(Some).to_vec());
    let columns = vec![
        Column::texts("code", zones.keys().into_iter().map(Some).collect()),
        column("girls_pct", [2.0, 5.0, 9.0, 7.0]),
        column("boys_pct", [10.0, 5.0, 5.0, 5.0]),
        column("gap", [-8.0, 0.0, 4.0, 2.0]),
        column("gap_lo", [-9.0, -1.0, 3.0, 1.0]),
        column("gap_hi", [-7.0, 1.0, 5.0, 3.0]),
        column("gap_p", [0.01, 0.9, 0.02, 0.03]),
    ];
    let layer =
        Layer::new("t", "code", columns, Arc::clone(zones.geometry()), Provenance::default()).unwrap();
    let Renderer::Graduated { field, classes } = style(&layer, "difference", ("a", "b")).unwrap().renderer
    else {
        panic!("not graduated")
    };
    assert_eq!(field, "gap");
    assert_eq!(classes[0].value, Value::Range(4.0, 8.0));
    assert_eq!(classes[2].value, Value::Range(-0.8, 0.8));
    assert_eq!(classes[2].symbol.colour().hex(), "#F7F7F7");
    // Percentages differ by percentage points.
    let labels: Vec<&str> = classes.iter().map(|class| class.label.en.as_str()).collect();
    assert_eq!(labels, ["4 – 8 pp", "0.8 – 4 pp", "−0.8 – 0.8 pp", "−4 – −0.8 pp", "−8 – −4 pp", "No data"]);
    // Girls and boys in one set of classes.
    let both = quantities(&layer, &["gap_hi", "gap_p"]).unwrap();
    let Renderer::Graduated { field, classes } = both else { panic!("not graduated") };
    assert_eq!((field.as_str(), classes.last().unwrap().value.clone()), ("gap_hi", Value::Missing));
    let names = ["very_low", "low", "medium", "high", "very_high"].map(str::to_owned);
    assert_eq!(class_colour(Some(4), &names), "#BD0026");
    assert_eq!(class_colour(None, &names), "#A6A6A6");
}

#[test]
fn a_difference_has_the_unit_of_its_quantities() {
    let zones = squares(1);
    let label = |a: &str, b: &str| {
        let names = [a, b, "gap", "gap_lo", "gap_hi", "gap_p"];
        let mut columns = vec![Column::texts("code", zones.keys().into_iter().map(Some).collect())];
        columns.extend(names.map(|name| Column::numbers(name, vec![Some(1.0)])));
        let geometry = Arc::clone(zones.geometry());
        let layer = Layer::new("t", "code", columns, geometry, Provenance::default()).unwrap();
        style(&layer, "difference", ("a", "b")).unwrap().legend()[0].es.clone()
    };
    assert_eq!(label("route_km", "expo_km"), "0.5 – 1 km");
    // Of unlike quantities, shares of one, and fields that nobody knows there is none.
    for (a, b) in [("route_km", "corr_pct"), ("risk", "priority"), ("viv", "hog")] {
        assert_eq!(label(a, b), "0.5 – 1", "{a} {b}");
    }
}

#[test]
fn the_map_page_gets_words_and_colours() {
    let json = export(&style(&squares(30), "hotspots", ("Puntos calientes", "Hot spots")).unwrap());
    assert_eq!(
        (&json["group"], &json["geometry"], &json["heading"]),
        (&"answer".into(), &"polygon".into(), &"name".into())
    );
    assert_eq!(json["renderer"]["field"], "gi_bin");
    let first = &json["renderer"]["classes"][0];
    assert_eq!(
        *first,
        serde_json::json!({
            "value": {"is": "3"},
            "label": {"es": "Punto caliente, 99 %: valores altos juntos", "en": "Hot spot, 99 %: high values together"},
            "symbol": {"kind": "fill", "colour": "#D62F27", "pattern": null},
        })
    );
    let bins = json["fields"].as_array().unwrap().iter().find(|f| f["name"] == "gi_bin").unwrap();
    assert_eq!(bins["values"][0]["value"], "3");
}

#[test]
fn fields_have_words_and_units() {
    let words = field_words("expo_km").unwrap();
    assert_eq!(
        (&*words.en, words.unit.as_deref()),
        ("Kilometres weighted by residents' vulnerability", Some("km"))
    );
}

#[test]
fn an_empty_layer_has_a_style() {
    for theme in ["hotspots", "risk", "stretches", "gaps", "states", "routes", "plain"] {
        assert_eq!(files(&squares(0), "t", theme, ("a", "b")).unwrap().len(), 3, "{theme}");
    }
}

#[test]
fn a_small_style_as_a_whole() {
    let columns = vec![
        Column::texts("code", vec![Some("a")]),
        Column::numbers("expo_km", vec![Some(4.0)]),
        Column::numbers("risk", vec![Some(0.5)]),
    ];
    let geometry = Arc::clone(squares(1).geometry());
    let layer = Layer::new("t", "code", columns, geometry, Provenance::default()).unwrap();
    let files = files(&layer, "states", "states", ("Por estado", "By state")).unwrap();
    insta::assert_snapshot!(files[2].1);
}

/// Where the layers for QGIS go, if anywhere.
fn keep() -> Option<PathBuf> {
    std::env::var_os("CORREDOR_KEEP").map(PathBuf::from)
}

fn put(dir: &Path, layer: &Layer, theme: &str, title: (&str, &str)) {
    let name = layer.name();
    let mut file = std::fs::File::create(dir.join(format!("{name}.geojson"))).unwrap();
    write_geojson(layer, &mut file).unwrap();
    for (name, text) in files(layer, name, theme, title).unwrap() {
        std::fs::write(dir.join(name), text).unwrap();
    }
}

#[test]
fn real_zones_and_lines_for_the_eye() {
    let (Some(data), temp) = (fixtures::mexico(), tempfile::tempdir().unwrap()) else { return };
    let dir = keep().unwrap_or_else(|| temp.path().to_owned());
    let path = |name: &str| data.join(name).to_string_lossy().into_owned();
    let zones =
        read("zones", &Options::new(path("municipalities.geojson"), Kind::Polygon, "cvegeo")).unwrap();
    let view = zones.zones().unwrap();
    let middle: Vec<f64> = (0..view.len())
        .map(|i| {
            let ring = view.rings_of(i).next().unwrap();
            let (lon, lat) = (ring.lon[0], ring.lat[0]);
            0.5 + 0.5 * ((lon / 2.5).sin() * (lat / 1.8).cos())
        })
        .collect();
    let keys: Vec<String> = zones.keys().into_iter().map(str::to_owned).collect();
    let columns = hotspot_columns(keys, zones.texts("nom_mun").unwrap(), |i| middle[i]);
    let layer = |name: &str, columns: Vec<Column>, geometry: &Arc<Geometry>, key: &str| {
        Layer::new(name, key, columns, Arc::clone(geometry), Provenance::default()).unwrap()
    };
    put(
        &dir,
        &layer("hotspots", columns.clone(), zones.geometry(), "code"),
        "hotspots",
        ("Puntos calientes y fríos", "Hot and cold spots"),
    );
    put(
        &dir,
        &layer("risk", columns.clone(), zones.geometry(), "code"),
        "risk",
        ("Vulnerabilidad", "Vulnerability"),
    );
    put(
        &dir,
        &layer("states", columns, zones.geometry(), "code"),
        "states",
        ("Rutas por estado", "Routes by state"),
    );

    let mut options = Options::new(path("railways.geojson"), Kind::Line, "line");
    options.number_rows = true;
    options.parts = Parts::Split;
    let rail = read("rail", &options).unwrap();
    let n = rail.len();
    let lines = |key: &str| {
        let risk: Vec<Option<f64>> = (0..n).map(|i| (i % 23 != 3).then(|| noise(i))).collect();
        vec![
            Column::texts(key, (0..n).map(|i| Some(format!("r{i:03}"))).collect()),
            Column::texts("route", (0..n).map(|i| Some(format!("Ruta {}", i % 7))).collect()),
            Column::numbers("from_km", (0..n).map(|i| Some(10.0 * i as f64)).collect()),
            Column::numbers("km", (0..n).map(|i| Some((200.0 * noise(i + 1)).round())).collect()),
            Column::texts("risk_class", risk.iter().map(|r| r.map(class)).collect()),
            Column::numbers("risk", risk),
        ]
    };
    put(
        &dir,
        &layer("stretches", lines("stretch_id"), rail.geometry(), "stretch_id"),
        "stretches",
        ("Tramos por vulnerabilidad", "Stretches by vulnerability"),
    );
    put(
        &dir,
        &layer("gaps", lines("gap_id"), rail.geometry(), "gap_id"),
        "gaps",
        ("Brechas", "Service gaps"),
    );
    assert!(dir.join("gaps.en.qml").exists());
    // What the pictures say of themselves.
    let card = |name: &str, es: &str, en: &str| serde_json::json!({"layer": name, "title": {"es": es, "en": en}, "sources": ["Prueba"]});
    let metadata = serde_json::json!({"invented": true, "published": "2026-11-23", "layers": [
        card("hotspots", "Puntos calientes y fríos", "Hot and cold spots"),
        card("stretches", "Tramos por vulnerabilidad", "Stretches by vulnerability"),
        card("gaps", "Brechas de servicio", "Service gaps"),
        card("states", "Rutas por estado", "Routes by state"),
        card("risk", "Vulnerabilidad", "Vulnerability"),
    ]});
    std::fs::write(dir.join("metadata.json"), metadata.to_string()).unwrap();
}
