//! What a sheet says, in Spanish and English.

use super::page::{number, ordinal};
use super::sheet::{Classed, Sheet};
use crate::lang::Lang;
use crate::publish::style::value_words;

/// A class for people; its code where no style knows it.
pub(super) fn class_word(code: &str, lang: Lang) -> String {
    let known = value_words("risk_class").into_iter().find(|(value, _)| *value == code);
    known.map_or_else(|| code.replace('_', " "), |(_, words)| words.pick(lang).to_owned())
}

/// A rule for people.
pub(super) fn rule_word(rule: &str, lang: Lang) -> &'static str {
    let (es, en) = match rule {
        "fixed" => ("cortes fijos, iguales en todo el país", "fixed cuts, the same in the whole country"),
        "equal" => ("intervalos iguales", "equal intervals"),
        "relative" => (
            "intervalos iguales dentro del propio estado (no comparable entre estados)",
            "equal intervals within its own state (not comparable between states)",
        ),
        "quantiles" => ("cuantiles", "quantiles"),
        "jenks" => ("cortes naturales (Jenks)", "natural breaks (Jenks)"),
        "dalenius" => ("estratos de Dalenius-Hodges", "Dalenius-Hodges strata"),
        "headtail" => ("cabeza y cola", "head and tail"),
        _ => ("otra regla", "another rule"),
    };
    lang.pick(es, en)
}

/// What the zones of a sheet's level are called.
fn level(sheet: &Sheet, lang: Lang) -> String {
    match sheet.group {
        true => lang.pick("estados", "states").to_owned(),
        false => sheet.zones.pick(lang).to_lowercase(),
    }
}

/// Where the zone stands, in one or two sentences.
pub(super) fn standing(sheet: &Sheet, lang: Lang) -> String {
    let place = &sheet.place;
    let mut text = String::new();
    // One alone has no place among others.
    if let Some(rank) = place.rank.filter(|_| sheet.ranked > 1) {
        let of = number(sheet.ranked as f64, 0);
        let level = level(sheet, lang);
        let rank = ordinal(rank, lang);
        text = match lang {
            Lang::Es => format!("{rank} lugar de {of} {level}, desde el índice más alto"),
            Lang::En => format!("{rank} of {of} {level}, from the highest index down"),
        };
        if let (Some(low), Some(high)) = (place.rank_lo, place.rank_hi) {
            let (low, high) = (ordinal(low, lang), ordinal(high, lang));
            text.push_str(&match (lang, low == high) {
                (Lang::Es, true) => "; el lugar no cambia con el método".to_owned(),
                (Lang::En, true) => "; the rank does not change with the method".to_owned(),
                (Lang::Es, false) => format!("; según el método, entre el {low} y el {high}"),
                (Lang::En, false) => format!("; depending on the method, between {low} and {high}"),
            });
        }
        text.push('.');
    }
    if let (Some((rank, of)), Some(state)) = (sheet.within, &sheet.state) {
        let rank = ordinal(rank as i64, lang);
        text.push_str(&match lang {
            Lang::Es => format!(" En {state}: {rank} de {of}."),
            Lang::En => format!(" In {state}: {rank} of {of}."),
        });
    }
    text
}

/// How sure a class is.
pub(super) fn sureness(share: Option<f64>, lang: Lang) -> String {
    let Some(share) = share else {
        return lang.pick("seguridad desconocida", "not known how sure").to_owned();
    };
    let word = match share {
        share if share >= 90.0 => lang.pick("clase muy segura", "very sure class"),
        share if share >= 70.0 => lang.pick("clase bastante segura", "fairly sure class"),
        share if share >= 50.0 => lang.pick("clase poco segura", "unsure class"),
        _ => lang.pick("clase dudosa: puede ser la vecina", "doubtful class: may be the next one"),
    };
    let share = number(share, 0);
    match lang {
        Lang::Es => format!("{word} (igual en {share} % de las corridas)"),
        Lang::En => format!("{word} (the same in {share} % of the runs)"),
    }
}

/// A class by another rule, in one line.
pub(super) fn other_rule(classed: &Classed, lang: Lang) -> String {
    let class = match &classed.class {
        Some(class) => class_word(class, lang),
        None => lang.pick("sin clase", "no class").to_owned(),
    };
    format!("{class}, {}: {}", sureness(classed.share, lang), rule_word(&classed.rule, lang))
}
