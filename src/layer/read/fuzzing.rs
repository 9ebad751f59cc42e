//! The reader's inner doors for the fuzz targets: bytes in, no file and, but for the oracle, no GDAL driver
//! between.

use std::sync::Arc;

use arrow_array::{Int64Array, LargeBinaryArray};

use super::raw::Raw;
use super::shapes::Shapes;
use super::{Options, ReadError, assemble, coordinates, delimited, geojson, open};
use crate::layer::{Column, Layer, Numerals};

/// Reads the bytes of a delimited table as [`super::read`] does those of a file.
///
/// # Errors
/// As [`super::read`].
pub fn read_table(bytes: &[u8], options: &Options) -> Result<Layer, ReadError> {
    assemble::assemble("fuzz", delimited::of_bytes(bytes, options)?, options)
}

/// Reads features with these geometries as [`super::read`] does those of a source in WGS84; their numbers, from
/// 1, are the field `id`.
///
/// # Errors
/// As [`super::read`].
pub fn read_wkb(geometries: &[Option<&[u8]>], options: &Options) -> Result<Layer, ReadError> {
    let ids = Int64Array::from_iter_values(1..=geometries.len() as i64);
    let mut shapes = Shapes::default();
    shapes.push_wkb(&geometries.iter().copied().collect::<LargeBinaryArray>());
    let raw = Raw {
        driver: "fuzz".to_owned(),
        layer: "fuzz".to_owned(),
        columns: vec![Column { name: "id".to_owned(), values: Arc::new(ids) }],
        shapes: Some(shapes),
        crs: Some(("EPSG:4326".to_owned(), "EPSG:4326".to_owned())),
        rows: geometries.len(),
        lines: None,
        line_word: "feature",
        written: Vec::new(),
        sha256: None,
        kept_out: 0,
        findings: Vec::new(),
    };
    assemble::assemble("fuzz", raw, options)
}

/// Reads the text of a GeoJSON file as [`super::read`] does; `None` where it is left to GDAL.
pub fn read_geojson(text: &[u8], options: &Options) -> Option<Result<Layer, ReadError>> {
    geojson::load(text, options).ok().map(|raw| assemble::assemble("fuzz", raw, options))
}

/// Reads a source through GDAL, whatever it is.
///
/// # Errors
/// As [`super::read`].
pub fn read_by_gdal(options: &Options) -> Result<Layer, ReadError> {
    assemble::assemble("fuzz", open::load(options)?, options)
}

/// "lat, lon" to (lon, lat).
pub fn parse_pair(text: &str) -> Option<(f64, f64)> {
    coordinates::parse_pair(text, Numerals::default())
}
