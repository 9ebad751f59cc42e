//! What was found on the corridor, out of the published layers of priority and stretches.

use std::collections::BTreeSet;

use super::FichaError;
use super::sheet::{Corridor, Figure, Ranked};
use crate::layer::Layer;
use crate::publish::record::{AncestorRecord, FieldRecord};
use crate::publish::style::{Words, field_words};
use crate::publish::{Catalogue, Entry};
use crate::workspace::config::GeometryKind;

/// How many places a state's sheet names by priority.
const FIRST: usize = 3;

/// Fields that add up over places, with their decimals.
const SUMS: [(&str, usize); 3] = [("route_km", 0), ("incidents", 0), ("gap_km", 0)];

/// Fields that are means over kilometres of route.
const MEANS: [(&str, usize); 2] = [("inc_km", 1), ("way", 0)];

/// What was found in zone `code`, or in the zones whose codes begin with it; `None` where no priority of it is published.
pub(super) fn gather(catalogue: &Catalogue, code: &str, group: bool) -> Result<Option<Corridor>, FichaError> {
    let is_priority =
        |entry: &Entry<'_>| entry.step() == "priority" && entry.record().geometry == GeometryKind::Polygon;
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
    let said = entry.record().field(field);
    let own = said.and_then(FieldRecord::alias).map(Words::from);
    let ready = || field_words(field).map(|ready| Words::new(&*ready.es, &*ready.en));
    let unit = said.map_or("", FieldRecord::unit);
    (own.or_else(ready).unwrap_or_else(|| Words::same(field)), unit.to_owned())
}

/// When the incidents took place, as the file of their layer states it.
fn incidents_date(priority: &Entry<'_>) -> String {
    let ancestry = &priority.record().ancestry;
    let made = |one: &AncestorRecord, step: &str| {
        one.provenance
            .as_ref()
            .filter(|own| own.made.step == step)
            .and_then(|own| own.inputs.first().cloned())
    };
    let counted = ancestry.iter().find_map(|one| made(one, "counts"));
    let points = counted.and_then(|counted| ancestry.iter().find(|one| one.layer == counted));
    points.map(|one| one.date.clone()).unwrap_or_default()
}

/// Names of the routes that the priorities were made from, where they cross a zone that is kept, in order of name.
fn routes(
    catalogue: &Catalogue,
    priority: &Entry<'_>,
    inside: &dyn Fn(&str) -> bool,
) -> Result<Vec<String>, FichaError> {
    let made = priority.record().ancestry.iter().filter_map(|one| one.provenance.as_ref());
    let exposures = made.filter(|own| own.made.step == "exposure");
    let used: Vec<_> = exposures.map(|own| own.inputs.first()).collect();
    let mut names = BTreeSet::new();
    for entry in catalogue.entries().filter(|entry| entry.step() == "exposure") {
        if !entry.record().made().is_some_and(|own| used.contains(&own.inputs.first())) {
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
