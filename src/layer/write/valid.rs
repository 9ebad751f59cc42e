//! Polygons stay valid after rounding, or are repaired, or are named.

use gdal::vector::Geometry as Ogr;
use gdal::vector::OGRwkbGeometryType::{wkbMultiPolygon, wkbPolygon};

use super::fixed::degrees;
use super::rounded::{OffGlobe, Rounded};
use super::snap;
use crate::layer::proof::Proof;

/// Rounds of repair: each repair adds vertices that are rounded again, which seldom breaks it twice.
const ROUNDS: usize = 8;

/// Positions from which a crossing is settled on the decimal grid at once: GEOS takes seconds for a country's coast.
const LARGE: usize = 1 << 15;

/// The valid form of rounded polygons, or `None` where they are valid as they stand.
///
/// Validity is that of OGC Simple Features. Most polygons are proven valid by [`Proof`]; the others are tested by
/// GEOS and repaired by its `MakeValid`, of which the polygonal parts are kept. Large ones that certainly cross
/// themselves are snapped to the grid at once. Where repair and rounding break
/// each other's work without end, snap rounding settles it.
pub(super) fn repair(rounded: &Rounded, proof: &mut Proof) -> Result<Option<Rounded>, String> {
    rounds(rounded, |current| {
        let verdict = if current.flat { None } else { verdict(current, proof) };
        match verdict {
            Some(true) => return Ok(None),
            // What comes out is proven or tested in the next round, as any repair is.
            Some(false) if current.positions.len() >= LARGE => return snap::rounded(current).map(Some),
            _ => {}
        }
        let geometry = Ogr::from_wkb(&wkb(current)?).map_err(|error| error.to_string())?;
        if geometry.is_valid() {
            return Ok(None);
        }
        let valid = make_valid(&geometry).map_err(|error| error.to_string())?;
        let mut next = current.emptied();
        polygons_of(&valid, &mut next)?;
        Ok(Some(next))
    })
    .or_else(|_| {
        rounds(rounded, |current| {
            let geometry = Ogr::from_wkb(&wkb(current)?).map_err(|error| error.to_string())?;
            if geometry.is_valid() { Ok(None) } else { snap::rounded(current).map(Some) }
        })
    })
}

/// Repairs until nothing is left to repair; `None` where nothing ever was.
fn rounds(
    rounded: &Rounded,
    mut next: impl FnMut(&Rounded) -> Result<Option<Rounded>, String>,
) -> Result<Option<Rounded>, String> {
    let mut repaired: Option<Rounded> = None;
    for _ in 0..ROUNDS {
        let current = repaired.as_ref().unwrap_or(rounded);
        if current.is_empty() {
            return Ok(repaired);
        }
        match next(current)?.or_else(|| current.without_flat_rings()) {
            None => return Ok(repaired),
            better => repaired = better,
        }
    }
    Err(format!("still invalid after {ROUNDS} repairs"))
}

/// What is proven of the polygons as a reader will find them.
fn verdict(rounded: &Rounded, proof: &mut Proof) -> Option<bool> {
    proof.clear();
    for rings in rounded.polygons() {
        for ring in rings {
            proof.ring(ring.iter().map(|position| position.map(degrees)));
        }
        proof.end_polygon();
    }
    proof.verdict()
}

/// The valid form of a geometry, by the method that keeps rings as rings: a hole along its shell stays a hole, and parts that
/// overlap are one area. On a coast of 465,000 vertices it is four times faster than the other, which stays for GEOS
/// before 3.10.
pub(in crate::layer) fn make_valid(geometry: &Ogr) -> gdal::errors::Result<Ogr> {
    let mut options = gdal::cpl::CslStringList::new();
    options.set_name_value("METHOD", "STRUCTURE")?;
    geometry.make_valid(&options).or_else(|_| geometry.make_valid(&gdal::cpl::CslStringList::new()))
}

/// Adds the polygonal parts of a repaired geometry, rounded.
fn polygons_of(geometry: &Ogr, rounded: &mut Rounded) -> Result<(), String> {
    if geometry.geometry_type() == wkbPolygon {
        for index in 0..geometry.geometry_count() {
            let mut points = Vec::new();
            geometry.get_geometry(index).get_points(&mut points);
            let (lon, lat): (Vec<_>, Vec<_>) = points.iter().map(|&(lon, lat, _)| (lon, lat)).unzip();
            let off = |OffGlobe { lon, lat }| format!("repair left the globe at {lon}, {lat}");
            if !rounded.push_ring(&lon, &lat, index == 0).map_err(off)? && index == 0 {
                rounded.dropped_rings += geometry.geometry_count() - 1;
                break;
            }
        }
        rounded.end_polygon();
        return Ok(());
    }
    let collection = geometry.geometry_type() == wkbMultiPolygon || geometry.geometry_count() > 0;
    if collection {
        for index in 0..geometry.geometry_count() {
            polygons_of(&geometry.get_geometry(index), rounded)?;
        }
    }
    Ok(())
}

/// Little-endian WKB of a multipolygon.
fn wkb(rounded: &Rounded) -> Result<Vec<u8>, String> {
    const MULTI_POLYGON: u32 = 6;
    const POLYGON: u32 = 3;
    let count = |n: usize| u32::try_from(n).map_err(|_| format!("{n} positions are too many"));
    let rings = rounded.rings.len();
    let mut out =
        Vec::with_capacity(9 + 9 * rounded.polygons.len() + 4 * rings + 16 * rounded.positions.len());
    out.push(1);
    out.extend(MULTI_POLYGON.to_le_bytes());
    out.extend(count(rounded.polygons.len())?.to_le_bytes());
    for rings in rounded.polygons() {
        out.push(1);
        out.extend(POLYGON.to_le_bytes());
        out.extend(count(rings.len())?.to_le_bytes());
        for ring in rings {
            out.extend(count(ring.len())?.to_le_bytes());
            for &[lon, lat] in ring {
                out.extend(degrees(lon).to_le_bytes());
                out.extend(degrees(lat).to_le_bytes());
            }
        }
    }
    Ok(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn repair(rounded: &Rounded) -> Result<Option<Rounded>, String> {
        super::repair(rounded, &mut Proof::default())
    }

    fn zone(points: &[(f64, f64)]) -> Rounded {
        let (lon, lat): (Vec<_>, Vec<_>) = points.iter().copied().unzip();
        let mut rounded = Rounded::default();
        assert!(rounded.push_ring(&lon, &lat, true).is_ok());
        rounded.end_polygon();
        rounded
    }

    #[test]
    fn a_valid_zone_is_left_alone() {
        let square = zone(&[(0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 1.0), (0.0, 0.0)]);
        assert_eq!(repair(&square).unwrap(), None);
    }

    #[test]
    fn a_bow_tie_becomes_two_triangles() {
        let bow = zone(&[(0.0, 0.0), (1.0, 1.0), (1.0, 0.0), (0.0, 1.0), (0.0, 0.0)]);
        let repaired = repair(&bow).unwrap().unwrap();
        assert_eq!(repaired.polygons, [1, 2]);
        assert_eq!(repair(&repaired).unwrap(), None);
    }

    #[test]
    fn a_crossing_off_the_grid_is_valid_after_rounding_again() {
        // The crossing is at thirds of the last decimal.
        let bow = zone(&[(0.0, 0.0), (1.0, 1.000_000_1), (1.0, 0.0), (0.000_000_1, 1.0), (0.0, 0.0)]);
        let repaired = repair(&bow).unwrap().unwrap();
        assert!(!repaired.is_empty());
        assert_eq!(repair(&repaired).unwrap(), None);
    }

    #[test]
    fn a_collapsed_zone_leaves_nothing() {
        // Twice around the same corners, once each way.
        let flat =
            zone(&[(0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 0.0), (1.0, 1.0), (1.0, 0.0), (0.0, 0.0)]);
        assert!(flat.is_empty() || repair(&flat).unwrap().unwrap().is_empty());
    }

    #[test]
    fn a_long_coast_that_crosses_itself_is_settled_on_the_grid() {
        // A circle of many steps, in which two vertices are exchanged.
        let mut coast: Vec<(f64, f64)> = (0..50_000)
            .map(|i| {
                let (sin, cos) = (std::f64::consts::TAU * f64::from(i) / 50_000.0).sin_cos();
                (-99.0 + 5.0 * cos, 19.0 + 5.0 * sin)
            })
            .collect();
        coast.swap(17_000, 17_001);
        coast.push(coast[0]);
        let coast = zone(&coast);
        let repaired = repair(&coast).unwrap().unwrap();
        assert_eq!(repair(&repaired).unwrap(), None);
        let (after, before) = (repaired.positions.len(), coast.positions.len());
        assert!(after.abs_diff(before) < 10, "{after} {before}");
        let valid = Ogr::from_wkb(&wkb(&repaired).unwrap()).unwrap();
        assert!(valid.is_valid() && (valid.area() - 78.539_816).abs() < 1e-3, "{}", valid.area());
    }

    #[test]
    fn a_knot_that_rounding_ties_again_is_snapped() {
        // Crossings between neighbours on the decimal grid, some 15 m across.
        let knot = [
            (-16886, 4192),
            (21861, -159),
            (-14393, -1),
            (-14337, -14393),
            (-14393, -14393),
            (-1, -1),
            (-1, 25087),
            (24929, -159),
            (-14393, -57),
            (26465, -155),
            (-1, -1),
            (255, 0),
            (-16886, 4192),
        ];
        let knot = zone(&knot.map(|(x, y)| (f64::from(x) * 3e-9, f64::from(y) * 3e-9)));
        let repaired = repair(&knot).unwrap().unwrap();
        assert_eq!(repair(&repaired).unwrap(), None);
        let area = |zone: &Rounded| -> f64 {
            Ogr::from_wkb(&wkb(zone).unwrap()).unwrap().make_valid(&Default::default()).unwrap().area()
        };
        let (before, after) = (area(&knot), area(&repaired));
        assert!((after / before - 1.0).abs() < 0.01, "{before} {after}");
    }
}
