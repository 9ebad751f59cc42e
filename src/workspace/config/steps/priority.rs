//! `[priority]`: the composite that ranks where to act.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::carry::Carry;
use super::geometry_kind::GeometryKind;
use super::spec::{Definition, Features, Input, Output, Reference, Role, Rule, StepSpec, Why, one};
use crate::checked::place;
use crate::workspace::look::Look;
use crate::workspace::outputs::{OutputFields, Upstream};

/// `[priority]`: the composite that ranks where to act.
#[derive(Clone, Debug, Deserialize, Serialize, JsonSchema)]
pub struct Priority {
    /// Layer of zones that is ranked.
    pub zones: String,
    /// What it is made of.
    #[schemars(length(min = 1))]
    pub component: Vec<Component>,
    /// Only zones where this field is above 0 are ranked, among themselves; the others have no priority.
    pub among: Option<Among>,
    /// Fields brought along from other zone layers, in this order.
    #[serde(default)]
    pub carry: Vec<Carry>,
}

/// Zones that a priority ranks: those where a field is above 0.
#[derive(Clone, Debug, Deserialize, Serialize, JsonSchema)]
pub struct Among {
    /// Layer with the same keys.
    pub layer: String,
    /// Its field.
    pub field: String,
}

/// One component of a priority. Each value above zero becomes its average rank among the values above zero, divided by their
/// number; zero and what is below become 0. The priority of a zone is the weighted mean of those that are known: a missing one
/// is left out and the weights of the others scaled up.
#[derive(Clone, Debug, Deserialize, Serialize, JsonSchema)]
pub struct Component {
    /// Layer with the same keys.
    pub layer: String,
    /// Its field.
    pub field: String,
    /// Relative weight.
    #[serde(default = "one")]
    #[schemars(range(min = 0.0))]
    pub weight: f64,
}

impl StepSpec for Priority {
    const DEFINITION: Definition = Definition {
        // 3: what its record says of the formula.
        version: 3,
        references: &[
            Reference::new(&["zones"], Role::Places),
            Reference::new(&["component", "layer"], Role::Places),
            Reference::new(&["among", "layer"], Role::Places),
            Reference::new(&["carry", "layer"], Role::Places),
        ],
        outputs: &[Output::new("priority")
            .theme("priority")
            .fields("the carried fields, `priority` (0..1), `prio_rank`")
            .rules(&[(Role::Places, Rule::Never(Why::RowByRow))])],
        words: &[
            ("priority", "Prioridad", "Priority", "0–1"),
            ("prio_rank", "Lugar por prioridad", "Rank by priority", ""),
        ],
    };

    fn inputs(&self) -> Vec<Input<'_>> {
        std::iter::once(Input::rows(&self.zones, Role::Places))
            .chain(self.component.iter().map(|part| Input::values(&part.layer, Role::Places)))
            .chain(self.among.iter().map(|among| Input::values(&among.layer, Role::Places)))
            .chain(self.carry.iter().map(|carry| Input::rows(&carry.layer, Role::Places)))
            .collect()
    }

    fn geometry(&self) -> GeometryKind {
        GeometryKind::Polygon
    }

    fn features(&self) -> Features<'_> {
        Features::Same(&self.zones)
    }

    fn look(&self, look: &mut Look<'_>) {
        for (at, component) in self.component.iter().enumerate() {
            look.field(&component.layer, &component.field, place!["priority", "component", at, "field"]);
        }
        if let Some(among) = &self.among {
            look.field(&among.layer, &among.field, place!["priority", "among", "field"]);
        }
        let taken = ["priority", "prio_rank", "name", "state"].map(str::to_owned);
        let taken = taken.into_iter().chain(look.key(&self.zones)).collect();
        look.carried(&self.carry, "priority", taken);
    }

    fn writes(&self, up: &Upstream<'_>) -> OutputFields {
        let carried = self.carry.iter().flat_map(|carry| carry.fields.iter().map(String::as_str));
        up.of(&self.zones).zonal(carried.chain(["priority", "prio_rank"]))
    }
}
