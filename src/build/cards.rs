//! What is said of each published layer, gathered from the plan and the layers.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::{BuildError, Context, hide, words};
use crate::protect::{Door, sight};
use crate::publish::{Ancestor, Card};
use crate::workspace::config::{LIXEL_KEY, Level, Text};
use crate::workspace::{Plan, PlannedLayer};

/// The cards of all layers that are published for those who may see up to a level, in plan order.
pub(super) fn cards(context: &Context, plan: &Plan, viewer: Level) -> Result<Vec<Card>, BuildError> {
    published(plan, viewer).map(|layer| card(context, plan, layer)).collect()
}

/// The layers that are published for those who may see up to a level, in plan order.
pub(super) fn published(plan: &Plan, viewer: Level) -> impl Iterator<Item = &PlannedLayer> {
    let seen = move |layer: &&PlannedLayer| sight(Door::Metadata, viewer, layer.level).is_whole();
    plan.layers().iter().filter(|layer| layer.file.publish).filter(seen)
}

fn card(context: &Context, plan: &Plan, planned: &PlannedLayer) -> Result<Card, BuildError> {
    let family = ancestors(plan, planned);
    let ancestry = family
        .iter()
        .map(|ancestor| {
            let (features, provenance) = context.record(&ancestor.name)?;
            Ok(Ancestor {
                layer: ancestor.name.clone(),
                level: ancestor.level,
                date: ancestor.file.date.clone(),
                features,
                provenance: provenance.clone(),
            })
        })
        .collect::<Result<_, BuildError>>()?;
    let layer = Arc::clone(context.layer(&planned.name)?);
    let mut caveats: Vec<Text> = Vec::new();
    let mut sources: Vec<String> = Vec::new();
    let others = || family.iter().copied().filter(|a| a.name != planned.name);
    for file in std::iter::once(planned).chain(others()).map(|l| &l.file) {
        if !file.source.is_empty() && !sources.contains(&file.source) {
            sources.push(file.source.clone());
        }
    }
    let theme = planned.file.step().map_or("plain", |step| match layer.key() == LIXEL_KEY {
        true => step.output().segments,
        false => step.output().theme,
    });
    let reach_km = words::reach_km(&family);
    let mut warn = |caveat: Text| {
        if caveat != Text::default() && !caveats.contains(&caveat) {
            caveats.push(caveat);
        }
    };
    // By the harm of not knowing it: what the result is not, then what its steps are not, the nearest first; then how far
    // off distances may be; then the flaws of the sources.
    let (read, made): (Vec<_>, Vec<_>) = others().partition(|layer| layer.file.read.is_some());
    for layer in std::iter::once(planned).chain(made.into_iter().rev()) {
        warn(words::filled(&layer.file.caveats, reach_km));
        words::goalposts(&layer.file).into_iter().for_each(&mut warn);
    }
    hide::caveat(&layer).into_iter().for_each(&mut warn);
    for layer in read {
        warn(layer.file.caveats.clone());
    }
    let style = words::style(plan, planned, &layer, reach_km);
    Ok(Card {
        name: planned.name.clone(),
        layer,
        theme,
        style,
        title: words::filled(&planned.file.title, reach_km),
        description: words::filled(&planned.file.description, reach_km),
        caveats,
        sources,
        date: dates(planned, &family),
        licence: planned.file.licence.clone(),
        level: planned.level,
        level_from: planned.level_from.clone(),
        ancestry,
    })
}

/// The dates that the data speak of: the layer's own, else its ancestors'.
fn dates(planned: &PlannedLayer, family: &[&PlannedLayer]) -> String {
    if !planned.file.date.is_empty() {
        return planned.file.date.clone();
    }
    let dates: BTreeSet<&str> =
        family.iter().map(|l| l.file.date.as_str()).filter(|d| !d.is_empty()).collect();
    dates.into_iter().collect::<Vec<_>>().join("; ")
}

/// A layer and everything it was made from, in plan order.
fn ancestors<'a>(plan: &'a Plan, layer: &'a PlannedLayer) -> Vec<&'a PlannedLayer> {
    let mut names: BTreeSet<&str> = BTreeSet::from([layer.name.as_str()]);
    for candidate in plan.layers().iter().rev() {
        if names.contains(candidate.name.as_str()) {
            names.extend(candidate.inputs.iter().map(String::as_str));
        }
    }
    plan.layers().iter().filter(|l| names.contains(l.name.as_str())).collect()
}
