//! Before the first step: the plan that is asked for, what is known of the last builds, and what has to be done.

use std::collections::{BTreeMap, BTreeSet};
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicBool;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use super::cache::{Cache, Stamps};
use super::fetch::{self, StaleSource};
use super::print::{Sources, State};
use super::work::{Asked, Ground, LayerWork, Looking, Work, work};
use super::{BuildError, Context};
use crate::layer::nearest;
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
    /// Publish nothing where there are warnings.
    pub strict: bool,
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
        Self(root.join(".corredor"))
    }

    /// Makes the folder. Unpublished layers lie in it, so it is nobody else's to read, and never a repository's.
    pub(super) fn make(&self) -> std::io::Result<()> {
        if !self.0.is_dir() {
            std::fs::DirBuilder::new().mode(0o700).recursive(true).create(&self.0)?;
            std::fs::write(self.0.join(".gitignore"), "*\n")?;
        }
        Ok(())
    }

    pub(super) fn folder(&self) -> &Path {
        &self.0
    }

    pub(super) fn last(&self) -> PathBuf {
        self.0.join("last.json")
    }

    pub(super) fn journal(&self) -> PathBuf {
        self.0.join("journal.jsonl")
    }

    pub(super) fn history(&self) -> PathBuf {
        self.0.join("history.parquet")
    }

    /// Removes the states of runs that do not stand any more. One that stays does no harm.
    pub(super) fn drop_states(&self, published: &Path) {
        for entry in std::fs::read_dir(self.0.join("runs")).into_iter().flatten().flatten() {
            let path = entry.path();
            let run = path.file_stem().unwrap_or_default();
            if !published.join("runs").join(run).is_dir() {
                let _ = std::fs::remove_file(&path);
            }
        }
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
    let plan = chosen(workspace.plan(), &options.layers)?;
    let mut prepared = Prepared::new(workspace, &plan, options, Looking::Guesses)?;
    Ok(std::mem::take(&mut prepared.work.layers))
}

/// Everything that the steps need.
pub(super) struct Prepared {
    pub context: Context,
    pub work: Work,
    pub sources: Sources,
    pub before: State,
    pub stale: Vec<StaleSource>,
}

impl Prepared {
    pub(super) fn new(
        workspace: &Workspace,
        plan: &Plan,
        options: &BuildOptions,
        looking: Looking,
    ) -> Result<Self, BuildError> {
        let home = Home::of(workspace);
        let cache = Cache::new(home.folder());
        let sources = Sources::new(Stamps::load(cache.stamps()));
        let before = State::load(&home.last()).unwrap_or_default();
        for layer in &options.only {
            known_layer(plan, layer)?;
        }
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
        let (copies, mut stale) = match looking {
            Looking::Guesses => (fetch::standing(workspace, plan, home.folder()), Vec::new()),
            Looking::Reads => {
                let fetched = fetch::fetch(workspace, plan, home.folder(), now)?;
                (fetched.copies, fetched.stale)
            }
        };
        let mut context = Context {
            copies,
            data: workspace.data_folder(),
            seed: workspace.file().workspace.seed,
            layers: plan.layers().iter().map(|l| (l.name.clone(), OnceLock::new())).collect(),
            files: plan.layers().iter().map(|l| (l.name.clone(), l.file.clone())).collect::<BTreeMap<_, _>>(),
            cache: Some(cache),
            ..Context::default()
        };
        let ground = Ground { workspace, sources: &sources, before: &before, looking, now };
        let mut work = work(&ground, plan, &mut context, &asked)?;
        stale.append(&mut work.stale);
        context.digests = sources.sha256();
        Ok(Self { context, work, sources, before, stale })
    }
}

/// Runs whose state is kept, the newest last.
fn known_runs(home: &Home) -> Vec<String> {
    let entries = std::fs::read_dir(home.folder().join("runs")).into_iter().flatten().flatten();
    let name = |entry: std::fs::DirEntry| entry.path().file_stem().map(|n| n.to_string_lossy().into_owned());
    let mut names: Vec<String> = entries.filter_map(name).collect();
    names.sort();
    names
}

fn known_layer(plan: &Plan, layer: &str) -> Result<(), BuildError> {
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
