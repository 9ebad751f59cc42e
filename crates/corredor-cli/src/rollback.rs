//! `corredor rollback`: an earlier run becomes current.

use std::path::Path;
use std::time::Duration;

use clap::Args;

use super::CliError;
use super::console::Console;
use corredor::build::{BuildOptions, roll_back};
use corredor::lang::Lang;
use corredor::workspace::Workspace;

/// Options of `rollback`.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  corredor rollback previous     the run before the current one
  corredor rollback 20261123     by the beginning of its name

The nightly run then publishes nothing until a source or a definition changes, or --force is given.
Tables in PostGIS stay as they are; `corredor build --force` fills them anew. Where several editions are published,
all of them go back together.")]
pub struct RollbackArgs {
    /// Name of a run, the beginning of one, or `previous`
    run: String,
    /// Wait for a build of the workspace, this many seconds at most (an hour if none are given)
    #[arg(long, value_name = "SECONDS", num_args = 0..=1, default_missing_value = "3600")]
    wait: Option<u64>,
}

/// Runs `rollback`.
pub fn run(args: &RollbackArgs, folder: &Path, console: &Console) -> Result<(), CliError> {
    // What was published stands whether its sources are there or not.
    let workspace = Workspace::open_without_sources(&Workspace::find(folder)?)?;
    let wait = Duration::from_secs(args.wait.unwrap_or(0));
    let options = BuildOptions { wait, lang: console.lang, ..BuildOptions::default() };
    let run = roll_back(&workspace, &args.run, &options)?;
    if console.json {
        return console.result_json(&run);
    }
    console.result(&match console.lang {
        Lang::Es => format!("Vigente ahora: {}", run.run),
        Lang::En => format!("Current now: {}", run.run),
    })?;
    if workspace.file().editions().iter().any(|edition| edition.postgis.is_some()) {
        console.note(console.lang.pick(
            "nota: las tablas en PostGIS siguen como estaban",
            "note: the tables in PostGIS are as they were",
        ));
    }
    Ok(())
}
