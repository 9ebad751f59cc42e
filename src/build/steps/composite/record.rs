//! What the metadata say of a composite, and what another composite reads from them.

use serde_json::{Map, Value, json};

use super::Work;
use super::classes::ByRule;
use crate::build::{BuildError, Context};
use crate::risk::composite::{Factors, Frozen, Variation};
use crate::risk::uncertainty::Sobol;
use crate::workspace::config::Text;

/// What a composite keeps for others to be scored like it.
pub(super) struct Like {
    /// Scales and weights.
    pub frozen: Frozen,
    /// Cut points of each rule.
    pub cuts: Vec<Vec<f64>>,
}

/// Reads the record of another composite.
pub(super) fn like(context: &Context, name: &str, like: &str) -> Result<Like, BuildError> {
    let parameters = &context.layer(like)?.provenance.parameters;
    let lacks = || BuildError::Like { layer: name.to_owned(), like: like.to_owned() };
    let frozen = parameters.get("kept").cloned().ok_or_else(lacks)?;
    let frozen = serde_json::from_value(frozen).map_err(|_| lacks())?;
    let classes = parameters.get("classes").and_then(Value::as_array).ok_or_else(lacks)?;
    let cuts = |rule: &Value| serde_json::from_value(rule["cuts"].clone()).unwrap_or_default();
    Ok(Like { frozen, cuts: classes.iter().map(cuts).collect() })
}

fn text(text: &Text) -> Value {
    json!({"es": text.es, "en": text.en})
}

/// Everything that was chosen, stated or found.
pub(super) fn parameters(
    work: &Work<'_>,
    own: &[Option<f64>],
    effects: &Factors,
    classed: &[ByRule],
    sensitivity: Option<&Sobol>,
) -> Map<String, Value> {
    let (step, recipe, prepared) = (work.step, work.recipe, &work.prepared);
    let mut parameters = Map::new();
    let mut set = |name: &str, value: Value| drop(parameters.insert(name.to_owned(), value));
    set("recipe", json!(recipe.name));
    set("version", json!(recipe.version));
    set("recipe_title", text(&recipe.title));
    set("recipe_source", json!(recipe.source));
    set("field", json!(step.field));
    set("scale", json!(recipe.scale));
    set("decimals", json!(recipe.decimals));
    set("normalisation", json!(recipe.normalisation));
    set("aggregation", json!(recipe.aggregation));
    set("weights", json!(recipe.weights));
    set("max_missing", json!(recipe.max_missing));
    set("floor", json!(recipe.floor));
    set("like", json!(step.like));
    set("group", json!(step.group));
    set("weight", json!(step.weight));
    set("parts", step.part.iter().map(|part| json!(part.name)).collect());
    // Scores compare where nothing was taken from the data that other data would change.
    let taken = prepared.frozen.scales.iter().any(|scale| scale.observed || scale.cap.is_some());
    let weighed = prepared.dp2.iter().any(Option::is_some) || prepared.principal.iter().any(Option::is_some);
    set("from_data", json!(taken || weighed || prepared.across.is_some()));
    set("kept", json!(prepared.frozen));
    set("dimensions", dimensions(work));
    set("indicators", indicators(work, effects));
    set(
        "classes",
        step.class
            .iter()
            .zip(classed)
            .zip(step.class_fields())
            .map(|((spec, by_rule), (class, share))| {
                let mut value = json!(by_rule.found);
                value["names"] = json!(spec.names);
                value["field"] = json!(class);
                value["share_field"] = json!(share);
                value
            })
            .collect(),
    );
    let scored = own.iter().flatten();
    let count = scored.clone().count();
    set("scored", json!(count));
    set("mean", json!((count > 0).then(|| scored.sum::<f64>() / count as f64)));
    set(
        "factors",
        json!("score less the score with that indicator at the mean of all, in points of the score"),
    );
    set(
        "uncertainty",
        json!({
            "runs": step.uncertainty.runs,
            "weights_pct": step.uncertainty.weights_pct,
            "interval": "5th to 95th percentile of the runs, and the recipe's own",
            "varied": ["normalisation", "imputation", "aggregation", "weights"],
            "random": "ChaCha8; key: the seed in 8 bytes, then corredor/risk/uncertaint; stream: the run, from 0",
            "inputs": Variation::names(&prepared.recipe),
        }),
    );
    if let Some(found) = sensitivity {
        let inputs = Variation::names(&prepared.recipe).into_iter().zip(found.first.iter().zip(&found.total));
        let inputs =
            inputs.map(|(name, (first, total))| json!({"input": name, "first": first, "total": total}));
        set(
            "sobol",
            json!({"output": "mean shift of ranks", "mean": found.mean, "variance": found.variance,
                "runs": found.runs, "inputs": inputs.collect::<Vec<_>>()}),
        );
    }
    parameters
}

fn dimensions(work: &Work<'_>) -> Value {
    let prepared = &work.prepared;
    work.recipe
        .dimension
        .iter()
        .enumerate()
        .map(|(at, dimension)| {
            let mut value = json!({
                "name": dimension.name,
                "field": format!("d_{}", dimension.name),
                "title": text(&dimension.title),
                "weight": prepared.frozen.dimension_weights[at],
                "aggregation": dimension.aggregation,
                "weights": dimension.weights,
                "max_missing": dimension.max_missing,
            });
            if let Some(dp2) = &prepared.dp2[at] {
                let named = |k: &usize| dimension.indicator[*k].name.clone();
                value["dp2"] = json!({"order": dp2.order.iter().map(named).collect::<Vec<_>>(),
                    "correction": dp2.correction, "rounds": dp2.rounds, "settled": dp2.settled});
            }
            if let Some(found) = &prepared.principal[at] {
                value["principal"] = json!({"loadings": found.loadings, "explained": found.explained});
            }
            value
        })
        .collect()
}

fn indicators(work: &Work<'_>, effects: &Factors) -> Value {
    let offsets = work.prepared.recipe.offsets();
    let fields = work.step.columns(work.recipe, None);
    work.recipe
        .indicators()
        .enumerate()
        .map(|(k, indicator)| {
            let scale = &work.prepared.frozen.scales[k];
            let unit = |x: f64| if scale.log { x.exp() } else { x };
            let dimension = offsets.partition_point(|&offset| offset <= k) - 1;
            json!({
                "name": indicator.name,
                "field": fields[k],
                "dimension": work.recipe.dimension[dimension].name,
                "category": indicator.category,
                "component": indicator.component,
                "title": text(&indicator.title),
                "unit": indicator.unit,
                "direction": indicator.direction,
                "log": scale.log,
                "cap": scale.cap.map(|cap| cap.map(unit)),
                "goalposts": [unit(scale.low), unit(scale.high)],
                "observed": scale.observed,
                // What the recipe says, from which the runs find other scales.
                "stated": {"goalposts": indicator.goalposts, "cap": indicator.cap},
                "weight": work.prepared.frozen.weights[k],
                "mean": national_mean(work, k),
                "mean_0_1": effects.means[k],
            })
        })
        .collect()
}

/// Mean of an indicator over all zones, by people where stated, in its unit.
fn national_mean(work: &Work<'_>, k: usize) -> Option<f64> {
    let weight = |row: usize| work.people.as_ref().map_or(Some(1.0), |people| people[row]);
    let present =
        work.columns[k].iter().enumerate().filter_map(|(row, value)| Some((weight(row)?, (*value)?)));
    let (sum, total) = present.fold((0.0, 0.0), |(s, t), (w, x)| (s + w * x, t + w));
    (total > 0.0).then(|| sum / total)
}
