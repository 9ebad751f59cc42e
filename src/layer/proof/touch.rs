//! That rings which touch at shared vertices do so as the rings of valid polygons may.

use super::side::side;
use super::span::Span;

/// A vertex of one ring at the place of a vertex of another, both by their positions.
pub(super) type Touch = (usize, usize);

/// A vertex at a place where rings touch.
#[derive(Clone, Copy, Debug)]
struct Guest {
    place: [f64; 2],
    ring: usize,
    vertex: usize,
}

/// Whether rings that meet at these vertices and nowhere else certainly touch as they may: each ring
/// once at a place, none crossing another there, and no way from ring to ring of one polygon back to the
/// first, which would cut its interior apart. Leaves the vertices in `touched`, ascending.
pub(super) fn right(
    points: &[[f64; 2]],
    rings: &[Span],
    touches: &[Touch],
    touched: &mut Vec<usize>,
) -> bool {
    touched.clear();
    touched.extend(touches.iter().flat_map(|&(a, b)| [a, b]));
    touched.sort_unstable();
    touched.dedup();
    let ring_of = |vertex: usize| rings.partition_point(|ring| ring.start <= vertex) - 1;
    let guest = |&vertex: &usize| Guest { place: points[vertex], ring: ring_of(vertex), vertex };
    let mut guests: Vec<Guest> = touched.iter().map(guest).collect();
    // Zero and minus zero are one place.
    let by_place = |a: &[f64; 2], b: &[f64; 2]| {
        (a[0] + 0.0).total_cmp(&(b[0] + 0.0)).then((a[1] + 0.0).total_cmp(&(b[1] + 0.0)))
    };
    guests.sort_unstable_by(|a, b| by_place(&a.place, &b.place).then(a.vertex.cmp(&b.vertex)));
    let places: Vec<&[Guest]> = guests.chunk_by(|a, b| a.place == b.place).collect();
    let around = |guest: &Guest| {
        let Span { start, segments, .. } = rings[guest.ring];
        let before = if guest.vertex == start { start + segments - 1 } else { guest.vertex - 1 };
        (points[before], points[guest.vertex + 1])
    };
    let apart = |guests: &[Guest]| {
        guests.iter().enumerate().all(|(i, a)| {
            guests[i + 1..].iter().all(|b| a.ring != b.ring && beside(a.place, around(a), around(b)))
        })
    };
    places.iter().all(|guests| apart(guests)) && no_way_back(rings, &places)
}

/// Whether of two ways through a place the second stays on one side of the first.
fn beside(place: [f64; 2], first: ([f64; 2], [f64; 2]), second: ([f64; 2], [f64; 2])) -> bool {
    let inside = |q| in_sector(place, first, q);
    inside(second.0).is_some_and(|one| inside(second.1) == Some(one))
}

/// Whether `q` is seen from a place within the sector that turns left from the way out to the way in;
/// `None` on its sides or where that cannot be told.
fn in_sector(place: [f64; 2], (way_in, way_out): ([f64; 2], [f64; 2]), q: [f64; 2]) -> Option<bool> {
    let left_of_out = side(place, way_out, q)?;
    let right_of_in = !side(place, way_in, q)?;
    match side(place, way_out, way_in) {
        Some(true) => Some(left_of_out && right_of_in),
        Some(false) => Some(left_of_out || right_of_in),
        // Straight on: both say the same.
        None => (left_of_out == right_of_in).then_some(left_of_out),
    }
}

/// Whether the rings of each polygon and the places where they touch are joined without a circle.
fn no_way_back(rings: &[Span], places: &[&[Guest]]) -> bool {
    // A forest over rings; each place joins the rings of one polygon that meet there.
    let mut parent: Vec<usize> = (0..rings.len()).collect();
    fn root(parent: &mut [usize], mut ring: usize) -> usize {
        while parent[ring] != ring {
            parent[ring] = parent[parent[ring]];
            ring = parent[ring];
        }
        ring
    }
    for guests in places {
        for (i, a) in guests.iter().enumerate() {
            let same = |b: &&Guest| rings[b.ring].shell == rings[a.ring].shell;
            // Joined to the one before it at this place, so that a place makes no circle by itself.
            let Some(b) = guests[..i].iter().rev().find(same) else { continue };
            let (a, b) = (root(&mut parent, a.ring), root(&mut parent, b.ring));
            if a == b {
                return false;
            }
            parent[a] = b;
        }
    }
    true
}
