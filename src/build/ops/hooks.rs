//! Calls to those who asked to be told.

use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::build::fetch::post;
use crate::build::{BuildError, Outcome};
use crate::publish::diff::Hotspots;
use crate::workspace::Workspace;
use crate::workspace::config::Hook;

/// A command that takes longer is ended.
const LONGEST: Duration = Duration::from_secs(60);

/// How long to wait for a web address, seconds.
const WEBHOOK_S: f64 = 20.0;

/// The event of a build that failed.
pub fn failure(workspace: &Workspace, error: &BuildError) -> Value {
    json!({"event": "failure", "workspace": workspace.file().workspace.name, "message": error.to_string(),
        "help": error.help()})
}

/// The event of zones that became hot spots.
pub fn hotspots(workspace: &Workspace, outcome: &Outcome, hot: &Hotspots) -> Value {
    let zones = hot.entered.iter().map(|zone| json!({"key": zone.key, "name": zone.name}));
    json!({"event": "hotspots", "workspace": workspace.file().workspace.name, "run": outcome.run,
        "layer": hot.layer, "entered": zones.collect::<Vec<_>>()})
}

/// Makes the calls; what failed, and why.
pub fn call(hook: &Hook, folder: &Path, event: &str) -> Vec<(String, String)> {
    let mut failed = Vec::new();
    if let Some((program, arguments)) = hook.command.split_first()
        && let Err(error) = run(program, arguments, folder, event)
    {
        failed.push((program.clone(), error));
    }
    if let Some(url) = &hook.webhook
        && let Err(error) = post(url, event, WEBHOOK_S)
    {
        // An address may hold a secret after its host.
        let host = url.split('/').nth(2).unwrap_or_default();
        failed.push((format!("webhook {host}"), error));
    }
    failed
}

fn run(program: &str, arguments: &[String], folder: &Path, event: &str) -> Result<(), String> {
    let said = |error: std::io::Error| error.to_string();
    let mut child = Command::new(program)
        .args(arguments)
        .current_dir(folder)
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .spawn()
        .map_err(said)?;
    if let Some(mut input) = child.stdin.take() {
        // One that does not read is none the worse.
        let _ = input.write_all(event.as_bytes());
    }
    let began = Instant::now();
    loop {
        match child.try_wait().map_err(said)? {
            Some(status) if status.success() => return Ok(()),
            Some(status) => return Err(status.to_string()),
            None if began.elapsed() > LONGEST => {
                let _ = child.kill();
                let _ = child.wait();
                return Err(format!("it took longer than {} s and was ended", LONGEST.as_secs()));
            }
            None => std::thread::sleep(Duration::from_millis(20)),
        }
    }
}
