//! `locate`: the zone of a point.

use std::sync::Arc;

use arrow_array::{ArrayRef, StringArray, new_null_array};
use arrow_schema::{DataType, Field};

use super::FunctionDoc;
use super::nearest::{Kind, check, layer, places};
use super::scalar::{Scalar, fault};
use crate::catalog::Catalog;
use crate::{Fault, FunctionKind};
use corredor::join::OUTSIDE;

pub(super) static DOC: FunctionDoc = FunctionDoc {
    name: "locate",
    kind: FunctionKind::Scalar,
    calls: &["locate(lon, lat, 'zones')", "locate(point, 'zones')"],
    summary: "The key of the zone that a point lies in, by Corredor's rule.",
    arguments: &[
        ("lon", "longitude, degrees, -180 to 180"),
        ("lat", "latitude, degrees, -90 to 90"),
        ("point", "a point, in place of the two"),
        ("'zones'", "name of a layer of zones"),
    ],
    returns: "text: the key of the zone; null outside all zones.",
    notes: &[
        "A zone contains its border, and of several zones the one with the smallest key wins, so that each point has at most one. That is the rule of `corredor locate` and of every step of a workspace (`docs/methods/join.md`). `ST_Within` in a join has another: no zone for a point on a border, several where zones overlap.",
        "The index of the zones is made once a session.",
    ],
    example: "SELECT locate(-92.26, 14.91, 'municipalities') AS code",
    related: &["nearest_id"],
};

/// The function over the layers of a session.
pub(super) fn function(catalog: &Arc<Catalog>) -> Scalar {
    let (of, catalog) = (Arc::clone(catalog), Arc::clone(catalog));
    Scalar::new(&DOC, &[2, 3], Field::new("", DataType::Utf8, true), move |args| {
        let last = args.count() - 1;
        let Some(name) = args.name(last)? else {
            return Ok(new_null_array(&DataType::Utf8, args.rows()));
        };
        let table = layer(&catalog, &name)?;
        let no_zones = || fault(Fault::new(format!("`{name}` is no layer of zones")));
        let locator = table.locator().ok_or_else(no_zones)?.map_err(|error| args.refused(error))?;
        let points = places(args, last)?;
        let mut zones = vec![OUTSIDE; points.lon.len()];
        locator.locate_many(&points.lon, &points.lat, &mut zones).map_err(|error| args.refused(error))?;
        let keys = table.layer().keys();
        let key = |&zone: &u32| keys.get(zone as usize).copied();
        Ok(Arc::new(zones.iter().map(key).collect::<StringArray>()) as ArrayRef)
    })
    .checked(move |args| check(&DOC, &of, args, Kind::Zones))
}
