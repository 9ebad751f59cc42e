//! Layers compared feature by feature.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::Value;

use super::side::Table;

/// What differs in a layer.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct LayerDiff {
    /// The layer.
    pub layer: String,
    /// Its key field.
    pub key: String,
    /// Features before and after.
    pub features: [usize; 2],
    /// Fields that only the later has.
    pub fields_added: Vec<String>,
    /// Fields that only the earlier has.
    pub fields_removed: Vec<String>,
    /// Keys that only the later has.
    pub added: Vec<String>,
    /// Keys that only the earlier has.
    pub removed: Vec<String>,
    /// Features of both that differ in a field of both, or in their geometry.
    pub changed: Vec<FeatureChange>,
}

/// What differs in a feature.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct FeatureChange {
    /// Its key.
    pub key: String,
    /// Values before and after, by field.
    pub fields: BTreeMap<String, [Value; 2]>,
    /// Whether its geometry differs.
    pub geometry: bool,
}

impl LayerDiff {
    /// How many features differ in each field, the most first.
    pub fn by_field(&self) -> Vec<(&str, usize)> {
        let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
        for field in self.changed.iter().flat_map(|change| change.fields.keys()) {
            *counts.entry(field).or_default() += 1;
        }
        let mut counts: Vec<(&str, usize)> = counts.into_iter().collect();
        counts.sort_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(b.0)));
        counts
    }

    /// How many features differ in their geometry.
    pub fn moved(&self) -> usize {
        self.changed.iter().filter(|change| change.geometry).count()
    }
}

/// What differs between two states of a layer; `None` where nothing does.
pub fn compare(layer: &str, key: &str, old: &Table, new: &Table) -> Option<LayerDiff> {
    let only = |here: &Table, there: &Table| -> Vec<String> {
        here.fields.iter().filter(|field| !there.fields.contains(field)).cloned().collect()
    };
    let keys = |here: &Table, there: &Table| -> Vec<String> {
        here.rows.keys().filter(|key| !there.rows.contains_key(*key)).cloned().collect()
    };
    let common: Vec<&String> = new.fields.iter().filter(|field| old.fields.contains(field)).collect();
    let changed = new.rows.iter().filter_map(|(key, after)| {
        let before = old.rows.get(key)?;
        if before == after {
            return None;
        }
        let value =
            |row: &super::side::Row, field: &str| row.properties.get(field).cloned().unwrap_or_default();
        let fields: BTreeMap<String, [Value; 2]> = common
            .iter()
            .map(|field| ((*field).clone(), [value(before, field), value(after, field)]))
            .filter(|(_, [before, after])| before != after)
            .collect();
        let geometry = before.geometry != after.geometry;
        (geometry || !fields.is_empty()).then(|| FeatureChange { key: key.clone(), fields, geometry })
    });
    let diff = LayerDiff {
        layer: layer.to_owned(),
        key: key.to_owned(),
        features: [old.rows.len(), new.rows.len()],
        fields_added: only(new, old),
        fields_removed: only(old, new),
        added: keys(new, old),
        removed: keys(old, new),
        changed: changed.collect(),
    };
    let same = diff.changed.is_empty() && diff.added.is_empty() && diff.removed.is_empty();
    (!same || !diff.fields_added.is_empty() || !diff.fields_removed.is_empty()).then_some(diff)
}
