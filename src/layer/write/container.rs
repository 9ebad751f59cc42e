//! Layers in the binary formats that GDAL writes: GeoPackage and FlatGeobuf, with every vertex as it is.

use std::path::{Path, PathBuf};

use arrow_array::Array;
use gdal::spatial_ref::{AxisMappingStrategy, SpatialRef};
use gdal::vector::sql::Dialect;
use gdal::vector::{
    Feature, FieldDefn, Geometry as Ogr, LayerAccess, LayerOptions, OGRFieldType, OGRwkbGeometryType,
};
use gdal::{Dataset, DriverManager};
use geo_traits::GeometryTrait;
use geoarrow_array::GeoArrowArrayAccessor;
use wkb::writer::{WriteOptions, write_geometry};

use super::WriteError;
use super::cells::{Cells, columns, key_order};
use crate::layer::read::{first_failure_of_gdal, listen_to_gdal};
use crate::layer::{Geometry, Layer};

/// A format of several layers or of one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// OGC GeoPackage: SQLite, any number of layers, tables too.
    GeoPackage,
    /// FlatGeobuf: one layer, with a packed R-tree.
    FlatGeobuf,
}

impl Format {
    fn driver(self) -> &'static str {
        match self {
            Self::GeoPackage => "GPKG",
            Self::FlatGeobuf => "FlatGeobuf",
        }
    }
}

/// A file that is being written by GDAL.
///
/// One thread at a time; times in it are `now`, so that the same layers give the same bytes with the same GDAL.
pub struct Container {
    dataset: Dataset,
    format: Format,
    path: PathBuf,
}

impl Container {
    /// Makes the file, which must not be there.
    ///
    /// # Errors
    /// [`WriteError::Gdal`].
    pub fn create(path: &Path, format: Format, now: jiff::Timestamp) -> Result<Self, WriteError> {
        listen_to_gdal();
        let failed = |error| failed(path, error);
        // Both forms: the first is what GeoPackage asks for.
        let stamp = now.strftime("%Y-%m-%dT%H:%M:%S.000Z").to_string();
        gdal::config::set_thread_local_config_option("OGR_CURRENT_DATE", &stamp).map_err(failed)?;
        // One file that can be copied, also over a network, and that no reader finds locked.
        gdal::config::set_thread_local_config_option("OGR_SQLITE_JOURNAL", "DELETE").map_err(failed)?;
        // Not at each step: a run is synced file by file before it becomes current.
        gdal::config::set_thread_local_config_option("OGR_SQLITE_SYNCHRONOUS", "OFF").map_err(failed)?;
        let driver = DriverManager::get_driver_by_name(format.driver()).map_err(failed)?;
        let dataset = driver.create_vector_only(path).map_err(failed)?;
        Ok(Self { dataset, format, path: path.to_owned() })
    }

    /// Adds a layer under its name, features in the order of their keys. `title` and `description` are for people.
    ///
    /// # Errors
    /// As [`write_geojson`](super::write_geojson), and [`WriteError::Gdal`].
    pub fn add(&mut self, layer: &Layer, title: &str, description: &str) -> Result<(), WriteError> {
        listen_to_gdal();
        let columns = columns(layer)?;
        let path = self.path.clone();
        let failed = |error| failed(&path, error);
        let mut wgs84 = SpatialRef::from_epsg(4326).map_err(failed)?;
        wgs84.set_axis_mapping_strategy(AxisMappingStrategy::TraditionalGisOrder);
        let named = [
            format!("FID={}", free(layer, "fid")),
            format!("GEOMETRY_NAME={}", free(layer, GEOMETRY)),
            format!("IDENTIFIER={title}"),
            format!("DESCRIPTION={description}"),
        ];
        let options: Vec<&str> = match self.format {
            Format::GeoPackage => named.iter().map(String::as_str).collect(),
            Format::FlatGeobuf => vec!["SPATIAL_INDEX=YES"],
        };
        let ty = kind(layer.geometry());
        let srs = (ty != OGRwkbGeometryType::wkbNone).then_some(&wgs84);
        let options = LayerOptions { name: layer.name(), srs, ty, options: Some(&options) };
        // FlatGeobuf gathers all features anyway, and knows no transactions.
        match self.format {
            Format::FlatGeobuf => {
                let target = self.dataset.create_layer(options).map_err(failed)?;
                fill(layer, &columns, &target).map_err(|e| e.at(&path))?;
            }
            Format::GeoPackage => {
                let mut turn = self.dataset.start_transaction().map_err(failed)?;
                {
                    let target = turn.create_layer(options).map_err(failed)?;
                    fill(layer, &columns, &target).map_err(|e| e.at(&path))?;
                }
                turn.commit().map_err(failed)?;
            }
        }
        Ok(())
    }

    /// Runs a statement on a GeoPackage.
    ///
    /// # Errors
    /// [`WriteError::Gdal`].
    pub fn execute(&mut self, sql: &str) -> Result<(), WriteError> {
        listen_to_gdal();
        self.dataset.execute_sql(sql, None, Dialect::DEFAULT).map_err(|error| failed(&self.path, error))?;
        // A statement without rows that fails gives no rows either.
        match first_failure_of_gdal() {
            Some(reason) => Err(refused(&self.path, reason)),
            None => Ok(()),
        }
    }

    /// Writes what is left and closes the file.
    ///
    /// # Errors
    /// [`WriteError::Gdal`].
    pub fn finish(self) -> Result<(), WriteError> {
        listen_to_gdal();
        let path = self.path;
        self.dataset.close().map_err(|error| failed(&path, error))?;
        match first_failure_of_gdal() {
            Some(reason) => Err(refused(&path, reason)),
            None => Ok(()),
        }
    }
}

/// Column of the geometry.
const GEOMETRY: &str = "geom";

/// A column name of the format's own that no field of the layer has.
fn free(layer: &Layer, name: &str) -> String {
    let mut free = name.to_owned();
    while layer.has(&free) {
        free.push('_');
    }
    free
}

/// Name of the column that holds the geometry of a layer in a GeoPackage.
pub fn geometry_column(layer: &Layer) -> String {
    free(layer, GEOMETRY)
}

/// Name of the column that numbers the features of a layer in a GeoPackage.
pub fn number_column(layer: &Layer) -> String {
    free(layer, "fid")
}

/// What goes wrong with one feature.
enum Broken {
    Gdal(gdal::errors::GdalError),
    Encoding(String),
}

impl Broken {
    fn at(self, path: &Path) -> WriteError {
        match self {
            Self::Gdal(error) => failed(path, error),
            Self::Encoding(reason) => WriteError::Gdal { path: path.to_owned(), reason },
        }
    }
}

impl From<gdal::errors::GdalError> for Broken {
    fn from(error: gdal::errors::GdalError) -> Self {
        Self::Gdal(error)
    }
}

fn fill(
    layer: &Layer,
    columns: &[(String, Cells<'_>)],
    target: &gdal::vector::Layer<'_>,
) -> Result<(), Broken> {
    for (name, cells) in columns {
        let kind = match cells {
            Cells::Text(_) => OGRFieldType::OFTString,
            Cells::Integer(_) => OGRFieldType::OFTInteger64,
            Cells::Number(_) => OGRFieldType::OFTReal,
            Cells::Boolean(_) => OGRFieldType::OFTInteger,
        };
        FieldDefn::new(name, kind)?.add_to_layer(target)?;
    }
    let mut bytes = Vec::new();
    for row in key_order(layer) {
        let mut feature = Feature::new(target.defn())?;
        for (at, (_, cells)) in columns.iter().enumerate() {
            match cells {
                Cells::Text(a) if a.is_valid(row) => feature.set_field_string(at, a.value(row))?,
                Cells::Integer(a) if a.is_valid(row) => feature.set_field_integer64(at, a.value(row))?,
                // Adding zero turns -0 into 0.
                Cells::Number(a) if a.is_valid(row) => feature.set_field_double(at, a.value(row) + 0.0)?,
                Cells::Boolean(a) if a.is_valid(row) => {
                    feature.set_field_integer(at, i32::from(a.value(row)))?
                }
                _ => feature.set_field_null(at)?,
            }
        }
        bytes.clear();
        let encoded = match &**layer.geometry() {
            Geometry::None => None,
            Geometry::Points(array) => encode(&mut bytes, array.get(row).ok().flatten()),
            Geometry::Lines(array) => encode(&mut bytes, array.get(row).ok().flatten()),
            Geometry::Zones(array) => encode(&mut bytes, array.get(row).ok().flatten()),
        };
        if let Some(encoded) = encoded {
            encoded.map_err(Broken::Encoding)?;
            // A header without vertices is the empty geometry, which is none.
            if bytes.len() > 9 {
                feature.set_geometry(Ogr::from_wkb(&bytes)?)?;
            }
        }
        feature.create(target)?;
    }
    Ok(())
}

fn encode(bytes: &mut Vec<u8>, geometry: Option<impl GeometryTrait<T = f64>>) -> Option<Result<(), String>> {
    Some(write_geometry(bytes, &geometry?, &WriteOptions::default()).map_err(|error| error.to_string()))
}

fn kind(geometry: &Geometry) -> OGRwkbGeometryType::Type {
    match geometry {
        Geometry::None => OGRwkbGeometryType::wkbNone,
        Geometry::Points(_) => OGRwkbGeometryType::wkbPoint,
        Geometry::Lines(_) => OGRwkbGeometryType::wkbLineString,
        Geometry::Zones(_) => OGRwkbGeometryType::wkbMultiPolygon,
    }
}

fn failed(path: &Path, error: gdal::errors::GdalError) -> WriteError {
    let reason = first_failure_of_gdal().unwrap_or_else(|| error.to_string());
    refused(path, reason)
}

/// A full disk as such, so that what gives way for other files does so for this one. SQLite may tell only what came of it,
/// so the disk is asked.
fn refused(path: &Path, reason: String) -> WriteError {
    let told = ["disk is full", "No space left"].iter().any(|full| reason.contains(full));
    if told || is_full(path) {
        let text = format!("No space left on device: {reason}");
        return WriteError::Io(std::io::Error::new(std::io::ErrorKind::StorageFull, text));
    }
    WriteError::Gdal { path: path.to_owned(), reason }
}

/// Bytes that a disk must have room for not to count as full.
const ROOM: usize = 1 << 18;

fn is_full(path: &Path) -> bool {
    let full = |error: std::io::Error| error.kind() == std::io::ErrorKind::StorageFull;
    let folder = path.parent().unwrap_or(Path::new("."));
    tempfile::NamedTempFile::new_in(folder)
        .and_then(|mut probe| std::io::Write::write_all(&mut probe, &vec![0; ROOM]))
        .is_err_and(full)
}

impl std::fmt::Debug for Container {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Container").field("path", &self.path).field("format", &self.format).finish()
    }
}
