//! `corredor verify`: whether a run is still what was published.

use std::path::Path;

use clap::Args;
use serde_json::json;

use super::CliError;
use super::console::Console;
use super::edition::EditionChoice;
use corredor::build::{link_faults, verify_history};
use corredor::lang::Lang;
use corredor::publish::{FaultKind, PublishError, find, verify};
use corredor::workspace::Workspace;

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
    let workspace = Workspace::find(folder)?;
    let mut links = link_faults(&workspace, &Workspace::settings(&workspace)?.editions());
    if let Some(edition) = &args.edition.edition {
        links.retain(|link| link.edition.is_none() || link.edition.as_ref() == Some(edition));
    }
    let root = args.edition.root(folder)?;
    let run = match find(&root, &args.run) {
        Err(error) if links.is_empty() => return Err(error.into()),
        // What is wrong with the links says why.
        Err(_) => None,
        Ok(run) => Some(run),
    };
    let faults = run.as_ref().map_or(Ok(Vec::new()), |run| verify(&run.folder))?;
    let name = run.as_ref().map_or_else(|| args.run.clone(), |run| run.run.clone());
    let history = history(&root, args.run == "current");
    if console.json {
        let told = history.as_ref().map_err(ToString::to_string);
        console.result_json(&json!({"run": name, "faults": faults, "links": links, "history": told}))?;
    } else {
        for link in &links {
            let lang = console.lang;
            console.result(&format!("{}; {}", link.message(lang), link.advice(lang)))?;
        }
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
        if faults.is_empty() && run.is_some() {
            console.result(&match console.lang {
                Lang::Es => format!("{name}: todo como se publicó."),
                Lang::En => format!("{name}: all as published."),
            })?;
        }
    }
    if !faults.is_empty() {
        let denied = faults.iter().all(|fault| fault.fault == FaultKind::Denied);
        return Err(match run.filter(|_| denied) {
            Some(run) => {
                let error = std::io::ErrorKind::PermissionDenied.into();
                PublishError::Io { path: run.folder, action: "may not be read by this user", error }
            }
            None => PublishError::Damaged { run: name, faults },
        }
        .into());
    }
    match links.into_iter().next() {
        Some(link) => Err(PublishError::Astray(Box::new(link)).into()),
        None => history.map(drop).map_err(CliError::from),
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
