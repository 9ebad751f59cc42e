//! `corredor verify`: whether a run is still what was published.

use std::path::Path;

use clap::Args;
use serde_json::json;

use super::CliError;
use super::console::Console;
use super::edition::EditionChoice;
use crate::build::verify_history;
use crate::lang::Lang;
use crate::publish::{Fault, FaultKind, PublishError, find, verify};

/// Options of `verify`.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  corredor verify                the current run, and the history of past nights
  corredor verify previous       the one before
  corredor verify 20261123       by the beginning of its name")]
pub struct VerifyArgs {
    /// Name of a run, the beginning of one, `current` or `previous`
    #[arg(default_value = "current")]
    run: String,
    #[command(flatten)]
    edition: EditionChoice,
}

/// Runs `verify`.
pub fn run(args: &VerifyArgs, folder: &Path, console: &Console) -> Result<(), CliError> {
    let root = args.edition.root(folder)?;
    let run = find(&root, &args.run)?;
    let faults = verify(&run.folder)?;
    let history = history(&root, args.run == "current");
    if console.json {
        let told = history.as_ref().map_err(ToString::to_string);
        console.result_json(&json!({"run": run.run, "faults": faults, "history": told}))?;
    } else {
        for fault in &faults {
            let what = match (&fault.fault, console.lang) {
                (FaultKind::Missing, Lang::Es) => "falta",
                (FaultKind::Missing, Lang::En) => "is missing",
                (FaultKind::Changed, Lang::Es) => "tiene otros bytes que los publicados",
                (FaultKind::Changed, Lang::En) => "has other bytes than were published",
                (FaultKind::Foreign, Lang::Es) => "no se publicó",
                (FaultKind::Foreign, Lang::En) => "was not published",
                (FaultKind::Unreadable, Lang::Es) => "no se puede leer",
                (FaultKind::Unreadable, Lang::En) => "cannot be read",
                (FaultKind::Denied, Lang::Es) => "no lo puede leer este usuario",
                (FaultKind::Denied, Lang::En) => "may not be read by this user",
            };
            console.result(&format!("{}: {what}", fault.file))?;
        }
        if faults.is_empty() {
            console.result(&match console.lang {
                Lang::Es => format!("{}: todo como se publicó.", run.run),
                Lang::En => format!("{}: all as published.", run.run),
            })?;
        }
    }
    let denied = |fault: &Fault| fault.fault == FaultKind::Denied;
    match faults.is_empty() {
        true => history.map(drop).map_err(CliError::from),
        false if faults.iter().all(denied) => {
            let error = std::io::ErrorKind::PermissionDenied.into();
            Err(PublishError::Io { path: run.folder, action: "may not be read by this user", error }.into())
        }
        false => Err(PublishError::Damaged { run: run.run, faults }.into()),
    }
}

/// How many rows the history of an edition holds; none where there is none, it is not asked for, or this user may not look:
/// it is its owner's alone.
fn history(root: &Path, asked: bool) -> Result<Option<usize>, PublishError> {
    let edition = root.file_name().filter(|name| *name != "published").map(|name| name.to_string_lossy());
    let published = if edition.is_some() { root.parent().unwrap_or(root) } else { root };
    let Some(workspace) = published.parent().filter(|_| asked) else { return Ok(None) };
    match verify_history(workspace, edition.as_deref()) {
        Err(PublishError::History { error, .. }) if error.kind() == std::io::ErrorKind::PermissionDenied => {
            Ok(None)
        }
        looked => looked,
    }
}
