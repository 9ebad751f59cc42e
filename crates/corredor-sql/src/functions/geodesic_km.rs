//! `geodesic_km`: the distance of two points.

use std::sync::Arc;

use arrow_array::{ArrayRef, Float64Array};
use arrow_schema::{DataType, Field};

use super::FunctionDoc;
use super::nearest::point;
use super::scalar::Scalar;
use crate::FunctionKind;
use corredor::geodesy::distance_km;

pub(super) static DOC: FunctionDoc = FunctionDoc {
    name: "geodesic_km",
    kind: FunctionKind::Scalar,
    calls: &["geodesic_km(a, b)"],
    summary: "The geodesic distance of two points on WGS84, kilometres.",
    arguments: &[("a", "a point"), ("b", "another point")],
    returns: "a number: kilometres.",
    notes: &[
        "By Karney (2013): right to nanometres for any two points, also across the date line and near antipodes.",
    ],
    example: "SELECT geodesic_km(ST_Point(-92.26, 14.91), ST_Point(-91.42, 17.47)) AS km",
    related: &["geodesic_length_km", "within_km", "nearest_km"],
};

/// The function.
pub(super) fn function() -> Scalar {
    Scalar::new(&DOC, &[2], Field::new("", DataType::Float64, true), |args| {
        let (a, b) = (point(args, 0)?, point(args, 1)?);
        let km = |i: usize| {
            let there = !a.none[i] && !b.none[i];
            there.then(|| distance_km(a.lon[i], a.lat[i], b.lon[i], b.lat[i]))
        };
        Ok(Arc::new((0..args.rows()).map(km).collect::<Float64Array>()) as ArrayRef)
    })
}
