//! `within_km`: whether two points are near each other.

use std::sync::Arc;

use arrow_array::{Array, ArrayRef, BooleanArray};
use arrow_schema::{DataType, Field};

use super::FunctionDoc;
use super::nearest::point;
use super::scalar::Scalar;
use crate::FunctionKind;
use corredor::geodesy::distance_km;

/// Its name; the rule for joins looks for it.
pub(crate) const NAME: &str = "within_km";

pub(super) static DOC: FunctionDoc = FunctionDoc {
    name: NAME,
    kind: FunctionKind::Scalar,
    calls: &["within_km(a, b, km)"],
    summary: "Whether two points are at most so many kilometres apart, by geodesic distance.",
    arguments: &[
        ("a", "a point"),
        ("b", "another point"),
        ("km", "kilometres; with a negative number nothing is within"),
    ],
    returns: "true or false.",
    notes: &[
        "As a condition of a join with a distance that is the same in all rows, it is done by an index: `EXPLAIN` then shows `IndexJoinExec`.",
    ],
    example: "SELECT l.name, s.name FROM localities l JOIN shelters s ON within_km(l.geom, s.geom, 20)",
    related: &["geodesic_km", "nearest_km"],
};

/// The function.
pub(super) fn function() -> Scalar {
    Scalar::new(&DOC, &[3], Field::new("", DataType::Boolean, true), |args| {
        let (a, b, km) = (point(args, 0)?, point(args, 1)?, args.numbers(2)?);
        let near = |i: usize| {
            let there = !a.none[i] && !b.none[i] && !km.is_null(i);
            there.then(|| distance_km(a.lon[i], a.lat[i], b.lon[i], b.lat[i]) <= km.value(i))
        };
        Ok(Arc::new((0..args.rows()).map(near).collect::<BooleanArray>()) as ArrayRef)
    })
}
