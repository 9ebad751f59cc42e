//! Reading: anything that GDAL opens, and CSV, into a [`Layer`].
//!
//! `load` gets the columns and the geometry as they stand (through GDAL, our own GeoJSON reader, or CSV); `assemble` makes a
//! layer of them: text key, one geometry kind, valid, WGS84, sorted by key.

mod arcs;
mod assemble;
mod attributes;
mod batches;
mod coordinates;
mod crs;
mod cures;
mod dbf;
mod delimited;
mod dissolve;
mod doubts;
mod error;
mod exists;
mod field_names;
mod footers;
#[cfg(fuzzing)]
#[doc(hidden)]
pub mod fuzzing;
mod gdal_errors;
mod geojson;
mod grid;
mod guard;
mod hash;
mod inspect;
mod kinds;
mod lines;
mod load;
mod local_path;
mod markup;
mod messages;
mod nested;
mod open;
mod options;
mod raw;
mod shape_kind;
mod shapes;
mod sheet;
mod signs;
mod stream;
mod suggest;
mod utf8;
mod whole;
mod wkt;
mod zones;

pub(crate) use attributes::plain;
pub(crate) use batches::{Batches, Head, batches};
pub use coordinates::goes_on;
pub(crate) use coordinates::{PLACE_COLUMNS, parse_pair, settled};
pub(crate) use crs::ToWgs84;
pub use error::ReadError;
pub(crate) use exists::check_there;
pub(in crate::layer) use gdal_errors::first_failure as first_failure_of_gdal;
pub use gdal_errors::listen as listen_to_gdal;
pub use guard::irregular;
pub(crate) use guard::{Written, written};
pub use hash::sha256_file;
pub use inspect::{FieldSummary, Inspection, Problem, inspect, inspect_with};
pub(crate) use lines::point_of_wkb;
#[cfg(test)]
pub(crate) use messages::NOTATIONS;
pub use messages::messages;
pub(crate) use open::width;
pub use options::{FieldType, Kind, Options, Parts};
pub use suggest::{suggest, suggest_with};
pub use whole::read_whole;

use super::Layer;

/// Reads a source into a layer.
///
/// Keys become text with their leading zeros; invalid polygons are repaired and counted; coordinates are
/// transformed to WGS84, longitude first; features come out in the order of their keys.
///
/// # Errors
/// A [`ReadError`] names the file, the layer, the feature and the field, and what to do.
///
/// # Examples
/// ```
/// use corredor::layer::read::{Kind, Options, read};
///
/// let dir = tempfile::tempdir()?;
/// let path = dir.path().join("sites.csv");
/// std::fs::write(&path, "id,lon,lat\nB,-92.3,14.9\nA,-99.1,19.4\n")?;
/// let mut options = Options::new(path.to_string_lossy(), Kind::Point, "id");
/// options.lon = Some("lon".into());
/// options.lat = Some("lat".into());
/// let sites = read("sites", &options)?;
/// assert_eq!(sites.keys(), ["A", "B"]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn read(name: &str, options: &Options) -> Result<Layer, ReadError> {
    let raw = load::load(options)?;
    assemble::assemble(name, raw, options)
}
