//! The diff as map layers: the zones that moved, and the gaps that opened or closed.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::Value;

use super::differences::{Diff, Gap, Mover};
use super::side::{Side, Table};
use crate::layer::{Column, Layer, LinesBuilder, Provenance, ZonesBuilder};
use crate::publish::PublishError;

/// Layer of zones that moved; also the stem of its files.
const ZONES: &str = "changes";

/// Layer of gaps that opened or closed.
const GAPS: &str = "gap_changes";

/// A layer of changes, with its title.
#[derive(Clone, Debug)]
pub struct Changes {
    /// The layer; its name is the stem of its files.
    pub layer: Layer,
    /// The layer whose changes it tells.
    pub of: String,
    /// Title in Spanish and English.
    pub title: (&'static str, &'static str),
}

/// The map layers of a diff: `changes` (zones that entered or left hot spots, came or went, or moved most) and
/// `gap_changes`. A layer stands for each that the runs can tell, empty where nothing moved.
///
/// # Errors
/// As [`Side::table`].
pub fn change_layers(diff: &Diff, from: &Side, to: &Side) -> Result<Vec<Changes>, PublishError> {
    let mut layers = Vec::new();
    if let Some(hot) = &diff.hotspots {
        layers.push(Changes {
            layer: zones(diff, &hot.layer, from, to)?,
            of: hot.layer.clone(),
            title: ("Cambios desde la corrida anterior", "Changes since the run before"),
        });
    }
    if let Some(gaps) = &diff.gaps {
        let (mut old, mut new) = (from.table(&gaps.layer)?, to.table(&gaps.layer)?);
        from.complete(&gaps.layer, &mut old)?;
        to.complete(&gaps.layer, &mut new)?;
        layers.push(Changes {
            layer: gap_layer(&gaps.opened, &gaps.closed, &old, &new)?,
            of: gaps.layer.clone(),
            title: ("Brechas que se abrieron o cerraron", "Gaps that opened or closed"),
        });
    }
    Ok(layers)
}

fn zones(diff: &Diff, layer: &str, from: &Side, to: &Side) -> Result<Layer, PublishError> {
    let mut changes: BTreeMap<String, &str> = BTreeMap::new();
    let hot = diff.hotspots.as_ref();
    for mover in diff.movers.iter().filter(|mover| mover.layer == layer) {
        changes.insert(mover.key.clone(), if mover.moved > 0.0 { "up" } else { "down" });
    }
    // What comes later says more, and takes its place.
    let entered = hot.into_iter().flat_map(|hot| &hot.entered).map(|mover: &Mover| (mover, "entered"));
    let left = hot.into_iter().flat_map(|hot| &hot.left).map(|mover: &Mover| (mover, "left"));
    changes.extend(entered.chain(left).map(|(mover, change)| (mover.key.clone(), change)));
    if let Some(compared) = diff.layers.iter().find(|compared| compared.layer == layer) {
        changes.extend(compared.added.iter().map(|key| (key.clone(), "added")));
        changes.extend(compared.removed.iter().map(|key| (key.clone(), "removed")));
    }
    let key = to.key(layer);
    let (mut old, mut new) = (from.table(layer)?, to.table(layer)?);
    if !changes.is_empty() {
        from.complete(layer, &mut old)?;
        to.complete(layer, &mut new)?;
    }
    let row = |key: &str| new.rows.get(key).or_else(|| old.rows.get(key));
    let mut builder = ZonesBuilder::default();
    for key in changes.keys() {
        push_zone(&mut builder, row(key).map_or("", |row| row.geometry.as_str()))?;
    }
    let keys: Vec<&String> = changes.keys().collect();
    let number = |table: &Table, key: &str, field: &str| table.rows.get(key)?.properties.get(field)?.as_f64();
    let name = |key: &&String| row(key)?.properties.get("name")?.as_str();
    let mut columns = vec![
        Column::texts(key, keys.iter().map(|key| Some(key.as_str())).collect()),
        Column::texts("name", keys.iter().map(name).collect()),
        Column::texts("change", changes.values().map(|change| Some(*change)).collect()),
    ];
    for (field, was, is) in [("gi_bin", "bin_old", "bin_new"), ("prio_rank", "rank_old", "rank_new")] {
        for (table, name) in [(&old, was), (&new, is)] {
            let values = keys.iter().map(|key| number(table, key, field).map(|v| v as i64)).collect();
            columns.push(Column::integers(name, values));
        }
    }
    for (field, was, is) in [("priority", "prio_old", "prio_new"), ("risk", "risk_old", "risk_new")] {
        for (table, name) in [(&old, was), (&new, is)] {
            columns.push(Column::numbers(name, keys.iter().map(|key| number(table, key, field)).collect()));
        }
    }
    Ok(Layer::new(ZONES, key, columns, Arc::new(builder.finish()?), record())?)
}

fn gap_layer(opened: &[Gap], closed: &[Gap], old: &Table, new: &Table) -> Result<Layer, PublishError> {
    // In the order of their keys.
    let changes: Vec<(&Gap, &str, &Table)> = closed
        .iter()
        .map(|gap| (gap, "closed", old))
        .chain(opened.iter().map(|gap| (gap, "opened", new)))
        .collect();
    let mut builder = LinesBuilder::default();
    for (gap, _, table) in &changes {
        push_line(&mut builder, table.rows.get(&gap.key).map_or("", |row| row.geometry.as_str()))?;
    }
    let ids: Vec<String> = changes.iter().map(|(gap, change, _)| format!("{change} {}", gap.key)).collect();
    let km = |of: fn(&Gap) -> f64| changes.iter().map(|(gap, ..)| Some(of(gap))).collect();
    let columns = vec![
        Column::texts("gap_id", ids.iter().map(|id| Some(id.as_str())).collect()),
        Column::texts("route", changes.iter().map(|(gap, ..)| Some(gap.route.as_str())).collect()),
        Column::texts("change", changes.iter().map(|(_, change, _)| Some(*change)).collect()),
        Column::numbers("from_km", km(|gap| gap.from_km)),
        Column::numbers("to_km", km(|gap| gap.to_km)),
        Column::numbers("km", km(|gap| gap.to_km - gap.from_km)),
    ];
    Ok(Layer::new(GAPS, "gap_id", columns, Arc::new(builder.finish()?), record())?)
}

fn record() -> Provenance {
    Provenance { step: "diff".to_owned(), ..Provenance::default() }
}

/// `[longitude, latitude]` of a list of positions.
fn positions(list: &Value) -> impl Iterator<Item = (f64, f64)> + '_ {
    let position = |position: &Value| Some((position.get(0)?.as_f64()?, position.get(1)?.as_f64()?));
    list.as_array().into_iter().flatten().filter_map(position)
}

fn coordinates(geometry: &str) -> Value {
    let geometry: Value = serde_json::from_str(geometry).unwrap_or_default();
    geometry["coordinates"].clone()
}

/// Adds a published MultiPolygon; one without positions becomes an empty zone.
fn push_zone(builder: &mut ZonesBuilder, geometry: &str) -> Result<(), PublishError> {
    for polygon in coordinates(geometry).as_array().into_iter().flatten() {
        for ring in polygon.as_array().into_iter().flatten() {
            positions(ring).for_each(|(lon, lat)| builder.vertex(lon, lat));
            builder.end_ring()?;
        }
        builder.end_polygon()?;
    }
    Ok(builder.end_zone()?)
}

fn push_line(builder: &mut LinesBuilder, geometry: &str) -> Result<(), PublishError> {
    positions(&coordinates(geometry)).for_each(|(lon, lat)| builder.vertex(lon, lat));
    Ok(builder.end_line()?)
}
