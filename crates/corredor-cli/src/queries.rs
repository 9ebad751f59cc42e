//! `corredor queries`: the saved queries of a workspace, with their parameters.

use std::path::Path;

use clap::Args;

use super::CliError;
use super::console::Console;

/// Options of `queries`.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  corredor queries
  corredor queries --json | jq '.[].name'")]
pub struct QueriesArgs {}

/// Runs `queries`.
#[cfg(not(feature = "sql"))]
pub fn run(_: &QueriesArgs, _: &Path, _: &Console) -> Result<(), CliError> {
    Err(CliError::NoSql)
}

/// Runs `queries`: lists those in order, then fails if others are not.
#[cfg(feature = "sql")]
pub fn run(_: &QueriesArgs, folder: &Path, console: &Console) -> Result<(), CliError> {
    use corredor::query::saved::Library;
    use corredor::workspace::Workspace;

    let workspace = Workspace::open(&Workspace::find(folder)?)?;
    let library = Library::read(workspace.root())?;
    if console.json {
        let queries: Vec<_> = library.queries.iter().map(|query| json(query, &workspace)).collect();
        console.result_json(&queries)?;
    } else if library.queries.is_empty() && library.problems.is_empty() {
        console.note(console.lang.pick(
            "El espacio de trabajo no tiene consultas: escriba queries/NOMBRE.sql (docs/queries.md).",
            "The workspace has no saved queries: write queries/NAME.sql (docs/queries.md).",
        ));
    } else {
        let texts: Vec<String> =
            library.queries.iter().map(|query| text(query, &workspace, console.lang)).collect();
        console.result(&texts.join("\n"))?;
    }
    let mut problems = library.problems.into_iter();
    match problems.next() {
        None => Ok(()),
        Some(first) => {
            // Each is told; the first one ends the program.
            problems.for_each(|problem| console.tell_error(&problem.into()));
            Err(first.into())
        }
    }
}

/// The layers of a query that the workspace does not have.
#[cfg(feature = "sql")]
fn lacking<'a>(
    query: &'a corredor::query::saved::SavedQuery,
    workspace: &corredor::workspace::Workspace,
) -> Vec<&'a str> {
    let plan = workspace.plan();
    query.layers.iter().map(String::as_str).filter(|layer| plan.get(layer).is_none()).collect()
}

#[cfg(feature = "sql")]
fn text(
    query: &corredor::query::saved::SavedQuery,
    workspace: &corredor::workspace::Workspace,
    lang: corredor::lang::Lang,
) -> String {
    let pick = |text: &corredor::workspace::config::Text| lang.pick(&text.es, &text.en).to_owned();
    let mut text = format!("{}: {}\n", query.name, pick(&query.title));
    for parameter in &query.parameters {
        let default = match &parameter.default {
            Some(default) => format!(" [{default}]"),
            None => String::new(),
        };
        let summary = parameter.summary();
        text.push_str(&format!(
            "  --{} {summary}{default}: {}\n",
            parameter.name,
            pick(&parameter.description)
        ));
    }
    let lacking = lacking(query, workspace);
    if !lacking.is_empty() {
        let word = lang.pick("faltan las capas", "needs the layers");
        text.push_str(&format!("  {word} {}\n", lacking.join(", ")));
    }
    text
}

#[cfg(feature = "sql")]
fn json(
    query: &corredor::query::saved::SavedQuery,
    workspace: &corredor::workspace::Workspace,
) -> serde_json::Value {
    use corredor::query::saved::{Parameter, Value};
    use serde_json::json;

    let value = |value: &Value| match value {
        Value::Integer(number) => json!(number),
        Value::Number(number) => json!(number),
        Value::Boolean(yes) => json!(yes),
        other => json!(other.to_string()),
    };
    let parameter = |parameter: &Parameter| {
        json!({
            "name": parameter.name, "type": parameter.kind.name(), "description": parameter.description,
            "default": parameter.default.as_ref().map(value),
            "allowed": parameter.allowed.iter().map(value).collect::<Vec<_>>(),
            "min": parameter.min.as_ref().map(value), "max": parameter.max.as_ref().map(value),
        })
    };
    json!({
        "name": query.name, "title": query.title, "description": query.description, "layers": query.layers,
        "lacks": lacking(query, workspace),
        "parameters": query.parameters.iter().map(parameter).collect::<Vec<_>>(),
    })
}
