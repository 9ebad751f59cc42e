//! One run, as it was published.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use serde_json::{Map, Value};

use crate::layer::read::{Options, read};
use crate::layer::text::is_hashtags;
use crate::layer::write::write_geojson;
use crate::publish::folder::act;
use crate::publish::record::{LayerRecord, RunRecord};
use crate::publish::{PublishError, is_file_stem, whole_file};
use crate::workspace::config::Level;

/// A run to be compared.
#[derive(Clone, Debug)]
pub struct Side {
    folder: PathBuf,
    record: RunRecord,
}

/// One feature: its properties, and its geometry as published.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Row {
    /// Properties by field.
    pub properties: Map<String, Value>,
    /// The text of its geometry; empty in a table.
    pub geometry: String,
}

/// The features of a layer by key.
#[derive(Clone, Debug, Default)]
pub struct Table {
    /// Fields, in order.
    pub fields: Vec<String>,
    /// Features.
    pub rows: BTreeMap<String, Row>,
}

impl Side {
    /// Opens a run's folder.
    ///
    /// # Errors
    /// [`PublishError::Record`] where its record cannot be read.
    pub fn open(folder: &Path) -> Result<Self, PublishError> {
        Ok(Self { folder: folder.to_owned(), record: RunRecord::open(folder)? })
    }

    /// Name of the run.
    pub fn run(&self) -> &str {
        &self.record.run
    }

    /// The level of the readers that it is for; the strictest where it does not say.
    pub fn level(&self) -> Level {
        self.record.level.unwrap_or(Level::Strict)
    }

    /// Its record.
    pub fn record(&self) -> &RunRecord {
        &self.record
    }

    /// A run that is being written, whose record is known before its file is.
    pub(in crate::publish) fn staged(folder: PathBuf, record: RunRecord) -> Self {
        Self { folder, record }
    }

    /// What is said of its layers, but for those that tell what changed: no change is one of a change.
    fn compared(&self) -> impl Iterator<Item = &LayerRecord> {
        let layers = self.record.layers.iter().filter(|layer| layer.theme != super::theme::CHANGES);
        layers.filter(|layer| is_file_stem(&layer.layer))
    }

    fn layer(&self, layer: &str) -> Option<&LayerRecord> {
        self.compared().find(|record| record.layer == layer)
    }

    /// Names of its layers.
    pub fn layers(&self) -> Vec<String> {
        self.compared().map(|record| record.layer.clone()).collect()
    }

    /// Key field of a layer.
    pub fn key(&self, layer: &str) -> &str {
        self.layer(layer).map_or("", |record| &record.key)
    }

    /// Title of a layer in Spanish and English.
    pub fn title(&self, layer: &str) -> (String, String) {
        let title = self.layer(layer).map(|record| record.title.clone()).unwrap_or_default();
        (title.es, title.en)
    }

    /// Whether a layer's data files are the same to the byte.
    pub fn same_bytes(&self, other: &Self, layer: &str) -> bool {
        let sums = |side: &Self| -> Option<Vec<(String, String)>> {
            // Styles and descriptions tell the day or the classes, and a GeoPackage its time.
            let is_data = |name: &str| name.ends_with(".geojson") || name.ends_with(".csv");
            let data = side.layer(layer)?.files.iter().filter(|file| is_data(&file.name));
            Some(data.map(|file| (file.name.clone(), file.sha256.clone())).collect())
        };
        sums(self).is_some_and(|here| sums(other).is_some_and(|there| here == there))
    }

    /// The features of a layer, their geometry as it is drawn; [`Side::complete`] brings that with every vertex.
    ///
    /// # Errors
    /// [`PublishError::Io`]; [`PublishError::Unreadable`].
    pub fn table(&self, layer: &str) -> Result<Table, PublishError> {
        let fields = self.layer(layer).into_iter().flat_map(|record| &record.fields);
        let fields: Vec<String> = fields.map(|field| field.name.clone()).collect();
        let path = self.folder.join(format!("{layer}.geojson"));
        let rows = match path.exists() {
            true => {
                let text = act(&path, "cannot be read", fs::read_to_string(&path))?;
                features(&text, &path)?
            }
            false => records(&self.folder.join(format!("{layer}.csv")), self.key(layer))?,
        };
        Ok(Table { fields, rows })
    }

    /// Puts the geometry with every vertex in the place of a simplified one, written as GeoJSON is. Which vertices
    /// simplification takes depends on the whole layer: compared without this, one moved border would move them all.
    /// Takes seconds for a country, so only who looks at geometry asks for it.
    ///
    /// # Errors
    /// As [`Side::table`].
    pub fn complete(&self, layer: &str, table: &mut Table) -> Result<(), PublishError> {
        let Some(record) = self.layer(layer).filter(|record| record.simplified.is_some()) else {
            return Ok(());
        };
        let (kind, ending) = whole_file(record.geometry, true);
        let path = self.folder.join(format!("{layer}.{ending}"));
        let unreadable = |reason: String| PublishError::Unreadable { path: path.clone(), reason };
        let whole = read(layer, &Options::new(path.to_string_lossy(), kind, self.key(layer)))
            .map_err(|error| unreadable(error.to_string()))?;
        let mut bytes = Vec::new();
        write_geojson(&whole, &mut bytes)
            .map_err(|error| PublishError::Write { layer: layer.to_owned(), error })?;
        for (key, row) in features(&String::from_utf8_lossy(&bytes), &path)? {
            if let Some(here) = table.rows.get_mut(&key) {
                here.geometry = row.geometry;
            }
        }
        Ok(())
    }
}

/// The features of a GeoJSON file that Corredor wrote: one a line, members in one order.
fn features(text: &str, path: &Path) -> Result<BTreeMap<String, Row>, PublishError> {
    let mut rows = BTreeMap::new();
    for (number, line) in text.lines().enumerate() {
        let line = line.strip_suffix(',').unwrap_or(line);
        if !line.starts_with("{\"type\":\"Feature\",") {
            continue;
        }
        let wrong = || PublishError::Unreadable {
            path: path.to_owned(),
            reason: format!("line {} is no feature", number + 1),
        };
        let (key, row) = feature(line).ok_or_else(wrong)?;
        rows.insert(key, row);
    }
    Ok(rows)
}

fn feature(line: &str) -> Option<(String, Row)> {
    let rest = line.strip_prefix("{\"type\":\"Feature\",\"id\":")?;
    let (key, rest) = first::<String>(rest)?;
    let (properties, rest) = first::<Map<String, Value>>(rest.strip_prefix(",\"properties\":")?)?;
    let geometry = rest.strip_prefix(",\"geometry\":")?.strip_suffix('}')?;
    Some((key, Row { properties, geometry: geometry.to_owned() }))
}

/// The value that a text begins with, and the rest.
fn first<T: serde::de::DeserializeOwned>(text: &str) -> Option<(T, &str)> {
    let mut values = serde_json::Deserializer::from_str(text).into_iter::<T>();
    let value = values.next()?.ok()?;
    Some((value, text.get(values.byte_offset()..)?))
}

/// The rows of a CSV file; every value is text, an empty one missing.
fn records(path: &Path, key: &str) -> Result<BTreeMap<String, Row>, PublishError> {
    let unreadable =
        |error: csv::Error| PublishError::Unreadable { path: path.to_owned(), reason: error.to_string() };
    let file = act(path, "cannot be read", fs::File::open(path))?;
    let mut reader = csv::Reader::from_reader(file);
    let header = reader.headers().map_err(unreadable)?.clone();
    let mut rows = BTreeMap::new();
    for record in reader.records() {
        let record = record.map_err(unreadable)?;
        // Hashtags of HXL below the header are no row.
        if rows.is_empty() && is_hashtags(record.iter()) {
            continue;
        }
        let value = |text: &str| if text.is_empty() { Value::Null } else { Value::from(text) };
        let properties: Map<String, Value> =
            header.iter().zip(&record).map(|(field, text)| (field.to_owned(), value(text))).collect();
        let name = properties.get(key).and_then(Value::as_str).unwrap_or_default().to_owned();
        rows.insert(name, Row { properties, geometry: String::new() });
    }
    Ok(rows)
}
