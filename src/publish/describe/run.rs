//! What all descriptions are made from, and what several of them say alike.

use serde_json::{Value, json};

use crate::lang::Text;
use crate::publish::metadata::WrittenLayer;
use crate::publish::record::FileRecord;
use crate::publish::style::DEFAULT;
use crate::publish::{Card, Dataset};

/// What all descriptions are made from.
pub(in crate::publish) struct Run<'a> {
    pub dataset: &'a Dataset,
    pub cards: &'a [Card],
    pub records: &'a [WrittenLayer],
    /// Files about the whole set.
    pub whole: &'a [FileRecord],
    pub name: &'a str,
    pub now: jiff::Timestamp,
}

impl Run<'_> {
    /// What a reader must bear in mind of all layers, each once.
    pub(super) fn caveats(&self) -> Vec<&str> {
        let mut caveats: Vec<&str> = Vec::new();
        if self.dataset.invented {
            caveats.push("País inventado: ninguna cifra es real. / Invented country: no figure is real.");
        }
        for text in self.cards.iter().flat_map(|card| &card.caveats).map(|text| text.pick(DEFAULT)) {
            if !text.is_empty() && !caveats.contains(&text) {
                caveats.push(text);
            }
        }
        caveats
    }

    /// Who made the data, each once.
    pub(super) fn sources(&self) -> Vec<&str> {
        let mut sources: Vec<&str> = Vec::new();
        for source in self.cards.iter().flat_map(|card| &card.sources) {
            if !sources.contains(&source.as_str()) {
                sources.push(source);
            }
        }
        sources
    }

    pub(super) fn stamp(&self) -> String {
        self.now.strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
    }

    pub(super) fn day(&self) -> String {
        self.now.strftime("%Y-%m-%d").to_string()
    }
}

/// First and last year that a text names, such as `2014-2024` or `2020; 2026-09`.
pub(super) fn years(dates: &str) -> Option<(u16, u16)> {
    let mut years = dates
        .split(|c: char| !c.is_ascii_digit())
        .filter(|digits| digits.len() == 4)
        .filter_map(|digits| digits.parse::<u16>().ok())
        .filter(|year| (1500..2200).contains(year));
    let first = years.next()?;
    Some(years.fold((first, first), |(low, high), year| (low.min(year), high.max(year))))
}

/// The licence as catalogues know it, if they do: an SPDX identifier.
pub(super) fn spdx(licence: &str) -> Option<&str> {
    const KNOWN: [&str; 8] = [
        "CC0-1.0",
        "CC-BY-4.0",
        "CC-BY-3.0",
        "CC-BY-3.0-IGO",
        "CC-BY-SA-4.0",
        "CC-BY-NC-4.0",
        "ODbL-1.0",
        "PDDL-1.0",
    ];
    KNOWN.contains(&licence).then_some(licence)
}

/// A text in both languages as one, Spanish first.
pub(super) fn both(text: &Text) -> String {
    match (text.es.is_empty(), text.en.is_empty()) {
        (false, false) => format!("{} / {}", text.es, text.en),
        (true, _) => text.en.clone(),
        _ => text.es.clone(),
    }
}

/// Media type of a file by its ending.
fn media_type(name: &str) -> &'static str {
    match name.rsplit('.').next() {
        Some("geojson") => "application/geo+json",
        Some("json") => "application/json",
        Some("csv") => "text/csv",
        Some("gpkg") => "application/geopackage+sqlite3",
        Some("fgb") => "application/vnd.flatgeobuf",
        Some("qgz") => "application/zip",
        Some("qml" | "qmd") => "application/xml",
        Some("xlsx") => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        Some("md") => "text/markdown",
        _ => "application/octet-stream",
    }
}

/// A file as an asset of STAC, with its length and multihash (0x12 SHA-256, 0x20 bytes).
pub(super) fn asset(file: &FileRecord, role: &str) -> Value {
    json!({
        "href": format!("./{}", file.name),
        "title": file.name,
        "type": media_type(&file.name),
        "roles": [role],
        "file:size": file.bytes,
        "file:checksum": format!("1220{}", file.sha256),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn years_are_found_in_what_people_write() {
        assert_eq!(years("2014-2024"), Some((2014, 2024)));
        assert_eq!(years("2020; septiembre de 2026"), Some((2020, 2026)));
        assert_eq!(years("2026-09-01"), Some((2026, 2026)));
        assert_eq!(years("ayer, 12345"), None);
    }
}
