//! Which lixels meet, and how far apart they are along the routes.

use std::cmp::Ordering;
use std::collections::BinaryHeap;

use geo::{Coord, Intersects, Line};
use rayon::prelude::*;

use super::NetworkError;
use super::lixels::positive;
use super::snap::Middles;
use crate::geodesy::{Piece, to_ecef_km};
use crate::hotspot::Contiguity;
use crate::index::check_lines;
use crate::view::LineView;

/// The network of lixels: those that meet are neighbours, as far apart as their middles.
///
/// Neighbours are symmetric; a lixel is never its own. Distances along the network are shortest paths from middle to
/// middle, so that one that leads through a junction is right to within a lixel.
#[derive(Clone, Debug, PartialEq)]
pub struct LixelGraph {
    offsets: Vec<usize>,
    neighbours: Vec<u32>,
    km: Vec<f64>,
}

impl LixelGraph {
    /// Finds which lixels meet. `drawn` has one line for each; two are neighbours where they cross, or come within
    /// `tolerance_km` of one another: the pieces of a route that follow one another, and those of other routes where they
    /// join, cross or run beside it. Parallel; about O(n) for lines of which few lie near one another.
    ///
    /// # Errors
    /// [`NetworkError::NotPositive`] unless the tolerance is above 0; [`NetworkError::Index`] and [`NetworkError::Join`]
    /// for lines that do not fit together.
    ///
    /// ```
    /// use corredor_geo::LineView;
    /// use corredor_geo::network::LixelGraph;
    ///
    /// // Two pieces of one road, and a third that crosses the second.
    /// let drawn = LineView {
    ///     lon: &[0.0, 0.1, 0.1, 0.2, 0.15, 0.15],
    ///     lat: &[0.0, 0.0, 0.0, 0.0, -0.05, 0.05],
    ///     lines: &[0, 2, 4, 6],
    /// };
    /// let graph = LixelGraph::new(&drawn, 0.5)?;
    /// assert_eq!(graph.contiguity()?.of(1), [0, 2]);
    /// let reached = graph.within(0, 15.0);
    /// assert_eq!(reached.iter().map(|&(lixel, _)| lixel).collect::<Vec<_>>(), [0, 1, 2]);
    /// # Ok::<(), corredor_geo::network::NetworkError>(())
    /// ```
    pub fn new(drawn: &LineView, tolerance_km: f64) -> Result<Self, NetworkError> {
        positive("tolerance_km", tolerance_km)?;
        check_lines(drawn)?;
        let middles = Middles::new(drawn)?;
        let shapes: Vec<Shape> =
            (0..drawn.len()).into_par_iter().map(|line| Shape::new(drawn, line)).collect();
        let mut links: Vec<(u32, u32, f64)> = (0..drawn.len())
            .into_par_iter()
            .flat_map_iter(|lixel| {
                let (shapes, middles) = (&shapes, &middles);
                let near = middles.within_of(lixel, tolerance_km);
                near.into_iter()
                    .filter(move |&(other, _)| {
                        other as usize > lixel && shapes[lixel].meets(&shapes[other as usize], tolerance_km)
                    })
                    .map(move |(other, km)| (lixel as u32, other, km))
            })
            .collect();
        links.extend(links.clone().into_iter().map(|(a, b, km)| (b, a, km)));
        links.sort_unstable_by_key(|&(a, b, _)| (a, b));
        let mut offsets = vec![0; drawn.len() + 1];
        for &(lixel, _, _) in &links {
            offsets[lixel as usize + 1] += 1;
        }
        for lixel in 0..drawn.len() {
            offsets[lixel + 1] += offsets[lixel];
        }
        let (neighbours, km) = links.into_iter().map(|(_, other, km)| (other, km)).unzip();
        Ok(Self { offsets, neighbours, km })
    }

    /// Number of lixels.
    pub fn len(&self) -> usize {
        self.offsets.len() - 1
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Who meets whom, for local statistics among lixels.
    ///
    /// # Errors
    /// As [`Contiguity::from_pairs`].
    pub fn contiguity(&self) -> Result<Contiguity, NetworkError> {
        let pairs: Vec<(u32, u32)> = (0..self.len())
            .flat_map(|lixel| self.of(lixel).map(move |(other, _)| (lixel as u32, other)))
            .collect();
        Ok(Contiguity::from_pairs(self.len(), &pairs)?)
    }

    /// The lixels at most `km` away along the network, itself at 0 among them, with their distances; by number.
    /// Dijkstra's algorithm (1959), O(m log m) in the links within reach. Empty for a lixel that does not exist.
    pub fn within(&self, lixel: usize, km: f64) -> Vec<(u32, f64)> {
        let mut reached: Vec<(u32, f64)> = Vec::new();
        if lixel >= self.len() {
            return reached;
        }
        let mut settled = std::collections::HashSet::new();
        let mut heap = BinaryHeap::from([Step { km: 0.0, lixel: lixel as u32 }]);
        while let Some(step) = heap.pop() {
            if !settled.insert(step.lixel) {
                continue;
            }
            reached.push((step.lixel, step.km));
            let onward =
                self.of(step.lixel as usize).map(|(other, far)| Step { km: step.km + far, lixel: other });
            heap.extend(onward.filter(|next| next.km <= km && !settled.contains(&next.lixel)));
        }
        reached.sort_unstable_by_key(|&(lixel, _)| lixel);
        reached
    }

    fn of(&self, lixel: usize) -> impl Iterator<Item = (u32, f64)> {
        let range = self.offsets[lixel]..self.offsets[lixel + 1];
        self.neighbours[range.clone()].iter().copied().zip(self.km[range].iter().copied())
    }
}

/// A lixel on the way, nearest first; of equally near ones the smallest number.
#[derive(PartialEq)]
struct Step {
    km: f64,
    lixel: u32,
}

impl Eq for Step {}

impl Ord for Step {
    fn cmp(&self, other: &Self) -> Ordering {
        other.km.total_cmp(&self.km).then(other.lixel.cmp(&self.lixel))
    }
}

impl PartialOrd for Step {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// A lixel's line, with what its distance to others is bounded by.
struct Shape {
    vertices: Vec<(f64, f64)>,
    ecef_km: Vec<[f64; 3]>,
    bounds_km: Vec<f64>,
}

impl Shape {
    fn new(drawn: &LineView, line: usize) -> Self {
        let (lon, lat) = drawn.line(line);
        let vertices: Vec<(f64, f64)> = lon.iter().copied().zip(lat.iter().copied()).collect();
        let ecef_km = vertices.iter().map(|&(lon, lat)| to_ecef_km(lon, lat)).collect();
        let bounds_km = vertices.windows(2).map(|ab| Piece { a: ab[0], b: ab[1] }.bound_km()).collect();
        Self { vertices, ecef_km, bounds_km }
    }

    fn meets(&self, other: &Self, km: f64) -> bool {
        self.comes_within(other, km) || other.comes_within(self, km) || self.crosses(other)
    }

    /// Whether a vertex of this line lies within reach of the other line. The chord is never longer than the geodesic.
    fn comes_within(&self, other: &Self, km: f64) -> bool {
        self.vertices.iter().zip(&self.ecef_km).any(|(&vertex, at)| {
            other.bounds_km.iter().enumerate().any(|(segment, bound)| {
                let from = &other.ecef_km[segment];
                let chord = at.iter().zip(from).map(|(a, b)| (a - b) * (a - b)).sum::<f64>().sqrt();
                let piece = Piece { a: other.vertices[segment], b: other.vertices[segment + 1] };
                chord - bound <= km && piece.closest(vertex).1 <= km
            })
        })
    }

    fn crosses(&self, other: &Self) -> bool {
        let line = |ab: &[(f64, f64)]| Line::new(Coord::from(ab[0]), Coord::from(ab[1]));
        self.vertices.windows(2).any(|ab| other.vertices.windows(2).any(|cd| line(ab).intersects(&line(cd))))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::geodesy::distance_km;

    /// A road of four pieces along the equator, and one that joins it in the second piece, 200 m short of it.
    const LON: [f64; 10] = [0.0, 0.1, 0.1, 0.2, 0.2, 0.3, 0.3, 0.4, 0.15, 0.15];
    const LAT: [f64; 10] = [0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0018, 0.1];
    const DRAWN: LineView = LineView { lon: &LON, lat: &LAT, lines: &[0, 2, 4, 6, 8, 10] };

    #[test]
    fn pieces_meet_in_their_ends_and_where_another_comes_near() {
        let graph = LixelGraph::new(&DRAWN, 0.5).unwrap();
        let contiguity = graph.contiguity().unwrap();
        let of: Vec<Vec<u32>> = (0..5).map(|i| contiguity.of(i).to_vec()).collect();
        assert_eq!(of, [vec![1], vec![0, 2, 4], vec![1, 3], vec![2], vec![1]]);
        let narrow = LixelGraph::new(&DRAWN, 0.1).unwrap().contiguity().unwrap();
        assert_eq!(narrow.islands(), [4]);
    }

    #[test]
    fn distances_follow_the_network() {
        let graph = LixelGraph::new(&DRAWN, 0.5).unwrap();
        let step = distance_km(0.05, 0.0, 0.15, 0.0);
        let far = graph.within(0, 1000.0);
        assert_eq!(far.iter().map(|&(lixel, _)| lixel).collect::<Vec<_>>(), [0, 1, 2, 3, 4]);
        assert!((far[3].1 - 3.0 * step).abs() < 1e-9);
        let branch = step + distance_km(0.15, 0.0, 0.15, 0.0509);
        assert!((far[4].1 - branch).abs() < 1e-3, "{} {branch}", far[4].1);
        assert_eq!(graph.within(0, step * 1.5).len(), 2);
        assert_eq!(graph.within(9, 5.0), []);
    }

    #[test]
    fn lines_that_cross_far_from_their_vertices_meet() {
        let drawn = LineView { lon: &[0.0, 1.0, 0.5, 0.5], lat: &[0.0, 0.0, -0.5, 0.5], lines: &[0, 2, 4] };
        assert_eq!(LixelGraph::new(&drawn, 0.001).unwrap().contiguity().unwrap().edges(), 1);
    }

    #[test]
    fn none_make_an_empty_network() {
        let none = LixelGraph::new(&LineView { lon: &[], lat: &[], lines: &[0] }, 0.5).unwrap();
        assert!(none.is_empty());
        assert!(matches!(LixelGraph::new(&DRAWN, 0.0), Err(NetworkError::NotPositive { .. })));
    }
}
