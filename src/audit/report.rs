//! What an audit found, as data.

use serde::{Deserialize, Serialize};

use crate::workspace::config::Level;

/// What an audit of one edition found. It holds neither keys nor places of sites.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, Serialize)]
pub struct Report {
    /// The edition; none where there is one without a name.
    pub edition: Option<String>,
    /// The level of its readers.
    pub level: Level,
    /// The newest run that was attacked.
    pub run: String,
    /// Whether nothing was found.
    pub passed: bool,
    /// Fewest settlements that each hidden site must be left with.
    pub k: usize,
    /// Hidden sites.
    pub sites: usize,
    /// Settlements left for a site that was or is hidden: fewest, median.
    pub candidates: Option<[f64; 2]>,
    /// Area of the hull around them, square kilometres: least, median.
    pub km2: Option<[f64; 2]>,
    /// Settlements of equal people that would leave a guesser as unsure: fewest, median.
    #[serde(default)]
    pub effective: Option<[f64; 2]>,
    /// Share of their people in the largest of them: greatest, median.
    pub likeliest: Option<[f64; 2]>,
    /// The runs that were attacked, in their order.
    pub runs: Vec<RunReport>,
    /// What two runs in succession say together.
    pub differences: Vec<Difference>,
    /// Layers that readers see with points where hidden sites are.
    #[serde(default)]
    pub alike: Vec<Alike>,
    /// Why it may not be published.
    pub faults: Vec<Fault>,
}

/// A layer of points that readers see, some of which are where hidden sites are.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
pub struct Alike {
    /// The layer that they see.
    pub layer: String,
    /// Its points.
    pub points: usize,
    /// The layer of hidden sites.
    pub sites: String,
    /// How many of these it has a point at.
    pub found: usize,
    /// Whether so many that it holds their list.
    pub copied: bool,
}

/// What the attack on one run found.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, Serialize)]
pub struct RunReport {
    /// The run.
    pub run: String,
    /// The edition that it is of.
    pub edition: Option<String>,
    /// Whether it is about to be published, and not yet.
    pub staged: bool,
    /// Distances, ends of gaps and exclusions in it.
    pub said: usize,
    /// By where they come from.
    pub sources: Vec<SourceReport>,
    /// Places that they point to.
    pub places: usize,
    /// Of them, those where three or more distances meet.
    pub pinned: usize,
    /// Hidden sites within 1, 5 and 10 km of a pinned place.
    pub within: [usize; 3],
}

/// What one field says.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, Serialize)]
pub struct SourceReport {
    /// Layer.
    pub layer: String,
    /// Field.
    pub field: String,
    /// How many things it says.
    pub said: usize,
    /// How many do not follow from the places where sites are published.
    pub unexplained: usize,
}

/// What two runs in succession say together.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, Serialize)]
pub struct Difference {
    /// The earlier run.
    pub from: String,
    /// The later run.
    pub to: String,
    /// Pinned places that appeared.
    pub appeared: usize,
    /// Pinned places that vanished.
    pub vanished: usize,
    /// Distances that changed.
    pub changed: usize,
    /// Places that these alone pin.
    pub pinned: usize,
}

/// Why an edition may not be published.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize, Serialize)]
pub struct Fault {
    /// What it is.
    pub kind: FaultKind,
    /// The run that gives it away; several with a blank between them.
    pub run: String,
    /// The layer; empty where it is the run as a whole.
    pub layer: String,
    /// The field.
    pub field: String,
    /// How many hidden sites.
    pub sites: usize,
    /// Fewest settlements left for one of them.
    pub fewest: usize,
}

/// Kinds of faults.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum FaultKind {
    /// What is to be published leads to sites.
    Traced,
    /// What is published already does.
    TracedBefore,
    /// How sites were hidden in a run is not known any more.
    Unknown,
    /// The places of a site in several runs leave too few settlements.
    Together,
    /// Sites were displaced among another list of settlements in runs that are still published.
    Lists,
    /// The place of a site leaves too few settlements.
    Groups,
    /// The settlements that are left span no area.
    Span,
    /// A layer that readers see holds hidden sites.
    Copied,
}
