//! `metadata.json` and the two read-me files of a run.

use serde::Serialize;
use serde_json::{Value, json};

use super::style::{Style, words_in};
use super::{Ancestor, Card, Dataset, Simplified};
use crate::lang::Lang;
use crate::layer::DISPLACED_RECORD;
use crate::layer::write::WriteReport;
use crate::workspace::config::{Level, Text};

/// A published file.
#[derive(Clone, Debug, Serialize)]
pub(super) struct FileRecord {
    pub name: String,
    pub bytes: u64,
    pub sha256: String,
}

/// What was written of a layer.
#[derive(Clone, Debug)]
pub(super) struct LayerRecord {
    pub files: Vec<FileRecord>,
    pub written: Option<WriteReport>,
    pub simplified: Option<Simplified>,
}

fn text(text: &Text) -> Value {
    json!({"es": text.es, "en": text.en})
}

/// The metadata of a run, as the text of its file.
pub(super) fn metadata(
    dataset: &Dataset,
    cards: &[Card],
    styles: &[Style],
    records: &[LayerRecord],
    whole: &[FileRecord],
    run: &str,
    now: jiff::Timestamp,
) -> String {
    let value = value(dataset, cards, styles, records, whole, run, now);
    // A `Value` always serialises.
    serde_json::to_string_pretty(&value).unwrap_or_default() + "\n"
}

/// The metadata of a run.
pub(super) fn value(
    dataset: &Dataset,
    cards: &[Card],
    styles: &[Style],
    records: &[LayerRecord],
    whole: &[FileRecord],
    run: &str,
    now: jiff::Timestamp,
) -> Value {
    let layers: Vec<Value> = cards
        .iter()
        .zip(styles)
        .zip(records)
        .map(|((card, style), record)| layer(dataset, card, style, record))
        .collect();
    json!({
        "run": run,
        "published": now.strftime("%Y-%m-%dT%H:%M:%SZ").to_string(),
        "corredor": env!("CARGO_PKG_VERSION"),
        "workspace": dataset.name,
        "title": text(&dataset.title),
        "country": text(&dataset.country),
        "invented": dataset.invented,
        "contact": dataset.contact,
        "licence": dataset.licence,
        "level": dataset.allowed.name(),
        "fingerprint": dataset.fingerprint,
        "seed": dataset.seed,
        "crs": "OGC:CRS84",
        "csv": "text cells that begin with = + - @ are preceded by an apostrophe",
        "files": whole,
        "layers": layers,
    })
}

fn layer(dataset: &Dataset, card: &Card, style: &Style, record: &LayerRecord) -> Value {
    let schema = card.layer.attributes().schema();
    let fields: Vec<Value> = schema
        .fields()
        .iter()
        .map(|field| {
            use arrow_schema::DataType as T;
            let kind = match field.data_type() {
                T::Int64 => "integer",
                T::Float64 => "number",
                T::Boolean => "boolean",
                _ => "text",
            };
            match words_in(&card.layer, field.name()) {
                Some(words) => {
                    json!({"name": field.name(), "type": kind, "alias": {"es": words.es, "en": words.en},
                    "unit": words.unit})
                }
                None => json!({"name": field.name(), "type": kind}),
            }
        })
        .collect();
    let written = record.written.as_ref().map(|w| {
        json!({"vertices": w.vertices, "dropped_rings": w.dropped_rings, "repaired_after_rounding": w.repaired,
            "without_geometry_after_rounding": w.unlocated})
    });
    let simplified = record.simplified.as_ref().map(|s| {
        json!({"vertices_before": s.vertices[0], "vertices": s.vertices[1], "area_error_pct": s.area_error_pct,
            "area_tolerance_pct": dataset.budget.area_pct, "full": format!("{}.fgb", card.name)})
    });
    let mut value = json!({
        "layer": card.name,
        "title": text(&card.title),
        "description": text(&card.description),
        "caveats": card.caveats.iter().map(text).collect::<Vec<_>>(),
        "sources": card.sources,
        "date": card.date,
        "licence": card.licence(dataset),
        "level": card.level.name(),
        "key": card.layer.key(),
        "features": card.layer.len(),
        "geometry": card.layer.geometry().kind(),
        "theme": card.theme,
        "style": card.style,
        "bbox": record.written.as_ref().and_then(|w| w.bbox),
        "written": written,
        "simplified": simplified,
        "fields": fields,
        "legend": style.legend(),
        "files": record.files,
        "ancestry": ancestry(card, dataset.allowed),
    });
    // It follows from the gazetteer and the places that are shown; see `build/hide.rs`.
    if let Some(record) = card.layer.provenance.parameters.get(DISPLACED_RECORD) {
        value["displaced"] = record.clone();
    }
    value
}

/// The layers that a layer was made from. Findings about a layer above the allowed level, or about one made
/// straight from it, keep their counts; the keys that they quote would publish what the gate holds back.
fn ancestry(card: &Card, allowed: Level) -> Vec<Value> {
    let levels = [Level::Public, Level::Restricted, Level::Confidential, Level::Strict];
    let held_back = |name: &str| {
        let level = card.ancestry.iter().find(|a| a.layer == name).map(|a| a.level);
        levels.iter().any(|l| *l > allowed && Some(l.name()) == level)
    };
    let tell = |ancestor: &Ancestor| {
        let mut value = json!(ancestor);
        let quiet = held_back(&ancestor.layer) || ancestor.provenance.inputs.iter().any(|i| held_back(i));
        if quiet
            && let Some(findings) = value.pointer_mut("/provenance/findings").and_then(Value::as_array_mut)
        {
            for finding in findings.iter_mut().filter_map(Value::as_object_mut) {
                finding.retain(|name, value| name == "finding" || value.is_number());
                finding.insert("withheld".to_owned(), json!(true));
            }
        }
        value
    };
    card.ancestry.iter().map(tell).collect()
}

/// The page that a partner reads first.
pub(super) fn readme(dataset: &Dataset, cards: &[Card], run: &str, lang: Lang) -> String {
    let pick = |t: &Text| t.pick(lang).to_owned();
    let say = |es: &'static str, en: &'static str| lang.pick(es, en);
    let mut out = vec![format!("# {}", pick(&dataset.title)), String::new()];
    if dataset.invented {
        out.push(format!(
            "**{}**",
            say("País inventado: ninguna cifra es real.", "Invented country: no figure is real.")
        ));
        out.push(String::new());
    }
    out.push(format!(
        "{}: {run}. {}: {}.",
        say("Corrida", "Run"),
        say("Nivel", "Level"),
        dataset.allowed.name()
    ));
    out.push(String::new());
    out.push(
        say(
            "Arrastre un `.geojson` a QGIS: el estilo del mismo nombre se carga solo (en español; `.en.qml` para inglés). Fuentes, fechas, parámetros y sumas de control: `metadata.json`.",
            "Drag a `.geojson` into QGIS: the style of the same name loads by itself (in Spanish; load `.en.qml` for English). Sources, dates, parameters and checksums: `metadata.json`.",
        )
        .to_owned(),
    );
    for card in cards {
        out.extend([String::new(), format!("## `{}`: {}", card.name, pick(&card.title)), String::new()]);
        out.push(pick(&card.description));
        let caveats: Vec<String> = card.caveats.iter().map(&pick).filter(|c| !c.is_empty()).collect();
        if !caveats.is_empty() {
            out.extend([String::new(), format!("{}:", say("Tenga en cuenta", "Bear in mind"))]);
            out.extend(caveats.iter().map(|c| format!("- {c}")));
        }
        if !card.sources.is_empty() {
            out.extend([
                String::new(),
                format!("{}: {}.", say("Fuentes", "Sources"), card.sources.join("; ")),
            ]);
        }
    }
    out.join("\n") + "\n"
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::layer::{Column, Finding, Geometry, Layer, Provenance};

    fn ancestor(layer: &str, level: Level, inputs: &[&str], example: &str) -> Ancestor {
        let examples = vec![example.to_owned()];
        let provenance = Provenance {
            inputs: inputs.iter().map(|i| (*i).to_owned()).collect(),
            findings: vec![Finding::NoNeighbours { count: 1, examples }],
            ..Provenance::default()
        };
        Ancestor { layer: layer.to_owned(), level: level.name(), features: 1, provenance }
    }

    #[test]
    fn keys_of_what_the_gate_holds_back_stay_back() {
        let columns = vec![Column::texts("code", vec![Some("01")])];
        let layer =
            Layer::new("gaps", "code", columns, Arc::new(Geometry::None), Provenance::default()).unwrap();
        let card = Card {
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
                ancestor("shelters", Level::Restricted, &[], "secret-house"),
                ancestor("zones", Level::Public, &[], "01001"),
                ancestor("gaps", Level::Public, &["shelters", "zones"], "secret-name"),
            ],
        };
        let public = json!(ancestry(&card, Level::Public)).to_string();
        assert!(!public.contains("secret") && public.contains("01001"), "{public}");
        assert!(public.contains("\"withheld\":true") && public.contains("\"count\":1"));
        assert!(json!(ancestry(&card, Level::Restricted)).to_string().contains("secret-house"));
    }
}
