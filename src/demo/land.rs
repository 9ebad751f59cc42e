//! The outline of the country: which sites are land, which are sea.

use super::dice::{Noise, Stream, Xy};
use super::mesh::Mesh;

/// Half the width of the country before its coast is bent, km.
const HALF_WIDTH: f64 = 450.0;
/// Half its height, km.
const HALF_HEIGHT: f64 = 345.0;
/// How far from the coast, in units of the height function, sites are still placed.
const SEA_MARGIN: f64 = 0.22;
/// At most this many islands are kept.
const ISLANDS: usize = 6;

/// A smooth height function: above 0 is land.
pub(super) struct Land {
    bend_x: Noise,
    bend_y: Noise,
    coast: Noise,
}

impl Land {
    pub fn new(seed: u64) -> Self {
        Self {
            bend_x: Noise::new(seed, Stream::Land, 0, 420.0, 2),
            bend_y: Noise::new(seed, Stream::Land, 1, 420.0, 2),
            coast: Noise::new(seed, Stream::Land, 2, 210.0, 5),
        }
    }

    fn height(&self, p: Xy) -> f64 {
        // Bending the plane first gives peninsulas and bays that a star shape can't have.
        let q = Xy::new(p.x + 170.0 * self.bend_x.at(p), p.y + 115.0 * self.bend_y.at(p));
        let (u, v) = (q.x / HALF_WIDTH, q.y / HALF_HEIGHT);
        // Between an ellipse and a rectangle.
        let round = (u * u * u * u + v * v * v * v).sqrt().sqrt();
        1.0 - 0.5 * round - 0.5 * (u * u + v * v).sqrt() + 0.44 * self.coast.at(p)
    }

    /// Whether `p` is land or within reach of the coast, and inside the frame.
    pub fn near(&self, p: Xy) -> bool {
        p.x.abs() < self.half_width() && p.y.abs() < self.half_height() && self.height(p) > -SEA_MARGIN
    }

    /// Half the width of the frame that holds every site, km.
    pub fn half_width(&self) -> f64 {
        HALF_WIDTH * 1.4
    }

    /// Half the height of that frame, km.
    pub fn half_height(&self) -> f64 {
        HALF_HEIGHT * 1.4
    }

    /// About the area of the land, km².
    pub fn area(&self) -> f64 {
        3.3 * HALF_WIDTH * HALF_HEIGHT
    }

    /// Labels the sites: 0 is sea, 1 the mainland, 2 and on the islands, largest first.
    /// Lakes are filled. An island is at most as large as the mean of `zones` municipalities,
    /// since it becomes part of one; others are drowned.
    pub fn label(&self, mesh: &Mesh, zones: usize) -> Vec<u32> {
        let n = mesh.sites.len();
        let mut wet: Vec<bool> = mesh.sites.iter().map(|&p| self.height(p) <= 0.0).collect();
        for site in mesh.hull() {
            wet[site as usize] = true;
        }
        // The ocean is the water that reaches the hull; all else is land.
        let mut ocean = vec![false; n];
        let mut open: Vec<u32> = Vec::new();
        for site in mesh.hull() {
            if !std::mem::replace(&mut ocean[site as usize], true) {
                open.push(site);
            }
        }
        while let Some(site) = open.pop() {
            for &next in mesh.around(site as usize) {
                if wet[next as usize] && !std::mem::replace(&mut ocean[next as usize], true) {
                    open.push(next);
                }
            }
        }
        let mut parts = components(mesh, &ocean);
        parts.sort_by_key(|part| (std::cmp::Reverse(part.len()), part[0]));
        let land: usize = parts.iter().map(Vec::len).sum();
        let mut label = vec![0; n];
        let islands = parts.iter().skip(1).filter(|part| part.len() * zones <= land).take(ISLANDS);
        for (number, part) in parts.iter().take(1).chain(islands).enumerate() {
            for &site in part {
                label[site as usize] = number as u32 + 1;
            }
        }
        label
    }
}

/// Connected groups of the sites that are not `barred`, each ascending by first site.
fn components(mesh: &Mesh, barred: &[bool]) -> Vec<Vec<u32>> {
    let mut seen = barred.to_vec();
    let mut parts = Vec::new();
    for first in 0..seen.len() {
        if std::mem::replace(&mut seen[first], true) {
            continue;
        }
        let mut part = vec![first as u32];
        let mut at = 0;
        while at < part.len() {
            for &next in mesh.around(part[at] as usize) {
                if !std::mem::replace(&mut seen[next as usize], true) {
                    part.push(next);
                }
            }
            at += 1;
        }
        parts.push(part);
    }
    parts
}
