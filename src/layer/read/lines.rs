//! Lines and points from WKB; parts of a line that join end to end become one.

use geo_traits::{
    CoordTrait, GeometryTrait, GeometryType, LineStringTrait, MultiLineStringTrait, MultiPointTrait,
    PointTrait,
};

/// One part of a line.
pub(super) type Part = Vec<(f64, f64)>;

/// The parts of a line, joined where one ends exactly where another begins.
pub(super) fn parts(wkb: &[u8]) -> Result<Vec<Part>, String> {
    let geometry = wkb::reader::read_wkb(wkb).map_err(|error| error.to_string())?;
    let parts = match geometry.as_type() {
        GeometryType::LineString(line) => vec![vertices(line)],
        GeometryType::MultiLineString(multi) => multi.line_strings().map(|line| vertices(&line)).collect(),
        _ => return Err("not a line".to_owned()),
    };
    Ok(join(parts.into_iter().filter(|part| part.len() > 1).collect()))
}

fn vertices(line: &impl LineStringTrait<T = f64>) -> Part {
    line.coords().map(|c| (c.x(), c.y())).collect()
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
pub(crate) fn point(wkb: &[u8]) -> Result<Option<(f64, f64)>, String> {
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
