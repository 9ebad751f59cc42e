//! Going back to an earlier run, and staying there until something changes.

use std::collections::BTreeMap;
use std::path::PathBuf;

use super::BuildError;
use super::cache::{open_sealed, put_whole, seal};
use super::fingerprint::State;
use super::history::{self, ZoneTrend};
use super::links::Links;
use super::lock::Lock;
use super::ops::Reporter;
use super::prepare::{BuildOptions, Home};
use crate::protect::Door;
use crate::publish::{self, RunInfo, Standing};
use crate::workspace::Workspace;

/// Runs that were taken back, with the fingerprints they were built from: what would make one of them again is not
/// published by itself.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Withdrawn(pub BTreeMap<String, String>);

impl Withdrawn {
    fn path(home: &Home) -> PathBuf {
        home.folder().join("withdrawn.json")
    }

    pub(super) fn load(home: &Home) -> Self {
        let body = open_sealed(&Self::path(home));
        Self(body.and_then(|body| serde_json::from_str(&body).ok()).unwrap_or_default())
    }

    pub(super) fn save(&self, home: &Home) -> std::io::Result<()> {
        put_whole(&Self::path(home), seal(&serde_json::to_string(&self.0)?).as_bytes())
    }

    /// The run that was taken back and was built from this.
    pub(super) fn run_of(&self, whole: &str) -> Option<&str> {
        self.0.iter().find(|(_, fingerprint)| *fingerprint == whole).map(|(run, _)| run.as_str())
    }
}

/// Makes an earlier run current, or a later one again. The nightly run then publishes nothing before something
/// changes: what was taken back would only come again.
///
/// # Errors
/// [`BuildError::Locked`] while a build is at work; [`BuildError::Publish`] where there is no such run, or it is
/// damaged; [`BuildError::Io`].
pub fn roll_back(workspace: &Workspace, run: &str, options: &BuildOptions) -> Result<RunInfo, BuildError> {
    let _lock = Lock::take(workspace.root(), options)?;
    let home = Home::of(workspace);
    let failed = |error| BuildError::Io { path: Withdrawn::path(&home), error };
    home.make().map_err(failed)?;
    let root = workspace.root().join("published");
    let editions = workspace.file().editions();
    let (all, lowest) = publish::targets(&root, &editions)?;
    let target = publish::find_among(&all, run)?;
    publish::admit_run(Door::Metadata, lowest, &target.folder)?;
    let later = all.into_iter().filter(|other| (other.sequence, &other.run) > (target.sequence, &target.run));
    // What a run was made from is known here alone.
    let made_from = |run: &str| Some(State::load(&home.state_of(run))?.whole);
    let fingerprint = |run: RunInfo| {
        let fingerprint = made_from(&run.run)?;
        Some((run.run, fingerprint))
    };
    let mut withdrawn = Withdrawn(later.filter_map(fingerprint).collect());
    // What makes the run that one goes back to must not be held back.
    let own = made_from(&target.run);
    withdrawn.0.retain(|_, fingerprint| own.as_ref() != Some(fingerprint));
    // In this order: cut off between the two, the build holds back a run that is still current, and says so.
    withdrawn.save(&home).map_err(failed)?;
    let links = Links::of(workspace.root(), &home);
    let next = Standing { run: Some(target.run.clone()), ..Standing::of(&root, &target.run) };
    let went = match editions.iter().any(|edition| edition.name.is_some()) {
        true => {
            links.expect(next).map_err(failed)?;
            publish::roll_back_set(&root, &target)
        }
        false => {
            links.expect(Standing { editions: BTreeMap::new(), ..next }).map_err(failed)?;
            publish::roll_back(&root, &target.run)
        }
    };
    let went = went?;
    links.settle();
    // The run is current; that status and metrics do not say so yet is told by the next build.
    let _ = Reporter::of(workspace, options.lang).refresh();
    Ok(went)
}

/// What became of each zone over the nights on record of an edition, by zone; runs that were taken back do not count.
///
/// # Errors
/// [`BuildError::Publish`] where the history cannot be read.
pub fn trends(root: &std::path::Path, edition: Option<&str>) -> Result<Vec<ZoneTrend>, BuildError> {
    let home = Home::in_folder(root);
    home.close();
    let withdrawn = Withdrawn::load(&home).0.into_keys().collect();
    Ok(history::load_trends(&home.history(edition), &withdrawn)?)
}
