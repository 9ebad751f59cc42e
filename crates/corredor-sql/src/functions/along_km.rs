//! `along_km`: where on a route a point is.

use std::sync::Arc;

use arrow_array::{ArrayRef, Float64Array};
use arrow_schema::{DataType, Field};
use datafusion::common::Result;
use geo::{Geometry, LineString};

use super::FunctionDoc;
use super::geometry::{geometries_of, kind, split};
use super::nearest::point;
use super::scalar::{Arguments, Scalar};
use crate::FunctionKind;
use corredor::join::RouteIndex;
use corredor::layer::LineView;

pub(super) static DOC: FunctionDoc = FunctionDoc {
    name: "along_km",
    kind: FunctionKind::Scalar,
    calls: &["along_km(route, point)"],
    summary: "How far along a route the place is that is nearest to a point, kilometres from the start of the route.",
    arguments: &[("route", "a line"), ("point", "a point; it need not be on the route")],
    returns: "a number: kilometres along the route; null for a route without length.",
    notes: &[
        "The nearest place is where the geodesic from the point meets the route (`docs/methods/join.md`). The kilometres are those of stretches and gaps.",
    ],
    example: "SELECT s.name, along_km(r.geom, s.geom) AS km\nFROM shelters s CROSS JOIN routes r WHERE r.route_id = 'R1' ORDER BY km",
    related: &["geodesic_length_km", "stretches", "gaps"],
};

/// The function.
pub(super) fn function() -> Scalar {
    Scalar::new(&DOC, &[2], Field::new("", DataType::Float64, true), |args| {
        let points = point(args, 1)?;
        let routes = routes(args)?;
        let mut km: Vec<Option<f64>> = Vec::with_capacity(args.rows());
        // Rows of one route mostly follow one another: its index is made once.
        let mut row = 0;
        while row < args.rows() {
            let route = routes.get(row);
            let end = (row..args.rows()).find(|&next| routes.get(next) != route).unwrap_or(args.rows());
            let Some(route) = route else {
                km.resize(end, None);
                row = end;
                continue;
            };
            let (lon, lat) = split(route);
            let view = LineView { lon: &lon, lat: &lat, lines: &[0, lon.len() as i32] };
            let index = RouteIndex::new(&view).map_err(|error| args.refused(error))?;
            let near = index.nearest_many(&points.lon[row..end], &points.lat[row..end]);
            let near = near.map_err(|error| args.refused(error))?;
            let there = near.into_iter().zip(&points.none[row..end]);
            km.extend(there.map(|(near, &none)| near.filter(|_| !none).map(|near| near.along_km)));
            row = end;
        }
        Ok(Arc::new(Float64Array::from(km)) as ArrayRef)
    })
}

/// The route of each row.
struct Routes {
    lines: Vec<Option<LineString>>,
    /// One for all rows.
    constant: bool,
}

impl Routes {
    fn get(&self, row: usize) -> Option<&LineString> {
        self.lines.get(if self.constant { 0 } else { row })?.as_ref()
    }
}

fn routes(args: &Arguments<'_>) -> Result<Routes> {
    let (constant, (array, field)) = match args.constant(0) {
        Some(constant) => (true, constant?),
        None => (false, args.array(0)?),
    };
    let line = |geometry: Option<Geometry>| match geometry {
        None => Ok(None),
        Some(Geometry::LineString(line)) => Ok(Some(line)),
        Some(Geometry::MultiLineString(mut lines)) if lines.0.len() == 1 => Ok(lines.0.pop()),
        Some(other) => Err(args.wrong(0, "one line", &kind(&other))),
    };
    let lines = geometries_of(&array, field)?.into_iter().map(line).collect::<Result<_>>()?;
    Ok(Routes { lines, constant })
}
