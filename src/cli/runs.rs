//! `corredor runs`: what stands and can be gone back to.

use std::path::Path;

use clap::Args;

use super::CliError;
use super::console::Console;
use super::table::table;
use crate::lang::Lang;
use crate::publish::{RunInfo, runs};
use crate::workspace::Workspace;

/// Options of `runs`.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  corredor runs -C work")]
pub struct RunsArgs {}

/// Runs `runs`.
pub fn run(_: &RunsArgs, folder: &Path, console: &Console) -> Result<(), CliError> {
    let root = Workspace::find(folder)?.join("published");
    let all = runs(&root)?;
    if console.json {
        return console.result_json(&all);
    }
    let lang = console.lang;
    if all.is_empty() {
        return console.result(lang.pick("Nada se ha publicado aún.", "Nothing is published yet."));
    }
    let header = match lang {
        Lang::Es => ["#", "corrida", "MB", "vigente"],
        Lang::En => ["#", "run", "MB", "current"],
    };
    let row = |run: &RunInfo| {
        let current = if run.current { lang.pick("sí", "yes") } else { "" };
        let megabytes = format!("{:.1}", run.bytes as f64 / 1e6);
        vec![run.sequence.to_string(), run.run.clone(), megabytes, current.to_owned()]
    };
    console.result(&table(&header, &all.iter().map(row).collect::<Vec<_>>()))
}
