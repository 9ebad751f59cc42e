//! Metadata of a layer as QGIS shows them (`.qmd`, *Layer properties > Metadata*).

use super::style::xml::Xml;
use super::{Card, Dataset};
use crate::lang::Lang;

/// The file `NAME.LANG.qmd`.
pub(super) fn qmd(dataset: &Dataset, card: &Card, lang: Lang, day: &str) -> String {
    let mut xml = Xml::new("<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>");
    xml.begin("qgis", &[("version", "3.22.0")]);
    elements(&mut xml, dataset, card, lang, day);
    xml.finish()
}

/// The same elements, as they stand in a file of their own and in a project.
pub(super) fn elements(xml: &mut Xml, dataset: &Dataset, card: &Card, lang: Lang, day: &str) {
    xml.text("identifier", &format!("{}/{}", dataset.name, card.name));
    xml.text("parentidentifier", &dataset.name);
    xml.text("language", lang.code());
    xml.text("type", "dataset");
    xml.text("title", card.title.pick(lang));
    xml.text("abstract", &abstract_of(dataset, card, lang));
    xml.begin("keywords", &[("vocabulary", "gmd:topicCategory")]);
    xml.text("keyword", "society");
    xml.end();
    xml.begin("contact", &[]);
    xml.text("name", &dataset.contact);
    xml.text("role", "pointOfContact");
    xml.end();
    xml.begin("links", &[]);
    xml.end();
    xml.text("license", card.licence(dataset));
    xml.text("rights", &card.sources.join("; "));
    for source in &card.sources {
        xml.text("history", &format!("{}: {source}", lang.pick("Fuente", "Source")));
    }
    xml.text(
        "history",
        &format!("{}: {day}. Corredor {}", lang.pick("Publicado", "Published"), env!("CARGO_PKG_VERSION")),
    );
    xml.text("encoding", "UTF-8");
    xml.begin("crs", &[]);
    super::project::wgs84(xml);
    xml.end();
    xml.begin("extent", &[]);
    if let Some([west, south, east, north]) = card.layer.geometry().bounds() {
        let [west, south, east, north] = [west, south, east, north].map(|v| v.to_string());
        xml.empty(
            "spatial",
            &[
                ("crs", "EPSG:4326"),
                ("dimensions", "2"),
                ("minx", &west),
                ("miny", &south),
                ("maxx", &east),
                ("maxy", &north),
                ("minz", "0"),
                ("maxz", "0"),
            ],
        );
    }
    xml.end();
}

/// What it shows, whether it is invented, what to bear in mind, and the dates.
pub(super) fn abstract_of(dataset: &Dataset, card: &Card, lang: Lang) -> String {
    let mut parts = vec![card.description.pick(lang).to_owned()];
    if dataset.invented {
        parts.push(
            lang.pick("País inventado: ninguna cifra es real.", "Invented country: no figure is real.")
                .to_owned(),
        );
    }
    parts.extend(card.caveats.iter().map(|c| c.pick(lang).to_owned()));
    if !card.date.is_empty() {
        parts.push(format!("{}: {}.", lang.pick("Fecha de los datos", "Date of the data"), card.date));
    }
    parts.retain(|part| !part.is_empty());
    parts.join(" ")
}
