//! What a build has to do: for each layer whether it is built or kept, and why.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use serde::Serialize;

use super::cache::{Cache, Damage, Entry};
use super::context::Kept;
use super::fetch::{self, Measure, StaleSource};
use super::fingerprint::{self, Parts, Reason, SourceFingerprint, Sources, State};
use super::{BuildError, Context, Note, steps};
use crate::protect::Key;
use crate::workspace::config::{Level, Read};
use crate::workspace::{Plan, PlannedLayer, Source, Workspace};

/// What is done about a layer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Action {
    /// Its step runs.
    Build,
    /// What an earlier build made still holds.
    Keep,
    /// Its step runs if a source that must be read to know has changed; only where nothing is read.
    Maybe,
}

/// What is to be done about one layer, and why.
#[derive(Clone, Debug, Serialize)]
pub struct LayerWork {
    /// The layer.
    pub layer: String,
    /// Its step.
    pub step: &'static str,
    /// What is done.
    pub action: Action,
    /// Why; empty for a layer that is kept.
    pub reasons: Vec<Reason>,
    /// The level of those for whom it is, where it is another layer for them than for those who may see least.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub viewer: Option<Level>,
    /// Its fingerprint.
    #[serde(skip)]
    pub(super) fingerprint: String,
    /// What it depends on.
    #[serde(skip)]
    pub(super) parts: Parts,
    /// Whether it is the same layer as for those who may see least.
    #[serde(skip)]
    pub(super) shared: bool,
    /// Seconds that reading took, where it had to be read to know.
    #[serde(skip)]
    pub(super) read_seconds: Option<f64>,
}

/// Which layers are built whether they changed or not.
#[derive(Clone, Debug, Default)]
pub(super) struct Asked {
    /// All.
    pub force: bool,
    /// These and what is derived from them; all others come as they were built last.
    pub only: BTreeSet<String>,
    /// What changed since this state.
    pub since: Option<State>,
}

/// The work of a whole build.
#[derive(Debug, Default)]
pub(super) struct Work {
    /// In plan order.
    pub layers: Vec<LayerWork>,
    /// What each layer depends on now.
    pub state: State,
    /// Sources that could not be read, so that what was read earlier is used.
    pub stale: Vec<StaleSource>,
}

/// How a source is told that only reading can tell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Looking {
    /// It is read.
    Reads,
    /// It is taken for what it was; nothing is read or written.
    Guesses,
}

/// What the finding of the work looks at.
pub(super) struct Ground<'a> {
    pub workspace: &'a Workspace,
    pub sources: &'a Sources,
    /// What the last build left.
    pub before: &'a State,
    pub looking: Looking,
    /// The level of those for whom the layers are.
    pub viewer: Level,
    /// What a source that only reading can tell is held against.
    pub measure: &'a Measure<'a>,
    pub now: jiff::Timestamp,
}

/// Finds out what has to be done for those who may see least. Kept layers are entered in the context; a source that had
/// to be read stands in it.
pub(super) fn work(
    ground: &Ground<'_>,
    plan: &Plan,
    context: &mut Context,
    asked: &Asked,
) -> Result<Work, BuildError> {
    let mut work = Work::default();
    let layers = layers(ground, plan, context, asked, None, &mut work)?;
    work.state.viewer = ground.viewer.name().to_owned();
    work.state.layers =
        layers.iter().map(|l| (l.layer.clone(), (l.fingerprint.clone(), l.parts.clone()))).collect();
    work.layers = layers;
    Ok(work)
}

/// The same for those who may see more: layers that are the same for them are those of `first`, and stand when they do.
pub(super) fn work_beside(
    ground: &Ground<'_>,
    plan: &Plan,
    context: &mut Context,
    asked: &Asked,
    first: (&Context, &mut Work),
) -> Result<Vec<LayerWork>, BuildError> {
    let (of, work) = first;
    let standing = std::mem::take(&mut work.layers);
    let layers = layers(ground, plan, context, asked, Some((of, &standing)), work);
    work.layers = standing;
    let layers = layers?;
    let own = layers.iter().filter(|layer| !layer.shared);
    let own = own.map(|l| (l.layer.clone(), (l.fingerprint.clone(), l.parts.clone()))).collect();
    work.state.views.insert(ground.viewer.name().to_owned(), own);
    Ok(layers)
}

fn layers(
    ground: &Ground<'_>,
    plan: &Plan,
    context: &mut Context,
    asked: &Asked,
    first: Option<(&Context, &[LayerWork])>,
    work: &mut Work,
) -> Result<Vec<LayerWork>, BuildError> {
    let Ground { before, viewer, .. } = *ground;
    let mut fingerprints: BTreeMap<String, String> = BTreeMap::new();
    let (mut open, mut built): (BTreeSet<String>, BTreeSet<String>) = Default::default();
    let mut done = Vec::with_capacity(plan.layers().len());
    let chosen = with_descendants(plan, &changed_eyes(ground, plan, context, &asked.only));
    for planned in plan.layers() {
        let name = &planned.name;
        let known = before.layer(viewer, name);
        let of_first = first.and_then(|(_, layers)| layers.iter().find(|layer| layer.layer == *name));
        let task = match asked.only.is_empty() || chosen.contains(name) {
            // What is read is the same for all.
            true if planned.file.read.is_some() && of_first.is_some() => Found::default(),
            true => {
                let inputs = inputs(plan, planned, &fingerprints);
                find(ground, planned, context, work, inputs)?
            }
            false => {
                let missing = || BuildError::NeverBuilt { layer: name.clone() };
                let (fingerprint, parts) = known.cloned().ok_or_else(missing)?;
                let entry =
                    context.cache.as_ref().and_then(|cache| cache.entry(name, &fingerprint).ok().flatten());
                Found { entry: Some(entry.ok_or_else(missing)?), fingerprint, parts, ..Found::default() }
            }
        };
        let same = |own: &&LayerWork| task.fingerprint.is_empty() || task.fingerprint == own.fingerprint;
        if let Some((shared, own)) = first.map(|(of, _)| of).zip(of_first.filter(same)) {
            if own.action == Action::Build {
                built.insert(name.clone());
            }
            if own.action == Action::Maybe {
                open.insert(name.clone());
            }
            if let Some(place) = shared.layers.get(name) {
                context.layers.insert(name.clone(), Arc::clone(place));
            }
            if let Some(kept) = shared.kept.get(name) {
                context.kept.insert(name.clone(), Arc::clone(kept));
            }
            fingerprints.insert(name.clone(), own.fingerprint.clone());
            done.push(LayerWork { shared: true, action: Action::Keep, reasons: Vec::new(), ..own.clone() });
            continue;
        }
        let Found { fingerprint, parts, entry, read_seconds, unknown } = task;
        let uncertain = unknown || planned.inputs.iter().any(|input| open.contains(input));
        let since = |since: &State| since.layer(viewer, name).map(|l| &l.0) != Some(&fingerprint);
        let asked_for = asked.force || chosen.contains(name) || asked.since.as_ref().is_some_and(since);
        let mut reasons = if asked_for { vec![Reason::Asked] } else { Vec::new() };
        // A layer is kept only where all that it is made from is, so that it can be built again should it turn out
        // damaged.
        let lost: Vec<String> = planned.inputs.iter().filter(|i| built.contains(*i)).cloned().collect();
        let action = match &entry {
            Some(_) if !lost.is_empty() => Action::Build,
            Some(_) if !asked_for && uncertain => Action::Maybe,
            Some(_) if !asked_for => Action::Keep,
            _ => Action::Build,
        };
        if action == Action::Maybe {
            open.insert(name.clone());
            reasons.push(match unknown {
                true => Reason::Unknown,
                false => Reason::Inputs {
                    layers: planned.inputs.iter().filter(|i| open.contains(*i)).cloned().collect(),
                },
            });
        }
        if action == Action::Build && !asked_for {
            reasons = fingerprint::reasons(known.map(|(_, parts)| parts), &parts);
            if reasons.is_empty() {
                reasons.push(match lost.is_empty() {
                    true => Reason::Lost,
                    false => Reason::Inputs { layers: lost },
                });
            }
        }
        if action == Action::Build {
            built.insert(name.clone());
        }
        if let Some(entry) = entry.filter(|_| action == Action::Keep) {
            context.kept.insert(name.clone(), Arc::new(Kept::new(fingerprint.clone(), entry)));
        }
        fingerprints.insert(name.clone(), fingerprint.clone());
        done.push(LayerWork {
            layer: name.clone(),
            step: planned.file.step().map_or("-", |step| step.kind().name()),
            viewer: first.is_some().then_some(viewer),
            action,
            reasons,
            fingerprint,
            parts,
            read_seconds,
            shared: false,
        });
    }
    Ok(done)
}

/// The layers that are asked for, and those whose sites were seen otherwise by those who may see as much now: they must
/// not come as they were built last.
fn changed_eyes(
    ground: &Ground<'_>,
    plan: &Plan,
    context: &Context,
    only: &BTreeSet<String>,
) -> BTreeSet<String> {
    if only.is_empty() {
        return BTreeSet::new();
    }
    let key = context.key.as_ref().map(Key::fingerprint);
    let other = plan.layers().iter().filter(|planned| {
        let now = fingerprint::layer_parts(planned, 0, BTreeMap::new(), key.as_deref()).displaced;
        ground.before.layer(ground.viewer, &planned.name).is_some_and(|(_, parts)| parts.displaced != now)
    });
    only.iter().cloned().chain(other.map(|planned| planned.name.clone())).collect()
}

/// What was found out about a layer.
#[derive(Default)]
struct Found {
    fingerprint: String,
    parts: Parts,
    entry: Option<Entry>,
    read_seconds: Option<f64>,
    /// Whether only reading it would tell.
    unknown: bool,
}

fn find(
    ground: &Ground<'_>,
    planned: &PlannedLayer,
    context: &mut Context,
    work: &mut Work,
    inputs: BTreeMap<String, String>,
) -> Result<Found, BuildError> {
    let mut found = Found::default();
    let known = ground.before.layer(ground.viewer, &planned.name);
    let source = match &planned.file.read {
        None => None,
        Some(read) => {
            match fingerprint::source_fingerprint(&source(ground.workspace, read, context), ground.sources)? {
                Some(files) => Some(files),
                None if ground.looking == Looking::Reads => {
                    match read_now(ground, planned, read, context, work)? {
                        Now::Read(content, seconds) => {
                            found.read_seconds = Some(seconds);
                            Some(content)
                        }
                        Now::Earlier(earlier) => {
                            let (fingerprint, parts, entry) = *earlier;
                            return Ok(Found { fingerprint, parts, entry: Some(entry), ..found });
                        }
                    }
                }
                None => {
                    found.unknown = true;
                    known.and_then(|(_, parts)| parts.source.clone())
                }
            }
        }
    };
    let seed = ground.workspace.file().workspace.seed;
    let key = context.key.as_ref().map(Key::fingerprint);
    (found.fingerprint, found.parts) =
        fingerprint::layer_fingerprint(planned, seed, inputs, source, key.as_deref());
    let entry =
        context.cache.as_ref().map_or(Ok(None), |cache| cache.entry(&planned.name, &found.fingerprint));
    found.entry = match entry {
        Ok(entry) => entry,
        Err(Damage { layer }) => {
            context.note(Note::damaged(&layer));
            None
        }
    };
    Ok(found)
}

/// Where a layer is read from: a copy, where a server has the source.
fn source(workspace: &Workspace, read: &Read, context: &Context) -> Source {
    let stated = workspace.source(read);
    context.copies.get(&read.path).map_or(stated.clone(), |copy| stated.in_copy(copy))
}

/// What reading a source gave that only reading can tell.
enum Now {
    /// A digest of what was read, and the seconds that took; the layer stands in the context.
    Read(SourceFingerprint, f64),
    /// It failed; what was read earlier still serves.
    Earlier(Box<(String, Parts, Entry)>),
}

fn read_now(
    ground: &Ground<'_>,
    planned: &PlannedLayer,
    read: &Read,
    context: &mut Context,
    work: &mut Work,
) -> Result<Now, BuildError> {
    let started = std::time::Instant::now();
    let name = &planned.name;
    let remote = matches!(ground.workspace.source(read), Source::Gdal(_));
    let settings = read.fetch.clone().unwrap_or_default();
    let known = ground.before.layer(ground.viewer, name).filter(|_| remote);
    let earlier = known.and_then(|(fingerprint, parts)| {
        let entry = context.cache.as_ref()?.entry(name, fingerprint).ok().flatten()?;
        Some((fingerprint.clone(), parts.clone(), entry))
    });
    let result = steps::run(context, name, &planned.file).map_err(|error| error.in_step(name));
    let reason = match (result, &earlier) {
        (Err(error), None) => return Err(error),
        (Err(error), Some(_)) => error.to_string(),
        (Ok(layer), earlier) => {
            let last = earlier.as_ref().map(|(.., entry)| entry.features);
            let fault = match remote {
                true => ground.measure.fault(planned, read, None, &layer, last),
                false => None,
            };
            match fault.filter(|_| earlier.is_some()) {
                Some(reason) => reason,
                None => {
                    let content = Cache::content(&layer).map_err(|error| BuildError::Layer(error.into()))?;
                    if let Some(place) = context.layers.get(name) {
                        // Set once: each layer is found once.
                        let _ = place.set(Arc::new(layer));
                    }
                    work.state.read.insert(name.clone(), ground.now.as_second());
                    return Ok(Now::Read(
                        SourceFingerprint::Content(content),
                        started.elapsed().as_secs_f64(),
                    ));
                }
            }
        }
    };
    let last = ground.before.read.get(name).copied().unwrap_or(i64::MIN / 2);
    let stale = StaleSource::new(name, &fetch::shown(&read.path), last, ground.now, reason);
    // Where there is something earlier, it is used; so much was asked above.
    let Some(earlier) = earlier else { return Err(stale.failed()) };
    if stale.age_days > settings.max_age_days {
        return Err(stale.too_old(settings.max_age_days));
    }
    work.state.read.insert(name.clone(), last);
    work.stale.push(stale);
    Ok(Now::Earlier(Box::new(earlier)))
}

/// Fingerprints of the inputs; what may be lowered hangs on their levels too.
fn inputs(
    plan: &Plan,
    planned: &PlannedLayer,
    fingerprints: &BTreeMap<String, String>,
) -> BTreeMap<String, String> {
    let lowers = planned.file.protect.is_some();
    let fingerprint = |input: &String| {
        let fingerprint = fingerprints.get(input)?;
        let level = plan.get(input).filter(|_| lowers).map(|input| format!(" {}", input.level));
        Some((input.clone(), format!("{fingerprint}{}", level.unwrap_or_default())))
    };
    planned.inputs.iter().filter_map(fingerprint).collect()
}

/// These layers and all that is made from them.
fn with_descendants(plan: &Plan, layers: &BTreeSet<String>) -> BTreeSet<String> {
    let mut found = layers.clone();
    for planned in plan.layers() {
        if planned.inputs.iter().any(|input| found.contains(input)) {
            found.insert(planned.name.clone());
        }
    }
    found
}
