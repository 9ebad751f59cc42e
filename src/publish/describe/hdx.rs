//! The set as a dataset of the Humanitarian Data Exchange (CKAN's `package_create`), ready to be sent.

use serde_json::{Value, json};

use super::run::{Run, both, years};
use crate::publish::style::DEFAULT;

/// The description; what the workspace does not say stands in `missing`, to be filled in before it is sent.
pub(super) fn dataset(run: &Run<'_>) -> Value {
    let dataset = run.dataset;
    let hdx = dataset.hdx.clone().unwrap_or_default();
    let dates: Vec<&str> = run.cards.iter().map(|card| card.date.as_str()).collect();
    let (from, to) = match years(&dates.join(" ")) {
        Some((first, last)) => (format!("{first}-01-01"), format!("{last}-12-31")),
        None => (run.day(), run.day()),
    };
    let mut notes = vec![both(&dataset.title)];
    notes
        .extend(run.cards.iter().map(|card| format!("- {}: {}", both(&card.title), both(&card.description))));
    let (licence, other) = match dataset.licence.as_str() {
        "CC-BY-4.0" => ("cc-by", ""),
        "CC-BY-3.0-IGO" => ("cc-by-igo", ""),
        "CC-BY-SA-4.0" => ("cc-by-sa", ""),
        "ODbL-1.0" => ("odc-odbl", ""),
        other => ("hdx-other", other),
    };
    let groups: Vec<Value> = hdx.location.iter().map(|place| json!({"name": place.to_lowercase()})).collect();
    let tags: Vec<Value> = hdx.tags.iter().map(|tag| json!({"name": tag})).collect();
    let missing: Vec<&str> = [
        ("owner_org", hdx.organisation.is_empty()),
        ("maintainer", hdx.maintainer.is_empty()),
        ("groups", groups.is_empty()),
        ("tags", tags.is_empty()),
        ("dataset_source", run.sources().is_empty()),
        ("license_other", licence == "hdx-other" && other.is_empty()),
    ]
    .into_iter()
    .filter_map(|(field, missing)| missing.then_some(field))
    .collect();
    let resources = run.cards.iter().zip(run.records).flat_map(|(card, record)| {
        record.files.iter().filter_map(|file| {
            let format = match file.name.rsplit('.').next()? {
                "geojson" => "GeoJSON",
                "csv" => "CSV",
                _ => return None,
            };
            Some(resource(&file.name, format, card.description.pick(DEFAULT), file))
        })
    });
    let package = run.whole.iter().filter(|file| file.name.ends_with(".gpkg")).map(|file| {
        resource(&file.name, "Geopackage", "Todas las capas, con estilos. / All layers, with styles.", file)
    });
    json!({
        "name": format!("corredor-{}", dataset.file_stem().replace('_', "-")),
        "title": both(&dataset.title),
        "notes": notes.join("\n"),
        "owner_org": hdx.organisation,
        "maintainer": hdx.maintainer,
        "dataset_source": run.sources().join("; "),
        "dataset_date": format!("[{from}T00:00:00 TO {to}T23:59:59]"),
        "data_update_frequency": hdx.frequency_days.to_string(),
        "groups": groups,
        "tags": tags,
        "license_id": licence,
        "license_other": other,
        "methodology": "Other",
        "methodology_other": "Corredor: vulnerability of residents per zone, kilometres of routes weighted by it, distance to the sites of a list, Getis-Ord Gi*; sources, parameters and checksums in metadata.json.",
        "caveats": run.caveats().join("\n"),
        "subnational": "1",
        "private": true,
        "resources": package.chain(resources).collect::<Vec<_>>(),
        "missing": missing,
    })
}

fn resource(name: &str, format: &str, description: &str, file: &crate::publish::record::FileRecord) -> Value {
    json!({"name": name, "format": format, "description": description, "resource_type": "file.upload",
        "size": file.bytes, "hash": file.sha256})
}
