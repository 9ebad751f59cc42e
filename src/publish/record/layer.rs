//! What the record of a run says of a layer.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{AncestorRecord, Displacement, FileRecord, Parameters, ProvenanceRecord};
use crate::layer::Geometry;
use crate::layer::read::FieldType;
use crate::workspace::config::{GeometryKind, LayerStyle, Level, Text};

/// A published layer.
#[derive(Clone, Debug, Deserialize, Serialize, JsonSchema)]
#[serde(default)]
pub struct LayerRecord {
    /// Its name, and the beginning of those of its files.
    pub layer: String,
    /// Title.
    pub title: Text,
    /// What it shows.
    pub description: Text,
    /// What a reader must know.
    pub caveats: Vec<Text>,
    /// Who made the data.
    pub sources: Vec<String>,
    /// Date or year that the data speak of.
    pub date: String,
    /// Licence.
    pub licence: String,
    /// Level of its data.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub level: Option<Level>,
    /// Key field.
    pub key: String,
    /// Number of features.
    pub features: usize,
    /// Kind of geometry.
    pub geometry: GeometryKind,
    /// Ready style that fits its step.
    pub theme: String,
    /// What its layer file says of the style.
    pub style: Option<LayerStyle>,
    /// West, south, east, north, degrees; west is greater than east across the date line.
    pub bbox: Option<[f64; 4]>,
    /// What writing its GeoJSON did; none of a table.
    pub written: Option<WrittenRecord>,
    /// How its GeoJSON was simplified; none where it has every vertex.
    pub simplified: Option<SimplifiedRecord>,
    /// Fields, in order.
    pub fields: Vec<FieldRecord>,
    /// Classes of its legend.
    pub legend: Vec<Text>,
    /// Its files.
    pub files: Vec<FileRecord>,
    /// Layers that it was made from, in plan order, itself last.
    pub ancestry: Vec<AncestorRecord>,
    /// How the sites were displaced that it was made from, where they were.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub displaced: Option<Displacement>,
    /// How many people its rates are stated for, where it has rates.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rate_per: Option<f64>,
}

impl GeometryKind {
    /// The kind of a geometry.
    pub(crate) fn of(geometry: &Geometry) -> Self {
        match geometry {
            Geometry::None => Self::None,
            Geometry::Points(_) => Self::Point,
            Geometry::Lines(_) => Self::Line,
            Geometry::Zones(_) => Self::Polygon,
        }
    }
}

impl Default for LayerRecord {
    fn default() -> Self {
        Self {
            layer: String::new(),
            title: Text::default(),
            description: Text::default(),
            caveats: Vec::new(),
            sources: Vec::new(),
            date: String::new(),
            licence: String::new(),
            level: None,
            key: String::new(),
            features: 0,
            geometry: GeometryKind::None,
            theme: String::new(),
            style: None,
            bbox: None,
            written: None,
            simplified: None,
            fields: Vec::new(),
            legend: Vec::new(),
            files: Vec::new(),
            ancestry: Vec::new(),
            displaced: None,
            rate_per: None,
        }
    }
}

impl LayerRecord {
    /// Its own record of how it was made: that of the last ancestor.
    pub fn made(&self) -> Option<&ProvenanceRecord> {
        self.ancestry.last()?.provenance.as_ref()
    }

    /// The step that made it; empty where it is withheld.
    pub fn step(&self) -> &str {
        self.made().map_or("", |made| made.made.step.as_str())
    }

    /// The parameters of that step.
    pub fn parameters(&self) -> Parameters {
        self.made().map_or(Parameters::Other, |made| made.made.parameters())
    }

    /// The field of this name.
    pub fn field(&self, name: &str) -> Option<&FieldRecord> {
        self.fields.iter().find(|field| field.name == name)
    }

    /// The last step of a kind among those that made it.
    pub fn last_step(&self, step: &str) -> Option<&ProvenanceRecord> {
        let made = self.ancestry.iter().rev().filter_map(|ancestor| ancestor.provenance.as_ref());
        made.into_iter().find(|made| made.made.step == step)
    }
}

/// A field of a layer.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
pub struct FieldRecord {
    /// Its name.
    pub name: String,
    /// `integer`, `number`, `text` or `boolean`.
    #[serde(rename = "type", default)]
    pub kind: String,
    /// What people call it, where they do.
    #[serde(flatten)]
    pub words: Option<FieldWordsRecord>,
}

impl FieldRecord {
    /// What people call it.
    pub fn alias(&self) -> Option<&Text> {
        self.words.as_ref().map(|words| &words.alias).filter(|alias| **alias != Text::default())
    }

    /// The type to read it back as; none where it has none of its own to be read as.
    pub fn declared(&self) -> Option<FieldType> {
        match self.kind.as_str() {
            "integer" => Some(FieldType::Integer),
            "number" => Some(FieldType::Number),
            "text" => Some(FieldType::Text),
            _ => None,
        }
    }

    /// Its unit; empty where it has none.
    pub fn unit(&self) -> &str {
        self.words.as_ref().and_then(|words| words.unit.as_deref()).unwrap_or_default()
    }
}

/// What people call a field.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
pub struct FieldWordsRecord {
    /// Its alias.
    pub alias: Text,
    /// Its unit.
    pub unit: Option<String>,
}

/// What writing the GeoJSON of a layer did.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(default)]
pub struct WrittenRecord {
    /// Vertices, closing ones included.
    pub vertices: usize,
    /// Rings that rounding closed.
    pub dropped_rings: usize,
    /// Keys of features that rounding made invalid and that were repaired.
    pub repaired_after_rounding: Vec<String>,
    /// Keys of features of whose geometry rounding left nothing.
    pub without_geometry_after_rounding: Vec<String>,
}

/// How the GeoJSON of a layer was simplified.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(default)]
pub struct SimplifiedRecord {
    /// Vertices before.
    pub vertices_before: usize,
    /// Vertices after.
    pub vertices: usize,
    /// Greatest change of the area of a zone, % of it.
    pub area_error_pct: f64,
    /// Change that was allowed, %.
    pub area_tolerance_pct: f64,
    /// File with every vertex.
    pub full: String,
}
