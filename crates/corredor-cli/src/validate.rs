//! `corredor validate`: whether scores point to where events happened later.

use std::collections::BTreeMap;
use std::path::Path;

use clap::Args;
use serde_json::json;

use super::CliError;
use super::console::Console;
use super::table::table;
use corredor::build::{BuildError, compute};
use corredor::lang::Lang;
use corredor::layer::nearest;
use corredor::publish::record::{PartCapture, ScoreCapture, Shared, Validation};
use corredor::workspace::Workspace;

/// Options of `validate`.
#[derive(Debug, Args)]
#[command(after_help = "\
A layer file says by [validate] which score, which events, and up to which year they make it.

Examples:
  corredor validate                  every layer with [validate]
  corredor validate way_risk --json  one of them, for a program")]
pub struct ValidateArgs {
    /// Only these layers
    layers: Vec<String>,
}

/// Runs `validate`.
pub fn run(args: &ValidateArgs, folder: &Path, console: &Console) -> Result<(), CliError> {
    let workspace = Workspace::open(&Workspace::find(folder)?)?;
    let plan = workspace.plan();
    let judged = plan.layers().iter().filter(|layer| layer.file.validate.is_some());
    let judged: Vec<String> = judged.map(|layer| layer.name.clone()).collect();
    if let Some(unknown) = args.layers.iter().find(|name| !judged.contains(name)) {
        return Err(CliError::NothingToValidate {
            layer: Some(unknown.clone()),
            nearest: nearest(unknown, judged.iter().map(String::as_str)),
        });
    }
    if judged.is_empty() {
        return Err(CliError::NothingToValidate { layer: None, nearest: None });
    }
    let names = if args.layers.is_empty() { judged } else { args.layers.clone() };
    let viewer = workspace.file().highest_level();
    let layers = compute(&workspace, viewer, &names, &BTreeMap::new())?;
    let mut found = Vec::new();
    for name in &names {
        let shared = layers.get(name).map(|layer| Shared::of_layer(&layer.provenance)).unwrap_or_default();
        if let Some(why) = shared.not_judged {
            return Err(CliError::NotJudged { layer: name.clone(), why });
        }
        found.push((name, shared.validation.ok_or_else(|| BuildError::NotBuilt { layer: name.clone() })?));
    }
    if console.json {
        let found: Vec<_> = found
            .iter()
            .map(|(layer, validation)| json!({"layer": layer, "validation": validation}))
            .collect();
        return console.result_json(&found);
    }
    for (layer, validation) in &found {
        console.result(&report(layer, validation, console.lang))?;
    }
    Ok(())
}

/// One layer's figures, for people.
fn report(layer: &str, validation: &Validation, lang: Lang) -> String {
    let Validation { judged: field, made_from, judged_by, events, km, .. } = validation;
    let years = |[first, last]: [i32; 2]| match first == last {
        true => first.to_string(),
        false => format!("{first}-{last}"),
    };
    let (made, later) = (years(*made_from), years(*judged_by));
    let heading = match lang {
        Lang::Es => format!(
            "{layer}: `{field}` hecho con eventos de {made}, juzgado por {events} de {later} en {km:.0} km"
        ),
        Lang::En => format!(
            "{layer}: `{field}` made from events of {made}, judged by {events} of {later} on {km:.0} km"
        ),
    };
    let shares: Vec<String> =
        validation.shares.iter().map(|share| format!("{:.0} % km", share * 100.0)).collect();
    let mut header = vec![lang.pick("puntaje", "score")];
    header.extend(shares.iter().map(String::as_str));
    header.extend([lang.pick("índice de acierto", "accuracy index"), "AUC"]);
    let rows: Vec<Vec<String>> = validation.scores.iter().map(|score| score_row(score, lang)).collect();
    let mut parts_header = vec![lang.pick("parte", "part"), lang.pick("eventos", "events")];
    parts_header.extend(shares.iter().map(String::as_str));
    let repeated = validation.without_repeated.as_ref().map(|part| PartCapture {
        part: lang.pick("sin coordenadas repetidas", "without repeated coordinates").to_owned(),
        ..part.clone()
    });
    let parts: Vec<Vec<String>> =
        validation.by_year.iter().chain(&validation.by_route).chain(&repeated).map(part_row).collect();
    let note = lang.pick(
        "Cada cifra es la parte de los eventos que queda en los primeros kilómetros según el puntaje, con su intervalo del 90 %; las rutas, sobre sus propios kilómetros.",
        "Each figure is the share of events in the first kilometres by the score, with its interval of 90 %; routes over their own kilometres.",
    );
    format!("{heading}\n\n{}\n\n{}\n\n{note}\n", table(&header, &rows), table(&parts_header, &parts))
}

fn score_row(score: &ScoreCapture, lang: Lang) -> Vec<String> {
    let name = match score.name.as_str() {
        "chance" => lang.pick("al azar", "chance"),
        "history" => lang.pick("solo eventos anteriores", "earlier events alone"),
        field => field,
    };
    let pct = |share: f64| format!("{:.1}", share * 100.0);
    let captures = score
        .capture
        .iter()
        .zip(&score.interval)
        .map(|(capture, [low, high])| format!("{} ({}-{})", pct(*capture), pct(*low), pct(*high)));
    let indices: Vec<String> = score.accuracy_index.iter().map(|index| format!("{index:.1}")).collect();
    let [low, high] = score.auc_interval;
    let auc = format!("{:.3} ({low:.3}-{high:.3})", score.auc);
    std::iter::once(name.to_owned()).chain(captures).chain([indices.join(" / "), auc]).collect()
}

fn part_row(part: &PartCapture) -> Vec<String> {
    let captures = part.capture.iter().map(|capture| format!("{:.1}", capture * 100.0));
    [part.part.clone(), part.events.to_string()].into_iter().chain(captures).collect()
}
