//! What kinds of TOML values are called, and what people usually meant by the wrong one.

use std::fmt;

use super::document::Value;

/// A kind of value, as messages name it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Text,
    /// One of some words, listed.
    Word(String),
    Whole,
    Number,
    TrueFalse,
    Date,
    List,
    Table,
}

impl Kind {
    /// The kind that a JSON Schema type stands for.
    pub(super) fn named(name: &str) -> Self {
        match name {
            "object" => Self::Table,
            "array" => Self::List,
            "boolean" => Self::TrueFalse,
            "integer" => Self::Whole,
            "number" => Self::Number,
            _ => Self::Text,
        }
    }

    /// The kind of a value.
    pub(super) fn of(value: &Value) -> Self {
        match value {
            Value::Text(_) => Self::Text,
            Value::Whole(_) => Self::Whole,
            Value::Number(_) => Self::Number,
            Value::TrueFalse => Self::TrueFalse,
            Value::Date => Self::Date,
            Value::List(_) => Self::List,
            Value::Table(_) => Self::Table,
        }
    }

    /// Whether a value of kind `found` fits.
    pub(super) fn accepts(&self, found: &Self) -> bool {
        match self {
            Self::Word(_) => *found == Self::Text,
            Self::Number => matches!(found, Self::Number | Self::Whole),
            _ => self == found,
        }
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Text => "text in quotes",
            Self::Word(words) => return write!(f, "one of {words}"),
            Self::Whole => "a whole number",
            Self::Number => "a number",
            Self::TrueFalse => "true or false",
            Self::Date => "a date",
            Self::List => "a list",
            Self::Table => "a table",
        })
    }
}

/// What to write instead of a value of the wrong kind; `raw` is the value as it stands.
pub(super) fn conversion_help(expected: &[Kind], found: &Value, raw: &str) -> Option<String> {
    let wants = |kind: Kind| expected.contains(&kind);
    match found {
        Value::Text(text) => {
            let bare = text.trim();
            let fits = (wants(Kind::Number) && bare.parse::<f64>().is_ok_and(f64::is_finite))
                || (wants(Kind::Whole) && bare.parse::<i64>().is_ok())
                || (wants(Kind::TrueFalse) && matches!(bare, "true" | "false"));
            if fits {
                return Some(format!("write {bare} without quotes"));
            }
            if wants(Kind::List) {
                return Some(format!("write [{raw}]"));
            }
            wants(Kind::Table).then(|| "give it in both languages: { es = \"...\", en = \"...\" }".to_owned())
        }
        Value::Whole(_) | Value::Number(_) | Value::TrueFalse | Value::Date if wants(Kind::Text) => {
            Some(format!("write it in quotes: \"{raw}\""))
        }
        Value::Number(_) if wants(Kind::Whole) => Some("leave out the decimals".to_owned()),
        _ => None,
    }
}
