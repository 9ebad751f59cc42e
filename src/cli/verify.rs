//! `corredor verify`: whether a run is still what was published.

use std::path::Path;

use clap::Args;
use serde_json::json;

use super::CliError;
use super::console::Console;
use super::edition::EditionChoice;
use crate::build::link_faults;
use crate::lang::Lang;
use crate::publish::{FaultKind, PublishError, find, verify};
use crate::workspace::Workspace;

/// Options of `verify`.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  corredor verify                the current run
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
    let run = match find(&args.edition.root(folder)?, &args.run) {
        Err(error) if links.is_empty() => return Err(error.into()),
        // What is wrong with the links says why.
        Err(_) => None,
        Ok(run) => Some(run),
    };
    let faults = run.as_ref().map_or(Ok(Vec::new()), |run| verify(&run.folder))?;
    let name = run.as_ref().map_or(args.run.as_str(), |run| run.run.as_str());
    if console.json {
        console.result_json(&json!({"run": name, "faults": faults, "links": links}))?;
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
    match (links.into_iter().next(), faults.is_empty()) {
        (_, false) => Err(PublishError::Damaged { run: name.to_owned(), faults }.into()),
        (Some(link), true) => Err(PublishError::Astray(Box::new(link)).into()),
        (None, true) => Ok(()),
    }
}
