//! `st_pointn`: a vertex of a line, which geodatafusion lacks.

use std::sync::Arc;

use arrow_array::Array;
use geo::{Geometry, Point};
use geoarrow_array::GeoArrowArray;
use geoarrow_array::builder::PointBuilder;
use geoarrow_schema::{CoordType, Crs, Dimension, Metadata, PointType};

use super::FunctionDoc;
use super::geometry::geometries_of;
use super::scalar::Scalar;
use crate::FunctionKind;

pub(super) static DOC: FunctionDoc = FunctionDoc {
    name: "st_pointn",
    kind: FunctionKind::Scalar,
    calls: &["ST_PointN(line, n)"],
    summary: "A vertex of a line by its number.",
    arguments: &[("line", "a line"), ("n", "the first vertex is 1; the last is -1, and so on backwards")],
    returns: "a point; null where there is no such vertex, and for anything but one line.",
    notes: &[],
    example: "SELECT id, ST_AsText(ST_PointN(geom, 2)) AS second FROM routes",
    related: &["along_km", "geodesic_length_km"],
};

/// The function.
pub(super) fn function() -> Scalar {
    let crs = Crs::from_authority_code("OGC:CRS84".to_owned());
    let kind = PointType::new(Dimension::XY, Arc::new(Metadata::new(crs, None)))
        .with_coord_type(CoordType::Separated);
    let returns = kind.to_field("", true);
    Scalar::new(&DOC, &[2], returns, move |args| {
        let (array, field) = args.array(0)?;
        let numbers = args.numbers(1)?;
        let mut builder = PointBuilder::new(kind.clone());
        for (row, geometry) in geometries_of(&array, field)?.into_iter().enumerate() {
            let point = match geometry {
                Some(Geometry::LineString(line)) if !numbers.is_null(row) => {
                    let (count, wanted) = (line.0.len() as f64, numbers.value(row));
                    let from_start = if wanted < 0.0 { count + wanted } else { wanted - 1.0 };
                    let there = (0.0..count).contains(&from_start) && from_start.fract() == 0.0;
                    there.then(|| Point(line.0[from_start as usize]))
                }
                _ => None,
            };
            builder.push_point(point.as_ref());
        }
        Ok(builder.finish().into_array_ref())
    })
}
