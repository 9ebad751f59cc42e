//! The box on what was found on the corridor.

use std::fmt::Write as _;

use super::page::{escape, number, ordinal};
use super::sheet::{Corridor, Figure};
use crate::lang::Lang;

/// How many routes are named.
const NAMED: usize = 6;

/// The rank by priority, for the head of the sheet; empty for what has none. It speaks of those who pass, the class beside it of
/// those who reside.
pub(super) fn badge(corridor: &Corridor, lang: Lang) -> String {
    let Some(rank) = corridor.rank else { return String::new() };
    format!(
        "<div class=\"badge way\"><span>{}</span><b>{}</b><span>{} {}</span></div>",
        lang.pick("Quienes pasan: prioridad", "Those who pass: priority"),
        ordinal(rank, lang),
        lang.pick("de", "of"),
        number(corridor.ranked as f64, 0),
    )
}

/// Prints the box.
pub(super) fn html(out: &mut String, corridor: &Corridor, lang: Lang) {
    let say = |es, en| lang.pick(es, en);
    let _ = write!(out, "<section class=\"corridor\"><h2>{}</h2>", say("En el corredor", "On the corridor"));
    if !corridor.crossed {
        let none = say(
            "Ninguna ruta de la lista pasa por aquí. Eso no quiere decir que nadie pase.",
            "No route in the list crosses this place. That does not mean that nobody passes.",
        );
        let _ = write!(out, "<p>{none}</p></section>");
        return;
    }
    if !corridor.routes.is_empty() {
        let named: Vec<&str> = corridor.routes.iter().take(NAMED).map(String::as_str).collect();
        let more = corridor.routes.len() - named.len();
        let more = match (more, lang) {
            (0, _) => String::new(),
            (more, Lang::Es) => format!(" y {more} más"),
            (more, Lang::En) => format!(" and {more} more"),
        };
        let crossing = say("Rutas que lo cruzan", "Routes that cross it");
        let _ = write!(out, "<p>{crossing}: {}{more}.</p>", escape(&named.join("; ")));
    }
    out.push_str("<dl>");
    for figure in &corridor.figures {
        let title = escape(figure.title.pick(lang));
        let _ = write!(out, "<div><dt>{title}</dt><dd>{}</dd></div>", escape(&written(figure)));
    }
    if let Some(rank) = corridor.rank {
        let (title, of) = (say("Lugar por prioridad", "Rank by priority"), say("de", "of"));
        let (rank, ranked) = (ordinal(rank, lang), number(corridor.ranked as f64, 0));
        let _ = write!(out, "<div><dt>{title}</dt><dd>{rank} {of} {ranked}</dd></div>");
    }
    out.push_str("</dl>");
    if !corridor.first.is_empty() {
        let of = number(corridor.ranked as f64, 0);
        let heading = match lang {
            Lang::Es => format!("Primeros por prioridad, de {of} en todas las rutas"),
            Lang::En => format!("First by priority, of {of} on all routes"),
        };
        let named =
            corridor.first.iter().map(|place| format!("{} ({})", place.name, ordinal(place.rank, lang)));
        let _ = write!(out, "<p>{heading}: {}.</p>", escape(&named.collect::<Vec<_>>().join(", ")));
    }
    let date = match corridor.incidents_date.as_str() {
        "" => String::new(),
        date => format!(" ({})", escape(date)),
    };
    let note = match lang {
        Lang::Es => format!(
            "La prioridad y el riesgo en el camino son de quienes pasan; el índice de esta hoja, de quienes residen: pueden no coincidir. \
             Los incidentes son los registrados en todo el lugar{date}; que no haya ninguno no quiere decir que nada pase."
        ),
        Lang::En => format!(
            "Priority and risk on the way are of those who pass; the index of this sheet is of those who reside: the two need not agree. \
             Incidents are those recorded in the whole place{date}; that there are none does not mean that nothing happens."
        ),
    };
    let _ = write!(out, "<p class=\"note\">{note}</p></section>");
}

/// A figure with its unit; of a scale, with its end.
pub(super) fn written(figure: &Figure) -> String {
    // A short stretch is not none.
    let decimals = if figure.value < 10.0 && figure.unit == "km" { 1 } else { figure.decimals };
    let value = number(figure.value, decimals);
    match (figure.unit.as_str(), figure.unit.strip_prefix("0–")) {
        ("", _) => value,
        (_, Some(end)) => format!("{value} / {end}"),
        (unit, None) => format!("{value} {unit}"),
    }
}
