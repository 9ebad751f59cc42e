//! The facts of a sheet, as plain data.

use serde::Serialize;

use crate::publish::style::Words;

/// A score with its interval and place.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Place {
    /// Code of the zone.
    pub code: String,
    /// Its name.
    pub name: String,
    /// Score.
    pub score: f64,
    /// Lower end of its interval.
    pub low: Option<f64>,
    /// Upper end.
    pub high: Option<f64>,
    /// Rank from the highest.
    pub rank: Option<i64>,
    /// Best place in the interval.
    pub rank_lo: Option<i64>,
    /// Worst place in the interval.
    pub rank_hi: Option<i64>,
    /// Number of the class, from 0, the lowest.
    pub class: Option<usize>,
}

/// A class by one rule.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Classed {
    /// Name of the rule.
    pub rule: String,
    /// Code of the class.
    pub class: Option<String>,
    /// Share of runs that agree, %.
    pub share: Option<f64>,
    /// Codes of all classes, lowest first.
    pub names: Vec<String>,
    /// Cut points; those of the state where it has its own.
    pub cuts: Vec<f64>,
    /// How many zones are in each class.
    pub counts: Vec<u64>,
}

/// One class on the scale of scores.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Band {
    /// From here.
    pub from: f64,
    /// To here.
    pub to: f64,
    /// Code of the class.
    pub class: String,
}

/// One dimension beside the mean of all.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Bar {
    /// What it is called.
    pub title: Words,
    /// Score of the zone.
    pub value: Option<f64>,
    /// Mean of all.
    pub mean: Option<f64>,
}

/// What pushes a score up or down.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Factor {
    /// What the indicator is called.
    pub title: Words,
    /// Its unit.
    pub unit: String,
    /// Value of the zone.
    pub value: Option<f64>,
    /// The national value that its effect is measured against: the mean on the scale of the recipe, in its unit.
    pub mean: Option<f64>,
    /// Median of all zones.
    pub median: Option<f64>,
    /// Points of the score that it adds or takes.
    pub points: f64,
}

/// Girls and boys.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Gap {
    /// What is measured.
    pub title: Words,
    /// What the first part is called.
    pub a_title: Words,
    /// What the second part is called.
    pub b_title: Words,
    /// Unit of both.
    pub unit: String,
    /// The first part.
    pub a: Option<f64>,
    /// The second part.
    pub b: Option<f64>,
    /// The first less the second.
    pub gap: Option<f64>,
    /// Lower end of its interval.
    pub low: Option<f64>,
    /// Upper end.
    pub high: Option<f64>,
    /// What the interval is.
    pub interval: String,
}

/// One shape of a map.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct MapShape {
    /// Name, for the tip.
    pub name: String,
    /// Number of its class, from 0, the lowest.
    pub class: Option<usize>,
    /// Whether it is the one that the sheet is about.
    pub chosen: bool,
    /// Rings of longitude and latitude.
    #[serde(skip)]
    pub rings: Vec<Vec<(f64, f64)>>,
}

/// A figure of the corridor.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Figure {
    /// What the published layer calls it.
    pub title: Words,
    /// Its unit.
    pub unit: String,
    /// Value of the place.
    pub value: f64,
    /// Decimals that it is written with.
    pub decimals: usize,
}

/// A place by priority.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Ranked {
    /// Name.
    pub name: String,
    /// Rank from the first.
    pub rank: i64,
}

/// What routes there are in a place, and what was found along them.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Corridor {
    /// Whether a route of the list crosses the place.
    pub crossed: bool,
    /// Names of the routes that cross it, where stretches are published.
    pub routes: Vec<String>,
    /// Kilometres, incidents, risk on the way, gaps.
    pub figures: Vec<Figure>,
    /// When the incidents that are counted took place; empty where the layer file does not say.
    pub incidents_date: String,
    /// Rank by priority, for a municipality.
    pub rank: Option<i64>,
    /// How many places are ranked by priority.
    pub ranked: usize,
    /// The first places by priority, for a state.
    pub first: Vec<Ranked>,
}

/// Everything on a sheet.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Sheet {
    /// Title of the index.
    pub title: Words,
    /// Country or area.
    pub country: Words,
    /// Whether every figure is invented.
    pub invented: bool,
    /// What zones are called, in the plural and with a capital.
    pub zones: Words,
    /// The zone.
    pub place: Place,
    /// Name of its state, for a municipality.
    pub state: Option<String>,
    /// Whether it is a group of zones, such as a state.
    pub group: bool,
    /// How many zones are ranked.
    pub ranked: usize,
    /// Rank within its state and number ranked there, for a municipality.
    pub within: Option<(usize, usize)>,
    /// People.
    pub people: Option<f64>,
    /// Greatest score.
    pub scale: f64,
    /// Mean of all zones, by people where known.
    pub mean: Option<f64>,
    /// Classes by each rule, the main one first.
    pub classes: Vec<Classed>,
    /// The main classes on the scale.
    pub bands: Vec<Band>,
    /// What was found on the corridor, where priorities are published.
    pub corridor: Option<Corridor>,
    /// Dimensions.
    pub dimensions: Vec<Bar>,
    /// What raises the score most.
    pub up: Vec<Factor>,
    /// What lowers it most.
    pub down: Vec<Factor>,
    /// Girls and boys, where published.
    pub gaps: Vec<Gap>,
    /// Its municipalities with the highest scores, for a state.
    pub highest: Vec<Place>,
    /// How many of its municipalities are in each class, for a state.
    pub counts: Vec<usize>,
    /// The map: municipalities of the state.
    pub map: Vec<MapShape>,
    /// The small map: states of the country.
    pub inset: Vec<MapShape>,
    /// Recipe and version.
    pub recipe: (String, String),
    /// What the recipe stands on.
    pub method: String,
    /// Runs behind the intervals.
    pub runs: u64,
    /// Who made the data.
    pub sources: Vec<String>,
    /// Date of the data.
    pub date: String,
    /// What a reader must know.
    pub caveats: Vec<Words>,
    /// The run that it was taken from.
    pub run: String,
}
