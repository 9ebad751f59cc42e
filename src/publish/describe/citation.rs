//! How the set is cited: `CITATION.cff`, Citation File Format 1.2.0.

use super::run::{Run, both, spdx};

/// The file. Its texts are quoted as JSON, which YAML takes as they are.
pub(super) fn citation(run: &Run<'_>) -> String {
    let dataset = run.dataset;
    let author = match dataset.contact.is_empty() {
        true => format!("Corredor: {}", dataset.name),
        false => dataset.contact.clone(),
    };
    let mut lines = vec![
        "cff-version: 1.2.0".to_owned(),
        "type: dataset".to_owned(),
        format!("title: {}", quoted(&both(&dataset.title))),
        format!(
            "message: {}",
            quoted("Cite este conjunto de datos y sus fuentes. / Cite this data set and its sources.")
        ),
        "authors:".to_owned(),
        format!("  - name: {}", quoted(&author)),
        format!("version: {}", quoted(run.name)),
        format!("date-released: {}", run.day()),
    ];
    let caveats = run.caveats().join(" ");
    let licence = match (spdx(&dataset.licence), dataset.licence.is_empty()) {
        (Some(licence), _) => {
            lines.push(format!("license: {licence}"));
            String::new()
        }
        (None, false) => format!(" Licencia / Licence: {}.", dataset.licence),
        (None, true) => String::new(),
    };
    let text = format!("{caveats}{licence}");
    if !text.trim().is_empty() {
        lines.push(format!("abstract: {}", quoted(text.trim())));
    }
    let sources = run.sources();
    if !sources.is_empty() {
        lines.push("references:".to_owned());
        for source in sources {
            lines.push("  - type: data".to_owned());
            lines.push(format!("    title: {}", quoted(source)));
            lines.push("    authors:".to_owned());
            lines.push(format!("      - name: {}", quoted(source)));
        }
    }
    lines.join("\n") + "\n"
}

fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}
