//! Calls to those who asked to be told.

use std::path::Path;
use std::time::Duration;

use serde_json::{Value, json};

use super::program;
use crate::build::fetch::post;
use crate::build::{Audience, BuildError, Outcome, Told};
use crate::protect::Door;
use crate::publish::diff::Hotspots;
use crate::text::{host, redact};
use crate::workspace::Workspace;
use crate::workspace::config::Hook;

/// A command that takes longer is ended.
const LONGEST: Duration = Duration::from_secs(60);

/// How long to wait for a web address, seconds.
const WEBHOOK_S: f64 = 20.0;

/// The event of a build that failed.
pub fn failure(workspace: &Workspace, audience: &Audience, error: &BuildError) -> Value {
    let Told { message, help } = error.told(audience, Door::Hook);
    json!({"event": "failure", "workspace": workspace.file().workspace.name, "message": message, "help": help})
}

/// The event of zones that became hot spots: which, where their layer is public.
pub fn hotspots(workspace: &Workspace, audience: &Audience, outcome: &Outcome, hot: &Hotspots) -> Value {
    let name = &workspace.file().workspace.name;
    if !audience.sees(Door::Hook, &hot.layer) {
        return json!({"event": "hotspots", "workspace": name, "run": outcome.run, "layer": hot.layer, "withheld": true});
    }
    let zones = hot.entered.iter().map(|zone| json!({"key": zone.key, "name": zone.name}));
    json!({"event": "hotspots", "workspace": name, "run": outcome.run,
        "layer": hot.layer, "entered": zones.collect::<Vec<_>>()})
}

/// Makes the calls; what failed, and why.
pub fn call(hook: &Hook, folder: &Path, event: &str) -> Vec<(String, String)> {
    let mut failed = Vec::new();
    if let Some((program, arguments)) = hook.command.split_first()
        && let Err(error) = program::run(program, arguments, folder, event, LONGEST)
    {
        failed.push((program.clone(), error));
    }
    if let Some(url) = &hook.webhook
        && let Err(error) = post(url, event, WEBHOOK_S)
    {
        // An address may hold a secret on both sides of its host.
        failed.push((format!("webhook {}", host(url)), redact(&error)));
    }
    failed
}
