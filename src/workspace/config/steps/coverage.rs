//! `[coverage]`: what is within reach of a site, by geodesic distance.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::geometry_kind::GeometryKind;
use super::spec::{Definition, Features, Input, Output, Reference, Role, Rule, StepSpec, Why};
use crate::workspace::outputs::{OutputFields, Upstream};

/// `[coverage]`: what is within reach of a site, by geodesic distance.
#[derive(Clone, Debug, Deserialize, Serialize, JsonSchema)]
pub struct Coverage {
    /// Layer of sites.
    pub sites: String,
    /// Layer of stretches (an exposure layer), or of lixels.
    pub stretches: String,
    /// Reach of a site, km.
    #[serde(default = "reach")]
    #[schemars(extend("exclusiveMinimum" = 0.0))]
    pub reach_km: f64,
    /// What the layer holds.
    #[serde(default)]
    pub output: CoverageOutput,
}

/// What a coverage layer holds.
#[derive(Clone, Copy, Debug, Default, Deserialize, Serialize, JsonSchema, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
pub enum CoverageOutput {
    /// Per zone: distance from its inner point to the nearest site, kilometres of gap.
    #[default]
    Zones,
    /// Per stretch: least distance to a site, kilometres of gap.
    Stretches,
    /// The parts of routes beyond the reach of every site; for those who see displaced sites, the parts where most likely no
    /// site is within reach.
    Gaps,
}

fn reach() -> f64 {
    30.0
}

/// Fields of distances to sites.
const DISTANCES: [&str; 2] = ["near_km", "gap_km"];

const RULES: &[(Role, Rule)] = &[(Role::Sites, Rule::Displaced), (Role::Stretches, Rule::Never(Why::Rows))];

impl StepSpec for Coverage {
    const DEFINITION: Definition = Definition {
        version: 3,
        references: &[
            Reference::new(&["sites"], Role::Sites),
            Reference::new(&["stretches"], Role::Stretches),
        ],
        outputs: &[
            Output::new("coverage, zones")
                .holds("holds coverage per zone")
                .fields("`near_km`, `gap_km`")
                .rules(RULES),
            Output::new("coverage, stretches")
                .theme("stretches")
                .holds("holds coverage per stretch")
                .fields("the stretch's fields, `near_km`, `gap_km`")
                .rules(RULES),
            Output::new("coverage, gaps")
                .theme("gaps")
                .holds("holds gaps")
                .fields("`gap_id` (key), `route`, `from_km`, `to_km`, `km`, `expo_km`")
                .rules(RULES),
        ],
        words: &[
            ("gap_id", "Clave de la brecha", "Gap code", ""),
            (
                "near_km",
                "Distancia al sitio más cercano de la lista",
                "Distance to the nearest site of the list",
                "km",
            ),
            (
                "gap_km",
                "Rutas lejos de todo sitio de la lista",
                "Routes far from every site of the list",
                "km",
            ),
        ],
    };

    fn output(&self) -> usize {
        self.output as usize
    }

    fn inputs(&self) -> Vec<Input<'_>> {
        vec![Input::values(&self.sites, Role::Sites), Input::rows(&self.stretches, Role::Stretches)]
    }

    fn geometry(&self) -> GeometryKind {
        match self.output {
            CoverageOutput::Zones => GeometryKind::Polygon,
            CoverageOutput::Stretches | CoverageOutput::Gaps => GeometryKind::Line,
        }
    }

    fn features(&self) -> Features<'_> {
        match self.output {
            CoverageOutput::Zones => Features::ZonesOf(&self.stretches),
            CoverageOutput::Stretches => Features::Same(&self.stretches),
            CoverageOutput::Gaps => Features::Own,
        }
    }

    fn writes(&self, up: &Upstream<'_>) -> OutputFields {
        match self.output {
            CoverageOutput::Gaps => {
                let own = ["route", "route_name", "from_km", "to_km", "km", "risk", "expo_km"];
                OutputFields::keyed("gap_id", own)
            }
            CoverageOutput::Stretches => {
                let mut fields = up.of(&self.stretches);
                fields.names.extend(DISTANCES.map(str::to_owned));
                fields
            }
            CoverageOutput::Zones => match up.zones_of(&self.stretches) {
                Some(zones) => up.of(zones).zonal(DISTANCES),
                None => OutputFields::default(),
            },
        }
    }
}
