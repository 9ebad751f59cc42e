//! `[rollup]`: totals per state or for the country, with dissolved borders.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, PoisonError};

use super::priority::PRIORITY;
use super::total::{Total, partial};
use crate::build::context::{derived, matched};
use crate::build::{BuildError, Context};
use crate::layer::{Column, Finding, Layer, ZonesBuilder, dissolve};
use crate::publish::record::{Parameters, RollupParameters};
use crate::workspace::config::{self, RollupBy};
use arrow_schema::DataType;
use rayon::prelude::*;

/// Rolls the zones up.
pub(super) fn run(context: &Context, name: &str, step: &config::Rollup) -> Result<Layer, BuildError> {
    let zones = context.layer(&step.zones)?;
    let mut inputs = vec![step.zones.as_str()];
    if let RollupBy::Table { table, .. } = &step.by {
        inputs.push(table);
    }
    let (members, mut findings) = members(context, name, step)?;
    let columns = columns(zones, step, &members, &mut findings)?;
    let turn = context.dissolving.lock().unwrap_or_else(PoisonError::into_inner);
    let geometry = borders(zones, name, &members, step.tolerance_m)?;
    drop(turn);
    let mut provenance = derived("rollup", &inputs);
    provenance.findings = findings;
    Parameters::Rollup(RollupParameters {
        by: Some(step.by.clone()),
        count: step.count.clone(),
        sum: step.sum.clone(),
        mean: step.mean.clone(),
        max: step.max.clone(),
        weight: step.weight.clone(),
        tolerance_m: (step.tolerance_m > 0.0).then_some(step.tolerance_m),
        // A mean of rates is stated as they are.
        rate_per: Parameters::of_layer(&zones.provenance).rate_per(),
    })
    .write_to(&mut provenance);
    Ok(Layer::new(name, "code", columns, Arc::new(geometry), provenance)?)
}

/// A group and its rows.
type Group = (String, Vec<usize>);

/// The rows of each group, and what does not match. `name` is the layer that is made.
pub(in crate::build) fn members(
    context: &Context,
    name: &str,
    step: &config::Rollup,
) -> Result<(Vec<Group>, Vec<Finding>), BuildError> {
    let zones = context.layer(&step.zones)?;
    let mut findings = Vec::new();
    let groups: Vec<Option<String>> = match &step.by {
        RollupBy::Prefix { prefix } => zones.prefixes(*prefix)?.into_iter().map(Some).collect(),
        RollupBy::Table { table, field } => {
            let table = context.layer(table)?;
            let values = table.texts(field)?;
            let (rows, unmatched) = matched(name, zones, table)?;
            findings.extend(unmatched);
            // A group of blanks is none: a key may not be blank.
            let named = |group: &String| !group.trim().is_empty();
            rows.into_iter().map(|row| row.and_then(|row| values[row].clone()).filter(named)).collect()
        }
    };
    let mut members: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    for (zone, group) in groups.into_iter().enumerate() {
        if let Some(group) = group {
            // An empty prefix makes one group; a key may not be empty.
            let group = if group.is_empty() { "all".to_owned() } else { group };
            members.entry(group).or_default().push(zone);
        }
    }
    Ok((members.into_iter().collect(), findings))
}

/// Rows of a group that have a value, with it.
type Present<'a> = &'a mut dyn Iterator<Item = (usize, f64)>;

fn columns(
    zones: &Layer,
    step: &config::Rollup,
    members: &[Group],
    findings: &mut Vec<Finding>,
) -> Result<Vec<Column>, BuildError> {
    let mut columns =
        vec![Column::texts("code", members.iter().map(|(group, _)| Some(group.as_str())).collect())];
    if let Some(field) = &step.name {
        let names = zones.texts(field)?;
        let first = |rows: &Vec<usize>| rows.iter().find_map(|&row| names[row].clone());
        columns.push(Column::texts("name", members.iter().map(|(_, rows)| first(rows)).collect()));
    }
    columns
        .push(Column::integers("zones", members.iter().map(|(_, rows)| Some(rows.len() as i64)).collect()));
    let weights = step.weight.as_ref().map(|field| zones.amounts(field)).transpose()?;
    let per_group = |field: &str, f: &dyn Fn(Present) -> Option<f64>| {
        let values = zones.numbers(field)?;
        let of = |rows: &Vec<usize>| f(&mut rows.iter().filter_map(|&row| values[row].map(|v| (row, v))));
        Ok::<_, BuildError>(Column::numbers(field, members.iter().map(|(_, rows)| of(rows)).collect()))
    };
    for field in &step.sum {
        let sum = per_group(field, &|values| values.map(|(_, v)| v).reduce(|sum, v| sum + v))?;
        // People and incidents stay whole numbers.
        columns.push(match zones.column(field)?.data_type() {
            kind @ DataType::Int64 => Column {
                values: arrow_cast::cast(&sum.values, kind)
                    .map_err(|error| BuildError::Layer(error.into()))?,
                name: sum.name,
            },
            _ => sum,
        });
    }
    for field in &step.mean {
        columns.push(per_group(field, &|values| {
            let weight = |row: usize| weights.as_ref().map_or(Some(1.0), |weights| weights[row]);
            let weighed = values.filter_map(|(row, v)| Some((weight(row)?, v)));
            let (sum, total) = weighed.fold((0.0, 0.0), |(s, t), (w, v)| (s + w * v, t + w));
            (total > 0.0).then(|| sum / total)
        })?);
    }
    for field in &step.max {
        columns.push(per_group(field, &|values| values.map(|(_, v)| v).reduce(f64::max))?);
    }
    for count in &step.count {
        let values = zones.numbers(&count.field)?;
        // Of nothing known it is not known how many.
        let of = |rows: &Vec<usize>| {
            let known = || rows.iter().filter_map(|&row| values[row]);
            known().next().map(|_| known().filter(|v| *v >= count.at_least).count() as i64)
        };
        columns.push(Column::integers(&count.name, members.iter().map(|(_, rows)| of(rows)).collect()));
    }
    findings.extend(lacking(zones, step, members)?);
    Ok(columns)
}

/// Fields that lack in some zones, each told once.
fn lacking(zones: &Layer, step: &config::Rollup, members: &[Group]) -> Result<Vec<Finding>, BuildError> {
    let counted = step.count.iter().map(|count| &count.field);
    let weight = step.weight.iter().filter(|_| !step.mean.is_empty());
    let fields: BTreeSet<&String> =
        step.sum.iter().chain(&step.mean).chain(&step.max).chain(counted).chain(weight).collect();
    let keys = zones.keys();
    let mut found = Vec::new();
    // Zones that a priority does not rank lack nothing.
    let among = match Parameters::of_layer(&zones.provenance) {
        Parameters::Priority(own) => own.among,
        _ => None,
    };
    let ranked = |field: &&String| *field != PRIORITY || among.is_none();
    for field in fields.into_iter().filter(ranked) {
        let values = zones.numbers(field)?;
        let total = |(_, rows): &Group| {
            let mut total = Total::default();
            rows.iter().for_each(|&row| total.add(values[row]));
            total
        };
        let totals: Vec<Total> = members.iter().map(total).collect();
        let mut rows: Vec<usize> = members.iter().flat_map(|(_, rows)| rows).copied().collect();
        rows.sort_unstable();
        let lacking: Vec<&str> =
            rows.iter().filter(|&&row| values[row].is_none()).map(|&row| keys[row]).collect();
        found.extend(partial(field, &totals, &lacking, rows.len()));
    }
    Ok(found)
}

/// The dissolved borders of each group, in parallel over groups; gaps up to `tolerance_m` between them are closed.
pub(super) fn borders(
    zones: &Layer,
    name: &str,
    members: &[(String, Vec<usize>)],
    tolerance_m: f64,
) -> Result<crate::layer::Geometry, BuildError> {
    let view = zones.zones()?;
    let dissolved: Vec<_> = members
        .par_iter()
        .map(|(group, rows)| {
            dissolve(&view, rows, tolerance_m).map_err(|reason| BuildError::Dissolve {
                layer: name.to_owned(),
                group: group.clone(),
                reason: reason.to_string(),
            })
        })
        .collect::<Result<_, _>>()?;
    let mut builder = ZonesBuilder::default();
    for polygons in dissolved {
        builder.zone(&polygons)?;
    }
    Ok(builder.finish()?)
}
