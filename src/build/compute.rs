//! Layers computed in memory, for those who only look: nothing is published and nothing locked.

use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};

use super::fingerprint::State;
use super::prepare::{Home, Prepared, key, viewers};
use super::view::View;
use super::work::Looking;
use super::{BuildError, BuildOptions, schedule, steps};
use crate::layer::Layer;
use crate::workspace::Workspace;
use crate::workspace::config::Level;

/// Layers of a workspace as they are now for those who may see up to `viewer`, and all that had to be computed or opened
/// for them: what is derived from sites above that level is derived from displaced ones, and nothing is rounded for those
/// who may see the sites. Whether the layers themselves may be seen is not asked here.
///
/// What an earlier build kept and still holds is taken from there. `known` are layers that stand already, as an earlier
/// call for the same level handed them back: they are not computed again.
///
/// # Errors
/// A [`BuildError`], the first in the order of the plan.
pub fn compute(
    workspace: &Workspace,
    viewer: Level,
    names: &[String],
    known: &BTreeMap<String, Arc<Layer>>,
) -> Result<BTreeMap<String, Arc<Layer>>, BuildError> {
    let options = BuildOptions::default();
    let prepared = Prepared::new(workspace, names, &options, Looking::Guesses, &[viewer])?;
    let Some(View { plan, context, .. }) = prepared.views.into_iter().next() else {
        return Ok(BTreeMap::new());
    };
    let layers = plan.layers();
    for (name, layer) in known {
        if let Some(place) = context.layers.get(name) {
            // Set once: nothing has run yet.
            let _ = place.set(Arc::clone(layer));
        }
    }
    let todo = |name: &String| {
        // What is kept is opened where a step or the caller asks for it.
        let open = context.layers.get(name).is_some_and(|place| place.get().is_none());
        open && !context.kept.contains_key(name)
    };
    if context.key.is_none() && layers.iter().any(|l| l.displaced.is_some() && todo(&l.name)) {
        key(workspace)?;
    }
    let places: BTreeMap<&str, usize> =
        layers.iter().enumerate().map(|(at, layer)| (layer.name.as_str(), at)).collect();
    let needs =
        |at: usize| layers[at].inputs.iter().filter_map(|i| places.get(i.as_str()).copied()).collect();
    let build = |at: usize| {
        let planned = &layers[at];
        let Some(place) = context.layers.get(&planned.name).filter(|_| todo(&planned.name)) else {
            return Ok(());
        };
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
    let stands =
        |(name, place): (&String, &Arc<OnceLock<Arc<Layer>>>)| Some((name.clone(), Arc::clone(place.get()?)));
    Ok(context.layers.iter().filter_map(stands).collect())
}

/// What a build would publish, as far as it can be told without reading sources: the private fingerprint of it, to be
/// compared with [`made_from`]. `None` where a database, an address or a folder would have to be read to know.
///
/// # Errors
/// A [`BuildError`] where a source cannot be looked at.
pub fn standing(workspace: &Workspace) -> Result<Option<String>, BuildError> {
    let plan = workspace.plan();
    let mut reads = plan.layers().iter().filter_map(|layer| layer.file.read.as_ref());
    if !reads.all(|read| workspace.source(read).local().is_some_and(std::path::Path::is_file)) {
        return Ok(None);
    }
    let options = BuildOptions::default();
    let prepared = Prepared::new(workspace, &[], &options, Looking::Guesses, &viewers(workspace))?;
    Ok(Some(prepared.state.whole))
}

/// The private fingerprint of what a run was made from; `None` where that is not known here. It depends on all sources,
/// so it is never published.
pub fn made_from(workspace: &Workspace, run: &str) -> Option<String> {
    Some(State::load(&Home::of(workspace).state_of(run))?.whole)
}
