//! `[lixels]`: routes cut into pieces of nearly equal length.

use std::sync::Arc;

use crate::build::context::{brought, derived, zones_at};
use crate::build::{BuildError, Context};
use crate::geodesy::RouteMeasure;
use crate::layer::{Column, Layer, LinesBuilder, PointView};
use crate::network::{Lixel, NetworkError, lixels};
use crate::publish::record::{LixelsParameters, Parameters};
use crate::workspace::config::{self, LIXEL_KEY};

/// Cuts the routes.
pub(super) fn run(context: &Context, name: &str, step: &config::Lixels) -> Result<Layer, BuildError> {
    let routes = context.layer(&step.routes)?;
    let lines = routes.lines()?;
    let pieces = lixels(&lines, step.length_km).map_err(|error| match error {
        NetworkError::NoLength { line } => BuildError::RouteWithoutLength {
            layer: step.routes.clone(),
            route: routes.keys()[line].to_owned(),
        },
        error => BuildError::Network { layer: step.routes.clone(), error },
    })?;
    let (keys, named) = (routes.keys(), routes.has("name"));
    let names = if named { routes.texts("name")? } else { Vec::new() };
    let mut builder = LinesBuilder::default();
    let (mut lon, mut lat) = (Vec::with_capacity(pieces.len()), Vec::with_capacity(pieces.len()));
    for of_line in pieces.chunk_by(|a, b| a.line == b.line) {
        let (x, y) = lines.line(of_line[0].line as usize);
        let measure = RouteMeasure::new(x, y);
        for piece in of_line {
            measure
                .slice(piece.from_km, piece.to_km)
                .into_iter()
                .for_each(|(lon, lat)| builder.vertex(lon, lat));
            builder.end_line()?;
            if let Some(middle) = measure.locate_km((piece.from_km + piece.to_km) / 2.0) {
                lon.push(middle.lon);
                lat.push(middle.lat);
            }
        }
    }
    let key = |piece: &Lixel| keys[piece.line as usize];
    let numbers = |of: fn(&Lixel) -> f64| pieces.iter().map(|piece| Some(of(piece))).collect::<Vec<_>>();
    let ids = pieces.iter().map(|piece| Some(format!("{}-{:04}", key(piece), piece.number + 1)));
    let mut columns = vec![
        Column::texts(LIXEL_KEY, ids.collect()),
        Column::texts("route", pieces.iter().map(|piece| Some(key(piece))).collect()),
    ];
    if named {
        columns.push(Column::texts(
            "route_name",
            pieces.iter().map(|piece| names[piece.line as usize].clone()).collect(),
        ));
    }
    columns.push(Column::numbers("from_km", numbers(|piece| piece.from_km)));
    columns.push(Column::numbers("to_km", numbers(|piece| piece.to_km)));
    columns.push(Column::numbers("km", numbers(Lixel::km)));

    let mut inputs = vec![step.routes.as_str()];
    inputs.extend(step.zones.as_deref());
    inputs.extend(step.carry.iter().map(|carry| carry.layer.as_str()));
    let mut provenance = derived("lixels", &inputs);
    Parameters::Lixels(LixelsParameters { length_km: step.length_km }).write_to(&mut provenance);
    // The zone of each; none outside all of them.
    let mut of: Vec<Option<&str>> = vec![None; pieces.len()];
    if let Some(zones) = &step.zones {
        let zones = context.layer(zones)?;
        let (_, located) = zones_at(name, zones, &PointView { lon: &lon, lat: &lat })?;
        let keys = zones.keys();
        of = located.iter().map(|&zone| keys.get(zone as usize).copied()).collect();
        columns.push(Column::texts("zone", of.clone()));
    }
    for carry in &step.carry {
        let from = context.layer(&carry.layer)?;
        let rows: Vec<Option<usize>> = match carry.layer == step.routes {
            true => pieces.iter().map(|piece| Some(piece.line as usize)).collect(),
            false => {
                let positions = from.positions();
                of.iter().map(|zone| positions.get((*zone)?).copied()).collect()
            }
        };
        brought(&mut columns, from, &rows, &carry.fields)?;
    }
    Ok(Layer::new(name, LIXEL_KEY, columns, Arc::new(builder.finish()?), provenance)?)
}
