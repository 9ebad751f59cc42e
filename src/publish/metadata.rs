//! `metadata.json` and the two read-me files of a run.

use serde::Serialize;
use serde_json::{Value, json};

use super::style::{RATE_PER, Style, words_of};
use super::{Card, Dataset, Simplified, lineage, table_schema};
use crate::lang::Lang;
use crate::layer::DISPLACED_RECORD;
use crate::layer::write::WriteReport;
use crate::workspace::config::Text;

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
    let mut value = json!({
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
    });
    if !dataset.accepted.is_empty() {
        value["accepted"] = json!(dataset.accepted);
    }
    value
}

fn layer(dataset: &Dataset, card: &Card, style: &Style, record: &LayerRecord) -> Value {
    let schema = card.layer.attributes().schema();
    let fields: Vec<Value> = schema
        .fields()
        .iter()
        .map(|field| {
            let kind = table_schema::kind(field.data_type());
            match words_of(style.told(), field.name()) {
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
        "ancestry": lineage::ancestry(card, dataset.allowed),
    });
    // It follows from the gazetteer and the places that are shown; see `build/hide.rs`.
    if let Some(record) = card.layer.provenance.parameters.get(DISPLACED_RECORD) {
        value["displaced"] = record.clone();
    }
    if let Some(per) = style.rate_per {
        value[RATE_PER] = json!(per);
    }
    value
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
