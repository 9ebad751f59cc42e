//! The prompt, and statements from a pipe.

use std::sync::atomic::Ordering;

use super::desk::{Desk, Query};
use crate::CliError;
use crate::table::table;
use corredor::lang::Lang;
use corredor::workspace::did_you_mean;
use corredor_sql::shell::{History, Input, Meta, Next, Words};
use corredor_sql::{FunctionInfo, TableInfo};

/// Asks what comes from standard input, one statement after the other. At a prompt an error is told and the next
/// statement asked; in a pipe it is the end, so that no script goes on after it.
pub(super) fn run(desk: &Desk<'_>) -> Result<(), CliError> {
    let layers: Vec<(String, Vec<String>)> =
        desk.session.tables().into_iter().map(|table| (table.name, table.fields)).collect();
    let functions: Vec<String> = desk.session.functions().into_iter().map(|f| f.name).collect();
    let mut input = Input::of_stdin(History::of_user(), Words::new(&layers, &functions));
    if input.is_interactive() {
        desk.console.note(desk.console.lang.pick(
            "SQL sobre todas las capas; termine cada consulta con `;`. \\? muestra los comandos, \\q sale.",
            "SQL over every layer; end each query with `;`. \\? shows the commands, \\q leaves.",
        ));
    }
    loop {
        let next = input.read_next().map_err(|error| CliError::Input { action: "read statements", error })?;
        let done = match next {
            Next::End => return Ok(()),
            Next::Statement(sql) => desk.ask(&Query::of_text(&sql)),
            Next::Command(line) => match Meta::read(&line) {
                Ok(Meta::Quit) => return Ok(()),
                Ok(meta) => obey(desk, meta),
                Err(message) => Err(CliError::Command { message }),
            },
        };
        match done {
            Err(error) if input.is_interactive() => desk.console.tell_error(&error),
            done => done?,
        }
    }
}

fn obey(desk: &Desk<'_>, meta: Meta) -> Result<(), CliError> {
    let console = desk.console;
    let say = |es: &'static str, en: &'static str| console.lang.pick(es, en);
    match meta {
        Meta::Quit => Ok(()),
        Meta::Timing => {
            let on = !desk.timing.fetch_xor(true, Ordering::Relaxed);
            console.note(match on {
                true => say("Se dice el tiempo de cada consulta.", "The time of each query is told."),
                false => say("No se dice el tiempo.", "Times are not told."),
            });
            Ok(())
        }
        Meta::Help => console.result(match console.lang {
            Lang::Es => HELP_ES,
            Lang::En => HELP_EN,
        }),
        Meta::Layers => {
            let rows: Vec<Vec<String>> = desk.session.tables().iter().map(row).collect();
            let header = match console.lang {
                Lang::Es => ["capa", "viene de", "nivel", "campos"],
                Lang::En => ["layer", "comes from", "level", "fields"],
            };
            console.result(&table(&header, &rows))
        }
        Meta::Layer(name) => describe(desk, &name),
        Meta::Functions(part) => {
            let wanted = |f: &FunctionInfo| match &part {
                Some(part) => f.name.contains(&part.to_lowercase()),
                None => true,
            };
            let rows: Vec<Vec<String>> = desk
                .session
                .functions()
                .into_iter()
                .filter(wanted)
                .map(|f| vec![f.signature, f.kind.word().to_owned(), short(&f.doc)])
                .collect();
            let header = match console.lang {
                Lang::Es => ["función", "clase", "qué hace"],
                Lang::En => ["function", "kind", "what it does"],
            };
            console.result(&table(&header, &rows))
        }
    }
}

fn row(table: &TableInfo) -> Vec<String> {
    let fields = table.fields.join(", ");
    vec![table.name.clone(), table.kind.word().to_owned(), table.level.name().to_owned(), short(&fields)]
}

/// As much as fits beside the rest.
fn short(text: &str) -> String {
    const LONGEST: usize = 70;
    match text.char_indices().nth(LONGEST) {
        Some((at, _)) => format!("{}…", &text[..at]),
        None => text.to_owned(),
    }
}

/// The fields of a layer, asked as a query, so that they are those that queries meet. Of a layer that may not be read,
/// those that the files of the workspace tell.
fn describe(desk: &Desk<'_>, name: &str) -> Result<(), CliError> {
    let tables = desk.session.tables();
    let layer = name.split_once('@').map_or(name, |(layer, _)| layer);
    let known = tables.iter().find(|table| table.name == layer);
    match known {
        None if !name.contains(['.', '/']) => {
            let names = tables.iter().map(|table| table.name.as_str());
            let help = did_you_mean(layer, names, "the layers are").unwrap_or_default();
            Err(CliError::Command { message: format!("there is no layer `{layer}`; {help}") })
        }
        Some(known) if !desk.may_read(known.level) => desk.console.result(&known.fields.join("\n")),
        _ => {
            let quoted = name.replace('"', "\"\"");
            let fields = desk.fields(&Query::of_text(&format!("SELECT * FROM \"{quoted}\" LIMIT 0")))?;
            let rows: Vec<Vec<String>> =
                fields.into_iter().map(|(name, holds)| vec![name, holds.to_owned()]).collect();
            let header = match desk.console.lang {
                Lang::Es => ["campo", "tipo"],
                Lang::En => ["field", "type"],
            };
            desk.console.result(&table(&header, &rows))
        }
    }
}

const HELP_EN: &str = "\
SELECT ... ;    a query, on as many lines as it needs
\\d              the layers
\\d LAYER        its fields and their types
\\df [TEXT]      the functions, or those whose name holds TEXT
\\timing         tell the time of each query, or stop telling it
\\?              this
\\q              leave (Ctrl-D too)
Tab completes layers, fields, functions and words; arrows recall what was asked; Ctrl-C stops.";

const HELP_ES: &str = "\
SELECT ... ;    una consulta, en tantas líneas como haga falta
\\d              las capas
\\d CAPA         sus campos y sus tipos
\\df [TEXTO]     las funciones, o aquellas cuyo nombre contiene TEXTO
\\timing         decir el tiempo de cada consulta, o dejar de decirlo
\\?              esto
\\q              salir (también Ctrl-D)
Tab completa capas, campos, funciones y palabras; las flechas traen lo ya preguntado; Ctrl-C detiene.";
