//! `corredor inspect`: what is in a source.

use clap::Args;

use super::CliError;
use super::console::Console;
use super::table::table;
use corredor::layer::read::{Inspection, Kind, Options, inspect_with, suggest_with};

/// Options of `inspect`.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  corredor inspect municipios.zip
  corredor inspect --layer zonas base.gpkg --json
  corredor inspect --suggest indicadores.csv > layers/indicadores.toml")]
pub struct InspectArgs {
    /// File or GDAL source
    source: String,
    /// Layer inside the source
    #[arg(long)]
    layer: Option<String>,
    /// Text encoding, where the source does not state it
    #[arg(long)]
    encoding: Option<String>,
    /// Write the layer file that reads the source, as far as it tells, to standard output
    #[arg(long, conflicts_with = "strict")]
    suggest: bool,
    /// Lines or rows above the header of a table
    #[arg(long, value_name = "LINES", default_value_t = 0, hide_default_value = true)]
    skip: usize,
    /// What stands between the cells of a text, if it is not to be found out: `,` `;` `|` or `tab`
    #[arg(long, value_name = "SIGN", value_parser = super::delimiter::delimiter)]
    delimiter: Option<u8>,
    /// Fail on problems too
    #[arg(long)]
    strict: bool,
}

/// Runs `inspect`.
pub fn run(args: &InspectArgs, console: &Console) -> Result<(), CliError> {
    let mut options = Options::new(&args.source, Kind::None, "");
    options.layer.clone_from(&args.layer);
    options.encoding.clone_from(&args.encoding);
    options.skip = args.skip;
    options.delimiter = args.delimiter;
    if args.suggest {
        return console.result(suggest_with(&options, console.lang)?.trim_end());
    }
    let found = inspect_with(&options)?;
    if console.json {
        console.result_json(&found)?;
    } else {
        console.result(&text(&found, console))?;
    }
    match found.problems.len() {
        0 => Ok(()),
        warnings if args.strict => Err(CliError::Strict { warnings }),
        _ => Ok(()),
    }
}

fn text(found: &Inspection, console: &Console) -> String {
    let say = |es, en| console.lang.pick(es, en);
    let mut lines =
        vec![format!("{} [{}], {} `{}`", found.source, found.driver, say("capa", "layer"), found.layer)];
    lines.push(format!("{} {}", found.features, say("elementos", "features")));
    if !found.geometry.is_empty() {
        let kinds: Vec<String> = found.geometry.iter().map(|(kind, n)| format!("{n} {kind}")).collect();
        lines.push(format!("{}; {} {}", kinds.join(", "), found.vertices, say("vértices", "vertices")));
        lines.push(format!("CRS {}", found.crs.as_deref().unwrap_or(say("no declarado", "not stated"))));
    }
    if let Some([west, south, east, north]) = found.bounds {
        lines.push(format!("{} x {west} .. {east}, y {south} .. {north}", say("extensión", "extent")));
    }
    let cells: Vec<Vec<String>> = found
        .fields
        .iter()
        .map(|f| {
            let shown = |v: &Option<String>| match v {
                Some(text) if text.chars().count() > 24 => {
                    format!("{}…", text.chars().take(23).collect::<String>())
                }
                Some(text) => text.clone(),
                None => "-".to_owned(),
            };
            let key = if f.unique { say("posible", "possible") } else { "" };
            vec![
                f.name.clone(),
                kind(f.kind, console.lang).to_owned(),
                f.missing.to_string(),
                f.distinct.to_string(),
                shown(&f.least),
                shown(&f.greatest),
                key.to_owned(),
            ]
        })
        .collect();
    let header = match console.lang {
        corredor::lang::Lang::Es => ["campo", "tipo", "sin valor", "distintos", "menor", "mayor", "clave"],
        corredor::lang::Lang::En => ["field", "type", "missing", "distinct", "least", "greatest", "key"],
    };
    lines.push(table(&header, &cells));
    for problem in &found.problems {
        lines.push(format!("{}: {}", say("atención", "note"), problem.text(console.lang)));
    }
    lines.join("\n")
}

/// The type of a field, for a person.
fn kind(kind: &'static str, lang: corredor::lang::Lang) -> &'static str {
    match kind {
        "integer" => lang.pick("entero", kind),
        "number" => lang.pick("número", kind),
        "boolean" => lang.pick("lógico", kind),
        "text" => lang.pick("texto", kind),
        other => other,
    }
}
