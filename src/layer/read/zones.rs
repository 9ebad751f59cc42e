//! Polygons from WKB: valid, or repaired and counted.

use arrow_array::{Array, LargeBinaryArray};
use gdal::vector::Geometry as Ogr;
use gdal::vector::OGRwkbGeometryType::{wkbMultiPolygon, wkbPolygon};
use geo_traits::{CoordTrait, GeometryTrait, GeometryType, LineStringTrait, MultiPolygonTrait, PolygonTrait};
use rayon::prelude::*;

use super::ReadError;
use crate::layer::ZonesBuilder;

/// Rows that hold a place, and those that hold none: no geometry, or one without any ring.
pub(super) fn placed(
    wkb: &LargeBinaryArray,
    order: &[usize],
    bad: impl Fn(usize, String) -> ReadError,
) -> Result<(Vec<usize>, Vec<usize>), ReadError> {
    let (mut kept, mut lost) = (Vec::with_capacity(order.len()), Vec::new());
    for &row in order {
        let place = wkb.is_valid(row) && has_ring(wkb.value(row)).map_err(|reason| bad(row, reason))?;
        if place { kept.push(row) } else { lost.push(row) }
    }
    Ok((kept, lost))
}

fn has_ring(wkb: &[u8]) -> Result<bool, String> {
    let geometry = wkb::reader::read_wkb(wkb).map_err(|error| error.to_string())?;
    Ok(match geometry.as_type() {
        GeometryType::Polygon(polygon) => vertices(polygon) > 0,
        GeometryType::MultiPolygon(multi) => multi.polygons().any(|polygon| vertices(&polygon) > 0),
        _ => false,
    })
}

/// The valid form of each geometry that is not valid as it stands; parallel over features.
///
/// Validity is GEOS's `IsValid`; repair is GEOS's `MakeValid`, of which the polygonal parts are kept.
pub(super) fn repair(
    wkb: &LargeBinaryArray,
    rows: &[usize],
    bad: impl Fn(usize, String) -> ReadError + Sync,
) -> Result<Vec<Option<Vec<Vec<u8>>>>, ReadError> {
    rows.par_iter()
        .map(|&row| {
            let failed =
                |error: gdal::errors::GdalError| bad(row, format!("geometry cannot be decoded: {error}"));
            let geometry = Ogr::from_wkb(wkb.value(row)).map_err(failed)?;
            if geometry.is_valid() {
                return Ok(None);
            }
            let valid = geometry
                .make_valid(&gdal::cpl::CslStringList::new())
                .map_err(|error| bad(row, format!("invalid geometry cannot be repaired: {error}")))?;
            let mut parts = Vec::new();
            polygons_of(&valid, &mut parts).map_err(failed)?;
            match parts.is_empty() {
                true => Err(bad(row, "nothing is left of the polygon after repair".to_owned())),
                false => Ok(Some(parts)),
            }
        })
        .collect()
}

/// WKB of the polygonal parts of a geometry, in order.
fn polygons_of(geometry: &Ogr, parts: &mut Vec<Vec<u8>>) -> gdal::errors::Result<()> {
    let kind = geometry.geometry_type();
    if kind == wkbPolygon || kind == wkbMultiPolygon {
        parts.push(geometry.wkb()?);
        return Ok(());
    }
    for index in 0..geometry.geometry_count() {
        polygons_of(&geometry.get_geometry(index), parts)?;
    }
    Ok(())
}

/// Adds the polygons of one WKB to the open zone.
pub(super) fn push(builder: &mut ZonesBuilder, wkb: &[u8]) -> Result<(), String> {
    let geometry = wkb::reader::read_wkb(wkb).map_err(|error| error.to_string())?;
    match geometry.as_type() {
        GeometryType::Polygon(polygon) => push_polygon(builder, polygon),
        GeometryType::MultiPolygon(multi) => {
            multi.polygons().try_for_each(|polygon| push_polygon(builder, &polygon))
        }
        _ => Err("not a polygon".to_owned()),
    }
}

/// Positions of the exterior.
fn vertices(polygon: &impl PolygonTrait<T = f64>) -> usize {
    polygon.exterior().map_or(0, |ring| ring.num_coords())
}

fn push_polygon(builder: &mut ZonesBuilder, polygon: &impl PolygonTrait<T = f64>) -> Result<(), String> {
    let Some(exterior) = polygon.exterior().filter(|ring| ring.num_coords() > 0) else { return Ok(()) };
    push_ring(builder, &exterior)?;
    for ring in polygon.interiors().filter(|ring| ring.num_coords() > 0) {
        push_ring(builder, &ring)?;
    }
    builder.end_polygon().map_err(|error| error.to_string())
}

fn push_ring(builder: &mut ZonesBuilder, ring: &impl LineStringTrait<T = f64>) -> Result<(), String> {
    for coord in ring.coords() {
        builder.vertex(coord.x(), coord.y());
    }
    builder.end_ring().map_err(|error| error.to_string())
}
