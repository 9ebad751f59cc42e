//! Classes of a place, and the bands that they make on the scale.

use serde_json::Value;

use super::gather::Composite;
use super::sheet::{Band, Classed};

/// The class of a row by each rule of the layer.
pub(super) fn classed(main: &Composite<'_>, row: usize) -> Vec<Classed> {
    let rules = main.parameters()["classes"].as_array().into_iter().flatten();
    rules
        .map(|rule| {
            let text = |key: &str| rule[key].as_str().unwrap_or_default();
            let numbers = |value: &Value| serde_json::from_value(value.clone()).unwrap_or_default();
            let mut cuts: Vec<f64> = numbers(&rule["cuts"]);
            if let Some(state) = main.text("state", row).filter(|_| cuts.is_empty()) {
                cuts = numbers(&rule["group_cuts"][state]);
            }
            Classed {
                rule: text("rule").to_owned(),
                class: main.text(text("field"), row),
                share: main.number(text("share_field"), row),
                names: serde_json::from_value(rule["names"].clone()).unwrap_or_default(),
                counts: serde_json::from_value(rule["counts"].clone()).unwrap_or_default(),
                cuts,
            }
        })
        .collect()
}

/// The bands of the first rule; none where it has no cut points of its own.
pub(super) fn bands(classes: &[Classed], scale: f64) -> Vec<Band> {
    let Some(main) = classes.first().filter(|main| main.cuts.len() + 1 == main.names.len()) else {
        return Vec::new();
    };
    let starts = std::iter::once(0.0).chain(main.cuts.iter().copied());
    let ends = main.cuts.iter().copied().chain(std::iter::once(scale));
    let names = main.names.iter().cloned();
    starts.zip(ends).zip(names).map(|((from, to), class)| Band { from, to, class }).collect()
}
