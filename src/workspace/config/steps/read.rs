//! `[read]`: where a layer's data come from.

use std::collections::{BTreeMap, BTreeSet};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::geometry_kind::GeometryKind;
use super::spec::{Definition, Features, Input, Output, StepSpec};
use crate::layer::Numerals;
use crate::workspace::outputs::{OutputFields, Upstream};

/// `[read]`: a file, archive or database table that GDAL opens, or a CSV of points.
#[derive(Clone, Debug, Deserialize, Serialize, JsonSchema)]
pub struct Read {
    /// Path relative to the workspace's data folder, an absolute path, an address (`https://`, `/vsicurl/`), or another
    /// GDAL source (`/vsizip/`, `PG:`).
    pub path: String,
    /// Layer inside the source, where it holds several.
    pub layer: Option<String>,
    /// What kind of geometry it must hold.
    pub geometry: GeometryKind,
    /// Field that names each feature; read as text, leading zeros kept.
    pub key: String,
    /// Field that holds the name for people.
    pub name: Option<String>,
    /// CRS where the source does not state one, or states it wrongly (`EPSG:6372`).
    pub crs: Option<String>,
    /// Text encoding where the source does not state one (`ISO-8859-1`).
    pub encoding: Option<String>,
    /// CSV and sheets: lines or rows above the header.
    #[serde(default)]
    pub skip: usize,
    /// CSV: what stands between cells, `,`, `;`, `|` or `tab`; found out where it is not said.
    pub delimiter: Option<String>,
    /// CSV and other texts: what stands before decimals, `.` or `,`.
    pub decimal: Option<String>,
    /// CSV and other texts: what stands between groups of three digits, `,`, `.`, `'` or a blank.
    pub thousands: Option<String>,
    /// CSV: column of longitudes, degrees.
    pub lon: Option<String>,
    /// CSV: column of latitudes, degrees.
    pub lat: Option<String>,
    /// CSV: one column with "lat, lon".
    pub latlon: Option<String>,
    /// Texts and numbers that mean missing, besides the empty cell; of any source.
    #[serde(default)]
    pub missing: Vec<String>,
    /// Declared types of fields; what is not declared is inferred.
    #[serde(default)]
    pub types: BTreeMap<String, FieldType>,
    /// Keep only these fields (the key, the name and the coordinates are always kept).
    pub fields: Option<Vec<String>>,
    /// New names of fields: `old = "new"`. The other settings speak of the old names.
    #[serde(default)]
    pub rename: BTreeMap<String, String>,
    /// What to do with a line of several parts that do not join.
    #[serde(default)]
    pub parts: Parts,
    /// Polygons: one unit may stand in several rows, such as its islands; make one zone of all rows of a key. A field in which
    /// they differ becomes missing there, with a warning.
    #[serde(default)]
    pub dissolve: bool,
    /// A key that is absent from the source: number the rows instead (`row-000001`).
    #[serde(default)]
    pub number_rows: bool,
    /// An address or a database: how it is fetched, and how long it may be done without.
    pub fetch: Option<Fetch>,
    /// By how much the source may shrink before nothing is published; it holds, with its defaults, where it is not stated.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub guard: Option<Guard>,
}

impl Read {
    /// How numbers that are texts are written.
    pub(crate) fn numerals(&self) -> Numerals {
        Numerals::stated(self.decimal.as_deref(), self.thousands.as_deref())
    }
}

/// `[read.fetch]`: how a file is fetched from its address. The copy of the last time is used where the server has
/// nothing newer, where it does not answer, or where what it sends does not hold; the last two with a warning. Of a
/// database, or anything else that is not on this machine, what was read the last time is used in the same way.
#[derive(Clone, Debug, Deserialize, Serialize, JsonSchema, PartialEq)]
#[serde(default)]
pub struct Fetch {
    /// Address of a text that begins with, or names the file after, its SHA-256, as `sha256sum` prints it.
    pub sha256_url: Option<String>,
    /// How long to wait for the server of a file each time, seconds.
    #[schemars(range(min = 1.0, max = 86400.0))]
    pub timeout_s: f64,
    /// How long a file may take in all, from the first request to its last byte, tried again or not; seconds.
    #[schemars(range(min = 1.0, max = 86400.0))]
    pub total_s: f64,
    /// How old a copy may be, since the server last confirmed it, to be used in its place; days.
    #[schemars(range(min = 0.0))]
    pub max_age_days: f64,
    /// At most so many per cent more or less features than the copy of the last time.
    #[schemars(range(min = 0.0))]
    pub change_pct: f64,
    /// What the server wants to see before it gives the file.
    pub secret: Option<Secret>,
}

impl Default for Fetch {
    fn default() -> Self {
        Self {
            sha256_url: None,
            timeout_s: 60.0,
            total_s: 900.0,
            max_age_days: 7.0,
            change_pct: 50.0,
            secret: None,
        }
    }
}

/// `[read.fetch.secret]`: a token for the server. It stands in the environment or in a file of mode 600, never in the
/// workspace; it goes to the server that `path` names, and to no other that this one sends us to.
#[derive(Clone, Debug, Default, Deserialize, Serialize, JsonSchema, PartialEq, Eq)]
#[serde(default)]
pub struct Secret {
    /// Environment variable that holds it.
    pub env: Option<String>,
    /// File that holds it, for its owner alone (mode 600), relative to the workspace.
    pub file: Option<String>,
    /// Header that it is sent as; `Authorization`, where neither this nor `query` is given.
    pub header: Option<String>,
    /// What stands before it in the header; `Bearer ` in `Authorization`, nothing in others.
    pub prefix: Option<String>,
    /// Parameter of the address that it is sent as.
    pub query: Option<String>,
}

/// `[read.guard]`: by how much a source may shrink, beside the run that is published, before nothing is published. Who
/// knows that it is right says so for one run: `corredor build --accept CHECK --reason "..."`, where CHECK is
/// `fewer_rows`, `more_rows`, `fewer_values` or `cut_line`.
#[derive(Clone, Debug, Deserialize, Serialize, JsonSchema, PartialEq)]
#[serde(default)]
pub struct Guard {
    /// `fewer_rows`: at most so many per cent fewer features; 100 for any number.
    #[schemars(range(min = 0.0, max = 100.0))]
    pub fewer_pct: f64,
    /// `more_rows`: at most so many per cent more features; any number, where it is not given.
    #[schemars(range(min = 0.0))]
    pub more_pct: Option<f64>,
    /// `fewer_values`: at most so many per cent fewer values in each field, beyond what fewer features explain; a field that
    /// is gone has none. 100 for any number.
    #[schemars(range(min = 0.0, max = 100.0))]
    pub fewer_values_pct: f64,
    /// `cut_line`: whether a text is refused whose last line has no end and fewer cells than its header, or fewer bytes than
    /// any other line, or which had one in the run that is published.
    pub cut_line: bool,
}

impl Default for Guard {
    fn default() -> Self {
        Self { fewer_pct: 20.0, more_pct: None, fewer_values_pct: 20.0, cut_line: true }
    }
}

/// Declared type of a field.
#[derive(Clone, Copy, Debug, Deserialize, Serialize, JsonSchema, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
pub enum FieldType {
    /// UTF-8 text.
    Text,
    /// 64-bit floating point.
    Number,
    /// 64-bit integer.
    Integer,
}

/// What to do with a line of several parts that do not join end to end.
#[derive(Clone, Copy, Debug, Default, Deserialize, Serialize, JsonSchema, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
pub enum Parts {
    /// Say so and stop.
    #[default]
    Refuse,
    /// Make each part a feature: keys `KEY-1`, `KEY-2`.
    Split,
}

impl StepSpec for Read {
    const DEFINITION: Definition =
        Definition { version: 3, references: &[], outputs: &[Output::new("read")], words: &[] };

    fn inputs(&self) -> Vec<Input<'_>> {
        Vec::new()
    }

    fn geometry(&self) -> GeometryKind {
        self.geometry
    }

    fn features(&self) -> Features<'_> {
        Features::Own
    }

    fn writes(&self, _: &Upstream<'_>) -> OutputFields {
        let renamed = |old: &String| self.rename.get(old).unwrap_or(old).clone();
        let key = renamed(&self.key);
        let mut names: BTreeSet<String> = self.fields.iter().flatten().map(renamed).collect();
        names.insert(key.clone());
        names.extend(self.rename.values().cloned());
        if let Some(name) = &self.name {
            names.extend([renamed(name), "name".to_owned()]);
        }
        names.extend([&self.lon, &self.lat, &self.latlon].into_iter().flatten().map(renamed));
        OutputFields { key: Some(key), names, complete: self.fields.is_some() }
    }
}
