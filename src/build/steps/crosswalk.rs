//! `[crosswalk]`: a table keyed by old zones, carried over to new ones.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::total::{Total, partial};
use crate::build::context::{derived, identity};
use crate::build::{BuildError, Context};
use crate::join::shares;
use crate::layer::{Column, EXAMPLES, Finding, Layer, key_fit};
use crate::publish::record::{CrosswalkBy, CrosswalkParameters, CrosswalkTotal, Parameters};
use crate::workspace::config;

/// How far the shares of an old zone may be from 1: published tables are rounded.
const TOLERANCE: f64 = 1e-6;

/// The part of an old zone that goes to a new one.
struct Link {
    old: usize,
    new: usize,
    share: f64,
}

/// Carries the table over.
pub(super) fn run(context: &Context, name: &str, step: &config::Crosswalk) -> Result<Layer, BuildError> {
    let zones = context.layer(&step.zones)?;
    let table = context.layer(&step.table)?;
    let (links, lost) = match (&step.links, &step.old_zones) {
        (_, Some(old)) => by_area(context, name, table, zones, old)?,
        (links, None) => by_table(context, name, step, table, zones, links.as_deref())?,
    };
    if links.is_empty()
        && let (Some(zone), Some(row)) = (zones.keys().first(), table.keys().first())
    {
        return Err(BuildError::NoKeyMatches {
            layer: name.to_owned(),
            left: step.old_zones.as_ref().unwrap_or(&step.zones).clone(),
            right: step.table.clone(),
            examples: [(*zone).to_owned(), (*row).to_owned()],
            fit: key_fit(&zones.keys(), &table.keys()),
        });
    }
    let mut columns = identity(zones);
    let mut findings = Vec::new();
    let mut totals = BTreeMap::new();
    for field in &step.sum {
        let values = table.numbers(field)?;
        let mut sums: Vec<Option<f64>> = vec![None; zones.len()];
        for link in &links {
            if let Some(value) = values[link.old] {
                *sums[link.new].get_or_insert(0.0) += link.share * value;
            }
        }
        let (before, after) = (values.iter().flatten().sum::<f64>(), sums.iter().flatten().sum::<f64>());
        totals.insert(field.clone(), CrosswalkTotal { old: before, new: after });
        columns.push(Column::numbers(field, sums));
    }
    let weights = step.weight.as_ref().map(|field| table.amounts(field)).transpose()?;
    let weight_of_means = step.weight.iter().filter(|_| !step.mean.is_empty());
    for field in step.sum.iter().chain(&step.mean).chain(weight_of_means) {
        findings.extend(lacking(table, zones.len(), &links, field)?);
    }
    for field in &step.mean {
        let values = table.numbers(field)?;
        let mut sums = vec![(0.0, 0.0); zones.len()];
        for link in &links {
            let weight = weights.as_ref().map_or(Some(1.0), |weights| weights[link.old]);
            if let (Some(value), Some(weight)) = (values[link.old], weight) {
                let (sum, total) = &mut sums[link.new];
                (*sum, *total) = (*sum + link.share * weight * value, *total + link.share * weight);
            }
        }
        let means = sums.into_iter().map(|(sum, total)| (total > 0.0).then(|| sum / total)).collect();
        columns.push(Column::numbers(field, means));
    }
    let mut olds = vec![0_i64; zones.len()];
    links.iter().for_each(|link| olds[link.new] += 1);
    columns.push(Column::integers("old_n", olds.iter().map(|&n| Some(n)).collect()));

    let mut inputs = vec![step.table.as_str(), step.zones.as_str()];
    inputs.extend(step.links.as_deref());
    inputs.extend(step.old_zones.as_deref());
    let mut provenance = derived("crosswalk", &inputs);
    provenance.findings = findings;
    if !lost.is_empty() {
        provenance.findings.push(Finding::Dropped {
            count: lost.len(),
            reason_es: format!(
                "zonas antiguas de `{}` que no llevan a ninguna de `{}`",
                step.table, step.zones
            ),
            reason_en: format!("old zones of `{}` that lead to none of `{}`", step.table, step.zones),
            examples: lost.iter().take(EXAMPLES).cloned().collect(),
        });
    }
    Parameters::Crosswalk(CrosswalkParameters {
        by: if step.old_zones.is_some() { CrosswalkBy::Area } else { CrosswalkBy::Links },
        links: links.len(),
        totals,
        sum: step.sum.clone(),
        mean: step.mean.clone(),
        weight: step.weight.clone(),
    })
    .write_to(&mut provenance);
    Ok(Layer::new(name, zones.key(), columns, Arc::clone(zones.geometry()), provenance)?)
}

/// What to say of a field that lacks in rows of the table that lead to a new zone.
fn lacking(table: &Layer, zones: usize, links: &[Link], field: &str) -> Result<Option<Finding>, BuildError> {
    let (values, keys) = (table.numbers(field)?, table.keys());
    let mut totals = vec![Total::default(); zones];
    let mut rows: Vec<usize> = links.iter().map(|link| link.old).collect();
    links.iter().for_each(|link| totals[link.new].add(values[link.old]));
    rows.sort_unstable();
    rows.dedup();
    let lacking: Vec<&str> =
        rows.iter().filter(|&&row| values[row].is_none()).map(|&row| keys[row]).collect();
    Ok(partial(field, &totals, &lacking, rows.len()))
}

/// Links from a table; an old zone that is not in it goes whole to the new one of the same key.
fn by_table(
    context: &Context,
    name: &str,
    step: &config::Crosswalk,
    table: &Layer,
    zones: &Layer,
    links: Option<&str>,
) -> Result<(Vec<Link>, Vec<String>), BuildError> {
    let (olds, news) = (table.positions(), zones.positions());
    let mut found: Vec<Link> = Vec::new();
    let mut sums: BTreeMap<String, f64> = BTreeMap::new();
    if let Some(links) = links {
        let layer = context.layer(links)?;
        let (old, new) = (layer.texts(&step.old)?, layer.texts(&step.new)?);
        let share = layer.numbers(&step.share)?;
        for (row, key) in layer.keys().into_iter().enumerate() {
            let wrong = |reason: String| BuildError::Link {
                layer: name.to_owned(),
                links: links.to_owned(),
                row: key.to_owned(),
                reason,
            };
            let (Some(old), Some(new), Some(share)) = (&old[row], &new[row], share[row]) else {
                return Err(wrong("old code, new code or share is missing".to_owned()));
            };
            if !(0.0..=1.0).contains(&share) {
                return Err(wrong(format!(
                    "the share of `{old}` that goes to `{new}` is {share}, not within 0 to 1"
                )));
            }
            let Some(&new) = news.get(new.as_str()) else {
                return Err(wrong(format!("`{}` has no zone `{new}`", step.zones)));
            };
            *sums.entry(old.clone()).or_default() += share;
            // A table of links may hold changes that the table of values does not reach.
            if let Some(&old) = olds.get(old.as_str()) {
                found.push(Link { old, new, share });
            }
        }
        if let Some((zone, &sum)) = sums.iter().find(|(_, sum)| (*sum - 1.0).abs() > TOLERANCE) {
            return Err(BuildError::Shares {
                layer: name.to_owned(),
                links: links.to_owned(),
                zone: zone.clone(),
                sum,
            });
        }
    }
    let mut lost = Vec::new();
    for (old, key) in table.keys().into_iter().enumerate() {
        if sums.contains_key(key) {
            continue;
        }
        match news.get(key) {
            Some(&new) => found.push(Link { old, new, share: 1.0 }),
            None => lost.push(key.to_owned()),
        }
    }
    // Sums are then taken in one order, however the links stand in their table.
    found.sort_by_key(|link| (link.new, link.old));
    Ok((found, lost))
}

/// Links from the areas that old and new zones share, divided over what lies in any new zone, so that totals stay.
fn by_area(
    context: &Context,
    name: &str,
    table: &Layer,
    zones: &Layer,
    old_zones: &str,
) -> Result<(Vec<Link>, Vec<String>), BuildError> {
    let old_zones = context.layer(old_zones)?;
    let found = shares(&old_zones.zones()?, &zones.zones()?)
        .map_err(|error| BuildError::Join { layer: name.to_owned(), error })?;
    let mut covered = vec![0.0; old_zones.len()];
    found.shares.iter().for_each(|share| covered[share.zone as usize] += share.km2);
    let positions = old_zones.positions();
    let rows: Vec<Option<usize>> = table.keys().iter().map(|key| positions.get(key).copied()).collect();
    let mut row_of = vec![None; old_zones.len()];
    for (row, zone) in rows.iter().enumerate() {
        if let Some(zone) = *zone {
            row_of[zone] = Some(row);
        }
    }
    let links = found
        .shares
        .iter()
        .filter_map(|share| {
            let zone = share.zone as usize;
            Some(Link { old: row_of[zone]?, new: share.cover as usize, share: share.km2 / covered[zone] })
        })
        .collect();
    let keys = table.keys();
    let lost = (0..rows.len()).filter(|&row| rows[row].is_none_or(|zone| covered[zone] <= 0.0));
    Ok((links, lost.map(|row| keys[row].to_owned()).collect()))
}
