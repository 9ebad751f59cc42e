//! `corredor build`: rebuild and publish.

use std::path::Path;
use std::time::Duration;

use clap::Args;
use serde_json::{Value, json};

use super::CliError;
use super::console::{Console, Progress};
use super::table::table;
use corredor::build::{
    Accept, Accepted, BuildOptions, Outcome, PublishedEdition, build, folder_of, open_to_build,
};
use corredor::lang::Lang;
use corredor::protect::Door;

/// Options of `build`.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  corredor build                  what changed; publishes when all of it stands
  corredor build risk gi          only these and what they need; publishes nothing
  corredor build --only shelters  this and what is derived from it; the rest as it was
  corredor build --force --json   even if nothing changed; events as JSON lines
  corredor build --accept indicators.fewer_rows --reason \"the 2026 edition leaves out two states\"")]
pub struct BuildArgs {
    /// Build only these layers and what they need, and publish nothing
    layers: Vec<String>,
    #[command(flatten)]
    choice: Choice,
    /// Wait for another build of the workspace, this many seconds at most (an hour if none are given)
    #[arg(long, value_name = "SECONDS", num_args = 0..=1, default_missing_value = "3600")]
    wait: Option<u64>,
    /// Publish nothing and exit with 3 where there are warnings that no [[acknowledge]] speaks of, in layers that did
    /// not change too
    #[arg(long)]
    strict: bool,
    /// Build though the workspace belongs to another user, who may then not go on with it
    #[arg(long)]
    any_user: bool,
    /// Publish though this check fails, in this run only: a check of a [check], or `fewer_rows`, `more_rows`,
    /// `fewer_values`, `cut_line` of a source; of one layer as LAYER.CHECK
    #[arg(long, value_name = "CHECK", requires = "reason", conflicts_with = "layers")]
    accept: Vec<String>,
    /// Why it is accepted; goes into the metadata and the status
    #[arg(long, value_name = "TEXT", requires = "accept", value_parser = reason)]
    reason: Option<String>,
}

/// A reason that says something.
fn reason(text: &str) -> Result<String, String> {
    match text.trim() {
        "" => Err("say why".to_owned()),
        text => Ok(text.to_owned()),
    }
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
    let workspace = open_to_build(&folder_of(folder)?, console.lang).map_err(|(error, notes)| {
        notes.iter().for_each(|note| console.warning(&note.text(console.lang)));
        error
    })?;
    console.speak_of(workspace.plan());
    for warning in workspace.warnings() {
        console.warning(&warning.one_line());
    }
    let options = BuildOptions {
        strict: args.strict,
        any_user: args.any_user,
        lang: console.lang,
        accept: Accept { checks: args.accept.clone(), reason: args.reason.clone().unwrap_or_default() },
        settle: Duration::from_secs_f64(workspace.file().build.settle_s),
        wait: Duration::from_secs(args.wait.unwrap_or(0)),
        stop: super::signals::listen()?,
        ..args.choice.of(&args.layers)
    };
    let outcome = {
        let mut progress = Progress::new(console).strict(args.strict);
        build(&workspace, &options, &mut progress)?
    };
    tell(&outcome, console)
}

/// The outcome for a program, which may pass it on: features and findings of what is above the public level stay.
fn for_program(outcome: &Outcome, console: &Console) -> Value {
    let mut value = json!(outcome);
    if let Some(audience) = console.reader() {
        value["layers"] = outcome.layers.iter().map(|report| report.told(audience, Door::Message)).collect();
        let accepted = |accepted: &Accepted| json!(accepted.told(audience, Door::Message));
        value["accepted"] = outcome.accepted.iter().map(accepted).collect();
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
            lines.push(table(&header.iter().map(String::as_str).collect::<Vec<_>>(), &cells));
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
