//! `[zonal]`: statistics of lixels per zone, weighted by their kilometres.

use std::sync::Arc;

use crate::build::context::{derived, identity};
use crate::build::{BuildError, Context};
use crate::layer::{Column, Layer};
use crate::publish::record::{Parameters, ZonalParameters};
use crate::workspace::config;

/// Brings lixels together by the kilometres that they have in each zone; a zone without any has no value.
pub(super) fn run(context: &Context, name: &str, step: &config::Zonal) -> Result<Layer, BuildError> {
    let (lixels, zones) = (context.layer(&step.lixels)?, context.layer(&step.zones)?);
    let parts = context.stretches(name, lixels, zones)?;
    let inside = || parts.iter().filter_map(|part| Some((part.zone? as usize, part)));
    let mut columns = identity(zones);
    for field in &step.mean {
        let values = lixels.numbers(field)?;
        let mut sums = vec![(0.0, 0.0); zones.len()];
        for (zone, part) in inside() {
            if let Some(value) = values[part.line as usize] {
                sums[zone].0 += part.km() * value;
                sums[zone].1 += part.km();
            }
        }
        let mean = |(sum, km): (f64, f64)| (km > 0.0).then(|| sum / km);
        columns.push(Column::numbers(field, sums.into_iter().map(mean).collect()));
    }
    for field in &step.max {
        let values = lixels.numbers(field)?;
        let mut greatest: Vec<Option<f64>> = vec![None; zones.len()];
        for (zone, part) in inside() {
            if let Some(value) = values[part.line as usize] {
                greatest[zone] = Some(greatest[zone].map_or(value, |known| known.max(value)));
            }
        }
        columns.push(Column::numbers(field, greatest));
    }
    let mut provenance = derived("zonal", &[&step.lixels, &step.zones]);
    Parameters::Zonal(ZonalParameters { mean: step.mean.clone(), max: step.max.clone() })
        .write_to(&mut provenance);
    Ok(Layer::new(name, zones.key(), columns, Arc::clone(zones.geometry()), provenance)?)
}
