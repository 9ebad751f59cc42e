//! How the last build went, for a person and for Nagios.

use std::path::Path;

use serde::{Deserialize, Serialize};

use crate::build::cache::put_whole;
use crate::build::{Accepted, Audience, BuildError, Outcome};
use crate::protect::Door;
use crate::workspace::Workspace;
use crate::workspace::config::Level;

/// Its file in `.corredor/`.
pub(super) const FILE: &str = "status.json";

/// Seconds in an hour.
const HOUR_S: f64 = 3600.0;

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
}

/// One build.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, Serialize)]
#[serde(default)]
pub struct LastRun {
    /// When it ended, seconds since 1970.
    pub ended: i64,
    /// How: `done`, `unchanged`, `part`, `interrupted` or `failed`.
    pub how: String,
    /// What went wrong.
    pub error: Option<String>,
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

/// How things stand, in the order of concern.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Health {
    /// The last build went well, and not too long ago.
    Ok,
    /// It went well without some of its sources, or some time ago, or was interrupted.
    Warning,
    /// It failed, or none went well for long.
    Critical,
    /// There was none.
    Unknown,
}

impl Status {
    /// The status that was left; `None` where no build was.
    pub fn load(workspace: &Path) -> Option<Self> {
        let bytes = std::fs::read(workspace.join(".corredor").join(FILE)).ok()?;
        serde_json::from_slice(&bytes).ok()
    }

    pub(super) fn save(&self, home: &Path) -> std::io::Result<()> {
        put_whole(&home.join(FILE), (serde_json::to_string_pretty(self)? + "\n").as_bytes())
    }

    pub(super) fn after(
        workspace: &Workspace,
        audience: &Audience,
        home: &Path,
        built: &Result<Outcome, BuildError>,
        seconds: f64,
        now: jiff::Timestamp,
    ) -> Self {
        let before: Option<Self> =
            std::fs::read(home.join(FILE)).ok().and_then(|bytes| serde_json::from_slice(&bytes).ok());
        let before = before.unwrap_or_default();
        let mut status = Self {
            workspace: workspace.file().workspace.name.clone(),
            last: LastRun { ended: now.as_second(), seconds, ..LastRun::default() },
            last_success: before.last_success,
            run: before.run,
        };
        let last = &mut status.last;
        last.sources = ages(workspace, home, now);
        last.sources.retain(|source| audience.hears(Door::Status, &source.layer));
        match built {
            Err(error) => {
                last.how = if matches!(error, BuildError::Interrupted) { "interrupted" } else { "failed" }
                    .to_owned();
                let told = error.told(audience, Door::Status);
                last.error = Some(told.message);
                last.help = told.help;
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
                    last.features = before.last.features;
                    last.warnings = last.warnings.max(before.last.warnings);
                }
                if how != "part" {
                    status.last_success = Some(now.as_second());
                }
                status.run = outcome.run.clone().or(status.run);
            }
        }
        status
    }

    /// How things stand, and the reason in a line.
    pub fn health(&self, now: jiff::Timestamp, max_age_hours: f64) -> (Health, String) {
        let age = |since: i64| (now.as_second() - since).max(0) as f64 / HOUR_S;
        let last = &self.last;
        if let Some(error) = last.error.as_ref().filter(|_| last.how == "failed") {
            let line = error.lines().next().unwrap_or_default();
            return (Health::Critical, format!("the last build failed: {line}"));
        }
        let Some(hours) = self.last_success.map(age) else {
            return (Health::Unknown, "no build has gone well yet".to_owned());
        };
        let fresh = format!("the last build that went well ended {hours:.1} hours ago");
        if hours > 2.0 * max_age_hours {
            return (Health::Critical, fresh);
        }
        if hours > max_age_hours {
            return (Health::Warning, fresh);
        }
        match last.how.as_str() {
            "interrupted" => (Health::Warning, "the last build was interrupted".to_owned()),
            _ if last.stale > 0 => {
                (Health::Warning, format!("{fresh}, {} of its sources from an earlier night", last.stale))
            }
            _ => (Health::Ok, fresh),
        }
    }
}

/// Features of the layers that others may hear of, and of those that are public as they were published: what is built of
/// them from sources above that level may be another number.
fn features(audience: &Audience, outcome: &Outcome) -> Vec<(String, usize)> {
    let published = std::fs::read(outcome.folder.join("metadata.json")).ok();
    let published: serde_json::Value =
        published.and_then(|bytes| serde_json::from_slice(&bytes).ok()).unwrap_or_default();
    let public = published["level"] == Level::Public.name();
    let published = published["layers"].as_array().filter(|_| public);
    let count = |layer: &crate::build::LayerReport| {
        let name = layer.layer.as_str();
        let features = match audience.hears(Door::Status, name) {
            true => layer.features,
            false => {
                let seen = published.filter(|_| audience.sees(Door::Status, name))?;
                seen.iter().find(|record| record["layer"] == name)?["features"].as_u64()? as usize
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
    fn health_by_outcome_and_age() {
        let now = jiff::Timestamp::from_second(1_000_000).unwrap();
        let status = |how: &str, hours: Option<i64>, stale| Status {
            last: LastRun {
                how: how.into(),
                // What is odd about the data is no fault of the operator's.
                warnings: 7,
                stale,
                error: (how == "failed").then(|| "no\nway".to_owned()),
                ..LastRun::default()
            },
            last_success: hours.map(|hours| 1_000_000 - hours * 3600),
            ..Status::default()
        };
        let health = |status: Status| status.health(now, 26.0).0;
        assert_eq!(health(status("done", Some(1), 0)), Health::Ok);
        assert_eq!(health(status("unchanged", Some(25), 0)), Health::Ok);
        assert_eq!(health(status("unchanged", Some(27), 0)), Health::Warning);
        assert_eq!(health(status("done", Some(53), 0)), Health::Critical);
        assert_eq!(health(status("done", Some(1), 2)), Health::Warning);
        assert_eq!(health(status("interrupted", Some(1), 0)), Health::Warning);
        assert_eq!(health(status("failed", Some(1), 0)), Health::Critical);
        assert_eq!(health(Status::default()), Health::Unknown);
        assert_eq!(health(status("done", Some(-5), 0)), Health::Ok, "the clock was set back");
        assert!(status("failed", None, 0).health(now, 26.0).1.ends_with("no"));
    }
}
