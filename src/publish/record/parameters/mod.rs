//! What a step was told and chose: one definition for the step that records it and for all that read it back.
//!
//! Every member has a default: readers of a lower level are not told those that depend on rows, and runs of an earlier
//! version lack some.

mod places;
mod routes;
mod scores;
mod shared;
mod validation;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use super::partly::as_far_as_it_goes;
use super::step::StepRecord;
use crate::layer::Provenance;

pub use places::{CountsParameters, CrosswalkBy, CrosswalkParameters, CrosswalkTotal, RollupParameters};
pub use routes::{
    CorridorParameters, CoverageParameters, ExposureParameters, LixelsParameters, RatesParameters,
    ZonalParameters,
};
pub use scores::{
    Among, ClassRecord, Component, CompositeParameters, DifferenceParameters, DimensionRecord, Dp2Record,
    HotspotParameters, IndicatorRecord, PrincipalRecord, PriorityParameters, ScoreIndicator, ScoreParameters,
    SobolInput, SobolRecord, StatedPosts, UncertaintyRecord,
};
pub use shared::{Displacement, MedianP95, ProtectConditions, ProtectRecord, Shared};
pub use validation::{PartCapture, SHARES, ScoreCapture, ToldCapture, Validation};

/// The parameters of a step, by the step; automatic choices included.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "step", content = "parameters", rename_all = "lowercase")]
pub enum Parameters {
    /// `[score]`.
    Score(ScoreParameters),
    /// `[composite]`.
    Composite(Box<CompositeParameters>),
    /// `[difference]`.
    Difference(DifferenceParameters),
    /// `[crosswalk]`.
    Crosswalk(CrosswalkParameters),
    /// `[exposure]`.
    Exposure(ExposureParameters),
    /// `[corridor]`.
    Corridor(CorridorParameters),
    /// `[coverage]`.
    Coverage(CoverageParameters),
    /// `[lixels]`.
    Lixels(LixelsParameters),
    /// `[counts]`.
    Counts(CountsParameters),
    /// `[rates]`.
    Rates(RatesParameters),
    /// `[zonal]`.
    Zonal(ZonalParameters),
    /// `[hotspot]`.
    Hotspot(HotspotParameters),
    /// `[priority]`.
    Priority(PriorityParameters),
    /// `[rollup]`.
    Rollup(RollupParameters),
    /// A step without parameters: `[read]`, what changed since a run; or one of another version.
    #[serde(skip)]
    Other,
}

impl Parameters {
    /// Those of a step; a member that does not fit, as in a run of an earlier version, has its default.
    pub fn of(step: &str, members: &Map<String, Value>) -> Self {
        as_far_as_it_goes(members, |members| Self::read(step, members)).unwrap_or(Self::Other)
    }

    /// Those of a step, where every member fits.
    fn read(step: &str, members: &Map<String, Value>) -> Result<Self, serde_json::Error> {
        Self::deserialize(json!({"step": step, "parameters": members}))
    }

    /// Those of the step that made a layer.
    pub fn of_layer(provenance: &Provenance) -> Self {
        Self::of(&provenance.step, &provenance.parameters)
    }

    /// Writes them into the record that travels with a layer, beside what stands there.
    pub fn write_to(&self, provenance: &mut Provenance) {
        // A `Value` of these always is an object, and its step that of the variant.
        let Ok(StepRecord { step, parameters }) = StepRecord::deserialize(json!(self)) else { return };
        provenance.step = step;
        provenance.parameters.extend(parameters);
    }

    /// How many people rates are stated for, where the step says.
    pub fn rate_per(&self) -> Option<f64> {
        match self {
            Self::Counts(own) => own.rate_per,
            Self::Priority(own) => own.rate_per,
            Self::Rollup(own) => own.rate_per,
            _ => None,
        }
    }

    /// How far the sites reach, kilometres, where the step measured against sites.
    pub fn reach_km(&self) -> Option<f64> {
        match self {
            Self::Coverage(own) => own.reach_km,
            _ => None,
        }
    }

    /// Where gaps are where most likely no site is within reach: how likely, %; none where they were measured to the sites.
    pub fn likely_pct(&self) -> Option<f64> {
        match self {
            Self::Coverage(own) => own.likely_pct,
            _ => None,
        }
    }

    /// The one field of zones that the step scores; none where it scores none.
    pub fn score_field(&self) -> Option<&str> {
        match self {
            Self::Score(own) => Some(&own.field),
            Self::Composite(own) => Some(&own.field),
            _ => None,
        }
    }
}

impl StepRecord {
    /// Its parameters; those that are withheld, or that cannot be read in a run of an earlier version, have their defaults.
    pub fn parameters(&self) -> Parameters {
        Parameters::of(&self.step, &self.parameters)
    }

    /// What any step may add to its parameters.
    pub fn shared(&self) -> Shared {
        Shared::of(&self.parameters)
    }

    /// Whether its parameters are those of this schema; else the first that is not, and why.
    pub(super) fn check(&self) -> Result<(), String> {
        let fits = |members: &Map<String, Value>| {
            Shared::deserialize(Value::Object(members.clone()))?;
            // A step that has none takes any.
            match Parameters::read(&self.step, &Map::new()) {
                Ok(_) => Parameters::read(&self.step, members).map(drop),
                Err(_) => Ok(()),
            }
        };
        let Err(whole) = fits(&self.parameters) else { return Ok(()) };
        let wrong = |(name, value): (&String, &Value)| {
            let alone = Map::from_iter([(name.clone(), value.clone())]);
            fits(&alone).err().map(|error: serde_json::Error| format!("`{name}`: {error}"))
        };
        Err(self.parameters.iter().find_map(wrong).unwrap_or_else(|| whole.to_string()))
    }
}
