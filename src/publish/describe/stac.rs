//! STAC 1.1: the run as a collection, each layer as an item, with the extensions `file` 2.1 and `processing` 1.2.

use serde_json::{Map, Value, json};

use super::run::{Run, asset, both, spdx, years};
use crate::layer::Extent;
use crate::publish::metadata::WrittenLayer;
use crate::publish::record::FileRecord;
use crate::publish::{Card, lineage};

const VERSION: &str = "1.1.0";

const EXTENSIONS: [&str; 2] = [
    "https://stac-extensions.github.io/file/v2.1.0/schema.json",
    "https://stac-extensions.github.io/processing/v1.2.0/schema.json",
];

/// Name of a layer's item.
pub(super) fn item_name(card: &Card) -> String {
    format!("{}.stac.json", card.name)
}

/// The collection.
pub(super) fn collection(run: &Run<'_>) -> Value {
    let dataset = run.dataset;
    let bounds = Extent::of(run.cards.iter().map(|card| &**card.layer.geometry())).map(Extent::bbox);
    let dates: Vec<&str> = run.cards.iter().map(|card| card.date.as_str()).collect();
    let interval = match years(&dates.join(" ")) {
        Some((first, last)) => json!([start(first), end(last)]),
        None => json!([null, run.stamp()]),
    };
    let mut links = vec![link("root", "collection.json")];
    links.extend(run.cards.iter().map(|card| {
        json!({"rel": "item", "href": format!("./{}", item_name(card)), "type": "application/geo+json",
            "title": both(&card.title)})
    }));
    let caveats = run.caveats().join(" ");
    let licence = match spdx(&dataset.licence) {
        None if !dataset.licence.is_empty() => format!(" Licencia / Licence: {}.", dataset.licence),
        _ => String::new(),
    };
    let providers: Vec<Value> =
        run.sources().iter().map(|source| json!({"name": source, "roles": ["producer"]})).collect();
    json!({
        "type": "Collection",
        "stac_version": VERSION,
        "stac_extensions": EXTENSIONS,
        "id": dataset.file_stem(),
        "title": both(&dataset.title),
        "description": format!("{} {caveats}{licence}", both(&dataset.title)).trim(),
        "license": spdx(&dataset.licence).unwrap_or("other"),
        "keywords": ["migration", "vulnerability", "corridor"],
        "providers": providers,
        "extent": {
            "spatial": {"bbox": [bounds.unwrap_or([-180.0, -90.0, 180.0, 90.0])]},
            "temporal": {"interval": [interval]},
        },
        "summaries": {"processing:software": [software()]},
        "links": links,
        "assets": assets(run.whole, |name| match name.rsplit('.').next() {
            Some("gpkg") => "data",
            Some("qgz") => "visual",
            _ => "metadata",
        }),
    })
}

/// What made it, as the processing extension names programs.
fn software() -> Value {
    json!({"Corredor": env!("CARGO_PKG_VERSION")})
}

/// The item of a layer.
pub(super) fn item(run: &Run<'_>, card: &Card, record: &WrittenLayer) -> Value {
    let mut properties = json!({
        "title": both(&card.title),
        "description": format!("{} {}", both(&card.description),
            card.caveats.iter().map(both).collect::<Vec<_>>().join(" ")).trim(),
        "created": run.stamp(),
        "license": spdx(card.licence(run.dataset)).unwrap_or("other"),
        "processing:software": software(),
        "processing:datetime": run.stamp(),
        "processing:lineage": lineage::words(card, run.dataset.allowed),
        "corredor:run": run.name,
        "corredor:level": card.level.name(),
        "corredor:licence": card.licence(run.dataset),
        "corredor:features": card.layer.len(),
    });
    if let Some(properties) = properties.as_object_mut() {
        match years(&card.date) {
            Some((first, last)) => {
                properties.insert("datetime".to_owned(), Value::Null);
                properties.insert("start_datetime".to_owned(), json!(start(first)));
                properties.insert("end_datetime".to_owned(), json!(end(last)));
            }
            None => drop(properties.insert("datetime".to_owned(), json!(run.stamp()))),
        }
    }
    let mut item = json!({
        "type": "Feature",
        "stac_version": VERSION,
        "stac_extensions": EXTENSIONS,
        "id": card.name,
        "collection": run.dataset.file_stem(),
        "geometry": null,
        "properties": properties,
        "links": [
            link("root", "collection.json"),
            link("parent", "collection.json"),
            link("collection", "collection.json"),
        ],
        "assets": assets(&record.files, |name| match name.rsplit('.').next() {
            Some("qml") => "visual",
            Some("qmd") => "metadata",
            _ => "data",
        }),
    });
    if let Some(extent) = Extent::of([&**card.layer.geometry()]) {
        let [west, south, east, north] = extent.bbox();
        let ring = |west: f64, east: f64| {
            json!([[[west, south], [east, south], [east, north], [west, north], [west, south]]])
        };
        item["bbox"] = json!([west, south, east, north]);
        // Cut at the date line, as RFC 7946, 3.1.9, asks.
        item["geometry"] = match extent.is_over_date_line() {
            true => json!({"type": "MultiPolygon", "coordinates": [ring(west, 180.0), ring(-180.0, east)]}),
            false => json!({"type": "Polygon", "coordinates": ring(west, east)}),
        };
    }
    item
}

fn assets(files: &[FileRecord], role: impl Fn(&str) -> &'static str) -> Map<String, Value> {
    files.iter().map(|file| (file.name.clone(), asset(file, role(&file.name)))).collect()
}

fn link(rel: &str, file: &str) -> Value {
    json!({"rel": rel, "href": format!("./{file}"), "type": "application/json"})
}

fn start(year: u16) -> String {
    format!("{year}-01-01T00:00:00Z")
}

fn end(year: u16) -> String {
    format!("{year}-12-31T23:59:59Z")
}
