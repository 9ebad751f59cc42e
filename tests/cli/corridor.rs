//! `[corridor]` through the binary: what lies within a width of the routes.
#![allow(clippy::unwrap_used, reason = "a test may stop where its ground is missing")]

use crate::fixtures;

use std::path::Path;

use fixtures::{corredor, told};
use serde_json::Value;

const NEAR: &str = "title = { es = 'Cerca de las rutas', en = 'Near the routes' }\npublish = true\n";

fn features(folder: &Path, layer: &str) -> Vec<Value> {
    let path = folder.join(format!("published/current/{layer}.geojson"));
    let text = std::fs::read_to_string(path).unwrap();
    let collection: Value = serde_json::from_str(&text).unwrap();
    collection["features"].as_array().unwrap().clone()
}

fn number(feature: &Value, field: &str) -> f64 {
    feature["properties"][field].as_f64().unwrap()
}

fn run(dir: &Path, arguments: &[&str]) {
    let output = corredor(dir, arguments);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

#[test]
fn zones_are_shared_out_over_the_corridor() {
    let folder = tempfile::tempdir().unwrap();
    let demo = folder.path().join("demo");
    run(folder.path(), &["demo", "demo", "--quiet"]);
    let layer = |name: &str, step: &str| {
        std::fs::write(demo.join(format!("layers/{name}.toml")), format!("{NEAR}{step}")).unwrap();
    };
    let shared = "[corridor]\nroutes = 'routes'\nzones = 'risk'\nwidth_km = 10\n";
    layer("near_zones", &format!("{shared}people = 'localities'\n"));
    layer("near_routes", &format!("{shared}output = 'corridors'\n"));
    run(&demo, &["build", "--quiet"]);

    let zones = features(&demo, "near_zones");
    let near = zones.iter().filter(|zone| number(zone, "corr_pct") > 0.0).count();
    assert_eq!((near, zones.len()), (222, 600));
    for zone in &zones {
        let (part, all) = (number(zone, "corr_km2"), number(zone, "km2"));
        assert!(part >= 0.0 && part <= all * (1.0 + 1e-9));
        assert!(number(zone, "corr_ppl") <= number(zone, "people"));
    }
    // Every zone that a route crosses is within the corridor, at least in part.
    let crossed = features(&demo, "hotspots");
    for (crossed, zone) in crossed.iter().zip(&zones).filter(|(c, _)| number(c, "route_km") > 1.0) {
        assert_eq!(crossed["id"], zone["id"]);
        assert!(number(zone, "corr_pct") > 0.0, "{}", zone["id"]);
    }
    // Corridors overlap where routes meet, and reach out of the country at its border.
    let corridors = features(&demo, "near_routes");
    let drawn: f64 = corridors.iter().map(|corridor| number(corridor, "km2")).sum();
    let within: f64 = zones.iter().map(|zone| number(zone, "corr_km2")).sum();
    assert_eq!(corridors.len(), 5);
    assert!(within < drawn && within > 0.7 * drawn, "{within} of {drawn} km2");
}

#[test]
fn a_width_that_cannot_be_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    run(folder.path(), &["init", "demo", "--quiet"]);
    let text = format!("{NEAR}[corridor]\nroutes = 'zones'\nzones = 'risk'\nwidth_km = 0\n");
    std::fs::write(folder.path().join("demo/layers/near.toml"), text).unwrap();
    insta::assert_snapshot!(told(&folder.path().join("demo"), &["check"]));
}
