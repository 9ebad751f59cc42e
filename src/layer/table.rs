//! The layer itself.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use arrow_array::{
    Array, ArrayRef, BooleanArray, Float64Array, Int64Array, RecordBatch, StringArray, cast::AsArray, types,
};
use arrow_schema::{DataType, Field, Schema};

use super::{Geometry, LayerError, LineView, Numerals, PointView, Provenance, ZoneView, nearest};

/// Attributes, geometry, key and provenance of one set of features, sorted by key.
///
/// Attributes are text, 64-bit integers, 64-bit numbers or booleans; null means missing.
#[derive(Clone, Debug)]
pub struct Layer {
    name: String,
    key: String,
    attributes: RecordBatch,
    geometry: Arc<Geometry>,
    /// Where the layer came from.
    pub provenance: Provenance,
}

/// One new column of a layer.
#[derive(Clone, Debug)]
pub struct Column {
    /// Its name.
    pub name: String,
    /// Its values.
    pub values: ArrayRef,
}

impl Column {
    /// A column of numbers.
    pub fn numbers(name: impl Into<String>, values: Vec<Option<f64>>) -> Self {
        Self { name: name.into(), values: Arc::new(Float64Array::from(values)) }
    }

    /// A column of integers.
    pub fn integers(name: impl Into<String>, values: Vec<Option<i64>>) -> Self {
        Self { name: name.into(), values: Arc::new(Int64Array::from(values)) }
    }

    /// A column of texts.
    pub fn texts<S: AsRef<str>>(name: impl Into<String>, values: Vec<Option<S>>) -> Self {
        Self { name: name.into(), values: Arc::new(StringArray::from_iter(values)) }
    }

    /// A column of booleans.
    pub fn booleans(name: impl Into<String>, values: Vec<Option<bool>>) -> Self {
        Self { name: name.into(), values: Arc::new(BooleanArray::from(values)) }
    }
}

impl Layer {
    /// Puts a layer together.
    ///
    /// # Errors
    /// Where lengths differ, a column is not there or stands twice, or the key is missing, null or repeated.
    pub fn new(
        name: impl Into<String>,
        key: impl Into<String>,
        columns: Vec<Column>,
        geometry: Arc<Geometry>,
        provenance: Provenance,
    ) -> Result<Self, LayerError> {
        let (name, key) = (name.into(), key.into());
        let mut names = HashSet::with_capacity(columns.len());
        if let Some(repeated) = columns.iter().find(|column| !names.insert(column.name.as_str())) {
            return Err(LayerError::RepeatedField { layer: name, field: repeated.name.clone() });
        }
        let fields = columns.iter().map(|c| Field::new(&c.name, c.values.data_type().clone(), true));
        let schema = Arc::new(Schema::new(fields.collect::<Vec<_>>()));
        let attributes = RecordBatch::try_new(schema, columns.into_iter().map(|c| c.values).collect())?;
        let layer = Self { name, key, attributes, geometry, provenance };
        if let Some(geometries) = layer.geometry.len()
            && geometries != layer.len()
        {
            return Err(LayerError::LengthsDiffer {
                layer: layer.name,
                rows: layer.attributes.num_rows(),
                geometries,
            });
        }
        layer.check_key()?;
        Ok(layer)
    }

    fn check_key(&self) -> Result<(), LayerError> {
        let mut seen = HashMap::with_capacity(self.len());
        let keys = self.column(&self.key)?;
        let keys = keys.as_string_opt::<i32>().ok_or_else(|| LayerError::NoField {
            layer: self.name.clone(),
            field: format!("{} (text)", self.key),
            nearest: None,
            fields: self.fields(),
        })?;
        for (row, key) in keys.iter().enumerate() {
            let Some(key) = key.filter(|k| !k.trim().is_empty()) else {
                return Err(LayerError::MissingKey {
                    layer: self.name.clone(),
                    key: self.key.clone(),
                    row: row + 1,
                });
            };
            if seen.insert(key, row).is_some() {
                return Err(LayerError::DuplicateKey {
                    layer: self.name.clone(),
                    key: self.key.clone(),
                    value: key.to_owned(),
                });
            }
        }
        Ok(())
    }

    /// Name of the layer.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Name of the key field.
    pub fn key(&self) -> &str {
        &self.key
    }

    /// Number of features.
    pub fn len(&self) -> usize {
        self.attributes.num_rows()
    }

    /// Whether there are no features.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The attributes as one Arrow batch.
    pub fn attributes(&self) -> &RecordBatch {
        &self.attributes
    }

    /// The geometry; shared, so that a derived layer costs no copy.
    pub fn geometry(&self) -> &Arc<Geometry> {
        &self.geometry
    }

    /// All columns, for a layer derived from this one; shared, so that they cost no copy.
    pub fn columns(&self) -> Vec<Column> {
        let schema = self.attributes.schema();
        let values = self.attributes.columns();
        schema
            .fields()
            .iter()
            .zip(values)
            .map(|(field, values)| Column { name: field.name().clone(), values: Arc::clone(values) })
            .collect()
    }

    /// Names of all fields.
    pub fn fields(&self) -> Vec<String> {
        self.attributes.schema().fields().iter().map(|f| f.name().clone()).collect()
    }

    /// Whether a field is there.
    pub fn has(&self, field: &str) -> bool {
        self.attributes.column_by_name(field).is_some()
    }

    /// The keys, in order.
    pub fn keys(&self) -> Vec<&str> {
        // `new` has checked that the key is text without nulls.
        match self.attributes.column_by_name(&self.key).and_then(|c| c.as_string_opt::<i32>()) {
            Some(keys) => keys.iter().flatten().collect(),
            None => Vec::new(),
        }
    }

    /// Position of each key.
    pub fn positions(&self) -> HashMap<&str, usize> {
        self.keys().into_iter().enumerate().map(|(i, k)| (k, i)).collect()
    }

    /// A field's values.
    ///
    /// # Errors
    /// [`LayerError::NoField`], with the nearest name.
    pub fn column(&self, field: &str) -> Result<&ArrayRef, LayerError> {
        self.attributes.column_by_name(field).ok_or_else(|| {
            let fields = self.fields();
            LayerError::NoField {
                layer: self.name.clone(),
                field: field.to_owned(),
                nearest: nearest(field, fields.iter().map(String::as_str)),
                fields,
            }
        })
    }

    /// A field's values as numbers; a text that is a number counts as one.
    ///
    /// # Errors
    /// [`LayerError::NoField`]; [`LayerError::NotNumeric`] with the first offending feature.
    pub fn numbers(&self, field: &str) -> Result<Vec<Option<f64>>, LayerError> {
        let column = self.column(field)?;
        Ok(match column.data_type() {
            DataType::Float64 => column.as_primitive::<types::Float64Type>().iter().collect(),
            DataType::Int64 => {
                column.as_primitive::<types::Int64Type>().iter().map(|v| v.map(|v| v as f64)).collect()
            }
            DataType::Boolean => {
                column.as_boolean().iter().map(|v| v.map(|v| f64::from(u8::from(v)))).collect()
            }
            _ => {
                let keys = self.keys();
                let texts = self.texts(field)?;
                let numerals = self.provenance.source.as_ref().map_or_else(Numerals::default, |s| s.numerals);
                let parse = |(row, text): (usize, Option<String>)| match text {
                    None => Ok(None),
                    // A cell of blanks holds nothing.
                    Some(text) if text.trim().is_empty() => Ok(None),
                    Some(text) => match numerals.number(&text) {
                        Some(value) => Ok(Some(value)),
                        None => Err(LayerError::NotNumeric {
                            layer: self.name.clone(),
                            feature: keys[row].to_owned(),
                            field: field.to_owned(),
                            value: text,
                        }),
                    },
                };
                texts.into_iter().enumerate().map(parse).collect::<Result<_, _>>()?
            }
        })
    }

    /// A field's values as texts.
    ///
    /// # Errors
    /// [`LayerError::NoField`].
    pub fn texts(&self, field: &str) -> Result<Vec<Option<String>>, LayerError> {
        let column = self.column(field)?;
        let text = arrow_cast::cast(column, &DataType::Utf8)?;
        Ok(text.as_string::<i32>().iter().map(|v| v.map(str::to_owned)).collect())
    }

    /// The points.
    ///
    /// # Errors
    /// [`LayerError::WrongKind`] where the layer holds none.
    pub fn points(&self) -> Result<PointView<'_>, LayerError> {
        self.geometry.points().ok_or_else(|| self.wrong_kind("point"))
    }

    /// The lines.
    ///
    /// # Errors
    /// [`LayerError::WrongKind`] where the layer holds none.
    pub fn lines(&self) -> Result<LineView<'_>, LayerError> {
        self.geometry.lines().ok_or_else(|| self.wrong_kind("line"))
    }

    /// The zones.
    ///
    /// # Errors
    /// [`LayerError::WrongKind`] where the layer holds none.
    pub fn zones(&self) -> Result<ZoneView<'_>, LayerError> {
        self.geometry.zones().ok_or_else(|| self.wrong_kind("polygon"))
    }

    fn wrong_kind(&self, needed: &'static str) -> LayerError {
        LayerError::WrongKind { layer: self.name.clone(), found: self.geometry.kind(), needed }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn layer(keys: Vec<Option<&str>>, values: Vec<Option<&str>>) -> Result<Layer, LayerError> {
        let columns = vec![Column::texts("code", keys), Column::texts("value", values)];
        Layer::new("t", "code", columns, Arc::new(Geometry::None), Provenance::default())
    }

    #[test]
    fn keys_are_checked() {
        assert!(matches!(
            layer(vec![Some("a"), Some("a")], vec![None, None]),
            Err(LayerError::DuplicateKey { .. })
        ));
        assert!(matches!(
            layer(vec![Some("a"), None], vec![None, None]),
            Err(LayerError::MissingKey { row: 2, .. })
        ));
        assert_eq!(layer(vec![], vec![]).unwrap().len(), 0);
    }

    #[test]
    fn fields_have_names_of_their_own() {
        let columns = ["code", "name", "name"].map(|name| Column::texts(name, vec![Some("a")])).to_vec();
        let error = Layer::new("t", "code", columns, Arc::new(Geometry::None), Provenance::default());
        assert!(matches!(error, Err(LayerError::RepeatedField { field, .. }) if field == "name"));
    }

    #[test]
    fn numbers_name_the_feature() {
        let ok = layer(vec![Some("a"), Some("b")], vec![Some(" 1.5"), None]).unwrap();
        assert_eq!(ok.numbers("value").unwrap(), [Some(1.5), None]);
        let bad = layer(vec![Some("01001")], vec![Some("n/a")]).unwrap();
        let error = bad.numbers("value").unwrap_err().to_string();
        assert!(error.contains("01001") && error.contains("n/a"), "{error}");
        let missing = bad.numbers("vlaue").unwrap_err();
        assert_eq!(missing.help().unwrap(), "did you mean `value`?");
    }
}
