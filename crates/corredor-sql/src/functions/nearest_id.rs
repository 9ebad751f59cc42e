//! `nearest_id`: the nearest point of a layer.

use std::sync::Arc;

use arrow_array::{ArrayRef, StringArray, new_null_array};
use arrow_schema::{DataType, Field};

use super::FunctionDoc;
use super::nearest::{Kind, check, nearest};
use super::scalar::Scalar;
use crate::FunctionKind;
use crate::catalog::Catalog;

pub(super) static DOC: FunctionDoc = FunctionDoc {
    name: "nearest_id",
    kind: FunctionKind::Scalar,
    calls: &["nearest_id(point, 'sites')", "nearest_id(lon, lat, 'sites')"],
    summary: "The key of the site that is nearest to a point, by geodesic distance.",
    arguments: &[
        ("point", "a point"),
        ("lon", "longitude, degrees, -180 to 180, in place of the point"),
        ("lat", "latitude, degrees, -90 to 90"),
        ("'sites'", "name of a layer of points"),
    ],
    returns: "text: the key of the site; null where the layer is empty.",
    notes: &[
        "Of equally near sites, the one with the smallest key. Neither the date line nor the poles are special (`docs/methods/join.md`).",
    ],
    example: "SELECT name, nearest_id(geom, 'shelters') AS shelter FROM localities",
    related: &["nearest_km", "locate"],
};

/// The function over the layers of a session.
pub(super) fn function(catalog: &Arc<Catalog>) -> Scalar {
    let (of, catalog) = (Arc::clone(catalog), Arc::clone(catalog));
    Scalar::new(&DOC, &[2, 3], Field::new("", DataType::Utf8, true), move |args| {
        let Some((table, sites, _)) = nearest(args, &catalog)? else {
            return Ok(new_null_array(&DataType::Utf8, args.rows()));
        };
        let keys = table.layer().keys();
        let key = |&site: &u32| keys.get(site as usize).copied();
        Ok(Arc::new(sites.iter().map(key).collect::<StringArray>()) as ArrayRef)
    })
    .checked(move |args| check(&DOC, &of, args, Kind::Points))
}
