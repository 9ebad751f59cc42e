//! `[corridor]`: the area within a width of the routes.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::geometry_kind::GeometryKind;
use super::spec::{Definition, Features, Input, Output, Reference, Role, Rule, StepSpec, Why};
use crate::checked::place;
use crate::workspace::look::Look;
use crate::workspace::outputs::{OutputFields, Upstream};

/// `[corridor]`: the area within a width of the routes.
#[derive(Clone, Debug, Deserialize, Serialize, JsonSchema)]
pub struct Corridor {
    /// Layer of routes.
    pub routes: String,
    /// Layer of zones.
    pub zones: String,
    /// How far the corridor reaches on both sides of a route, km.
    #[schemars(range(max = 500.0), extend("exclusiveMinimum" = 0.0))]
    pub width_km: f64,
    /// Layer of points finer than the zones, such as localities, to share out people by.
    pub people: Option<String>,
    /// Field of the points that holds people, 0 or more; without it each point counts as one.
    pub people_field: Option<String>,
    /// What the layer holds.
    #[serde(default)]
    pub output: CorridorOutput,
}

/// What a corridor layer holds.
#[derive(Clone, Copy, Debug, Default, Deserialize, Serialize, JsonSchema, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
pub enum CorridorOutput {
    /// Per zone: how much of its area, and of its people, lies within the corridor of any route.
    #[default]
    Zones,
    /// Per route: the corridor itself, for the map.
    Corridors,
}

/// A border drawn at will.
const BORDER: &[(Role, Rule)] = &[
    (Role::Routes, Rule::Never(Why::Border)),
    (Role::Zones, Rule::Never(Why::Border)),
    (Role::Points, Rule::Never(Why::Border)),
];

impl StepSpec for Corridor {
    const DEFINITION: Definition = Definition {
        version: 2,
        references: &[
            Reference::new(&["routes"], Role::Routes),
            Reference::new(&["zones"], Role::Zones),
            Reference::new(&["people"], Role::Points),
        ],
        outputs: &[
            Output::new("corridor, zones")
                .holds("holds shares per zone")
                .fields("`km2`, `corr_km2`, `corr_pct`; with `people` also `people`, `corr_ppl`, `ppl_pct`")
                .rules(BORDER),
            Output::new("corridor, corridors").holds("holds corridors").fields("`km2`").rules(BORDER),
        ],
        words: &[
            ("km2", "Superficie", "Area", "km²"),
            ("corr_km2", "Superficie en el corredor", "Area within the corridor", "km²"),
            (
                "corr_pct",
                "Parte de la superficie en el corredor",
                "Share of the area within the corridor",
                "%",
            ),
            ("people", "Personas", "People", ""),
            ("corr_ppl", "Personas en el corredor", "People within the corridor", ""),
            (
                "ppl_pct",
                "Parte de las personas en el corredor",
                "Share of the people within the corridor",
                "%",
            ),
        ],
    };

    fn output(&self) -> usize {
        self.output as usize
    }

    fn inputs(&self) -> Vec<Input<'_>> {
        let of_zones = self.output == CorridorOutput::Zones;
        let people = self.people.iter().map(|people| Input::values(people, Role::Points));
        [
            Input { name: &self.routes, role: Role::Routes, rows: !of_zones },
            Input { name: &self.zones, role: Role::Zones, rows: of_zones },
        ]
        .into_iter()
        .chain(people)
        .collect()
    }

    fn geometry(&self) -> GeometryKind {
        GeometryKind::Polygon
    }

    fn features(&self) -> Features<'_> {
        match self.output {
            CorridorOutput::Zones => Features::Of(&self.zones),
            CorridorOutput::Corridors => Features::Own,
        }
    }

    fn look(&self, look: &mut Look<'_>) {
        if let Some(people) = &self.people {
            look.optional(people, self.people_field.as_ref(), place!["corridor", "people_field"]);
        }
    }

    fn writes(&self, up: &Upstream<'_>) -> OutputFields {
        match self.output {
            CorridorOutput::Zones => {
                let people = self.people.is_some().then_some(["people", "corr_ppl", "ppl_pct"]);
                let own = ["km2", "corr_km2", "corr_pct"].into_iter().chain(people.into_iter().flatten());
                up.of(&self.zones).zonal(own)
            }
            CorridorOutput::Corridors => up.of(&self.routes).zonal(["km2"]),
        }
    }
}
