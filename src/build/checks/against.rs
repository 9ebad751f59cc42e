//! Tests of a layer against other layers, and against itself in the run that is current.

use std::collections::HashMap;

use super::failure::{Found, examples};
use crate::build::{BuildError, Context};
use crate::layer::{EXAMPLES, Layer};
use crate::workspace::config::{Check, CheckTotal};

/// Against other layers of the same build.
pub(super) fn others(
    context: &Context,
    layer: &Layer,
    check: &Check,
    found: &mut Found,
) -> Result<(), BuildError> {
    if let Some(coverage) = &check.coverage {
        let zones = context.layer(&coverage.zones)?;
        let values = coverage.field.as_ref().map(|field| layer.texts(field)).transpose()?;
        let has_value = |row: usize| values.as_ref().is_none_or(|values| values[row].is_some());
        let here = layer.positions();
        let keys = zones.keys();
        let lacks = |key: &&&str| !here.get(**key).is_some_and(|&row| has_value(row));
        let lacking: Vec<&str> = keys.iter().filter(lacks).copied().collect();
        let share = match keys.is_empty() {
            true => 100.0,
            false => 100.0 * (keys.len() - lacking.len()) as f64 / keys.len() as f64,
        };
        if share < coverage.min_pct {
            let shown: Vec<&str> = lacking.iter().take(EXAMPLES).copied().collect();
            found.push((
                "coverage",
                format!(
                    "{share:.1} % of `{}` have a value here, at least {} are expected ({} lack one: {})",
                    coverage.zones,
                    coverage.min_pct,
                    lacking.len(),
                    shown.join(", ")
                ),
            ));
        }
    }
    for total in &check.total {
        let (expected, of) = match (&total.layer, total.equals) {
            (Some(other), _) => {
                let field = total.layer_field.as_ref().unwrap_or(&total.field);
                (sum(context.layer(other)?, field)?, format!("`{other}.{field}`"))
            }
            (None, equals) => (equals.unwrap_or(0.0), "what is expected".to_owned()),
        };
        found.extend(off(layer, total, expected, &of)?.map(|message| ("total", message)));
    }
    Ok(())
}

fn off(layer: &Layer, total: &CheckTotal, expected: f64, of: &str) -> Result<Option<String>, BuildError> {
    let found = sum(layer, &total.field)?;
    let allowed = expected.abs() * total.tolerance_pct / 100.0;
    let field = &total.field;
    Ok(((found - expected).abs() > allowed).then(|| {
        format!("`{field}` sums up to {found}, {of} to {expected} ({} % allowed)", total.tolerance_pct)
    }))
}

fn sum(layer: &Layer, field: &str) -> Result<f64, BuildError> {
    Ok(layer.numbers(field)?.into_iter().flatten().fold(0.0, |sum, value| sum + value))
}

/// Against the layer as it was.
pub(super) fn earlier(
    layer: &Layer,
    old: &Layer,
    check: &Check,
    found: &mut Found,
) -> Result<(), BuildError> {
    if let Some(limit) = check.rows.as_ref().and_then(|rows| rows.change_pct) {
        let (before, now) = (old.len(), layer.len());
        let change = match before {
            0 => {
                if now == 0 {
                    0.0
                } else {
                    f64::INFINITY
                }
            }
            before => 100.0 * (now as f64 - before as f64) / before as f64,
        };
        if change.abs() > limit {
            found.push((
                "rows",
                format!("{before} features became {now} ({change:+.1} %), at most {limit} % more or less are expected"),
            ));
        }
    }
    for change in &check.change {
        // A field that is new has nothing to be compared with.
        if !old.has(&change.field) {
            continue;
        }
        let (before, now) = (old.numbers(&change.field)?, layer.numbers(&change.field)?);
        let was: HashMap<&str, usize> = old.positions();
        let moved = |(row, key): (usize, &&str)| {
            let (before, now) = (before[*was.get(*key)?]?, now[row]?);
            ((now - before).abs() > change.max).then_some(row)
        };
        let keys = layer.keys();
        let moved: Vec<usize> = keys.iter().enumerate().filter_map(moved).collect();
        let share = 100.0 * moved.len() as f64 / keys.len().max(1) as f64;
        if !moved.is_empty() && share > change.share_pct {
            let rows = examples(layer, &moved);
            found.push((
                "change",
                format!(
                    "`{}` moved by more than {} in {} of {} features ({share:.1} %, {} % allowed): {rows}",
                    change.field,
                    change.max,
                    moved.len(),
                    keys.len(),
                    change.share_pct
                ),
            ));
        }
    }
    Ok(())
}
