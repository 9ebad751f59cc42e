//! Sheets of a small published set: four zones of two states, one route through three of them.

use serde_json::{Value, json};

use super::{Sheet, gather, html};
use crate::lang::Lang;
use crate::publish::Catalogue;
use crate::publish::style::{COLOURS, class_colour};

/// Code, share of the poor, score, rank, class, kilometres, incidents, rank by priority.
type Zone = (&'static str, f64, f64, i64, &'static str, f64, i64, Option<i64>);

const ZONES: [Zone; 4] = [
    ("0101", 20.0, 20.0, 4, "low", 40.0, 9, Some(1)),
    ("0102", 30.0, 30.0, 3, "low", 10.0, 1, Some(2)),
    ("0201", 55.0, 55.0, 2, "medium", 0.0, 3, None),
    ("0202", 95.0, 60.0, 1, "medium", 20.0, 0, Some(3)),
];

fn square(at: usize) -> Value {
    let (west, east) = (at as f64, at as f64 + 1.0);
    json!({"type": "Polygon",
        "coordinates": [[[west, 0.0], [east, 0.0], [east, 1.0], [west, 1.0], [west, 0.0]]]})
}

fn features(rows: Vec<(Value, Value)>) -> String {
    let one =
        |(properties, geometry)| json!({"type": "Feature", "properties": properties, "geometry": geometry});
    json!({"type": "FeatureCollection", "features": rows.into_iter().map(one).collect::<Vec<_>>()})
        .to_string()
}

fn scored(code: &str, poor: f64, score: f64, rank: i64, class: &str) -> Value {
    // Against 40: half of goalposts at 0 and 80.
    let side =
        if poor > 40.0 { ("up_1", "up_1_pts", score - 40.0) } else { ("down_1", "down_1_pts", score - 50.0) };
    let mut row = json!({"code": code, "name": format!("Lugar {code}"), "score": score, "score_lo": score - 5.0,
        "score_hi": score + 5.0, "rank": rank, "rank_lo": rank, "rank_hi": rank, "risk_class": class,
        "class_pct": 68.0, "poor": poor, "up_1": null, "up_1_pts": null, "down_1": null, "down_1_pts": null});
    row[side.0] = json!("poor");
    row[side.1] = json!(side.2);
    row
}

fn entry(
    layer: &str,
    geometry: &str,
    step: &str,
    parameters: Value,
    inputs: Value,
    ancestors: Value,
) -> Value {
    let own =
        json!({"layer": layer, "provenance": {"step": step, "parameters": parameters, "inputs": inputs}});
    let mut ancestry = ancestors.as_array().cloned().unwrap_or_default();
    ancestry.push(own);
    let key = if geometry == "line" { "id" } else { "code" };
    json!({"layer": layer, "key": key, "geometry": geometry, "ancestry": ancestry, "date": "", "sources": [],
        "caveats": [], "title": {"es": layer, "en": layer}, "fields": [
            {"name": "route_km", "unit": "km", "alias": {"es": "Rutas", "en": "Routes"}},
            {"name": "way", "unit": "0–100", "alias": {"es": "Riesgo en el camino", "en": "Risk on the way"}},
            {"name": "gap_km", "unit": "km",
        "alias": {"es": "Rutas a más de 30 km de todo albergue de la lista",
            "en": "Routes more than 30 km from every shelter of the list"}}]})
}

/// The sheet of a zone or a group of the set.
fn sheet(code: &str) -> Sheet {
    let dir = tempfile::tempdir().unwrap();
    let write = |name: &str, text: String| std::fs::write(dir.path().join(name), text).unwrap();
    let recipe = |group: Value| {
        json!({"recipe": "r", "version": "1", "recipe_source": "", "field": "score", "scale": 100, "group": group,
            "dimensions": [], "indicators": [{"name": "poor", "title": {"es": "Pobres", "en": "Poor"}, "unit": "%",
                "mean": 50.0, "mean_0_1": 0.5}],
            "kept": {"scales": [{"log": false, "cap": null, "low": 0.0, "high": 80.0, "inverted": false,
                "observed": false}], "weights": [1.0], "dimension_weights": [1.0], "rescale": [null]},
            "classes": [{"rule": "fixed", "field": "risk_class", "share_field": "class_pct",
                "names": ["low", "medium", "high"], "cuts": [40.0, 70.0]},
                {"rule": "relative", "field": "class_2", "names": ["low", "medium", "high"]}]})
    };
    let zones = ZONES.iter().enumerate();
    write(
        "index.geojson",
        features(zones.clone().map(|(at, z)| (scored(z.0, z.1, z.2, z.3, z.4), square(at))).collect()),
    );
    let states = [("01", 25.0, 25.0, 2, "low"), ("02", 75.0, 58.0, 1, "medium")];
    let states = states.into_iter().enumerate();
    write(
        "groups.geojson",
        features(states.map(|(at, s)| (scored(s.0, s.1, s.2, s.3, s.4), square(at))).collect()),
    );
    let priority = zones.clone().map(|(at, z)| {
        let crossed = z.5 > 0.0;
        let properties = json!({"code": z.0, "name": format!("Lugar {}", z.0), "route_km": z.5, "incidents": z.6,
            "gap_km": z.5 / 2.0, "inc_km": crossed.then_some(z.5 / 10.0), "way": crossed.then_some(z.5 + 10.0),
            "prio_rank": z.7});
        (properties, square(at))
    });
    write("first.geojson", features(priority.collect()));
    let line = |id: &str, route: &str, zone: &str| {
        (
            json!({"id": id, "route_name": route, "zone": zone}),
            json!({"type": "LineString", "coordinates": [[0.1, 0.5], [0.9, 0.5]]}),
        )
    };
    write("pieces.geojson", features(vec![line("1", "Ruta del Sur", "0101"), line("2", "Tren", "0102")]));
    write("goods.geojson", features(vec![line("1", "Café", "0101")]));
    let none = || json!([]);
    let exposure = json!([{"layer": "e", "provenance": {"step": "exposure", "inputs": ["routes", "risk"]}},
        {"layer": "events", "level": "restricted", "withheld": true, "date": "2014-2023"},
        {"layer": "c", "provenance": {"step": "counts", "inputs": ["events", "zones"]}}]);
    let layers = json!([
        entry("index", "polygon", "composite", recipe(Value::Null), none(), none()),
        entry("groups", "polygon", "composite", recipe(json!(2)), none(), none()),
        entry("pieces", "line", "exposure", json!({}), json!(["routes", "risk"]), none()),
        entry("goods", "line", "exposure", json!({}), json!(["supply", "risk"]), none()),
        entry("first", "polygon", "priority", json!({}), none(), exposure),
    ]);
    let country = json!({"es": "País", "en": "Country"});
    write("metadata.json", json!({"layers": layers, "country": country, "run": "R"}).to_string());
    gather(&Catalogue::open(dir.path()).unwrap(), code, None).unwrap()
}

#[test]
fn a_place_on_a_route_has_its_figures_and_its_rank() {
    let page = html(&sheet("0101"), Lang::En);
    for part in [
        "On the corridor",
        "Routes that cross it: Ruta del Sur.",
        "<dd>40 km</dd>",
        "<dd>4.0</dd>",
        "<dd>50 / 100</dd>",
        "Routes more than 30 km from every shelter of the list</dt><dd>20 km</dd>",
        "<dt>Rank by priority</dt><dd>1st of 3</dd>",
        "Incidents are those recorded in the whole place (2014-2023);",
    ] {
        assert!(page.contains(part), "{part} in {page}");
    }
}

#[test]
fn a_state_has_sums_and_its_first_places() {
    let sheet = sheet("01");
    let corridor = sheet.corridor.clone().unwrap();
    assert_eq!(corridor.routes, ["Ruta del Sur", "Tren"]);
    let values: Vec<f64> = corridor.figures.iter().map(|figure| figure.value).collect();
    // Sums of kilometres, incidents and gaps; means by kilometre of incidents and risk.
    assert_eq!(values, [50.0, 10.0, 25.0, (40.0 * 4.0 + 10.0) / 50.0, (40.0 * 50.0 + 10.0 * 20.0) / 50.0]);
    let page = html(&sheet, Lang::Es);
    let first = "Primeros por prioridad, de 3 en todas las rutas: Lugar 0101 (1.º), Lugar 0102 (2.º).";
    assert!(page.contains(first), "{page}");
}

#[test]
fn no_route_in_the_list_does_not_mean_that_nobody_passes() {
    let page = html(&sheet("0201"), Lang::En);
    assert!(page.contains("No route in the list crosses this place. That does not mean that nobody passes."));
    assert!(!page.contains("Rank by priority"));
}

#[test]
fn the_mean_that_is_printed_is_the_one_that_effects_are_measured_against() {
    let sheet = sheet("0201");
    let up = &sheet.up[0];
    // 55 raises: it is above 40, half of the goalposts, and below the plain mean of 50.
    assert_eq!((up.value, up.mean, up.median), (Some(55.0), Some(40.0), Some(42.5)));
    let page = html(&sheet, Lang::En);
    assert!(page.contains("55.0\u{202f}% · national 40.0\u{202f}%, median 42.5\u{202f}%"), "{page}");
}

#[test]
fn one_class_and_the_rank_beside_it() {
    let page = html(&sheet("02"), Lang::En);
    assert!(page.contains("Medium on the fixed scale; 1st among 2 states."), "{page}");
    assert!(!page.contains("By another rule"), "{page}");
}

#[test]
fn what_is_not_said_has_no_heading() {
    let page = html(&sheet("0201"), Lang::En);
    assert!(!page.contains("Method:") && !page.contains("Data:"), "{page}");
}

#[test]
fn a_class_has_the_colour_that_the_map_gives_it() {
    let names = ["low", "medium", "high"].map(str::to_owned);
    // Very high, high, medium, low, very low.
    let palette = COLOURS.palette("risk");
    assert_eq!(class_colour(Some(2), &names), palette[1].colour.hex());
    assert_eq!(class_colour(Some(0), &names), palette[3].colour.hex());
}
