//! One layer file: its words, its level, and exactly one step that makes it.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

// All of them: a step that is added is in the list, and nowhere here.
use super::steps::*;
use super::{Check, LayerStyle, Level, Text, Validate};

macro_rules! layer_file {
    ({ $($common:tt)* } $( $(#[$doc:meta])* $table:ident: $Step:ident, )*) => {
        /// `layers/NAME.toml`: exactly one of the step tables must be present.
        #[derive(Clone, Debug, Default, Deserialize, Serialize, JsonSchema)]
        pub struct LayerFile {
            $($common)*
            $(
                $(#[$doc])*
                pub $table: Option<$Step>,
            )*
        }

        impl LayerFile {
            /// All step tables that the file has.
            fn steps(&self) -> impl Iterator<Item = Step<'_>> {
                [$(self.$table.as_ref().map(Step::$Step)),*].into_iter().flatten()
            }
        }
    };
}
for_each_step! {
    layer_file! {
        /// Title for people.
        #[serde(default)]
        pub title: Text,
        /// What the layer shows, in a sentence or two. `{reach_km}` stands for the reach of the sites that it was made from, as
        /// in `title`, `caveats` and `[style.words]`.
        #[serde(default)]
        pub description: Text,
        /// What a reader must know before using it: vintage, minimum estimates, certainty.
        #[serde(default)]
        pub caveats: Text,
        /// Who made the data.
        #[serde(default)]
        pub source: String,
        /// Date or year the data speak of.
        #[serde(default)]
        pub date: String,
        /// Licence of the data.
        #[serde(default)]
        pub licence: String,
        /// Sensitivity. A read layer states its own (default `restricted`); a derived one inherits the
        /// strictest of its inputs, and only `[protect]` lowers it.
        pub level: Option<Level>,
        /// Whether the layer is published.
        #[serde(default)]
        pub publish: bool,
        /// The record of lowering the level.
        pub protect: Option<Protect>,
        /// What must hold of it before anything is published.
        pub check: Option<Check>,
        /// Whether its score points to where events happen later.
        pub validate: Option<Validate>,
        /// What differs from the ready style.
        pub style: Option<LayerStyle>,
    }
}

impl LayerFile {
    /// The step of the file; `None` unless there is exactly one.
    ///
    /// ```
    /// use corredor::workspace::config::{LayerFile, StepKind};
    ///
    /// let mut file = LayerFile::default();
    /// assert!(file.step().is_none());
    /// file.hotspot = Some(toml::from_str("zones = 'risk'")?);
    /// assert_eq!(file.step().map(|step| step.kind()), Some(StepKind::Hotspot));
    /// # Ok::<(), toml::de::Error>(())
    /// ```
    pub fn step(&self) -> Option<Step<'_>> {
        let mut steps = self.steps();
        let step = steps.next()?;
        steps.next().is_none().then_some(step)
    }

    /// The layer of routes, and that of zones, that stretches or lixels were cut from; `None` for other layers.
    pub fn cut_from(&self) -> Option<(&str, Option<&str>)> {
        self.step().and_then(Step::cut_from)
    }

    /// The layers that the file's step refers to; see [`Step::inputs`].
    pub fn inputs(&self) -> Vec<Input<'_>> {
        self.step().map(Step::inputs).unwrap_or_default()
    }
}

/// `[protect]`: why a derived layer may stand below the level of its inputs.
///
/// One rule for every step says whether that is so, and on what condition. Conditions on the data are checked in the
/// build, right after the step. What they ask may be raised and not lowered.
#[derive(Clone, Debug, Deserialize, Serialize, JsonSchema)]
pub struct Protect {
    /// The new level.
    pub to: Level,
    /// Why that is safe; kept in the metadata.
    pub reason: Text,
    /// Distances derived from sites are rounded to whole multiples of this, km.
    #[serde(default = "one_km")]
    #[schemars(range(min = 1.0))]
    pub round_km: f64,
    /// Rollup: each group has so many zones with a value at least.
    #[serde(default = "ten_zones")]
    #[schemars(range(min = 10))]
    pub min_zones: usize,
    /// Rollup: no zone of a group gives more than this share of a sum or mean, %.
    #[serde(default = "most_share")]
    #[schemars(range(min = 10.0, max = 80.0))]
    pub max_share_pct: f64,
    /// Counts: each zone has this area at least, km2, or `min_people`.
    #[serde(default = "least_area")]
    #[schemars(range(min = 2.0))]
    pub min_km2: f64,
    /// Counts: each zone has so many people at least in the field `population`, or `min_km2`.
    #[serde(default = "least_people")]
    #[schemars(range(min = 5000))]
    pub min_people: usize,
}

fn one_km() -> f64 {
    1.0
}

fn ten_zones() -> usize {
    10
}

fn most_share() -> f64 {
    80.0
}

/// The smallest municipalities of Mexico have 2.2 km2; a kilometre grid has 1.
fn least_area() -> f64 {
    2.0
}

/// As many as live in a quarter of a town.
fn least_people() -> usize {
    5_000
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::workspace::config::{Role, StepKind};

    #[test]
    fn steps_know_their_names() {
        for kind in StepKind::ALL {
            assert_eq!(StepKind::from_name(kind.name()), Some(kind));
        }
        assert_eq!(StepKind::from_name("scores"), None);
    }

    #[test]
    fn two_steps_are_none() {
        let two = "[hotspot]\nzones = 'a'\n[rollup]\nzones = 'a'\nby = { prefix = 2 }";
        let file: LayerFile = toml::from_str(two).unwrap();
        assert!(file.step().is_none() && file.inputs().is_empty());
    }

    #[test]
    fn the_readme_lists_every_derived_step() {
        let readme = include_str!("../../../README.md");
        let rows = |line: &&str| line.starts_with("| `");
        let listed: Vec<&str> = readme.lines().filter(rows).filter_map(|row| row.split('`').nth(1)).collect();
        let derived = StepKind::ALL.iter().filter(|kind| **kind != StepKind::Read).map(|kind| kind.name());
        assert_eq!(listed, derived.collect::<Vec<_>>());
    }

    #[test]
    fn inputs_say_whose_rows_come_along() {
        let inputs = |text: &str| -> Vec<(String, Role, bool)> {
            let file: LayerFile = toml::from_str(text).unwrap();
            file.inputs().into_iter().map(|i| (i.name.to_owned(), i.role, i.rows)).collect()
        };
        let exposure = |output: &str| format!("[exposure]\nroutes = 'r'\nzones = 'z'\noutput = '{output}'");
        let rows = |output: &str| inputs(&exposure(output)).into_iter().map(|i| i.2).collect::<Vec<_>>();
        assert_eq!(rows("stretches"), [true, true]);
        assert_eq!(rows("zones"), [false, true]);
        assert_eq!(rows("routes"), [true, false]);
        assert_eq!(
            inputs("[rollup]\nzones = 'z'\nby = { table = 't', field = 'f' }"),
            [("z".to_owned(), Role::Zones, false), ("t".to_owned(), Role::Table, false)]
        );
    }
}
