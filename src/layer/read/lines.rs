//! Lines and points as they were read; parts of a line that join end to end become one.

use geo_traits::{CoordTrait, GeometryTrait, GeometryType, MultiPointTrait, PointTrait};

use super::nested::{self, Head, Parts};
use super::shape_kind::ShapeKind;
use super::shapes::Shape;

/// One part of a line.
pub(super) type Part = Vec<(f64, f64)>;

/// The parts of a line, joined where one ends exactly where another begins.
pub(super) fn parts(shape: &Shape) -> Vec<Part> {
    let vertices = |(x, y): (&[f64], &[f64])| x.iter().copied().zip(y.iter().copied()).collect();
    join(shape.lists().filter(|(x, _)| x.len() > 1).map(vertices).collect())
}

/// The one line that parts make if some of them are turned around; none where they do not.
///
/// The part that is longest by its vertices keeps its direction.
pub(super) fn turned(mut parts: Vec<Part>) -> Option<Part> {
    let longest = (0..parts.len()).max_by_key(|&at| (parts[at].len(), std::cmp::Reverse(at)))?;
    let mut line = parts.swap_remove(longest);
    while !parts.is_empty() {
        let (first, last) = (line.first().copied(), line.last().copied());
        let meets = |part: &Part| {
            [part.first(), part.last()].iter().any(|end| {
                let end = end.copied();
                end == first || end == last
            })
        };
        let mut part = parts.swap_remove(parts.iter().position(meets)?);
        if part.first() == line.first() || part.last() == line.last() {
            part.reverse();
        }
        if part.first() == line.last() {
            line.extend(part.into_iter().skip(1));
        } else {
            part.pop();
            part.append(&mut line);
            line = part;
        }
    }
    Some(line)
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
    let head = Head::of(wkb).ok_or("bytes that are no geometry")?;
    if !nested::PLAIN.contains(&head.kind) {
        let parts = Parts::of(wkb).ok_or("bytes that are no geometry")?;
        return match (parts.kinds().as_slice(), parts.points.as_slice()) {
            ([], _) => Ok(None),
            ([_], [place]) => Ok(Some(*place)),
            ([_], [_, ..]) => {
                Err(format!("a multipoint of {} places where one is needed", parts.points.len()))
            }
            _ => Err("not a point".to_owned()),
        };
    }
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
    use super::{join, turned};

    #[test]
    fn parts_join_in_any_order_but_keep_their_direction() {
        let parts =
            vec![vec![(2.0, 0.0), (3.0, 0.0)], vec![(0.0, 0.0), (1.0, 0.0)], vec![(1.0, 0.0), (2.0, 0.0)]];
        assert_eq!(join(parts), [vec![(0.0, 0.0), (1.0, 0.0), (2.0, 0.0), (3.0, 0.0)]]);
        let opposed = vec![vec![(0.0, 0.0), (1.0, 0.0)], vec![(2.0, 0.0), (1.0, 0.0)]];
        assert_eq!(join(opposed).len(), 2);
        assert!(join(Vec::new()).is_empty());
    }

    #[test]
    fn parts_drawn_backwards_are_turned_around() {
        let line = |xs: &[i32]| xs.iter().map(|&x| (f64::from(x), 0.0)).collect::<Vec<_>>();
        assert_eq!(turned(vec![line(&[0, 1]), line(&[2, 1])]), Some(line(&[0, 1, 2])));
        // The longest says where the line goes.
        assert_eq!(
            turned(vec![line(&[1, 0]), line(&[4, 3, 2]), line(&[1, 2])]),
            Some(line(&[4, 3, 2, 1, 0]))
        );
        assert_eq!(
            turned(vec![line(&[1, 0]), line(&[1, 2]), line(&[3, 2]), line(&[3, 4])]),
            Some(line(&[0, 1, 2, 3, 4]).into_iter().rev().collect())
        );
        // Apart, or a fork: no line.
        assert_eq!(turned(vec![line(&[0, 1]), line(&[3, 2])]), None);
        let fork =
            vec![vec![(1.0, 0.0), (0.0, 0.0)], vec![(1.0, 0.0), (2.0, 0.0)], vec![(1.0, 0.0), (1.0, 1.0)]];
        assert_eq!(turned(fork), None);
        assert_eq!(turned(Vec::new()), None);
    }
}
