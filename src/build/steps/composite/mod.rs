//! `[composite]`: indicators to a score by a recipe, with intervals, classes and factors.
//!
//! - `runs`: the recipe done otherwise, many times
//! - `classes`: rules on the score and on every run
//! - `groups`: zones to states
//! - `record`: what the metadata say of it

mod classes;
mod groups;
mod like;
mod record;
mod runs;
mod work;

use std::sync::{Arc, PoisonError};

use crate::build::context::{derived, identity, matched};
use crate::build::{BuildError, Context};
use crate::layer::{Column, EXAMPLES, Finding, Layer};
use crate::risk::composite::{Factors, Prepared, Scores, Variation, factors};
use crate::risk::uncertainty::{intervals, ranks};
use crate::workspace::config::{self, RecipeIndicator, RecipePosts};

use groups::Groups;
use runs::Runs;
use work::{Work, columns, failed, states};

/// How many factors are named up and down, as fact sheets do.
const NAMED: usize = 3;

/// Scores the zones.
pub(super) fn run(context: &Context, name: &str, step: &config::Composite) -> Result<Layer, BuildError> {
    let Some(recipe) = step.resolved.as_deref() else {
        return Err(BuildError::NotBuilt { layer: format!("{name}: recipe {}", step.recipe) });
    };
    let zones: &Layer = context.layer(&step.zones)?;
    let table: &Layer = context.layer(step.table.as_deref().unwrap_or(&step.zones))?;
    let (rows, unmatched) = matched(name, zones, table)?;
    let columns = columns(table, &rows, &step.columns(recipe, None))?;
    let like = step.like.as_ref().map(|like| like::like(context, name, like)).transpose()?;
    let frozen = like.as_ref().map(|like| &like.frozen);
    let prepared = Prepared::new(&columns, &recipe.numbers(), frozen)
        .map_err(|error| failed(name, &zones.keys(), error))?;
    let people = step.weight.as_ref().map(|field| zones.amounts(field)).transpose()?;
    let work = Work { name, step, recipe, zones, table, rows, columns, people, prepared, seed: context.seed };

    let scores = work.prepared.scores(&Variation::default());
    let effects = factors(&work.prepared, work.people.as_deref());
    let groups = step.group.map(|prefix| Groups::new(&work, prefix)).transpose()?;
    let own = match &groups {
        Some(groups) => groups.means(&scores.score),
        None => scores.score.clone(),
    };
    let runs = Runs::new(&work, &own, groups.as_ref());
    let classed = classes::all(&work, &own, &runs, like.as_ref())?;
    let sensitivity = runs::sensitivity(&work, &own, groups.as_ref());

    let mut layer_columns = match &groups {
        Some(groups) => groups.identity(&work)?,
        None => with_state(identity(zones), &work)?,
    };
    layer_columns.extend(score_columns(&work, &own, &runs));
    layer_columns.extend(classes::columns(step, &classed));
    match &groups {
        Some(groups) => layer_columns.extend(groups.counts(&scores.score)),
        None => {
            let missing = scores.missing.iter().map(|&n| Some(i64::from(n))).collect();
            layer_columns.push(Column::integers("ind_miss", missing));
        }
    }
    layer_columns.extend(detail_columns(&work, &scores, &effects, groups.as_ref()));
    layer_columns.extend(part_columns(&work, &runs)?);
    layer_columns.extend(value_columns(&work, groups.as_ref()));

    let mut inputs = vec![step.zones.as_str()];
    inputs.extend(step.table.as_deref());
    inputs.extend(step.like.as_deref());
    let mut provenance = derived("composite", &inputs);
    provenance.findings = unmatched.into_iter().collect();
    provenance.findings.extend(findings(&work, &scores));
    provenance.findings.extend(groups.as_ref().and_then(|groups| groups.partial(&work)));
    record::parameters(&work, &own, &effects, &classed, sensitivity.as_ref()).write_to(&mut provenance);
    let (key, geometry) = match &groups {
        Some(groups) => {
            let turn = context.dissolving.lock().unwrap_or_else(PoisonError::into_inner);
            let geometry = super::rollup::borders(zones, name, &groups.members, 0.0)?;
            drop(turn);
            ("code", Arc::new(geometry))
        }
        None => (zones.key(), Arc::clone(zones.geometry())),
    };
    Ok(Layer::new(name, key, layer_columns, geometry, provenance)?)
}

/// The state's name, from the table where the zones have none.
fn with_state(mut columns: Vec<Column>, work: &Work<'_>) -> Result<Vec<Column>, BuildError> {
    if !work.zones.has("state") && work.table.has("state") {
        columns.push(Column::texts("state", states(work)?));
    }
    Ok(columns)
}

/// From this share of values at or beyond one goalpost on it is told that they count alike.
const MANY: f64 = 0.5;

/// From this share on the indicator tells hardly any place from another.
const NEARLY_ALL: f64 = 0.9;

/// What to say of an indicator of which many values lie at or beyond a goalpost of the recipe.
fn beyond(indicator: &RecipeIndicator, values: &[Option<f64>]) -> Option<Finding> {
    let Some(RecipePosts::Fixed([low, high])) = indicator.goalposts else { return None };
    let known = values.iter().flatten().count();
    let count = |is: &dyn Fn(f64) -> bool| values.iter().flatten().filter(|&&value| is(value)).count();
    let ends = [(high, count(&|value| value >= high)), (low, count(&|value| value <= low))];
    let (post, found) = ends.into_iter().max_by_key(|&(_, found)| found)?;
    let share = found as f64 / known.max(1) as f64;
    let name = &indicator.name;
    (share >= MANY).then(|| Finding::Statistic {
        es: format!("`{name}`: {found} de {known} valores llegan al extremo {post} o lo pasan, y cuentan igual; `[composite.goalposts]` lo cambia"),
        en: format!("`{name}`: {found} of {known} values reach goalpost {post} or lie beyond it, and count alike; `[composite.goalposts]` moves it"),
        warning: share >= NEARLY_ALL,
    })
}

fn score_columns(work: &Work<'_>, own: &[Option<f64>], runs: &Runs) -> Vec<Column> {
    let field = &work.step.field;
    let found = intervals(&runs.scores);
    let places = ranks(own);
    let widest = |bound: &[Option<i64>], pick: fn(i64, i64) -> i64| {
        places.iter().zip(bound).map(|(own, bound)| Some(pick((*own)?, (*bound)?))).collect()
    };
    vec![
        Column::numbers(field, own.to_vec()),
        Column::numbers(format!("{field}_lo"), within(own, &found.score_lo, f64::min)),
        Column::numbers(format!("{field}_md"), known(own, &found.score_mid)),
        Column::numbers(format!("{field}_hi"), within(own, &found.score_hi, f64::max)),
        Column::integers("rank", places.clone()),
        Column::integers("rank_lo", widest(&found.rank_lo, i64::min)),
        Column::integers("rank_md", known(&places, &found.rank_mid)),
        Column::integers("rank_hi", widest(&found.rank_hi, i64::max)),
    ]
}

/// The medians of the rows that have a value of their own.
fn known<T: Copy>(own: &[Option<T>], median: &[Option<T>]) -> Vec<Option<T>> {
    own.iter().zip(median).map(|(own, median)| own.and(*median)).collect()
}

/// One end of an interval, moved where needed to hold the recipe's own value, whatever the runs say.
fn within(own: &[Option<f64>], end: &[Option<f64>], pick: fn(f64, f64) -> f64) -> Vec<Option<f64>> {
    own.iter().zip(end).map(|(own, end)| Some(pick((*own)?, (*end)?))).collect()
}

/// Dimensions and factors.
fn detail_columns(
    work: &Work<'_>,
    scores: &Scores,
    effects: &Factors,
    groups: Option<&Groups>,
) -> Vec<Column> {
    let mean = |values: &[Option<f64>]| groups.map_or_else(|| values.to_vec(), |groups| groups.means(values));
    let mut columns: Vec<Column> = work
        .recipe
        .dimension
        .iter()
        .zip(&scores.dimensions)
        .map(|(dimension, values)| Column::numbers(format!("d_{}", dimension.name), mean(values)))
        .collect();
    let by_indicator: Vec<Vec<Option<f64>>> = (0..work.columns.len())
        .map(|k| mean(&effects.effects.iter().map(|row| row[k]).collect::<Vec<_>>()))
        .collect();
    let rows = by_indicator.first().map_or(0, Vec::len);
    let names: Vec<&str> = work.recipe.indicators().map(|indicator| indicator.name.as_str()).collect();
    let strongest: Vec<_> = (0..rows)
        .map(|row| {
            let effects: Vec<Option<f64>> = by_indicator.iter().map(|column| column[row]).collect();
            crate::risk::composite::strongest(&effects, NAMED)
        })
        .collect();
    for (side, up) in [("up", true), ("down", false)] {
        for n in 0..NAMED {
            let at = |row: usize| {
                let (ups, downs) = &strongest[row];
                if up { ups.get(n).copied() } else { downs.get(n).copied() }
            };
            let named = (0..rows).map(|row| at(row).map(|(k, _)| names[k])).collect();
            columns.push(Column::texts(format!("{side}_{}", n + 1), named));
            let points = (0..rows).map(|row| at(row).map(|(_, effect)| effect)).collect();
            columns.push(Column::numbers(format!("{side}_{}_pts", n + 1), points));
        }
    }
    columns
}

/// Parts of the people and the gap between the first two.
fn part_columns(work: &Work<'_>, runs: &Runs) -> Result<Vec<Column>, BuildError> {
    let mut columns = Vec::new();
    let mut three = |name: &str, own: Vec<Option<f64>>, runs: &[Vec<Option<f64>>]| {
        let found = intervals(runs);
        let (low, high) = (within(&own, &found.score_lo, f64::min), within(&own, &found.score_hi, f64::max));
        columns.push(Column::numbers(name, own));
        columns.push(Column::numbers(format!("{name}_lo"), low));
        columns.push(Column::numbers(format!("{name}_hi"), high));
    };
    let mut owns = Vec::new();
    for (part, part_runs) in work.step.part.iter().zip(&runs.parts) {
        let fields = work.step.columns(work.recipe, Some(part));
        let values = work::columns(work.table, &work.rows, &fields)?;
        let own = work.prepared.scores_of(&values, &Variation::default());
        three(&part.name, own.clone(), part_runs);
        owns.push(own);
    }
    if let ([a, b, ..], [a_runs, b_runs, ..]) = (owns.as_slice(), runs.parts.as_slice()) {
        let gaps: Vec<_> = a_runs.iter().zip(b_runs).map(|(a, b)| less(a, b)).collect();
        three("gap", less(a, b), &gaps);
    }
    Ok(columns)
}

/// One score less another.
fn less(a: &[Option<f64>], b: &[Option<f64>]) -> Vec<Option<f64>> {
    a.iter().zip(b).map(|(a, b)| Some((*a)? - (*b)?)).collect()
}

/// The indicators as they were used, and the people.
fn value_columns(work: &Work<'_>, groups: Option<&Groups>) -> Vec<Column> {
    let mut columns: Vec<Column> = work
        .recipe
        .indicators()
        .zip(&work.columns)
        .map(|(indicator, values)| {
            let values = groups.map_or_else(|| values.clone(), |groups| groups.means(values));
            Column::numbers(&indicator.name, values)
        })
        .collect();
    if let (Some(field), Some(people)) = (&work.step.weight, &work.people) {
        columns.push(match groups {
            Some(groups) => Column::numbers(field, groups.sums(people)),
            None => Column::numbers(field, people.clone()),
        });
    }
    columns
}

/// Missing values and weights that run against the others.
fn findings(work: &Work<'_>, scores: &Scores) -> Vec<Finding> {
    let keys = work.zones.keys();
    let mut findings = Vec::new();
    let told = work.table.provenance.findings.iter().any(|f| matches!(f, Finding::MissingValues { .. }));
    let without: Vec<usize> = (0..keys.len()).filter(|&row| scores.score[row].is_none()).collect();
    if !without.is_empty() {
        findings.push(Finding::Dropped {
            count: without.len(),
            reason_es: format!(
                "sin puntaje, porque la receta `{}` no admite que falte tanto",
                work.recipe.name
            ),
            reason_en: format!("without a score, as recipe `{}` does not let so much lack", work.recipe.name),
            examples: without.iter().take(EXAMPLES).map(|&row| keys[row].to_owned()).collect(),
        });
    }
    if !told {
        for (indicator, values) in work.recipe.indicators().zip(&work.columns) {
            let lacking: Vec<usize> =
                (0..keys.len()).filter(|&row| values[row].is_none() && scores.score[row].is_some()).collect();
            if !lacking.is_empty() {
                findings.push(Finding::MissingValues {
                    fields: vec![indicator.name.clone()],
                    count: lacking.len(),
                    examples: lacking.iter().take(EXAMPLES).map(|&row| keys[row].to_owned()).collect(),
                });
            }
        }
    }
    findings.extend(
        work.recipe.indicators().zip(&work.columns).flat_map(|(indicator, values)| beyond(indicator, values)),
    );
    for (dimension, found) in work.recipe.dimension.iter().zip(&work.prepared.principal) {
        let against = found.iter().flat_map(|found| &found.against);
        for name in against.map(|&k| dimension.indicator[k].name.as_str()) {
            findings.push(Finding::Statistic {
                es: format!("`{name}` corre en contra de los demás indicadores de `{}` en el componente principal: revise su dirección", dimension.name),
                en: format!("`{name}` runs against the other indicators of `{}` in the principal component: check its direction", dimension.name),
                warning: true,
            });
        }
    }
    findings
}
