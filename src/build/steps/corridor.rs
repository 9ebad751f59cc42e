//! `[corridor]`: what lies within a width of the routes.

use std::sync::Arc;

use super::total::{Total, partial};
use crate::build::context::{derived, identity, located};
use crate::build::{BuildError, Context};
use crate::geodesy::{buffer_km, flat_area_km2};
use crate::index::BandedZones;
use crate::join::{OUTSIDE, shares};
use crate::layer::{Column, Geometry, Layer, LayerError, ZonesBuilder};
use crate::publish::record::{CorridorParameters, Parameters};
use crate::workspace::config::{self, CorridorOutput};
use geo::{MultiPolygon, unary_union};
use rayon::prelude::*;

/// Draws the corridors, and shares the zones out over them where the layer file asks for that.
pub(super) fn run(context: &Context, name: &str, step: &config::Corridor) -> Result<Layer, BuildError> {
    let routes = context.layer(&step.routes)?;
    let corridors = corridors(name, routes, step.width_km)?;
    let mut inputs = vec![step.routes.as_str(), step.zones.as_str()];
    inputs.extend(step.people.as_deref());
    let mut provenance = derived("corridor", &inputs);
    Parameters::Corridor(CorridorParameters { width_km: step.width_km, people: step.people_field.clone() })
        .write_to(&mut provenance);
    if step.output == CorridorOutput::Corridors {
        let geometry = zones_of(&corridors)?;
        let km2 = geometry.zones().map_or_else(Vec::new, |view| {
            (0..view.len()).map(|corridor| Some(flat_area_km2(&view, corridor))).collect()
        });
        let mut columns = identity(routes);
        columns.push(Column::numbers("km2", km2));
        return Ok(Layer::new(name, routes.key(), columns, Arc::new(geometry), provenance)?);
    }

    let zones = context.layer(&step.zones)?;
    let any = zones_of(&[unary_union(&corridors)])?;
    let (Some(view), Some(any)) = (zones.geometry().zones(), any.zones()) else {
        return Err(BuildError::NotBuilt { layer: step.zones.clone() });
    };
    let join = |error| BuildError::Join { layer: name.to_owned(), error };
    let shared = shares(&view, &any).map_err(join)?;
    let mut within = vec![0.0; zones.len()];
    for share in &shared.shares {
        within[share.zone as usize] += share.km2;
    }
    let part = |part: f64, of: f64| (of > 0.0).then(|| (100.0 * part / of).min(100.0));
    let mut columns = identity(zones);
    columns.push(Column::numbers("km2", shared.zone_km2.iter().map(|&km2| Some(km2)).collect()));
    columns.push(Column::numbers("corr_km2", within.iter().map(|&km2| Some(km2)).collect()));
    let pct = within.iter().zip(&shared.zone_km2).map(|(&km2, &of)| part(km2, of)).collect();
    columns.push(Column::numbers("corr_pct", pct));

    if let Some(people) = &step.people {
        let people = context.layer(people)?;
        let points = people.points()?;
        let of_point = match &step.people_field {
            Some(field) => people.amounts(field)?,
            None => vec![Some(1.0); points.len()],
        };
        let (located, outside) = located(name, zones, people)?;
        provenance.findings.extend(outside);
        let corridor = BandedZones::new(&any).map_err(|error| join(error.into()))?;
        let (mut all, mut near) = (vec![Total::default(); zones.len()], vec![Total::default(); zones.len()]);
        let (mut lacking, mut inside) = (Vec::new(), 0);
        let keys = people.keys();
        for (i, &zone) in located.iter().enumerate().filter(|&(_, &zone)| zone != OUTSIDE) {
            inside += 1;
            all[zone as usize].add(of_point[i]);
            if corridor.position(0, points.lon[i], points.lat[i]).touches() {
                near[zone as usize].add(of_point[i]);
            }
            if of_point[i].is_none() {
                lacking.push(keys[i]);
            }
        }
        if let Some(field) = &step.people_field {
            provenance.findings.extend(partial(field, &all, &lacking, inside));
        }
        columns.push(Column::numbers("people", all.iter().map(Total::value).collect()));
        columns.push(Column::numbers("corr_ppl", near.iter().map(Total::value).collect()));
        let pct = near.iter().zip(&all).map(|(near, all)| part(near.value()?, all.value()?)).collect();
        columns.push(Column::numbers("ppl_pct", pct));
    }
    Ok(Layer::new(name, zones.key(), columns, Arc::clone(zones.geometry()), provenance)?)
}

/// The corridor of each route.
fn corridors(name: &str, routes: &Layer, width_km: f64) -> Result<Vec<MultiPolygon>, BuildError> {
    let (lines, keys) = (routes.lines()?, routes.keys());
    (0..lines.len())
        .into_par_iter()
        .map(|route| {
            let (lon, lat) = lines.line(route);
            buffer_km(lon, lat, width_km).map_err(|error| BuildError::Buffer {
                layer: name.to_owned(),
                route: keys[route].to_owned(),
                error,
            })
        })
        .collect()
}

fn zones_of(polygons: &[MultiPolygon]) -> Result<Geometry, LayerError> {
    let mut builder = ZonesBuilder::default();
    for zone in polygons {
        builder.zone(zone)?;
    }
    builder.finish()
}
