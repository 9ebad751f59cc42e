//! `geodesic_length_km`: the length of a line.

use std::sync::Arc;

use arrow_array::{ArrayRef, Float64Array};
use arrow_schema::{DataType, Field};
use geo::{Geometry, LineString};

use super::FunctionDoc;
use super::geometry::{geometries_of, kind, split};
use super::scalar::Scalar;
use crate::FunctionKind;
use corredor::geodesy::length_km;

pub(super) static DOC: FunctionDoc = FunctionDoc {
    name: "geodesic_length_km",
    kind: FunctionKind::Scalar,
    calls: &["geodesic_length_km(line)"],
    summary: "The geodesic length of a line on WGS84, kilometres.",
    arguments: &[("line", "a line, or several, whose lengths are added up")],
    returns: "a number: kilometres.",
    notes: &["The sum of the geodesics between its vertices (Karney 2013)."],
    example: "SELECT route_id, geodesic_length_km(geom) AS km FROM routes",
    related: &["geodesic_km", "along_km", "area_km2"],
};

/// The function.
pub(super) fn function() -> Scalar {
    Scalar::new(&DOC, &[1], Field::new("", DataType::Float64, true), |args| {
        let (array, field) = args.array(0)?;
        let length = |line: &LineString| {
            let (lon, lat) = split(line);
            length_km(&lon, &lat)
        };
        let km = geometries_of(&array, field)?.into_iter().map(|geometry| match geometry {
            None => Ok(None),
            Some(Geometry::LineString(line)) => Ok(Some(length(&line))),
            Some(Geometry::MultiLineString(lines)) => Ok(Some(lines.iter().map(length).sum())),
            Some(other) => Err(args.wrong(0, "a line", &kind(&other))),
        });
        Ok(Arc::new(km.collect::<Result<Float64Array, _>>()?) as ArrayRef)
    })
}
