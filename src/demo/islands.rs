//! Which sites are sea, which the mainland, and which are islands.

use super::land::Land;
use super::mesh::Mesh;

/// At most this many islands are kept.
const ISLANDS: usize = 6;

impl Land {
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
