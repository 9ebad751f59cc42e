//! What a reader finds their way by: borders and names of states, places where most people live. Drawn over all other
//! areas, from the tables that the layers have.

use super::extent::{extent, wgs84};
use super::parts::{Backdrop, Kind, Project, Sheet};
use crate::layer::Geometry;
use crate::publish::style::xml::Xml;
use crate::publish::style::{COLOURS, Label, Words, qml};

/// Places named at every scale.
const FIRST: usize = 25;

/// Places named from [`NEAR`] on.
const MORE: usize = 200;

/// One in so many: from here on there is room for [`MORE`] places.
const NEAR: u32 = 4_000_000;

/// One in so many: nearer than that layers of many zones name them all themselves.
const OWN_NAMES: u32 = 1_500_000;

/// No scale.
const ANY: u32 = 1_000_000_000;

/// Fewest zones of which some can be the most populous.
const ZONES: usize = 50;

/// The layer of states, of which there is a page each: the first with theme `states` and more than one zone.
pub(super) fn states<'a, 'b>(sheets: &'b [Sheet<'a>]) -> Option<&'b Sheet<'a>> {
    let many = |sheet: &&Sheet<'_>| sheet.card.layer.len() > 1 && sheet.bounds.is_some();
    sheets.iter().filter(many).find(|sheet| {
        sheet.card.theme == "states" && matches!(**sheet.card.layer.geometry(), Geometry::Zones(_))
    })
}

/// The backdrops of a project, from the top of the map to its bottom.
pub(super) fn backdrops(sheets: &[Sheet<'_>], package: &str) -> Vec<Backdrop> {
    let states = states(sheets);
    let make = |sheet: &Sheet<'_>, part: &str, title: Words, subset: &str, kind: Kind, scale: u32| {
        let subset = if subset.is_empty() { String::new() } else { format!("|subset={subset}") };
        Some(Backdrop {
            id: format!("corredor_context_{part}"),
            title,
            source: format!("{package}|layername={}{subset}", sheet.card.name),
            kind,
            scale,
            label: sheet.style.heading.clone(),
            key: sheet.card.layer.key().to_owned(),
            bounds: sheet.bounds?,
        })
    };
    let mut all = Vec::new();
    let peopled = sheets.iter().filter(|sheet| {
        let layer = &sheet.card.layer;
        sheet.style.geometry == "polygon" && layer.len() >= ZONES && layer.has("name") && layer.has("pop")
    });
    if let Some(zones) = peopled.max_by_key(|sheet| sheet.card.layer.len()) {
        let mut people: Vec<f64> =
            zones.card.layer.numbers("pop").unwrap_or_default().into_iter().flatten().collect();
        people.sort_by(|a, b| b.total_cmp(a));
        // So many at most, and of a small country a part: of those with as many people all or none.
        let least = |count: usize, part: usize| people.get(count.min(people.len() / part)).copied();
        if let (Some(first), Some(more)) = (least(FIRST, 6), least(MORE, 2)) {
            let title = Words::new("Lugares con más habitantes", "Places with most people");
            all.extend(make(zones, "places", title, &format!("\"pop\" > {first}"), Kind::Place, ANY));
            let title = Words::new("Otros lugares, de cerca", "More places, from near");
            let subset = format!("\"pop\" > {more} AND \"pop\" <= {first}");
            all.extend(make(zones, "more_places", title, &subset, Kind::Place, NEAR));
        }
    }
    if let Some(states) = states {
        let title = Words::new("Límites y nombres", "Borders and names");
        all.extend(make(states, "borders", title, "", Kind::Border, ANY));
    }
    all
}

/// A backdrop among the layers of a project.
pub(super) fn layer(xml: &mut Xml, project: &Project<'_>, backdrop: &Backdrop) {
    let nearest = if backdrop.kind == Kind::Place { OWN_NAMES } else { 0 };
    let (farthest, nearest) = (backdrop.scale.to_string(), nearest.to_string());
    xml.begin(
        "maplayer",
        &[
            ("type", "vector"),
            ("geometry", "Polygon"),
            ("wkbType", "MultiPolygon"),
            ("labelsEnabled", "1"),
            ("readOnly", "1"),
            ("simplifyDrawingHints", "1"),
            ("simplifyAlgorithm", "0"),
            ("simplifyDrawingTol", "1"),
            ("simplifyLocal", "1"),
            ("simplifyMaxScale", "1"),
            ("hasScaleBasedVisibilityFlag", "1"),
            ("minScale", &farthest),
            ("maxScale", &nearest),
        ],
    );
    extent(xml, backdrop.bounds);
    xml.text("id", &backdrop.id);
    xml.text("datasource", &backdrop.source);
    xml.text("layername", backdrop.title.pick(project.lang));
    xml.begin("srs", &[]);
    wgs84(xml);
    xml.end();
    xml.text_with("provider", &[("encoding", "UTF-8")], "ogr");
    xml.begin("flags", &[]);
    // What it says is asked of the layer that it is drawn from.
    for (name, value) in [("Identifiable", "0"), ("Removable", "1"), ("Searchable", "0"), ("Private", "0")] {
        xml.text(name, value);
    }
    xml.end();
    xml.begin(
        "renderer-v2",
        &[
            ("type", "singleSymbol"),
            ("symbollevels", "0"),
            ("forceraster", "0"),
            ("enableorderby", "0"),
            ("referencescale", "-1"),
        ],
    );
    xml.begin("symbols", &[]);
    match backdrop.kind {
        Kind::Border => qml::outline(xml, COLOURS.colour("casing"), BORDER_MM),
        Kind::Place => qml::point_inside(xml, COLOURS.colour("hatch")),
    }
    (0..2).for_each(|_| xml.end());
    let label = Label {
        field: backdrop.label.clone(),
        decimals: None,
        unit: String::new(),
        scale: backdrop.scale,
        numbered: None,
    };
    qml::labeling(xml, &label, if backdrop.kind == Kind::Border { qml::At::Middle } else { qml::At::Beside });
    xml.text("previewExpression", &format!("\"{}\"", backdrop.key));
    xml.end();
}

/// Width of the borders of states, mm.
const BORDER_MM: f64 = 0.2;
