//! `buffer_km`: everything near a line or point.

use arrow_array::Array;
use arrow_schema::Field;
use geo::{Geometry, MultiPolygon, unary_union};
use geoarrow_array::GeoArrowArray;
use geoarrow_array::builder::MultiPolygonBuilder;
use geoarrow_schema::{CoordType, Crs, Dimension, Metadata, MultiPolygonType};

use super::FunctionDoc;
use super::geometry::{check_place, geometries_of, kind, split};
use super::scalar::{Arguments, Scalar};
use crate::FunctionKind;
use corredor::geodesy;

pub(super) static DOC: FunctionDoc = FunctionDoc {
    name: "buffer_km",
    kind: FunctionKind::Scalar,
    calls: &["buffer_km(geometry, km)"],
    summary: "Everything within so many geodesic kilometres of a line or a point.",
    arguments: &[
        ("geometry", "a line or a point, or several"),
        ("km", "kilometres, above 0 and at most 500"),
    ],
    returns: "polygons.",
    notes: &[
        "Right to 0.5 % of the width between 60 degrees south and north. A buffer that would reach a pole or the date line is refused. Whether points are near each other tells `within_km` exactly and faster.",
    ],
    example: "SELECT route_id, area_km2(buffer_km(geom, 20)) AS corridor_km2 FROM routes",
    related: &["within_km", "area_km2"],
};

/// The type of what comes out.
fn polygons() -> MultiPolygonType {
    let crs = Crs::from_authority_code("OGC:CRS84".to_owned());
    MultiPolygonType::new(Dimension::XY, std::sync::Arc::new(Metadata::new(crs, None)))
        .with_coord_type(CoordType::Separated)
}

/// The function.
pub(super) fn function() -> Scalar {
    let returns: Field = polygons().to_field("", true);
    Scalar::new(&DOC, &[2], returns, |args| {
        let (array, field) = args.array(0)?;
        let km = args.numbers(1)?;
        let mut builder = MultiPolygonBuilder::new(polygons());
        for (row, geometry) in geometries_of(&array, field)?.into_iter().enumerate() {
            let buffer = match geometry.filter(|_| !km.is_null(row)) {
                None => None,
                Some(geometry) => Some(buffer(args, &geometry, km.value(row))?),
            };
            builder.push_multi_polygon(buffer.as_ref()).map_err(|error| args.refused(error))?;
        }
        Ok(builder.finish().into_array_ref())
    })
}

fn buffer(args: &Arguments<'_>, geometry: &Geometry, km: f64) -> datafusion::common::Result<MultiPolygon> {
    let of = |lon: &[f64], lat: &[f64]| {
        for (&lon, &lat) in lon.iter().zip(lat) {
            check_place(lon, lat).map_err(|said| args.refused(said))?;
        }
        geodesy::buffer_km(lon, lat, km).map_err(|error| args.refused(error))
    };
    let of_line = |line| {
        let (lon, lat) = split(line);
        of(&lon, &lat)
    };
    match geometry {
        Geometry::Point(point) => of(&[point.x()], &[point.y()]),
        Geometry::LineString(line) => of_line(line),
        Geometry::MultiPoint(points) => {
            let parts = points.iter().map(|point| of(&[point.x()], &[point.y()]));
            Ok(unary_union(&parts.collect::<Result<Vec<_>, _>>()?))
        }
        Geometry::MultiLineString(lines) => {
            Ok(unary_union(&lines.iter().map(of_line).collect::<Result<Vec<_>, _>>()?))
        }
        other => Err(args.wrong(0, "a line or a point", &kind(other))),
    }
}
