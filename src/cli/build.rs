//! `corredor build`: rebuild and publish.

use std::path::Path;

use clap::Args;

use super::CliError;
use super::console::{Console, Progress};
use super::table::table;
use crate::build::{BuildOptions, Outcome, build};
use crate::workspace::Workspace;

/// Options of `build`.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  corredor build                  everything; publishes when all of it stands
  corredor build risk gi          only these and what they need; publishes nothing
  corredor build --force --json   even if nothing changed; events as JSON lines")]
pub struct BuildArgs {
    /// Build only these layers and what they need, and publish nothing
    layers: Vec<String>,
    /// Build even where nothing has changed
    #[arg(long)]
    force: bool,
    /// Publish nothing and exit with 3 where there are warnings
    #[arg(long)]
    strict: bool,
}

/// Runs `build`.
pub fn run(args: &BuildArgs, folder: &Path, console: &Console) -> Result<(), CliError> {
    let workspace = Workspace::open(&Workspace::find(folder)?)?;
    for warning in workspace.warnings() {
        console.note(&warning.one_line());
    }
    let options = BuildOptions { layers: args.layers.clone(), force: args.force, strict: args.strict };
    let outcome = {
        let mut progress = Progress::new(console);
        build(&workspace, &options, &mut progress)?
    };
    tell(&outcome, console)
}

/// The result of a build: what was found and which file to open.
pub fn tell(outcome: &Outcome, console: &Console) -> Result<(), CliError> {
    if console.json {
        return console.result_json(outcome);
    }
    let lang = console.lang;
    if outcome.unchanged {
        return console.result(lang.pick(
            "Nada ha cambiado desde la última corrida; lo publicado sigue igual (--force construye de nuevo).",
            "Nothing has changed since the last run; what is published stays (--force builds anew).",
        ));
    }
    if let Some(summary) = &outcome.summary {
        let mut lines = summary.lines(lang);
        if !summary.first.is_empty() {
            let (header, cells) = summary.table(lang);
            lines.push(table(&header, &cells));
        }
        console.result(&lines.join("\n"))?;
    }
    match &outcome.run {
        Some(run) => {
            console.note(&format!(
                "{} {run}: {:.1} s ({} {:.1} s)",
                lang.pick("Corrida", "Run"),
                outcome.seconds,
                lang.pick("publicación", "publishing"),
                outcome.publish_seconds
            ));
            let open = lang.pick("Abra en QGIS:", "Open in QGIS:");
            console.result(&format!("{open} {}", outcome.folder.join("hotspots.geojson").display()))
        }
        None => console.result(
            lang.pick("Construcción parcial: nada se publicó.", "Partial build: nothing was published."),
        ),
    }
}
