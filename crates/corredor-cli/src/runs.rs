//! `corredor runs`: what stands and can be gone back to.

use std::path::Path;

use clap::Args;

use super::CliError;
use super::console::Console;
use super::edition::EditionChoice;
use super::table::table;
use corredor::lang::Lang;
use corredor::publish::{RunInfo, runs};
use corredor::workspace::config::Level;

/// Options of `runs`.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  corredor runs -C work\n  corredor runs --edition partners")]
pub struct RunsArgs {
    #[command(flatten)]
    edition: EditionChoice,
}

/// Runs `runs`.
pub fn run(args: &RunsArgs, folder: &Path, console: &Console) -> Result<(), CliError> {
    let all = runs(&args.edition.root(folder)?)?;
    if console.json {
        return console.result_json(&all);
    }
    let lang = console.lang;
    if all.is_empty() {
        return console.result(lang.pick("Nada se ha publicado aún.", "Nothing is published yet."));
    }
    let header = match lang {
        Lang::Es => ["#", "corrida", "nivel", "MB", "vigente"],
        Lang::En => ["#", "run", "level", "MB", "current"],
    };
    let row = |run: &RunInfo| {
        let current = if run.current { lang.pick("sí", "yes") } else { "" };
        let megabytes = format!("{:.1}", run.bytes as f64 / 1e6);
        let level = run.level.map_or("-", Level::name).to_owned();
        vec![run.sequence.to_string(), run.run.clone(), level, megabytes, current.to_owned()]
    };
    console.result(&table(&header, &all.iter().map(row).collect::<Vec<_>>()))
}
