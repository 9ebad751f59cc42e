//! The one definition of all styles, `layers/styles/*.toml`, as it is built into the program.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::model::{Pattern, Rgb};
use super::words::Words;

/// Palettes and single colours.
const PALETTES: &str = include_str!("../../../layers/styles/palettes.toml");

/// What each kind of layer shows.
const THEMES: &str = include_str!("../../../layers/styles/themes.toml");

/// The colours; a test reads the file, so that the default never stands in.
pub static COLOURS: LazyLock<Palettes> = LazyLock::new(|| toml::from_str(PALETTES).unwrap_or_default());

/// The themes by name; a test reads the file, so that the default never stands in.
pub(super) static THEME: LazyLock<BTreeMap<String, Theme>> =
    LazyLock::new(|| toml::from_str(THEMES).unwrap_or_default());

/// The theme of layers that no other fits.
pub(super) const PLAIN: &str = "plain";

/// `palettes.toml`.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Palettes {
    /// Single colours by name.
    pub colours: BTreeMap<String, Rgb>,
    /// Widths of lines, mm.
    pub lines: Lines,
    /// Palettes by name, each from the highest class to the lowest.
    pub palettes: BTreeMap<String, Vec<Swatch>>,
}

impl Palettes {
    /// A single colour; black where there is none of that name.
    pub fn colour(&self, name: &str) -> Rgb {
        self.colours.get(name).copied().unwrap_or(Rgb(0, 0, 0))
    }

    /// A palette; empty where there is none of that name.
    pub fn palette(&self, name: &str) -> &[Swatch] {
        self.palettes.get(name).map_or(&[], Vec::as_slice)
    }
}

/// Widths of lines, mm, and how opaque they are.
#[derive(Clone, Copy, Debug, Default, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Lines {
    /// The highest class.
    pub widest_mm: f64,
    /// So much less for each class below it.
    pub step_mm: f64,
    /// Without classes.
    pub plain_mm: f64,
    /// A gap.
    pub gap_mm: f64,
    /// How much wider the rim is than its line.
    pub casing_mm: f64,
    /// Borders of zones.
    pub border_mm: f64,
    /// Lines of a pattern.
    pub pattern_mm: f64,
    /// From one of them to the next.
    pub pattern_apart_mm: f64,
    /// Lines over a class that is not sure.
    pub unsure_mm: f64,
    /// From one of them to the next.
    pub unsure_apart_mm: f64,
    /// Opacity of borders, of 255.
    pub border_alpha: u8,
    /// Opacity of the lines of patterns, of 255.
    pub hatch_alpha: u8,
}

impl Lines {
    /// From line to line of a pattern, and their width, mm.
    pub fn pattern(&self) -> (f64, f64) {
        (self.pattern_apart_mm, self.pattern_mm)
    }

    /// The same over a class that is not sure.
    pub fn unsure(&self) -> (f64, f64) {
        (self.unsure_apart_mm, self.unsure_mm)
    }
}

/// One class of a palette.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Swatch {
    /// Its colour.
    pub colour: Rgb,
    /// Lines across areas, where the colour alone does not do in grey.
    pub pattern: Option<Pattern>,
}

/// One theme of `themes.toml`.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Theme {
    /// Group of a project that the layer stands in.
    pub group: String,
    /// Facts of the map tip.
    pub tip: Vec<String>,
    /// The theme by which such a layer is drawn once more.
    pub second: Option<String>,
    /// Ways to draw, the best first.
    pub draw: Vec<Draw>,
    /// Which features' classes are not sure, the best rule first.
    #[serde(default)]
    pub unsure: Vec<UnsureRule>,
    /// Names on the map.
    pub label: Option<LabelRule>,
}

/// A way to draw.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Draw {
    pub by: By,
    #[serde(default)]
    pub field: String,
    #[serde(default)]
    pub palette: String,
    /// Kinds of geometry that it is for; all where empty.
    #[serde(default)]
    pub on: Vec<String>,
    /// What the legend says of features without a value.
    pub missing: Option<Words>,
    /// What the legend says of features at zero.
    pub zero: Option<Words>,
    /// Field whose codes name the classes between the cuts.
    pub names: Option<String>,
    /// Bounds, highest first.
    #[serde(default)]
    pub cuts: Vec<f64>,
    /// Unit in the legend.
    #[serde(default)]
    pub unit: String,
    /// Single colour by name.
    pub colour: Option<String>,
    /// Looks of codes, where they follow no palette; other codes then have no class.
    #[serde(default)]
    pub of: BTreeMap<String, Swatch>,
}

/// How classes are made.
#[derive(Clone, Copy, Debug, Default, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
pub(super) enum By {
    Codes,
    Cuts,
    Zero,
    Ranks,
    Quantiles,
    #[default]
    All,
}

/// A rule that says whose class is not sure.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct UnsureRule {
    pub field: String,
    pub below: Option<f64>,
    pub at_least: Option<f64>,
    pub label: Words,
}

/// Names on the map.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct LabelRule {
    /// The field; the one that names a feature if not given.
    pub field: Option<String>,
    pub decimals: Option<u8>,
    #[serde(default)]
    pub unit: String,
    /// Field of ranks: the first are named with their number wherever any name could be read.
    pub ranks: Option<String>,
    pub few: u32,
    pub many: u32,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::workspace::config::{PaletteName, ThemeName};

    #[test]
    fn the_built_in_files_say_what_they_mean() {
        let palettes: Palettes = toml::from_str(PALETTES).unwrap();
        let themes: BTreeMap<String, Theme> = toml::from_str(THEMES).unwrap();
        for name in [
            "missing",
            "zero",
            "zone",
            "line",
            "casing",
            "halo",
            "border",
            "hatch",
            "ground",
            "water",
            "first_10",
            "first_50",
            "first_100",
            "crossed",
            "off_route",
        ] {
            assert!(palettes.colours.contains_key(name), "{name}");
        }
        // What a workspace may name is there, and nothing else.
        let names = ThemeName::ALL.map(ThemeName::name);
        assert!(names.iter().all(|name| themes.contains_key(*name)));
        let names = PaletteName::ALL.map(PaletteName::name);
        assert!(palettes.palettes.keys().all(|name| names.contains(&name.as_str())));
        assert_eq!(palettes.palettes.len(), names.len());
        assert!(themes.contains_key(PLAIN));
        assert!(themes.values().flat_map(|theme| &theme.second).all(|name| themes.contains_key(name)));
        for (name, theme) in &themes {
            assert!(
                ["answer", "why", "routes", "overview", "ground", "news"].contains(&theme.group.as_str()),
                "{name}"
            );
            for draw in &theme.draw {
                assert!(
                    !draw.of.is_empty()
                        || matches!(draw.by, By::All | By::Ranks)
                        || palettes.palettes.contains_key(&draw.palette),
                    "{name}: {draw:?}"
                );
                assert!(draw.cuts.is_empty() || draw.cuts.len() == palettes.palette(&draw.palette).len() + 1);
                assert!(draw.colour.iter().all(|c| palettes.colours.contains_key(c)), "{name}: {draw:?}");
            }
            for rule in &theme.unsure {
                assert!(rule.below.is_some() != rule.at_least.is_some(), "{name}: {rule:?}");
            }
        }
    }
}
