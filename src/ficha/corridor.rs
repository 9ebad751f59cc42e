//! What was found on the corridor, out of the published layers of priority and stretches.

use std::collections::BTreeSet;

use super::FichaError;
use super::gather::words;
use super::sheet::{Corridor, Figure, Ranked};
use crate::layer::Layer;
use crate::publish::style::{Words, field_words};
use crate::publish::{Catalogue, Entry};

/// How many places a state's sheet names by priority.
const FIRST: usize = 3;

/// Fields that add up over places, with their decimals.
const SUMS: [(&str, usize); 3] = [("route_km", 0), ("incidents", 0), ("gap_km", 0)];

/// Fields that are means over kilometres of route.
const MEANS: [(&str, usize); 2] = [("inc_km", 1), ("way", 0)];

/// What was found in zone `code`, or in the zones whose codes begin with it; `None` where no priority of it is published.
pub(super) fn gather(catalogue: &Catalogue, code: &str, group: bool) -> Result<Option<Corridor>, FichaError> {
    let is_priority =
        |entry: &Entry<'_>| entry.step() == "priority" && entry.value()["geometry"] == "polygon";
    for entry in catalogue.entries().filter(is_priority) {
        let layer = catalogue.read(&entry)?;
        let inside = |key: &str| if group { key.starts_with(code) } else { key == code };
        let keys = layer.keys();
        let rows: Vec<usize> = (0..keys.len()).filter(|&row| inside(keys[row])).collect();
        if layer.has("route_km") && !rows.is_empty() {
            let routes = routes(catalogue, &entry, &inside)?;
            return Ok(Some(found(&entry, &layer, &rows, group, routes)?));
        }
    }
    Ok(None)
}

fn found(
    entry: &Entry<'_>,
    layer: &Layer,
    rows: &[usize],
    group: bool,
    routes: Vec<String>,
) -> Result<Corridor, FichaError> {
    let column = |field: &str| if layer.has(field) { layer.numbers(field).ok() } else { None };
    let km = layer.numbers("route_km")?;
    let crossed = rows.iter().any(|&row| km[row].is_some_and(|km| km > 0.0));
    let ranks = column("prio_rank").unwrap_or_default();
    let rank = |row: usize| ranks.get(row).copied().flatten().map(|rank| rank as i64);
    let ranked = ranks.iter().flatten().count();
    let mut corridor = Corridor { crossed, ranked, ..Corridor::default() };
    if !crossed {
        return Ok(corridor);
    }
    corridor.routes = routes;
    corridor.incidents_date = incidents_date(entry);
    let sum = |field: &str| {
        let values = column(field)?;
        let known: Vec<f64> = rows.iter().filter_map(|&row| values[row]).collect();
        (!known.is_empty()).then(|| known.iter().sum::<f64>())
    };
    // Weighed by kilometres, as each is a mean over the kilometres of its place.
    let mean = |field: &str| {
        let values = column(field)?;
        let known = rows.iter().filter_map(|&row| Some((km[row]?, values[row]?)));
        let (sum, total) = known.fold((0.0, 0.0), |(sum, total), (km, x)| (sum + km * x, total + km));
        (total > 0.0).then(|| sum / total)
    };
    let sums = SUMS.iter().map(|&(field, decimals)| (field, decimals, sum(field)));
    let means = MEANS.iter().map(|&(field, decimals)| (field, decimals, mean(field)));
    corridor.figures = sums
        .chain(means)
        .filter_map(|(field, decimals, value)| {
            let (title, unit) = called(entry, field);
            Some(Figure { title, unit, value: value?, decimals })
        })
        .collect();
    if group {
        let names = if layer.has("name") { layer.texts("name")? } else { vec![None; layer.len()] };
        let keys = layer.keys();
        let place = |&row: &usize| {
            let name = names[row].clone().unwrap_or_else(|| keys[row].to_owned());
            Some(Ranked { rank: rank(row)?, name })
        };
        corridor.first = rows.iter().filter_map(place).collect();
        corridor.first.sort_by(|a, b| a.rank.cmp(&b.rank).then_with(|| a.name.cmp(&b.name)));
        corridor.first.truncate(FIRST);
    } else {
        corridor.rank = rows.first().and_then(|&row| rank(row));
    }
    Ok(corridor)
}

/// What a published layer calls one of its fields, and its unit: the reach of gaps stands in their name.
fn called(entry: &Entry<'_>, field: &str) -> (Words, String) {
    let mut fields = entry.value()["fields"].as_array().into_iter().flatten();
    let said = fields.find(|one| one["name"] == field);
    let own = said.map(|one| words(&one["alias"])).filter(|alias| *alias != Words::default());
    let ready = || field_words(field).map(|ready| Words::new(&*ready.es, &*ready.en));
    let unit = said.and_then(|one| one["unit"].as_str()).unwrap_or_default();
    (own.or_else(ready).unwrap_or_else(|| Words::same(field)), unit.to_owned())
}

/// When the incidents took place, as the file of their layer states it.
fn incidents_date(priority: &Entry<'_>) -> String {
    let ancestors = || priority.value()["ancestry"].as_array().into_iter().flatten();
    let counts = ancestors().map(|one| &one["provenance"]).find(|own| own["step"] == "counts");
    let counted = counts.map(|own| &own["inputs"][0]);
    let points = ancestors().find(|one| Some(&one["layer"]) == counted);
    points.and_then(|one| one["date"].as_str()).unwrap_or_default().to_owned()
}

/// Names of the routes that the priorities were made from, where they cross a zone that is kept, in order of name.
fn routes(
    catalogue: &Catalogue,
    priority: &Entry<'_>,
    inside: &dyn Fn(&str) -> bool,
) -> Result<Vec<String>, FichaError> {
    let ancestors = priority.value()["ancestry"].as_array().into_iter().flatten();
    let exposures = ancestors.map(|one| &one["provenance"]).filter(|own| own["step"] == "exposure");
    let used: Vec<_> = exposures.map(|own| &own["inputs"][0]).collect();
    let mut names = BTreeSet::new();
    for entry in catalogue.entries().filter(|entry| entry.step() == "exposure") {
        let own = entry.value()["ancestry"].as_array().and_then(|all| all.last());
        if !own.is_some_and(|own| used.contains(&&own["provenance"]["inputs"][0])) {
            continue;
        }
        let layer = catalogue.read(&entry)?;
        if !layer.has("zone") || !layer.has("route_name") {
            continue;
        }
        let pairs = layer.texts("zone")?.into_iter().zip(layer.texts("route_name")?);
        names.extend(
            pairs.filter(|(zone, _)| zone.as_deref().is_some_and(inside)).filter_map(|(_, name)| name),
        );
    }
    Ok(names.into_iter().collect())
}
