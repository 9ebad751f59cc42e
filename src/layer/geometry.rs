//! GeoArrow geometry of one kind, and the builders that make it.

use std::sync::Arc;

use arrow_buffer::{NullBuffer, OffsetBuffer, ScalarBuffer};
use geoarrow_array::GeoArrowArray;
use geoarrow_array::array::{
    CoordBuffer, LineStringArray, MultiPolygonArray, PointArray, SeparatedCoordBuffer,
};
use geoarrow_schema::{Crs, Dimension, Metadata};

use super::{LayerError, LineView, PointView, ZoneView};

/// The geometry of a layer: one kind for all features, WGS84 degrees, longitude first.
#[derive(Clone, Debug)]
pub enum Geometry {
    /// A table without geometry.
    None,
    /// One point a feature.
    Points(PointArray),
    /// One linestring a feature.
    Lines(LineStringArray),
    /// One multipolygon a feature.
    Zones(MultiPolygonArray),
}

impl Geometry {
    /// Number of geometries, or `None` for a table.
    pub fn len(&self) -> Option<usize> {
        match self {
            Self::None => None,
            Self::Points(a) => Some(a.len()),
            Self::Lines(a) => Some(a.len()),
            Self::Zones(a) => Some(a.len()),
        }
    }

    /// Whether there are no geometries.
    pub fn is_empty(&self) -> bool {
        self.len().unwrap_or(0) == 0
    }

    /// What the field calls this kind: `none`, `point`, `line`, `polygon`.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Points(_) => "point",
            Self::Lines(_) => "line",
            Self::Zones(_) => "polygon",
        }
    }

    /// The points, if this kind.
    pub fn points(&self) -> Option<PointView<'_>> {
        let Self::Points(array) = self else { return None };
        let (lon, lat) = coords(array.coords());
        Some(PointView { lon, lat })
    }

    /// The lines, if this kind.
    pub fn lines(&self) -> Option<LineView<'_>> {
        let Self::Lines(array) = self else { return None };
        let (lon, lat) = coords(array.coords());
        Some(LineView { lon, lat, lines: array.geom_offsets() })
    }

    /// The zones, if this kind.
    pub fn zones(&self) -> Option<ZoneView<'_>> {
        let Self::Zones(array) = self else { return None };
        let (lon, lat) = coords(array.coords());
        Some(ZoneView {
            lon,
            lat,
            rings: array.ring_offsets(),
            polygons: array.polygon_offsets(),
            zones: array.geom_offsets(),
        })
    }

    /// `[west, south, east, north]` in degrees, or `None` where there is no vertex.
    pub fn bounds(&self) -> Option<[f64; 4]> {
        let (lon, lat) = match self {
            Self::None => return None,
            Self::Points(a) => coords(a.coords()),
            Self::Lines(a) => coords(a.coords()),
            Self::Zones(a) => coords(a.coords()),
        };
        let span = |v: &[f64]| {
            v.iter().fold((f64::INFINITY, f64::NEG_INFINITY), |(lo, hi), &x| (lo.min(x), hi.max(x)))
        };
        let ((west, east), (south, north)) = (span(lon), span(lat));
        (west <= east).then_some([west, south, east, north])
    }

    /// Number of vertices.
    pub fn vertices(&self) -> usize {
        match self {
            Self::None => 0,
            Self::Points(a) => a.coords().len(),
            Self::Lines(a) => a.coords().len(),
            Self::Zones(a) => a.coords().len(),
        }
    }
}

/// The two coordinate slices; every layer of ours is built from separated buffers.
fn coords(buffer: &CoordBuffer) -> (&[f64], &[f64]) {
    match buffer {
        CoordBuffer::Separated(s) => {
            let [lon, lat, ..] = s.raw_buffers();
            (lon, lat)
        }
        CoordBuffer::Interleaved(_) => (&[], &[]),
    }
}

/// GeoArrow metadata that says WGS84, longitude first.
fn wgs84() -> Arc<Metadata> {
    Arc::new(Metadata::new(Crs::from_authority_code("OGC:CRS84".to_owned()), None))
}

fn buffer(lon: Vec<f64>, lat: Vec<f64>) -> Result<CoordBuffer, LayerError> {
    let parts = vec![ScalarBuffer::from(lon), ScalarBuffer::from(lat)];
    Ok(CoordBuffer::Separated(SeparatedCoordBuffer::from_vec(parts, Dimension::XY)?))
}

fn offsets(values: Vec<i32>) -> OffsetBuffer<i32> {
    OffsetBuffer::new(ScalarBuffer::from(values))
}

/// Position of the next offset; GeoArrow's 32-bit offsets hold 2^31 - 1 vertices.
fn position(count: usize) -> Result<i32, LayerError> {
    i32::try_from(count).map_err(|_| LayerError::TooManyVertices { count })
}

/// Builds points.
///
/// # Errors
/// [`LayerError::GeoArrow`] where the slices differ in length.
pub fn points(lon: Vec<f64>, lat: Vec<f64>) -> Result<Geometry, LayerError> {
    Ok(Geometry::Points(PointArray::try_new(buffer(lon, lat)?, None, wgs84())?))
}

/// Builds points of which some are missing. Only the writers know missing points; layers that are computed with
/// have a place for every feature.
///
/// # Errors
/// As [`points`].
pub fn points_or_missing(places: &[Option<[f64; 2]>]) -> Result<Geometry, LayerError> {
    let axis = |axis: usize| places.iter().map(|place| place.map_or(f64::NAN, |p| p[axis])).collect();
    let valid = NullBuffer::from_iter(places.iter().map(Option::is_some));
    Ok(Geometry::Points(PointArray::try_new(buffer(axis(0), axis(1))?, Some(valid), wgs84())?))
}

/// Builds lines, vertex by vertex.
#[derive(Clone, Debug)]
pub struct LinesBuilder {
    lon: Vec<f64>,
    lat: Vec<f64>,
    lines: Vec<i32>,
}

impl Default for LinesBuilder {
    fn default() -> Self {
        Self { lon: Vec::new(), lat: Vec::new(), lines: vec![0] }
    }
}

impl LinesBuilder {
    /// Number of vertices so far.
    pub fn vertices(&self) -> usize {
        self.lon.len()
    }

    /// All coordinates so far, to be transformed in place.
    pub fn coordinates_mut(&mut self) -> (&mut [f64], &mut [f64]) {
        (&mut self.lon, &mut self.lat)
    }

    /// Adds a vertex to the open line.
    pub fn vertex(&mut self, lon: f64, lat: f64) {
        self.lon.push(lon);
        self.lat.push(lat);
    }

    /// Ends the open line.
    ///
    /// # Errors
    /// [`LayerError::TooManyVertices`] beyond 2^31 - 1.
    pub fn end_line(&mut self) -> Result<(), LayerError> {
        self.lines.push(position(self.lon.len())?);
        Ok(())
    }

    /// The geometry of all ended lines.
    ///
    /// # Errors
    /// [`LayerError::GeoArrow`] where a line was left open.
    pub fn finish(self) -> Result<Geometry, LayerError> {
        let coords = buffer(self.lon, self.lat)?;
        Ok(Geometry::Lines(LineStringArray::try_new(coords, offsets(self.lines), None, wgs84())?))
    }
}

/// Builds zones, ring by ring.
#[derive(Clone, Debug)]
pub struct ZonesBuilder {
    lon: Vec<f64>,
    lat: Vec<f64>,
    rings: Vec<i32>,
    polygons: Vec<i32>,
    zones: Vec<i32>,
}

impl Default for ZonesBuilder {
    fn default() -> Self {
        Self { lon: Vec::new(), lat: Vec::new(), rings: vec![0], polygons: vec![0], zones: vec![0] }
    }
}

impl ZonesBuilder {
    /// With room for so many vertices.
    pub fn with_capacity(vertices: usize) -> Self {
        Self { lon: Vec::with_capacity(vertices), lat: Vec::with_capacity(vertices), ..Self::default() }
    }

    /// Number of vertices so far.
    pub fn vertices(&self) -> usize {
        self.lon.len()
    }

    /// Adds vertices to the open ring, as [`ZonesBuilder::vertex`] does one.
    pub fn extend(&mut self, lon: &[f64], lat: &[f64]) {
        self.lon.extend_from_slice(lon);
        self.lat.extend_from_slice(lat);
    }

    /// All coordinates so far, to be transformed in place.
    pub fn coordinates_mut(&mut self) -> (&mut [f64], &mut [f64]) {
        (&mut self.lon, &mut self.lat)
    }

    /// Adds a vertex to the open ring. A ring is closed: the last vertex repeats the first.
    pub fn vertex(&mut self, lon: f64, lat: f64) {
        self.lon.push(lon);
        self.lat.push(lat);
    }

    /// Ends the open ring.
    ///
    /// # Errors
    /// [`LayerError::TooManyVertices`] beyond 2^31 - 1.
    pub fn end_ring(&mut self) -> Result<(), LayerError> {
        self.rings.push(position(self.lon.len())?);
        Ok(())
    }

    /// Ends the open polygon.
    ///
    /// # Errors
    /// As [`ZonesBuilder::end_ring`].
    pub fn end_polygon(&mut self) -> Result<(), LayerError> {
        self.polygons.push(position(self.rings.len() - 1)?);
        Ok(())
    }

    /// Ends the open zone.
    ///
    /// # Errors
    /// As [`ZonesBuilder::end_ring`].
    pub fn end_zone(&mut self) -> Result<(), LayerError> {
        self.zones.push(position(self.polygons.len() - 1)?);
        Ok(())
    }

    /// Adds a zone of these polygons.
    ///
    /// # Errors
    /// As [`ZonesBuilder::end_ring`].
    pub fn zone<'a>(
        &mut self,
        polygons: impl IntoIterator<Item = &'a geo::Polygon>,
    ) -> Result<(), LayerError> {
        for polygon in polygons {
            for ring in std::iter::once(polygon.exterior()).chain(polygon.interiors()) {
                ring.coords().for_each(|c| self.vertex(c.x, c.y));
                self.end_ring()?;
            }
            self.end_polygon()?;
        }
        self.end_zone()
    }

    /// The geometry of all ended zones.
    ///
    /// # Errors
    /// [`LayerError::GeoArrow`] where something was left open.
    pub fn finish(self) -> Result<Geometry, LayerError> {
        let coords = buffer(self.lon, self.lat)?;
        Ok(Geometry::Zones(MultiPolygonArray::try_new(
            coords,
            offsets(self.zones),
            offsets(self.polygons),
            offsets(self.rings),
            None,
            wgs84(),
        )?))
    }
}
