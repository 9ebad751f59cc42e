//! `nearest_km`: how far the nearest point of a layer is.

use std::sync::Arc;

use arrow_array::{ArrayRef, Float64Array, new_null_array};
use arrow_schema::{DataType, Field};

use super::FunctionDoc;
use super::nearest::{Kind, check, nearest};
use super::scalar::Scalar;
use crate::FunctionKind;
use crate::catalog::Catalog;
use corredor::join::NO_SITE;

pub(super) static DOC: FunctionDoc = FunctionDoc {
    name: "nearest_km",
    kind: FunctionKind::Scalar,
    calls: &["nearest_km(point, 'sites')", "nearest_km(lon, lat, 'sites')"],
    summary: "The geodesic distance of a point to the nearest site, kilometres.",
    arguments: &[
        ("point", "a point"),
        ("lon", "longitude, degrees, -180 to 180, in place of the point"),
        ("lat", "latitude, degrees, -90 to 90"),
        ("'sites'", "name of a layer of points"),
    ],
    returns: "a number: kilometres on WGS84; null where the layer is empty.",
    notes: &[
        "Distances from several known places tell where a site is. Of sites whose places are protected, publish distances only as `[protect]` rounds them.",
    ],
    example: "SELECT name FROM localities WHERE nearest_km(geom, 'shelters') > 50",
    related: &["nearest_id", "within_km", "geodesic_km"],
};

/// The function over the layers of a session.
pub(super) fn function(catalog: &Arc<Catalog>) -> Scalar {
    let (of, catalog) = (Arc::clone(catalog), Arc::clone(catalog));
    Scalar::new(&DOC, &[2, 3], Field::new("", DataType::Float64, true), move |args| {
        let Some((_, sites, km)) = nearest(args, &catalog)? else {
            return Ok(new_null_array(&DataType::Float64, args.rows()));
        };
        let there = sites.iter().zip(km).map(|(&site, km)| (site != NO_SITE).then_some(km));
        Ok(Arc::new(there.collect::<Float64Array>()) as ArrayRef)
    })
    .checked(move |args| check(&DOC, &of, args, Kind::Points))
}
