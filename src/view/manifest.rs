//! What the page is told: the types of its data, which `web/src/data/types.ts` repeats; a test makes that file of these.

use std::collections::BTreeMap;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::Serialize;

use super::Basemap;
use crate::publish::record::ToldCapture;
use crate::publish::style::{COLOURS, Lines, Rgb, Words};
use crate::workspace::config::{GeometryKind, Text};

/// The page's data, to begin with; shapes and tables stand in blocks of their own.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub(super) struct PageDef {
    /// Version of Corredor that published the newest run.
    pub corredor: String,
    pub workspace: String,
    pub title: Said,
    pub country: Said,
    /// Whether every figure is invented.
    pub invented: bool,
    pub contact: String,
    pub licence: String,
    /// Level of the readers.
    pub level: String,
    /// Colours that are no layer's own, `#RRGGBB`, by the names of the style definition.
    #[schemars(schema_with = "colours")]
    pub colours: &'static BTreeMap<String, Rgb>,
    pub lines: Lines,
    /// Background map from elsewhere; without one the page uses no network.
    pub basemap: Option<Basemap>,
    /// West, south, east, north of everything; east beyond 180 where something lies on both sides of the date line.
    pub extent: Option<[f64; 4]>,
    /// Shapes by name.
    pub shapes: BTreeMap<String, ShapeDef>,
    /// Runs, the oldest first.
    pub runs: Vec<RunDef>,
}

/// One member for each colour that there is.
fn colours(_: &mut SchemaGenerator) -> Schema {
    let colour = || serde_json::json!({"type": "string"});
    let members: serde_json::Map<_, _> =
        COLOURS.colours.keys().map(|name| (name.clone(), colour())).collect();
    let names: Vec<&String> = members.keys().collect();
    json_schema!({"type": "object", "properties": members, "required": names})
}

/// A text in both languages.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub(super) struct Said {
    pub es: String,
    pub en: String,
}

impl From<&Text> for Said {
    fn from(text: &Text) -> Self {
        Self { es: text.es.clone(), en: text.en.clone() }
    }
}

impl From<&Words> for Said {
    fn from(words: &Words) -> Self {
        Self { es: words.es.clone(), en: words.en.clone() }
    }
}

/// A run.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub(super) struct RunDef {
    pub run: String,
    /// Place in the order of publication, from 1; 0 for runs of before there was one.
    pub sequence: u64,
    /// Time of publication, UTC.
    pub published: String,
    pub layers: Vec<LayerDef>,
}

/// A layer of a run.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub(super) struct LayerDef {
    pub layer: String,
    pub title: Said,
    pub description: Said,
    pub caveats: Vec<Said>,
    pub sources: Vec<String>,
    pub date: String,
    pub licence: String,
    /// Its key field.
    pub key: String,
    pub geometry: GeometryKind,
    /// The ready style that fits its step.
    pub theme: String,
    /// Number of its features.
    pub rows: usize,
    /// Name of its shape; null of a table that belongs to none.
    pub shape: Option<String>,
    /// Name of its table.
    pub table: String,
    pub legend: Legend,
    /// What its priority is made of, in its order; empty where the run tells nothing of it.
    pub priority_of: Vec<PartOfPriority>,
    /// Whether its distances refer to sites that are shown displaced.
    pub displaced: bool,
    pub validation: Option<Tested>,
    /// How far from every site its gaps lie, and whether that is sure; null of a layer that was not measured against sites.
    pub beyond: Option<Said>,
}

/// A field that a priority ranks by, and its weight beside the others.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub(super) struct PartOfPriority {
    pub field: String,
    pub weight: f64,
}

/// How well a score, made from earlier incidents, pointed to those recorded later; shares are of 1.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(rename = "Validation")]
pub(super) struct Tested {
    /// The field of the score.
    pub judged: String,
    /// First and last year of the incidents that it was made from.
    pub made_from: [i32; 2],
    /// First and last year of those that judge it.
    pub judged_by: [i32; 2],
    /// How many judge it.
    pub events: usize,
    #[serde(flatten)]
    pub told: ToldCapture,
}

/// How a layer is drawn and told.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub(super) struct Legend {
    pub heading: String,
    pub renderer: Renderer,
    /// Whose class is not sure: those are hatched.
    pub unsure: Option<Unsure>,
    /// Fields that tell of girls and of boys, in classes that both share.
    pub pairs: Vec<Pair>,
    pub label: Option<Label>,
    /// Fields that are told of a feature.
    pub tip: Vec<Fact>,
    pub fields: Vec<FieldDef>,
}

/// Two fields that are drawn in classes that both share.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub(super) struct Pair {
    pub fields: [&'static str; 2],
    pub renderer: Renderer,
}

/// When names are shown.
#[derive(Clone, Copy, Debug, Serialize, JsonSchema)]
pub(super) struct Label {
    /// From this scale on: 1 in so many.
    pub scale: u32,
}

/// A field that is told of a feature.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub(super) struct Fact {
    pub field: String,
    /// Decimals of a number; null for a text.
    pub decimals: Option<u8>,
}

/// How features are drawn.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub(super) struct Renderer {
    pub kind: RendererKind,
    /// Field that classes come from.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "String")]
    pub field: Option<String>,
    pub classes: Vec<ClassDef>,
}

/// By what features are drawn: alike, by values, or by ranges of a number.
#[derive(Clone, Copy, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub(super) enum RendererKind {
    Single,
    Categorized,
    Graduated,
}

/// One class of a legend.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub(super) struct ClassDef {
    pub says: Said,
    pub symbol: Symbol,
    /// The value that it is of.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "String")]
    pub is: Option<String>,
    /// From the first number up to below the second.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "[f64; 2]")]
    pub range: Option<[f64; 2]>,
    /// Whether it is of features without a value.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub missing: bool,
}

/// How a class looks.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub(super) struct Symbol {
    pub kind: SymbolKind,
    pub colour: String,
    /// Lines across an area.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<Hatch>")]
    pub hatch: Option<Option<Hatch>>,
    /// Width of a line.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "f64")]
    pub width_mm: Option<f64>,
    /// Colour around a line.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "String")]
    pub casing: Option<String>,
}

/// What is drawn: an area, a line, or a point.
#[derive(Clone, Copy, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub(super) enum SymbolKind {
    Fill,
    Line,
    Marker,
}

/// Lines across an area, as QGIS draws them.
#[derive(Clone, Copy, Debug, Serialize, JsonSchema)]
pub(super) struct Hatch {
    /// Counter-clockwise from the east.
    pub angle_deg: i32,
    pub apart_mm: f64,
    pub width_mm: f64,
}

/// Whose class is not sure, and the lines that say so.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub(super) struct Unsure {
    /// The field that tells.
    pub field: String,
    pub below: Option<f64>,
    pub at_least: Option<f64>,
    pub says: Said,
    pub hatch: Hatch,
}

/// What a field is called.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub(super) struct FieldDef {
    pub name: String,
    pub title: Said,
    pub unit: Option<String>,
    /// What its codes say.
    pub values: Vec<Code>,
}

/// What a code says.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub(super) struct Code {
    pub code: &'static str,
    pub says: Said,
}

/// What is told of a shape before its block is read.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub(super) struct ShapeDef {
    pub kind: GeometryKind,
    /// West, south, east, north, degrees.
    pub bounds: Option<[f64; 4]>,
    /// Block of its tiles, where it has tiles.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "String")]
    pub tiles: Option<&'static str>,
    /// Deepest zoom of the tiles.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "u8")]
    pub max_zoom: Option<u8>,
    /// How far a border may lie from where it was published, m.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "f64")]
    pub within_m: Option<f64>,
}

/// The block of a shape. Coordinates are in 1e-5 degrees.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub(super) struct ShapeData {
    pub kind: GeometryKind,
    /// Keys of the features that it is of.
    pub keys: Vec<String>,
    /// West, south, east, north of each zone; null where it has no geometry.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Vec<Option<[i64; 4]>>")]
    pub boxes: Option<Vec<Option<[i64; 4]>>>,
    /// A place inside each zone, or each point.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Vec<Option<[i64; 2]>>")]
    pub places: Option<Vec<Option<[i64; 2]>>>,
    /// Each line as its first place, then each place as its distance from the one before.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Vec<Vec<i64>>")]
    pub lines: Option<Vec<Vec<i64>>>,
}
