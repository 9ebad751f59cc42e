//! Values within one file that no schema can judge.

use std::collections::BTreeSet;

use crate::checked::{Document, Problem, place};
use crate::workspace::config::{Classes, Counts, GeometryKind, Goalposts, LayerFile, Score};

pub(super) fn check(file: &LayerFile, document: &Document, problems: &mut Vec<Problem>) {
    if let Some(read) = &file.read
        && read.dissolve
    {
        let span = document.key_span(place!["read", "dissolve"]);
        let (message, help) = if read.geometry != GeometryKind::Polygon {
            ("`dissolve` makes one zone of several rows, and the layer holds no zones", "take `dissolve` out")
        } else if read.number_rows {
            (
                "`dissolve` joins the rows of one key, and `number_rows` gives each row its own",
                "take one of both out",
            )
        } else {
            ("", "")
        };
        if !message.is_empty() {
            problems.push(document.source.error(span, message).help(help));
        }
    }
    if let Some(score) = &file.score {
        indicators(score, document, problems);
        classes(&score.classes, document, problems);
    }
    if let Some(counts) = &file.counts {
        count(counts, document, problems);
    }
    if let Some(priority) = &file.priority {
        let weights = priority.component.iter().map(|component| component.weight);
        all_zero(weights, "component", document, &["priority", "component"], problems);
        let mut seen = BTreeSet::new();
        for (at, component) in priority.component.iter().enumerate() {
            if !seen.insert((&component.layer, &component.field)) {
                let message = format!("`{}.{}` is a component twice", component.layer, component.field);
                let place = place!["priority", "component", at, "field"];
                problems.push(document.error(place, message).help("raise its `weight` instead"));
            }
        }
    }
    if let Some(rollup) = &file.rollup
        && rollup.weight.is_some()
        && rollup.mean.is_empty()
    {
        let span = document.key_span(place!["rollup", "weight"]);
        let message = "`weight` weights the means, and `mean` names no field";
        problems
            .push(document.source.error(span, message).help("name fields in `mean`, or take `weight` out"));
    }
    if file.publish && (file.title.es.trim().is_empty() || file.title.en.trim().is_empty()) {
        let span = if document.root.contains_key("title") {
            document.span(place!["title"])
        } else {
            document.key_span(place!["publish"])
        };
        let problem = document.source.warning(span, "a published layer needs a title in both languages");
        problems.push(problem.help("add title = { es = \"...\", en = \"...\" }"));
    }
}

fn indicators(score: &Score, document: &Document, problems: &mut Vec<Problem>) {
    let mut seen = BTreeSet::new();
    for (at, indicator) in score.indicator.iter().enumerate() {
        let place = place!["score", "indicator", at, "goalposts"];
        if let Goalposts::Fixed([low, high]) = indicator.goalposts {
            if low == high {
                let message = format!("goalposts of `{}` are equal: {low}", indicator.field);
                problems.push(
                    document
                        .error(place, message)
                        .help("the first becomes 0, the second 1: they must differ"),
                );
            } else if low > high {
                let message = format!("goalposts of `{}` descend: {low}, {high}", indicator.field);
                let help = format!("write [{high}, {low}] and inverted = {}", !indicator.inverted);
                problems.push(document.error(place, message).help(help));
            }
        }
        if !seen.insert(&indicator.field) {
            let message = format!("indicator `{}` comes twice", indicator.field);
            let place = place!["score", "indicator", at, "field"];
            problems.push(document.error(place, message).help("raise its `weight` instead"));
        }
    }
    let weights = score.indicator.iter().map(|indicator| indicator.weight);
    all_zero(weights, "indicator", document, &["score", "indicator"], problems);
    if score.max_missing >= score.indicator.len() {
        let message = format!(
            "`max_missing` is {}, of {} indicators: a zone without any could not be scored",
            score.max_missing,
            score.indicator.len()
        );
        let help = format!("at most {}", score.indicator.len().saturating_sub(1));
        problems.push(document.error(place!["score", "max_missing"], message).help(help));
    }
}

fn all_zero(
    mut weights: impl Iterator<Item = f64>,
    what: &str,
    document: &Document,
    place: &[&str],
    problems: &mut Vec<Problem>,
) {
    if weights.all(|weight| weight == 0.0) {
        let place: Vec<_> = place.iter().map(|key| (*key).into()).collect();
        let message = format!("every {what} has weight 0: nothing is left to average");
        problems.push(document.error(&place, message).help("give at least one a weight above 0"));
    }
}

fn classes(classes: &Classes, document: &Document, problems: &mut Vec<Problem>) {
    let Classes { cuts, names } = classes;
    for (at, pair) in cuts.windows(2).enumerate() {
        if let [before, cut] = pair
            && cut <= before
        {
            let message = format!("cuts must ascend: {cut} after {before}");
            problems.push(
                document
                    .error(place!["score", "classes", "cuts", at + 1], message)
                    .help("sort them, each once"),
            );
        }
    }
    for (at, cut) in cuts.iter().enumerate().filter(|(_, cut)| !(0.0 < **cut && **cut < 1.0)) {
        let message = format!("cut {cut} leaves a class empty: scores run from 0 to 1");
        problems.push(
            document.error(place!["score", "classes", "cuts", at], message).help("cut between 0 and 1"),
        );
    }
    if names.len() != cuts.len() + 1 {
        let message = format!(
            "{} cuts make {} classes, but there are {} names",
            cuts.len(),
            cuts.len() + 1,
            names.len()
        );
        let help = "name one class more than there are cuts, lowest first";
        problems.push(document.error(place!["score", "classes", "names"], message).help(help));
    }
    let mut seen = BTreeSet::new();
    for (at, name) in names.iter().enumerate() {
        let place = place!["score", "classes", "names", at];
        if name.is_empty() || !name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_')
        {
            let message =
                format!("class \"{name}\" must be a code of lower-case ASCII letters, digits and `_`");
            problems.push(document.error(place, message).help("styles translate the codes for people"));
        }
        if !seen.insert(name) {
            let message = format!("class `{name}` comes twice");
            problems.push(document.error(place, message).help("give each class its own name"));
        }
    }
}

/// Settings that would do nothing.
fn count(counts: &Counts, document: &Document, problems: &mut Vec<Problem>) {
    let idle = [
        ("weight_field", counts.weight.is_none(), "weight"),
        ("rate_per", counts.population.is_none(), "population"),
        ("rate_field", counts.population.is_none(), "population"),
    ];
    let stated = document.root.get("counts").and_then(|counts| counts.node.table());
    for (setting, idle, needs) in idle {
        if idle && stated.is_some_and(|counts| counts.contains_key(setting)) {
            let span = document.key_span(place!["counts", setting]);
            let message = format!("`{setting}` does nothing without `{needs}`");
            problems.push(
                document
                    .source
                    .error(span, message)
                    .help(format!("name the field in `{needs}`, or take it out")),
            );
        }
    }
}
