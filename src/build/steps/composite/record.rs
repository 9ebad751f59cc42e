//! What the metadata say of a composite.

use super::classes::ByRule;
use super::work::Work;
use crate::publish::record::{
    ClassRecord, CompositeParameters, DimensionRecord, Dp2Record, IndicatorRecord, Parameters,
    PrincipalRecord, SobolInput, SobolRecord, StatedPosts, UncertaintyRecord,
};
use crate::risk::composite::{Factors, Variation};
use crate::risk::uncertainty::Sobol;
use crate::workspace::config::{RecipeDimension, RecipeIndicator};

/// Everything that was chosen, stated or found.
pub(super) fn parameters(
    work: &Work<'_>,
    own: &[Option<f64>],
    effects: &Factors,
    classed: &[ByRule],
    sensitivity: Option<&Sobol>,
) -> Parameters {
    let (step, recipe, prepared) = (work.step, work.recipe, &work.prepared);
    // Scores compare where nothing was taken from the data that other data would change.
    let taken = prepared.frozen.scales.iter().any(|scale| scale.observed || scale.cap.is_some());
    let weighed = prepared.dp2.iter().any(Option::is_some) || prepared.principal.iter().any(Option::is_some);
    let classes = step.class.iter().zip(classed).zip(step.class_fields());
    let scored = own.iter().flatten();
    let count = scored.clone().count();
    Parameters::Composite(Box::new(CompositeParameters {
        recipe: recipe.name.clone(),
        version: recipe.version.clone(),
        recipe_title: recipe.title.clone(),
        recipe_source: recipe.source.clone(),
        field: step.field.clone(),
        scale: recipe.scale,
        decimals: recipe.decimals,
        normalisation: recipe.normalisation,
        aggregation: recipe.aggregation,
        weights: recipe.weights,
        max_missing: recipe.max_missing,
        floor: recipe.floor,
        like: step.like.clone(),
        group: step.group,
        weight: step.weight.clone(),
        parts: step.part.iter().map(|part| part.name.clone()).collect(),
        from_data: taken || weighed || prepared.across.is_some(),
        kept: Some(prepared.frozen.clone()),
        dimensions: dimensions(work),
        indicators: indicators(work, effects),
        classes: classes
            .map(|((spec, by_rule), (class, share))| {
                ClassRecord::new(&by_rule.found, &spec.names, &class, &share)
            })
            .collect(),
        scored: count,
        mean: (count > 0).then(|| scored.sum::<f64>() / count as f64),
        factors: "score less the score with that indicator at the mean of all, in points of the score"
            .to_owned(),
        uncertainty: UncertaintyRecord {
            runs: step.uncertainty.runs,
            weights_pct: step.uncertainty.weights_pct,
            interval: "5th to 95th percentile of the runs, and the recipe's own".to_owned(),
            varied: ["normalisation", "imputation", "aggregation", "weights"].map(str::to_owned).into(),
            random:
                "ChaCha8; key: the seed in 8 bytes, then corredor/risk/uncertaint; stream: the run, from 0"
                    .to_owned(),
            inputs: Variation::names(&prepared.recipe),
        },
        sobol: sensitivity.map(|found| sobol(work, found)),
    }))
}

/// How sensitive the ranks are to each choice.
fn sobol(work: &Work<'_>, found: &Sobol) -> SobolRecord {
    let indices = found.first.iter().zip(&found.total);
    let inputs = Variation::names(&work.prepared.recipe).into_iter().zip(indices);
    SobolRecord {
        output: "mean shift of ranks".to_owned(),
        mean: found.mean,
        variance: found.variance,
        runs: found.runs,
        inputs: inputs.map(|(input, (&first, &total))| SobolInput { input, first, total }).collect(),
    }
}

fn dimensions(work: &Work<'_>) -> Vec<DimensionRecord> {
    let prepared = &work.prepared;
    let dimension = |(at, dimension): (usize, &RecipeDimension)| {
        let named = |k: &usize| dimension.indicator[*k].name.clone();
        DimensionRecord {
            name: dimension.name.clone(),
            field: format!("d_{}", dimension.name),
            title: dimension.title.clone(),
            weight: prepared.frozen.dimension_weights[at],
            aggregation: dimension.aggregation,
            weights: dimension.weights,
            max_missing: dimension.max_missing,
            dp2: prepared.dp2[at].as_ref().map(|dp2| Dp2Record {
                order: dp2.order.iter().map(named).collect(),
                correction: dp2.correction.clone(),
                rounds: dp2.rounds,
                settled: dp2.settled,
            }),
            principal: prepared.principal[at].as_ref().map(|found| PrincipalRecord {
                loadings: found.loadings.clone(),
                explained: found.explained,
            }),
        }
    };
    work.recipe.dimension.iter().enumerate().map(dimension).collect()
}

fn indicators(work: &Work<'_>, effects: &Factors) -> Vec<IndicatorRecord> {
    let offsets = work.prepared.recipe.offsets();
    let fields = work.step.columns(work.recipe, None);
    let indicator = |(k, indicator): (usize, &RecipeIndicator)| {
        let scale = &work.prepared.frozen.scales[k];
        let unit = |x: f64| if scale.log { x.exp() } else { x };
        let dimension = offsets.partition_point(|&offset| offset <= k) - 1;
        IndicatorRecord {
            name: indicator.name.clone(),
            field: fields[k].to_owned(),
            dimension: work.recipe.dimension[dimension].name.clone(),
            category: indicator.category.clone(),
            component: indicator.component.clone(),
            title: indicator.title.clone(),
            unit: indicator.unit.clone(),
            direction: indicator.direction,
            log: scale.log,
            cap: scale.cap.map(|cap| cap.map(unit)),
            goalposts: [unit(scale.low), unit(scale.high)],
            observed: scale.observed,
            // What the recipe says, from which the runs find other scales.
            stated: StatedPosts { goalposts: indicator.goalposts, cap: indicator.cap },
            weight: work.prepared.frozen.weights[k],
            mean: national_mean(work, k),
            mean_0_1: effects.means[k],
        }
    };
    work.recipe.indicators().enumerate().map(indicator).collect()
}

/// Mean of an indicator over all zones, by people where stated, in its unit.
fn national_mean(work: &Work<'_>, k: usize) -> Option<f64> {
    let weight = |row: usize| work.people.as_ref().map_or(Some(1.0), |people| people[row]);
    let present =
        work.columns[k].iter().enumerate().filter_map(|(row, value)| Some((weight(row)?, (*value)?)));
    let (sum, total) = present.fold((0.0, 0.0), |(s, t), (w, x)| (s + w * x, t + w));
    (total > 0.0).then(|| sum / total)
}
