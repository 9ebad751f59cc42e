//! The plan as it is for those who may see up to a level: what hides nothing from them is left out, and sites above their
//! level are displaced before anything is derived from them.

use std::collections::BTreeMap;

use super::Workspace;
use super::config::{Hiding, LayerFile, Level};
use super::displaced::Displaced;
use super::plan::{Plan, PlannedLayer};
use crate::sensitivity::{Door, sight};

impl Workspace {
    /// The plan for those who may see up to a level.
    ///
    /// A layer's `[protect]` is left out where they may see all that the layer is made from: it is for others then. A
    /// coverage layer whose sites are above the level is marked as [`Displaced`], and the gazetteer is one of its inputs.
    pub fn plan_for(&self, viewer: Level) -> Plan {
        seen(self.plan(), viewer, &self.file().protect)
    }
}

/// See [`Workspace::plan_for`].
fn seen(plan: &Plan, viewer: Level, hiding: &Hiding) -> Plan {
    let mut levels: BTreeMap<String, Level> = BTreeMap::new();
    let mut layers = Vec::with_capacity(plan.layers().len());
    for planned in plan.layers() {
        let layer = of(plan, planned, viewer, hiding, &levels);
        levels.insert(layer.name.clone(), layer.level);
        layers.push(layer);
    }
    Plan::new(layers)
}

fn of(
    plan: &Plan,
    planned: &PlannedLayer,
    viewer: Level,
    hiding: &Hiding,
    levels: &BTreeMap<String, Level>,
) -> PlannedLayer {
    let mut layer = planned.clone();
    let level_of = |name: &str| levels.get(name).copied().unwrap_or(Level::Strict);
    // Layers are made for who asks in SQL too, so it is that door, through which strict ones are seen.
    let withheld = |level: Level| sight(Door::SqlLayer, viewer, level).is_withheld();
    if let Some(coverage) = &planned.file.coverage
        && withheld(level_of(&coverage.sites))
        && let Some(gazetteer) = gazetteer(plan, hiding, &coverage.sites)
    {
        layer.inputs.push(gazetteer.clone());
        layer.inputs.sort_unstable();
        layer.inputs.dedup();
        layer.displaced = Some(Displaced {
            viewer,
            people: hiding.people.clone(),
            gazetteer,
            k: hiding.k.of(viewer),
            min_km: hiding.min_km,
            min_people: hiding.min_people,
        });
    }
    if layer.file.read.is_some() {
        return layer;
    }
    let mut strictest: Option<(Level, String)> = None;
    for input in planned.file.inputs() {
        let level = level_of(input.name);
        if strictest.as_ref().is_none_or(|(known, _)| level > *known) {
            let from = plan.get(input.name).and_then(|input| input.level_from.clone());
            strictest = Some((level, from.unwrap_or_else(|| input.name.to_owned())));
        }
    }
    let Some((inherited, from)) = strictest else { return layer };
    if planned.file.protect.as_ref().is_some_and(|p| p.to < inherited) && !withheld(inherited) {
        layer.file = LayerFile { protect: None, ..layer.file };
    }
    (layer.level, layer.level_from) = match (&layer.file.protect, layer.file.level) {
        (Some(protect), _) => (protect.to, None),
        (None, Some(stated)) if stated >= inherited => (stated, None),
        _ => (inherited, Some(from)),
    };
    layer
}

/// The layer of the places among which sites are hidden: the one that `corredor.toml` names, else the zones that the
/// first coverage layer of the sites measures.
fn gazetteer(plan: &Plan, hiding: &Hiding, sites: &str) -> Option<String> {
    hiding.gazetteer.clone().or_else(|| {
        let coverages = plan.layers().iter().filter_map(|layer| layer.file.coverage.as_ref());
        let first = coverages.into_iter().find(|coverage| coverage.sites == sites)?;
        plan.get(&first.stretches)?.file.cut_from()?.1.map(str::to_owned)
    })
}
