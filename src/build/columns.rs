//! A column that is not there any more: which ones of its table are new, so that one of them may be the same under
//! another name.

use super::print::State;
use super::{BuildError, Context};
use crate::layer::read::ReadError;
use crate::layer::{Layer, LayerError, nearest};
use crate::workspace::{Plan, Workspace};

/// Adds to an error about a column that is not there what may stand for it: only columns that the layer did not have the
/// last time, and that no file of the workspace names.
pub(super) fn explain(
    error: BuildError,
    workspace: &Workspace,
    context: &Context,
    before: &State,
) -> BuildError {
    let (layer, field, fields) = match &error {
        BuildError::Read { layer, error: ReadError::NoField { field, fields, .. } } => (layer, field, fields),
        BuildError::Step { error: LayerError::NoField { layer, field, fields, .. }, .. } => {
            (layer, field, fields)
        }
        _ => return error,
    };
    let plan = workspace.plan();
    let earlier = earlier(context, before, layer);
    let had = |name: &String| earlier.as_ref().is_some_and(|earlier| earlier.has(name));
    // A slip in a file of the workspace is no renamed column: the layer never had one of that name.
    if earlier.as_ref().is_some_and(|earlier| !earlier.has(field)) {
        return error;
    }
    let new: Vec<String> =
        fields.iter().filter(|name| !had(name) && !is_named(plan, name)).cloned().collect();
    let listed = new.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
    let help = match (nearest(field, new.iter().map(String::as_str)), new.as_slice()) {
        (_, []) => format!("no column of it is new; it has: {}", fields.join(", ")),
        (Some(near), _) => format!("new in it: {listed}; if `{near}` is the same, {}", renamed(&near, field)),
        (None, [only]) => format!("new in it: {listed}; if it is the same, {}", renamed(only, field)),
        (None, _) => format!("new in it: {listed}; if one of them is the same, {}", renamed("NEW", field)),
    };
    BuildError::Column { layer: layer.clone(), error: Box::new(error), help }
}

/// How a column goes on under the name that the workspace knows.
fn renamed(new: &str, field: &str) -> String {
    format!(
        "write `rename = {{ {new} = \"{field}\" }}` in its [read], and there `{new}` wherever `{field}` stands"
    )
}

/// The layer as it was built the last time, where that is kept.
fn earlier(context: &Context, before: &State, layer: &str) -> Option<Layer> {
    let cache = context.cache.as_ref()?;
    let (print, _) = before.layers.get(layer)?;
    cache.load(&cache.entry(layer, print).ok().flatten()?).ok()
}

/// Whether a file of the workspace names a column: then it is in use as what it is.
fn is_named(plan: &Plan, column: &str) -> bool {
    let part = |c: char| c.is_alphanumeric() || c == '_';
    plan.layers().iter().any(|layer| {
        let text = &*layer.definition_text;
        text.match_indices(column)
            .any(|(at, _)| !text[..at].ends_with(part) && !text[at + column.len()..].starts_with(part))
    })
}
