//! Lines and points as they were read; parts of a line that join end to end become one.

use geo_traits::{CoordTrait, GeometryTrait, GeometryType, MultiPointTrait, PointTrait};

use super::shapes::{Shape, ShapeKind};

/// One part of a line.
pub(super) type Part = Vec<(f64, f64)>;

/// The parts of a line, joined where one ends exactly where another begins.
pub(super) fn parts(shape: &Shape) -> Vec<Part> {
    let vertices = |(x, y): (&[f64], &[f64])| x.iter().copied().zip(y.iter().copied()).collect();
    join(shape.lists().filter(|(x, _)| x.len() > 1).map(vertices).collect())
}

/// Joins parts in their own direction, never reversing one.
fn join(parts: Vec<Part>) -> Vec<Part> {
    let mut joined: Vec<Part> = Vec::new();
    for part in parts {
        joined.push(part);
        // A new part may close the gap between two that stand already, so try until nothing joins.
        while let Some((a, b)) = joinable(&joined) {
            let tail = joined[b].split_off(1);
            joined[a].extend(tail);
            joined.remove(b);
        }
    }
    joined
}

fn joinable(parts: &[Part]) -> Option<(usize, usize)> {
    (0..parts.len())
        .flat_map(|a| (0..parts.len()).map(move |b| (a, b)))
        .find(|&(a, b)| a != b && parts[a].last() == parts[b].first())
}

/// The place of a point; a multipoint of one is one. `None` where it is empty.
pub(super) fn point(shape: &Shape) -> Result<Option<(f64, f64)>, String> {
    match (shape.kind(), shape.parts().len()) {
        (ShapeKind::MultiPoint, n) if n > 1 => Err(format!("a multipoint of {n} places where one is needed")),
        _ => Ok(shape.lists().next().and_then(|(x, y)| Some((*x.first()?, *y.first()?)))),
    }
}

/// The place of a point that stands alone, as WKB; otherwise as [`point`].
pub(crate) fn point_of_wkb(wkb: &[u8]) -> Result<Option<(f64, f64)>, String> {
    let geometry = wkb::reader::read_wkb(wkb).map_err(|error| error.to_string())?;
    let place = |c: &dyn Fn() -> (f64, f64)| Some(c()).filter(|(x, y)| !(x.is_nan() && y.is_nan()));
    match geometry.as_type() {
        GeometryType::Point(point) => Ok(point.coord().and_then(|c| place(&|| (c.x(), c.y())))),
        GeometryType::MultiPoint(multi) => match multi.num_points() {
            0 => Ok(None),
            1 => Ok(multi.point(0).and_then(|p| p.coord().map(|c| (c.x(), c.y())))),
            n => Err(format!("a multipoint of {n} places where one is needed")),
        },
        _ => Err("not a point".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::join;

    #[test]
    fn parts_join_in_any_order_but_keep_their_direction() {
        let parts =
            vec![vec![(2.0, 0.0), (3.0, 0.0)], vec![(0.0, 0.0), (1.0, 0.0)], vec![(1.0, 0.0), (2.0, 0.0)]];
        assert_eq!(join(parts), [vec![(0.0, 0.0), (1.0, 0.0), (2.0, 0.0), (3.0, 0.0)]]);
        let opposed = vec![vec![(0.0, 0.0), (1.0, 0.0)], vec![(2.0, 0.0), (1.0, 0.0)]];
        assert_eq!(join(opposed).len(), 2);
        assert!(join(Vec::new()).is_empty());
    }
}
