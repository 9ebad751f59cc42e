//! Before the first step: the plan that is asked for, what is known of the last builds, and what has to be done.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::Duration;

use super::cache::{Cache, Stamps};
use super::fetch::{self, Measure, StaleSource};
use super::fingerprint::{Sources, State, whole_fingerprint};
use super::guard::Good;
use super::known_layer::known_layer;
use super::view::View;
use super::work::{Asked, Ground, LayerWork, Looking, Work, work, work_beside};
use super::{Accept, BuildError, Context, home, steps};
use crate::lang::Lang;
use crate::protect::{Door, Key, KeyEnvironment, KeyError, KeyPlace, sight};
use crate::workspace::config::Level;
use crate::workspace::{Plan, Workspace};

/// What to build, and how strictly.
#[derive(Clone, Debug, Default)]
pub struct BuildOptions {
    /// Only these and what they need; nothing is published then. Empty: all, and publish.
    pub layers: Vec<String>,
    /// Build everything anew, changed or not.
    pub force: bool,
    /// Build these and what is derived from them; all others stay as they were built last, changed or not.
    pub only: Vec<String>,
    /// Build anew what changed since this run, even where it was built since.
    pub since: Option<String>,
    /// Publish nothing where there are warnings that nobody has acknowledged.
    pub strict: bool,
    /// Build though the workspace belongs to another user.
    pub any_user: bool,
    /// Language of what those are told who asked to be.
    pub lang: Lang,
    /// Checks that may fail in this run.
    pub accept: Accept,
    /// How long a source must have been left alone before what was read of it is published.
    pub settle: Duration,
    /// How long to wait for another build of the workspace.
    pub wait: Duration,
    /// The time of publication; the clock's if not given.
    pub now: Option<jiff::Timestamp>,
    /// Set from outside to end the build after the steps that run.
    pub stop: Arc<AtomicBool>,
}

/// Where a workspace keeps what is its own affair.
pub(super) struct Home(PathBuf);

impl Home {
    pub(super) fn of(workspace: &Workspace) -> Self {
        Self::in_folder(workspace.root())
    }

    pub(super) fn in_folder(root: &Path) -> Self {
        Self(root.join(home::FOLDER))
    }

    /// Makes the folder, or closes it to everybody but its owner; see [`home`].
    pub(super) fn make(&self) -> std::io::Result<()> {
        home::make(&self.0)
    }

    /// Closes it, where it is there, to everybody but its owner. Who only reads may not be that one, and reads on.
    pub(super) fn close(&self) {
        let _ = home::close(&self.0);
    }

    pub(super) fn folder(&self) -> &Path {
        &self.0
    }

    pub(super) fn last(&self) -> PathBuf {
        self.0.join("last.json")
    }

    pub(super) fn journal(&self) -> PathBuf {
        self.0.join(home::JOURNAL)
    }

    /// The history of an edition; that of the one edition without a name is as it always was.
    pub(super) fn history(&self, edition: Option<&str>) -> PathBuf {
        match edition {
            None => self.0.join("history.parquet"),
            Some(edition) => self.0.join(format!("history-{edition}.parquet")),
        }
    }

    /// Removes the states of runs that do not stand any more. One that stays does no harm.
    pub(super) fn drop_states(&self, published: &Path) {
        for entry in std::fs::read_dir(self.0.join("runs")).into_iter().flatten().flatten() {
            let path = entry.path();
            let run = path.file_stem().unwrap_or_default();
            let stands = |folder: &Path| folder.join("runs").join(run).is_dir();
            let editions = crate::publish::editions(published);
            if !stands(published) && !editions.iter().any(|edition| stands(&published.join(edition))) {
                let _ = std::fs::remove_file(&path);
            }
        }
    }

    /// What the run that is current was built from, where that is known.
    pub(super) fn current_state(&self, published: &Path) -> Option<State> {
        let link = std::fs::read_link(published.join("current")).ok()?;
        State::load(&self.state_of(&link.file_name()?.to_string_lossy()))
    }

    /// The state that a run was published from.
    pub(super) fn state_of(&self, run: &str) -> PathBuf {
        self.0.join("runs").join(format!("{run}.json"))
    }
}

/// What would be built, and why, without building, reading or writing anything.
///
/// # Errors
/// A [`BuildError`] where a layer or run that is named is not there, or a source cannot be looked at.
pub fn look_ahead(workspace: &Workspace, options: &BuildOptions) -> Result<Vec<LayerWork>, BuildError> {
    let viewers = viewers(workspace);
    let prepared = Prepared::new(workspace, &options.layers, options, Looking::Guesses, &viewers)?;
    let views = prepared.views.into_iter().flat_map(|view| view.layers);
    Ok(views.filter(|layer| !layer.shared).collect())
}

/// The levels of those for whom something is published, the lowest first.
pub(super) fn viewers(workspace: &Workspace) -> Vec<Level> {
    let levels: BTreeSet<Level> = workspace.file().editions().iter().map(|edition| edition.level).collect();
    levels.into_iter().collect()
}

/// The key by which the sites of a workspace are displaced.
///
/// # Errors
/// [`BuildError::Key`].
pub(super) fn key(workspace: &Workspace) -> Result<Key, BuildError> {
    loaded(workspace).map_err(BuildError::Key)
}

fn loaded(workspace: &Workspace) -> Result<Key, KeyError> {
    KeyPlace::of_workspace(workspace, &KeyEnvironment::of_process()).and_then(|place| place.load())
}

/// Why the key by which sites are displaced does not serve, where they are for any of the readers; `None` where it serves
/// or none is needed.
pub fn key_fault(workspace: &Workspace) -> Option<KeyError> {
    let plans = plans(workspace, &[], &viewers(workspace)).ok()?;
    match hides(&plans) {
        true => loaded(workspace).err(),
        false => None,
    }
}

/// Whether sites are displaced for any of the readers.
fn hides(plans: &[(Level, Plan)]) -> bool {
    plans.iter().flat_map(|(_, plan)| plan.layers()).any(|layer| layer.displaced.is_some())
}

/// Everything that the steps need.
pub(super) struct Prepared {
    /// For those who may see least, then for those who may see more; one at least.
    pub views: Vec<View>,
    pub state: State,
    pub sources: Sources,
    pub before: State,
    /// What the run that is current was built from, where that is known.
    pub current: Option<State>,
    pub stale: Vec<StaleSource>,
}

impl Prepared {
    /// Looks at `names` and what they need, or at all layers. `viewers` are one or more levels, the lowest first: all
    /// layers stand for the first; for the others those that are published for them, and what they need.
    pub(super) fn new(
        workspace: &Workspace,
        names: &[String],
        options: &BuildOptions,
        looking: Looking,
        viewers: &[Level],
    ) -> Result<Self, BuildError> {
        let home = Home::of(workspace);
        home.close();
        let cache = Arc::new(Cache::new(home.folder()));
        let sources = Sources::new(Stamps::load(cache.stamps()));
        let before = State::load(&home.last()).unwrap_or_default();
        let since = options.since.as_ref().map(|run| {
            State::load(&home.state_of(run))
                .ok_or_else(|| BuildError::NoState { run: run.clone(), runs: known_runs(&home) })
        });
        let asked = Asked {
            force: options.force,
            only: options.only.iter().cloned().collect::<BTreeSet<_>>(),
            since: since.transpose()?,
        };
        let now = options.now.unwrap_or_else(jiff::Timestamp::now);
        let plans = plans(workspace, names, viewers)?;
        for layer in &options.only {
            known_layer(&plans[0].1, layer)?;
        }
        options.accept.verify(workspace.plan())?;
        let current = home.current_state(&workspace.root().join("published"));
        let good = Good { state: current.as_ref(), viewer: plans[0].0 };
        let measure = Measure { good: &good, cache: &cache, accept: &options.accept };
        let key = match hides(&plans).then(|| key(workspace)).transpose() {
            Err(error) if looking == Looking::Reads => return Err(error),
            key => key.ok().flatten(),
        };
        let (copies, mut stale) = match looking {
            Looking::Guesses => (fetch::standing(workspace, &plans[0].1, home.folder()), Vec::new()),
            Looking::Reads => {
                let fetched = fetch::fetch(workspace, &plans[0].1, home.folder(), &measure, now)?;
                (fetched.copies, fetched.stale)
            }
        };
        let base = Context {
            copies,
            data: workspace.data_folder(),
            seed: workspace.file().workspace.seed,
            cache: Some(Arc::clone(&cache)),
            key,
            run_step: Some(steps::run),
            ..Context::default()
        };
        let mut views: Vec<View> = Vec::with_capacity(plans.len());
        let mut found = Work::default();
        for (viewer, plan) in plans {
            let mut context = Context {
                layers: plan.layers().iter().map(|l| (l.name.clone(), Arc::default())).collect(),
                files: plan.layers().iter().map(|l| (l.name.clone(), l.file.clone())).collect(),
                levels: plan.layers().iter().map(|l| (l.name.clone(), l.level)).collect(),
                displaced: plan
                    .layers()
                    .iter()
                    .filter_map(|l| Some((l.name.clone(), l.displaced.clone()?)))
                    .collect(),
                ..base.clone()
            };
            let ground = Ground {
                workspace,
                sources: &sources,
                before: &before,
                looking,
                viewer,
                measure: &measure,
                now,
            };
            let layers = match views.first() {
                None => {
                    found = work(&ground, &plan, &mut context, &asked)?;
                    found.layers.clone()
                }
                Some(first) => {
                    work_beside(&ground, &plan, &mut context, &asked, (&first.context, &mut found))?
                }
            };
            views.push(View { viewer, plan, context, layers });
        }
        let fingerprints = |view: &View| -> BTreeMap<String, String> {
            view.layers.iter().map(|layer| (layer.layer.clone(), layer.fingerprint.clone())).collect()
        };
        let fingerprints: Vec<_> = views.iter().map(fingerprints).collect();
        found.state.whole = whole_fingerprint(workspace, workspace.plan(), fingerprints.iter());
        stale.append(&mut found.stale);
        let digests = sources.sha256();
        views.iter_mut().for_each(|view| view.context.digests.clone_from(&digests));
        Ok(Self { views, state: found.state, sources, before, current, stale })
    }
}

/// The plan for each of the viewers.
fn plans(
    workspace: &Workspace,
    names: &[String],
    viewers: &[Level],
) -> Result<Vec<(Level, Plan)>, BuildError> {
    let plan = |(at, &viewer): (usize, &Level)| {
        let whole = workspace.plan_for(viewer);
        if at == 0 || !names.is_empty() {
            return Ok((viewer, chosen(&whole, names)?));
        }
        let seen = |level: Level| sight(Door::Metadata, viewer, level).is_whole();
        let published = whole.layers().iter().filter(|l| l.file.publish && seen(l.level));
        let published: Vec<String> = published.map(|layer| layer.name.clone()).collect();
        let plan = whole.with_ancestors(&published);
        Ok((viewer, plan.map_err(|_| BuildError::NotBuilt { layer: published.join(", ") })?))
    };
    viewers.iter().enumerate().map(plan).collect()
}

/// Runs whose state is kept, the newest last.
fn known_runs(home: &Home) -> Vec<String> {
    let entries = std::fs::read_dir(home.folder().join("runs")).into_iter().flatten().flatten();
    let name = |entry: std::fs::DirEntry| entry.path().file_stem().map(|n| n.to_string_lossy().into_owned());
    let mut names: Vec<String> = entries.filter_map(name).collect();
    names.sort();
    names
}

/// The part of the plan that is asked for.
pub(super) fn chosen(plan: &Plan, layers: &[String]) -> Result<Plan, BuildError> {
    if layers.is_empty() {
        return Ok(plan.clone());
    }
    for layer in layers {
        known_layer(plan, layer)?;
    }
    plan.with_ancestors(layers).map_err(|_| BuildError::NotBuilt { layer: layers.join(", ") })
}
