//! `[lixels]`: routes cut into pieces of nearly equal length.

use std::collections::BTreeSet;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::carry::Carry;
use super::geometry_kind::GeometryKind;
use super::spec::{Definition, Features, Input, Output, Reference, Role, Rule, StepSpec, Why};
use crate::checked::place;
use crate::workspace::look::Look;
use crate::workspace::outputs::{LIXEL_FIELDS, LIXEL_KEY, OutputFields, Upstream};

/// `[lixels]`: routes cut into pieces of nearly equal length.
#[derive(Clone, Debug, Deserialize, Serialize, JsonSchema)]
pub struct Lixels {
    /// Layer of routes.
    pub routes: String,
    /// Length of a lixel, km; each route is cut into as many equal ones as come nearest to it.
    #[serde(default = "lixel")]
    #[schemars(range(min = 0.1, max = 500.0))]
    pub length_km: f64,
    /// Layer of zones: each lixel lies in the one that its middle lies in.
    pub zones: Option<String>,
    /// Fields brought along from layers keyed like the zones, and from the layer of routes itself, such as its flow; in
    /// this order.
    #[serde(default)]
    pub carry: Vec<Carry>,
}

fn lixel() -> f64 {
    5.0
}

impl StepSpec for Lixels {
    const DEFINITION: Definition = Definition {
        version: 2,
        references: &[
            Reference::new(&["routes"], Role::Routes),
            Reference::new(&["zones"], Role::Zones),
            Reference::new(&["carry", "layer"], Role::Table),
        ],
        outputs: &[Output::new("lixels")
            .fields(
                "`lixel_id` (key), `route`, `route_name` where the routes have a `name`, `from_km`, `to_km`, `km`; with `zones` also \
                 `zone` and the carried fields",
            )
            .rules(&[
                (Role::Routes, Rule::Never(Why::Rows)),
                (Role::Zones, Rule::Never(Why::Rows)),
                (Role::Table, Rule::Never(Why::Rows)),
            ])],
        words: &[("lixel_id", "Clave del segmento", "Segment code", "")],
    };

    fn inputs(&self) -> Vec<Input<'_>> {
        std::iter::once(Input::rows(&self.routes, Role::Routes))
            .chain(self.zones.iter().map(|zones| Input::rows(zones, Role::Zones)))
            .chain(self.carry.iter().map(|carry| Input::rows(&carry.layer, Role::Table)))
            .collect()
    }

    fn geometry(&self) -> GeometryKind {
        GeometryKind::Line
    }

    fn features(&self) -> Features<'_> {
        Features::Own
    }

    fn cut_from(&self) -> Option<(&str, Option<&str>)> {
        Some((&self.routes, self.zones.as_deref()))
    }

    fn look(&self, look: &mut Look<'_>) {
        look.carried(&self.carry, "lixels", BTreeSet::from(LIXEL_FIELDS.map(str::to_owned)));
        let of_zones = self.carry.iter().any(|carry| carry.layer != self.routes);
        if self.zones.is_none() && of_zones {
            let message = "`carry` brings nothing of zones along without `zones`";
            look.error(
                place!["lixels", "carry"],
                message,
                "name the layer of zones in `zones`, or take it out",
            );
        }
    }

    fn writes(&self, _: &Upstream<'_>) -> OutputFields {
        let zone = self.zones.as_ref().map(|_| "zone");
        let carried = self.carry.iter().flat_map(|carry| carry.fields.iter().map(String::as_str));
        let own = ["route", "route_name", "from_km", "to_km", "km"].into_iter().chain(zone);
        OutputFields::keyed(LIXEL_KEY, own.chain(carried))
    }
}
