//! `corredor compare`: the change of a score between two published runs.

use std::path::{Path, PathBuf};

use clap::Args;

use super::CliError;
use super::console::Console;
use super::edition::EditionChoice;
use super::ficha::published;
use super::guard::Guard;
use super::table::table;
use corredor::compare::{Change, CompareError, Comparison, Scored, compare};
use corredor::protect::Door;
use corredor::publish::Catalogue;

/// How many rises and falls are shown.
const SHOWN: usize = 10;

/// Options of `compare`.
#[derive(Debug, Args)]
#[command(after_help = "\
A is a published run's folder, or a GeoJSON or CSV file in one; so is B, by default the workspace's current run.

Examples:
  corredor compare published/runs/20261101T000000Z-1a2b3c4d     what moved since then
  corredor compare a/vulnerability.geojson b/vulnerability.geojson --out changes.csv
  corredor compare mexico/published/current guatemala/published/current --layer ivti")]
pub struct CompareArgs {
    /// The older run, or a file in it
    a: PathBuf,
    /// The newer run, or a file in it
    b: Option<PathBuf>,
    /// Layer of both; by default the first composite
    #[arg(long, value_name = "LAYER")]
    layer: Option<String>,
    #[command(flatten)]
    edition: EditionChoice,
    /// Write every change as CSV
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
}

/// Runs `compare`.
pub fn run(args: &CompareArgs, folder: &Path, console: &Console) -> Result<(), CliError> {
    let layer = args.layer.as_deref();
    let mut guard = Guard::default();
    let mut set = |named: Option<&Path>| set(named, layer, &args.edition, folder, &mut guard);
    let newer = set(args.b.as_deref())?;
    let older = set(Some(&args.a))?;
    let (a, b) = (scored(&older, layer)?, scored(&newer, layer)?);
    let found = compare(&a, &b)?;
    if let Some(out) = &args.out {
        guard.write_whole(out, csv(&found).as_bytes())?;
    }
    if console.json {
        return console.result_json(&found);
    }
    console.result(&text(&found, console))
}

/// A run's folder or a file in it, which its readers may see.
fn set(
    named: Option<&Path>,
    layer: Option<&str>,
    edition: &EditionChoice,
    folder: &Path,
    guard: &mut Guard,
) -> Result<PathBuf, CliError> {
    let mut published = |run: Option<&Path>| {
        let found = published(Door::Compare, run, layer, edition, folder)?;
        guard.join(found.guard);
        Ok::<_, CliError>(found.folder)
    };
    match named {
        Some(file) if file.is_file() => {
            let run = file.parent().filter(|run| !run.as_os_str().is_empty()).unwrap_or(Path::new("."));
            let name = file.file_name().unwrap_or_default();
            Ok(published(Some(run))?.join(name))
        }
        named => published(named),
    }
}

/// The score in a run's folder, or the one that a file in it holds.
fn scored(path: &Path, layer: Option<&str>) -> Result<Scored, CompareError> {
    let stem = path.file_stem().map(|stem| stem.to_string_lossy().into_owned());
    match (path.is_file(), stem) {
        (true, Some(stem)) => {
            let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
            let catalogue = Catalogue::open(folder.unwrap_or(Path::new(".")))?;
            Scored::read(&catalogue, Some(layer.unwrap_or(&stem)))
        }
        _ => Scored::read(&Catalogue::open(path)?, layer),
    }
}

fn text(found: &Comparison, console: &Console) -> String {
    let say = |es, en| console.lang.pick(es, en);
    let sure = found.changes.iter().filter(|change| change.sure == Some(true)).count();
    let mut lines = vec![
        format!("{} → {}", found.a, found.b),
        format!(
            "{} `{}` {} {}; {} {}, {sure} {}",
            say("receta", "recipe"),
            found.recipe,
            say("versión", "version"),
            found.version,
            found.changes.len(),
            say("zonas comparadas", "zones compared"),
            say("con cambio seguro", "with a sure change"),
        ),
    ];
    for (only, of) in [(&found.only_a, &found.a), (&found.only_b, &found.b)] {
        if !only.is_empty() {
            let few: Vec<&str> = only.iter().take(6).map(String::as_str).collect();
            lines.push(format!("{} {of}: {} ({})", say("solo en", "only in"), only.len(), few.join(", ")));
        }
    }
    let (up, down) = found.largest(SHOWN);
    let header = match console.lang {
        corredor::lang::Lang::Es => {
            ["clave", "nombre", "antes", "después", "cambio", "desde", "hasta", "seguro"]
        }
        corredor::lang::Lang::En => ["code", "name", "before", "after", "change", "from", "to", "sure"],
    };
    for (title, changes) in [(say("Subieron más", "Rose most"), up), (say("Bajaron más", "Fell most"), down)]
    {
        if !changes.is_empty() {
            let rows: Vec<Vec<String>> = changes.into_iter().map(|change| row(change, console)).collect();
            lines.push(format!("{title}\n{}", table(&header, &rows)));
        }
    }
    lines.join("\n")
}

fn row(change: &Change, console: &Console) -> Vec<String> {
    let show = |value: Option<f64>| value.map_or_else(|| "-".to_owned(), |value| format!("{value:.3}"));
    let sure = match change.sure {
        Some(true) => console.lang.pick("sí", "yes").to_owned(),
        Some(false) => console.lang.pick("no", "no").to_owned(),
        None => "-".to_owned(),
    };
    vec![
        change.key.clone(),
        change.name.clone().unwrap_or_default(),
        show(Some(change.a)),
        show(Some(change.b)),
        show(Some(change.change)),
        show(change.low),
        show(change.high),
        sure,
    ]
}

/// Every change; names are quoted, and those that a spreadsheet would compute are preceded by an apostrophe.
fn csv(found: &Comparison) -> String {
    let mut out = String::from("code,name,a,b,change,change_lo,change_hi,sure\n");
    let show = |value: Option<f64>| value.map(|value| value.to_string()).unwrap_or_default();
    for change in &found.changes {
        let name = change.name.clone().unwrap_or_default().replace('"', "\"\"");
        let guard = if name.starts_with(['=', '+', '-', '@']) { "'" } else { "" };
        let sure = change.sure.map(|sure| sure.to_string()).unwrap_or_default();
        out.push_str(&format!(
            "{},\"{guard}{name}\",{},{},{},{},{},{sure}\n",
            change.key,
            change.a,
            change.b,
            change.change,
            show(change.low),
            show(change.high)
        ));
    }
    out
}
