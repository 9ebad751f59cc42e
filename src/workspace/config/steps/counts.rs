//! `[counts]`: incidents per zone.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::geometry_kind::GeometryKind;
use super::spec::{Definition, Features, Input, Output, Reference, Role, Rule, StepSpec, Why};
use crate::checked::place;
use crate::workspace::look::Look;
use crate::workspace::outputs::{OutputFields, Upstream};

/// `[counts]`: incidents per zone.
#[derive(Clone, Debug, Deserialize, Serialize, JsonSchema)]
pub struct Counts {
    /// Layer of points.
    pub points: String,
    /// Layer of zones.
    pub zones: String,
    /// Field that the count is written to.
    #[serde(default = "incidents")]
    pub field: String,
    /// Field of the points to sum besides counting, 0 or more; where it lacks in all points of a zone the sum is null.
    pub weight: Option<String>,
    /// Field that the sum is written to.
    #[serde(default = "weighted")]
    pub weight_field: String,
    /// Field of the zones that holds the population; zones where it is 0, missing or below have no rate, and are named.
    pub population: Option<String>,
    /// Incidents (or their weight) per this many people.
    #[serde(default = "per")]
    #[schemars(extend("exclusiveMinimum" = 0.0))]
    pub rate_per: f64,
    /// Field that the rate is written to.
    #[serde(default = "rate")]
    pub rate_field: String,
}

fn incidents() -> String {
    "incidents".to_owned()
}

fn weighted() -> String {
    "weighted".to_owned()
}

fn per() -> f64 {
    100_000.0
}

fn rate() -> String {
    "rate".to_owned()
}

impl StepSpec for Counts {
    const DEFINITION: Definition = Definition {
        version: 2,
        references: &[Reference::new(&["points"], Role::Points), Reference::new(&["zones"], Role::Zones)],
        outputs: &[Output::new("counts")
            .fields("`incidents` (or `field`); with `weight` also `weight_field`; with `population` also `rate_field`")
            .rules(&[(Role::Points, Rule::Areas), (Role::Zones, Rule::Never(Why::Rows))])],
        words: &[
            ("incidents", "Incidentes registrados", "Recorded incidents", ""),
            ("weighted", "Suma ponderada de incidentes", "Weighted sum of incidents", ""),
            ("rate", "Tasa de incidentes", "Incident rate", "/ 100,000"),
        ],
    };

    fn inputs(&self) -> Vec<Input<'_>> {
        vec![Input::values(&self.points, Role::Points), Input::rows(&self.zones, Role::Zones)]
    }

    fn geometry(&self) -> GeometryKind {
        GeometryKind::Polygon
    }

    fn features(&self) -> Features<'_> {
        Features::Of(&self.zones)
    }

    fn look(&self, look: &mut Look<'_>) {
        look.optional(&self.points, self.weight.as_ref(), place!["counts", "weight"]);
        look.optional(&self.zones, self.population.as_ref(), place!["counts", "population"]);
    }

    fn writes(&self, up: &Upstream<'_>) -> OutputFields {
        let mut fields = up.of(&self.zones).zonal([self.field.as_str()]);
        if self.weight.is_some() {
            fields.names.insert(self.weight_field.clone());
        }
        if self.population.is_some() {
            fields.names.insert(self.rate_field.clone());
        }
        fields
    }
}
