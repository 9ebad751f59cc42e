//! `gaps`: parts of routes beyond the reach of every site.

use std::sync::Arc;

use datafusion::catalog::TableProvider;
use datafusion::common::Result;

use super::FunctionDoc;
use super::arguments::{Arguments, provide};
use super::nearest::Kind;
use crate::FunctionKind;
use corredor::coverage;
use corredor::layer::{Column, Layer, LayerError, LinesBuilder, Provenance};

pub(super) static DOC: FunctionDoc = FunctionDoc {
    name: "gaps",
    kind: FunctionKind::Table,
    calls: &["gaps('routes', 'sites', reach_km)"],
    summary: "The parts of routes that are farther than the reach from every site.",
    arguments: &[
        ("'routes'", "name of a layer of lines: routes, or stretches of them"),
        ("'sites'", "name of a layer of points"),
        ("reach_km", "kilometres, by geodesic, 0 to 1,000"),
    ],
    returns: "a table: `gap_id`, `route` (key of the line), `from_km` and `to_km` along it, `km`, `site_before` and `site_after` (keys of the sites whose reach ends and begins there; null at the ends of the line), and `geom`.",
    notes: &[
        "Where a gap begins and ends is solved for, not sampled (`docs/methods/join.md`). The ends of gaps lie at the reach from a site, and so tell where sites are: of protected sites, publish gaps only through a layer with `[protect]`.",
    ],
    example: "SELECT route, from_km, to_km, km FROM gaps('routes', 'shelters', 30) ORDER BY km DESC",
    related: &["stretches", "nearest_km"],
};

/// The table of one call.
pub(super) fn table(args: &Arguments<'_>) -> Result<Arc<dyn TableProvider>> {
    args.count(3..=3)?;
    let (routes, sites) = (args.layer(0, Kind::Lines)?, args.layer(1, Kind::Points)?);
    let reach_km = args.number(2)?.ok_or_else(|| args.wrong(2, "a number"))?;
    let index = sites.sites().ok_or_else(|| args.wrong(1, "a layer of points"))?;
    let index = index.map_err(|error| args.refused(error))?;
    let wrong = |error: LayerError| args.refused(error);
    let lines = routes.layer().lines().map_err(wrong)?;
    let gaps = coverage::gaps(&lines, index, reach_km).map_err(|error| args.refused(error))?;
    let (route_keys, site_keys) = (routes.layer().keys(), sites.layer().keys());
    let mut builder = LinesBuilder::default();
    let mut ids = Vec::with_capacity(gaps.len());
    let (mut line, mut number) = (u32::MAX, 0);
    for gap in &gaps {
        number = if gap.line == line { number + 1 } else { 1 };
        line = gap.line;
        ids.push(Some(format!("{}-gap-{number:03}", route_keys[line as usize])));
        gap.geometry.iter().for_each(|&(lon, lat)| builder.vertex(lon, lat));
        builder.end_line().map_err(wrong)?;
    }
    let site = |site: Option<u32>| site.map(|site| site_keys[site as usize]);
    let columns = vec![
        Column::texts("gap_id", ids),
        Column::texts("route", gaps.iter().map(|gap| Some(route_keys[gap.line as usize])).collect()),
        Column::numbers("from_km", gaps.iter().map(|gap| Some(gap.from_km)).collect()),
        Column::numbers("to_km", gaps.iter().map(|gap| Some(gap.to_km)).collect()),
        Column::numbers("km", gaps.iter().map(|gap| Some(gap.km())).collect()),
        Column::texts("site_before", gaps.iter().map(|gap| site(gap.site_before)).collect()),
        Column::texts("site_after", gaps.iter().map(|gap| site(gap.site_after)).collect()),
    ];
    let geometry = Arc::new(builder.finish().map_err(wrong)?);
    provide(Layer::new(DOC.name, "gap_id", columns, geometry, Provenance::default()).map_err(wrong)?)
}
