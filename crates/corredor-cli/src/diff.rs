//! `corredor diff`: what changed between two runs.

use std::fs;
use std::path::{Path, PathBuf};

use clap::Args;

use super::CliError;
use super::console::Console;
use super::edition::EditionChoice;
use super::guard::Guard;
use corredor::layer::write::write_geojson;
use corredor::protect::Door;
use corredor::publish::diff::{Side, between, change_layers};
use corredor::publish::{PublishError, find, style};

/// Options of `diff`.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  corredor diff                              the current run against the one before
  corredor diff 20261101                     the current run against that one
  corredor diff 20261101 20261124 --json     those two, for a program
  corredor diff --output changes             with map layers of what changed, and their styles")]
pub struct DiffArgs {
    /// The earlier run: its name, the beginning of it, or `previous`
    #[arg(default_value = "previous")]
    from: String,
    /// The later run
    #[arg(default_value = "current")]
    to: String,
    /// Write changes.json and the layers of changes into this folder
    #[arg(short, long, value_name = "DIR")]
    output: Option<PathBuf>,
    #[command(flatten)]
    edition: EditionChoice,
}

/// Runs `diff`.
pub fn run(args: &DiffArgs, folder: &Path, console: &Console) -> Result<(), CliError> {
    let shelf = args.edition.shelf(folder)?;
    let mut guard = Guard::default();
    let mut side = |name: &str| {
        let run = find(&shelf.root, name)?;
        shelf.admit(Door::Diff, &run.folder)?;
        guard.add(Door::Diff, &run.folder, None)?;
        Ok::<_, CliError>(Side::open(&run.folder)?)
    };
    let (from, to) = (side(&args.from)?, side(&args.to)?);
    let diff = between(&from, &to)?;
    if let Some(output) = &args.output {
        let text = serde_json::to_string_pretty(&diff)
            .map_err(|error| CliError::Output { what: "changes.json".to_owned(), error: error.into() })?;
        put(guard, output, "changes.json", text.as_bytes())?;
        for changes in change_layers(&diff, &from, &to)? {
            let (name, mut bytes) = (changes.layer.name(), Vec::new());
            write_geojson(&changes.layer, &mut bytes)
                .map_err(|error| PublishError::Write { layer: name.to_owned(), error })?;
            put(guard, output, &format!("{name}.geojson"), &bytes)?;
            let styles = style::files(&changes.layer, name, "changes", changes.title);
            for (name, text) in styles.map_err(PublishError::Layer)? {
                put(guard, output, &name, text.as_bytes())?;
            }
        }
    }
    match console.json {
        true => console.result_json(&diff),
        false => console.result(&diff.lines(console.lang).join("\n")),
    }
}

fn put(guard: Guard, folder: &Path, name: &str, bytes: &[u8]) -> Result<(), CliError> {
    let failed = |error| CliError::Output { what: folder.display().to_string(), error };
    fs::create_dir_all(folder).map_err(failed)?;
    guard.write_whole(&folder.join(name), bytes)
}
