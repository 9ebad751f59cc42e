//! `stretches`: routes cut at the borders of zones.

use std::sync::Arc;

use datafusion::catalog::TableProvider;
use datafusion::common::Result;

use super::FunctionDoc;
use super::arguments::{Arguments, provide};
use super::nearest::Kind;
use crate::FunctionKind;
use crate::table::LayerTable;
use corredor::join::{BorderIndex, overlay};
use corredor::layer::{Column, Layer, LayerError, LinesBuilder, Provenance};

pub(super) static DOC: FunctionDoc = FunctionDoc {
    name: "stretches",
    kind: FunctionKind::Table,
    calls: &["stretches('routes', 'zones')"],
    summary: "Routes cut at the borders of zones: one row for each part of a route in one zone.",
    arguments: &[("'routes'", "name of a layer of lines"), ("'zones'", "name of a layer of zones")],
    returns: "a table: `stretch_id`, `route` and `zone` (keys; `zone` is null outside all zones), `from_km` and `to_km` along the route, `km`, and `geom`.",
    notes: &[
        "The stretches of a route make it up without gaps, and their kilometres add up to its geodesic length. A part in several zones, or along a border, belongs to the zone with the smallest key (`docs/methods/join.md`).",
    ],
    example: "SELECT z.state, sum(s.km) AS km\nFROM stretches('routes', 'municipalities') s JOIN municipalities z ON z.code = s.zone\nGROUP BY z.state ORDER BY km DESC",
    related: &["gaps", "along_km"],
};

/// The table of one call.
pub(super) fn table(args: &Arguments<'_>) -> Result<Arc<dyn TableProvider>> {
    args.count(2..=2)?;
    let (routes, zones) = (args.layer(0, Kind::Lines)?, args.layer(1, Kind::Zones)?);
    provide(layer(args, &routes, &zones)?)
}

fn layer(args: &Arguments<'_>, routes: &LayerTable, zones: &LayerTable) -> Result<Layer> {
    let (routes, zones) = (routes.layer(), zones.layer());
    let wrong = |error: LayerError| args.refused(error);
    let lines = routes.lines().map_err(wrong)?;
    let (route_keys, zone_keys) = (routes.keys(), zones.keys());
    let index = BorderIndex::new(&zones.zones().map_err(wrong)?, &zone_keys).map_err(|e| args.refused(e))?;
    let stretches = overlay(&lines, &index).map_err(|error| args.refused(error))?;
    let mut builder = LinesBuilder::default();
    let mut ids = Vec::with_capacity(stretches.len());
    let (mut line, mut number) = (u32::MAX, 0);
    for stretch in &stretches {
        number = if stretch.line == line { number + 1 } else { 1 };
        line = stretch.line;
        ids.push(Some(format!("{}-{number:04}", route_keys[line as usize])));
        stretch.geometry(&lines).for_each(|(lon, lat)| builder.vertex(lon, lat));
        builder.end_line().map_err(wrong)?;
    }
    let of_zone = |zone: Option<u32>| zone.map(|zone| zone_keys[zone as usize]);
    let columns = vec![
        Column::texts("stretch_id", ids),
        Column::texts("route", stretches.iter().map(|s| Some(route_keys[s.line as usize])).collect()),
        Column::texts("zone", stretches.iter().map(|s| of_zone(s.zone)).collect()),
        Column::numbers("from_km", stretches.iter().map(|s| Some(s.from_km)).collect()),
        Column::numbers("to_km", stretches.iter().map(|s| Some(s.to_km)).collect()),
        Column::numbers("km", stretches.iter().map(|s| Some(s.km())).collect()),
    ];
    let geometry = Arc::new(builder.finish().map_err(wrong)?);
    Layer::new(DOC.name, "stretch_id", columns, geometry, Provenance::default()).map_err(wrong)
}
