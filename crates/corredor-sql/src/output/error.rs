//! What can go wrong when an answer is written.

use std::io;

use super::format::Format;
use corredor::layer::write::WriteError;

/// An answer that cannot be written as it was asked for.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum OutputError {
    /// A map format, and nothing to put on the map.
    #[error("the answer has no geometry, which {} needs", format.name())]
    NoGeometry {
        /// The format.
        format: Format,
    },
    /// A format that holds one geometry a row, and several of them.
    #[error("the answer has the geometries {}; {} holds one", list(columns), format.name())]
    SeveralGeometries {
        /// Their columns.
        columns: Vec<String>,
        /// The format.
        format: Format,
    },
    /// Two columns of one name.
    #[error("the answer has two columns `{column}`, which {} cannot tell apart", format.name())]
    RepeatedColumn {
        /// The name.
        column: String,
        /// The format.
        format: Format,
    },
    /// A number that JSON has no word for.
    #[error("row {row}, column `{column}`: {value} is no finite number, and {} holds no other", format.name())]
    NotFinite {
        /// The column.
        column: String,
        /// The row, from 1.
        row: u64,
        /// What stands there.
        value: f64,
        /// The format.
        format: Format,
    },
    /// Geometry of kinds that a layer does not hold together.
    #[error(
        "row {row}, column `{column}`: {found} among {expected}; geojson takes points, lines or polygons, all of one kind"
    )]
    Kind {
        /// The column.
        column: String,
        /// The row, from 1.
        row: u64,
        /// What stands there.
        found: &'static str,
        /// What stands before.
        expected: &'static str,
    },
    /// A value that nothing can show.
    #[error("column `{column}`: {reason}")]
    Value {
        /// The column.
        column: String,
        /// Why.
        reason: String,
    },
    /// The layer writer refused.
    #[error(transparent)]
    Write(WriteError),
    /// GDAL refused.
    #[error("{what}: {reason}")]
    Gdal {
        /// The file.
        what: String,
        /// What GDAL said.
        reason: String,
    },
    /// The bytes could not be written.
    #[error("cannot write {what}: {error}")]
    Io {
        /// The file.
        what: String,
        /// What the system said.
        error: io::Error,
    },
}

fn list(names: &[String]) -> String {
    let names: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
    names.join(", ")
}

impl OutputError {
    /// Whether the reader of a pipe has seen enough (`| head`), which is no error.
    pub fn is_closed_pipe(&self) -> bool {
        let error = match self {
            Self::Io { error, .. } | Self::Write(WriteError::Io(error)) => error,
            _ => return false,
        };
        error.kind() == io::ErrorKind::BrokenPipe
    }

    /// What to do about it.
    pub fn help(&self) -> Option<String> {
        let text = match self {
            Self::NoGeometry { .. } => "select a geometry, such as `geom`, or take another --format",
            Self::SeveralGeometries { .. } => "select one of them, or write another as text: ST_AsText(...)",
            Self::RepeatedColumn { .. } => "give one of them another name: ... AS name",
            Self::NotFinite { .. } => "turn it into null in the query (NULLIF, CASE), or take --format csv",
            Self::Kind { .. } => "take --format gpkg, parquet or ndjson, which hold all kinds",
            Self::Value { .. } => "cast it in the query: CAST(... AS TEXT)",
            Self::Write(error) => return error.help(),
            Self::Gdal { .. } | Self::Io { .. } => "check the free space and that this user may write there",
        };
        Some(text.to_owned())
    }
}

impl From<WriteError> for OutputError {
    fn from(error: WriteError) -> Self {
        match error {
            WriteError::Io(error) => Self::Io { what: "the answer".to_owned(), error },
            error => Self::Write(error),
        }
    }
}
