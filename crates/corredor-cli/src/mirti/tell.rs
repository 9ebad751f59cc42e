//! What `corredor mirti` tells a person.

use std::path::Path;

use crate::console::Console;
use crate::table::table;
use corredor::lang::Lang;
use corredor::risk::mirti::{Applied, AreaEstimate, Link, Model};

/// The summary of a fit, on stderr.
pub(super) fn fit(model: &Model, seconds: f64, console: &Console) {
    let say = |es, en| console.lang.pick(es, en);
    let survey = &model.survey;
    console.note(&format!(
        "{} {}, {} {}; {} {}, {} {}; {} {}; {seconds:.2} s",
        survey.rows,
        say("filas", "rows"),
        survey.children,
        say("menores", "children"),
        survey.used,
        say("en el modelo", "in the model"),
        survey.with_outcome,
        say("de ellos con el resultado", "of them with the outcome"),
        survey.zones,
        say("zonas", "zones"),
    ));
    for (missing, count) in &survey.left_out {
        console.note(&format!(
            "  {}: {count} {} ({} `{missing}`)",
            say("aviso", "warning"),
            say("quedan fuera", "left out"),
            say("falta", "missing"),
        ));
    }
    let design = &model.design;
    if design.lonely_strata > 0 {
        console.note(&format!(
            "  {}: {} {} ({:?})",
            say("aviso", "warning"),
            design.lonely_strata,
            say("estratos con un solo conglomerado", "strata with a single cluster"),
            design.lonely,
        ));
    }
}

/// The coefficients as a person reads them.
pub(super) fn coefficients(model: &Model, lang: Lang) -> String {
    let say = |es, en| lang.pick(es, en);
    let odds = model.link == Link::Logit;
    let header = [
        say("término", "term"),
        "b",
        say("e.e.", "se"),
        "t",
        "p",
        if odds { say("razón", "odds ratio") } else { "" },
        if odds { "95 %" } else { "" },
    ];
    let mut rows = Vec::new();
    for (term, info) in model.terms().iter().zip(&model.term) {
        let mut row = vec![
            term.to_string(),
            format!("{:.4}", info.coefficient),
            format!("{:.4}", info.se),
            format!("{:.2}", info.t),
            if info.p_value < 0.0001 { "<0.0001".to_owned() } else { format!("{:.4}", info.p_value) },
        ];
        if let (Some(ratio), Some([lo, hi])) = (info.odds_ratio, info.odds_ratio_95) {
            row.push(format!("{ratio:.3}"));
            row.push(format!("{lo:.3}-{hi:.3}"));
        }
        rows.push(row);
    }
    let quality = &model.quality;
    let mut text = format!("{}\n\n", table(&header[..if odds { 7 } else { 5 }], &rows));
    text.push_str(&format!(
        "{} {:.0}; pseudo R2 {:.4}; AUC {:.4}",
        say("grados de libertad", "degrees of freedom"),
        model.design.df,
        quality.pseudo_r2,
        quality.auc
    ));
    if let (Some(h), Some(df), Some(p)) =
        (quality.hosmer_lemeshow, quality.hosmer_lemeshow_df, quality.hosmer_lemeshow_p)
    {
        text.push_str(&format!("; Hosmer-Lemeshow {h:.2} ({df}), p {p:.4}"));
    }
    if let Some(intercepts) = &model.intercepts {
        text.push_str(&format!(
            "\n{} {:.4}",
            say("desviación entre zonas", "standard deviation between zones"),
            intercepts.sd
        ));
    }
    text
}

/// The summary of an application, on stderr.
pub(super) fn apply(applied: &Applied, model: &Model, out: &Path, seconds: f64, console: &Console) {
    let say = |es, en| console.lang.pick(es, en);
    let people = &applied.census.people;
    console.note(&format!(
        "{} {}, {} {}; {} {} -> {}; {seconds:.2} s",
        people.rows,
        say("filas", "rows"),
        people.children,
        say("menores", "children"),
        applied.zones.len(),
        say("zonas", "zones"),
        file_name(out),
    ));
    let warn = |text: String| console.warning(&format!("  {}: {text}", say("aviso", "warning")));
    if people.ages_missing > 0 {
        warn(format!("{} {}", people.ages_missing, say("filas sin edad", "rows without an age")));
    }
    for (missing, count) in &applied.census.left_out {
        warn(format!(
            "{count} {} ({} `{missing}`)",
            say("quedan fuera", "left out"),
            say("falta", "missing")
        ));
    }
    let empty = applied.zones.iter().filter(|zone| zone.children == 0).count();
    if empty > 0 {
        warn(format!(
            "{empty} {}",
            say("zonas sin menores: valores nulos", "zones without children: null values")
        ));
    }
    if model.intercepts.is_none() {
        warn(
            say(
                "el modelo no tiene intercepto por zona: los intervalos solo cubren los coeficientes",
                "the model has no zone intercepts: intervals cover the coefficients only",
            )
            .to_owned(),
        );
    }
    let show = |area: &AreaEstimate| {
        let model = area.model.map_or_else(|| "-".to_owned(), |s| percent(s.value, s.lo, s.hi));
        let direct = area.direct.as_ref().map(|d| {
            let off = 1.96 * d.se;
            percent(d.share, d.share - off, d.share + off)
        });
        (model, direct.unwrap_or_else(|| "-".to_owned()))
    };
    let (by_model, direct) = show(&applied.country);
    console.note(&format!(
        "{}: {} {by_model}; {} {direct}",
        say("país", "country"),
        say("modelo", "model"),
        say("encuesta", "survey"),
    ));
    let compared: Vec<bool> = applied
        .states
        .iter()
        .filter_map(|area| area.model.zip(area.direct.as_ref()))
        .map(|(model, direct)| (model.value - direct.share).abs() <= 1.96 * direct.se)
        .collect();
    if !compared.is_empty() {
        let inside = compared.iter().filter(|inside| **inside).count();
        console.note(&format!(
            "{}: {inside} {} {}",
            say(
                "estados cuyo modelo está dentro del intervalo directo de 95 %",
                "states whose model lies within the direct 95 % interval"
            ),
            say("de", "of"),
            compared.len(),
        ));
    }
}

fn percent(value: f64, lo: f64, hi: f64) -> String {
    format!("{:.2} % ({:.2}-{:.2})", 100.0 * value, 100.0 * lo, 100.0 * hi)
}

/// A file's name without its folder.
pub(super) fn file_name(path: &Path) -> String {
    path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default()
}
