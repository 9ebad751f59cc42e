//! Small things of a page: its beginning, escaped text, numbers with signs, units and ordinals.

use std::fmt::Write as _;

use crate::lang::Lang;
use crate::publish::style::Words;
pub(super) use crate::text::{html as escape, number};

/// The page's style.
const STYLE: &str = include_str!("ficha.css");

/// A page up to its first heading.
pub(super) fn begin(title: &str, invented: bool, lang: Lang) -> String {
    let warning = match invented {
        true => {
            let text =
                lang.pick("País inventado: ninguna cifra es real.", "Invented country: no figure is real.");
            format!("<p class=\"invented\">{text}</p>")
        }
        false => String::new(),
    };
    format!(
        "<!doctype html>\n<html lang=\"{}\"><head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"><title>{}</title>\
         <style>{STYLE}</style></head><body><main>{warning}",
        lang.code(),
        escape(title)
    )
}

/// Begins the foot of a page with what is to be borne in mind.
pub(super) fn begin_foot(out: &mut String, caveats: &[Words], lang: Lang) {
    out.push_str("<footer>");
    for caveat in caveats.iter().map(|caveat| caveat.pick(lang)).filter(|caveat| !caveat.is_empty()) {
        // Writing to a text does not fail.
        let _ = write!(out, "<p>{}</p>", escape(caveat));
    }
}

/// A number with its sign.
pub(super) fn signed(value: f64, decimals: usize) -> String {
    let text = number(value, decimals);
    if value > 0.0 && text != number(0.0, decimals) { format!("+{text}") } else { text }
}

/// A value with its unit: `%` after a thin space, others after a blank.
pub(super) fn with_unit(value: f64, unit: &str) -> String {
    let decimals = if value.abs() >= 100.0 { 0 } else { 1 };
    match unit {
        "" => number(value, decimals),
        "%" => format!("{}\u{202f}%", number(value, decimals)),
        unit => format!("{} {unit}", number(value, decimals)),
    }
}

/// `3.º` in Spanish, `3rd` in English.
pub(super) fn ordinal(value: i64, lang: Lang) -> String {
    match lang {
        Lang::Es => format!("{}.º", number(value as f64, 0)),
        Lang::En => {
            let ending = match (value % 100, value % 10) {
                (11..=13, _) => "th",
                (_, 1) => "st",
                (_, 2) => "nd",
                (_, 3) => "rd",
                _ => "th",
            };
            format!("{}{ending}", number(value as f64, 0))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_as_people_write_them() {
        assert_eq!((signed(0.3, 1), signed(0.01, 1)), ("+0.3".to_owned(), "0.0".to_owned()));
        assert_eq!(with_unit(12.34, "%"), "12.3\u{202f}%");
        assert_eq!((ordinal(22, Lang::En), ordinal(111, Lang::En)), ("22nd".to_owned(), "111th".to_owned()));
    }

    #[test]
    fn nothing_of_a_name_is_markup() {
        assert_eq!(escape("<b>\"A&'B"), "&lt;b&gt;&quot;A&amp;&#39;B");
    }
}
