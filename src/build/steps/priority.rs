//! `[priority]`: the composite that ranks where to act.

use std::sync::Arc;

use super::total::{Total, partial};
use crate::build::context::{brought, derived, identity, matched};
use crate::build::{BuildError, Context};
use crate::layer::{Column, Finding, Layer};
use crate::publish::record::{Among, Component, Parameters, PriorityParameters};
use crate::workspace::config;

/// Field of the priority.
pub(super) const PRIORITY: &str = "priority";

/// The formula, as the metadata say it.
const SCALE: &str = "average rank among the values above zero, divided by their number; zero and below are 0; missing is left \
                     out and the weights of the others are scaled up; the priority is the weighted mean";

/// Ranks the zones.
///
/// Each component becomes its average rank among the zones where it is above zero, divided by their number (ties share the
/// mean rank, the greatest is 1 where it stands alone); zero and what is below become 0. So no unit and no outlier outweighs
/// the others. A missing one is left out, the weights of the others scaled up, and told. With `among` only the zones where that
/// field is above zero are ranked, among themselves.
pub(super) fn run(context: &Context, name: &str, step: &config::Priority) -> Result<Layer, BuildError> {
    let zones = context.layer(&step.zones)?;
    let mut columns = identity(zones);
    let mut inputs = vec![step.zones.as_str()];
    for carry in &step.carry {
        let from = context.layer(&carry.layer)?;
        inputs.push(&carry.layer);
        let (rows, _) = matched(name, zones, from)?;
        brought(&mut columns, from, &rows, &carry.fields)?;
    }
    let rate_per = match step.carry.iter().find(|carry| carry.fields.iter().any(|field| field == "rate")) {
        Some(carry) => Parameters::of_layer(&context.layer(&carry.layer)?.provenance).rate_per(),
        None => None,
    };
    let ranked: Vec<bool> = match &step.among {
        Some(among) => {
            inputs.push(&among.layer);
            let from = context.layer(&among.layer)?;
            let (rows, _) = matched(name, zones, from)?;
            let values = from.numbers(&among.field)?;
            rows.iter().map(|row| row.and_then(|row| values[row]).is_some_and(|value| value > 0.0)).collect()
        }
        None => vec![true; zones.len()],
    };
    let of = ranked.iter().filter(|&&ranked| ranked).count();
    let mut findings = Vec::new();
    if let (0, Some(among)) = (of, &step.among) {
        let (layer, field) = (&among.layer, &among.field);
        findings.push(Finding::Statistic {
            es: format!("ninguna zona tiene `{field}` de `{layer}` sobre cero: ninguna tiene prioridad; revise `among`"),
            en: format!("no zone has `{field}` of `{layer}` above zero: none has a priority; look at `among`"),
            warning: true,
        });
    }
    let mut parts = Vec::with_capacity(step.component.len());
    for component in &step.component {
        let from = context.layer(&component.layer)?;
        inputs.push(&component.layer);
        let (rows, unmatched) = matched(name, zones, from)?;
        findings.extend(unmatched.filter(|unmatched| !findings.contains(unmatched)));
        let values = from.numbers(&component.field)?;
        let values: Vec<Option<f64>> = rows
            .iter()
            .zip(&ranked)
            .map(|(row, &ranked)| row.filter(|_| ranked).and_then(|row| values[row]))
            .collect();
        parts.push((component.weight, scaled_ranks(&values)));
    }
    let composite: Vec<Option<f64>> = (0..zones.len()).map(|zone| mean(&parts, zone)).collect();
    let keys = zones.keys();
    for (component, (_, part)) in step.component.iter().zip(&parts) {
        let without: Vec<usize> =
            (0..keys.len()).filter(|&zone| ranked[zone] && part[zone].is_none()).collect();
        let totals: Vec<Total> = without.iter().map(|&zone| Total::of(composite[zone].is_some())).collect();
        let lacking: Vec<&str> = without.iter().map(|&zone| keys[zone]).collect();
        let field = format!("{}.{}", component.layer, component.field);
        findings.extend(partial(&field, &totals, &lacking, of));
    }
    let ranks = ranks(&composite);
    columns.push(Column::numbers(PRIORITY, composite));
    columns.push(Column::integers("prio_rank", ranks));
    inputs.sort_unstable();
    inputs.dedup();
    let mut provenance = derived("priority", &inputs);
    provenance.findings = findings;
    let component = |c: &config::Component| Component {
        layer: c.layer.clone(),
        field: c.field.clone(),
        weight: c.weight,
    };
    Parameters::Priority(PriorityParameters {
        components: step.component.iter().map(component).collect(),
        // Under which layers the carried fields are to be looked for.
        carry: step.carry.clone(),
        among: step.among.as_ref().map(|among| Among {
            layer: among.layer.clone(),
            field: among.field.clone(),
            zones: of,
        }),
        scale: SCALE.to_owned(),
        rate_per,
    })
    .write_to(&mut provenance);
    Ok(Layer::new(name, zones.key(), columns, Arc::clone(zones.geometry()), provenance)?)
}

/// The weighted mean of what is known of a zone; `None` where nothing is.
fn mean(parts: &[(f64, Vec<Option<f64>>)], zone: usize) -> Option<f64> {
    let known = parts.iter().filter_map(|(weight, ranks)| Some((weight, ranks[zone]?)));
    let (sum, total) =
        known.fold((0.0, 0.0), |(sum, total), (weight, rank)| (sum + weight * rank, total + weight));
    (total > 0.0).then(|| sum / total)
}

/// Average rank over the count, among values above zero; 0 for the others that are known.
fn scaled_ranks(values: &[Option<f64>]) -> Vec<Option<f64>> {
    let mut sorted: Vec<f64> = values.iter().flatten().copied().filter(|&v| v > 0.0).collect();
    sorted.sort_by(f64::total_cmp);
    let rank = |v: f64| {
        if v <= 0.0 {
            return 0.0;
        }
        let below = sorted.partition_point(|&s| s < v);
        let up_to = sorted.partition_point(|&s| s <= v);
        (below + up_to + 1) as f64 / 2.0 / sorted.len() as f64
    };
    values.iter().map(|v| v.map(rank)).collect()
}

/// 1 for the greatest; ties share the smallest rank.
fn ranks(values: &[Option<f64>]) -> Vec<Option<i64>> {
    let mut sorted: Vec<f64> = values.iter().flatten().copied().collect();
    sorted.sort_by(|a, b| b.total_cmp(a));
    values.iter().map(|v| v.map(|v| sorted.partition_point(|s| *s > v) as i64 + 1)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scaled_ranks_are_average_ranks_above_zero() {
        let values = [Some(0.0), None, Some(5.0), Some(1.0), Some(5.0), Some(9.0), Some(-3.0)];
        let ranks = [Some(0.0), None, Some(0.625), Some(0.25), Some(0.625), Some(1.0), Some(0.0)];
        assert_eq!(scaled_ranks(&values), ranks);
        assert_eq!(scaled_ranks(&[None]), [None]);
    }

    #[test]
    fn the_greatest_is_first() {
        let values = [Some(0.1), Some(0.9), None, Some(0.9), Some(0.5)];
        assert_eq!(ranks(&values), [Some(4), Some(1), None, Some(1), Some(3)]);
    }

    #[test]
    fn what_is_missing_is_left_out_of_the_mean() {
        let parts = [(3.0, vec![Some(0.5), None, None]), (1.0, vec![Some(0.1), Some(0.1), None])];
        let means: Vec<_> = (0..3).map(|zone| mean(&parts, zone)).collect();
        assert_eq!(means, [Some(1.6 / 4.0), Some(0.1), None]);
    }
}
