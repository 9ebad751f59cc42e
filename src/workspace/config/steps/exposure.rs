//! `[exposure]`: routes over scored zones.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::geometry_kind::GeometryKind;
use super::score::risk;
use super::spec::{Definition, Features, Input, Output, Reference, Role, Rule, StepSpec, Why};
use crate::checked::place;
use crate::workspace::look::Look;
use crate::workspace::outputs::{OutputFields, Upstream};

/// `[exposure]`: routes over scored zones.
#[derive(Clone, Debug, Deserialize, Serialize, JsonSchema)]
pub struct Exposure {
    /// Layer of routes.
    pub routes: String,
    /// Layer of scored zones.
    pub zones: String,
    /// Field of the zones that holds the score, 0..1; other values are refused.
    #[serde(default = "risk")]
    pub risk: String,
    /// Field of the routes that holds people per period, 0 or more.
    pub flow: Option<String>,
    /// Scores from here on count as high risk.
    #[serde(default = "high_risk")]
    #[schemars(range(min = 0.0, max = 1.0))]
    pub high: f64,
    /// What the layer holds.
    #[serde(default)]
    pub output: ExposureOutput,
}

/// What an exposure layer holds.
#[derive(Clone, Copy, Debug, Default, Deserialize, Serialize, JsonSchema, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
pub enum ExposureOutput {
    /// The parts of routes inside one zone each.
    #[default]
    Stretches,
    /// Totals per zone.
    Zones,
    /// Totals per route.
    Routes,
}

fn high_risk() -> f64 {
    0.6
}

impl StepSpec for Exposure {
    const DEFINITION: Definition = Definition {
        version: 2,
        references: &[Reference::new(&["routes"], Role::Routes), Reference::new(&["zones"], Role::Zones)],
        outputs: &[
            Output::new("exposure, stretches")
                .theme("stretches")
                .holds("holds stretches")
                .fields(
                    "`stretch_id` (key), `route`, `zone`, `from_km`, `to_km`, `km`, the score, `risk_class` where the zones have it, \
                     `expo_km`; with `flow` also `flow`, `person_km`",
                )
                .rules(&[(Role::Routes, Rule::Never(Why::Rows)), (Role::Zones, Rule::Never(Why::Rows))]),
            Output::new("exposure, zones")
                .theme("states")
                .holds("holds totals per zone")
                .fields("`route_km`, `expo_km`, `high_km`; with `flow` also `person_km`")
                .rules(&[(Role::Routes, Rule::Never(Why::Alone)), (Role::Zones, Rule::Never(Why::Rows))]),
            Output::new("exposure, routes")
                .theme("routes")
                .holds("holds totals per route")
                .fields("`route_km`, `expo_km`, `high_km`, `out_km`, `unsc_km`; with `flow` also `person_km`")
                .rules(&[(Role::Routes, Rule::Never(Why::Rows)), (Role::Zones, Rule::Never(Why::Alone))]),
        ],
        words: &[
            ("stretch_id", "Clave del tramo", "Stretch code", ""),
            ("direct_km", "Trazado en línea recta", "Drawn straight", "km"),
            ("route_km", "Rutas", "Routes", "km"),
            (
                "expo_km",
                "Kilómetros ponderados por vulnerabilidad de residentes",
                "Kilometres weighted by residents' vulnerability",
                "km",
            ),
            ("high_km", "Rutas por zonas de vulnerabilidad alta", "Routes through zones of high vulnerability", "km"),
            ("out_km", "Rutas fuera de las zonas", "Routes outside the zones", "km"),
            ("unsc_km", "Rutas en zonas sin puntaje", "Routes in zones without a score", "km"),
            ("flow", "Personas por periodo", "People per period", ""),
            ("person_km", "Personas-kilómetro", "Person-kilometres", "person-km"),
        ],
    };

    fn output(&self) -> usize {
        self.output as usize
    }

    fn inputs(&self) -> Vec<Input<'_>> {
        let (of_routes, of_zones) =
            (self.output != ExposureOutput::Zones, self.output != ExposureOutput::Routes);
        vec![
            Input { name: &self.routes, role: Role::Routes, rows: of_routes },
            Input { name: &self.zones, role: Role::Zones, rows: of_zones },
        ]
    }

    fn geometry(&self) -> GeometryKind {
        match self.output {
            ExposureOutput::Zones => GeometryKind::Polygon,
            ExposureOutput::Stretches | ExposureOutput::Routes => GeometryKind::Line,
        }
    }

    fn features(&self) -> Features<'_> {
        match self.output {
            ExposureOutput::Stretches => Features::Own,
            ExposureOutput::Zones => Features::Of(&self.zones),
            ExposureOutput::Routes => Features::Of(&self.routes),
        }
    }

    fn cut_from(&self) -> Option<(&str, Option<&str>)> {
        Some((&self.routes, Some(&self.zones)))
    }

    fn look(&self, look: &mut Look<'_>) {
        look.field(&self.zones, &self.risk, place!["exposure", "risk"]);
        look.optional(&self.routes, self.flow.as_ref(), place!["exposure", "flow"]);
    }

    fn writes(&self, up: &Upstream<'_>) -> OutputFields {
        let (zones, routes) = (up.of(&self.zones), up.of(&self.routes));
        let flow = self.flow.is_some();
        let totals = ["route_km", "expo_km", "high_km"].into_iter().chain(flow.then_some("person_km"));
        let direct = routes.may_have("straight_km").then_some("direct_km");
        match self.output {
            ExposureOutput::Zones => zones.zonal(totals),
            ExposureOutput::Routes => {
                let brought = ["mode", "flow"].into_iter().filter(|field| routes.may_have(field));
                routes.zonal(totals.chain(["out_km", "unsc_km"]).chain(direct).chain(brought))
            }
            ExposureOutput::Stretches => {
                let of_zone =
                    ["name", "state", "risk_class"].into_iter().filter(|field| zones.may_have(field));
                let route_name = routes.may_have("name").then_some("route_name");
                let people = flow.then_some(["flow", "person_km"]).into_iter().flatten();
                let own = ["route", "zone", "from_km", "to_km", "km", self.risk.as_str(), "expo_km"];
                OutputFields::keyed(
                    "stretch_id",
                    own.into_iter().chain(direct).chain(of_zone).chain(route_name).chain(people),
                )
            }
        }
    }
}
