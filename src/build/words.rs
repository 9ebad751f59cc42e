//! What a layer and its fields are called where that follows from the workspace: the reach of its sites, the index behind
//! its classes, totals of its zones.

use std::collections::BTreeMap;

use crate::layer::Layer;
use crate::publish::style::field_words;
use crate::text::brief;
use crate::workspace::config::{
    CoverageOutput, LayerFile, LayerStyle, RecipeIndicator, RecipePosts, Step, Text,
};
use crate::workspace::{Plan, PlannedLayer};

/// Stands in texts of layer files for the reach of the sites that the layer was made from, km.
const REACH: &str = "{reach_km}";

/// Steps that a class is followed back through at most: a plan has no circles, this is for safety alone.
const FAR: usize = 64;

/// The reach of the sites that a layer was made from; `None` where there is none, or more than one.
pub(super) fn reach_km(family: &[&PlannedLayer]) -> Option<f64> {
    let mut all = family.iter().filter_map(|layer| layer.file.coverage.as_ref()).map(|step| step.reach_km);
    let first = all.next()?;
    all.all(|other| other == first).then_some(first)
}

/// A text with the reach in it.
pub(super) fn filled(text: &Text, reach_km: Option<f64>) -> Text {
    let Some(reach_km) = reach_km else { return text.clone() };
    let fill = |text: &str| text.replace(REACH, &brief(reach_km));
    Text { es: fill(&text.es), en: fill(&text.en) }
}

/// What to bear in mind of a score whose layer file moves goalposts of the recipe.
pub(super) fn goalposts(file: &LayerFile) -> Option<Text> {
    let recipe = file.composite.as_ref()?.resolved.as_ref()?;
    let moved: Vec<&RecipeIndicator> =
        recipe.indicators().filter(|indicator| recipe.moved.contains(&indicator.name)).collect();
    let between = |title: &dyn Fn(&Text) -> String, from: &str, to: &str| {
        let one = |indicator: &&RecipeIndicator| {
            let RecipePosts::Fixed([low, high]) = indicator.goalposts? else { return None };
            Some(format!("{}, {from} {} {to} {}", title(&indicator.title), brief(low), brief(high)))
        };
        moved.iter().filter_map(one).collect::<Vec<_>>().join("; ")
    };
    let (es, en) = (between(&|t| t.es.clone(), "de", "a"), between(&|t| t.en.clone(), "from", "to"));
    (!recipe.moved.is_empty()).then(|| Text {
        es: format!(
            "«{}» se mide aquí contra otros valores de referencia que los de su receta ({es}): no se compara con puntajes hechos con los de la receta.",
            recipe.title.es
        ),
        en: format!(
            "“{}” is measured here against other goalposts than its recipe's ({en}): it does not compare with scores made with the recipe's own.",
            recipe.title.en
        ),
    })
}

/// The style of a layer with the words that follow from the workspace; those of the layer file come first.
pub(super) fn style(
    plan: &Plan,
    planned: &PlannedLayer,
    layer: &Layer,
    reach_km: Option<f64>,
) -> Option<LayerStyle> {
    let mut words = derived(plan, &planned.file, reach_km);
    words.retain(|field, _| layer.has(field));
    let own = planned.file.style.clone();
    if words.is_empty() && own.is_none() {
        return None;
    }
    let mut style = own.unwrap_or_default();
    words.extend(style.words.iter().map(|(field, text)| (field.clone(), filled(text, reach_km))));
    style.words = words;
    Some(style)
}

fn derived(plan: &Plan, file: &LayerFile, reach_km: Option<f64>) -> BTreeMap<String, Text> {
    let mut words = BTreeMap::new();
    if let Some(reach_km) = reach_km {
        let text = Text {
            es: format!("Rutas a más de {} km de todo sitio de la lista", brief(reach_km)),
            en: format!("Routes more than {} km from every site of the list", brief(reach_km)),
        };
        words.insert("gap_km".to_owned(), text);
    }
    for rates in
        plan.layers().iter().filter_map(|layer| layer.file.rates.as_ref()).filter(|r| r.flow.is_some())
    {
        for (end, es, en) in [
            ("", "", ""),
            ("_lo", ": desde (90 %)", ": from (90 %)"),
            ("_hi", ": hasta (90 %)", ": to (90 %)"),
        ] {
            let es = format!("Incidentes por millón de personas-kilómetro, suavizados{es}");
            let en = format!("Incidents per million person-kilometres, smoothed{en}");
            words.insert(format!("{}{end}", rates.field), Text { es, en });
        }
    }
    if is_of_index(plan, file, FAR) {
        words.insert("risk_class".to_owned(), text("Clase del índice", "Class of the index"));
    }
    match file.step() {
        Some(Step::Rollup(step)) => {
            for field in &step.mean {
                words.extend(of(field, "promedio de sus zonas", "mean of its zones"));
            }
            for field in &step.max {
                words.extend(of(field, "el valor más alto de sus zonas", "highest value of its zones"));
            }
        }
        Some(Step::Coverage(step)) if step.output == CoverageOutput::Gaps => {
            words.extend(of("risk", "promedio de sus kilómetros", "mean of its kilometres"));
        }
        _ => {}
    }
    words
}

fn text(es: &str, en: &str) -> Text {
    Text { es: es.to_owned(), en: en.to_owned() }
}

/// What a total of a field is called.
fn of(field: &str, es: &str, en: &str) -> Option<(String, Text)> {
    let ready = field_words(field)?;
    let text = Text { es: format!("{}: {es}", ready.es), en: format!("{}: {en}", ready.en) };
    Some((field.to_owned(), text))
}

/// Whether `risk_class` of a layer is the class of a composite's index, and not that of a plain score.
fn is_of_index(plan: &Plan, file: &LayerFile, far: usize) -> bool {
    let from = match file.step() {
        Some(Step::Composite(_)) => return true,
        Some(Step::Priority(step)) => {
            let carries = |field: &String| field == "risk_class";
            step.carry.iter().find(|carry| carry.fields.iter().any(carries)).map(|carry| &carry.layer)
        }
        Some(Step::Exposure(step)) => Some(&step.zones),
        Some(Step::Coverage(step)) if step.output == CoverageOutput::Stretches => Some(&step.stretches),
        _ => None,
    };
    let layer = from.and_then(|name| plan.get(name));
    far > 0 && layer.is_some_and(|layer| is_of_index(plan, &layer.file, far - 1))
}
