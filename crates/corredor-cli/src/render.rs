//! `corredor render`: a published layer as a picture.

use std::path::{Path, PathBuf};

use clap::Args;

use super::CliError;
use super::console::Console;
use super::edition::EditionChoice;
use super::ficha::published;
use super::guard::Guarded;
use corredor::protect::Door;
use corredor::publish::render::{Picture, render};

/// Options of `render`.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  corredor render hotspots --out hotspots.png
  corredor render hotspots --by gi_bin --out puntos-calientes.png
  corredor render gaps --out brechas.pdf --lang es
  corredor render states --out states.svg -C work
Made of an edition that is not for everybody, the picture is for its owner alone (mode 600), and the
access is written to audit.jsonl.")]
pub struct RenderArgs {
    /// Published layer
    layer: String,
    /// Draw by this field, of a layer that is drawn by two: by `gi_bin` a priority shows its hot spots
    #[arg(long, value_name = "FIELD")]
    by: Option<String>,
    /// Picture to write: .png (200 dots to the inch), .svg or .pdf, A4 across
    #[arg(short, long, value_name = "FILE")]
    out: PathBuf,
    #[command(flatten)]
    edition: EditionChoice,
}

/// Runs `render`.
pub fn run(args: &RenderArgs, folder: &Path, console: &Console) -> Result<(), CliError> {
    let picture = Picture::of(&args.out)?;
    let Guarded { folder: run, guard } =
        published(Door::Render, None, Some(&args.layer), &args.edition, folder)?;
    let bytes = render(&run, &args.layer, args.by.as_deref(), console.lang, picture)?;
    guard.write_whole(&args.out, &bytes)?;
    console.result(&format!("{}: {}", args.layer, args.out.display()))
}
