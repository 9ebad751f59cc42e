//! `[zonal]`: statistics of lixels per zone.

use std::collections::BTreeSet;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::geometry_kind::GeometryKind;
use super::spec::{Definition, Features, Input, Output, Reference, Role, Rule, StepSpec, Why};
use crate::checked::place;
use crate::workspace::look::Look;
use crate::workspace::outputs::{OutputFields, Upstream};

/// `[zonal]`: statistics of lixels per zone, weighted by the kilometres that they have in it.
#[derive(Clone, Debug, Deserialize, Serialize, JsonSchema)]
pub struct Zonal {
    /// Layer of lixels.
    pub lixels: String,
    /// Layer of zones.
    pub zones: String,
    /// Fields that are averaged over the kilometres of the lixels that have a value.
    #[serde(default)]
    pub mean: Vec<String>,
    /// Fields of which the greatest is kept.
    #[serde(default)]
    pub max: Vec<String>,
}

impl StepSpec for Zonal {
    const DEFINITION: Definition = Definition {
        version: 2,
        references: &[Reference::new(&["lixels"], Role::Lixels), Reference::new(&["zones"], Role::Zones)],
        outputs: &[Output::new("zonal")
            .fields("the fields of `mean` and `max`")
            .rules(&[(Role::Lixels, Rule::Never(Why::Alone)), (Role::Zones, Rule::Never(Why::Rows))])],
        words: &[],
    };

    fn inputs(&self) -> Vec<Input<'_>> {
        vec![Input::values(&self.lixels, Role::Lixels), Input::rows(&self.zones, Role::Zones)]
    }

    fn geometry(&self) -> GeometryKind {
        GeometryKind::Polygon
    }

    fn features(&self) -> Features<'_> {
        Features::Of(&self.zones)
    }

    fn look(&self, look: &mut Look<'_>) {
        let mut taken: BTreeSet<&str> = BTreeSet::new();
        for (setting, names) in [("mean", &self.mean), ("max", &self.max)] {
            for (at, field) in names.iter().enumerate() {
                let place = place!["zonal", setting, at];
                look.field(&self.lixels, field, place);
                let help = "name it in one of `mean` and `max`; for both, make two layers";
                look.once(taken.insert(field), field, place, help);
            }
        }
    }

    fn writes(&self, up: &Upstream<'_>) -> OutputFields {
        up.of(&self.zones).zonal(self.mean.iter().chain(&self.max).map(String::as_str))
    }
}
