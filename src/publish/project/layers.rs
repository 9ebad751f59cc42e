//! The layers of a project.

use super::extent::{extent, wgs84};
use super::parts::{Project, Sheet};
use crate::layer::write::number_column;
use crate::publish::qmd;
use crate::publish::style::xml::Xml;
use crate::publish::style::{Extra, qml};

pub(super) fn layer(xml: &mut Xml, project: &Project<'_>, sheet: &Sheet<'_>) {
    let (card, style, lang) = (sheet.card, sheet.style, project.lang);
    let table = style.geometry == "none";
    let labels = if style.label.is_some() && !table { "1" } else { "0" };
    let kind = match style.geometry {
        "point" => "Point",
        "line" => "Line",
        "polygon" => "Polygon",
        _ => "No geometry",
    };
    xml.begin(
        "maplayer",
        &[
            ("type", "vector"),
            ("geometry", kind),
            ("wkbType", wkb_type(style.geometry)),
            ("labelsEnabled", labels),
            ("readOnly", "1"),
            ("simplifyDrawingHints", if table { "0" } else { "1" }),
            ("simplifyAlgorithm", "0"),
            ("simplifyDrawingTol", "1"),
            ("simplifyLocal", "1"),
            ("simplifyMaxScale", "1"),
            ("hasScaleBasedVisibilityFlag", "0"),
            ("refreshOnNotifyEnabled", "0"),
            ("autoRefreshEnabled", "0"),
        ],
    );
    if let Some(bounds) = sheet.bounds {
        extent(xml, bounds);
    }
    xml.text("id", &sheet.id);
    xml.text("datasource", &project.data_source(sheet));
    xml.text("title", style.title.pick(lang));
    xml.text("abstract", card.description.pick(lang));
    xml.text("layername", style.title.pick(lang));
    xml.begin("srs", &[]);
    if !table {
        wgs84(xml);
    }
    xml.end();
    xml.begin("resourceMetadata", &[]);
    qmd::elements(xml, project.dataset, card, lang, &project.day);
    xml.end();
    xml.text_with("provider", &[("encoding", "UTF-8")], "ogr");
    xml.begin("flags", &[]);
    for (name, value) in [("Identifiable", "1"), ("Removable", "1"), ("Searchable", "1"), ("Private", "0")] {
        xml.text(name, value);
    }
    xml.end();
    qml::body(xml, style, lang, Extra::Number(&number_column(&card.layer)));
    xml.end();
}

/// OGC's number of the geometry.
fn wkb_type(geometry: &str) -> &'static str {
    match geometry {
        "point" => "Point",
        "line" => "LineString",
        "polygon" => "MultiPolygon",
        _ => "NoGeometry",
    }
}

/// What *Project > Properties > Metadata* shows.
pub(super) fn metadata_of_project(xml: &mut Xml, project: &Project<'_>) {
    let dataset = project.dataset;
    xml.begin("projectMetadata", &[]);
    xml.text("identifier", &dataset.name);
    xml.text("language", project.lang.code());
    xml.text("type", "project");
    xml.text("title", &project.title());
    xml.text("abstract", &project.caveats(usize::MAX).join(" "));
    xml.begin("contact", &[]);
    xml.text("name", &dataset.contact);
    xml.end();
    xml.text("author", &format!("Corredor {}", env!("CARGO_PKG_VERSION")));
    xml.text("creation", &format!("{}T00:00:00", project.day));
    xml.end();
}

impl Project<'_> {
    /// What a reader must bear in mind of all layers, each once, the first few.
    pub(super) fn caveats(&self, most: usize) -> Vec<String> {
        let mut caveats: Vec<String> = Vec::new();
        if self.dataset.invented {
            let invented =
                self.say("País inventado: ninguna cifra es real.", "Invented country: no figure is real.");
            caveats.push(invented.to_owned());
        }
        for text in self.sheets.iter().flat_map(|s| &s.card.caveats).map(|c| c.pick(self.lang)) {
            if !text.is_empty() && !caveats.iter().any(|known| known == text) {
                caveats.push(text.to_owned());
            }
        }
        caveats.truncate(most);
        caveats
    }
}
