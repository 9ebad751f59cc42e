//! `corredor plan`: what a build would do, and why.

use std::path::Path;

use clap::Args;

use super::CliError;
use super::build::Choice;
use super::console::Console;
use super::table::table;
use corredor::build::{Action, LayerWork, look_ahead};
use corredor::lang::Lang;
use corredor::workspace::Workspace;

/// Options of `plan`.
#[derive(Debug, Args)]
#[command(
    mut_arg("force", |arg| arg.help("As `corredor build --force`")),
    mut_arg("only", |arg| arg.help("As `corredor build --only`")),
    mut_arg("since", |arg| arg.help("As `corredor build --since`")),
)]
#[command(after_help = "\
Examples:
  corredor plan                                        what a build would do now, and why
  corredor plan --since 20261123T190000Z-1a2b3c4d      what changed since that run
  corredor plan --json gaps                            of this layer and what it needs, for a program")]
pub struct PlanArgs {
    /// Only these layers and what they need
    layers: Vec<String>,
    #[command(flatten)]
    choice: Choice,
}

/// Runs `plan`.
pub fn run(args: &PlanArgs, folder: &Path, console: &Console) -> Result<(), CliError> {
    let workspace = Workspace::open(&Workspace::find(folder)?)?;
    let work = look_ahead(&workspace, &args.choice.of(&args.layers))?;
    if console.json {
        return console.result_json(&work);
    }
    let lang = console.lang;
    let header = match lang {
        Lang::Es => ["capa", "paso", "qué", "por qué"],
        Lang::En => ["layer", "step", "what", "why"],
    };
    let cells: Vec<Vec<String>> = work.iter().map(|work| row(work, lang)).collect();
    console.result(&table(&header, &cells))?;
    let builds = work.iter().filter(|work| work.action != Action::Keep).count();
    console.note(&match lang {
        Lang::Es => format!("{builds} de {} capas se construirían", work.len()),
        Lang::En => format!("{builds} of {} layers would be built", work.len()),
    });
    Ok(())
}

fn row(work: &LayerWork, lang: Lang) -> Vec<String> {
    let action = match work.action {
        Action::Build => lang.pick("construir", "build"),
        Action::Keep => lang.pick("sin cambio", "unchanged"),
        Action::Maybe => lang.pick("según la fuente", "depends"),
    };
    let reasons: Vec<String> = work.reasons.iter().map(|reason| reason.text(lang)).collect();
    let layer = match work.viewer {
        Some(viewer) => format!("{} ({viewer})", work.layer),
        None => work.layer.clone(),
    };
    vec![layer, work.step.to_owned(), action.to_owned(), reasons.join("; ")]
}
