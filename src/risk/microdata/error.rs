//! What can be wrong with microdata and codebooks.

use std::fmt;

use thiserror::Error;

use super::cell::comma;
use super::codebook_problems::CodebookProblems;
use crate::layer::read::ReadError;
use crate::locate::LocateError;

/// Bad rows that are told one by one.
pub const SHOWN: usize = 5;

/// Microdata that cannot be read as their codebook says.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum MicrodataError {
    /// A codebook that is neither a file nor one of ours.
    #[error("{name}: no such file, and no codebook of that name ships with Corredor")]
    NoCodebook {
        /// What was asked for.
        name: String,
        /// The nearest name.
        nearest: Option<String>,
        /// Names of those that ship.
        shipped: Vec<String>,
    },
    /// A codebook with errors.
    #[error(transparent)]
    Codebook(CodebookProblems),
    /// A file that the system does not let us read.
    #[error("cannot read {file}: {error}")]
    Unreadable {
        /// The file.
        file: String,
        /// What the system said.
        error: std::io::Error,
    },
    /// A format that is not read.
    #[error("{file}: {what} is not read")]
    Format {
        /// The file.
        file: String,
        /// What it is.
        what: String,
        /// What to do.
        help: &'static str,
    },
    /// Text that cannot be read on.
    #[error(transparent)]
    Text(#[from] Box<LocateError>),
    /// A Parquet or Stata file that is damaged.
    #[error("{file}: not readable as {format}: {reason}")]
    Damaged {
        /// The file.
        file: String,
        /// The format.
        format: &'static str,
        /// What the reader said.
        reason: String,
    },
    /// Fields that the codebook names and the file lacks.
    #[error("{file} lacks {} that the codebook `{codebook}` names: {}", fields_are(.missing.len()), absent(.missing))]
    NoFields {
        /// The file.
        file: String,
        /// The codebook.
        codebook: String,
        /// The fields.
        missing: Vec<AbsentField>,
        /// The fields there are.
        fields: Vec<String>,
    },
    /// Rows that do not say what the codebook expects.
    #[error("{file}: {count} bad row{}: {}", if *.count == 1 { "" } else { "s" }, bad_rows(.first, *.count, numbered_by))]
    BadRows {
        /// The file.
        file: String,
        /// What numbers them: `line` of a text file, else `row`.
        numbered_by: &'static str,
        /// How many.
        count: u64,
        /// The first of them.
        first: Vec<BadRow>,
    },
    /// A household whose persons do not stand together.
    #[error("{file}, {numbered_by} {row}: household {household} occurs again after another one")]
    Scattered {
        /// The file.
        file: String,
        /// What numbers it: `line` of a text file, else `row`.
        numbered_by: &'static str,
        /// Line or row.
        row: u64,
        /// The household.
        household: String,
    },
}

/// A field that a codebook names and a file lacks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AbsentField {
    /// The field.
    pub field: String,
    /// Where the codebook names it.
    pub used_by: String,
    /// The nearest field there is.
    pub nearest: Option<String>,
}

/// A row that does not say what the codebook expects.
#[derive(Clone, Debug, PartialEq)]
pub struct BadRow {
    /// Line of a text file, else row, from 1.
    pub row: u64,
    /// What is wrong.
    pub fault: Fault,
}

/// What is wrong with a row.
#[derive(Clone, Debug, PartialEq)]
pub enum Fault {
    /// More or fewer cells than the header.
    Cells {
        /// Cells in the row.
        found: usize,
        /// Cells in the header.
        header: usize,
    },
    /// A weight that is not above 0.
    Weight {
        /// Field.
        field: String,
        /// The value.
        value: String,
    },
    /// A value that is no number.
    NotNumber {
        /// Field.
        field: String,
        /// The value.
        value: String,
    },
    /// A code that the codebook does not know.
    Code {
        /// Field.
        field: String,
        /// The value.
        value: String,
        /// What it was looked up for.
        used_by: String,
    },
    /// A missing value where there must be one.
    Blank {
        /// Field.
        field: String,
        /// What it was needed for.
        used_by: String,
    },
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Cells { found, header } => write!(f, "{found} cells, the header has {header}"),
            Self::Weight { field, value } => write!(f, "`{field}` is {value}: a weight must be above 0"),
            Self::NotNumber { field, value } if comma(value).is_some() => {
                write!(f, "`{field}` is \"{value}\", a number with a decimal comma")
            }
            Self::NotNumber { field, value } => write!(f, "`{field}` is \"{value}\", which is no number"),
            Self::Code { field, value, used_by } => {
                write!(f, "`{field}` is \"{value}\", a code that {used_by} does not know")
            }
            Self::Blank { field, used_by } => write!(f, "`{field}` is missing, which {used_by} needs"),
        }
    }
}

fn fields_are(count: usize) -> String {
    if count == 1 { "a field".to_owned() } else { format!("{count} fields") }
}

fn absent(fields: &[AbsentField]) -> String {
    let each = fields.iter().map(|field| {
        let near = field.nearest.as_ref().map(|near| format!(", nearest `{near}`")).unwrap_or_default();
        format!("`{}` ({}{near})", field.field, field.used_by)
    });
    each.collect::<Vec<_>>().join(", ")
}

fn bad_rows(first: &[BadRow], count: u64, numbered_by: &str) -> String {
    let mut text: Vec<String> =
        first.iter().map(|bad| format!("{numbered_by} {}: {}", bad.row, bad.fault)).collect();
    let more = count - first.len() as u64;
    if more > 0 {
        text.push(format!("and {more} more"));
    }
    text.join("; ")
}

impl From<LocateError> for MicrodataError {
    fn from(error: LocateError) -> Self {
        Self::Text(Box::new(error))
    }
}

impl From<ReadError> for MicrodataError {
    fn from(error: ReadError) -> Self {
        LocateError::from(error).into()
    }
}

impl MicrodataError {
    /// What to do about it.
    pub fn help(&self) -> Option<String> {
        let text = match self {
            Self::NoCodebook { nearest: Some(near), .. } => return Some(format!("did you mean `{near}`?")),
            Self::NoCodebook { shipped, .. } => {
                return Some(format!("name a file, or one of: {}", shipped.join(", ")));
            }
            Self::Codebook(_) => return None,
            Self::Unreadable { .. } => "check that it exists and that you may read it",
            Self::Format { help, .. } => help,
            Self::Text(error) => return error.help(),
            Self::Damaged { .. } => {
                "fetch the file again and compare its size or checksum with the publisher's"
            }
            Self::NoFields { fields, .. } => {
                const SHOWN: usize = 30;
                let more = fields.len().saturating_sub(SHOWN);
                let more = if more > 0 { format!(" and {more} more") } else { String::new() };
                let fields = fields.iter().take(SHOWN).cloned().collect::<Vec<_>>().join(", ");
                return Some(format!(
                    "copy the codebook and correct the names; the file has: {fields}{more}"
                ));
            }
            Self::BadRows { first, .. } => match first.first().map(|bad| &bad.fault) {
                Some(Fault::Code { .. }) => "add the code to a level, or to `missing`, in the codebook",
                Some(Fault::Weight { .. }) => "take the rows out of the file, or narrow [universe] `when`",
                Some(Fault::Blank { .. }) => "fill it in, or narrow [universe] `when`",
                Some(Fault::NotNumber { value, .. }) if comma(value).is_some() => {
                    "state `decimal = \",\"` in the codebook, above its tables"
                }
                Some(Fault::NotNumber { .. }) => "correct it, or add it to `missing` in the codebook",
                _ => "correct the rows",
            },
            Self::Scattered { .. } => "sort the file by household",
        };
        Some(text.to_owned())
    }
}
