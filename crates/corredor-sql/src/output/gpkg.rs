//! GeoPackage, by GDAL.

use std::path::{Path, PathBuf};

use arrow_array::Array;
use gdal::errors::GdalError;
use gdal::spatial_ref::SpatialRef;
use gdal::vector::{
    Feature, FieldDefn, Geometry, LayerAccess, LayerOptions, OGRFieldType, OGRwkbGeometryType,
};
use gdal::{Dataset, DriverManager};
use tempfile::TempDir;

use super::OutputError;
use super::columns::{Columns, Holds, Rows};
use super::destination::{Bytes, Destination};
use super::shape::Kind;
use super::sink::Sink;
use corredor::layer::write::Cells;

/// Name of the table where the destination gives none.
const TABLE: &str = "answer";

/// A GeoPackage at work: made in a folder of its own, moved when it is whole.
pub(super) struct Gpkg {
    columns: Columns,
    geometry: Option<usize>,
    dataset: Dataset,
    staged: PathBuf,
    /// Taken away with all that is in it.
    _folder: TempDir,
    out: Bytes,
}

impl Gpkg {
    /// Makes the file with its table.
    pub fn begin(columns: &Columns, destination: &Destination) -> Result<Self, OutputError> {
        let out = Bytes::begin(destination)?;
        let folder = tempfile::tempdir()
            .map_err(|error| OutputError::Io { what: "a temporary folder".to_owned(), error })?;
        let staged = folder.path().join("answer.gpkg");
        corredor::layer::read::listen_to_gdal();
        let table = match destination {
            Destination::File(path) | Destination::Private(path) => {
                path.file_stem().and_then(|s| s.to_str()).unwrap_or(TABLE)
            }
            Destination::Stdout => TABLE,
        };
        let dataset = make(columns, &staged, table).map_err(|error| failed(&error))?;
        let geometry = columns.geometries().next().map(|(at, _)| at);
        Ok(Self { columns: columns.clone(), geometry, dataset, staged, _folder: folder, out })
    }
}

fn make(columns: &Columns, path: &Path, table: &str) -> Result<Dataset, GdalError> {
    let mut dataset = DriverManager::get_driver_by_name("GPKG")?.create_vector_only(path)?;
    let geometry = columns.geometries().next().map(|(_, column)| column);
    let wgs84 = SpatialRef::from_epsg(4326)?;
    // Names of the row number and of the geometry that no column has.
    let free = |name: &str| {
        let taken = |name: &str| columns.all.iter().any(|column| column.name.eq_ignore_ascii_case(name));
        let name = (0..).map(|n| if n == 0 { name.to_owned() } else { format!("{name}_{n}") });
        name.into_iter().find(|name| !taken(name)).unwrap_or_default()
    };
    let geometry_name = geometry.map_or_else(|| free("geom"), |column| column.name.clone());
    let options = [
        format!("FID={}", free("fid")),
        format!("GEOMETRY_NAME={geometry_name}"),
        "SPATIAL_INDEX=YES".to_owned(),
    ];
    let options: Vec<&str> = options.iter().map(String::as_str).collect();
    let ty = match geometry.map(|column| column.holds) {
        None => OGRwkbGeometryType::wkbNone,
        Some(Holds::Geometry(Some(kind))) => ogr_kind(kind),
        Some(_) => OGRwkbGeometryType::wkbUnknown,
    };
    let layer = dataset.create_layer(LayerOptions {
        name: table,
        srs: geometry.map(|_| &wgs84),
        ty,
        options: Some(&options),
    })?;
    for column in &columns.all {
        let ty = match column.holds {
            Holds::Text => OGRFieldType::OFTString,
            Holds::Integer => OGRFieldType::OFTInteger64,
            Holds::Number => OGRFieldType::OFTReal,
            Holds::Boolean => OGRFieldType::OFTInteger,
            Holds::Geometry(_) => continue,
        };
        FieldDefn::new(&column.name, ty)?.add_to_layer(&layer)?;
    }
    Ok(dataset)
}

fn ogr_kind(kind: Kind) -> OGRwkbGeometryType::Type {
    match kind {
        Kind::Point => OGRwkbGeometryType::wkbPoint,
        Kind::LineString => OGRwkbGeometryType::wkbLineString,
        Kind::Polygon => OGRwkbGeometryType::wkbPolygon,
        Kind::MultiPoint => OGRwkbGeometryType::wkbMultiPoint,
        Kind::MultiLineString => OGRwkbGeometryType::wkbMultiLineString,
        Kind::MultiPolygon => OGRwkbGeometryType::wkbMultiPolygon,
        Kind::Collection => OGRwkbGeometryType::wkbGeometryCollection,
    }
}

impl Sink for Gpkg {
    fn rows(&mut self, rows: &Rows) -> Result<(), OutputError> {
        let Self { columns, dataset, geometry, .. } = self;
        put(dataset, columns, *geometry, rows).map_err(|error| failed(&error))
    }

    fn finish(self: Box<Self>) -> Result<(), OutputError> {
        let Self { dataset, staged, mut out, _folder, .. } = *self;
        dataset.close().map_err(|error| failed(&error))?;
        let mut file = std::fs::File::open(&staged).map_err(|error| out.failed(error))?;
        std::io::copy(&mut file, &mut out).map_err(|error| out.failed(error))?;
        out.finish()
    }
}

fn put(
    dataset: &mut Dataset,
    columns: &Columns,
    geometry: Option<usize>,
    rows: &Rows,
) -> Result<(), GdalError> {
    let turn = dataset.start_transaction()?;
    let layer = turn.layer(0)?;
    for row in 0..rows.count {
        let mut feature = Feature::new(layer.defn())?;
        let attributes = (0..columns.all.len()).filter(|at| Some(*at) != geometry);
        for (field, at) in attributes.enumerate() {
            match rows.cells(at) {
                Some(Cells::Text(a)) if a.is_valid(row) => feature.set_field_string(field, a.value(row))?,
                Some(Cells::Integer(a)) if a.is_valid(row) => {
                    feature.set_field_integer64(field, a.value(row))?;
                }
                Some(Cells::Number(a)) if a.is_valid(row) => feature.set_field_double(field, a.value(row))?,
                Some(Cells::Boolean(a)) if a.is_valid(row) => {
                    feature.set_field_integer(field, i32::from(a.value(row)))?;
                }
                _ => feature.set_field_null(field)?,
            }
        }
        let shape = geometry.and_then(|at| rows.wkb(at)).filter(|wkb| wkb.is_valid(row));
        if let Some(wkb) = shape {
            feature.set_geometry(Geometry::from_wkb(wkb.value(row))?)?;
        }
        feature.create(&layer)?;
    }
    turn.commit()
}

fn failed(error: &GdalError) -> OutputError {
    OutputError::Gdal { what: "GeoPackage".to_owned(), reason: error.to_string() }
}
