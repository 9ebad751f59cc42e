//! Descriptions of a run for catalogues: STAC, HDX, a citation.
//!
//! Licence and caveats stand in every one of them.

mod citation;
mod hdx;
mod run;
mod stac;

use serde_json::Value;

pub(super) use run::Run;

/// All files, with their names.
pub(super) fn files(run: &Run<'_>) -> Vec<(String, String)> {
    // A `Value` always serialises.
    let text = |value: &Value| serde_json::to_string_pretty(value).unwrap_or_default() + "\n";
    let mut files = vec![("collection.json".to_owned(), text(&stac::collection(run)))];
    for (card, record) in run.cards.iter().zip(run.records) {
        files.push((stac::item_name(card), text(&stac::item(run, card, record))));
    }
    files.push(("hdx.json".to_owned(), text(&hdx::dataset(run))));
    files.push(("CITATION.cff".to_owned(), citation::citation(run)));
    files
}
