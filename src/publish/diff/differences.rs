//! What differs between two runs, as data.

use serde::Serialize;

use super::features::LayerDiff;

/// Everything that differs between two runs.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Diff {
    /// The earlier run.
    pub from: String,
    /// The later run.
    pub to: String,
    /// Layers that only the later has.
    pub layers_added: Vec<String>,
    /// Layers that only the earlier has.
    pub layers_removed: Vec<String>,
    /// Layers of both that differ, in the order of the later's metadata.
    pub layers: Vec<LayerDiff>,
    /// Zones that became hot spots or ceased to be; none where no layer tells.
    pub hotspots: Option<Hotspots>,
    /// Zones whose priority, or else whose risk, moved most.
    pub movers: Vec<Mover>,
    /// Gaps that opened, closed, or changed their length; none where no layer tells.
    pub gaps: Option<Gaps>,
    /// Sources that came, went, or changed.
    pub sources: Vec<SourceChange>,
}

impl Diff {
    /// Whether nothing differs.
    pub fn is_empty(&self) -> bool {
        self.layers_added.is_empty()
            && self.layers_removed.is_empty()
            && self.layers.is_empty()
            && self.sources.is_empty()
    }
}

/// Zones that became hot spots at 95 % or ceased to be.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Hotspots {
    /// The layer that tells.
    pub layer: String,
    /// Hot spots before and after.
    pub count: [usize; 2],
    /// Zones that entered.
    pub entered: Vec<Mover>,
    /// Zones that left.
    pub left: Vec<Mover>,
}

/// A zone and what moved.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Mover {
    /// The layer that tells.
    pub layer: String,
    /// Its key.
    pub key: String,
    /// Its name, where it has one.
    pub name: String,
    /// The field that moved.
    pub field: String,
    /// Its value before.
    pub before: Option<f64>,
    /// Its value after.
    pub after: Option<f64>,
    /// The difference; 0 where either is missing.
    pub moved: f64,
    /// Its rank before and after, where it has one.
    pub rank: [Option<i64>; 2],
}

/// Parts of routes beyond reach that came or went.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Gaps {
    /// The layer that tells.
    pub layer: String,
    /// Kilometres of gap before and after.
    pub km: [f64; 2],
    /// Gaps where there was none.
    pub opened: Vec<Gap>,
    /// Gaps of which nothing is left.
    pub closed: Vec<Gap>,
    /// Gaps that stay, of another extent; as they are now.
    pub changed: Vec<Gap>,
}

/// A gap.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Gap {
    /// Its key in its run.
    pub key: String,
    /// Its route.
    pub route: String,
    /// Where it begins along the route, km.
    pub from_km: f64,
    /// Where it ends, km.
    pub to_km: f64,
}

/// A source that came, went, or changed.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(tag = "change", rename_all = "snake_case")]
pub enum SourceChange {
    /// It was not used before.
    New {
        /// Its name.
        source: String,
    },
    /// It is used no more.
    Vanished {
        /// Its name.
        source: String,
    },
    /// Its bytes, or the number of its features, are others.
    Changed {
        /// Its name.
        source: String,
        /// Features before and after.
        features: [usize; 2],
    },
}
