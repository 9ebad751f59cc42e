//! `corredor query`: SQL over every layer; saved queries by name; a prompt.

#[cfg(feature = "sql")]
mod arguments;
#[cfg(feature = "sql")]
mod ask;
#[cfg(feature = "sql")]
mod desk;
#[cfg(feature = "sql")]
mod failure;
#[cfg(feature = "sql")]
mod place;
#[cfg(feature = "sql")]
mod prompt;
mod units;

use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, ValueEnum};

#[cfg(feature = "sql")]
pub(super) use arguments::{Asked, parse};
#[cfg(feature = "sql")]
pub(super) use ask::run;
#[cfg(feature = "sql")]
pub use failure::QueryFailure;

use super::level::LevelArg;
#[cfg(feature = "sql")]
use corredor_sql::output::Format;

/// Options of `query`.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  corredor query -e 'SELECT code, name, risk FROM hotspots ORDER BY risk DESC LIMIT 10'
  corredor query states_by_exposure --format csv > states.csv
  corredor query riskiest_stretches --help         the parameters of a saved query
  corredor query shelters_served --reach 20 --level restricted --out shelters.gpkg
  corredor query                                   a prompt; \\? lists its commands

Saved queries are queries/*.sql in the workspace; `corredor queries` lists them. docs/queries.md says the rest.")]
pub struct QueryArgs {
    /// A saved query by its name, or a file of SQL; without it a prompt, or statements from a pipe
    #[arg(value_name = "NAME|FILE")]
    source: Option<String>,
    /// The query itself
    #[arg(short, long, value_name = "SQL", conflicts_with = "source")]
    execute: Option<String>,
    /// Refuse layers that are not built or stale, instead of building them in memory
    #[arg(long)]
    no_build: bool,
    /// Read layers up to this level, above what the workspace publishes; written to its audit log
    #[arg(long, value_enum)]
    level: Option<LevelArg>,
    /// File or folder outside the workspace that may be read too; may be given several times
    #[arg(long, value_name = "PATH")]
    allow_path: Vec<PathBuf>,
    /// Memory that sorting and grouping may take before they go on in temporary files
    #[arg(long, value_name = "SIZE", default_value = "2G", value_parser = units::bytes)]
    memory: usize,
    /// How long a query may take, such as 30s or 5m; without it as long as it needs
    #[arg(long, value_name = "TIME", value_parser = units::duration)]
    timeout: Option<Duration>,
    /// Format of the answer; by the file's ending, else a table on a terminal and CSV in a pipe
    #[arg(long, value_enum)]
    format: Option<FormatArg>,
    /// File to write; it appears whole or stays as it was
    #[arg(short, long, value_name = "FILE")]
    out: Option<PathBuf>,
}

/// A format on the command line.
#[derive(Clone, Copy, Debug, ValueEnum)]
enum FormatArg {
    /// For people
    Table,
    /// For spreadsheets; formulas guarded, geometry as WKT
    Csv,
    /// One array of objects
    Json,
    /// One object a line
    Ndjson,
    /// A FeatureCollection (RFC 7946)
    Geojson,
    /// Parquet, geometry as GeoParquet
    Parquet,
    /// GeoPackage
    Gpkg,
}

#[cfg(feature = "sql")]
impl FormatArg {
    /// The format.
    fn format(self) -> Format {
        match self {
            Self::Table => Format::Table,
            Self::Csv => Format::Csv,
            Self::Json => Format::Json,
            Self::Ndjson => Format::Ndjson,
            Self::Geojson => Format::Geojson,
            Self::Parquet => Format::Parquet,
            Self::Gpkg => Format::Gpkg,
        }
    }
}
