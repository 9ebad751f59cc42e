//! `corredor withdraw`: published runs are taken away for good.

use std::path::Path;
use std::time::Duration;

use clap::Args;

use super::CliError;
use super::console::Console;
use super::edition::EditionChoice;
use super::level::LevelArg;
use corredor::build::{BuildOptions, Taken, withdraw};
use corredor::lang::Lang;
use corredor::publish::Withdraw;
use corredor::workspace::Workspace;

/// Options of `withdraw`.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  corredor withdraw --above public --dry-run      what was published for partners and would go
  corredor withdraw --above public                takes it away: files, rows of the history, tables in PostGIS
  corredor withdraw 20261123T190000Z-1a2b3c4d     one run, by its name or the beginning of it

What goes is gone: nothing of it is kept. Copies that others have made, and pages written by `corredor view`,
are not reached. Where the current run goes, the newest that is left takes its place first.")]
pub struct WithdrawArgs {
    /// Names of runs, or the beginnings of them
    #[arg(value_name = "RUN", required_unless_present = "above")]
    runs: Vec<String>,
    /// All runs that were published for readers above this level
    #[arg(long, value_enum, value_name = "LEVEL")]
    above: Option<LevelArg>,
    #[command(flatten)]
    edition: EditionChoice,
    /// Take the current run away even where no other can take its place; nothing is published then
    #[arg(long)]
    leave_none: bool,
    /// Say what would go, and take nothing away
    #[arg(long)]
    dry_run: bool,
    /// Wait for a build of the workspace, this many seconds at most (an hour if none are given)
    #[arg(long, value_name = "SECONDS", num_args = 0..=1, default_missing_value = "3600")]
    wait: Option<u64>,
}

/// Runs `withdraw`.
pub fn run(args: &WithdrawArgs, folder: &Path, console: &Console) -> Result<(), CliError> {
    let workspace = Workspace::open_without_sources(&Workspace::find(folder)?)?;
    let asked = Withdraw {
        runs: args.runs.clone(),
        above: args.above.map(LevelArg::level),
        leave_none: args.leave_none,
        dry: args.dry_run,
    };
    let wait = Duration::from_secs(args.wait.unwrap_or(0));
    let taken = withdraw(
        &workspace,
        args.edition.edition.as_deref(),
        &asked,
        &BuildOptions { wait, ..BuildOptions::default() },
    )?;
    if console.json {
        return console.result_json(&taken);
    }
    console.result(&lines(&taken, args.dry_run, console.lang).join("\n"))
}

fn lines(taken: &Taken, dry: bool, lang: Lang) -> Vec<String> {
    let say = |es: &'static str, en: &'static str| lang.pick(es, en);
    if taken.published.runs.is_empty() {
        return vec![say("No hay nada que retirar.", "There is nothing to take away.").to_owned()];
    }
    let verb = match dry {
        true => say("Se retiraría", "Would go"),
        false => say("Retirada", "Gone"),
    };
    let mut lines: Vec<String> = taken
        .published
        .runs
        .iter()
        .map(|run| format!("{verb}: {} ({}, {:.1} MB)", run.run, run.level().name(), run.bytes as f64 / 1e6))
        .collect();
    if taken.history_rows > 0 {
        let (verb, rows) = (verb.to_lowercase(), taken.history_rows);
        lines.push(match lang {
            Lang::Es => format!("Historial: {rows} filas ({verb})"),
            Lang::En => format!("History: {rows} rows ({verb})"),
        });
    }
    if !taken.tables.is_empty() {
        lines.push(format!("PostGIS: {}", taken.tables.join(", ")));
    }
    if taken.published.switched {
        lines.push(match (&taken.published.current, lang) {
            (Some(run), Lang::Es) => format!("Vigente ahora: {run}"),
            (Some(run), Lang::En) => format!("Current now: {run}"),
            (None, lang) => lang.pick("Nada está publicado ahora.", "Nothing is published now.").to_owned(),
        });
    }
    lines
}
