//! `area_km2`: the area of a polygon.

use std::sync::Arc;

use arrow_array::{ArrayRef, Float64Array};
use arrow_schema::{DataType, Field};
use geo::{Geometry, LineString, Polygon};

use super::FunctionDoc;
use super::geometry::{geometries_of, kind, split};
use super::scalar::Scalar;
use crate::FunctionKind;
use corredor::geodesy;
use corredor::layer::Ring;

pub(super) static DOC: FunctionDoc = FunctionDoc {
    name: "area_km2",
    kind: FunctionKind::Scalar,
    calls: &["area_km2(polygon)"],
    summary: "The geodesic area of a polygon on WGS84, square kilometres.",
    arguments: &[("polygon", "a polygon, or several, whose areas are added up")],
    returns: "a number: square kilometres.",
    notes: &[
        "Edges are geodesics between the vertices, holes are taken away, and it does not matter which way around a ring goes (Karney 2013).",
    ],
    example: "SELECT code, area_km2(geom) AS km2 FROM municipalities",
    related: &["geodesic_length_km", "buffer_km"],
};

/// The function.
pub(super) fn function() -> Scalar {
    Scalar::new(&DOC, &[1], Field::new("", DataType::Float64, true), |args| {
        let (array, field) = args.array(0)?;
        let km2 = geometries_of(&array, field)?.into_iter().map(|geometry| match geometry {
            None => Ok(None),
            Some(Geometry::Polygon(polygon)) => Ok(Some(area(&polygon))),
            Some(Geometry::Rect(rect)) => Ok(Some(area(&rect.to_polygon()))),
            Some(Geometry::MultiPolygon(polygons)) => Ok(Some(polygons.iter().map(area).sum())),
            Some(other) => Err(args.wrong(0, "a polygon", &kind(&other))),
        });
        Ok(Arc::new(km2.collect::<Result<Float64Array, _>>()?) as ArrayRef)
    })
}

fn area(polygon: &Polygon) -> f64 {
    let ring = |ring: &LineString, exterior: bool| {
        let (lon, lat) = split(ring);
        geodesy::area_km2([Ring { lon: &lon, lat: &lat, exterior }])
    };
    ring(polygon.exterior(), true) + polygon.interiors().iter().map(|hole| ring(hole, false)).sum::<f64>()
}
