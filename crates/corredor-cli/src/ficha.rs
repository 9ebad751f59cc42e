//! `corredor ficha`: a fact sheet of a state, a municipality, or a group of a rollup.

use std::path::{Path, PathBuf};

use clap::Args;
use serde_json::json;

use super::CliError;
use super::console::Console;
use super::edition::EditionChoice;
use super::guard::{Guard, Guarded};
use corredor::ficha::{FichaError, TotalSheet, gather, html, total, total_html};
use corredor::lang::Lang;
use corredor::protect::Door;
use corredor::publish::{Catalogue, Shelf};
use corredor::workspace::Workspace;

/// Options of `ficha`.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  corredor ficha 07                       a state, to ficha-07.es.html or ficha-07.en.html
  corredor ficha 07089 --lang es          a municipality, in Spanish
  corredor ficha norte --layer regions    a group of a rollup: its totals
  corredor ficha 07 --out - > sheet.html  to stdout
Print the page (A4) for a PDF. Made of an edition that is not for everybody, it is for its owner
alone (mode 600), and the access is written to audit.jsonl.")]
pub struct FichaArgs {
    /// Code of the zone, leading zeros kept
    code: String,
    /// Composite that the sheet is about, or rollup; by default the first published composite that has
    /// states, and where it has no such code the first rollup that has it
    #[arg(long, value_name = "LAYER")]
    layer: Option<String>,
    /// Folder of a published run; by default published/current of the workspace
    #[arg(long, value_name = "DIR")]
    published: Option<PathBuf>,
    #[command(flatten)]
    edition: EditionChoice,
    /// File to write, or `-` for stdout
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
}

/// Runs `ficha`.
pub fn run(args: &FichaArgs, folder: &Path, console: &Console) -> Result<(), CliError> {
    let layer = args.layer.as_deref();
    let Guarded { folder, guard } =
        published(Door::Ficha, args.published.as_deref(), layer, &args.edition, folder)?;
    let catalogue = Catalogue::open(&folder).map_err(FichaError::from)?;
    let Told { sheet, page, totals } = told(&catalogue, &args.code, layer, console.lang)?;
    for other in totals.iter().flat_map(|totals| &totals.also_in) {
        console.note(&match console.lang {
            Lang::Es => format!("`{other}` también tiene un grupo `{}`: --layer {other}", args.code),
            Lang::En => format!("`{other}` has a group `{}`, too: --layer {other}", args.code),
        });
    }
    // Two rollups may have a group of one code, and a score may, too.
    let of = totals.map(|totals| format!("{}-", file_part(&totals.layer))).unwrap_or_default();
    let name = format!("ficha-{of}{}.{}.html", file_part(&args.code), console.lang.code());
    let out = args.out.clone().unwrap_or_else(|| PathBuf::from(name));
    if out == Path::new("-") {
        return console.result(&page);
    }
    guard.write_whole(&out, page.as_bytes())?;
    if console.json {
        return console.result_json(&json!({"file": out, "sheet": sheet}));
    }
    console.result(&out.display().to_string())
}

/// A sheet as data and as a page; and as what it is, where it is one of totals.
struct Told {
    sheet: serde_json::Value,
    page: String,
    totals: Option<TotalSheet>,
}

/// The sheet of a place with a score, else of a group of a rollup.
fn told(catalogue: &Catalogue, code: &str, layer: Option<&str>, lang: Lang) -> Result<Told, CliError> {
    let of_totals = |totals: TotalSheet| Told {
        sheet: json!(totals),
        page: total_html(&totals, lang),
        totals: Some(totals),
    };
    match gather(catalogue, code, layer) {
        Ok(sheet) => Ok(Told { sheet: json!(sheet), page: html(&sheet, lang), totals: None }),
        // No score of that code: there may be totals.
        Err(
            error @ (FichaError::NoZone { .. } | FichaError::NoComposite | FichaError::NotComposite { .. }),
        ) => Ok(total(catalogue, code, layer)?.map(of_totals).ok_or(error)?),
        Err(error) => Err(error.into()),
    }
}

/// The published set that a command is about: the folder named, or the current one of an edition; refused where it was
/// published for readers of a wider level. The access to one that is not for everybody is written down, with the layer
/// that is named.
pub(super) fn published(
    door: Door,
    named: Option<&Path>,
    layer: Option<&str>,
    edition: &EditionChoice,
    folder: &Path,
) -> Result<Guarded, CliError> {
    let folder = admitted(door, named, edition, folder)?;
    let mut guard = Guard::default();
    guard.add(door, &folder, layer)?;
    Ok(Guarded { folder, guard })
}

fn admitted(
    door: Door,
    named: Option<&Path>,
    edition: &EditionChoice,
    folder: &Path,
) -> Result<PathBuf, CliError> {
    let Some(named) = named else { return Ok(edition.shelf(folder)?.current(door)?) };
    // Resolved once, so that a build that ends meanwhile changes nothing under us.
    let real = named.canonicalize().unwrap_or_else(|_| named.to_owned());
    // A set of another workspace is for the readers of that one; one that lies in none is for those it says itself.
    if Workspace::find(&real).is_ok() {
        let root = Workspace::find(&real)?;
        let file = Workspace::settings(&root)?;
        // Of an edition, as its folder tells, unless one is named.
        let published = root.canonicalize().unwrap_or_else(|_| root.clone()).join("published");
        let first = real.strip_prefix(&published).ok().and_then(|rest| rest.components().next());
        let own = first.map(|name| name.as_os_str().to_string_lossy().into_owned());
        let editions = file.editions();
        let own = own.filter(|own| editions.iter().any(|e| e.name.as_deref() == Some(own)));
        let edition = edition.edition.clone().or(own);
        Shelf::of(&root, &file, edition.as_deref())?.admit(door, &real)?;
    }
    Ok(real)
}

/// What of a code may stand in a file's name.
fn file_part(code: &str) -> String {
    code.chars().map(|c| if c.is_ascii_alphanumeric() || c == '-' || c == '_' { c } else { '_' }).collect()
}
