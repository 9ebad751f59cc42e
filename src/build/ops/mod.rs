//! What is left behind of every build for those who operate it: a status file, metrics, and calls to those who asked.

mod failure;
mod health;
mod hooks;
mod kept;
mod metrics;
mod program;
mod reporter;
mod rolled_back;
mod status;

use std::path::{Path, PathBuf};

use serde_json::Value;

use super::{BuildError, CutOff, FAILURE_FILE, Note, Outcome, home};
use crate::lang::Lang;
use crate::workspace::config::Hook;
use crate::workspace::{Workspace, WorkspaceError};

pub use health::{Health, Standing, Verdict, in_words};
pub(super) use reporter::Reporter;
pub use rolled_back::RolledBack;
pub use status::{LastRun, SourceAge, StaleAge, Status};

/// What remains to be done once an end is written down.
pub(super) struct Report<'a> {
    status: Status,
    call: Option<(&'a Hook, Value)>,
    notes: Vec<Note>,
}

impl Reporter<'_> {
    /// A build begins, after one that may have been cut off.
    pub(super) fn begin(&self, cut_off: Option<&CutOff>, now: jiff::Timestamp) -> Vec<Note> {
        let mut notes = Vec::new();
        note(&mut notes, kept::FILE, kept::save(&self.home, &self.name, &self.operate));
        let mut status = Status { began: Some(now.as_second()), ..Status::before(self) };
        let Some(cut) = cut_off else {
            // Before the first end there is nothing to measure. What cannot be written now is told at the end.
            if status.last.ended > 0 {
                let _ = status.save(&self.home);
                self.measure(&status, &mut Vec::new());
            }
            return notes;
        };
        status = status.cut_off(cut, now);
        self.write(&mut status, &mut notes);
        let call = self.operate.on_failure.as_ref();
        let call = call.map(|hook| (hook, hooks::cut_off(self, cut)));
        notes.extend(self.call(Report { status, call, notes: Vec::new() }));
        notes
    }

    /// Writes down how a build ended. What fails here is noted, and changes nothing about the build.
    pub(super) fn end(
        &self,
        built: Result<&Outcome, &BuildError>,
        seconds: f64,
        now: jiff::Timestamp,
    ) -> Report<'_> {
        let mut notes = Vec::new();
        note(&mut notes, FAILURE_FILE, failure::leave(&self.home, built));
        let mut status = Status::after(self, built, seconds, now);
        status.warn(&notes);
        self.write(&mut status, &mut notes);
        let call = match built {
            Err(BuildError::Interrupted) => None,
            Err(error) => self.operate.on_failure.as_ref().map(|hook| (hook, hooks::failure(self, error))),
            Ok(outcome) => {
                let entered = outcome.diff.as_ref().and_then(|diff| diff.hotspots.as_ref());
                let entered = entered.filter(|hot| !hot.entered.is_empty());
                let hook = self.operate.on_hotspots.as_ref();
                entered.zip(hook).map(|(hot, hook)| (hook, hooks::hotspots(self, outcome, hot)))
            }
        };
        Report { status, call, notes }
    }

    /// Calls those who asked; a call that failed is written down, too.
    pub(super) fn call(&self, report: Report<'_>) -> Vec<Note> {
        let Report { mut status, call, mut notes } = report;
        let failed = call.map(|(hook, event)| hooks::call(hook, self.root, &event.to_string()));
        let before = notes.len();
        for (what, error) in failed.into_iter().flatten() {
            notes.push(Note::warning(format!("{what}: {error}"), format!("{what}: {error}")));
        }
        if notes.len() > before {
            status.warn(&notes);
            self.write(&mut status, &mut notes);
        }
        notes
    }

    /// Writes down what was made current other than by a build.
    pub(super) fn refresh(&self) -> Vec<Note> {
        let mut notes = Vec::new();
        let status = Status::before(self);
        if status.last.ended > 0 {
            let mut status = Status { rolled_back: RolledBack::find(self.root), ..status };
            self.write(&mut status, &mut notes);
        }
        notes
    }

    /// Writes the status and the metrics; what fails of that is part of the status, too.
    fn write(&self, status: &mut Status, notes: &mut Vec<Note>) {
        let mut failed = Vec::new();
        note(&mut failed, status::FILE, status.save(&self.home));
        self.measure(status, &mut failed);
        if !failed.is_empty() {
            status.warn(&failed);
            // Where it could not be written before it is not now, which is told already.
            let _ = status.save(&self.home);
        }
        failed.retain(|note| !notes.contains(note));
        notes.append(&mut failed);
    }

    fn measure(&self, status: &Status, notes: &mut Vec<Note>) {
        if let Some(path) = &self.operate.metrics {
            note(notes, path, metrics::write(&self.root.join(path), status));
        }
    }
}

fn note(notes: &mut Vec<Note>, what: &str, done: std::io::Result<()>) {
    if let Err(error) = done {
        notes.push(Note::warning(format!("{what}: {error}"), format!("{what}: {error}")));
    }
}

/// The folder of the workspace that a command is about, also where its `corredor.toml` is gone.
///
/// # Errors
/// As [`Workspace::find`].
pub fn folder_of(start: &Path) -> Result<PathBuf, WorkspaceError> {
    Workspace::find(start).or_else(|error| match start.canonicalize() {
        Ok(folder) if folder.join(home::FOLDER).is_dir() => Ok(folder),
        _ => Err(error),
    })
}

/// Opens a workspace to build it. Where that fails, it is the end of that build: status, metrics and those who asked
/// hear of it.
///
/// # Errors
/// As [`Workspace::open`]; the notes are of what failed while it was told.
pub fn open_to_build(root: &Path, lang: Lang) -> Result<Workspace, (BuildError, Vec<Note>)> {
    let error = match Workspace::open(root) {
        Ok(workspace) => return Ok(workspace),
        Err(error) => error,
    };
    let error = BuildError::Workspace(error);
    let mut notes = Vec::new();
    // Who may not build here leaves nothing behind, and a folder in which nothing was ever built is none to watch.
    if home::stranger(root).is_none() && root.join(home::FOLDER).is_dir() {
        let reporter = Reporter::of_folder(root, lang);
        notes = reporter.call(reporter.end(Err(&error), 0.0, jiff::Timestamp::now()));
    }
    Err((error, notes))
}
