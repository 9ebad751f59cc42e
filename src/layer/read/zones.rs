//! Polygons as they were read: valid, or repaired and counted.

use gdal::vector::Geometry as Ogr;
use gdal::vector::OGRwkbGeometryType::{wkbMultiPolygon, wkbPolygon};
use rayon::prelude::*;

use super::ReadError;
use super::shape_kind::ShapeKind;
use super::shapes::{Chunk, List, Shape, Shapes};
use crate::layer::proof::Proof;
use crate::layer::write::make_valid;
use crate::layer::{EXAMPLES, Finding, LayerError, ZonesBuilder};

/// Whether a geometry has any ring.
pub(super) fn has_ring(shape: &Shape) -> bool {
    shape.parts().any(|mut rings| rings.next().is_some_and(|(x, _)| !x.is_empty()))
}

/// The valid form of a geometry that is not valid as it stands; none where it is.
///
/// Most are proven valid by [`Proof`]; of the others, GEOS's `IsValid` decides, and its `MakeValid` repairs, of
/// which the polygonal parts are kept.
pub(super) fn valid(shape: &Shape, proof: &mut Proof) -> Result<Option<Chunk>, String> {
    if proven(shape, proof) {
        return Ok(None);
    }
    let failed = |error: gdal::errors::GdalError| format!("geometry cannot be decoded: {error}");
    let geometry = Ogr::from_wkb(&shape.polygon_wkb()).map_err(failed)?;
    if geometry.is_valid() {
        return Ok(None);
    }
    if let Some(most) = entangled(shape) {
        return Err(format!("its border crosses itself more than {most} times"));
    }
    let valid =
        make_valid(&geometry).map_err(|error| format!("invalid geometry cannot be repaired: {error}"))?;
    let mut parts = Chunk::default();
    polygons_of(&valid, &mut parts).map_err(failed)?;
    let anything = parts.iter().any(|part| part.positions() > 0);
    match anything {
        true => Ok(Some(parts)),
        false => Err("nothing is left of the polygon after repair".to_owned()),
    }
}

/// [`valid`] of each of some rows; parallel over features.
pub(super) fn repair(
    shapes: &Shapes,
    rows: &[usize],
    bad: impl Fn(usize, String) -> ReadError + Sync,
) -> Result<Vec<Option<Chunk>>, ReadError> {
    let one =
        |proof: &mut Proof, &row: &usize| valid(&shapes.get(row), proof).map_err(|reason| bad(row, reason));
    // Collected before it is judged, so that the error told does not depend on the threads.
    let repairs: Vec<_> = rows.par_iter().with_max_len(16).map_init(Proof::default, one).collect();
    repairs.into_iter().collect()
}

/// A repair that changes an area by more than this share is a warning.
const WARNED_SHARE: f64 = 0.001;

/// What to say of repairs that change an area by more than a trifle; `keys` are those of the rows.
///
/// The area before is that which the rings span as they were drawn: shells less holes, each by the sum of its turns. So a
/// bow tie had none, and a hole outside its shell was taken off. The share is of the larger of both areas.
pub(super) fn reshaped(
    shapes: &Shapes,
    rows: &[usize],
    repairs: &[Option<Chunk>],
    keys: &[String],
) -> Option<Finding> {
    let change = |(&row, repair): (&usize, &Option<Chunk>)| {
        let (before, after) =
            (drawn(&shapes.get(row)), repair.as_ref()?.iter().map(|part| drawn(&part)).sum::<f64>());
        let share = (after - before).abs() / before.abs().max(after.abs());
        (share > WARNED_SHARE).then(|| (share, keys[row].as_str()))
    };
    let mut changed: Vec<(f64, &str)> = rows.iter().zip(repairs).filter_map(change).collect();
    changed.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(b.1)));
    let each = |&(share, key): &(f64, &str)| {
        let pct = 100.0 * share;
        let decimals = if pct < 10.0 { 1 } else { 0 };
        format!("{key} {pct:.decimals$} %")
    };
    let which = changed.iter().take(EXAMPLES).map(each).collect::<Vec<_>>().join(", ");
    let more = if changed.len() > EXAMPLES { ", ..." } else { "" };
    let (count, share) = (changed.len(), WARNED_SHARE * 100.0);
    (count > 0).then(|| Finding::Statistic {
        es: format!("la reparación cambió el área de {count} geometrías en más de {share} % de la dibujada ({which}{more})"),
        en: format!("repair changed the area of {count} geometries by more than {share} % of the drawn one ({which}{more})"),
        warning: true,
    })
}

/// The area that the rings of polygons span as they are drawn, in the units of the source.
fn drawn(shape: &Shape) -> f64 {
    let ring = |(x, y): List<'_>| {
        let (Some(&x0), Some(&y0)) = (x.first(), y.first()) else { return 0.0 };
        let ends = x.iter().zip(y).zip(x.iter().zip(y).skip(1));
        let turns = ends.map(|((ax, ay), (bx, by))| (ax - x0) * (by - y0) - (bx - x0) * (ay - y0));
        turns.sum::<f64>().abs() / 2.0
    };
    let polygon = |rings: &mut dyn Iterator<Item = List<'_>>| {
        rings.next().map_or(0.0, ring) - rings.map(ring).sum::<f64>()
    };
    shape.parts().map(|mut rings| polygon(&mut rings)).sum()
}

/// Times that a border may cross itself, and for how many vertices once more: GEOS takes the square of them, half a second
/// for a thousand and minutes for ten thousand. A border that was drawn crosses itself a few times.
const MOST_CROSSINGS: usize = 1_000;
const VERTICES_A_CROSSING: usize = 100;

/// Pairs of segments that are looked at; more of them lie side by side in no border.
const MOST_PAIRS: usize = 300_000_000;

/// How often the rings of a geometry may cross, where they do so more often.
fn entangled(shape: &Shape) -> Option<usize> {
    let mut segments: Vec<[f64; 4]> = Vec::new();
    for (x, y) in shape.parts().flatten() {
        let ends = x.iter().zip(y).zip(x.iter().zip(y).skip(1));
        segments.extend(ends.map(|((&ax, &ay), (&bx, &by))| [ax, ay, bx, by]));
    }
    let most = MOST_CROSSINGS + segments.len() / VERTICES_A_CROSSING;
    segments.retain(|segment| segment.iter().all(|x| x.is_finite()));
    segments.sort_unstable_by(|a, b| a[0].min(a[2]).total_cmp(&b[0].min(b[2])));
    let (mut crossings, mut pairs) = (0, 0);
    for (i, a) in segments.iter().enumerate() {
        let east = a[0].max(a[2]);
        let (south, north) = (a[1].min(a[3]), a[1].max(a[3]));
        for b in segments[i + 1..].iter().take_while(|b| b[0].min(b[2]) <= east) {
            pairs += 1;
            let level = b[1].min(b[3]) <= north && b[1].max(b[3]) >= south;
            crossings += usize::from(level && cross(a, b));
            if crossings > most || pairs > MOST_PAIRS {
                return Some(most);
            }
        }
    }
    None
}

/// Whether two segments cross, each within the other.
fn cross(a: &[f64; 4], b: &[f64; 4]) -> bool {
    let side = |s: &[f64; 4], x: f64, y: f64| (s[2] - s[0]) * (y - s[1]) - (s[3] - s[1]) * (x - s[0]);
    side(a, b[0], b[1]) * side(a, b[2], b[3]) < 0.0 && side(b, a[0], a[1]) * side(b, a[2], a[3]) < 0.0
}

/// How many of the geometries are polygons that are not valid.
pub(super) fn invalid(shapes: &Shapes) -> usize {
    let is_invalid = |proof: &mut Proof, row: usize| {
        let shape = shapes.get(row);
        let polygon = matches!(shape.kind(), ShapeKind::Polygon | ShapeKind::MultiPolygon);
        polygon && !proven(&shape, proof) && Ogr::from_wkb(&shape.polygon_wkb()).is_ok_and(|g| !g.is_valid())
    };
    (0..shapes.len()).into_par_iter().map_init(Proof::default, is_invalid).filter(|&invalid| invalid).count()
}

fn proven(shape: &Shape, proof: &mut Proof) -> bool {
    proof.clear();
    for rings in shape.parts() {
        for (x, y) in rings {
            proof.ring(x.iter().zip(y).map(|(&x, &y)| [x, y]));
        }
        proof.end_polygon();
    }
    proof.proves_valid()
}

/// Adds the polygonal parts of a geometry, in order.
fn polygons_of(geometry: &Ogr, parts: &mut Chunk) -> gdal::errors::Result<()> {
    let kind = geometry.geometry_type();
    if kind == wkbPolygon || kind == wkbMultiPolygon {
        parts.push_wkb(Some(&geometry.wkb()?));
        return Ok(());
    }
    for index in 0..geometry.geometry_count() {
        polygons_of(&geometry.get_geometry(index), parts)?;
    }
    Ok(())
}

/// Adds the polygons of one geometry to the open zone.
pub(super) fn push(builder: &mut ZonesBuilder, shape: &Shape) -> Result<(), LayerError> {
    for mut rings in shape.parts() {
        let Some((x, y)) = rings.next().filter(|(x, _)| !x.is_empty()) else { continue };
        builder.extend(x, y);
        builder.end_ring()?;
        for (x, y) in rings.filter(|(x, _)| !x.is_empty()) {
            builder.extend(x, y);
            builder.end_ring()?;
        }
        builder.end_polygon()?;
    }
    Ok(())
}
