//! `corredor trends`: emerging hot and cold spots.

use std::path::Path;

use clap::Args;

use super::CliError;
use super::console::Console;
use super::edition::EditionChoice;
use super::table::table;
use corredor::build::{Trend, ZoneTrend, trends};
use corredor::lang::Lang;
use corredor::workspace::Workspace;

/// Options of `trends`.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  corredor trends                what became of each zone over the published runs
  corredor trends --json         for a program

A zone is hot or cold on a night at 95 % confidence (`gi_bin` 2 and more). A night is a day of the calendar (UTC): the last run
of a day counts, for each day until the next one. `.corredor/history.parquet` holds what this is counted from: one row a zone
and run.")]
pub struct TrendsArgs {
    #[command(flatten)]
    edition: EditionChoice,
}

/// Runs `trends`.
pub fn run(args: &TrendsArgs, folder: &Path, console: &Console) -> Result<(), CliError> {
    let root = Workspace::find(folder)?;
    let all = trends(&root, args.edition.named(folder)?.as_deref())?;
    if console.json {
        return console.result_json(&all);
    }
    let lang = console.lang;
    if all.is_empty() {
        return console.result(lang.pick(
            "Ninguna zona muestra un patrón en el historial.",
            "No zone shows a pattern in the history.",
        ));
    }
    let header = match lang {
        Lang::Es => ["zona", "qué", "patrón", "noches"],
        Lang::En => ["zone", "what", "pattern", "nights"],
    };
    let row = |zone: &ZoneTrend| {
        let side = match zone.hot {
            true => lang.pick("caliente", "hot"),
            false => lang.pick("frío", "cold"),
        };
        vec![zone.zone.clone(), side.to_owned(), word(zone.trend, lang).to_owned(), zone.nights.to_string()]
    };
    console.result(&table(&header, &all.iter().map(row).collect::<Vec<_>>()))
}

fn word(trend: Trend, lang: Lang) -> &'static str {
    match (lang, trend) {
        (Lang::En, trend) => trend.name(),
        (Lang::Es, Trend::New) => "nuevo",
        (Lang::Es, Trend::Consecutive) => "consecutivo",
        (Lang::Es, Trend::Intensifying) => "en aumento",
        (Lang::Es, Trend::Persistent) => "persistente",
        (Lang::Es, Trend::Diminishing) => "en descenso",
        (Lang::Es, Trend::Sporadic) => "esporádico",
        (Lang::Es, Trend::Oscillating) => "oscilante",
        (Lang::Es, Trend::Historical) => "histórico",
    }
}
