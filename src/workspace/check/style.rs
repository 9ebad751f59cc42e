//! `[style]`: colours that are colours, cuts that ascend, settings that belong together.

use crate::checked::{Document, Problem, place};
use crate::workspace::config::LayerStyle;

pub(super) fn check(style: &LayerStyle, document: &Document, problems: &mut Vec<Problem>) {
    for (at, colour) in style.colours.iter().enumerate() {
        let hex = colour.strip_prefix('#').unwrap_or_default();
        if hex.len() != 6 || !hex.bytes().all(|b| b.is_ascii_hexdigit()) {
            let message = format!("`{colour}` is no colour");
            let help = "write it as \"#RRGGBB\", such as \"#BD0026\"";
            problems.push(document.error(place!["style", "colours", at], message).help(help));
        }
    }
    if !style.colours.is_empty() && style.palette.is_some() {
        let message = "`colours` and `palette` both name the colours";
        problems.push(document.error(place!["style", "colours"], message).help("take one of them out"));
    }
    if !style.cuts.is_empty() && style.field.is_none() {
        let message = "`cuts` cut a field, and `field` is not given";
        problems.push(document.error(place!["style", "cuts"], message).help("name the field in `field`"));
    } else if style.cuts.len() == 1 || !style.cuts.is_sorted_by(|a, b| a < b) {
        let message = "`cuts` must be two numbers or more, each greater than the one before";
        problems.push(document.error(place!["style", "cuts"], message));
    }
    if let Some(unsure) = &style.unsure
        && unsure.below.is_some() == unsure.at_least.is_some()
    {
        let message = "`unsure` needs either `below` or `at_least`";
        let help = "write unsure = { field = \"class_pct\", below = 50 }";
        problems.push(document.error(place!["style", "unsure"], message).help(help));
    }
}
