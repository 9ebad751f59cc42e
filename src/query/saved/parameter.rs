//! A parameter of a saved query, and the values it takes.

use std::fmt;

use jiff::civil::Date;

use super::header::ParameterType;
use crate::workspace::config::Text;
use crate::workspace::did_you_mean;

/// A parameter of a saved query.
#[derive(Clone, Debug)]
pub struct Parameter {
    /// Its name: `$name` in the SQL, `--name` on the command line.
    pub name: String,
    /// What kind of value it takes.
    pub kind: ParameterType,
    /// What it is for.
    pub description: Text,
    /// Value where none is stated; without it the parameter must be stated.
    pub default: Option<Value>,
    /// The only values it takes; any if empty.
    pub allowed: Vec<Value>,
    /// Least value.
    pub min: Option<Value>,
    /// Greatest value.
    pub max: Option<Value>,
}

/// A value that is bound to a parameter.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// A text.
    Text(String),
    /// A whole number.
    Integer(i64),
    /// A finite number.
    Number(f64),
    /// `true` or `false`.
    Boolean(bool),
    /// A day.
    Date(Date),
    /// A past run of a layer: a day, `previous`, or the name of a run.
    Run(String),
}

/// Why a value is refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ValueError {
    /// The text is no value of the parameter's type.
    #[error("needs {wanted}")]
    Kind {
        /// What is needed.
        wanted: &'static str,
    },
    /// Beyond what the parameter takes.
    #[error("must be {}", range(.min.as_deref(), .max.as_deref()))]
    Range {
        /// Least value.
        min: Option<String>,
        /// Greatest value.
        max: Option<String>,
    },
    /// None of the values that the parameter takes.
    #[error("is none of its values; {help}")]
    NotAllowed {
        /// The nearest value, or all of them.
        help: String,
    },
}

fn range(min: Option<&str>, max: Option<&str>) -> String {
    match (min, max) {
        (Some(min), Some(max)) => format!("from {min} to {max}"),
        (Some(min), None) => format!("at least {min}"),
        (None, max) => format!("at most {}", max.unwrap_or_default()),
    }
}

impl Parameter {
    /// The value that a text from the command line stands for.
    ///
    /// # Errors
    /// A [`ValueError`]: not of the type, out of range, not among the allowed values.
    pub fn parse(&self, text: &str) -> Result<Value, ValueError> {
        let value = Value::parse(self.kind, text).ok_or(ValueError::Kind { wanted: self.kind.wanted() })?;
        self.check(&value)?;
        Ok(value)
    }

    /// Whether the parameter takes a value of its type.
    pub(super) fn check(&self, value: &Value) -> Result<(), ValueError> {
        let below = self.min.as_ref().is_some_and(|min| value.is_less(min));
        let above = self.max.as_ref().is_some_and(|max| max.is_less(value));
        if below || above {
            let [min, max] = [&self.min, &self.max].map(|end| end.as_ref().map(Value::to_string));
            return Err(ValueError::Range { min, max });
        }
        if !self.allowed.is_empty() && !self.allowed.contains(value) {
            let words: Vec<String> = self.allowed.iter().map(Value::to_string).collect();
            let help = did_you_mean(&value.to_string(), words.iter().map(String::as_str), "they are");
            return Err(ValueError::NotAllowed { help: help.unwrap_or_default() });
        }
        Ok(())
    }

    /// Type, range, allowed values and default in one line, as lists of parameters show it.
    pub fn summary(&self) -> String {
        let mut text = self.kind.name().to_owned();
        if self.min.is_some() || self.max.is_some() {
            let [min, max] = [&self.min, &self.max].map(|end| end.as_ref().map(Value::to_string));
            text = format!("{text} {}", range(min.as_deref(), max.as_deref()));
        }
        if !self.allowed.is_empty() {
            let words: Vec<String> = self.allowed.iter().map(Value::to_string).collect();
            text = format!("{text}: {}", words.join(" | "));
        }
        text
    }
}

impl ParameterType {
    /// What a value of this type is, for people.
    fn wanted(self) -> &'static str {
        match self {
            Self::Text => "a text",
            Self::Integer => "a whole number",
            Self::Number => "a finite number, such as 12.5",
            Self::Boolean => "true or false",
            Self::Date => "a day, such as 2026-11-20",
            Self::Run => "a day such as 2026-11-20, `previous`, or the name of a run",
        }
    }
}

impl Value {
    /// Reads a text as a value of a type.
    pub(super) fn parse(kind: ParameterType, text: &str) -> Option<Self> {
        Some(match kind {
            ParameterType::Text => Self::Text(text.to_owned()),
            ParameterType::Integer => Self::Integer(text.trim().parse().ok()?),
            ParameterType::Number => {
                Self::Number(text.trim().parse().ok().filter(|number: &f64| number.is_finite())?)
            }
            ParameterType::Boolean => Self::Boolean(text.trim().parse().ok()?),
            ParameterType::Date => Self::Date(day(text.trim())?),
            ParameterType::Run => Self::Run(run(text.trim())?.to_owned()),
        })
    }

    /// Numbers by size, days by time; what has no order is never less.
    fn is_less(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Integer(a), Self::Integer(b)) => a < b,
            (Self::Number(a), Self::Number(b)) => a < b,
            (Self::Date(a), Self::Date(b)) => a < b,
            _ => false,
        }
    }
}

/// `YYYY-MM-DD`, and nothing that is merely like it.
fn day(text: &str) -> Option<Date> {
    let date: Date = text.parse().ok()?;
    (date.to_string() == text).then_some(date)
}

/// What may follow `layer@`: letters, digits and hyphens, so that it can be nothing but the name of a run.
fn run(text: &str) -> Option<&str> {
    /// Longer than any name of a run.
    const LONGEST: usize = 64;
    let plain = text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
    (plain && !text.is_empty() && text.len() <= LONGEST).then_some(text)
}

impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text(text) | Self::Run(text) => f.write_str(text),
            Self::Integer(number) => write!(f, "{number}"),
            Self::Number(number) => write!(f, "{number}"),
            Self::Boolean(yes) => write!(f, "{yes}"),
            Self::Date(date) => write!(f, "{date}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parameter(kind: ParameterType) -> Parameter {
        Parameter {
            name: "p".to_owned(),
            kind,
            description: Text::default(),
            default: None,
            allowed: Vec::new(),
            min: None,
            max: None,
        }
    }

    #[test]
    fn values_are_of_their_type_or_refused() {
        use ParameterType::{Boolean, Date, Integer, Number, Run, Text};
        for (kind, text, shown) in [
            (Text, "'; DROP TABLE zones --", Some("'; DROP TABLE zones --")),
            (Text, "", Some("")),
            (Integer, "-7", Some("-7")),
            (Integer, "9223372036854775808", None),
            (Integer, "1.0", None),
            (Number, "1e3", Some("1000")),
            (Number, "nan", None),
            (Number, "1 OR 1=1", None),
            (Boolean, "true", Some("true")),
            (Boolean, "yes", None),
            (Date, "2024-02-29", Some("2024-02-29")),
            (Date, "2023-02-29", None),
            (Date, "20240229", None),
            (Date, "2024-02-29T10:00", None),
            (Run, "previous", Some("previous")),
            (Run, "20261123T190000Z-1a2b3c4d", Some("20261123T190000Z-1a2b3c4d")),
            (Run, "previous\" --", None),
            (Run, "../../x", None),
            (Run, "", None),
        ] {
            let value = parameter(kind).parse(text).ok();
            assert_eq!(value.map(|v| v.to_string()).as_deref(), shown, "{kind:?} {text}");
        }
    }

    #[test]
    fn ranges_and_lists_hold() {
        let mut number = parameter(ParameterType::Number);
        (number.min, number.max) = (Some(Value::Number(0.0)), Some(Value::Number(1.0)));
        assert!(number.parse("1").is_ok());
        assert_eq!(number.parse("1.01").unwrap_err().to_string(), "must be from 0 to 1");
        let mut word = parameter(ParameterType::Text);
        word.allowed = ["queen", "rook"].map(|w| Value::Text(w.to_owned())).to_vec();
        assert_eq!(
            word.parse("quen").unwrap_err().to_string(),
            "is none of its values; did you mean `queen`?"
        );
        assert_eq!(number.summary(), "number from 0 to 1");
        assert_eq!(word.summary(), "text: queen | rook");
    }
}
