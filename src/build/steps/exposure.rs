//! `[exposure]`: routes over scored zones.

use std::sync::Arc;

use super::total::{Total, partial};
use crate::build::context::{derived, identity};
use crate::build::{BuildError, Context};
use crate::exposure::{Exposure, ExposureTotals, exposure, straight_km, straight_parts};
use crate::join::Stretch;
use crate::layer::{Column, Finding, Layer, LinesBuilder, Provenance, Severity};
use crate::publish::record::{ExposureParameters, Parameters};
use crate::workspace::config::{self, ExposureOutput};

/// Field of routes: kilometres that were drawn straight between towns, for want of a line.
const STRAIGHT: &str = "straight_km";

/// The same of what is made of them; a published name is short.
const DIRECT: &str = "direct_km";

/// Overlays the routes on the zones and hands out what the layer file asks for.
pub(super) fn run(context: &Context, name: &str, step: &config::Exposure) -> Result<Layer, BuildError> {
    let (routes, zones) = (context.layer(&step.routes)?, context.layer(&step.zones)?);
    let stretches = context.stretches(name, routes, zones)?;
    let risk = zones.shares(&step.risk)?;
    let flow = step.flow.as_ref().map(|field| routes.amounts(field)).transpose()?;
    let mut provenance = derived("exposure", &[&step.routes, &step.zones]);
    Parameters::Exposure(ExposureParameters {
        risk: step.risk.clone(),
        high: step.high,
        output: step.output,
        flow: step.flow.clone(),
    })
    .write_to(&mut provenance);
    let all = Made { routes, zones, stretches, risk, flow, step };
    match step.output {
        ExposureOutput::Stretches => all.stretches(name, &step.risk, provenance),
        ExposureOutput::Zones => all.zones(name, provenance),
        ExposureOutput::Routes => all.routes(name, provenance),
    }
}

/// The overlay, from which every output is made.
struct Made<'a> {
    routes: &'a Layer,
    zones: &'a Layer,
    stretches: Arc<Vec<Stretch>>,
    risk: Vec<Option<f64>>,
    flow: Option<Vec<Option<f64>>>,
    step: &'a config::Exposure,
}

impl Made<'_> {
    fn risk_of(&self, stretch: &Stretch) -> Option<f64> {
        stretch.zone.and_then(|zone| self.risk[zone as usize])
    }

    fn flow_of(&self, stretch: &Stretch) -> Option<f64> {
        self.flow.as_ref().and_then(|flow| flow[stretch.line as usize])
    }

    fn stretches(&self, name: &str, risk: &str, provenance: Provenance) -> Result<Layer, BuildError> {
        let routes = self.routes.keys();
        let zones = self.zones.keys();
        let lines = self.routes.lines()?;
        let mut builder = LinesBuilder::default();
        let mut ids = Vec::with_capacity(self.stretches.len());
        let (mut line, mut number) = (u32::MAX, 0);
        for stretch in self.stretches.iter() {
            number = if stretch.line == line { number + 1 } else { 1 };
            line = stretch.line;
            ids.push(Some(format!("{}-{number:04}", routes[line as usize])));
            stretch.geometry(&lines).for_each(|(lon, lat)| builder.vertex(lon, lat));
            builder.end_line()?;
        }
        let each = |f: &dyn Fn(&Stretch) -> Option<f64>| self.stretches.iter().map(f).collect::<Vec<_>>();
        let of_zone = |field: &str| -> Result<Option<Vec<Option<String>>>, BuildError> {
            if !self.zones.has(field) {
                return Ok(None);
            }
            let values = self.zones.texts(field)?;
            Ok(Some(self.stretches.iter().map(|s| s.zone.and_then(|z| values[z as usize].clone())).collect()))
        };
        let mut columns = vec![Column::texts("stretch_id", ids)];
        columns.push(Column::texts(
            "route",
            self.stretches.iter().map(|s| Some(routes[s.line as usize])).collect(),
        ));
        if self.routes.has("name") {
            let names = self.routes.texts("name")?;
            let names = self.stretches.iter().map(|s| names[s.line as usize].clone()).collect();
            columns.push(Column::texts("route_name", names));
        }
        columns.push(Column::texts(
            "zone",
            self.stretches.iter().map(|s| s.zone.map(|z| zones[z as usize])).collect(),
        ));
        for field in ["name", "state"] {
            columns.extend(of_zone(field)?.map(|values| Column::texts(field, values)));
        }
        columns.push(Column::numbers("from_km", each(&|s| Some(s.from_km))));
        columns.push(Column::numbers("to_km", each(&|s| Some(s.to_km))));
        columns.push(Column::numbers("km", each(&|s| Some(s.to_km - s.from_km))));
        if self.routes.has(STRAIGHT) {
            let told = self.routes.amounts(STRAIGHT)?;
            let parts: Vec<_> = (0..self.routes.len())
                .map(|line| {
                    let (lon, lat) = lines.line(line);
                    told[line].map(|km| straight_parts(lon, lat, km))
                })
                .collect();
            let km = |s: &Stretch| Some(straight_km(parts[s.line as usize].as_ref()?, s.from_km, s.to_km));
            columns.push(Column::numbers(DIRECT, each(&km)));
        }
        columns.push(Column::numbers(risk, each(&|s| self.risk_of(s))));
        columns.extend(of_zone("risk_class")?.map(|values| Column::texts("risk_class", values)));
        columns
            .push(Column::numbers("expo_km", each(&|s| self.risk_of(s).map(|r| r * (s.to_km - s.from_km)))));
        if self.flow.is_some() {
            columns.push(Column::numbers("flow", each(&|s| self.flow_of(s))));
            columns.push(Column::numbers(
                "person_km",
                each(&|s| self.flow_of(s).map(|f| f * (s.to_km - s.from_km))),
            ));
        }
        Ok(Layer::new(name, "stretch_id", columns, Arc::new(builder.finish()?), provenance)?)
    }

    fn totals(&self, name: &str) -> Result<ExposureTotals, BuildError> {
        exposure(&self.stretches, &self.risk, self.routes.len(), self.flow.as_deref(), self.step.high)
            .map_err(|error| BuildError::Corridor { layer: name.to_owned(), error })
    }

    /// `route_km`, `expo_km`, `high_km` and, with flow, `person_km`.
    fn total_columns(&self, totals: &[Exposure]) -> Vec<Column> {
        let mut columns = vec![
            column("route_km", totals, |t| Some(t.route_km)),
            column("expo_km", totals, |t| t.is_scored().then_some(t.expo_km)),
            column("high_km", totals, |t| t.is_scored().then_some(t.high_km)),
        ];
        columns.extend(self.flow.as_ref().map(|_| column("person_km", totals, |t| t.person_km)));
        columns
    }

    /// What to say of routes outside all zones.
    fn outside(&self, totals: &ExposureTotals) -> Option<Finding> {
        let (km, of_km) = (totals.total.outside_km, totals.total.route_km);
        (km > 0.0).then(|| Finding::OutsideKm { km, of_km, zones: self.step.zones.clone() })
    }

    /// What to say of totals that lack scores of zones or flows of routes.
    fn lacks(&self, totals: &ExposureTotals, made: &[Exposure]) -> Vec<Finding> {
        let keys = self.zones.keys();
        let crossed = |zone: &usize| totals.zones[*zone].route_km > 0.0;
        let unscored: Vec<&str> = (0..keys.len())
            .filter(|zone| crossed(zone) && self.risk[*zone].is_none())
            .map(|zone| keys[zone])
            .collect();
        let without = made.iter().filter(|t| t.unscored_km > 0.0);
        let of_risk: Vec<Total> = without.map(|t| Total::of(t.is_scored())).collect();
        let crossed = (0..keys.len()).filter(crossed).count();
        let mut found: Vec<Finding> =
            partial(&self.step.risk, &of_risk, &unscored, crossed).into_iter().collect();
        if let (Some(field), Some(flow)) = (&self.step.flow, &self.flow) {
            let keys = self.routes.keys();
            let unknown: Vec<&str> =
                (0..keys.len()).filter(|&line| flow[line].is_none()).map(|line| keys[line]).collect();
            let without = made.iter().filter(|t| t.unknown_flow_km > 0.0);
            let of_flow: Vec<Total> = without.map(|t| Total::of(t.person_km.is_some())).collect();
            found.extend(partial(field, &of_flow, &unknown, keys.len()));
        }
        found
    }

    fn zones(&self, name: &str, mut provenance: Provenance) -> Result<Layer, BuildError> {
        let totals = self.totals(name)?;
        let mostly = self.outside(&totals).filter(|outside| outside.severity() == Severity::Warning);
        provenance.findings.extend(mostly);
        provenance.findings.extend(self.lacks(&totals, &totals.zones));
        let mut columns = identity(self.zones);
        columns.extend(self.total_columns(&totals.zones));
        Ok(Layer::new(name, self.zones.key(), columns, Arc::clone(self.zones.geometry()), provenance)?)
    }

    fn routes(&self, name: &str, mut provenance: Provenance) -> Result<Layer, BuildError> {
        let totals = self.totals(name)?;
        let lines = &totals.lines;
        provenance.findings.extend(self.outside(&totals));
        provenance.findings.extend(self.lacks(&totals, lines));
        let mut columns = identity(self.routes);
        for (field, name) in [("mode", "mode"), ("flow", "flow"), (STRAIGHT, DIRECT)] {
            if !self.routes.has(field) {
                continue;
            }
            columns.push(Column { name: name.to_owned(), values: Arc::clone(self.routes.column(field)?) });
        }
        columns.extend(self.total_columns(lines));
        columns.push(column("out_km", lines, |t| Some(t.outside_km)));
        columns.push(column("unsc_km", lines, |t| Some(t.unscored_km)));
        Ok(Layer::new(name, self.routes.key(), columns, Arc::clone(self.routes.geometry()), provenance)?)
    }
}

fn column(field: &str, totals: &[Exposure], value: impl Fn(&Exposure) -> Option<f64>) -> Column {
    Column::numbers(field, totals.iter().map(value).collect())
}
