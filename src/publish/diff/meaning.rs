//! What the differences mean: hot spots, ranks, gaps, sources.

use std::collections::BTreeMap;

use serde_json::Value;

use super::differences::{Diff, Gap, Gaps, Hotspots, Mover, SourceChange};
use super::side::{Row, Side, Table};
use crate::protect::{Door, sight};
use crate::publish::record::AncestorRecord;
use crate::workspace::config::Level;

/// From this `gi_bin` on a zone counts as a hot spot: 95 % confidence, as in the summary of a build.
const HOT: i64 = 2;

/// Gaps shorter than this on either side are what rounding leaves, km.
const TOUCH_KM: f64 = 1e-6;

/// Adds what a layer of both runs tells.
pub(super) fn add(diff: &mut Diff, layer: &str, old: &Table, new: &Table) {
    let has = |field: &str| [old, new].iter().all(|table| table.fields.iter().any(|f| f == field));
    if has("gi_bin") && diff.hotspots.is_none() {
        diff.hotspots = Some(hotspots(layer, old, new));
    }
    if has("gap_id") && has("route") && has("from_km") && has("to_km") && diff.gaps.is_none() {
        diff.gaps = Some(gaps(layer, old, new));
    }
    // The composite where there is one, else the score: zones that are ranked or classed, not totals of them.
    let ranked = diff.movers.iter().any(|mover| mover.field == "priority");
    let field = match has("prio_rank") && has("priority") {
        true => "priority",
        false if has("risk_class") && has("risk") && !has("route") && !ranked => "risk",
        false => return,
    };
    if field == "priority" {
        diff.movers.retain(|mover| mover.field == "priority");
    }
    let moved = new.rows.iter().filter_map(|(key, after)| {
        let mover = mover(layer, key, field, old.rows.get(key), Some(after));
        (mover.moved != 0.0).then_some(mover)
    });
    diff.movers.extend(moved);
}

fn number(row: Option<&Row>, field: &str) -> Option<f64> {
    match row?.properties.get(field)? {
        Value::String(text) => text.parse().ok(),
        value => value.as_f64(),
    }
}

fn text(row: Option<&Row>, field: &str) -> Option<String> {
    row?.properties.get(field)?.as_str().map(str::to_owned)
}

fn mover(layer: &str, key: &str, field: &str, old: Option<&Row>, new: Option<&Row>) -> Mover {
    let (before, after) = (number(old, field), number(new, field));
    let rank = |row| number(row, "prio_rank").map(|rank| rank as i64);
    Mover {
        layer: layer.to_owned(),
        key: key.to_owned(),
        name: text(new, "name").or_else(|| text(old, "name")).unwrap_or_default(),
        field: field.to_owned(),
        before,
        after,
        moved: before.zip(after).map_or(0.0, |(before, after)| after - before),
        rank: [rank(old), rank(new)],
    }
}

fn hotspots(layer: &str, old: &Table, new: &Table) -> Hotspots {
    let hot = |row: Option<&Row>| number(row, "gi_bin").is_some_and(|bin| bin as i64 >= HOT);
    let count = |table: &Table| table.rows.values().filter(|row| hot(Some(row))).count();
    let mut found =
        Hotspots { layer: layer.to_owned(), count: [count(old), count(new)], ..Hotspots::default() };
    let mut keys: Vec<&String> = old.rows.keys().chain(new.rows.keys()).collect();
    keys.sort_unstable();
    keys.dedup();
    for key in keys {
        let (before, after) = (old.rows.get(key), new.rows.get(key));
        let side = match (hot(before), hot(after)) {
            (false, true) => &mut found.entered,
            (true, false) => &mut found.left,
            _ => continue,
        };
        side.push(mover(layer, key, "gi_bin", before, after));
    }
    found
}

fn gaps(layer: &str, old: &Table, new: &Table) -> Gaps {
    let all = |table: &Table| -> Vec<Gap> {
        let gap = |(key, row): (&String, &Row)| {
            let at = |field: &str| number(Some(row), field).unwrap_or(0.0);
            let route = text(Some(row), "route").unwrap_or_default();
            Gap { key: key.clone(), route, from_km: at("from_km"), to_km: at("to_km") }
        };
        table.rows.iter().map(gap).collect()
    };
    let (before, after) = (all(old), all(new));
    // Keys number the gaps of a route, so one that opens renames those behind it: what counts is where they lie.
    let meet =
        |a: &Gap, b: &Gap| a.route == b.route && a.from_km.max(b.from_km) + TOUCH_KM < a.to_km.min(b.to_km);
    let same = |a: &Gap, b: &Gap| a.route == b.route && a.from_km == b.from_km && a.to_km == b.to_km;
    let apart = |gap: &&Gap, others: &[Gap]| !others.iter().any(|other| meet(gap, other));
    let changed = after.iter().filter(|gap| !apart(gap, &before) && !before.iter().any(|b| same(gap, b)));
    let km = |gaps: &[Gap]| gaps.iter().fold(0.0, |sum, gap| sum + gap.to_km - gap.from_km);
    Gaps {
        layer: layer.to_owned(),
        km: [km(&before), km(&after)],
        opened: after.iter().filter(|gap| apart(gap, &before)).cloned().collect(),
        closed: before.iter().filter(|gap| apart(gap, &after)).cloned().collect(),
        changed: changed.cloned().collect(),
    }
}

/// Sources by the name they are published under, compared by what they held.
pub(super) fn sources(from: &Side, to: &Side) -> Vec<SourceChange> {
    // A run of an earlier version tells of layers above its level.
    let viewer = to.level().min(from.level());
    let (before, after) = (held(from, viewer), held(to, viewer));
    let mut changes: Vec<SourceChange> = Vec::new();
    for (source, now) in &after {
        let features = |held: &Held| held.features;
        match before.get(source) {
            None => changes.push(SourceChange::New { source: source.clone() }),
            Some(then) if then == now => {}
            Some(then) => changes.push(SourceChange::Changed {
                source: source.clone(),
                features: [features(then), features(now)],
            }),
        }
    }
    let gone = before.into_keys().filter(|source| !after.contains_key(source));
    changes.extend(gone.map(|source| SourceChange::Vanished { source }));
    changes.sort();
    changes
}

#[derive(PartialEq)]
struct Held {
    sha256: Option<String>,
    features: usize,
}

fn held(side: &Side, viewer: Level) -> BTreeMap<String, Held> {
    let ancestry = side.record().layers.iter().flat_map(|layer| &layer.ancestry);
    let source = |ancestor: &AncestorRecord| {
        if sight(Door::Changes, viewer, ancestor.level?).is_withheld() {
            return None;
        }
        let source = ancestor.provenance.as_ref()?.source.as_ref()?;
        // Many formats call their one layer like the file.
        let name = match &source.layer {
            Some(layer) if !source.name.contains(layer.as_str()) => format!("{} ({layer})", source.name),
            _ => source.name.clone(),
        };
        Some((name, Held { sha256: source.sha256.clone(), features: source.read }))
    };
    ancestry.filter_map(source).collect()
}
