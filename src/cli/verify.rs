//! `corredor verify`: whether a run is still what was published.

use std::path::Path;

use clap::Args;
use serde_json::json;

use super::CliError;
use super::console::Console;
use super::edition::EditionChoice;
use crate::lang::Lang;
use crate::publish::{FaultKind, PublishError, find, verify};

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
    let run = find(&args.edition.root(folder)?, &args.run)?;
    let faults = verify(&run.folder)?;
    if console.json {
        console.result_json(&json!({"run": run.run, "faults": faults}))?;
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
    match faults.is_empty() {
        true => Ok(()),
        false => Err(PublishError::Damaged { run: run.run, faults }.into()),
    }
}
