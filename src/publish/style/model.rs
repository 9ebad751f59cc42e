//! A style as plain data, before it is printed.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::fields::Told;
use super::words::Words;

/// Red, green, blue; `#RRGGBB` in files.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rgb(pub u8, pub u8, pub u8);

impl Rgb {
    /// Reads `#RRGGBB`.
    ///
    /// ```
    /// use corredor::publish::style::Rgb;
    ///
    /// assert_eq!(Rgb::parse("#BD0026"), Some(Rgb(0xBD, 0x00, 0x26)));
    /// assert_eq!(Rgb::parse("red"), None);
    /// ```
    pub fn parse(text: &str) -> Option<Self> {
        let digits =
            text.strip_prefix('#').filter(|d| d.len() == 6 && d.bytes().all(|b| b.is_ascii_hexdigit()))?;
        let value = u32::from_str_radix(digits, 16).ok()?;
        Some(Self((value >> 16) as u8, (value >> 8) as u8, value as u8))
    }

    /// `#RRGGBB`
    pub fn hex(self) -> String {
        format!("#{:02X}{:02X}{:02X}", self.0, self.1, self.2)
    }
}

impl Serialize for Rgb {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.hex())
    }
}

impl<'de> Deserialize<'de> for Rgb {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::parse(&text).ok_or_else(|| {
            serde::de::Error::custom(format!("`{text}` is no colour; write it as \"#RRGGBB\""))
        })
    }
}

/// Thin lines across an area.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Pattern {
    /// From side to side: cold.
    Level,
    /// Falling to the right: no data.
    Falling,
    /// Rising to the right: a class that is not sure.
    Rising,
}

impl Pattern {
    /// Angle of the lines, degrees counter-clockwise from the east.
    pub fn angle_deg(self) -> i32 {
        match self {
            Self::Level => 0,
            Self::Falling => 135,
            Self::Rising => 45,
        }
    }
}

/// How one class is drawn.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase", tag = "kind")]
pub enum Symbol {
    /// A filled area with the thin neutral border that all zones share.
    Fill {
        /// Its colour.
        colour: Rgb,
        /// Lines across it.
        pattern: Option<Pattern>,
    },
    /// A line on a wider one (its casing), so that it stands out on any ground.
    Line {
        /// Colour of the line.
        colour: Rgb,
        /// Its width, mm.
        width_mm: f64,
        /// Colour of the casing.
        casing: Rgb,
    },
    /// A round point.
    Marker {
        /// Its colour.
        colour: Rgb,
    },
}

impl Symbol {
    /// The colour that tells the class.
    pub fn colour(&self) -> Rgb {
        match *self {
            Self::Fill { colour, .. } | Self::Line { colour, .. } | Self::Marker { colour } => colour,
        }
    }
}

/// What a class stands for.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Value {
    /// One value, as text.
    Is(String),
    /// From the first number up to below the second.
    Range(f64, f64),
    /// Missing.
    Missing,
}

/// One class of a legend.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Class {
    /// What it stands for.
    pub value: Value,
    /// What the legend says.
    pub label: Words,
    /// How it is drawn.
    pub symbol: Symbol,
}

/// How features are drawn.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase", tag = "kind")]
pub enum Renderer {
    /// All alike.
    Single {
        /// What the legend says.
        label: Words,
        /// How they are drawn.
        symbol: Symbol,
    },
    /// By the value of a field.
    Categorized {
        /// The field.
        field: String,
        /// Its classes, in legend order.
        classes: Vec<Class>,
    },
    /// By ranges of a number.
    Graduated {
        /// The field.
        field: String,
        /// Its classes, highest first: QGIS takes the first range that holds a value, ends included, so a
        /// value on a cut belongs to the higher class, as in the scores.
        classes: Vec<Class>,
    },
}

impl Renderer {
    /// The first symbol of the legend.
    pub fn first(&self) -> Option<Symbol> {
        match self {
            Self::Single { symbol, .. } => Some(*symbol),
            Self::Categorized { classes, .. } | Self::Graduated { classes, .. } => {
                classes.first().map(|class| class.symbol)
            }
        }
    }

    /// The field that classes come from.
    pub fn field(&self) -> Option<&str> {
        match self {
            Self::Single { .. } => None,
            Self::Categorized { field, .. } | Self::Graduated { field, .. } => Some(field),
        }
    }
}

/// What is written on the map beside a feature: a field, as a text.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Label {
    /// The field.
    pub field: String,
    /// Decimals of a number; `None` for a text.
    pub decimals: Option<u8>,
    /// What follows it, its space included.
    pub unit: String,
    /// Shown from this scale on: 1 in so many.
    pub scale: u32,
    /// Those that are shown before that, with their numbers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub numbered: Option<Numbered>,
}

/// Features that come first by a rank, and are named with it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Numbered {
    /// The field of ranks.
    pub field: String,
    /// The last rank that is named.
    pub last: u8,
    /// Shown from this scale on: 1 in so many.
    pub scale: u32,
}

/// Whose class is not sure: those are hatched.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Unsure {
    /// The field that tells.
    pub field: String,
    /// Not sure below this.
    pub below: Option<f64>,
    /// Not sure from this on.
    pub at_least: Option<f64>,
    /// What the legend says.
    pub label: Words,
}

/// Lines that are dashed: those more than half of which is a part of their own length.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Dashed {
    /// The field with the part, km.
    pub field: String,
    /// The field with the whole, km.
    pub of: String,
    /// What the legend says.
    pub label: Words,
}

/// One fact of a map tip.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Fact {
    /// The field.
    pub field: String,
    /// Decimals of a number; `None` for a text.
    pub decimals: Option<u8>,
}

/// The group of layers that tell what changed.
pub const NEWS: &str = "news";

/// How a layer is drawn once more, as `styles.json` has it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Second {
    /// What it is called then.
    pub title: Words,
    /// How features are drawn.
    pub renderer: Renderer,
    /// Whose class is not sure.
    pub unsure: Option<Unsure>,
}

fn as_second<S: serde::Serializer>(style: &Option<Box<Style>>, serializer: S) -> Result<S::Ok, S::Error> {
    let second = style.as_deref().map(|style| Second {
        title: style.title.clone(),
        renderer: style.renderer.clone(),
        unsure: style.unsure.clone(),
    });
    second.serialize(serializer)
}

/// Everything that a map says of a layer.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Style {
    /// Title of the layer.
    pub title: Words,
    /// Group that it stands in: `answer`, `news`, `overview`, `why`, `routes`, `ground`.
    pub group: String,
    /// `point`, `line`, `polygon`.
    pub geometry: &'static str,
    /// Name of the key field.
    pub key: String,
    /// How features are drawn.
    pub renderer: Renderer,
    /// The same layer drawn by another field, as a layer of its own: clusters beside the first by priority.
    #[serde(skip_serializing_if = "Option::is_none", serialize_with = "as_second")]
    pub second: Option<Box<Style>>,
    /// Whose class is not sure.
    pub unsure: Option<Unsure>,
    /// Which of its lines are dashed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub dashed: Option<Dashed>,
    /// What is written beside them.
    pub label: Option<Label>,
    /// All fields, in order.
    pub fields: Vec<String>,
    /// The field that names a feature.
    pub heading: String,
    /// The few fields that a map tip tells.
    pub tip: Vec<Fact>,
    /// Decimals that people need of each number that is not whole.
    #[serde(skip)]
    pub decimals: BTreeMap<String, u8>,
    /// Whether its fields refer to sites that are shown displaced.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub displaced: bool,
    /// What all of it lies beyond, of gaps.
    #[serde(skip)]
    pub beyond: Option<Words>,
    /// People that its rates are stated for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rate_per: Option<f64>,
    /// What its layer file calls its fields.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub words: BTreeMap<String, Words>,
}

impl Style {
    /// The ways that the layer is drawn: its own, then the second where there is one.
    pub fn looks(&self) -> impl Iterator<Item = &Self> {
        std::iter::once(self).chain(self.second.as_deref())
    }

    /// What its fields are told by.
    pub fn told(&self) -> Told<'_> {
        Told { displaced: self.displaced, rate_per: self.rate_per, words: Some(&self.words) }
    }

    /// The legend, top to bottom.
    pub fn legend(&self) -> Vec<&Words> {
        match &self.renderer {
            Renderer::Single { label, .. } => vec![label],
            Renderer::Categorized { classes, .. } | Renderer::Graduated { classes, .. } => {
                classes.iter().map(|class| &class.label).collect()
            }
        }
    }

    /// The field that classes come from.
    pub fn class_field(&self) -> Option<&str> {
        self.renderer.field()
    }
}
