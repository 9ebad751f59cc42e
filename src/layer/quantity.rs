//! Numbers of a field that must lie in a range: told where they do not, by feature.

use super::{Layer, LayerError};

/// How far rounding may carry a share beyond its range.
const ROUNDING: f64 = 1e-9;

impl Layer {
    /// A field's values as shares of 0 to 1, such as a risk.
    ///
    /// # Errors
    /// As [`Layer::numbers`]; [`LayerError::OutOfRange`] with the first feature whose value is none.
    pub fn shares(&self, field: &str) -> Result<Vec<Option<f64>>, LayerError> {
        self.within(field, "from 0 to 1", |value| (-ROUNDING..=1.0 + ROUNDING).contains(&value))
    }

    /// A field's values as amounts, such as people or a weight: 0 or more.
    ///
    /// # Errors
    /// As [`Layer::numbers`]; [`LayerError::OutOfRange`] with the first feature whose value is none.
    pub fn amounts(&self, field: &str) -> Result<Vec<Option<f64>>, LayerError> {
        self.within(field, "0 or more", |value| value >= 0.0)
    }

    fn within(
        &self,
        field: &str,
        range: &'static str,
        holds: impl Fn(f64) -> bool,
    ) -> Result<Vec<Option<f64>>, LayerError> {
        let values = self.numbers(field)?;
        let wrong = values.iter().enumerate().find_map(|(row, v)| v.filter(|v| !holds(*v)).map(|v| (row, v)));
        match wrong {
            None => Ok(values),
            Some((row, value)) => Err(LayerError::OutOfRange {
                layer: self.name().to_owned(),
                feature: self.keys()[row].to_owned(),
                field: field.to_owned(),
                value,
                range,
            }),
        }
    }

    /// The first characters of each key, by which features are grouped; none of them for a prefix of 0.
    ///
    /// # Errors
    /// [`LayerError::UnequalKeys`] where keys differ in length: the same characters then mean different things;
    /// [`LayerError::ShortKeys`] where they have fewer.
    pub fn prefixes(&self, prefix: usize) -> Result<Vec<String>, LayerError> {
        let keys = self.keys();
        let length = |key: &str| key.chars().count();
        let (least, most) =
            (keys.iter().min_by_key(|key| length(key)), keys.iter().max_by_key(|key| length(key)));
        if let (Some(&least), Some(&most), 1..) = (least, most, prefix) {
            let (layer, key) = (self.name().to_owned(), self.key().to_owned());
            if length(least) != length(most) {
                let count = keys.iter().filter(|key| length(key) == length(least)).count();
                let examples = [least.to_owned(), most.to_owned()];
                return Err(LayerError::UnequalKeys { layer, key, prefix, examples, count, of: keys.len() });
            }
            if length(least) < prefix {
                return Err(LayerError::ShortKeys { layer, key, prefix, example: least.to_owned() });
            }
        }
        Ok(keys.into_iter().map(|key| key.chars().take(prefix).collect()).collect())
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::layer::{Column, Geometry, Provenance};

    fn layer(keys: &[&str], values: Vec<Option<f64>>) -> Layer {
        let columns =
            vec![Column::texts("code", keys.iter().map(Some).collect()), Column::numbers("value", values)];
        Layer::new("zones", "code", columns, Arc::new(Geometry::None), Provenance::default()).unwrap()
    }

    #[test]
    fn what_is_out_of_range_is_named() {
        let zones = layer(&["01", "02"], vec![None, Some(55.0)]);
        let error = zones.shares("value").unwrap_err();
        assert_eq!(
            error.to_string(),
            "layer `zones`, feature `02`: field `value` is 55, which must be from 0 to 1"
        );
        assert!(error.help().unwrap().contains("per cent"));
        assert_eq!(zones.amounts("value").unwrap(), [None, Some(55.0)]);
        let error = layer(&["01"], vec![Some(-50.0)]).amounts("value").unwrap_err();
        assert!(error.to_string().ends_with("`value` is -50, which must be 0 or more"), "{error}");
        assert!(layer(&["01"], vec![Some(1.0 + 1e-12)]).shares("value").is_ok());
    }

    #[test]
    fn keys_of_unequal_length_have_no_prefix() {
        let zones = layer(&["01001", "01002"], vec![None; 2]);
        assert_eq!(zones.prefixes(2).unwrap(), ["01", "01"]);
        assert_eq!(zones.prefixes(0).unwrap(), ["", ""]);
        assert!(matches!(zones.prefixes(6), Err(LayerError::ShortKeys { .. })));
        let zones = layer(&["01001", "1002"], vec![None; 2]);
        assert_eq!(zones.prefixes(0).unwrap(), ["", ""]);
        let error = zones.prefixes(2).unwrap_err();
        assert_eq!(
            error.to_string(),
            "layer `zones`: keys `code` of unequal length (`1002` and `01001`; 1 of 2 are short) have no common prefix of 2"
        );
    }
}
