//! The plane cut into small cells: blue-noise sites and their Delaunay triangulation.
//!
//! A cell's corners are points inside the triangles around its site (a barycentric dual),
//! not circumcentres: neighbouring corners can't coincide, every corner joins exactly three
//! cells, and the quadrilateral of an edge (its two sites, its two corners) overlaps no other.

use spade::{DelaunayTriangulation, Point2, Triangulation};

use super::DemoError;
use super::dice::{Dice, Noise, Stream, Xy};
use super::land::Land;

/// Marks a site, triangle or municipality that does not exist.
pub(super) const NONE: u32 = u32::MAX;
/// Candidates tried around each site before it is left alone (Bridson 2007 uses 30;
/// half of that leaves few holes and takes half the time).
const CANDIDATES: usize = 15;
/// Sites per unit area times squared spacing, as this dart throwing reaches.
const PACKING: f64 = 0.68;

/// A Delaunay edge between two sites, `a < b`.
#[derive(Clone, Copy, Debug)]
pub(super) struct Edge {
    pub a: u32,
    pub b: u32,
    /// Triangle on the left of a to b, or [`NONE`] at the hull.
    pub left: u32,
    /// Triangle on its right, or [`NONE`] at the hull.
    pub right: u32,
}

/// Sites and how they touch.
pub(super) struct Mesh {
    pub sites: Vec<Xy>,
    /// Counter-clockwise corners, smallest first, in ascending order.
    pub triangles: Vec<[u32; 3]>,
    /// In ascending order of (a, b).
    pub edges: Vec<Edge>,
    offsets: Vec<u32>,
    neighbours: Vec<u32>,
}

impl Mesh {
    /// Cuts the land of about `cells` cells, and some sea around it.
    pub fn build(seed: u64, land: &Land, cells: usize) -> Result<Self, DemoError> {
        let spacing = (PACKING * land.area() / cells as f64).sqrt();
        let sites = scatter(seed, land, spacing);
        let points = sites.iter().map(|s| Point2::new(s.x, s.y)).collect();
        let delaunay: DelaunayTriangulation<Point2<f64>> = DelaunayTriangulation::bulk_load_stable(points)
            .map_err(|_| DemoError::Unlucky { seed, reason: "its sites cannot be triangulated" })?;
        let mut triangles: Vec<[u32; 3]> = delaunay
            .inner_faces()
            .map(|face| {
                let corners = face.vertices().map(|v| v.fix().index() as u32);
                let [a, b, c] = corners;
                // Start at the smallest corner, so that the order is the triangulation's own
                // and not that of the library.
                if a < b && a < c {
                    [a, b, c]
                } else if b < c {
                    [b, c, a]
                } else {
                    [c, a, b]
                }
            })
            .collect();
        triangles.sort_unstable();
        let edges = edges_of(&triangles);
        let (offsets, neighbours) = adjacency(sites.len(), edges.iter().map(|e| (e.a, e.b)));
        Ok(Self { sites, triangles, edges, offsets, neighbours })
    }

    /// Sites that share an edge with `site`, ascending.
    pub fn around(&self, site: usize) -> &[u32] {
        &self.neighbours[self.offsets[site] as usize..self.offsets[site + 1] as usize]
    }

    /// Sites on the hull of the triangulation.
    pub fn hull(&self) -> impl Iterator<Item = u32> {
        self.edges.iter().filter(|e| e.left == NONE || e.right == NONE).flat_map(|e| [e.a, e.b])
    }
}

/// Neighbour lists of `n` nodes from undirected pairs, as offsets and flat, ascending lists.
pub(super) fn adjacency(n: usize, pairs: impl Iterator<Item = (u32, u32)>) -> (Vec<u32>, Vec<u32>) {
    let mut both: Vec<(u32, u32)> = pairs.flat_map(|(a, b)| [(a, b), (b, a)]).collect();
    both.sort_unstable();
    both.dedup();
    let mut offsets = vec![0u32; n + 1];
    for &(a, _) in &both {
        offsets[a as usize + 1] += 1;
    }
    for i in 0..n {
        offsets[i + 1] += offsets[i];
    }
    (offsets, both.into_iter().map(|(_, b)| b).collect())
}

fn edges_of(triangles: &[[u32; 3]]) -> Vec<Edge> {
    let mut sides: Vec<(u32, u32, bool, u32)> = Vec::with_capacity(triangles.len() * 3);
    for (t, &[a, b, c]) in triangles.iter().enumerate() {
        for (from, to) in [(a, b), (b, c), (c, a)] {
            sides.push((from.min(to), from.max(to), from < to, t as u32));
        }
    }
    sides.sort_unstable();
    let mut edges: Vec<Edge> = Vec::with_capacity(sides.len() / 2 + 8);
    for (a, b, forward, t) in sides {
        if edges.last().is_none_or(|e| (e.a, e.b) != (a, b)) {
            edges.push(Edge { a, b, left: NONE, right: NONE });
        }
        if let Some(edge) = edges.last_mut() {
            // A counter-clockwise triangle lies to the left of its sides.
            if forward {
                edge.left = t;
            } else {
                edge.right = t;
            }
        }
    }
    edges
}

/// Poisson-disc sites of varying density (Bridson 2007), denser where settlement is.
fn scatter(seed: u64, land: &Land, spacing: f64) -> Vec<Xy> {
    let density = Noise::new(seed, Stream::Sites, 0, 300.0, 2);
    let radius = |p: Xy| spacing * (1.0 + 0.55 * density.at(p)).clamp(0.7, 1.4);
    let mut dice = Dice::new(seed, Stream::Sites, 0);
    let mut grid = Grid::new(land.half_width(), land.half_height(), spacing * 0.7);
    let mut sites = vec![Xy::default()];
    grid.put(sites[0], 0);
    let mut active = vec![0usize];
    while !active.is_empty() {
        let slot = dice.below(active.len());
        let base = sites[active[slot]];
        let reach = radius(base);
        let mut placed = false;
        for _ in 0..CANDIDATES {
            let angle = dice.between(0.0, std::f64::consts::TAU);
            // Near the inner rim the sites pack closest.
            let away = reach * dice.between(1.0, 1.6);
            let p = Xy::new(base.x + away * libm::cos(angle), base.y + away * libm::sin(angle));
            if land.near(p) && grid.is_free(p, radius(p), &sites) {
                grid.put(p, sites.len() as u32);
                active.push(sites.len());
                sites.push(p);
                placed = true;
                break;
            }
        }
        if !placed {
            active.swap_remove(slot);
        }
    }
    sites
}

/// Square buckets that hold at most one site each.
struct Grid {
    cell: f64,
    columns: usize,
    rows: usize,
    origin: Xy,
    slots: Vec<u32>,
}

impl Grid {
    fn new(half_width: f64, half_height: f64, min_spacing: f64) -> Self {
        let cell = min_spacing / std::f64::consts::SQRT_2;
        let columns = (2.0 * half_width / cell) as usize + 2;
        let rows = (2.0 * half_height / cell) as usize + 2;
        Self {
            cell,
            columns,
            rows,
            origin: Xy::new(-half_width, -half_height),
            slots: vec![NONE; columns * rows],
        }
    }

    fn bucket(&self, p: Xy) -> (usize, usize) {
        let column = ((p.x - self.origin.x) / self.cell) as usize;
        let row = ((p.y - self.origin.y) / self.cell) as usize;
        (column.min(self.columns - 1), row.min(self.rows - 1))
    }

    fn put(&mut self, p: Xy, site: u32) {
        let (column, row) = self.bucket(p);
        self.slots[row * self.columns + column] = site;
    }

    fn is_free(&self, p: Xy, radius: f64, sites: &[Xy]) -> bool {
        let (column, row) = self.bucket(p);
        let reach = (radius / self.cell).ceil() as usize;
        let columns = column.saturating_sub(reach)..=(column + reach).min(self.columns - 1);
        (row.saturating_sub(reach)..=(row + reach).min(self.rows - 1)).all(|r| {
            self.slots[r * self.columns + columns.start()..=r * self.columns + columns.end()]
                .iter()
                .all(|&s| s == NONE || sites[s as usize].distance(p) >= radius)
        })
    }
}
