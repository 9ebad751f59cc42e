//! `[score]`: indicators to a score of 0..1 per zone.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::geometry_kind::GeometryKind;
use super::spec::{Definition, Features, Input, Output, Reference, Role, Rule, StepSpec, Why, one};
use crate::checked::place;
use crate::workspace::look::Look;
use crate::workspace::outputs::{OutputFields, Upstream};

/// `[score]`: an indicators table to a score of 0..1 per zone.
#[derive(Clone, Debug, Deserialize, Serialize, JsonSchema)]
pub struct Score {
    /// Layer of zones.
    pub zones: String,
    /// Layer that holds the indicators, keyed like the zones; the zones' own fields if not given.
    pub table: Option<String>,
    /// Name of the recipe; published with the score.
    pub recipe: String,
    /// Version of the recipe; published with the score.
    pub version: String,
    /// Field that the score is written to.
    #[serde(default = "risk")]
    pub field: String,
    /// How indicators are averaged.
    #[serde(default)]
    pub mean: Mean,
    /// How many indicators a zone may lack and still be scored; the weights of the others are scaled up.
    #[serde(default)]
    pub max_missing: usize,
    /// The indicators.
    #[schemars(length(min = 1))]
    pub indicator: Vec<IndicatorSpec>,
    /// Cut points and names of the classes.
    #[serde(default)]
    pub classes: Classes,
}

/// One indicator of a recipe.
#[derive(Clone, Debug, Deserialize, Serialize, JsonSchema)]
pub struct IndicatorSpec {
    /// Field of the table.
    pub field: String,
    /// Relative weight.
    #[serde(default = "one")]
    #[schemars(range(min = 0.0))]
    pub weight: f64,
    /// `[low, high]`, or `"observed"`.
    pub goalposts: Goalposts,
    /// Whether high values mean low risk.
    #[serde(default)]
    pub inverted: bool,
    /// Whether the natural logarithm is taken first.
    #[serde(default)]
    pub log: bool,
}

/// Values that become 0 and 1.
#[derive(Clone, Debug, Deserialize, Serialize, JsonSchema)]
#[serde(untagged)]
pub enum Goalposts {
    /// Fixed `[low, high]`: comparable between years and countries.
    Fixed([f64; 2]),
    /// `"observed"`: the least and greatest value in the data; not comparable between runs.
    Observed(Observed),
}

/// The word `"observed"`.
#[derive(Clone, Copy, Debug, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Observed {
    /// The least and greatest value in the data.
    Observed,
}

/// How indicators are averaged.
#[derive(Clone, Copy, Debug, Default, Deserialize, Serialize, JsonSchema, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
pub enum Mean {
    /// Weighted arithmetic mean: a low indicator makes up for a high one.
    #[default]
    Arithmetic,
    /// Weighted geometric mean: it does not.
    Geometric,
}

/// Fixed classes of a score: class i is `cuts[i-1] <= score < cuts[i]`.
#[derive(Clone, Debug, Deserialize, Serialize, JsonSchema)]
pub struct Classes {
    /// Ascending cut points.
    pub cuts: Vec<f64>,
    /// One name more than cuts, lowest first; ASCII codes, translated in the styles.
    pub names: Vec<String>,
}

impl Default for Classes {
    fn default() -> Self {
        Self {
            cuts: vec![0.2, 0.4, 0.6, 0.8],
            names: ["very_low", "low", "medium", "high", "very_high"].map(str::to_owned).to_vec(),
        }
    }
}

pub(super) fn risk() -> String {
    "risk".to_owned()
}

impl StepSpec for Score {
    const DEFINITION: Definition = Definition {
        version: 2,
        references: &[Reference::new(&["zones"], Role::Zones), Reference::new(&["table"], Role::Table)],
        outputs: &[Output::new("score")
            .theme("risk")
            .fields("the score (`risk` unless `field` says otherwise), `risk_class`, `ind_miss` (indicators missing)")
            .rules(&[(Role::Zones, Rule::Never(Why::RowByRow)), (Role::Table, Rule::Never(Why::RowByRow))])],
        words: &[
            (
                "risk",
                "Vulnerabilidad de residentes, promedio de indicadores",
                "Vulnerability of residents, mean of indicators",
                "0–1",
            ),
            (
                "risk_class",
                "Clase de vulnerabilidad (promedio de indicadores)",
                "Vulnerability class (mean of indicators)",
                "",
            ),
            ("ind_miss", "Indicadores faltantes", "Missing indicators", ""),
        ],
    };

    fn inputs(&self) -> Vec<Input<'_>> {
        let table = self.table.iter().map(|table| Input::values(table, Role::Table));
        std::iter::once(Input::rows(&self.zones, Role::Zones)).chain(table).collect()
    }

    fn geometry(&self) -> GeometryKind {
        GeometryKind::Polygon
    }

    fn features(&self) -> Features<'_> {
        Features::Of(&self.zones)
    }

    fn look(&self, look: &mut Look<'_>) {
        let table = self.table.as_ref().unwrap_or(&self.zones);
        for (at, indicator) in self.indicator.iter().enumerate() {
            look.field(table, &indicator.field, place!["score", "indicator", at, "field"]);
        }
    }

    fn writes(&self, up: &Upstream<'_>) -> OutputFields {
        let mut fields = up.of(&self.zones).zonal([self.field.as_str(), "risk_class", "ind_miss"]);
        if self.table.as_ref().is_some_and(|table| up.of(table).may_have("state")) {
            fields.names.insert("state".to_owned());
        }
        fields
    }
}
