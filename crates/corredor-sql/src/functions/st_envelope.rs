//! `st_envelope`: the box of a geometry, which geodatafusion lacks.

use std::sync::Arc;

use geo::{BoundingRect, Geometry, LineString, Rect};
use geoarrow_array::GeoArrowArray;
use geoarrow_array::builder::GeometryBuilder;
use geoarrow_schema::{Crs, GeometryType, Metadata};

use super::FunctionDoc;
use super::geometry::geometries_of;
use super::scalar::Scalar;
use crate::FunctionKind;

pub(super) static DOC: FunctionDoc = FunctionDoc {
    name: "st_envelope",
    kind: FunctionKind::Scalar,
    calls: &["ST_Envelope(geometry)"],
    summary: "The box of a geometry, as a polygon.",
    arguments: &[("geometry", "any geometry but a collection")],
    returns: "a polygon; a point or a line where the box is no more than that, as PostGIS has it.",
    notes: &["A geometry on both sides of the date line gets a box around the Earth."],
    example: "SELECT code, ST_AsText(ST_Envelope(geom)) AS box FROM zones",
    related: &["area_km2"],
};

/// The function.
pub(super) fn function() -> Scalar {
    let crs = Crs::from_authority_code("OGC:CRS84".to_owned());
    let kind = GeometryType::new(Arc::new(Metadata::new(crs, None)));
    let returns = kind.to_field("", true);
    Scalar::new(&DOC, &[1], returns, move |args| {
        let (array, field) = args.array(0)?;
        let mut builder = GeometryBuilder::new(kind.clone());
        for geometry in geometries_of(&array, field)? {
            let envelope = geometry.and_then(|geometry| geometry.bounding_rect()).map(envelope);
            builder.push_geometry(envelope.as_ref()).map_err(|error| args.refused(error))?;
        }
        Ok(builder.finish().into_array_ref())
    })
}

fn envelope(bounds: Rect) -> Geometry {
    let (low, high) = (bounds.min(), bounds.max());
    match (low.x == high.x, low.y == high.y) {
        (true, true) => Geometry::Point(low.into()),
        (false, false) => Geometry::Polygon(bounds.to_polygon()),
        _ => Geometry::LineString(LineString::new(vec![low, high])),
    }
}
