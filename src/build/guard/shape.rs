//! What is remembered of a source: how many features and values it had.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::tail::Tail;
use crate::build::checks::Found;
use crate::layer::{EXAMPLES, Layer};
use crate::workspace::config::Guard;

/// What a source held.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(default)]
pub struct Shape {
    /// Fingerprint of the layer that was read from it; kept under the name that earlier builds wrote.
    #[serde(rename = "print")]
    pub fingerprint: String,
    /// Digest of how it was read, wherever it lay.
    pub settings: String,
    /// Features.
    pub features: usize,
    /// Features that have a value, by field.
    pub values: BTreeMap<String, usize>,
    /// Whether the last line of a text had an end; none where it is no text.
    pub ended: Option<bool>,
}

impl Shape {
    pub(super) fn of(fingerprint: &str, settings: &str, layer: &Layer, tail: Option<&Tail>) -> Self {
        let batch = layer.attributes();
        let schema = batch.schema();
        let fields = schema.fields().iter().zip(batch.columns());
        let values = fields.map(|(field, column)| (field.name().clone(), column.len() - column.null_count()));
        Self {
            fingerprint: fingerprint.to_owned(),
            settings: settings.to_owned(),
            features: layer.len(),
            values: values.collect(),
            ended: tail.map(|tail| tail.ended),
        }
    }
}

/// A digest of how a source is read, from the definition of its layer; where it lies is no part of it.
pub(super) fn settings_of(definition: &str) -> String {
    let mut value: serde_json::Value = serde_json::from_str(definition).unwrap_or_default();
    if let Some(read) = value.get_mut("read").and_then(serde_json::Value::as_object_mut) {
        read.remove("path");
        read.remove("layer");
    }
    blake3::hash(value.to_string().as_bytes()).to_hex()[..16].to_owned()
}

/// By how much a source is smaller or greater than it was, where that is more than it may be.
pub(super) fn compare(now: &Shape, before: &Shape, guard: &Guard) -> Found {
    let mut found = Vec::new();
    let (was, is) = (before.features as f64, now.features as f64);
    let change = 100.0 * (is - was) / was.max(1.0);
    let figures = || format!("{} features became {} ({change:+.1} %)", before.features, now.features);
    if -change > guard.fewer_pct {
        found.push(("fewer_rows", format!("{}, at most {} % fewer are allowed", figures(), guard.fewer_pct)));
    }
    if let Some(more) = guard.more_pct.filter(|&more| change > more) {
        found.push(("more_rows", format!("{}, at most {more} % more are allowed", figures())));
    }
    // What fewer features explain is told by their number.
    let kept = (is / was.max(1.0)).min(1.0);
    let lost = |(field, &had): (&String, &usize)| {
        let expected = had as f64 * kept;
        let has = now.values.get(field).copied().unwrap_or(0);
        let fewer = 100.0 * (expected - has as f64) / expected.max(1.0);
        let gone = if now.values.contains_key(field) { "" } else { ": the field is gone" };
        (fewer > guard.fewer_values_pct).then(|| format!("`{field}` {had} became {has}{gone}"))
    };
    let fields: Vec<String> = before.values.iter().filter_map(lost).collect();
    if !fields.is_empty() {
        let more = fields.len().saturating_sub(EXAMPLES);
        let rest = if more > 0 { format!(", +{more}") } else { String::new() };
        let shown = fields[..fields.len().min(EXAMPLES)].join(", ");
        let limit = guard.fewer_values_pct;
        found.push(("fewer_values", format!("values of {shown}{rest}; at most {limit} % fewer are allowed")));
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shape(features: usize, values: &[(&str, usize)]) -> Shape {
        let values = values.iter().map(|(field, count)| ((*field).to_owned(), *count)).collect();
        Shape { features, values, ..Shape::default() }
    }

    #[test]
    fn what_earlier_builds_kept_is_read() {
        let kept: Shape = serde_json::from_str(r#"{"print": "f", "features": 3}"#).unwrap();
        assert_eq!(kept, Shape { fingerprint: "f".to_owned(), features: 3, ..Shape::default() });
    }

    fn names(now: &Shape, before: &Shape, guard: &Guard) -> Vec<&'static str> {
        compare(now, before, guard).into_iter().map(|(check, _)| check).collect()
    }

    #[test]
    fn what_shrank_is_named_with_its_figures() {
        let guard = Guard::default();
        let before = shape(2469, &[("a", 2469), ("b", 2000)]);
        let half = shape(1341, &[("a", 1341), ("b", 1080)]);
        let found = compare(&half, &before, &guard);
        assert_eq!(found.len(), 1, "fewer values follow from fewer features: {found:?}");
        assert_eq!(found[0].0, "fewer_rows");
        assert!(found[0].1.contains("2469 features became 1341 (-45.7 %), at most 20 %"), "{}", found[0].1);
        assert_eq!(names(&before, &half, &guard), [""; 0], "back to good data");
        assert_eq!(names(&shape(2000, &[("a", 2000), ("b", 1650)]), &before, &guard), [""; 0]);
    }

    #[test]
    fn fields_that_went_or_were_emptied() {
        let guard = Guard::default();
        let before = shape(10, &[("a", 10), ("b", 10), ("c", 0)]);
        assert_eq!(names(&shape(10, &[("a", 10), ("c", 0)]), &before, &guard), ["fewer_values"]);
        let found = compare(&shape(10, &[("a", 7), ("b", 8), ("c", 0)]), &before, &guard);
        assert!(found[0].1.starts_with("values of `a` 10 became 7; at most 20 %"), "{found:?}");
        let lax = Guard { fewer_values_pct: 100.0, ..guard };
        assert_eq!(names(&shape(10, &[("c", 0)]), &before, &lax), [""; 0]);
    }

    #[test]
    fn limits_of_their_own() {
        let before = shape(100, &[]);
        let guard = Guard { fewer_pct: 60.0, more_pct: Some(10.0), ..Guard::default() };
        assert_eq!(names(&shape(40, &[]), &before, &guard), [""; 0]);
        assert_eq!(names(&shape(39, &[]), &before, &guard), ["fewer_rows"]);
        assert_eq!(names(&shape(111, &[]), &before, &guard), ["more_rows"]);
        let any = Guard { fewer_pct: 100.0, ..Guard::default() };
        assert_eq!(names(&shape(0, &[]), &before, &any), [""; 0]);
        assert_eq!(names(&shape(5, &[]), &shape(0, &[]), &any), [""; 0], "from nothing");
    }

    #[test]
    fn where_a_source_lies_is_no_part_of_how_it_is_read() {
        let one = r#"{"read":{"path":"a.csv","key":"k"}}"#;
        assert_eq!(settings_of(one), settings_of(&one.replace("a.csv", "b.csv")));
        assert_ne!(settings_of(one), settings_of(&one.replace("\"k\"", "\"l\"")));
    }
}
