//! Geometry as functions get it: any GeoArrow array, WKB or WKT.

use std::fmt::Display;

use arrow_array::{Array, ArrayRef};
use arrow_buffer::NullBuffer;
use arrow_schema::{DataType, Field};
use datafusion::common::Result;
use geo::{BoundingRect, Geometry, LineString};
use geo_traits::to_geo::{
    ToGeoLine, ToGeoLineString, ToGeoMultiLineString, ToGeoMultiPoint, ToGeoMultiPolygon, ToGeoPoint,
    ToGeoPolygon, ToGeoRect, ToGeoTriangle,
};
use geo_traits::{GeometryTrait, GeometryType};
use geoarrow_array::array::{CoordBuffer, PointArray, from_arrow_array};
use geoarrow_array::{GeoArrowArray, GeoArrowArrayAccessor, downcast_geoarrow_array};
use geoarrow_schema::Dimension;
use geoarrow_schema::error::{GeoArrowError, GeoArrowResult};

use super::scalar::fault;
use crate::Fault;

/// Points, one a row.
#[derive(Debug)]
pub(crate) struct Points {
    /// Longitudes; not a number where there is no point.
    pub lon: Vec<f64>,
    /// Latitudes; not a number where there is no point.
    pub lat: Vec<f64>,
    /// Rows that are null or an empty point.
    pub none: Vec<bool>,
}

/// What is there instead of points.
pub(crate) enum NotPoints {
    /// Another kind of geometry, by its name.
    Kind(&'static str),
    /// Something that is no geometry at all.
    Unreadable,
}

/// The points of a column, if all of its geometry is points.
pub(crate) fn points(array: &ArrayRef, field: &Field) -> std::result::Result<Points, NotPoints> {
    let rows = array.len();
    if *array.data_type() == DataType::Null {
        let nan = vec![f64::NAN; rows];
        return Ok(Points { lon: nan.clone(), lat: nan, none: vec![true; rows] });
    }
    let unreadable = |_: GeoArrowError| NotPoints::Unreadable;
    let geometry = from_arrow_array(array, field).map_err(unreadable)?;
    if let Some(points) = geometry.as_any().downcast_ref::<PointArray>()
        && let Some(points) = flat(points)
    {
        return Ok(points);
    }
    let mut points = Points { lon: vec![f64::NAN; rows], lat: vec![f64::NAN; rows], none: vec![true; rows] };
    for (row, geometry) in geometries(&*geometry).map_err(unreadable)?.into_iter().enumerate() {
        match geometry {
            None => (),
            Some(Geometry::Point(point)) => points.set(row, point.x(), point.y()),
            Some(other) => return Err(NotPoints::Kind(kind(&other))),
        }
    }
    Ok(points)
}

impl Points {
    fn set(&mut self, row: usize, lon: f64, lat: f64) {
        if !(lon.is_nan() && lat.is_nan()) {
            (self.lon[row], self.lat[row], self.none[row]) = (lon, lat, false);
        }
    }
}

/// Points that lie in two slices already.
fn flat(array: &PointArray) -> Option<Points> {
    let CoordBuffer::Separated(coords) = array.coords() else { return None };
    if coords.dim() != Dimension::XY {
        return None;
    }
    let [lon, lat, ..] = coords.raw_buffers();
    let nulls = array.logical_nulls();
    let null = |row: usize| nulls.as_ref().is_some_and(|nulls: &NullBuffer| nulls.is_null(row));
    let none = lon
        .iter()
        .zip(lat.iter())
        .enumerate()
        .map(|(row, (lon, lat))| null(row) || (lon.is_nan() && lat.is_nan()))
        .collect();
    Some(Points { lon: lon.to_vec(), lat: lat.to_vec(), none })
}

/// The geometries of a column, `None` where null.
///
/// # Errors
/// Where the column is no geometry, or WKB or WKT that cannot be read.
pub(crate) fn geometries_of(array: &ArrayRef, field: &Field) -> Result<Vec<Option<Geometry>>> {
    if *array.data_type() == DataType::Null {
        return Ok(vec![None; array.len()]);
    }
    let unreadable = |error: &dyn Display| fault(Fault::new(format!("not a geometry: {error}")));
    let geometry = from_arrow_array(array, field).map_err(|error| unreadable(&error))?;
    geometries(&*geometry).map_err(|error| unreadable(&error))
}

fn geometries(array: &dyn GeoArrowArray) -> GeoArrowResult<Vec<Option<Geometry>>> {
    downcast_geoarrow_array!(array, all)
}

fn all<'a>(array: &'a impl GeoArrowArrayAccessor<'a>) -> GeoArrowResult<Vec<Option<Geometry>>> {
    array
        .iter()
        .map(|geometry| match geometry {
            None => Ok(None),
            Some(geometry) => one(&geometry?),
        })
        .collect()
}

/// A geometry; `None` for an empty point, which has no place.
fn one(geometry: &impl GeometryTrait<T = f64>) -> GeoArrowResult<Option<Geometry>> {
    Ok(Some(match geometry.as_type() {
        GeometryType::Point(g) => return Ok(g.try_to_point().map(Geometry::Point)),
        GeometryType::LineString(g) => Geometry::LineString(g.to_line_string()),
        GeometryType::Polygon(g) => Geometry::Polygon(g.to_polygon()),
        GeometryType::MultiPoint(g) => match g.try_to_multi_point() {
            Some(points) => Geometry::MultiPoint(points),
            None => return Ok(None),
        },
        GeometryType::MultiLineString(g) => Geometry::MultiLineString(g.to_multi_line_string()),
        GeometryType::MultiPolygon(g) => Geometry::MultiPolygon(g.to_multi_polygon()),
        GeometryType::Rect(g) => Geometry::Rect(g.to_rect()),
        GeometryType::Line(g) => Geometry::Line(g.to_line()),
        GeometryType::Triangle(g) => Geometry::Triangle(g.to_triangle()),
        GeometryType::GeometryCollection(_) => {
            return Err(GeoArrowError::IncorrectGeometryType("a collection of geometries".to_owned()));
        }
    }))
}

/// The box `[west, south, east, north]` of each geometry; `None` where null or empty.
pub(crate) struct Boxes(pub Vec<Option<[f64; 4]>>);

impl Boxes {
    /// Measures the boxes of a column.
    ///
    /// # Errors
    /// As [`geometries_of`].
    pub(crate) fn of(array: &ArrayRef, field: &Field) -> Result<Self> {
        let bounds = |geometry: Option<Geometry>| {
            let rect = geometry?.bounding_rect()?;
            Some([rect.min().x, rect.min().y, rect.max().x, rect.max().y])
        };
        Ok(Self(geometries_of(array, field)?.into_iter().map(bounds).collect()))
    }
}

/// What a kind of geometry is called.
pub(super) fn kind(geometry: &Geometry) -> &'static str {
    match geometry {
        Geometry::Point(_) => "a point",
        Geometry::MultiPoint(_) => "several points",
        Geometry::Line(_) | Geometry::LineString(_) => "a line",
        Geometry::MultiLineString(_) => "several lines",
        Geometry::Polygon(_) | Geometry::Rect(_) | Geometry::Triangle(_) => "a polygon",
        Geometry::MultiPolygon(_) => "several polygons",
        Geometry::GeometryCollection(_) => "a collection",
    }
}

/// Whether a position is on the Earth; says so if longitude and latitude look swapped.
pub(crate) fn check_place(lon: f64, lat: f64) -> std::result::Result<(), String> {
    let on_earth = |lon: f64, lat: f64| lon.abs() <= 180.0 && lat.abs() <= 90.0;
    match on_earth(lon, lat) {
        true => Ok(()),
        false if on_earth(lat, lon) => Err(format!(
            "longitude {lon}, latitude {lat} is not on the Earth; longitude comes first: are the two swapped?"
        )),
        false if corredor::layer::read::goes_on(lon, lat) => Err(format!(
            "longitude {lon}, latitude {lat} is not on the Earth: do longitudes run from 0 to 360? Take 360 from those above 180"
        )),
        false => Err(format!(
            "longitude {lon}, latitude {lat} is not on the Earth: longitudes go to 180 degrees, latitudes to 90"
        )),
    }
}

/// Longitudes and latitudes of a line or ring.
pub(super) fn split(line: &LineString) -> (Vec<f64>, Vec<f64>) {
    line.coords().map(|c| (c.x, c.y)).unzip()
}
