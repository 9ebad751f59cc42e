//! What can be wrong with a layer itself; reading has its own errors.

use thiserror::Error;

use super::text::Notation;

/// A layer that does not hold together, or a field that is not what a step needs.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum LayerError {
    /// A field that is not there.
    #[error("layer `{layer}` has no field `{field}`")]
    NoField {
        /// The layer.
        layer: String,
        /// The field that was asked for.
        field: String,
        /// The nearest field that is there.
        nearest: Option<String>,
        /// All fields that are there.
        fields: Vec<String>,
    },
    /// Two fields of one name.
    #[error("layer `{layer}` would have two fields called `{field}`")]
    RepeatedField {
        /// The layer.
        layer: String,
        /// The name.
        field: String,
    },
    /// A text where a number is needed.
    #[error("layer `{layer}`, feature `{feature}`: field `{field}` holds `{value}`, which is not a number")]
    NotNumeric {
        /// The layer.
        layer: String,
        /// Key of the feature.
        feature: String,
        /// The field.
        field: String,
        /// What it holds.
        value: String,
    },
    /// A number that a field of its kind cannot hold.
    #[error("layer `{layer}`, feature `{feature}`: field `{field}` is {value}, which must be {range}")]
    OutOfRange {
        /// The layer.
        layer: String,
        /// Key of the feature.
        feature: String,
        /// The field.
        field: String,
        /// Its value.
        value: f64,
        /// What it must be.
        range: &'static str,
    },
    /// Keys of unequal length, whose first characters mean different things.
    #[error("layer `{layer}`: keys `{key}` of unequal length (`{}` and `{}`; {count} of {of} are short) have no common prefix of {prefix}", .examples[0], .examples[1])]
    UnequalKeys {
        /// The layer.
        layer: String,
        /// The key field.
        key: String,
        /// Characters that were asked for.
        prefix: usize,
        /// A shortest and a longest key.
        examples: [String; 2],
        /// Keys of the least length.
        count: usize,
        /// All keys.
        of: usize,
    },
    /// Keys with fewer characters than a group is told by.
    #[error("layer `{layer}`: keys `{key}` such as `{example}` are shorter than a prefix of {prefix}")]
    ShortKeys {
        /// The layer.
        layer: String,
        /// The key field.
        key: String,
        /// Characters that were asked for.
        prefix: usize,
        /// One of them.
        example: String,
    },
    /// A layer of another kind than a step needs.
    #[error("layer `{layer}` holds {found} geometry, but {needed} is needed")]
    WrongKind {
        /// The layer.
        layer: String,
        /// What it holds.
        found: &'static str,
        /// What is needed.
        needed: &'static str,
    },
    /// Attributes and geometry of different length.
    #[error("layer `{layer}` has {rows} rows of attributes and {geometries} geometries")]
    LengthsDiffer {
        /// The layer.
        layer: String,
        /// Rows of attributes.
        rows: usize,
        /// Geometries.
        geometries: usize,
    },
    /// A key that two features share.
    #[error("layer `{layer}`: key `{key}` = `{value}` stands in more than one feature")]
    DuplicateKey {
        /// The layer.
        layer: String,
        /// The key field.
        key: String,
        /// The repeated value.
        value: String,
    },
    /// A feature without a key.
    #[error("layer `{layer}`: row {row} has no key `{key}`")]
    MissingKey {
        /// The layer.
        layer: String,
        /// The key field.
        key: String,
        /// The row, from 1.
        row: usize,
    },
    /// More vertices than 32-bit offsets can name.
    #[error("{count} vertices are more than one layer can hold (2,147,483,647)")]
    TooManyVertices {
        /// How many there are.
        count: usize,
    },
    /// Arrow refused the arrays.
    #[error("the attributes do not form a table: {0}")]
    Arrow(#[from] arrow_schema::ArrowError),
    /// GeoArrow refused the geometry.
    #[error("the geometry does not hold together: {0}")]
    GeoArrow(#[from] geoarrow_schema::error::GeoArrowError),
}

impl LayerError {
    /// What to do about it.
    pub fn help(&self) -> Option<String> {
        match self {
            Self::NoField { nearest: Some(near), .. } => Some(format!("did you mean `{near}`?")),
            Self::NoField { fields, .. } => Some(format!("it has: {}", fields.join(", "))),
            Self::RepeatedField { .. } => Some(
                "a field that `name` or `rename` calls so meets one of that name: `rename` either, or leave one out of `fields`"
                    .to_owned(),
            ),
            Self::NotNumeric { value, .. } if Notation::of(value).is_some() => {
                Notation::of(value).map(|notation| notation.help().to_owned())
            }
            Self::NotNumeric { value, .. } => Some(format!(
                "if `{value}` means missing, add it to `missing` in the layer's [read]; otherwise correct the source, or name a field of numbers"
            )),
            Self::OutOfRange { value, range: "from 0 to 1", .. } => Some(format!(
                "if {value} is per cent or another scale, let a [score] with goalposts such as [0, 100] make 0 to 1 of it, or correct the source"
            )),
            Self::OutOfRange { value, .. } => Some(format!(
                "if {value} means missing, add it to `missing` in the layer's [read]; otherwise correct the source"
            )),
            Self::UnequalKeys { .. } => Some(
                "write all keys with their leading zeros in the source, or group by a table: `by = { table = \"...\", field = \"...\" }`"
                    .to_owned(),
            ),
            Self::ShortKeys { .. } => Some("state fewer characters".to_owned()),
            Self::WrongKind { .. } => Some("name a layer of the kind that is needed".to_owned()),
            Self::DuplicateKey { .. } => {
                Some("name another field as `key`, or correct the source: a key must be unique".to_owned())
            }
            Self::MissingKey { .. } => {
                Some("fill the key in the source, or name another field as `key`".to_owned())
            }
            _ => None,
        }
    }
}

/// The candidate nearest to `word`, if one is near enough to be meant.
pub fn nearest<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<String> {
    candidates
        .into_iter()
        .map(|c| (strsim::jaro_winkler(&word.to_lowercase(), &c.to_lowercase()), c))
        .filter(|(score, _)| *score >= 0.8)
        .max_by(|a, b| a.0.total_cmp(&b.0))
        .map(|(_, c)| c.to_owned())
}
