//! How the last build went, for a person and for Nagios.

use std::path::Path;

use serde::{Deserialize, Serialize};

use super::Reporter;
use super::rolled_back::RolledBack;
use crate::build::cache::put_whole;
use crate::build::{Accepted, Audience, BuildError, CutOff, Note, Outcome};
use crate::protect::Door;
use crate::publish::record::RunRecord;
use crate::text::one_line;
use crate::workspace::Workspace;
use crate::workspace::config::{Level, Text};

/// Its file in `.corredor/`.
pub(super) const FILE: &str = "status.json";

/// What is known of the builds of a workspace.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, Serialize)]
#[serde(default)]
pub struct Status {
    /// Name of the workspace.
    pub workspace: String,
    /// The last build.
    pub last: LastRun,
    /// When a build last went well, whether it published or found nothing to do; seconds since 1970.
    pub last_success: Option<i64>,
    /// The run that was published last.
    pub run: Option<String>,
    /// When the last build began, seconds since 1970.
    pub began: Option<i64>,
    /// When a build was last found cut off, seconds since 1970.
    pub last_cut_off: Option<i64>,
    /// Where an earlier run was made current again: that run, and the newest.
    pub rolled_back: Option<RolledBack>,
}

/// One build.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, Serialize)]
#[serde(default)]
pub struct LastRun {
    /// When it ended, seconds since 1970.
    pub ended: i64,
    /// How: `done`, `unchanged`, `part`, `interrupted`, `turned_away`, `cut_off` or `failed`.
    pub how: String,
    /// What went wrong.
    pub error: Option<String>,
    /// The same in Spanish, where there is such a text.
    pub error_es: Option<String>,
    /// What to do about it.
    pub help: Option<String>,
    /// How long it took, seconds.
    pub seconds: f64,
    /// How long publishing took, seconds.
    pub publish_seconds: f64,
    /// How many warnings there were, of the data too.
    pub warnings: usize,
    /// How many sources were done without.
    pub stale: usize,
    /// Those of them of which may be told, with the age of what served in their place.
    pub stale_sources: Vec<StaleAge>,
    /// What went wrong around the build and left it as it is: runs that could not be removed, calls that failed.
    pub operation: Vec<Text>,
    /// Steps that ran: layer, step, seconds.
    pub steps: Vec<(String, String, f64)>,
    /// Features by layer.
    pub features: Vec<(String, usize)>,
    /// Zones that became hot spots.
    pub entered: usize,
    /// How old the sources are.
    pub sources: Vec<SourceAge>,
    /// Checks that failed and were accepted, with the reason, a line each.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub accepted: Vec<String>,
}

/// How old a source is.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
pub struct SourceAge {
    /// The layer that is read from it.
    pub layer: String,
    /// Since it last changed, or, for a copy of what a server has, since that was fetched; seconds.
    pub seconds: f64,
}

/// A source that was done without.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
pub struct StaleAge {
    /// The layer that is read from it.
    pub layer: String,
    /// Age of the copy that served, days.
    pub age_days: f64,
}

impl LastRun {
    /// Whether it came to an end as it should.
    pub fn is_success(&self) -> bool {
        ["done", "unchanged", "part"].contains(&self.how.as_str())
    }
}

impl Status {
    /// The status that was left; `None` where no build was.
    ///
    /// # Errors
    /// What the system says where it cannot be read, or what is wrong with it.
    pub fn load(workspace: &Path) -> std::io::Result<Option<Self>> {
        Self::in_home(&workspace.join(crate::build::home::FOLDER))
    }

    pub(super) fn in_home(home: &Path) -> std::io::Result<Option<Self>> {
        match std::fs::read(home.join(FILE)) {
            Ok(bytes) => Ok(Some(serde_json::from_slice(&bytes)?)),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    }

    pub(super) fn save(&self, home: &Path) -> std::io::Result<()> {
        put_whole(&home.join(FILE), (serde_json::to_string_pretty(self)? + "\n").as_bytes())
    }

    /// What is known before a build ends; nothing where that cannot be read.
    pub(super) fn before(reporter: &Reporter<'_>) -> Self {
        let before = Self::in_home(&reporter.home).ok().flatten().unwrap_or_default();
        Self { workspace: reporter.name.clone(), ..before }
    }

    /// Adds what went wrong around a build, each thing once.
    pub(super) fn warn(&mut self, notes: &[Note]) {
        for text in notes.iter().map(said) {
            if !self.last.operation.contains(&text) {
                self.last.operation.push(text);
            }
        }
    }

    /// A build was found that nobody ended.
    pub(super) fn cut_off(self, cut: &CutOff, now: jiff::Timestamp) -> Self {
        let now = now.as_second();
        let Text { es, en } = cut.text();
        let (error, error_es) = (Some(en), Some(es));
        let last = LastRun { ended: now, how: "cut_off".into(), error, error_es, ..self.last };
        Self { last, last_cut_off: Some(now), ..self }
    }

    pub(super) fn after(
        reporter: &Reporter<'_>,
        built: Result<&Outcome, &BuildError>,
        seconds: f64,
        now: jiff::Timestamp,
    ) -> Self {
        let (audience, home) = (&reporter.audience, reporter.home.as_path());
        let before = Self::before(reporter);
        let turned_away = matches!(built, Err(BuildError::Locked { .. }));
        let part = matches!(built, Ok(Outcome { unchanged: false, run: None, .. }));
        // Neither says anything of the failure before it, which still stands.
        if (turned_away || part) && before.last.ended > 0 && !before.last.is_success() {
            return before;
        }
        let before_last = before.last.clone();
        // One that was turned away has not begun; the one at work has.
        let began = if turned_away { before.began } else { Some(now.as_second() - seconds.round() as i64) };
        let mut status = Self {
            last: LastRun { ended: now.as_second(), seconds, ..LastRun::default() },
            began,
            rolled_back: RolledBack::find(reporter.root),
            ..before
        };
        let last = &mut status.last;
        if let Some(workspace) = reporter.workspace {
            last.sources = ages(workspace, home, now);
            last.sources.retain(|source| audience.hears(Door::Status, &source.layer));
        }
        match built {
            Err(error) => {
                let how = match error {
                    BuildError::Interrupted => "interrupted",
                    BuildError::Locked { .. } => "turned_away",
                    _ => "failed",
                };
                last.how = how.to_owned();
                let told = error.told(audience, Door::Status);
                last.error = Some(told.message);
                last.error_es = told.es;
                last.help = told.help;
                // What was built last still stands, and so does what is known of it.
                last.features = before_last.features;
                last.warnings = match error {
                    BuildError::Strict { warnings } => *warnings,
                    _ => before_last.warnings,
                };
                if let BuildError::Tables { run, .. } = error {
                    status.run = Some(run.clone());
                }
            }
            Ok(outcome) => {
                let how = match (outcome.unchanged, &outcome.run) {
                    (true, _) => "unchanged",
                    (false, Some(_)) => "done",
                    (false, None) => "part",
                };
                last.how = how.to_owned();
                last.warnings = outcome.warnings();
                let told = |accepted: &Accepted| accepted.told(audience, Door::Status).line();
                last.accepted = outcome.accepted.iter().map(told).collect();
                last.stale = outcome.stale.len();
                let heard = outcome.stale.iter().filter(|stale| audience.hears(Door::Status, &stale.layer));
                let age = |stale: &crate::build::StaleSource| StaleAge {
                    layer: stale.layer.clone(),
                    age_days: stale.age_days,
                };
                last.stale_sources = heard.map(age).collect();
                last.operation = outcome.operation.iter().map(said).collect();
                last.publish_seconds = outcome.publish_seconds;
                let ran = outcome.layers.iter().filter(|layer| !layer.reused);
                last.steps = ran.map(|l| (l.layer.clone(), l.step.to_owned(), l.seconds)).collect();
                last.features = features(audience, outcome);
                last.entered = outcome
                    .diff
                    .as_ref()
                    .and_then(|diff| diff.hotspots.as_ref())
                    .map_or(0, |hot| hot.entered.len());
                // Nothing was built, so what was built last still speaks.
                if outcome.unchanged {
                    last.features = before_last.features;
                    last.warnings = last.warnings.max(before_last.warnings);
                }
                if how != "part" {
                    status.last_success = Some(now.as_second());
                }
                status.run = outcome.run.clone().or(status.run);
            }
        }
        status
    }
}

/// A note about the operation of a build, as the status keeps it.
fn said(note: &Note) -> Text {
    Text { es: crate::text::redact(&note.es), en: crate::text::redact(&note.en) }
}

/// A message of several lines in one: what follows a colon, then the others set apart.
pub(super) fn in_a_line(message: &str) -> String {
    let mut line = String::new();
    for part in message.lines().map(str::trim).filter(|part| !part.is_empty()) {
        if !line.is_empty() {
            line.push_str(if line.ends_with(':') { " " } else { "; " });
        }
        line.push_str(part);
    }
    one_line(&line)
}

/// Features of the layers that others may hear of, and of those that are public as they were published: what is built of
/// them from sources above that level may be another number.
fn features(audience: &Audience, outcome: &Outcome) -> Vec<(String, usize)> {
    let published =
        RunRecord::open(&outcome.folder).ok().filter(|record| record.level == Some(Level::Public));
    let count = |layer: &crate::build::LayerReport| {
        let name = layer.layer.as_str();
        let features = match audience.hears(Door::Status, name) {
            true => layer.features,
            false => {
                let seen = published.as_ref().filter(|_| audience.sees(Door::Status, name))?;
                seen.layer(name)?.features
            }
        };
        Some((name.to_owned(), features))
    };
    outcome.layers.iter().filter_map(count).collect()
}

/// The age of every source that is a file, by plan.
fn ages(workspace: &Workspace, home: &Path, now: jiff::Timestamp) -> Vec<SourceAge> {
    let copies = crate::build::fetch::standing(workspace, workspace.plan(), home);
    let age = |layer: &crate::workspace::PlannedLayer| {
        let read = layer.file.read.as_ref()?;
        let source = workspace.source(read);
        let path = copies.get(&read.path).map(std::path::PathBuf::as_path).or_else(|| source.local())?;
        let changed = path.metadata().ok()?.modified().ok()?;
        let changed = changed.duration_since(std::time::UNIX_EPOCH).ok()?.as_secs_f64();
        Some(SourceAge { layer: layer.name.clone(), seconds: (now.as_second() as f64 - changed).max(0.0) })
    };
    workspace.plan().layers().iter().filter_map(age).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_of_several_lines_is_told_in_one() {
        let message = "2 checks failed, so nothing was published:\n  `a`, rows: 3 rows\n  `b`, unique: 7, 8";
        let line = "2 checks failed, so nothing was published: `a`, rows: 3 rows; `b`, unique: 7, 8";
        assert_eq!(in_a_line(message), line);
    }
}
