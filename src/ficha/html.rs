//! The page: one HTML file that needs no other and prints on one sheet.

use std::fmt::Write as _;

use super::page::{begin, begin_foot, escape, number, ordinal, signed, with_unit};
use super::sheet::{Factor, Gap, Sheet};
use super::words::{class_word, on_scale, standing, sureness};
use super::{corridor_box, map};
use crate::lang::Lang;
use crate::publish::style::{class_colour, class_place};

/// Width and greatest height of the maps, in units of the picture.
const MAP: (f64, f64) = (380.0, 330.0);
const INSET: (f64, f64) = (120.0, 80.0);

/// The sheet as a page of HTML.
pub fn html(sheet: &Sheet, lang: Lang) -> String {
    let say = |es, en| lang.pick(es, en);
    let title = format!("{} · {}", sheet.place.name, sheet.title.pick(lang));
    let mut out = begin(&title, sheet.invented, lang);
    head(&mut out, sheet, lang);
    scale(&mut out, sheet, lang);
    if let Some(corridor) = &sheet.corridor {
        corridor_box::html(&mut out, corridor, lang);
    }
    out.push_str("<div class=\"two\"><section>");
    picture(&mut out, sheet, lang);
    // Each column runs on by itself, so that neither waits for the other and a sheet stays on one page.
    dimensions(&mut out, sheet, lang);
    gaps(&mut out, sheet, lang);
    out.push_str("</section><section>");
    let strongest = sheet.up.iter().chain(&sheet.down).map(|f| f.points.abs()).fold(0.0, f64::max);
    let lists = [
        (&sheet.up, "up", say("Qué eleva el índice", "What raises the index")),
        (&sheet.down, "down", say("Qué lo reduce", "What lowers it")),
    ];
    for (list, class, title) in lists {
        factors(&mut out, (list, class, title), (strongest, decimals(sheet)), lang);
    }
    let note = say(
        "Puntos del índice que cada factor suma o resta frente a un lugar igual con el valor nacional: el promedio en la \
         escala de la receta. La mediana: la mitad de los lugares tiene menos.",
        "Points of the index that each factor adds or takes against a like place with the national value: the mean on \
         the scale of the recipe. The median: half of the places have less.",
    );
    let _ = write!(out, "<p class=\"note\">{note}</p>");
    highest(&mut out, sheet, lang);
    out.push_str("</section></div>");
    foot(&mut out, sheet, lang);
    out.push_str("</main></body></html>\n");
    out
}

fn head(out: &mut String, sheet: &Sheet, lang: Lang) {
    let say = |es, en| lang.pick(es, en);
    let main = sheet.classes.first();
    let classes = main.map(|main| main.names.as_slice()).unwrap_or_default();
    let code = main.and_then(|main| main.class.as_deref());
    let class = code.map_or_else(|| say("sin clase", "no class").to_owned(), |code| class_word(code, lang));
    let whereabouts = match &sheet.state {
        Some(state) => format!("{state}, {}", sheet.country.pick(lang)),
        None => sheet.country.pick(lang).to_owned(),
    };
    let colour = class_colour(sheet.place.class, classes);
    let ink = sheet.place.class.map_or("dark", |class| ink(class, classes));
    let _ = write!(
        out,
        "<header><div><p class=\"over\">{} · {} {}</p><h1>{}</h1><p class=\"sub\">{}</p><p class=\"lead\">{}</p></div>\
         {}<div class=\"badge {ink}\" style=\"background:{colour}\"><span>{}</span><b>{}</b><span>{} / {}</span></div></header>",
        escape(&whereabouts),
        say("clave", "code"),
        escape(&sheet.place.code),
        escape(&sheet.place.name),
        escape(&subtitle(sheet, lang)),
        escape(&standing(sheet, lang)),
        sheet.corridor.as_ref().map(|corridor| corridor_box::badge(corridor, lang)).unwrap_or_default(),
        say("Quienes residen", "Residents"),
        escape(&class),
        number(sheet.place.score, decimals(sheet)),
        number(sheet.scale, 0),
    );
}

/// Whether text on the colour of a class is light or dark.
fn ink(class: usize, names: &[String]) -> &'static str {
    let (place, of) = class_place(class, names);
    if 2 * place >= of { "light" } else { "dark" }
}

fn subtitle(sheet: &Sheet, lang: Lang) -> String {
    let mut parts = vec![sheet.title.pick(lang).to_owned()];
    if !sheet.date.is_empty() {
        parts.push(sheet.date.clone());
    }
    if let Some(people) = sheet.people {
        parts.push(format!("{} {}", number(people, 0), lang.pick("habitantes", "people")));
    }
    parts.join(" · ")
}

/// Decimals of a score on its scale.
fn decimals(sheet: &Sheet) -> usize {
    if sheet.scale >= 10.0 { 1 } else { 2 }
}

/// The score on its scale, with interval and national mean.
fn scale(out: &mut String, sheet: &Sheet, lang: Lang) {
    let at = |value: f64| 100.0 * (value / sheet.scale).clamp(0.0, 1.0);
    out.push_str("<section class=\"scale\"><div class=\"strip\">");
    let classes: Vec<String> = sheet.bands.iter().map(|band| band.class.clone()).collect();
    for (class, band) in sheet.bands.iter().enumerate() {
        let _ = write!(
            out,
            "<i class=\"{}\" style=\"left:{:.2}%;width:{:.2}%;background:{}\"><em>{}</em></i>",
            ink(class, &classes),
            at(band.from),
            at(band.to) - at(band.from),
            class_colour(Some(class), &classes),
            escape(&class_word(&band.class, lang))
        );
    }
    if let (Some(low), Some(high)) = (sheet.place.low, sheet.place.high) {
        let _ =
            write!(out, "<u style=\"left:{:.2}%;width:{:.2}%\"></u>", at(low), (at(high) - at(low)).max(0.3));
    }
    let _ = write!(out, "<b style=\"left:{:.2}%\"></b>", at(sheet.place.score));
    if let Some(mean) = sheet.mean {
        let _ = write!(
            out,
            "<s style=\"left:{:.2}%\"><span>{} {}</span></s>",
            at(mean),
            mean_word(sheet, lang),
            number(mean, decimals(sheet))
        );
    }
    out.push_str("</div><p>");
    let decimals = decimals(sheet);
    let interval = match (sheet.place.low, sheet.place.high) {
        (Some(low), Some(high)) => format!(
            "{} {} ({} {}–{}). ",
            lang.pick("Puntaje", "Score"),
            number(sheet.place.score, decimals),
            lang.pick("intervalo de 90 %:", "90 % interval:"),
            number(low, decimals),
            number(high, decimals)
        ),
        _ => String::new(),
    };
    let sure = sureness(sheet.classes.first().and_then(|main| main.share), lang);
    let mut letters = sure.chars();
    let first: String = letters.next().map(|c| c.to_uppercase().collect()).unwrap_or_default();
    let _ = write!(out, "{}{}.", escape(&interval), escape(&format!("{first}{}", letters.as_str())));
    if let Some(said) = on_scale(sheet, lang) {
        let _ = write!(out, " <b class=\"said\">{}</b>", escape(&said));
    }
    out.push_str("</p></section>");
}

/// What the national mean is of: zones count by their people where these are known.
fn mean_word(sheet: &Sheet, lang: Lang) -> &'static str {
    match sheet.people {
        Some(_) => lang.pick("promedio nacional por habitantes", "national mean by people"),
        None => lang.pick("promedio nacional", "national mean"),
    }
}

fn picture(out: &mut String, sheet: &Sheet, lang: Lang) {
    let main = sheet.classes.first();
    let names = main.map(|main| main.names.as_slice()).unwrap_or_default();
    let heading = match (&sheet.state, sheet.group) {
        (_, true) => format!("{} {} {}", sheet.zones.pick(lang), lang.pick("de", "of"), sheet.place.name),
        (Some(state), false) => format!("{} {} {state}", sheet.zones.pick(lang), lang.pick("de", "of")),
        (None, false) => lang.pick("Mapa", "Map").to_owned(),
    };
    let _ = write!(out, "<h2>{}</h2><figure>", escape(&heading));
    out.push_str(&map::svg(&sheet.map, names, MAP, &heading));
    out.push_str("</figure><div class=\"under\"><p class=\"legend\">");
    for (class, name) in names.iter().enumerate() {
        let count = sheet.counts.get(class).map(|count| format!(" ({count})")).unwrap_or_default();
        let _ = write!(
            out,
            "<span><i style=\"background:{}\"></i>{}{count}</span>",
            class_colour(Some(class), names),
            escape(&class_word(name, lang))
        );
    }
    if sheet.map.iter().any(|shape| shape.class.is_none()) {
        let _ = write!(
            out,
            "<span><i style=\"background:{}\"></i>{}</span>",
            class_colour(None, names),
            lang.pick("sin dato", "no data")
        );
    }
    out.push_str("</p>");
    if !sheet.inset.is_empty() {
        out.push_str(&map::inset(&sheet.inset, INSET, sheet.country.pick(lang)));
    }
    out.push_str("</div>");
}

fn factors(
    out: &mut String,
    (list, class, title): (&[Factor], &str, &str),
    (strongest, decimals): (f64, usize),
    lang: Lang,
) {
    let _ = write!(out, "<h2>{title}</h2><ol class=\"factors {class}\">");
    for factor in list {
        let value = factor.value.map_or_else(|| "–".to_owned(), |value| with_unit(value, &factor.unit));
        let mean = factor.mean.map(|mean| {
            format!(" · {} {}", lang.pick("nacional", "national"), with_unit(mean, &factor.unit))
        });
        let median = factor.median.map(|median| {
            format!(", {} {}", lang.pick("mediana", "median"), with_unit(median, &factor.unit))
        });
        let width = if strongest > 0.0 { 100.0 * factor.points.abs() / strongest } else { 0.0 };
        let _ = write!(
            out,
            "<li><div><span>{}</span><b>{}</b></div><div class=\"line\"><i style=\"width:{width:.1}%\"></i></div>\
             <small>{}{}{}</small></li>",
            escape(factor.title.pick(lang)),
            signed(factor.points, decimals),
            escape(&value),
            escape(&mean.unwrap_or_default()),
            escape(&median.unwrap_or_default())
        );
    }
    if list.is_empty() {
        let none = lang.pick("Ninguno por encima del promedio.", "None beyond the mean.");
        let _ = write!(out, "<li class=\"none\">{none}</li>");
    }
    out.push_str("</ol>");
}

fn dimensions(out: &mut String, sheet: &Sheet, lang: Lang) {
    let _ = write!(out, "<h2>{}</h2><table class=\"bars\">", lang.pick("Dimensiones", "Dimensions"));
    let at = |value: f64| 100.0 * (value / sheet.scale).clamp(0.0, 1.0);
    for bar in &sheet.dimensions {
        let value = bar.value.map_or_else(|| "–".to_owned(), |value| number(value, decimals(sheet)));
        let _ = write!(
            out,
            "<tr><th>{}</th><td><div><i style=\"width:{:.1}%\"></i>",
            escape(bar.title.pick(lang)),
            at(bar.value.unwrap_or(0.0))
        );
        if let Some(mean) = bar.mean {
            let _ = write!(out, "<s style=\"left:{:.1}%\"></s>", at(mean));
        }
        let _ = write!(out, "</div></td><td>{value}</td></tr>");
    }
    let note = lang.pick("La marca es el promedio nacional.", "The mark is the national mean.");
    let _ = write!(out, "</table><p class=\"note\">{note}</p>");
}

fn gaps(out: &mut String, sheet: &Sheet, lang: Lang) {
    if sheet.gaps.is_empty() {
        return;
    }
    let _ = write!(out, "<h2>{}</h2>", lang.pick("Niñas y niños", "Girls and boys"));
    for gap in &sheet.gaps {
        out.push_str(&gap_table(gap, lang));
    }
}

fn gap_table(gap: &Gap, lang: Lang) -> String {
    let show = |value: Option<f64>| value.map_or_else(|| "–".to_owned(), |value| with_unit(value, &gap.unit));
    let interval = match (gap.low, gap.high) {
        (Some(low), Some(high)) => {
            let crosses = low <= 0.0 && high >= 0.0;
            let words = match (crosses, lang) {
                (true, Lang::Es) => "; no se distingue de 0",
                (true, Lang::En) => "; not told from 0",
                _ => "",
            };
            let to = lang.pick("a", "to");
            format!(" ({}: {} {to} {}{words})", gap.interval, signed(low, 1), signed(high, 1))
        }
        _ => String::new(),
    };
    format!(
        "<table class=\"gap\"><caption>{}</caption><tr><th>{}</th><td>{}</td></tr><tr><th>{}</th><td>{}</td></tr>\
         <tr class=\"sum\"><th>{}</th><td>{}{}</td></tr></table>",
        escape(gap.title.pick(lang)),
        escape(gap.a_title.pick(lang)),
        show(gap.a),
        escape(gap.b_title.pick(lang)),
        show(gap.b),
        lang.pick("Brecha", "Gap"),
        gap.gap.map_or_else(|| "–".to_owned(), |gap| signed(gap, 1)),
        escape(&interval)
    )
}

fn highest(out: &mut String, sheet: &Sheet, lang: Lang) {
    if sheet.highest.is_empty() {
        return;
    }
    let say = |es, en| lang.pick(es, en);
    let classes = sheet.classes.first().map(|main| main.names.as_slice()).unwrap_or_default();
    let _ = write!(
        out,
        "<h2>{}</h2><table class=\"list\"><tr><th></th><th>{}</th><th>{}</th><th>{}</th><th>{}</th></tr>",
        escape(&format!(
            "{} {}",
            sheet.zones.pick(lang),
            say("con el índice más alto", "with the highest index")
        )),
        say("Nombre", "Name"),
        say("Puntaje", "Score"),
        say("Intervalo", "Interval"),
        say("Lugar nacional", "National rank"),
    );
    for place in &sheet.highest {
        let digits = decimals(sheet);
        let ends = match (place.low, place.high) {
            (Some(low), Some(high)) => format!("{}–{}", number(low, digits), number(high, digits)),
            _ => "–".to_owned(),
        };
        let rank = place.rank.map_or_else(|| "–".to_owned(), |rank| ordinal(rank, lang));
        let _ = write!(
            out,
            "<tr><td><i style=\"background:{}\"></i></td><td>{}</td><td>{}</td><td>{ends}</td><td>{rank}</td></tr>",
            class_colour(place.class, classes),
            escape(&place.name),
            number(place.score, digits),
        );
    }
    out.push_str("</table>");
}

fn foot(out: &mut String, sheet: &Sheet, lang: Lang) {
    let say = |es, en| lang.pick(es, en);
    begin_foot(out, &sheet.caveats, lang);
    let runs = number(sheet.runs as f64, 0);
    let method = match lang {
        Lang::Es => format!(
            "Intervalos: del 5 al 95 % de {runs} corridas que cambian normalización, pesos, agregación e imputación."
        ),
        Lang::En => format!(
            "Intervals: 5 to 95 % of {runs} runs that change normalisation, weights, aggregation and imputation."
        ),
    };
    let (recipe, version) = &sheet.recipe;
    let made = [
        (say("Receta", "Recipe"), format!("{recipe}, {} {version}", say("versión", "version"))),
        (say("Método", "Method"), sheet.method.clone()),
        (say("Datos", "Data"), sheet.sources.join("; ")),
    ];
    let _ = write!(out, "<p>{}", escape(&method));
    // What the set does not say has no heading either.
    for (heading, text) in made.iter().filter(|(_, text)| !text.trim().is_empty()) {
        let _ = write!(out, " {heading}: {}.", escape(text));
    }
    let corredor = env!("CARGO_PKG_VERSION");
    let _ =
        write!(out, " {} {} · Corredor {corredor}</p></footer>", say("Corrida", "Run"), escape(&sheet.run));
}
