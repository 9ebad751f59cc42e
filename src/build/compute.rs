//! Layers computed in memory, for those who only look: nothing is published and nothing locked.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::prepare::Prepared;
use super::work::Looking;
use super::{BuildError, BuildOptions, schedule, steps};
use crate::layer::Layer;
use crate::workspace::Workspace;

/// Layers of a workspace as they are now, and all that had to be computed or opened for them.
///
/// What an earlier build kept and still holds is taken from there. `known` are layers that stand already, as an earlier
/// call handed them back: they are not computed again.
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
    let Prepared { context, .. } =
        Prepared::new(workspace, &plan, &BuildOptions::default(), Looking::Guesses)?;
    for (name, layer) in known {
        if let Some(place) = context.layers.get(name) {
            // Set once: nothing has run yet.
            let _ = place.set(Arc::clone(layer));
        }
    }
    let places: BTreeMap<&str, usize> =
        layers.iter().enumerate().map(|(at, layer)| (layer.name.as_str(), at)).collect();
    let needs =
        |at: usize| layers[at].inputs.iter().filter_map(|i| places.get(i.as_str()).copied()).collect();
    let build = |at: usize| {
        let planned = &layers[at];
        let stands = |name| context.kept.contains_key(name);
        let Some(place) = context.layers.get(&planned.name).filter(|place| place.get().is_none()) else {
            return Ok(());
        };
        // Opened where a step or the caller asks for it.
        if stands(&planned.name) {
            return Ok(());
        }
        let layer = steps::run(&context, &planned.name, &planned.file)
            .map_err(|error| error.in_step(&planned.name))?;
        // Set once: every layer is computed once.
        let _ = place.set(Arc::new(layer));
        Ok::<_, BuildError>(())
    };
    schedule::run(layers.len(), rayon::current_num_threads(), needs, build, |_, _| ())?;
    for name in names {
        context.layer(name)?;
    }
    let built = context.layers.into_iter().filter_map(|(name, place)| Some((name, place.into_inner()?)));
    Ok(built.collect())
}

/// The fingerprint that a build would publish under, as far as it can be told without reading sources: `None` where a
/// database, an address or a folder would have to be read to know.
///
/// # Errors
/// A [`BuildError`] where a source cannot be looked at.
pub fn standing(workspace: &Workspace) -> Result<Option<String>, BuildError> {
    let plan = workspace.plan();
    let mut reads = plan.layers().iter().filter_map(|layer| layer.file.read.as_ref());
    if !reads.all(|read| workspace.source(read).local().is_some_and(std::path::Path::is_file)) {
        return Ok(None);
    }
    let Prepared { work, .. } = Prepared::new(workspace, plan, &BuildOptions::default(), Looking::Guesses)?;
    Ok(Some(work.state.whole))
}
