//! What is written is read back, older and newer records are told apart, and the schema describes all of it.

use serde_json::{Map, Value, json};

use super::*;
use crate::layer::{Finding, Provenance, Source};
use crate::workspace::config::{Level, Text};

/// A layer with its record of how it was made.
fn layer(name: &str, step: &str, parameters: Value) -> LayerRecord {
    let Value::Object(parameters) = parameters else { panic!("{parameters}") };
    let made = StepRecord { step: step.to_owned(), parameters };
    let findings = vec![
        FindingRecord::Told(Box::new(Finding::NoNeighbours { count: 1, of: 9, examples: vec!["a".into()] })),
        FindingRecord::Kind { finding: "outside".into(), withheld: true },
    ];
    let source = Source { name: "file.csv".into(), driver: "CSV".into(), read: 9, ..Source::default() };
    let provenance = ProvenanceRecord { source: Some(source), made, inputs: vec!["zones".into()], findings };
    let own = AncestorRecord {
        layer: name.to_owned(),
        level: Some(Level::Public),
        features: Some(9),
        provenance: Some(provenance),
        ..AncestorRecord::default()
    };
    let above = AncestorRecord {
        layer: "sites".into(),
        level: Some(Level::Restricted),
        withheld: true,
        ..AncestorRecord::default()
    };
    LayerRecord {
        layer: name.to_owned(),
        level: Some(Level::Public),
        fields: vec![
            FieldRecord { name: "code".into(), kind: "text".into(), words: None },
            FieldRecord {
                name: "km".into(),
                kind: "number".into(),
                words: Some(FieldWordsRecord {
                    alias: Text { es: "Kilómetros".into(), en: "Kilometres".into() },
                    unit: None,
                }),
            },
        ],
        ancestry: vec![above, own],
        ..LayerRecord::default()
    }
}

fn record() -> RunRecord {
    let coverage = json!({"reach_km": 30.0, "distance": "geodesic", "sites": 7});
    let priority = json!({"components": [{"layer": "a", "field": "km", "weight": 2.0}], "carry": [],
        "scale": "rank", "rate_per": 100_000.0});
    RunRecord {
        schema: SCHEMA,
        run: "R".into(),
        level: Some(Level::Public),
        layers: vec![layer("gaps", "coverage", coverage), layer("first", "priority", priority)],
        ..RunRecord::default()
    }
}

fn open(text: &str) -> Result<RunRecord, RecordError> {
    let dir = tempfile::tempdir().unwrap();
    std::fs::write(dir.path().join(RECORD_FILE), text).unwrap();
    RunRecord::open(dir.path())
}

/// A message with what to do, without the folder of the test.
fn told(error: &RecordError) -> String {
    let folder = format!("{}/", error.path().parent().unwrap().display());
    format!("{error}\n{}", error.help()).replace(&folder, "")
}

#[test]
fn what_is_written_is_read_back_to_the_byte() {
    let text = record().text();
    let read = open(&text).unwrap();
    assert_eq!(read.text(), text);
    assert_eq!(read.layer("gaps").unwrap().parameters().reach_km(), Some(30.0));
    assert_eq!(read.layer("first").unwrap().parameters().rate_per(), Some(100_000.0));
    let fields = &read.layer("gaps").unwrap().fields;
    assert_eq!((fields[0].alias(), fields[1].unit()), (None, ""));
    assert_eq!(fields[1].alias().unwrap().en, "Kilometres");
}

#[test]
fn members_stand_in_the_order_of_their_names() {
    let text = record().text();
    let members = text.lines().filter(|line| line.starts_with("  \"")).map(str::trim_start);
    let members: Vec<&str> = members.collect();
    assert!(members.is_sorted(), "{members:?}");
    assert!(members.contains(&"\"schema\": 1,"), "{members:?}");
}

#[test]
fn a_record_without_a_schema_is_read_as_far_as_it_goes() {
    let old = json!({"run": "old", "layers": [{"layer": "zones", "ancestry": [
        {"layer": "zones", "provenance": {"step": "priority", "findings": [{"finding": "of_once", "n": 1}],
            "parameters": {"components": [{"field": "km", "weight": 1.0}], "carry": "none", "rate_per": 1000.0}}}]}]});
    let read = open(&old.to_string()).unwrap();
    assert_eq!((read.schema, read.level, read.invented), (0, None, false));
    let zones = read.layer("zones").unwrap();
    assert_eq!(
        (zones.step(), zones.key.as_str(), zones.geometry),
        ("priority", "", crate::workspace::config::GeometryKind::None)
    );
    let Parameters::Priority(own) = zones.parameters() else { panic!("{:?}", zones.parameters()) };
    assert_eq!((own.components[0].field.as_str(), own.carry.len(), own.rate_per), ("km", 0, Some(1000.0)));
    // Scores of before they named their field have that of their step.
    let score = open(r#"{"layers": [{"layer": "s", "ancestry": [{"provenance": {"step": "composite"}}]}]}"#);
    assert_eq!(score.unwrap().layer("s").unwrap().parameters().score_field(), Some("score"));
}

#[test]
fn what_cannot_be_read_is_refused_with_what_to_do() {
    let newer = json!({"schema": 2, "corredor": "0.9.0", "layers": "elsewhere now"});
    let mut wrong = record();
    let provenance = wrong.layers[0].ancestry[1].provenance.as_mut().unwrap();
    provenance.made.parameters.insert("reach_km".into(), json!("far"));
    let errors = [
        newer.to_string(),
        wrong.text(),
        "{\"run\": 1}".to_owned(),
        "{\"layers\": [], \"run\": 1}".to_owned(),
        "{\"layers\": [\n{\"key\": 1}]}".to_owned(),
        "[]".to_owned(),
        String::new(),
    ]
    .map(|text| told(&open(&text).unwrap_err()));
    insta::assert_snapshot!(errors.join("\n"));
    assert!(matches!(RunRecord::open(std::path::Path::new("absent")), Err(RecordError::Io { .. })));
}

#[test]
fn a_step_and_its_readers_share_one_definition() {
    let mut provenance = Provenance::default();
    let own = CoverageParameters { reach_km: Some(5.0), ..CoverageParameters::default() };
    Parameters::Coverage(own).write_to(&mut provenance);
    let protect = ProtectRecord {
        to: Level::Public,
        conditions: Some(ProtectConditions::Groups { min_zones: 3, max_share_pct: 80.0 }),
        ..ProtectRecord::default()
    };
    Shared { protect: Some(protect), ..Shared::default() }.write_to(&mut provenance);
    assert_eq!(provenance.step, "coverage");
    let protect = json!({"to": "public", "reason": {"es": "", "en": ""}, "round_km": 0.0,
        "conditions": {"min_zones": 3, "max_share_pct": 80.0}});
    assert_eq!(
        Value::Object(provenance.parameters.clone()),
        json!({"reach_km": 5.0, "distance": "", "protect": protect})
    );
    assert_eq!(Parameters::of_layer(&provenance).reach_km(), Some(5.0));
    assert_eq!(Shared::of_layer(&provenance).protect.unwrap().to, Level::Public);
    assert!(matches!(Parameters::of("read", &Map::new()), Parameters::Other));
}

/// Every step of a plan but `[read]` has its parameters here.
#[test]
fn every_step_has_its_parameters() {
    for kind in crate::workspace::config::StepKind::ALL {
        let known = !matches!(Parameters::of(kind.name(), &Map::new()), Parameters::Other);
        assert_eq!(known, kind.name() != "read", "{}", kind.name());
    }
}
