//! The ids of features: as they are met one by one, and of a whole text where nothing but they can be the key.

use serde::Deserialize;
use serde_json::Value;

/// The members `id` of some features.
#[derive(Debug, Default)]
pub(super) struct Ids {
    pub features: usize,
    /// Those that are texts.
    pub texts: Vec<String>,
    /// How many are numbers.
    pub(super) numbers: usize,
}

impl Ids {
    /// Whether no feature has one.
    pub fn none(&self) -> bool {
        self.texts.is_empty() && self.numbers == 0
    }
}

/// One feature, or a collection of them, in any order of members.
#[derive(Deserialize)]
struct Document {
    id: Option<Value>,
    features: Option<Vec<Identified>>,
}

#[derive(Deserialize)]
struct Identified {
    id: Option<Value>,
}

/// The `id` of each feature of GeoJSON, one document or one a line, as it is written; `None` where the text is something
/// else, or an id is neither a text nor a whole number of 64 bits.
pub(in crate::layer::read) fn ids(text: &[u8]) -> Option<Vec<Option<String>>> {
    let text = text.strip_prefix(b"\xef\xbb\xbf").unwrap_or(text);
    // Record separators stand between texts.
    let text: Vec<u8> = text.iter().map(|&byte| if byte == 0x1e { b' ' } else { byte }).collect();
    let mut ids = Vec::new();
    for document in serde_json::Deserializer::from_slice(&text).into_iter::<Document>() {
        let Document { id, features } = document.ok()?;
        match features {
            Some(features) => ids.extend(features.into_iter().map(|feature| feature.id)),
            None => ids.push(id),
        }
    }
    let one = |id: Option<Value>| match id {
        None | Some(Value::Null) => Some(None),
        Some(Value::String(text)) => Some(Some(text)),
        Some(Value::Number(number)) if !number.is_f64() => Some(Some(number.to_string())),
        Some(_) => None,
    };
    ids.into_iter().map(one).collect()
}

#[cfg(test)]
mod tests {
    use super::ids;

    #[test]
    fn ids_are_as_they_are_written() {
        let some =
            |ids: &[Option<&str>]| Some(ids.iter().map(|id| id.map(str::to_owned)).collect::<Vec<_>>());
        assert_eq!(
            ids(br#"{"type":"FeatureCollection","features":[{"id":7},{"properties":{"id":1}},{"id":"a"},{"id":-1}]}"#),
            some(&[Some("7"), None, Some("a"), Some("-1")])
        );
        assert_eq!(
            ids(b"\x1e{\"id\":1}\n\x1e{\"id\":18446744073709551615}\n"),
            some(&[Some("1"), Some("18446744073709551615")])
        );
        for none in [&b"{"[..], br#"{"id":1.5}"#, br#"{"id":18446744073709551616}"#, br#"{"id":[1]}"#] {
            assert_eq!(ids(none), None);
        }
    }
}
