//! `[counts]`: incidents per zone.

use std::sync::Arc;

use super::total::{Total, partial};
use crate::build::context::{derived, identity, located};
use crate::build::{BuildError, Context};
use crate::join::OUTSIDE;
use crate::layer::{Column, EXAMPLES, Finding, Layer};
use crate::publish::record::{CountsParameters, Parameters};
use crate::workspace::config;

/// Counts the points in each zone.
pub(super) fn run(context: &Context, name: &str, step: &config::Counts) -> Result<Layer, BuildError> {
    let zones = context.layer(&step.zones)?;
    let incidents = context.layer(&step.points)?;
    let (located, outside) = located(name, zones, incidents)?;
    let inside = || located.iter().enumerate().filter(|&(_, &zone)| zone != OUTSIDE);

    let weights = step.weight.as_ref().map(|field| incidents.amounts(field)).transpose()?;
    let weight = |point: usize| weights.as_ref().map_or(Some(1.0), |weights| weights[point]);
    let mut count = vec![0_i64; zones.len()];
    let mut totals = vec![Total::default(); zones.len()];
    for (point, &zone) in inside() {
        count[zone as usize] += 1;
        totals[zone as usize].add(weight(point));
    }
    let sum: Vec<Option<f64>> = totals.iter().map(Total::value).collect();

    let mut provenance = derived("counts", &[&step.points, &step.zones]);
    provenance.findings.extend(outside);
    if let Some(field) = &step.weight {
        let points = incidents.keys();
        let lacking = inside().filter(|&(point, _)| weight(point).is_none()).map(|(point, _)| points[point]);
        let lacking: Vec<&str> = lacking.collect();
        provenance.findings.extend(partial(field, &totals, &lacking, inside().count()));
    }
    let mut columns = identity(zones);
    columns.push(Column::integers(&step.field, count.iter().map(|&n| Some(n)).collect()));
    if weights.is_some() {
        columns.push(Column::numbers(&step.weight_field, sum.clone()));
    }
    if let Some(field) = &step.population {
        let people = zones.numbers(field)?;
        let rate = |(sum, people): (Option<f64>, &Option<f64>)| {
            people.filter(|&people| people > 0.0).and_then(|people| Some(sum? / people * step.rate_per))
        };
        columns.push(Column::numbers(&step.rate_field, sum.into_iter().zip(&people).map(rate).collect()));
        provenance.findings.extend(without_rate(step, field, &zones.keys(), &count, &people));
    }
    let outside = located.len() - inside().count();
    Parameters::Counts(CountsParameters {
        counted: located.len() - outside,
        outside,
        weight: step.weight.clone(),
        population: step.population.clone(),
        rate_per: step.population.as_ref().map(|_| step.rate_per),
    })
    .write_to(&mut provenance);
    Ok(Layer::new(name, zones.key(), columns, Arc::clone(zones.geometry()), provenance)?)
}

/// Zones with incidents whose population lets no rate be told, and all whose population is below zero.
fn without_rate(
    step: &config::Counts,
    population: &str,
    keys: &[&str],
    count: &[i64],
    people: &[Option<f64>],
) -> Option<Finding> {
    let (mut zero, mut missing, mut negative) = (0, 0, Vec::new());
    let mut without = Vec::new();
    for (zone, people) in people.iter().enumerate() {
        match people {
            Some(people) if *people < 0.0 => negative.push(format!("{people} ({})", keys[zone])),
            Some(people) if *people == 0.0 && count[zone] > 0 => zero += 1,
            None if count[zone] > 0 => missing += 1,
            _ => continue,
        }
        without.push(keys[zone].to_owned());
    }
    if without.is_empty() {
        return None;
    }
    let (mut es, mut en) = (Vec::new(), Vec::new());
    if zero > 0 {
        es.push(format!("es 0 en {zero}"));
        en.push(format!("is 0 in {zero}"));
    }
    if missing > 0 {
        es.push(format!("falta en {missing}"));
        en.push(format!("lacks in {missing}"));
    }
    if !negative.is_empty() {
        let shown = negative.iter().take(EXAMPLES).cloned().collect::<Vec<_>>().join(", ");
        es.push(format!("es negativa en {}, un error de los datos: {shown}", negative.len()));
        en.push(format!("is negative in {}, an error of the data: {shown}", negative.len()));
    }
    let told = |zone: &usize| count[*zone] > 0 || people[*zone].is_some_and(|people| people < 0.0);
    Some(Finding::NoResult {
        field: step.rate_field.clone(),
        count: without.len(),
        of: (0..keys.len()).filter(told).count(),
        reason_es: format!("la población `{population}` {}", es.join(", ")),
        reason_en: format!("the population `{population}` {}", en.join(", ")),
        examples: without.into_iter().take(EXAMPLES).collect(),
    })
}
