//! What is left behind of every build for those who operate it: a status file, metrics, and calls to those who asked.

mod failure;
mod hooks;
mod metrics;
mod program;
mod status;

use std::path::Path;

use super::{Audience, BuildError, FAILURE_FILE, Note, Outcome};
use crate::workspace::Workspace;

pub use status::{Health, LastRun, SourceAge, Status};

/// Leaves all of it. What fails here is noted, and changes nothing about the build.
pub(super) fn leave(
    workspace: &Workspace,
    home: &Path,
    built: &Result<Outcome, BuildError>,
    seconds: f64,
    now: jiff::Timestamp,
) -> Vec<Note> {
    let mut notes = Vec::new();
    let mut failed = |what: &str, error: String| {
        notes.push(Note::warning(format!("{what}: {error}"), format!("{what}: {error}")));
    };
    let audience = Audience::of(workspace.plan());
    if let Err(error) = failure::leave(home, built) {
        failed(FAILURE_FILE, error.to_string());
    }
    let status = Status::after(workspace, &audience, home, built, seconds, now);
    if let Err(error) = status.save(home) {
        failed(status::FILE, error.to_string());
    }
    let operate = &workspace.file().operate;
    if let Some(path) = &operate.metrics
        && let Err(error) = metrics::write(&workspace.root().join(path), &status)
    {
        failed(path, error.to_string());
    }
    let event = match built {
        Err(BuildError::Interrupted) => None,
        Err(error) => {
            operate.on_failure.as_ref().map(|hook| (hook, hooks::failure(workspace, &audience, error)))
        }
        Ok(outcome) => {
            let entered = outcome.diff.as_ref().and_then(|diff| diff.hotspots.as_ref());
            let entered = entered.filter(|hot| !hot.entered.is_empty());
            let hook = operate.on_hotspots.as_ref();
            entered.zip(hook).map(|(hot, hook)| (hook, hooks::hotspots(workspace, &audience, outcome, hot)))
        }
    };
    if let Some((hook, event)) = event {
        for (what, error) in hooks::call(hook, workspace.root(), &event.to_string()) {
            failed(&what, error);
        }
    }
    notes
}
