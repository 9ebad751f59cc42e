//! `corredor audit`: what an attacker learns of hidden sites from everything that is published.

use std::path::Path;

use clap::Args;
use serde_json::json;

use super::CliError;
use super::console::Console;
use corredor::audit::Report;
use corredor::build::{self, TracedBack};
use corredor::publish::PublishError;
use corredor::workspace::Workspace;

/// Options of `audit`.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  corredor audit                       attack every run that is still public, edition by edition
  corredor audit --edition public      one edition
  corredor audit --run 20261123        one run alone, by the beginning of its name
  corredor audit --lang es --json      for a program

Exit codes: 0 every hidden site is left with enough possible settlements, 1 some are not, or it cannot be told.
What is said names neither sites nor places, but it is for those who run the workspace: it tells how many there are.")]
pub struct AuditArgs {
    /// The edition to attack; all of them if not given
    #[arg(long, value_name = "NAME")]
    edition: Option<String>,
    /// Attack this run alone: its name, the beginning of one, `current` or `previous`
    #[arg(long, value_name = "RUN")]
    run: Option<String>,
}

/// Runs `audit`.
pub fn run(args: &AuditArgs, folder: &Path, console: &Console) -> Result<(), CliError> {
    let workspace = Workspace::open(&Workspace::find(folder)?)?;
    let all = workspace.file().editions();
    let names = || all.iter().filter_map(|edition| edition.name.clone()).collect::<Vec<_>>();
    let chosen: Vec<_> = all
        .iter()
        .filter(|edition| args.edition.is_none() || edition.name.as_deref() == args.edition.as_deref())
        .collect();
    if let (Some(edition), true) = (&args.edition, chosen.is_empty()) {
        return Err(PublishError::NoEdition { edition: edition.clone(), editions: names() }.into());
    }
    let mut reports: Vec<Report> = Vec::with_capacity(chosen.len());
    for edition in chosen {
        reports.push(build::audit(&workspace, edition, args.run.as_deref())?);
    }
    match console.json {
        true => console.result_json(&json!({"editions": reports}))?,
        false => {
            let pages = reports.iter().map(|report| report.lines(console.lang).join("\n"));
            console.result(&pages.collect::<Vec<_>>().join("\n\n"))?;
        }
    }
    match reports.iter().find(|report| !report.passed) {
        Some(report) => Err(TracedBack::of(report).into()),
        None => Ok(()),
    }
}
