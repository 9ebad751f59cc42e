//! `corredor classes`: how the class of each zone changes with the rule.

use std::path::{Path, PathBuf};

use clap::Args;
use serde_json::json;

use super::CliError;
use super::classes_error::ClassesError;
use super::console::Console;
use super::edition::EditionChoice;
use super::ficha::published;
use super::table::table;
use corredor::lang::Lang;
use corredor::layer::Layer;
use corredor::publish::Catalogue;
use corredor::publish::record::Parameters;
use corredor::risk::classify::{Classed, Rule, class_by};

/// How many zones are shown unless some are named.
const SHOWN: usize = 20;

/// Options of `classes`.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  corredor classes vulnerability                         the score of a published layer, by six rules
  corredor classes vulnerability --zone 07089,07078      two zones
  corredor classes hotspots --field risk --cuts 0.4,0.7  with fixed cuts beside the others")]
pub struct ClassesArgs {
    /// Published layer
    layer: String,
    /// Field to class; by default the layer's score
    #[arg(long)]
    field: Option<String>,
    /// How many classes
    #[arg(long, default_value_t = 5, value_parser = clap::value_parser!(u8).range(2..=20))]
    classes: u8,
    /// Fixed cuts to set beside the other rules
    #[arg(long, value_delimiter = ',', value_name = "CUT,CUT")]
    cuts: Vec<f64>,
    /// Zones to show; by default those whose class changes most
    #[arg(long, value_delimiter = ',', value_name = "CODE,CODE")]
    zone: Vec<String>,
    /// Characters of the code that name a state, where the layer has no field `state`
    #[arg(long, value_name = "N")]
    prefix: Option<usize>,
    /// Folder of a published run; by default published/current of the workspace
    #[arg(long, value_name = "DIR")]
    published: Option<PathBuf>,
    #[command(flatten)]
    edition: EditionChoice,
}

/// Runs `classes`.
pub fn run(args: &ClassesArgs, folder: &Path, console: &Console) -> Result<(), CliError> {
    let door = corredor::protect::Door::Compare;
    let layer = Some(args.layer.as_str());
    let folder = published(door, args.published.as_deref(), layer, &args.edition, folder)?.folder;
    let catalogue = Catalogue::open(&folder).map_err(ClassesError::from)?;
    let entry = catalogue.entry(&args.layer).map_err(ClassesError::from)?;
    let field = match (&args.field, entry.parameters()) {
        (Some(field), _) => field.clone(),
        (None, Parameters::Difference(own)) => own.field,
        (None, Parameters::Hotspot(own)) => own.field,
        (None, own) => own.score_field().unwrap_or("risk").to_owned(),
    };
    let layer = catalogue.read(&entry).map_err(ClassesError::from)?;
    let values = layer.numbers(&field).map_err(ClassesError::from)?;
    let found = by_rules(args, &layer, &field, &values)?;
    let zones = chosen(args, &layer, &found)?;
    if console.json {
        let keys = layer.keys();
        let zones: Vec<_> = zones
            .iter()
            .map(|&row| {
                let classes = found.iter().map(|by| (by.rule.to_owned(), json!(by.class[row].map(|c| c + 1))));
                json!({"zone": keys[row], "value": values[row], "classes": classes.collect::<serde_json::Map<_, _>>()})
            })
            .collect();
        return console
            .result_json(&json!({"layer": args.layer, "field": field, "rules": found, "zones": zones}));
    }
    console.result(&text(&layer, &values, &found, &zones, console.lang))
}

/// Every rule that the layer allows.
fn by_rules(
    args: &ClassesArgs,
    layer: &Layer,
    field: &str,
    values: &[Option<f64>],
) -> Result<Vec<Classed>, ClassesError> {
    let k = usize::from(args.classes);
    let groups: Option<Vec<String>> = match args.prefix {
        Some(prefix) => Some(layer.prefixes(prefix)?),
        None if layer.has("state") => {
            Some(layer.texts("state")?.into_iter().map(Option::unwrap_or_default).collect())
        }
        None => None,
    };
    let mut rules = Vec::new();
    if !args.cuts.is_empty() {
        rules.push(Rule::Fixed(args.cuts.clone()));
    }
    rules.push(Rule::Equal(k));
    rules.extend(groups.as_ref().map(|_| Rule::Relative(k)));
    rules.extend([
        Rule::Quantiles(k),
        Rule::Jenks(k),
        Rule::Dalenius { classes: k, bins: None },
        Rule::HeadTail(k),
    ]);
    rules
        .iter()
        .map(|rule| {
            class_by(values, rule, groups.as_deref()).map_err(|error| ClassesError::Risk {
                layer: layer.name().to_owned(),
                field: field.to_owned(),
                error,
            })
        })
        .collect()
}

/// Rows to show: those named, else those whose class differs most between rules.
fn chosen(args: &ClassesArgs, layer: &Layer, found: &[Classed]) -> Result<Vec<usize>, ClassesError> {
    let positions = layer.positions();
    if !args.zone.is_empty() {
        let row = |zone: &String| {
            positions
                .get(zone.as_str())
                .copied()
                .ok_or_else(|| ClassesError::NoZone { zone: zone.clone(), layer: layer.name().to_owned() })
        };
        return args.zone.iter().map(row).collect();
    }
    let mut rows: Vec<usize> = (0..layer.len()).collect();
    rows.sort_by_key(|&row| std::cmp::Reverse(spread(found, row)));
    rows.truncate(SHOWN);
    Ok(rows)
}

/// How far apart the classes of a row are.
fn spread(found: &[Classed], row: usize) -> u8 {
    let classes = || found.iter().filter_map(|by| by.class[row]);
    classes().max().unwrap_or(0) - classes().min().unwrap_or(0)
}

fn text(layer: &Layer, values: &[Option<f64>], found: &[Classed], zones: &[usize], lang: Lang) -> String {
    let say = |es, en| lang.pick(es, en);
    let join = |numbers: Vec<String>| if numbers.is_empty() { "-".to_owned() } else { numbers.join("  ") };
    let rules: Vec<Vec<String>> = found
        .iter()
        .map(|by| {
            let cuts = match by.group_cuts.is_empty() {
                true => join(by.cuts.iter().map(|cut| format!("{cut:.4}")).collect()),
                false => say("los de cada estado", "each state's own").to_owned(),
            };
            vec![
                by.rule.to_owned(),
                cuts,
                join(by.counts.iter().map(ToString::to_string).collect()),
                by.missing.to_string(),
                by.fit.map_or_else(|| "-".to_owned(), |fit| format!("{fit:.3}")),
            ]
        })
        .collect();
    let header = match lang {
        Lang::Es => ["regla", "cortes", "zonas por clase", "sin clase", "ajuste"],
        Lang::En => ["rule", "cuts", "zones per class", "no class", "fit"],
    };
    let mut lines = vec![table(&header, &rules)];

    let scored = values.iter().flatten().count();
    let moved = (0..values.len()).filter(|&row| values[row].is_some() && spread(found, row) > 0).count();
    lines.push(match lang {
        Lang::Es => {
            format!("{moved} de {scored} zonas cambian de clase con la regla. Zonas que coinciden, %:")
        }
        Lang::En => format!("{moved} of {scored} zones change class with the rule. Zones that agree, %:"),
    });
    let agree = |a: &Classed, b: &Classed| {
        let both = a.class.iter().zip(&b.class).filter(|(a, b)| a.is_some() && b.is_some());
        let (same, all) = both.fold((0, 0), |(same, all), (a, b)| (same + usize::from(a == b), all + 1));
        if all == 0 { "-".to_owned() } else { format!("{:.0}", 100.0 * same as f64 / all as f64) }
    };
    let names: Vec<&str> = std::iter::once("").chain(found.iter().map(|by| by.rule)).collect();
    let matrix: Vec<Vec<String>> = found
        .iter()
        .map(|a| std::iter::once(a.rule.to_owned()).chain(found.iter().map(|b| agree(a, b))).collect())
        .collect();
    lines.push(table(&names, &matrix));

    let keys = layer.keys();
    let people = if layer.has("name") { layer.texts("name").unwrap_or_default() } else { Vec::new() };
    let head: Vec<&str> = [say("clave", "code"), say("nombre", "name"), say("valor", "value")]
        .into_iter()
        .chain(found.iter().map(|by| by.rule))
        .collect();
    let rows: Vec<Vec<String>> = zones
        .iter()
        .map(|&row| {
            let value = values[row].map_or_else(|| "-".to_owned(), |value| format!("{value:.4}"));
            let class =
                |by: &Classed| by.class[row].map_or_else(|| "-".to_owned(), |class| (class + 1).to_string());
            [keys[row].to_owned(), people.get(row).cloned().flatten().unwrap_or_default(), value]
                .into_iter()
                .chain(found.iter().map(class))
                .collect()
        })
        .collect();
    lines.push(table(&head, &rows));
    lines.join("\n")
}
