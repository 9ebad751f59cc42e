//! What `[validate]` finds of a layer.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::validate::{Calibrated, INTERVAL, Interval};

/// Shares of the kilometres that a capture is told of.
pub const SHARES: [f64; 3] = [0.05, 0.1, 0.2];

/// The share that sentences speak of, among [`SHARES`].
const TOLD: usize = 1;

/// How well a score pointed to where events happened later.
#[derive(Clone, Debug, Deserialize, Serialize, JsonSchema)]
pub struct Validation {
    /// Field that is judged.
    pub judged: String,
    /// First and last year of the events that the score was made from.
    pub made_from: [i32; 2],
    /// First and last year of the events that judge it.
    pub judged_by: [i32; 2],
    /// Events that judge it; those far from every place are not among them.
    pub events: usize,
    /// Kilometres that are judged.
    pub km: f64,
    /// Shares of the kilometres that captures are told of.
    pub shares: [f64; 3],
    /// The score first; then chance, history alone, and the fields beside it.
    pub scores: Vec<ScoreCapture>,
    /// The score by year of the later events.
    pub by_year: Vec<PartCapture>,
    /// The score within each route that has 20 later events or more, over its own kilometres.
    pub by_route: Vec<PartCapture>,
    /// The score judged without events at coordinates that three or more share, which may be those of an office.
    pub without_repeated: Option<PartCapture>,
    /// Of a layer of rates: what was foretold, scaled to the number that came, and what came.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub calibration: Vec<Calibrated>,
}

/// Captures of one score, with intervals of 90 % by block bootstrap.
#[derive(Clone, Debug, Deserialize, Serialize, JsonSchema)]
pub struct ScoreCapture {
    /// `chance`, `history`, or the field.
    pub name: String,
    /// Share of the events in the first kilometres, by the shares.
    pub capture: [f64; 3],
    /// Its interval.
    pub interval: [Interval; 3],
    /// Predictive accuracy index: capture over share.
    pub accuracy_index: [f64; 3],
    /// Area under the curve of true over false finds.
    pub auc: f64,
    /// Its interval.
    pub auc_interval: Interval,
}

/// Captures by a part of the events.
#[derive(Clone, Debug, Deserialize, Serialize, JsonSchema)]
pub struct PartCapture {
    /// The year or the route.
    pub part: String,
    /// Events of it.
    pub events: usize,
    /// Share of them in the first kilometres, by the shares.
    pub capture: [f64; 3],
}

/// What a sentence says of a [`Validation`]: captures at one share of the kilometres.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, JsonSchema)]
pub struct ToldCapture {
    /// The share.
    pub share: f64,
    /// Share of the events in the first kilometres by the score.
    pub capture: f64,
    /// Its interval.
    pub interval: Interval,
    /// How sure the interval is: 0.9 is 90 %.
    pub level: f64,
    /// The capture by chance.
    pub chance: f64,
    /// The capture by earlier events alone.
    pub history: f64,
}

impl Validation {
    /// What a sentence says of it; none where a score to be told is not in it.
    pub fn told(&self) -> Option<ToldCapture> {
        let of = |name: &str| self.scores.iter().find(|score| score.name == name);
        let (own, chance, history) = (of(&self.judged)?, of("chance")?, of("history")?);
        Some(ToldCapture {
            share: self.shares[TOLD],
            capture: own.capture[TOLD],
            interval: own.interval[TOLD],
            level: INTERVAL[1] - INTERVAL[0],
            chance: chance.capture[TOLD],
            history: history.capture[TOLD],
        })
    }
}
