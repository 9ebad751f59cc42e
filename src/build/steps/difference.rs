//! `[difference]`: one estimate less another, with its interval.

use std::sync::Arc;

use super::total::mostly_null;
use crate::build::context::{derived, identity, matched};
use crate::build::{BuildError, Context};
use crate::layer::{Column, Layer};
use crate::publish::record::{DifferenceParameters, Parameters};
use crate::workspace::config;

/// Standard deviations on either side that hold 95 % of a normal distribution.
const Z95: f64 = 1.959_963_984_540_054;

/// Takes one from the other.
pub(super) fn run(context: &Context, name: &str, step: &config::Difference) -> Result<Layer, BuildError> {
    let zones = context.layer(&step.zones)?;
    let table = context.layer(&step.table)?;
    let (rows, unmatched) = matched(name, zones, table)?;
    let keys = zones.keys();
    let column = |field: &str| -> Result<Vec<Option<f64>>, BuildError> {
        let values = table.numbers(field)?;
        Ok(rows.iter().map(|row| row.and_then(|row| values[row])).collect())
    };
    let (a, b) = (column(&step.a)?, column(&step.b)?);
    let (a_se, b_se) = (column(&step.a_se)?, column(&step.b_se)?);
    for (field, values) in [(&step.a_se, &a_se), (&step.b_se, &b_se)] {
        let wrong = values.iter().enumerate().find_map(|(row, v)| v.filter(|v| *v < 0.0).map(|v| (row, v)));
        if let Some((row, value)) = wrong {
            let (layer, zone) = (name.to_owned(), keys[row].to_owned());
            return Err(BuildError::StandardError { layer, zone, field: field.clone(), value });
        }
    }
    let gap: Vec<Option<f64>> = a.iter().zip(&b).map(|(a, b)| Some((*a)? - (*b)?)).collect();
    let error = |row: usize| {
        let (x, y) = (a_se[row]?, b_se[row]?);
        // With full correlation and equal errors nothing is left, but for rounding.
        Some((x * x + y * y - 2.0 * step.correlation * x * y).max(0.0).sqrt())
    };
    let end = |sign: f64| (0..gap.len()).map(|row| Some(gap[row]? + sign * Z95 * error(row)?)).collect();
    let p = |row: usize| {
        let (gap, error) = (gap[row]?, error(row)?);
        // Two-sided: 2 (1 - Phi(|z|)) = erfc(|z| / sqrt 2).
        (error > 0.0).then(|| libm::erfc((gap / error).abs() / std::f64::consts::SQRT_2))
    };
    let field = &step.field;
    let lacks = mostly_null(
        field,
        &gap,
        &keys,
        (
            format!("`{}` o `{}` faltan en `{}`", step.a, step.b, step.table),
            format!("`{}` or `{}` lacks in `{}`", step.a, step.b, step.table),
        ),
    );
    let mut columns = identity(zones);
    let (low, high, p) = (end(-1.0), end(1.0), (0..gap.len()).map(p).collect());
    columns.push(Column::numbers(&step.a, a));
    columns.push(Column::numbers(&step.b, b));
    columns.push(Column::numbers(field, gap));
    columns.push(Column::numbers(format!("{field}_lo"), low));
    columns.push(Column::numbers(format!("{field}_hi"), high));
    columns.push(Column::numbers(format!("{field}_p"), p));
    let mut provenance = derived("difference", &[&step.zones, &step.table]);
    provenance.findings = unmatched.into_iter().chain(lacks).collect();
    Parameters::Difference(DifferenceParameters {
        difference: format!("{} - {}", step.a, step.b),
        a: step.a.clone(),
        b: step.b.clone(),
        a_se: step.a_se.clone(),
        b_se: step.b_se.clone(),
        field: field.clone(),
        interval: "95 %, normal".to_owned(),
        correlation: step.correlation,
    })
    .write_to(&mut provenance);
    Ok(Layer::new(name, zones.key(), columns, Arc::clone(zones.geometry()), provenance)?)
}
