//! `[rates]`: dated events per kilometre and year of lixels, smoothed along the network of routes.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::geometry_kind::GeometryKind;
use super::spec::{Definition, Features, Input, Output, Reference, Role, Rule, StepSpec, Why};
use crate::checked::place;
use crate::workspace::look::Look;
use crate::workspace::outputs::{OutputFields, Upstream};

/// Routes and lixels that come as near as this meet, where a layer file says nothing else, km; chosen as the bandwidth of
/// rates was.
pub(crate) const MEETING_KM: f64 = 1.0;

/// `[rates]`: dated events per kilometre and year of lixels, smoothed along the network of routes.
#[derive(Clone, Debug, Deserialize, Serialize, JsonSchema)]
pub struct Rates {
    /// Layer of lixels.
    pub lixels: String,
    /// Layer of points.
    pub points: String,
    /// Field of the points that holds the year, or a date that begins with it.
    #[serde(default = "year")]
    pub date: String,
    /// Years that are counted, first and last; from the first to the last that the points have, where not given.
    pub years: Option<[i32; 2]>,
    /// Field of the lixels that holds people per year, or per `flow_per`: rates are then per person-kilometre.
    pub flow: Option<String>,
    /// How long `flow` is counted over.
    #[serde(default)]
    pub flow_per: Period,
    /// Standard deviation of the Gaussian by which lixels along the network count, km.
    #[serde(default = "bandwidth")]
    #[schemars(range(min = 0.1, max = 500.0))]
    pub bandwidth_km: f64,
    /// Points farther than this from every route are counted for none, km.
    #[serde(default = "snap")]
    #[schemars(range(max = 500.0), extend("exclusiveMinimum" = 0.0))]
    pub within_km: f64,
    /// Routes that come as near as this meet, km.
    #[serde(default = "tolerance")]
    #[schemars(range(max = 50.0), extend("exclusiveMinimum" = 0.0))]
    pub tolerance_km: f64,
    /// Field that the rate is written to, per 100 km and year (with `flow`: per million person-kilometres); its ends are
    /// this and `_lo`, `_hi`.
    #[serde(default = "inc_km")]
    pub field: String,
}

/// A span that people are counted over.
#[derive(Clone, Copy, Debug, Default, Deserialize, Serialize, JsonSchema, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
pub enum Period {
    /// Twelve months.
    #[default]
    Year,
    /// A twelfth of a year.
    Month,
}

impl Period {
    /// How many of them a year has.
    pub(crate) fn per_year(self) -> f64 {
        match self {
            Self::Year => 1.0,
            Self::Month => 12.0,
        }
    }
}

/// As wide as a lixel is long: the width under which incidents of 2017 and 2018 in Mexico were likeliest, given those of
/// 2014 to 2016.
fn bandwidth() -> f64 {
    5.0
}

pub(in crate::workspace::config) fn snap() -> f64 {
    25.0
}

fn tolerance() -> f64 {
    MEETING_KM
}

pub(in crate::workspace::config) fn year() -> String {
    "year".to_owned()
}

fn inc_km() -> String {
    "inc_km".to_owned()
}

impl StepSpec for Rates {
    const DEFINITION: Definition = Definition {
        version: 2,
        references: &[Reference::new(&["lixels"], Role::Lixels), Reference::new(&["points"], Role::Points)],
        outputs: &[Output::new("rates")
            .fields(
                "the lixel's fields, `inc_km` (or `field`) with `_lo`, `_hi`, `inc_n` (events); under `[protect]` only `inc_km`, to \
                 two digits",
            )
            .rules(&[(Role::Lixels, Rule::Never(Why::Rows)), (Role::Points, Rule::Smoothed)])],
        words: &[
            ("inc_n", "Incidentes en el segmento", "Incidents on the segment", ""),
            ("inc_km", "Incidentes por 100 km y año, suavizados", "Incidents per 100 km and year, smoothed", ""),
            (
                "inc_km_lo",
                "Incidentes por 100 km y año, suavizados: desde (90 %)",
                "Incidents per 100 km and year, smoothed: from (90 %)",
                "",
            ),
            (
                "inc_km_hi",
                "Incidentes por 100 km y año, suavizados: hasta (90 %)",
                "Incidents per 100 km and year, smoothed: to (90 %)",
                "",
            ),
        ],
    };

    fn inputs(&self) -> Vec<Input<'_>> {
        vec![Input::rows(&self.lixels, Role::Lixels), Input::values(&self.points, Role::Points)]
    }

    fn geometry(&self) -> GeometryKind {
        GeometryKind::Line
    }

    fn features(&self) -> Features<'_> {
        Features::Same(&self.lixels)
    }

    fn look(&self, look: &mut Look<'_>) {
        look.field(&self.points, &self.date, place!["rates", "date"]);
        look.optional(&self.lixels, self.flow.as_ref(), place!["rates", "flow"]);
        if let Some([first, last]) = self.years.filter(|[first, last]| first > last) {
            let message = format!("`years` ends in {last}, before it begins in {first}");
            look.error(place!["rates", "years"], message, "state the first year and the last");
        }
    }

    fn writes(&self, up: &Upstream<'_>) -> OutputFields {
        let mut fields = up.of(&self.lixels);
        fields.names.insert(self.field.clone());
        // What is lowered hands out neither how many events there were nor intervals, which tell it.
        if !up.lowered {
            let ends = ["_lo", "_hi"].map(|end| format!("{}{end}", self.field));
            fields.names.extend(ends.into_iter().chain(["inc_n".to_owned()]));
        }
        fields
    }
}
