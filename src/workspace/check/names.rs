//! Names of layers and of the workspace, and one step per file.

use std::collections::BTreeMap;

use super::files::Files;
use crate::checked::{Problem, place};
use crate::workspace::config::StepKind;

/// The longest layer name: what PostGIS takes for a table.
const LONGEST_NAME: usize = 63;

pub(super) fn check(files: &Files<'_>, problems: &mut Vec<Problem>) {
    if let Some(workspace) = files.workspace {
        let name = &workspace.workspace.name;
        if name.is_empty() || !name.chars().all(|c| c.is_ascii_alphanumeric() || c == '-' || c == '_') {
            let at = place!["workspace", "name"];
            let message = format!("workspace name \"{name}\" must be ASCII letters, digits, `-` and `_`");
            problems.push(files.document.error(at, message).maybe_help(suggestion(name)));
        }
    }
    let mut folded: BTreeMap<String, &str> = BTreeMap::new();
    for (name, parsed) in files.layers {
        let document = &parsed.document;
        if !is_layer_name(name) {
            let message = format!(
                "layer name `{name}` must be lower-case ASCII letters, digits and `_`, a letter first, \
                 {LONGEST_NAME} at most"
            );
            let help = suggestion(name).map(|s| format!("rename the file: {s}"));
            problems.push(document.source.error(0..0, message).maybe_help(help));
        }
        if let Some(other) = folded.insert(name.to_lowercase(), name) {
            let message = format!("layers `{other}` and `{name}` differ only in case");
            problems.push(
                document
                    .source
                    .error(0..0, message)
                    .help("rename one: some file systems cannot tell them apart"),
            );
        }
        if parsed.syntax {
            one_step(document, problems);
        }
    }
}

fn one_step(document: &crate::checked::Document, problems: &mut Vec<Problem>) {
    let mut steps: Vec<&str> =
        StepKind::ALL.iter().map(|s| s.name()).filter(|s| document.root.contains_key(*s)).collect();
    steps.sort_by_key(|step| document.key_span(place![*step]).start);
    let all: Vec<String> = StepKind::ALL.iter().map(|s| format!("[{s}]")).collect();
    match steps.as_slice() {
        [_] => {}
        [] => problems.push(
            document
                .source
                .error(0..0, "the file has no step: nothing says how the layer is made")
                .help(format!("add one of {}", all.join(", "))),
        ),
        [first, rest @ ..] => {
            for extra in rest {
                let message = format!("the file has a second step, [{extra}], besides [{first}]");
                let span = document.key_span(place![*extra]);
                problems.push(
                    document
                        .source
                        .error(span, message)
                        .help("one step per file: give it a layer file of its own"),
                );
            }
        }
    }
}

/// Whether a layer may be called that.
pub(super) fn is_layer_name(name: &str) -> bool {
    name.len() <= LONGEST_NAME
        && name.starts_with(|c: char| c.is_ascii_lowercase())
        && name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_')
}

/// The nearest allowed name.
fn suggestion(name: &str) -> Option<String> {
    let mut made = String::new();
    for c in name.trim().chars().flat_map(char::to_lowercase) {
        match c {
            'a'..='z' | '0'..='9' | '_' => made.push(c),
            'á' | 'à' | 'ä' | 'â' => made.push('a'),
            'é' | 'è' | 'ë' | 'ê' => made.push('e'),
            'í' | 'ì' | 'ï' | 'î' => made.push('i'),
            'ó' | 'ò' | 'ö' | 'ô' => made.push('o'),
            'ú' | 'ù' | 'ü' | 'û' => made.push('u'),
            'ñ' => made.push('n'),
            _ => made.push('_'),
        }
    }
    let made: String =
        made.trim_start_matches(|c: char| !c.is_ascii_lowercase()).chars().take(LONGEST_NAME).collect();
    is_layer_name(&made).then(|| format!("`{made}` would do"))
}
