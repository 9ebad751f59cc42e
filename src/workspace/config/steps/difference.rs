//! `[difference]`: one estimate less another, with its interval.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::geometry_kind::GeometryKind;
use super::spec::{Definition, Features, Input, Output, Reference, Role, Rule, StepSpec, Why};
use crate::checked::place;
use crate::workspace::look::Look;
use crate::workspace::outputs::{OutputFields, Upstream};

/// `[difference]`: one estimate less another, with its interval: girls less boys.
#[derive(Clone, Debug, Deserialize, Serialize, JsonSchema)]
pub struct Difference {
    /// Layer of zones.
    pub zones: String,
    /// Layer that holds the estimates, keyed like the zones.
    pub table: String,
    /// Field of the first estimate.
    pub a: String,
    /// Field of its standard error.
    pub a_se: String,
    /// Field of the second estimate, which is taken from the first.
    pub b: String,
    /// Field of its standard error.
    pub b_se: String,
    /// Correlation of the two estimates; those of one model and one survey are often correlated.
    #[serde(default)]
    #[schemars(range(min = -1.0, max = 1.0))]
    pub correlation: f64,
    /// Field that the difference is written to, 7 characters at most.
    #[serde(default = "gap")]
    pub field: String,
}

fn gap() -> String {
    "gap".to_owned()
}

impl StepSpec for Difference {
    const DEFINITION: Definition = Definition {
        version: 2,
        references: &[Reference::new(&["zones"], Role::Zones), Reference::new(&["table"], Role::Table)],
        outputs: &[Output::new("difference")
            .theme("difference")
            .fields("`a`, `b`, and the difference (`gap`) with `_lo`, `_hi`, `_p`")
            .rules(&[(Role::Zones, Rule::Never(Why::RowByRow)), (Role::Table, Rule::Never(Why::RowByRow))])],
        words: &[("gap_p", "Brecha: p de que sea 0", "Gap: p of being 0", "0–1")],
    };

    fn inputs(&self) -> Vec<Input<'_>> {
        vec![Input::rows(&self.zones, Role::Zones), Input::rows(&self.table, Role::Table)]
    }

    fn geometry(&self) -> GeometryKind {
        GeometryKind::Polygon
    }

    fn features(&self) -> Features<'_> {
        Features::Of(&self.zones)
    }

    fn look(&self, look: &mut Look<'_>) {
        for (setting, field) in [("a", &self.a), ("a_se", &self.a_se), ("b", &self.b), ("b_se", &self.b_se)] {
            look.field(&self.table, field, place!["difference", setting]);
        }
    }

    fn writes(&self, up: &Upstream<'_>) -> OutputFields {
        let ends = ["", "_lo", "_hi", "_p"].map(|end| format!("{}{end}", self.field));
        let own = [&self.a, &self.b].into_iter().chain(&ends).map(String::as_str);
        up.of(&self.zones).zonal(own)
    }
}
