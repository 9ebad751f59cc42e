//! What is told of the layers that a published one was made from.
//!
//! Of a layer above the level of the run nothing leaves that depends on its rows, its file or the database it came from:
//! no digest, count, name of a file or field, no parameter, no finding. Of one made straight from it stays what its layer
//! file states, and the kinds of what was noticed.

use serde_json::{Map, Value, json};

use super::{Ancestor, Card};
use crate::layer::{Finding, Provenance};
use crate::protect::{Door, sight};
use crate::workspace::config::Level;

/// Parameters that a layer file states, or that Corredor fixes for every data set. Those that name fields of an input, or
/// that depend on its rows, are not among them.
const STATED: [&str; 40] = [
    "a",
    "aggregation",
    "b",
    "bins",
    "classes",
    "correlation",
    "cuts",
    "decimals",
    "difference",
    "dimensions",
    "displaced",
    "distance",
    "factors",
    "fdr",
    "field",
    "floor",
    "from_data",
    "group",
    "high",
    "indicators",
    "interval",
    "like",
    "max_missing",
    "mean",
    "normalisation",
    "parts",
    "permutations",
    "protect",
    "rate_per",
    "reach_km",
    "recipe",
    "recipe_source",
    "recipe_title",
    "round_km",
    "scale",
    "seed",
    "statistic",
    "uncertainty",
    "version",
    "width_km",
];

/// What lies deeper in a parameter and depends on rows.
const FROM_ROWS: [&str; 14] = [
    "cap",
    "counts",
    "cuts",
    "dp2",
    "field",
    "goalposts",
    "goodness",
    "max",
    "mean",
    "mean_0_1",
    "min",
    "principal",
    "weight",
    "width",
];

/// The layers that a layer was made from, itself last.
pub(super) fn ancestry(card: &Card, viewer: Level) -> Vec<Value> {
    card.ancestry.iter().map(|ancestor| tell(card, ancestor, viewer)).collect()
}

fn tell(card: &Card, ancestor: &Ancestor, viewer: Level) -> Value {
    if withheld(ancestor, viewer) {
        let mut value = json!({"layer": ancestor.layer, "level": ancestor.level, "withheld": true});
        // What its file states is among the dates of what was made from it.
        if !ancestor.date.is_empty() {
            value["date"] = json!(ancestor.date);
        }
        return value;
    }
    let mut value = json!(ancestor);
    if touched(card, ancestor, viewer) {
        value["provenance"] = quiet(&ancestor.provenance);
        // Its own features are counted in what is published of it; those of one on the way are not.
        if ancestor.layer != card.name
            && let Some(value) = value.as_object_mut()
        {
            value.remove("features");
        }
    }
    value
}

/// What a layer was made from, in words.
pub(super) fn words(card: &Card, viewer: Level) -> String {
    let tell = |ancestor: &Ancestor| {
        let provenance = &ancestor.provenance;
        match (withheld(ancestor, viewer), provenance.inputs.is_empty()) {
            (true, _) => format!("{}: {}", ancestor.layer, ancestor.level.name()),
            (false, true) => format!("{}: {}", ancestor.layer, provenance.step),
            (false, false) => {
                format!("{}: {} ({})", ancestor.layer, provenance.step, provenance.inputs.join(", "))
            }
        }
    };
    card.ancestry.iter().map(tell).collect::<Vec<_>>().join("; ")
}

fn withheld(ancestor: &Ancestor, viewer: Level) -> bool {
    sight(Door::Metadata, viewer, ancestor.level).is_withheld()
}

/// Whether a layer was made straight from one that is withheld.
fn touched(card: &Card, ancestor: &Ancestor, viewer: Level) -> bool {
    let input = |name: &String| card.ancestry.iter().find(|other| other.layer == *name);
    ancestor.provenance.inputs.iter().filter_map(input).any(|input| withheld(input, viewer))
}

/// A record without what depends on the rows of its inputs.
fn quiet(provenance: &Provenance) -> Value {
    let mut value = json!({"step": provenance.step, "inputs": provenance.inputs});
    let stated = provenance.parameters.iter().filter(|(name, _)| STATED.contains(&name.as_str()));
    let stated: Map<String, Value> =
        stated.map(|(name, value)| (name.clone(), without_rows(name, value))).collect();
    if !stated.is_empty() {
        value["parameters"] = stated.into();
    }
    if !provenance.findings.is_empty() {
        value["findings"] = provenance.findings.iter().map(kind).collect();
    }
    value
}

/// A parameter without what depends on rows; `dimensions`, `indicators` and `classes` hold some of it.
fn without_rows(name: &str, value: &Value) -> Value {
    if !["dimensions", "indicators", "classes"].contains(&name) {
        return value.clone();
    }
    let Some(items) = value.as_array() else { return value.clone() };
    let strip = |item: &Value| {
        let mut item = item.clone();
        if let Some(fields) = item.as_object_mut() {
            // The fields of a composite's classes are its own.
            fields.retain(|key, _| {
                !FROM_ROWS.contains(&key.as_str()) || (name != "indicators" && key == "field")
            });
        }
        item
    };
    items.iter().map(strip).collect()
}

/// Only what was noticed, not where or how often.
fn kind(finding: &Finding) -> Value {
    let kind = json!(finding)["finding"].take();
    json!({"finding": kind, "withheld": true})
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::layer::{Column, Geometry, Layer, Source};
    use crate::workspace::config::Text;

    fn ancestor(layer: &str, level: Level, inputs: &[&str], token: &str) -> Ancestor {
        let text = |what: &str| format!("{token}-{what}");
        let mut provenance = Provenance {
            source: inputs.is_empty().then(|| Source {
                name: text("file.csv"),
                layer: Some(text("layer")),
                driver: "CSV".into(),
                sha256: Some(text("sha256")),
                crs: None,
                numerals: crate::layer::Numerals::default(),
                read: 4_711,
                repaired: 4_711,
                dropped: 4_711,
            }),
            step: "counts".into(),
            inputs: inputs.iter().map(|i| (*i).to_owned()).collect(),
            findings: vec![
                Finding::NoNeighbours { count: 4_711, of: 4_711, examples: vec![text("key")] },
                Finding::Outside {
                    points: "points".into(),
                    count: 4_711,
                    of: 4_711,
                    zones: "zones".into(),
                    why: None,
                },
                Finding::Statistic { es: text("es"), en: text("en"), warning: true },
            ],
            ..Provenance::default()
        };
        for (name, value) in [
            ("counted", json!(4_711)),
            ("sites", json!(4_711)),
            ("weight", json!(text("field"))),
            ("sum", json!([text("field")])),
            ("kept", json!({"scales": [4_711]})),
            ("something_new", json!(text("value"))),
            (
                "indicators",
                json!([{"name": "i", "field": text("field"), "goalposts": [4_711, 1], "mean": 4_711}]),
            ),
            ("reach_km", json!(30.0)),
        ] {
            provenance.parameters.insert(name.to_owned(), value);
        }
        Ancestor { layer: layer.to_owned(), level, date: String::new(), features: 4_711, provenance }
    }

    fn card() -> Card {
        let columns = vec![Column::texts("code", vec![Some("01")])];
        let layer =
            Layer::new("gaps", "code", columns, Arc::new(Geometry::None), Provenance::default()).unwrap();
        Card {
            name: "gaps".into(),
            layer: Arc::new(layer),
            theme: "plain",
            style: None,
            title: Text::default(),
            description: Text::default(),
            caveats: vec![],
            sources: vec![],
            date: String::new(),
            licence: String::new(),
            level: Level::Public,
            level_from: None,
            ancestry: vec![
                ancestor("shelters", Level::Restricted, &[], "secret"),
                ancestor("zones", Level::Public, &[], "open"),
                ancestor("middle", Level::Public, &["shelters"], "secret"),
                ancestor("gaps", Level::Public, &["middle", "shelters", "zones"], "secret"),
            ],
        }
    }

    #[test]
    fn of_what_is_above_the_level_only_name_and_level_are_told() {
        let card = card();
        let told = ancestry(&card, Level::Public);
        assert_eq!(told[0], json!({"layer": "shelters", "level": "restricted", "withheld": true}));
        let without_zones = json!([told[0], told[2]]).to_string();
        assert!(!without_zones.contains("4711"), "{without_zones}");
        let text = json!(told).to_string();
        assert!(!text.contains("secret"), "{text}");
        assert!(told[1].to_string().contains("open-sha256"), "what is public is told whole");
        let own = &told[3];
        assert_eq!(own["provenance"]["parameters"]["reach_km"], 30.0);
        assert_eq!(own["provenance"]["parameters"]["indicators"], json!([{"name": "i"}]));
        assert_eq!(own["provenance"]["findings"][1], json!({"finding": "outside", "withheld": true}));
        assert!(!own["provenance"].to_string().contains("4711"), "{own}");
        assert_eq!(words(&card, Level::Public).split(';').next(), Some("shelters: restricted"));
    }

    #[test]
    fn whoever_may_see_the_layer_is_told_all_of_it() {
        let card = card();
        let told = ancestry(&card, Level::Restricted);
        assert_eq!(told, card.ancestry.iter().map(|a| json!(a)).collect::<Vec<_>>());
        assert_eq!(words(&card, Level::Restricted).split(';').next(), Some("shelters: counts"));
    }
}
