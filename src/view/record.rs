//! What the record of a layer says of how it was made: what a priority is made of, and how a score was judged.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::runs::Described;
use crate::build::{ToldCapture, VALIDATION, Validation};
use crate::publish::style::REACH_KM;

/// A layer that another was made from, as a run tells it.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct Ancestor {
    /// Missing where it is withheld.
    #[serde(default)]
    provenance: Option<Made>,
}

/// The step that made a layer.
#[derive(Clone, Debug, Deserialize)]
struct Made {
    #[serde(default)]
    step: String,
    #[serde(default)]
    parameters: Map<String, Value>,
}

/// A field that a priority ranks by, and its part in it.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub(super) struct Component {
    field: String,
    weight: f64,
}

/// What the priority of a layer is made of, in its order. A layer that brings a priority along, and does not
/// make it, tells of the one that it brings; none where the record is withheld.
pub(super) fn priority_of(described: &Described) -> Vec<Component> {
    let components = parameter(described, "priority", "components")
        .and_then(|told| serde_json::from_value(told.clone()).ok());
    components.unwrap_or_default()
}

/// How far the sites reach that a layer was last measured against, km; none where it was not, or the record is withheld.
pub(super) fn reach_km(described: &Described) -> Option<f64> {
    parameter(described, "coverage", REACH_KM).and_then(Value::as_f64)
}

/// A parameter of the last step of a kind among those that made a layer.
fn parameter<'a>(described: &'a Described, step: &str, name: &str) -> Option<&'a Value> {
    let mut made = described.ancestry.iter().rev().filter_map(|ancestor| ancestor.provenance.as_ref());
    made.find(|made| made.step == step)?.parameters.get(name)
}

/// How well a score, made from earlier events, pointed to later ones.
#[derive(Clone, Debug, Serialize)]
pub(super) struct Tested {
    /// Field of the score.
    judged: String,
    /// First and last year of the events that it was made from.
    made_from: [i32; 2],
    /// First and last year of those that judge it.
    judged_by: [i32; 2],
    /// How many judge it.
    events: usize,
    #[serde(flatten)]
    told: ToldCapture,
}

/// How a layer was judged; none where it was not, or where its run is of a version that told it otherwise.
pub(super) fn validation(described: &Described) -> Option<Tested> {
    let own = described.ancestry.last()?.provenance.as_ref()?;
    let found = own.parameters.get(VALIDATION)?;
    let found = serde_json::from_value::<Validation>(found.clone()).ok()?;
    let told = found.told()?;
    let Validation { judged, made_from, judged_by, events, .. } = found;
    Some(Tested { judged, made_from, judged_by, events, told })
}
