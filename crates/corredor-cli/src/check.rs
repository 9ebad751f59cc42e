//! `corredor check`: every problem of a workspace at once.

use std::path::Path;

use clap::Args;
use miette::Diagnostic as _;
use serde_json::json;

use super::CliError;
use super::console::Console;
use super::table::table;
use corredor::build::key_fault;
use corredor::workspace::Workspace;
use corredor::workspace::config::Text;

/// Options of `check`.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  corredor check -C work")]
pub struct CheckArgs {
    /// Fail on warnings too
    #[arg(long)]
    strict: bool,
}

/// Runs `check`.
pub fn run(args: &CheckArgs, folder: &Path, console: &Console) -> Result<(), CliError> {
    let workspace = Workspace::open(&Workspace::find(folder)?)?;
    let plan = workspace.plan();
    for warning in workspace.warnings() {
        console.warning(&warning.one_line());
    }
    let rows: Vec<_> = plan
        .layers()
        .iter()
        .map(|layer| {
            let step = layer.file.step().map_or("-", |step| step.kind().name());
            (layer.name.clone(), step, layer.inputs.join(", "), layer.level, layer.file.publish)
        })
        .collect();
    if console.json {
        let layers = rows.iter().map(|(name, step, inputs, level, publish)| {
            json!({"layer": name, "step": step, "inputs": inputs, "level": level.name(), "published": publish})
        });
        console.result_json(&layers.collect::<Vec<_>>())?;
    } else {
        let yes = console.lang.pick("sí", "yes");
        let cells: Vec<Vec<String>> = rows
            .into_iter()
            .map(|(name, step, inputs, level, publish)| {
                let published = if publish { yes } else { "" };
                vec![name, step.to_owned(), inputs, level.name().to_owned(), published.to_owned()]
            })
            .collect();
        let header = match console.lang {
            corredor::lang::Lang::Es => ["capa", "paso", "entradas", "nivel", "se publica"],
            corredor::lang::Lang::En => ["layer", "step", "inputs", "level", "published"],
        };
        console.result(&table(&header, &cells))?;
    }
    let key = key(&workspace);
    if let Some(text) = &key {
        console.warning(text.pick(console.lang));
    }
    match workspace.warnings().len() + usize::from(key.is_some()) {
        0 => Ok(()),
        warnings if args.strict => Err(CliError::Strict { warnings }),
        _ => Ok(()),
    }
}

/// Why no build can begin for want of the key by which sites are displaced, where some are; `None` where it serves.
fn key(workspace: &Workspace) -> Option<Text> {
    let error = key_fault(workspace)?;
    let help = error.help().map(|help| format!("; {help}")).unwrap_or_default();
    Some(Text {
        es: format!(
            "la llave con que se desplazan los sitios no sirve, y sin ella no se construye: {error}{help}"
        ),
        en: format!(
            "the key by which sites are displaced does not serve, and nothing is built without it: {error}{help}"
        ),
    })
}
