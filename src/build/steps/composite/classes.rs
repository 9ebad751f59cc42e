//! Rules for classes, on the score and on every run.

use rayon::prelude::*;

use super::like::Like;
use super::runs::Runs;
use super::work::{Work, failed, states};
use crate::build::BuildError;
use crate::layer::Column;
use crate::risk::classify::{Classed, Rule, class_by};
use crate::risk::uncertainty::class_share;
use crate::workspace::config::{ClassRule, ClassSpec, Composite};

/// The classes by one rule.
pub(super) struct ByRule {
    /// Classes, cut points and counts.
    pub found: Classed,
    /// Share of runs, %, that put each zone into its class.
    pub share: Vec<Option<f64>>,
}

/// The classes by every rule of the layer.
pub(super) fn all(
    work: &Work<'_>,
    own: &[Option<f64>],
    runs: &Runs,
    like: Option<&Like>,
) -> Result<Vec<ByRule>, BuildError> {
    let states: Vec<String> = states(work)?.into_iter().map(Option::unwrap_or_default).collect();
    work.step
        .class
        .iter()
        .enumerate()
        .map(|(at, spec)| {
            let kept = like.and_then(|like| like.cuts.get(at)).filter(|cuts| !cuts.is_empty());
            let rule = match (kept, spec.rule) {
                // Intervals of a state's own are no cut points to keep.
                (Some(cuts), rule) if rule != ClassRule::Relative => Rule::Fixed(cuts.clone()),
                _ => rule(spec),
            };
            let class = |scores: &[Option<f64>]| class_by(scores, &rule, Some(&states));
            let found = class(own).map_err(|error| failed(work.name, &work.zones.keys(), error))?;
            // A run whose scores cannot be classed agrees with none.
            let others: Vec<Vec<Option<u8>>> = runs
                .scores
                .par_iter()
                .map(|run| class(run).map_or_else(|_| vec![None; run.len()], |found| found.class))
                .collect();
            let share = class_share(&found.class, &others);
            Ok(ByRule { found: Classed { rule: name(spec), ..found }, share })
        })
        .collect()
}

/// The rule as the file names it, also where its cut points were kept from another layer.
fn name(spec: &ClassSpec) -> &'static str {
    rule(spec).name()
}

fn rule(spec: &ClassSpec) -> Rule {
    let classes = spec.names.len();
    match spec.rule {
        ClassRule::Fixed => Rule::Fixed(spec.cuts.clone()),
        ClassRule::Equal => Rule::Equal(classes),
        ClassRule::Relative => Rule::Relative(classes),
        ClassRule::Quantiles => Rule::Quantiles(classes),
        ClassRule::Jenks => Rule::Jenks(classes),
        ClassRule::Dalenius => Rule::Dalenius { classes, bins: spec.bins },
        ClassRule::Headtail => Rule::HeadTail(classes),
    }
}

/// Class and share of runs, by rule.
pub(super) fn columns(step: &Composite, classed: &[ByRule]) -> Vec<Column> {
    let mut columns = Vec::new();
    for ((spec, by_rule), (class, share)) in step.class.iter().zip(classed).zip(step.class_fields()) {
        let names = by_rule.found.class.iter();
        let names = names.map(|class| class.map(|class| spec.names[usize::from(class)].as_str())).collect();
        columns.push(Column::texts(class, names));
        columns.push(Column::numbers(share, by_rule.share.clone()));
    }
    columns
}
