//! The layers of a plan, as somebody names them.

use super::BuildError;
use crate::layer::nearest;
use crate::workspace::Plan;

/// Sees that a plan has a layer.
///
/// # Errors
/// [`BuildError::NoLayer`].
pub(super) fn known_layer(plan: &Plan, layer: &str) -> Result<(), BuildError> {
    if plan.get(layer).is_some() {
        return Ok(());
    }
    let names: Vec<String> = plan.layers().iter().map(|l| l.name.clone()).collect();
    Err(BuildError::NoLayer {
        layer: layer.to_owned(),
        nearest: nearest(layer, names.iter().map(String::as_str)),
        layers: names,
    })
}
