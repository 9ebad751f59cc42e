//! `[counts]`: incidents per zone.

use std::sync::Arc;

use serde_json::json;

use crate::build::context::{derived, identity};
use crate::build::{BuildError, Context};
use crate::join::{Locator, OUTSIDE};
use crate::layer::{Column, Finding, Layer};
use crate::workspace::config;

/// Counts the points in each zone.
pub(super) fn run(context: &Context, name: &str, step: &config::Counts) -> Result<Layer, BuildError> {
    let zones = context.layer(&step.zones)?;
    let incidents = context.layer(&step.points)?;
    let join = |error| BuildError::Join { layer: name.to_owned(), error };
    let points = incidents.points()?;
    let keys = zones.keys();
    let index = Locator::for_points(&zones.zones()?, &keys, points.len() as u64).map_err(join)?;
    let mut located = vec![OUTSIDE; points.len()];
    index.locate_many(points.lon, points.lat, &mut located).map_err(join)?;

    let weights = step.weight.as_ref().map(|field| incidents.numbers(field)).transpose()?;
    let mut count = vec![0_i64; zones.len()];
    let mut sum = vec![0.0; zones.len()];
    for (point, &zone) in located.iter().enumerate().filter(|&(_, &zone)| zone != OUTSIDE) {
        count[zone as usize] += 1;
        sum[zone as usize] += weights.as_ref().map_or(1.0, |w| w[point].unwrap_or(0.0));
    }

    let mut columns = identity(zones);
    columns.push(Column::integers(&step.field, count.iter().map(|&n| Some(n)).collect()));
    if weights.is_some() {
        columns.push(Column::numbers(&step.weight_field, sum.iter().map(|&s| Some(s)).collect()));
    }
    if let Some(field) = &step.population {
        let population = zones.numbers(field)?;
        let rate = |(s, p): (&f64, Option<f64>)| p.filter(|&p| p > 0.0).map(|p| s / p * step.rate_per);
        columns.push(Column::numbers(&step.rate_field, sum.iter().zip(population).map(rate).collect()));
    }
    let mut provenance = derived("counts", &[&step.points, &step.zones]);
    let outside = located.iter().filter(|&&zone| zone == OUTSIDE).count();
    if outside > 0 {
        provenance.findings.push(Finding::Outside {
            count: outside,
            of: points.len(),
            zones: step.zones.clone(),
        });
    }
    provenance.parameters.insert("counted".into(), json!(points.len() - outside));
    provenance.parameters.insert("outside".into(), json!(outside));
    if let Some(field) = &step.weight {
        provenance.parameters.insert("weight".into(), json!(field));
    }
    if let Some(field) = &step.population {
        provenance.parameters.insert("population".into(), json!(field));
        provenance.parameters.insert("rate_per".into(), json!(step.rate_per));
    }
    Ok(Layer::new(name, zones.key(), columns, Arc::clone(zones.geometry()), provenance)?)
}
