//! A column that is not there any more: which ones of its table are new, so that one of them may be the same under
//! another name.

use super::fingerprint::State;
use super::{BuildError, Context};
use crate::layer::read::ReadError;
use crate::layer::{Layer, LayerError, nearest};
use crate::workspace::{Plan, PlannedLayer, Workspace};

/// Adds to an error about a column that is not there what may stand for it: only columns that the layer did not have the
/// last time, and that neither its file nor one of a layer made from it names.
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
    let free = |name: &&String| !is_named(workspace.plan(), layer, name);
    // Where the layer never had a column of that name, nothing was renamed: it is a slip in a file of the workspace.
    let help = match earlier(context, before, layer).filter(|earlier| earlier.has(field)) {
        Some(earlier) => {
            let new: Vec<&String> = fields.iter().filter(free).filter(|name| !earlier.has(name)).collect();
            of_new(field, &new, fields)
        }
        None => match nearest(field, fields.iter().filter(free).map(String::as_str)) {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("it has: {}", fields.join(", ")),
        },
    };
    BuildError::Column { layer: layer.clone(), error: Box::new(error), help }
}

/// What to do where a column is gone and these are new.
fn of_new(field: &str, new: &[&String], fields: &[String]) -> String {
    let listed = new.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
    match (nearest(field, new.iter().map(|name| name.as_str())), new) {
        (_, []) => format!("no column of it is new; it has: {}", fields.join(", ")),
        (Some(near), _) => format!("new in it: {listed}; if `{near}` is the same, {}", renamed(&near, field)),
        (None, [only]) => format!("new in it: {listed}; if it is the same, {}", renamed(only, field)),
        (None, _) => format!("new in it: {listed}; if one of them is the same, {}", renamed("NEW", field)),
    }
}

/// How a column goes on under the name that the workspace knows.
fn renamed(new: &str, field: &str) -> String {
    format!(
        "write `rename = {{ {new} = \"{field}\" }}` in its [read], and there `{new}` wherever `{field}` stands"
    )
}

/// The layer as it was built the last time, where that is kept.
fn earlier(context: &Context, before: &State, layer: &str) -> Option<Layer> {
    let (fingerprint, _) = before.layers.get(layer)?;
    context.cache.as_ref()?.kept(layer, fingerprint)
}

/// Whether the file of a layer, or of one made from it, names a column: then it is in use as what it is.
fn is_named(plan: &Plan, of: &str, column: &str) -> bool {
    let part = |c: char| c.is_alphanumeric() || c == '_';
    let concerned = |layer: &&PlannedLayer| layer.name == of || layer.inputs.iter().any(|input| input == of);
    plan.layers().iter().filter(concerned).any(|layer| {
        let text = &*layer.definition_text;
        text.match_indices(column)
            .any(|(at, _)| !text[..at].ends_with(part) && !text[at + column.len()..].starts_with(part))
    })
}
