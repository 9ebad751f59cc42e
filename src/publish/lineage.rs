//! What is told of the layers that a published one was made from.
//!
//! Of a layer above the level of the run nothing leaves that depends on its rows, its file or the database it came from:
//! no digest, count, name of a file or field, no parameter, no finding. Of one made straight from it stays what its layer
//! file states, and the kinds of what was noticed.

use serde_json::{Value, json};

use super::record::{AncestorRecord, FindingRecord, ProvenanceRecord, StepRecord};
use super::{Ancestor, Card};
use crate::layer::{Finding, Provenance};
use crate::protect::{Door, sight};
use crate::workspace::config::Level;

/// Parameters that a layer file states, or that Corredor fixes for every data set. Those that name fields of an input, or
/// that depend on its rows, are not among them.
const STATED: [&str; 41] = [
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
    "likely_pct",
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
pub(super) fn ancestry(card: &Card, viewer: Level) -> Vec<AncestorRecord> {
    card.ancestry.iter().map(|ancestor| tell(card, ancestor, viewer)).collect()
}

fn tell(card: &Card, ancestor: &Ancestor, viewer: Level) -> AncestorRecord {
    let told = AncestorRecord {
        layer: ancestor.layer.clone(),
        level: Some(ancestor.level),
        // What its file states is among the dates of what was made from it.
        date: ancestor.date.clone(),
        ..AncestorRecord::default()
    };
    if withheld(ancestor, viewer) {
        return AncestorRecord { withheld: true, ..told };
    }
    let touched = touched(card, ancestor, viewer);
    let provenance = if touched { quiet(&ancestor.provenance) } else { whole(&ancestor.provenance) };
    // Its own features are counted in what is published of it; those of one on the way are not.
    let features = (!touched || ancestor.layer == card.name).then_some(ancestor.features);
    AncestorRecord { features, provenance: Some(provenance), ..told }
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

/// All of a record.
fn whole(provenance: &Provenance) -> ProvenanceRecord {
    let told = |finding| FindingRecord::Told(Box::new(finding));
    ProvenanceRecord {
        source: provenance.source.clone(),
        made: StepRecord { step: provenance.step.clone(), parameters: provenance.parameters.clone() },
        inputs: provenance.inputs.clone(),
        findings: provenance.findings.iter().cloned().map(told).collect(),
    }
}

/// A record without what depends on the rows of its inputs.
fn quiet(provenance: &Provenance) -> ProvenanceRecord {
    let stated = provenance.parameters.iter().filter(|(name, _)| STATED.contains(&name.as_str()));
    let parameters = stated.map(|(name, value)| (name.clone(), without_rows(name, value))).collect();
    ProvenanceRecord {
        source: None,
        made: StepRecord { step: provenance.step.clone(), parameters },
        inputs: provenance.inputs.clone(),
        findings: provenance.findings.iter().map(kind).collect(),
    }
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
fn kind(finding: &Finding) -> FindingRecord {
    let finding = json!(finding)["finding"].as_str().unwrap_or_default().to_owned();
    FindingRecord::Kind { finding, withheld: true }
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

    /// The ancestry as it is written.
    fn told(card: &Card, viewer: Level) -> Vec<Value> {
        ancestry(card, viewer).iter().map(|ancestor| json!(ancestor)).collect()
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
        let told = told(&card, Level::Public);
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
    fn what_is_stated_is_a_parameter_of_some_step() {
        let schema: Value = serde_json::from_str(&crate::publish::record::schema()).unwrap();
        let definitions = schema["$defs"].as_object().unwrap().iter();
        let of_steps = definitions.filter(|(name, _)| name.ends_with("Parameters") || *name == "Shared");
        let of_steps: Vec<&Value> = of_steps.map(|(_, definition)| &definition["properties"]).collect();
        for name in STATED {
            assert!(of_steps.iter().any(|members| !members[name].is_null()), "{name}");
        }
    }

    #[test]
    fn whoever_may_see_the_layer_is_told_all_of_it() {
        let card = card();
        let whole = |a: &Ancestor| json!({"layer": a.layer, "level": a.level, "features": a.features, "provenance": a.provenance});
        assert_eq!(told(&card, Level::Restricted), card.ancestry.iter().map(whole).collect::<Vec<_>>());
        assert_eq!(words(&card, Level::Restricted).split(';').next(), Some("shelters: counts"));
    }
}
