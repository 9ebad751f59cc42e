//! `corredor render`: a published layer as a picture.

use std::path::{Path, PathBuf};

use clap::Args;

use super::CliError;
use super::console::Console;
use crate::publish::render::{Picture, render};
use crate::workspace::Workspace;

/// Options of `render`.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  corredor render hotspots --out hotspots.png
  corredor render gaps --out brechas.pdf --lang es
  corredor render states --out states.svg -C work")]
pub struct RenderArgs {
    /// Published layer
    layer: String,
    /// Picture to write: .png (200 dots to the inch), .svg or .pdf, A4 across
    #[arg(short, long, value_name = "FILE")]
    out: PathBuf,
}

/// Runs `render`.
pub fn run(args: &RenderArgs, folder: &Path, console: &Console) -> Result<(), CliError> {
    let picture = Picture::of(&args.out)?;
    let root = Workspace::find(folder)?;
    // Resolved once, so that a build that ends meanwhile changes nothing under us.
    let run = root.join("published/current");
    let run = run.canonicalize().unwrap_or(run);
    let bytes = render(&run, &args.layer, console.lang, picture)?;
    let failed = |error| CliError::Output { what: args.out.display().to_string(), error };
    let beside = args.out.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    // Whole or not at all.
    let file = tempfile::NamedTempFile::new_in(beside).map_err(failed)?;
    std::fs::write(file.path(), &bytes).map_err(failed)?;
    let permissions = std::os::unix::fs::PermissionsExt::from_mode(0o644);
    std::fs::set_permissions(file.path(), permissions).map_err(failed)?;
    file.persist(&args.out).map_err(|error| failed(error.error))?;
    console.result(&format!("{}: {}", args.layer, args.out.display()))
}
