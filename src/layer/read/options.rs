//! What the reader is told about a source.

use std::collections::BTreeMap;

use crate::layer::text::Numerals;

/// The one kind of geometry that a source must hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Points.
    Point,
    /// Lines.
    Line,
    /// Polygons.
    Polygon,
    /// A table.
    None,
}

impl Kind {
    /// The word used in layer files and messages.
    pub fn word(self) -> &'static str {
        match self {
            Self::Point => "point",
            Self::Line => "line",
            Self::Polygon => "polygon",
            Self::None => "none",
        }
    }
}

/// Declared type of a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FieldType {
    /// UTF-8 text.
    Text,
    /// 64-bit floating point.
    Number,
    /// 64-bit integer.
    Integer,
}

/// What to do with a line of several parts that do not join end to end.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Parts {
    /// Say so and stop.
    #[default]
    Refuse,
    /// Make each part a feature.
    Split,
}

/// How to read one source; see the fields of `[read]` in `docs/workspace.md`.
#[derive(Clone, Debug)]
pub struct Options {
    /// File path or GDAL source.
    pub path: String,
    /// What to call the source in messages and metadata; the path if not given.
    pub display: Option<String>,
    /// Layer inside the source.
    pub layer: Option<String>,
    /// Kind of geometry.
    pub kind: Kind,
    /// Key field.
    pub key: String,
    /// Field that becomes `name`.
    pub name: Option<String>,
    /// CRS to assume.
    pub crs: Option<String>,
    /// Text encoding to assume.
    pub encoding: Option<String>,
    /// Column of longitudes.
    pub lon: Option<String>,
    /// Column of latitudes.
    pub lat: Option<String>,
    /// Column of "lat, lon".
    pub latlon: Option<String>,
    /// Lines or rows above the header of a table.
    pub skip: usize,
    /// What stands between the cells of a text; found out where it is not said.
    pub delimiter: Option<u8>,
    /// How numbers that are texts are written.
    pub numerals: Numerals,
    /// Texts that mean missing, besides the empty cell.
    pub missing: Vec<String>,
    /// Declared types.
    pub types: BTreeMap<String, FieldType>,
    /// Fields to keep; all if not given.
    pub fields: Option<Vec<String>>,
    /// New names of fields.
    pub rename: BTreeMap<String, String>,
    /// Lines of several parts.
    pub parts: Parts,
    /// Make one zone of all rows of a key.
    pub dissolve: bool,
    /// Number the rows instead of reading a key.
    pub number_rows: bool,
    /// SHA-256 of the file, hexadecimal, where it is known already; computed otherwise.
    pub sha256: Option<String>,
}

impl Options {
    /// The least that must be said; the rest has defaults.
    pub fn new(path: impl Into<String>, kind: Kind, key: impl Into<String>) -> Self {
        Self {
            path: path.into(),
            display: None,
            layer: None,
            kind,
            key: key.into(),
            name: None,
            crs: None,
            encoding: None,
            lon: None,
            lat: None,
            latlon: None,
            skip: 0,
            delimiter: None,
            numerals: Numerals::default(),
            missing: Vec::new(),
            types: BTreeMap::new(),
            fields: None,
            rename: BTreeMap::new(),
            parts: Parts::Refuse,
            dissolve: false,
            number_rows: false,
            sha256: None,
        }
    }

    /// What the source is called in messages.
    pub fn file(&self) -> String {
        self.display.clone().unwrap_or_else(|| self.path.clone())
    }

    /// Whether points come from columns rather than from geometry.
    pub(super) fn columns_hold_points(&self) -> bool {
        self.latlon.is_some() || self.lon.is_some() || self.lat.is_some()
    }
}
