//! `h3`: the hexagon of a point.

use std::sync::Arc;

use arrow_array::{Array, ArrayRef, StringArray};
use arrow_schema::{DataType, Field};
use h3o::{LatLng, Resolution};

use super::FunctionDoc;
use super::nearest::point;
use super::scalar::Scalar;
use crate::FunctionKind;

pub(super) static DOC: FunctionDoc = FunctionDoc {
    name: "h3",
    kind: FunctionKind::Scalar,
    calls: &["h3(point, resolution)"],
    summary: "The H3 cell of a point.",
    arguments: &[
        ("point", "a point"),
        ("resolution", "0 to 15: at 5 a cell has about 250 square kilometres, at 7 about 5, at 9 about 0.1"),
    ],
    returns: "text: the index of the cell, 15 hexadecimal digits, as other H3 tools write it.",
    notes: &[
        "Cells of one resolution differ in size by up to a factor of two: to compare densities, divide by area.",
    ],
    example: "SELECT h3(geom, 6) AS cell, count(*) AS incidents FROM incidents GROUP BY 1",
    related: &["locate"],
};

/// The function.
pub(super) fn function() -> Scalar {
    Scalar::new(&DOC, &[2], Field::new("", DataType::Utf8, true), |args| {
        let (points, resolutions) = (point(args, 0)?, args.numbers(1)?);
        let cell = |row: usize| {
            if points.none[row] || resolutions.is_null(row) {
                return Ok(None);
            }
            let wanted = resolutions.value(row);
            let whole = (0.0..=15.0).contains(&wanted) && wanted.fract() == 0.0;
            let resolution = whole.then(|| Resolution::try_from(wanted as u8).ok()).flatten();
            let resolution = resolution.ok_or_else(|| {
                args.refused(format!("resolution {wanted}: give a whole number from 0 to 15"))
            })?;
            let place = LatLng::new(points.lat[row], points.lon[row]).map_err(|error| args.refused(error))?;
            Ok(Some(place.to_cell(resolution).to_string()))
        };
        let cells = (0..args.rows()).map(cell).collect::<datafusion::common::Result<StringArray>>()?;
        Ok(Arc::new(cells) as ArrayRef)
    })
}
