//! Layers computed in memory, for those who only look: nothing is published and nothing locked.

use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};

use super::prepare::Home;
use super::{BuildError, Context, fetch, schedule, steps};
use crate::layer::Layer;
use crate::workspace::Workspace;

/// Computes layers of a workspace and all that they are made from; hands all of these back.
///
/// `known` are layers that stand already, as an earlier call handed them back: they are not computed again.
///
/// # Errors
/// A [`BuildError`], the first in the order of the plan.
pub fn compute(
    workspace: &Workspace,
    names: &[String],
    known: &BTreeMap<String, Arc<Layer>>,
) -> Result<BTreeMap<String, Arc<Layer>>, BuildError> {
    let plan = workspace
        .plan()
        .with_ancestors(names)
        .map_err(|_| BuildError::NotBuilt { layer: names.join(", ") })?;
    let layers = plan.layers();
    let place = |name: &String| known.get(name).map_or_else(OnceLock::new, |layer| Arc::clone(layer).into());
    let context = Context {
        copies: fetch::standing(workspace, &plan, Home::of(workspace).folder()),
        data: workspace.data_folder(),
        seed: workspace.file().workspace.seed,
        layers: layers.iter().map(|layer| (layer.name.clone(), place(&layer.name))).collect(),
        files: layers.iter().map(|layer| (layer.name.clone(), layer.file.clone())).collect(),
        ..Context::default()
    };
    let places: BTreeMap<&str, usize> =
        layers.iter().enumerate().map(|(at, layer)| (layer.name.as_str(), at)).collect();
    let needs =
        |at: usize| layers[at].inputs.iter().filter_map(|i| places.get(i.as_str()).copied()).collect();
    let build = |at: usize| {
        let planned = &layers[at];
        let Some(place) = context.layers.get(&planned.name).filter(|place| place.get().is_none()) else {
            return Ok(());
        };
        let layer = steps::run(&context, &planned.name, &planned.file)
            .map_err(|error| error.in_step(&planned.name))?;
        // Set once: every layer is computed once.
        let _ = place.set(Arc::new(layer));
        Ok::<_, BuildError>(())
    };
    schedule::run(layers.len(), rayon::current_num_threads(), needs, build, |_, _| ())?;
    let built = context.layers.into_iter().filter_map(|(name, place)| Some((name, place.into_inner()?)));
    Ok(built.collect())
}
