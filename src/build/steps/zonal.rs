//! `[zonal]`: statistics of lixels per zone, weighted by their kilometres.

use std::sync::Arc;

use serde_json::json;

use crate::build::context::{derived, identity};
use crate::build::{BuildError, Context};
use crate::geodesy::length_km;
use crate::layer::{Column, Layer};
use crate::workspace::config;

/// Brings lixels together by the zone that they lie in; a zone without any has no value.
pub(super) fn run(context: &Context, name: &str, step: &config::Zonal) -> Result<Layer, BuildError> {
    let (lixels, zones) = (context.layer(&step.lixels)?, context.layer(&step.zones)?);
    let (lines, positions) = (lixels.lines()?, zones.positions());
    let of: Vec<Option<usize>> =
        lixels.texts("zone")?.iter().map(|zone| positions.get(zone.as_deref()?).copied()).collect();
    let km: Vec<f64> = (0..lixels.len())
        .map(|lixel| {
            let (lon, lat) = lines.line(lixel);
            length_km(lon, lat)
        })
        .collect();
    let mut columns = identity(zones);
    for field in &step.mean {
        let values = lixels.numbers(field)?;
        let mut sums = vec![(0.0, 0.0); zones.len()];
        for (lixel, zone) in of.iter().enumerate() {
            if let (Some(zone), Some(value)) = (*zone, values[lixel]) {
                sums[zone].0 += km[lixel] * value;
                sums[zone].1 += km[lixel];
            }
        }
        let mean = |(sum, km): (f64, f64)| (km > 0.0).then(|| sum / km);
        columns.push(Column::numbers(field, sums.into_iter().map(mean).collect()));
    }
    for field in &step.max {
        let values = lixels.numbers(field)?;
        let mut greatest: Vec<Option<f64>> = vec![None; zones.len()];
        for (lixel, zone) in of.iter().enumerate() {
            if let (Some(zone), Some(value)) = (*zone, values[lixel]) {
                greatest[zone] = Some(greatest[zone].map_or(value, |known| known.max(value)));
            }
        }
        columns.push(Column::numbers(field, greatest));
    }
    let mut provenance = derived("zonal", &[&step.lixels, &step.zones]);
    provenance.parameters.insert("mean".into(), json!(step.mean));
    provenance.parameters.insert("max".into(), json!(step.max));
    provenance.parameters.insert("outside".into(), json!(of.iter().filter(|zone| zone.is_none()).count()));
    Ok(Layer::new(name, zones.key(), columns, Arc::clone(zones.geometry()), provenance)?)
}
