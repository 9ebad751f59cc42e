//! A sheet of totals: one group of a rollup, which has sums and means and no score.

use std::fmt::Write as _;

use serde::Serialize;

use super::map::{outlines, svg};
use super::page::{begin, begin_foot, escape, number, ordinal};
use super::sheet::{Figure, MapShape};
use super::{FichaError, corridor_box};
use crate::lang::Lang;
use crate::layer::{Layer, nearest};
use crate::publish::style::Words;
use crate::publish::{Catalogue, Entry};
use crate::workspace::config::GeometryKind;

/// Width and greatest height of the map, in units of the picture.
const MAP: (f64, f64) = (640.0, 420.0);

/// A value of a group, and where it stands among the groups.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct TotalFigure {
    /// The value.
    #[serde(flatten)]
    pub figure: Figure,
    /// Place from the highest among the groups that have a value; those with the same share one.
    pub place: usize,
    /// How many groups have a value.
    pub of: usize,
    /// Whether others have the same value.
    pub shared: bool,
}

/// The facts of a group of a rollup, as plain data.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct TotalSheet {
    /// The layer.
    pub layer: String,
    /// Other published rollups that have a group of this code.
    pub also_in: Vec<String>,
    /// Title of the layer.
    pub title: Words,
    /// What the layer holds.
    pub description: Words,
    /// The country.
    pub country: Words,
    /// Whether the country is invented.
    pub invented: bool,
    /// Code of the group.
    pub code: String,
    /// Its name.
    pub name: String,
    /// Whether it is all there is, and bears the name of the country.
    pub whole: bool,
    /// Its values, in the order of the layer.
    pub figures: Vec<TotalFigure>,
    /// Where it lies among the groups; empty where the layer is a table.
    pub map: Vec<MapShape>,
    /// Sources.
    pub sources: Vec<String>,
    /// Date of the data.
    pub date: String,
    /// What to bear in mind.
    pub caveats: Vec<Words>,
    /// The run.
    pub run: String,
}

/// Whether a layer holds totals.
fn is_rollup(entry: &Entry<'_>) -> bool {
    entry.step() == "rollup"
}

/// Gathers the totals of group `code`, from the rollup that is named or the first published one that has it; `None` where
/// none is named and none has it.
///
/// # Errors
/// A code that is not in the layer named, files that cannot be read.
pub fn total(
    catalogue: &Catalogue,
    code: &str,
    layer: Option<&str>,
) -> Result<Option<TotalSheet>, FichaError> {
    let wanted = |entry: &Entry<'_>| layer.is_none_or(|layer| layer == entry.name());
    let mut found: Option<TotalSheet> = None;
    for entry in catalogue.entries().filter(is_rollup).filter(wanted) {
        let read = catalogue.read(&entry)?;
        let keys = read.keys();
        if let Some(row) = keys.iter().position(|key| *key == code) {
            match &mut found {
                Some(first) => first.also_in.push(entry.name().to_owned()),
                None => found = Some(gathered(catalogue, &entry, &read, row)?),
            }
            continue;
        }
        if layer.is_some() {
            return Err(FichaError::NoZone {
                code: code.to_owned(),
                nearest: nearest(code, keys),
                layers: vec![entry.name().to_owned()],
            });
        }
    }
    Ok(found)
}

fn gathered(
    catalogue: &Catalogue,
    entry: &Entry<'_>,
    layer: &Layer,
    row: usize,
) -> Result<TotalSheet, FichaError> {
    let (record, run) = (entry.record(), catalogue.record());
    let keys = layer.keys();
    let names = if layer.has("name") { layer.texts("name")? } else { vec![None; layer.len()] };
    let country = Words::from(&run.country);
    let whole = keys.len() == 1 && names[row].is_none() && country != Words::default();
    let called = |row: usize| names[row].clone().unwrap_or_else(|| keys[row].to_owned());
    let mut figures = Vec::new();
    for field in &record.fields {
        let (name, kind) = (field.name.as_str(), field.kind.as_str());
        if name == entry.key() || !matches!(kind, "integer" | "number") {
            continue;
        }
        let values = layer.numbers(name)?;
        let Some(own) = values[row] else { continue };
        let decimals = match (kind, own.abs()) {
            ("integer", _) | (_, 100.0..) => 0,
            (_, 10.0..) => 1,
            _ => 2,
        };
        figures.push(TotalFigure {
            figure: Figure {
                title: field.alias().map_or_else(|| Words::same(name), Words::from),
                unit: field.unit().to_owned(),
                value: own,
                decimals,
            },
            place: values.iter().flatten().filter(|&&other| other > own).count() + 1,
            of: values.iter().flatten().count(),
            shared: values.iter().flatten().filter(|&&other| other == own).count() > 1,
        });
    }
    Ok(TotalSheet {
        layer: entry.name().to_owned(),
        also_in: Vec::new(),
        title: Words::from(&record.title),
        description: Words::from(&record.description),
        country,
        invented: run.invented,
        code: keys[row].to_owned(),
        whole,
        name: called(row),
        figures,
        map: if record.geometry == GeometryKind::Polygon {
            outlines(layer, row, &called)?
        } else {
            Vec::new()
        },
        sources: record.sources.clone(),
        date: record.date.clone(),
        caveats: record.caveats.iter().map(Words::from).collect(),
        run: run.run.clone(),
    })
}

/// The sheet as a page of HTML.
pub fn total_html(sheet: &TotalSheet, lang: Lang) -> String {
    let say = |es, en| lang.pick(es, en);
    let name = if sheet.whole { sheet.country.pick(lang) } else { &sheet.name };
    let mut out = begin(&format!("{name} · {}", sheet.title.pick(lang)), sheet.invented, lang);
    let dated = if sheet.date.is_empty() { String::new() } else { format!(" · {}", sheet.date) };
    let _ = write!(
        out,
        "<header><div><p class=\"over\">{} · {} {}</p><h1>{}</h1><p class=\"sub\">{}{}</p><p>{}</p></div></header>\
         <table class=\"list\"><tr><th></th><th>{}</th><th>{}</th></tr>",
        escape(sheet.country.pick(lang)),
        say("clave", "code"),
        escape(&sheet.code),
        escape(name),
        escape(sheet.title.pick(lang)),
        escape(&dated),
        escape(sheet.description.pick(lang)),
        say("Valor", "Value"),
        say("Lugar, desde el más alto", "Place, from the highest"),
    );
    for TotalFigure { figure, place, of, shared } in &sheet.figures {
        let shared = if *shared { say(" (compartido)", " (shared)") } else { "" };
        // One alone has no place among others.
        let place = match of {
            1 => "–".to_owned(),
            of => {
                let (place, of) = (ordinal(*place as i64, lang), number(*of as f64, 0));
                format!("{place} {} {of}{shared}", say("de", "of"))
            }
        };
        let (title, value) = (escape(figure.title.pick(lang)), escape(&corridor_box::written(figure)));
        let _ = write!(out, "<tr><td>{title}</td><td>{value}</td><td>{place}</td></tr>");
    }
    out.push_str("</table>");
    if sheet.map.len() > 1 {
        let _ = write!(out, "<h2>{}</h2><figure>", say("Dónde está", "Where it lies"));
        out.push_str(&svg(&sheet.map, &[], MAP, sheet.title.pick(lang)));
        out.push_str("</figure>");
    }
    begin_foot(&mut out, &sheet.caveats, lang);
    if !sheet.sources.is_empty() {
        let sources = escape(&sheet.sources.join("; "));
        let _ = write!(out, "<p>{}: {sources}.</p>", say("Datos", "Data"));
    }
    let corredor = env!("CARGO_PKG_VERSION");
    let run = escape(&sheet.run);
    let _ = write!(out, "<p>{} {run} · Corredor {corredor}</p></footer>", say("Corrida", "Run"));
    out.push_str("</main></body></html>\n");
    out
}
