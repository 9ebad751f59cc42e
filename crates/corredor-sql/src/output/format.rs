//! How an answer is written.

use std::path::Path;

/// How an answer is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// A table for people.
    Table,
    /// CSV for spreadsheets, formulas guarded; geometry as WKT.
    Csv,
    /// One JSON array of objects; geometry as GeoJSON has it.
    Json,
    /// One JSON object a line.
    Ndjson,
    /// A FeatureCollection after RFC 7946.
    Geojson,
    /// Parquet; geometry as GeoParquet 1.1 has it.
    Parquet,
    /// GeoPackage, by GDAL.
    Gpkg,
}

impl Format {
    /// All formats.
    pub const ALL: [Self; 7] =
        [Self::Table, Self::Csv, Self::Json, Self::Ndjson, Self::Geojson, Self::Parquet, Self::Gpkg];

    /// Its word on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Self::Table => "table",
            Self::Csv => "csv",
            Self::Json => "json",
            Self::Ndjson => "ndjson",
            Self::Geojson => "geojson",
            Self::Parquet => "parquet",
            Self::Gpkg => "gpkg",
        }
    }

    /// The format that a file's ending asks for.
    pub fn of_file(path: &Path) -> Option<Self> {
        let ending = path.extension()?.to_str()?.to_ascii_lowercase();
        Some(match ending.as_str() {
            "txt" => Self::Table,
            "csv" => Self::Csv,
            "json" => Self::Json,
            "ndjson" | "jsonl" => Self::Ndjson,
            "geojson" => Self::Geojson,
            "parquet" | "geoparquet" | "pq" => Self::Parquet,
            "gpkg" => Self::Gpkg,
            _ => return None,
        })
    }

    /// Whether no terminal can show it.
    pub fn is_binary(self) -> bool {
        matches!(self, Self::Parquet | Self::Gpkg)
    }
}
