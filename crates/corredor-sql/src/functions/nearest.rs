//! What the functions that look points up in a layer share.

use std::sync::Arc;

use datafusion::common::Result;
use datafusion::scalar::ScalarValue;

use super::geometry::{NotPoints, check_place, points};
use super::scalar::{Arguments, error, fault, text};
use super::{FunctionDoc, Points};
use crate::Fault;
use crate::catalog::Catalog;
use crate::table::LayerTable;
use corredor::join::NO_SITE;
use corredor::layer::Geometry;

/// The layer of a name.
pub(super) fn layer(catalog: &Catalog, name: &str) -> Result<Arc<LayerTable>> {
    catalog.layer(name).map_err(error)
}

/// The positions in the arguments before `end`: one of points, or longitudes and latitudes. Rows without a position
/// are not a number.
pub(super) fn places(args: &Arguments<'_>, end: usize) -> Result<Points> {
    match end {
        1 => point(args, 0),
        _ => {
            let (lon, lat) = (args.numbers(0)?, args.numbers(1)?);
            let mut places = Points { lon: Vec::new(), lat: Vec::new(), none: Vec::new() };
            for place in lon.iter().zip(&lat) {
                let (lon, lat) = match place {
                    (Some(lon), Some(lat)) => (lon, lat),
                    _ => (f64::NAN, f64::NAN),
                };
                places.lon.push(lon);
                places.lat.push(lat);
                places.none.push(lon.is_nan() || lat.is_nan());
            }
            checked(args, places)
        }
    }
}

/// An argument of points.
pub(super) fn point(args: &Arguments<'_>, index: usize) -> Result<Points> {
    let (array, field) = args.array(index)?;
    let places = points(&array, field).map_err(|found| match found {
        NotPoints::Kind(kind) => args.wrong(index, "a point", &kind),
        NotPoints::Unreadable => args.wrong(index, "a point", field.data_type()),
    })?;
    checked(args, places)
}

fn checked(args: &Arguments<'_>, places: Points) -> Result<Points> {
    for ((&lon, &lat), &none) in places.lon.iter().zip(&places.lat).zip(&places.none) {
        if !none {
            check_place(lon, lat).map_err(|said| args.refused(said))?;
        }
    }
    Ok(places)
}

/// Looks the layer of the last argument up before the query runs.
pub(super) fn check(
    doc: &'static FunctionDoc,
    catalog: &Catalog,
    args: &[Option<&ScalarValue>],
    needed: Kind,
) -> Result<()> {
    let last = args.len() - 1;
    let Some(Some(value)) = args.last() else { return Ok(()) };
    let Some(name) = text(doc, last, value)? else { return Ok(()) };
    let table = layer(catalog, &name)?;
    let geometry = table.layer().geometry();
    match needed.is(geometry) {
        true => Ok(()),
        false => Err(fault(Fault::new(format!(
            "`{name}` is a layer of {} geometry; `{}` needs {}",
            geometry.kind(),
            doc.name,
            needed.word()
        )))),
    }
}

/// The kind of layer that a function needs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Points,
    Lines,
    Zones,
}

impl Kind {
    pub(super) fn is(self, geometry: &Geometry) -> bool {
        match self {
            Self::Points => matches!(geometry, Geometry::Points(_)),
            Self::Lines => matches!(geometry, Geometry::Lines(_)),
            Self::Zones => matches!(geometry, Geometry::Zones(_)),
        }
    }

    pub(super) fn word(self) -> &'static str {
        match self {
            Self::Points => "points",
            Self::Lines => "lines",
            Self::Zones => "zones",
        }
    }
}

/// A layer of points, and for each position the number of the nearest and its distance in kilometres.
type Nearest = (Arc<LayerTable>, Vec<u32>, Vec<f64>);

/// The layer that the last argument names, and of each position the nearest of its points with its distance in
/// kilometres; `None` without a name.
pub(super) fn nearest(args: &Arguments<'_>, catalog: &Catalog) -> Result<Option<Nearest>> {
    let last = args.count() - 1;
    let Some(name) = args.name(last)? else { return Ok(None) };
    let table = layer(catalog, &name)?;
    let points = places(args, last)?;
    let (mut sites, mut km) = (vec![NO_SITE; points.lon.len()], vec![f64::INFINITY; points.lon.len()]);
    let index = table.sites().ok_or_else(|| fault(Fault::new(format!("`{name}` is no layer of points"))))?;
    index
        .map(|index| index.nearest_many(&points.lon, &points.lat, &mut sites, &mut km))
        .map_err(|error| args.refused(error))?
        .map_err(|error| args.refused(error))?;
    for (row, _) in points.none.iter().enumerate().filter(|(_, none)| **none) {
        sites[row] = NO_SITE;
    }
    Ok(Some((table, sites, km)))
}
