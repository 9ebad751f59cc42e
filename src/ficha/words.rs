//! What a sheet says, in Spanish and English.

use super::page::{number, ordinal};
use super::sheet::Sheet;
use crate::lang::Lang;
use crate::publish::style::{unsure_class, value_words};

/// The share of runs, in per cent, from which a class is called very sure.
const SURE: f64 = 90.0;

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

/// How sure a class is; not sure where the map hatches it.
pub(super) fn sureness(share: Option<f64>, lang: Lang) -> String {
    let Some(share) = share else {
        return lang.pick("seguridad desconocida", "not known how sure").to_owned();
    };
    let (below, label) = unsure_class();
    let word = match share {
        share if share < below => label.pick(lang).to_lowercase(),
        share if share >= SURE => lang.pick("clase muy segura", "very sure class").to_owned(),
        _ => lang.pick("clase más probable", "likeliest class").to_owned(),
    };
    let share = number(share, 0);
    match lang {
        Lang::Es => format!("{word} (igual en {share} % de las corridas)"),
        Lang::En => format!("{word} (the same in {share} % of the runs)"),
    }
}

/// The class and the rank in one sentence: the two answer different questions and do not contradict each other. Classes
/// by further rules stand in the layer.
pub(super) fn on_scale(sheet: &Sheet, lang: Lang) -> Option<String> {
    let main = sheet.classes.first()?;
    let class = class_word(main.class.as_deref()?, lang);
    let rule = match main.rule.as_str() {
        "fixed" => lang.pick("en la escala fija", "on the fixed scale").to_owned(),
        rule => lang.pick("por ", "by ").to_owned() + rule_word(rule, lang),
    };
    let level = level(sheet, lang);
    let rank = sheet.place.rank.filter(|_| sheet.ranked > 1).map(|rank| {
        let (rank, of) = (ordinal(rank, lang), number(sheet.ranked as f64, 0));
        let among = lang.pick("entre", "among");
        format!("; {rank} {among} {of} {level}")
    });
    Some(format!("{class} {rule}{}.", rank.unwrap_or_default()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_class_is_not_sure_where_the_map_hatches_it() {
        assert_eq!(sureness(Some(68.0), Lang::En), "likeliest class (the same in 68 % of the runs)");
        assert_eq!(sureness(Some(49.0), Lang::En), "class not sure (the same in 49 % of the runs)");
        assert_eq!(sureness(Some(49.0), Lang::Es), "clase poco segura (igual en 49 % de las corridas)");
    }
}
