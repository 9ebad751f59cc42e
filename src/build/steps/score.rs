//! `[score]`: an indicators table to a score per zone.

use std::sync::Arc;

use super::total::mostly_null;
use crate::build::context::{derived, identity, matched};
use crate::build::{BuildError, Context};
use crate::layer::{Column, EXAMPLES, Finding, Layer};
use crate::publish::record::{Parameters, ScoreIndicator, ScoreParameters};
use crate::risk::{Goalposts, GoalpostsUsed, Indicator, Mean, Recipe, RiskError, classify, score};
use crate::workspace::config;

/// Scores the zones.
pub(super) fn run(context: &Context, name: &str, step: &config::Score) -> Result<Layer, BuildError> {
    let zones = context.layer(&step.zones)?;
    let table = context.layer(step.table.as_deref().unwrap_or(&step.zones))?;
    let (rows, unmatched) = matched(name, zones, table)?;
    let mut findings: Vec<Finding> = unmatched.into_iter().collect();
    // A table that was just read has told already what it lacks.
    let told = table.provenance.findings.iter().any(|f| matches!(f, Finding::MissingValues { .. }));
    let mut columns = Vec::with_capacity(step.indicator.len());
    for indicator in &step.indicator {
        let values = table.numbers(&indicator.field)?;
        if !told {
            findings.extend(missing(table, &indicator.field, &values));
        }
        columns.push(rows.iter().map(|row| row.and_then(|row| values[row])).collect::<Vec<_>>());
    }
    let recipe = recipe(step);
    let slices: Vec<&[Option<f64>]> = columns.iter().map(Vec::as_slice).collect();
    let result = score(&slices, &recipe).map_err(|error| failed(name, &zones.keys(), error))?;
    let reasons = (
        format!("a cada una le faltan más indicadores que `max_missing` = {}", step.max_missing),
        format!("each lacks more indicators than `max_missing` = {}", step.max_missing),
    );
    findings.extend(mostly_null(&step.field, &result.score, &zones.keys(), reasons));
    let classes =
        classify(&result.score, &step.classes.cuts).map_err(|error| failed(name, &zones.keys(), error))?;

    let mut layer_columns = identity(zones);
    if !zones.has("state") && table.has("state") {
        let states = table.texts("state")?;
        let values = rows.iter().map(|row| row.and_then(|row| states[row].clone())).collect();
        layer_columns.push(Column::texts("state", values));
    }
    let class_names = classes
        .class
        .iter()
        .map(|class| class.map(|class| step.classes.names[usize::from(class)].as_str()))
        .collect();
    layer_columns.push(Column::numbers(&step.field, result.score));
    layer_columns.push(Column::texts("risk_class", class_names));
    layer_columns
        .push(Column::integers("ind_miss", result.missing.iter().map(|&n| Some(i64::from(n))).collect()));

    let mut provenance = derived("score", &[&step.zones, table.name()]);
    provenance.findings = findings;
    let indicator = |(i, posts): (&config::IndicatorSpec, &GoalpostsUsed)| ScoreIndicator {
        field: i.field.clone(),
        weight: i.weight,
        goalposts: [posts.min, posts.max],
        observed: posts.observed,
        below: posts.below,
        above: posts.above,
        inverted: i.inverted,
        log: i.log,
    };
    Parameters::Score(ScoreParameters {
        recipe: recipe.name,
        version: recipe.version,
        field: step.field.clone(),
        mean: step.mean,
        max_missing: step.max_missing,
        cuts: step.classes.cuts.clone(),
        classes: step.classes.names.clone(),
        class_counts: classes.counts,
        indicators: step.indicator.iter().zip(&result.goalposts).map(indicator).collect(),
    })
    .write_to(&mut provenance);
    Ok(Layer::new(name, zones.key(), layer_columns, Arc::clone(zones.geometry()), provenance)?)
}

/// The error with the zone's key, which says more to people than a row.
fn failed(layer: &str, zones: &[&str], error: RiskError) -> BuildError {
    let layer = layer.to_owned();
    match error {
        RiskError::Log { field, row, value } if row < zones.len() => {
            BuildError::NoLogarithm { layer, zone: zones[row].to_owned(), field, value }
        }
        error => BuildError::Risk { layer, error },
    }
}

fn recipe(step: &config::Score) -> Recipe {
    let indicator = |i: &config::IndicatorSpec| Indicator {
        field: i.field.clone(),
        weight: i.weight,
        goalposts: match i.goalposts {
            config::Goalposts::Fixed([low, high]) => Goalposts::Fixed { min: low, max: high },
            config::Goalposts::Observed(_) => Goalposts::Observed,
        },
        inverted: i.inverted,
        log: i.log,
    };
    Recipe {
        name: step.recipe.clone(),
        version: step.version.clone(),
        indicators: step.indicator.iter().map(indicator).collect(),
        mean: match step.mean {
            config::Mean::Arithmetic => Mean::Arithmetic,
            config::Mean::Geometric => Mean::Geometric,
        },
        max_missing: step.max_missing,
    }
}

/// Rows of the table that lack a value.
fn missing(table: &Layer, field: &str, values: &[Option<f64>]) -> Option<Finding> {
    let keys = table.keys();
    let lacking: Vec<usize> = (0..values.len()).filter(|&i| values[i].is_none()).collect();
    (!lacking.is_empty()).then(|| Finding::MissingValues {
        fields: vec![field.to_owned()],
        count: lacking.len(),
        examples: lacking.iter().take(EXAMPLES).map(|&i| keys[i].to_owned()).collect(),
    })
}
