//! A style as plain data, before it is printed.

use serde::Serialize;

use crate::lang::Lang;

/// A text in both languages.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Words {
    /// Spanish.
    pub es: String,
    /// English.
    pub en: String,
}

impl Words {
    /// Both texts.
    pub fn new(es: impl Into<String>, en: impl Into<String>) -> Self {
        Self { es: es.into(), en: en.into() }
    }

    /// The same text in both, for names and numbers.
    pub fn same(text: impl Into<String>) -> Self {
        let text = text.into();
        Self { es: text.clone(), en: text }
    }

    /// The text in a language; the other one where it is empty.
    pub fn pick(&self, lang: Lang) -> &str {
        match (lang, self.es.is_empty(), self.en.is_empty()) {
            (Lang::Es, false, _) | (Lang::En, _, true) => &self.es,
            _ => &self.en,
        }
    }
}

/// Red, green, blue.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rgb(pub u8, pub u8, pub u8);

impl Rgb {
    /// From `0xRRGGBB`, as palettes are printed.
    pub const fn hex(value: u32) -> Self {
        Self((value >> 16) as u8, (value >> 8) as u8, value as u8)
    }
}

/// How one class is drawn.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Symbol {
    /// A filled area with the thin neutral border that all zones share.
    Fill(Rgb),
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
    Marker(Rgb),
}

/// What a class stands for.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// One value, as text; the empty text also catches missing values.
    Is(String),
    /// From the first number up to below the second.
    Range(f64, f64),
    /// Missing.
    Missing,
}

/// One class of a legend.
#[derive(Clone, Debug, PartialEq)]
pub struct Class {
    /// What it stands for.
    pub value: Value,
    /// What the legend says.
    pub label: Words,
    /// How it is drawn.
    pub symbol: Symbol,
}

/// How features are drawn.
#[derive(Clone, Debug, PartialEq)]
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

/// What is written on the map beside a feature.
#[derive(Clone, Debug, PartialEq)]
pub struct Label {
    /// A QGIS expression.
    pub expression: String,
    /// Shown from this scale on: 1 in so many.
    pub scale: u32,
}

/// One fact of a map tip.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fact {
    /// The field.
    pub field: String,
    /// Decimals of a number; `None` for a text.
    pub decimals: Option<u8>,
}

/// Everything QGIS is told about a layer.
#[derive(Clone, Debug, PartialEq)]
pub struct Style {
    /// Title of the layer.
    pub title: Words,
    /// Name of the key field.
    pub key: String,
    /// How features are drawn.
    pub renderer: Renderer,
    /// What is written beside them.
    pub label: Option<Label>,
    /// All fields, in order.
    pub fields: Vec<String>,
    /// The field that names a feature.
    pub heading: String,
    /// The few fields that the map tip tells.
    pub tip: Vec<Fact>,
}

impl Style {
    /// The legend, top to bottom.
    pub fn legend(&self) -> Vec<&Words> {
        match &self.renderer {
            Renderer::Single { label, .. } => vec![label],
            Renderer::Categorized { classes, .. } | Renderer::Graduated { classes, .. } => {
                classes.iter().map(|class| &class.label).collect()
            }
        }
    }
}
