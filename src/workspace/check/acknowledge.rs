//! `[[acknowledge]]`: warnings of layers that are there, with a reason and a date.

use super::files::Files;
use crate::checked::{Problem, did_you_mean, place};

pub(super) fn check(files: &Files<'_>, problems: &mut Vec<Problem>) {
    let all = files.workspace.map(|workspace| workspace.acknowledge.as_slice()).unwrap_or_default();
    for (at, one) in all.iter().enumerate() {
        let mut say = |key: &'static str, message: String, help: Option<String>| {
            let place = place!["acknowledge", at, key];
            problems.push(files.document.error(place, message).maybe_help(help));
        };
        for (key, text) in [("text", &one.text), ("reason", &one.reason)] {
            if text.trim().is_empty() {
                say(
                    key,
                    format!("`{key}` is empty"),
                    Some("an acknowledgement says of which warning, and why".to_owned()),
                );
            }
        }
        if one.date.parse::<jiff::civil::Date>().is_err() {
            say("date", format!("`{}` is no date", one.date), Some("write it as 2026-11-30".to_owned()));
        }
        if let Some(layer) = one.layer.as_ref().filter(|layer| !files.layers.contains_key(*layer)) {
            let help = did_you_mean(layer, files.layers.keys().map(String::as_str), "the layers are");
            say("layer", format!("there is no layer `{layer}`"), help);
        }
    }
}
