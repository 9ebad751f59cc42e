//! The record of a run, made of what was written, and its two read-me files.

use super::record::{
    FieldRecord, FieldWordsRecord, FileRecord, LayerRecord, RunRecord, SCHEMA, Shared, SimplifiedRecord,
    WrittenRecord,
};
use super::style::{Style, words_of};
use super::{Card, Dataset, Simplified, lineage, table_schema};
use crate::lang::Lang;
use crate::layer::write::WriteReport;
use crate::workspace::config::{GeometryKind, Text};

/// What was written of a layer.
#[derive(Clone, Debug)]
pub(super) struct WrittenLayer {
    pub files: Vec<FileRecord>,
    pub written: Option<WriteReport>,
    pub simplified: Option<Simplified>,
}

/// The record of a run.
pub(super) fn record(
    dataset: &Dataset,
    cards: &[Card],
    styles: &[Style],
    written: &[WrittenLayer],
    whole: &[FileRecord],
    run: &str,
    now: jiff::Timestamp,
) -> RunRecord {
    let layers = cards.iter().zip(styles).zip(written);
    RunRecord {
        schema: SCHEMA,
        run: run.to_owned(),
        published: now.strftime("%Y-%m-%dT%H:%M:%SZ").to_string(),
        corredor: env!("CARGO_PKG_VERSION").to_owned(),
        workspace: dataset.name.clone(),
        title: dataset.title.clone(),
        country: dataset.country.clone(),
        invented: dataset.invented,
        contact: dataset.contact.clone(),
        licence: dataset.licence.clone(),
        level: Some(dataset.allowed),
        fingerprint: dataset.fingerprint.clone(),
        seed: dataset.seed,
        crs: "OGC:CRS84".to_owned(),
        csv: "text cells that begin with = + - @ are preceded by an apostrophe".to_owned(),
        files: whole.to_vec(),
        layers: layers.map(|((card, style), written)| layer(dataset, card, style, written)).collect(),
        accepted: dataset.accepted.clone(),
    }
}

fn layer(dataset: &Dataset, card: &Card, style: &Style, done: &WrittenLayer) -> LayerRecord {
    let schema = card.layer.attributes().schema();
    let field = |field: &arrow_schema::Field| FieldRecord {
        name: field.name().clone(),
        kind: table_schema::kind(field.data_type()).to_owned(),
        words: words_of(style.told(), field.name()).map(|words| FieldWordsRecord {
            alias: Text { es: words.es.into_owned(), en: words.en.into_owned() },
            unit: words.unit.map(std::borrow::Cow::into_owned),
        }),
    };
    let written = done.written.as_ref().map(|written| WrittenRecord {
        vertices: written.vertices,
        dropped_rings: written.dropped_rings,
        repaired_after_rounding: written.repaired.clone(),
        without_geometry_after_rounding: written.unlocated.clone(),
    });
    let simplified = done.simplified.as_ref().map(|simplified| SimplifiedRecord {
        vertices_before: simplified.vertices[0],
        vertices: simplified.vertices[1],
        area_error_pct: simplified.area_error_pct,
        area_tolerance_pct: dataset.budget.area_pct,
        full: format!("{}.fgb", card.name),
    });
    let said = |words: &super::style::Words| Text { es: words.es.clone(), en: words.en.clone() };
    LayerRecord {
        layer: card.name.clone(),
        title: card.title.clone(),
        description: card.description.clone(),
        caveats: card.caveats.clone(),
        sources: card.sources.clone(),
        date: card.date.clone(),
        licence: card.licence(dataset).to_owned(),
        level: Some(card.level),
        key: card.layer.key().to_owned(),
        features: card.layer.len(),
        geometry: GeometryKind::of(card.layer.geometry()),
        theme: card.theme.to_owned(),
        style: card.style.clone(),
        bbox: done.written.as_ref().and_then(|written| written.bbox),
        written,
        simplified,
        fields: schema.fields().iter().map(|one| field(one)).collect(),
        legend: style.legend().into_iter().map(said).collect(),
        files: done.files.clone(),
        ancestry: lineage::ancestry(card, dataset.allowed),
        // It follows from the gazetteer and the places that are shown; see `build/hide.rs`.
        displaced: Shared::of_layer(&card.layer.provenance).displaced,
        rate_per: style.rate_per,
    }
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
