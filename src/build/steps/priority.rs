//! `[priority]`: the composite that ranks where to act.

use std::sync::Arc;

use serde_json::json;

use crate::build::context::{derived, identity, matched};
use crate::build::{BuildError, Context};
use crate::layer::{Column, Layer};
use crate::workspace::config;

/// Ranks the zones.
///
/// Each component becomes its percentile rank among the zones where it is above zero (ties share the mean
/// rank, the greatest is 1); zero and missing become 0. So no unit and no outlier outweighs the others.
pub(super) fn run(context: &Context, name: &str, step: &config::Priority) -> Result<Layer, BuildError> {
    let zones = context.layer(&step.zones)?;
    let mut columns = identity(zones);
    let mut inputs = vec![step.zones.as_str()];
    for carry in &step.carry {
        let from = context.layer(&carry.layer)?;
        inputs.push(&carry.layer);
        let (rows, _) = matched(zones, from);
        let rows: arrow_array::UInt64Array = rows.iter().map(|row| row.map(|row| row as u64)).collect();
        for field in
            carry.fields.iter().filter(|f| !columns.iter().any(|c| c.name == **f)).collect::<Vec<_>>()
        {
            let values = arrow_select::take::take(from.column(field)?, &rows, None)
                .map_err(|error| BuildError::Layer(error.into()))?;
            columns.push(Column { name: field.clone(), values });
        }
    }
    let mut composite = vec![0.0; zones.len()];
    let total: f64 = step.component.iter().map(|c| c.weight).sum();
    for component in &step.component {
        let from = context.layer(&component.layer)?;
        inputs.push(&component.layer);
        let (rows, _) = matched(zones, from);
        let values = from.numbers(&component.field)?;
        let ranks = percentile_ranks(&rows.iter().map(|r| r.and_then(|r| values[r])).collect::<Vec<_>>());
        composite.iter_mut().zip(ranks).for_each(|(sum, rank)| *sum += component.weight / total * rank);
    }
    let ranks = ranks(&composite);
    columns.push(Column::numbers("priority", composite.into_iter().map(Some).collect()));
    columns.push(Column::integers("prio_rank", ranks.into_iter().map(Some).collect()));
    inputs.sort_unstable();
    inputs.dedup();
    let mut provenance = derived("priority", &inputs);
    let components =
        step.component.iter().map(|c| json!({"layer": c.layer, "field": c.field, "weight": c.weight}));
    provenance.parameters.insert("components".into(), components.collect());
    provenance
        .parameters
        .insert("scale".into(), json!("percentile rank among zones above zero; zero and missing are 0"));
    Ok(Layer::new(name, zones.key(), columns, Arc::clone(zones.geometry()), provenance)?)
}

/// Mid-rank over the count, among values above zero; 0 elsewhere.
fn percentile_ranks(values: &[Option<f64>]) -> Vec<f64> {
    let positive = |v: &Option<f64>| v.filter(|&v| v > 0.0);
    let mut sorted: Vec<f64> = values.iter().filter_map(positive).collect();
    sorted.sort_by(f64::total_cmp);
    let rank = |v: f64| {
        let below = sorted.partition_point(|&s| s < v);
        let up_to = sorted.partition_point(|&s| s <= v);
        (below + up_to + 1) as f64 / 2.0 / sorted.len() as f64
    };
    values.iter().map(|v| positive(v).map_or(0.0, rank)).collect()
}

/// 1 for the greatest; ties share the smallest rank.
fn ranks(values: &[f64]) -> Vec<i64> {
    let mut sorted = values.to_vec();
    sorted.sort_by(|a, b| b.total_cmp(a));
    values.iter().map(|v| sorted.partition_point(|s| s > v) as i64 + 1).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentile_ranks_are_mid_ranks_above_zero() {
        let values = [Some(0.0), None, Some(5.0), Some(1.0), Some(5.0), Some(9.0)];
        assert_eq!(percentile_ranks(&values), [0.0, 0.0, 0.625, 0.25, 0.625, 1.0]);
        assert_eq!(percentile_ranks(&[None]), [0.0]);
    }

    #[test]
    fn the_greatest_is_first() {
        assert_eq!(ranks(&[0.1, 0.9, 0.9, 0.5]), [4, 1, 1, 3]);
    }
}
