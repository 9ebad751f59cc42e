//! `corredor build`: rebuild and publish.

use std::path::Path;
use std::time::Duration;

use clap::Args;
use serde_json::{Value, json};

use super::CliError;
use super::console::{Console, Progress};
use super::table::table;
use crate::build::{BuildOptions, Outcome, PublishedEdition, build};
use crate::lang::Lang;
use crate::protect::Door;
use crate::workspace::Workspace;

/// Options of `build`.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  corredor build                  what changed; publishes when all of it stands
  corredor build risk gi          only these and what they need; publishes nothing
  corredor build --only shelters  this and what is derived from it; the rest as it was
  corredor build --force --json   even if nothing changed; events as JSON lines")]
pub struct BuildArgs {
    /// Build only these layers and what they need, and publish nothing
    layers: Vec<String>,
    #[command(flatten)]
    choice: Choice,
    /// Wait for another build of the workspace, this many seconds at most (an hour if none are given)
    #[arg(long, value_name = "SECONDS", num_args = 0..=1, default_missing_value = "3600")]
    wait: Option<u64>,
    /// Publish nothing and exit with 3 where there are warnings
    #[arg(long)]
    strict: bool,
}

/// What `build` builds and `plan` looks at, beside the `layers` that they name.
#[derive(Debug, Args)]
pub struct Choice {
    /// Build everything anew, changed or not
    #[arg(long)]
    force: bool,
    /// Build this layer and what is derived from it; all others stay as they were built last
    #[arg(long, value_name = "LAYER", conflicts_with_all = ["layers", "force"])]
    only: Vec<String>,
    /// Build anew what changed since this run, even where it was built since
    #[arg(long, value_name = "RUN", conflicts_with_all = ["force", "only"])]
    since: Option<String>,
}

impl Choice {
    /// A build of these layers, or of all where none are named.
    pub fn of(&self, layers: &[String]) -> BuildOptions {
        BuildOptions {
            layers: layers.to_vec(),
            force: self.force,
            only: self.only.clone(),
            since: self.since.clone(),
            ..BuildOptions::default()
        }
    }
}

/// Runs `build`.
pub fn run(args: &BuildArgs, folder: &Path, console: &Console) -> Result<(), CliError> {
    let workspace = Workspace::open(&Workspace::find(folder)?)?;
    console.speak_of(workspace.plan());
    for warning in workspace.warnings() {
        console.warning(&warning.one_line());
    }
    let options = BuildOptions {
        strict: args.strict,
        wait: Duration::from_secs(args.wait.unwrap_or(0)),
        stop: super::signals::listen()?,
        ..args.choice.of(&args.layers)
    };
    let outcome = {
        let mut progress = Progress::new(console);
        build(&workspace, &options, &mut progress)?
    };
    tell(&outcome, console)
}

/// The outcome for a program, which may pass it on: features and findings of what is above the public level stay.
fn for_program(outcome: &Outcome, console: &Console) -> Value {
    let mut value = json!(outcome);
    if let Some(audience) = console.reader() {
        value["layers"] = outcome.layers.iter().map(|report| report.told(audience, Door::Message)).collect();
    }
    value
}

/// The result of a build: what was found and which file to open.
pub fn tell(outcome: &Outcome, console: &Console) -> Result<(), CliError> {
    console.log.outcome(outcome);
    if console.json {
        return console.result_json(&for_program(outcome, console));
    }
    let lang = console.lang;
    if let Some(run) = &outcome.withdrawn {
        return console.result(&match lang {
            Lang::Es => format!(
                "Daría otra vez {run}, que se retiró; lo publicado sigue igual hasta que algo cambie (--force publica)."
            ),
            Lang::En => format!(
                "It would give {run} again, which was taken back; what is published stays until something changes (--force publishes)."
            ),
        });
    }
    if outcome.unchanged && !outcome.layers.is_empty() {
        return console.result(lang.pick(
            "Lo publicado diría lo mismo; sigue la corrida de antes (--force publica de nuevo).",
            "What is published would say the same; the run of before stays (--force publishes anew).",
        ));
    }
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
    if let Some(diff) = &outcome.diff {
        console.result(&diff.lines(lang).join("\n"))?;
    }
    match &outcome.run {
        Some(run) => {
            console.line(&format!(
                "{} {run}: {:.1} s ({} {:.1} s)",
                lang.pick("Corrida", "Run"),
                outcome.seconds,
                lang.pick("publicación", "publishing"),
                outcome.publish_seconds
            ));
            let open = lang.pick("Abra en QGIS:", "Open in QGIS:");
            let line = |one: &PublishedEdition| {
                let project = one.project.as_ref().map(|name| one.folder.join(name.pick(lang)));
                let path = project.unwrap_or_else(|| one.folder.clone());
                match &one.edition {
                    Some(edition) => format!("{open} {} ({edition}, {})", path.display(), one.level),
                    None => format!("{open} {}", path.display()),
                }
            };
            console.result(&outcome.editions.iter().map(line).collect::<Vec<_>>().join("\n"))
        }
        None => console.result(
            lang.pick("Construcción parcial: nada se publicó.", "Partial build: nothing was published."),
        ),
    }
}
