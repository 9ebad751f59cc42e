//! Municipalities: groups of cells around a seat, grown over ground of uneven cost.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use super::DemoError;
use super::dice::{Dice, Noise, Stream, Xy};
use super::mesh::{Mesh, NONE, adjacency};

/// Which cell belongs to which municipality, and which municipalities touch.
pub(super) struct Zones {
    /// Site of each municipality's seat.
    pub seats: Vec<u32>,
    /// Municipality of each site, [`NONE`] at sea.
    pub owner: Vec<u32>,
    /// Whether each site is on the mainland.
    pub mainland: Vec<bool>,
    /// Municipalities that share a border with each, ascending.
    pub neighbours: Vec<Vec<usize>>,
    /// Whether each municipality's mainland part reaches the sea.
    pub coastal: Vec<bool>,
}

/// A non-negative cost that orders as a number.
#[derive(Clone, Copy, PartialEq)]
pub(super) struct Cost(pub f64);

impl Eq for Cost {}

impl PartialOrd for Cost {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Cost {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.0.total_cmp(&other.0)
    }
}

impl Zones {
    /// Splits the labelled land (see [`super::land::Land::label`]) into `count` municipalities.
    pub fn build(seed: u64, mesh: &Mesh, label: &[u32], count: usize) -> Result<Self, DemoError> {
        let seats = choose_seats(seed, mesh, label, count)
            .ok_or(DemoError::Unlucky { seed, reason: "its land is too small" })?;
        let mut owner = grow(seed, mesh, label, &seats);
        adopt_islands(mesh, label, &mut owner);
        let mut coastal = vec![false; count];
        let mut pairs = Vec::new();
        for edge in &mesh.edges {
            let (a, b) = (edge.a as usize, edge.b as usize);
            match (owner[a], owner[b]) {
                (NONE, NONE) => {}
                (NONE, zone) if label[b] == 1 => coastal[zone as usize] = true,
                (zone, NONE) if label[a] == 1 => coastal[zone as usize] = true,
                (NONE, _) | (_, NONE) => {}
                (one, two) if one != two => pairs.push((one, two)),
                _ => {}
            }
        }
        let (offsets, flat) = adjacency(count, pairs.into_iter());
        let neighbours = offsets
            .windows(2)
            .map(|w| flat[w[0] as usize..w[1] as usize].iter().map(|&z| z as usize).collect())
            .collect();
        Ok(Self { seats, owner, mainland: label.iter().map(|&l| l == 1).collect(), neighbours, coastal })
    }

    /// Seat of a municipality on the plane.
    pub fn seat(&self, mesh: &Mesh, zone: usize) -> Xy {
        mesh.sites[self.seats[zone] as usize]
    }
}

/// `count` mainland sites at varying distances from each other: the widest spacing
/// that still finds room for all.
fn choose_seats(seed: u64, mesh: &Mesh, label: &[u32], count: usize) -> Option<Vec<u32>> {
    let mut order: Vec<u32> = (0..mesh.sites.len() as u32).filter(|&s| label[s as usize] == 1).collect();
    if order.len() < count {
        return None;
    }
    Dice::new(seed, Stream::Seats, 0).shuffle(&mut order);
    let density = Noise::new(seed, Stream::Seats, 0, 260.0, 2);
    let scale: Vec<f64> = mesh.sites.iter().map(|&p| (1.0 + 0.5 * density.at(p)).clamp(0.65, 1.4)).collect();
    let (mut low, mut high) = (0.0, 400.0);
    let mut best = Vec::new();
    for _ in 0..24 {
        let middle = 0.5 * (low + high);
        let seats = spread(mesh, &order, &scale, middle, count);
        if seats.len() == count {
            best = seats;
            low = middle;
        } else {
            high = middle;
        }
    }
    (best.len() == count).then_some(best)
}

/// The first `count` sites of `order` that keep their distance from those before them.
fn spread(mesh: &Mesh, order: &[u32], scale: &[f64], spacing: f64, count: usize) -> Vec<u32> {
    // For each site, the last seat whose disc covers it.
    let mut disc = vec![NONE; mesh.sites.len()];
    let mut seats = Vec::with_capacity(count);
    let mut open = Vec::new();
    for &site in order {
        if disc[site as usize] != NONE {
            continue;
        }
        let seat = seats.len() as u32;
        seats.push(site);
        if seats.len() == count {
            break;
        }
        let centre = mesh.sites[site as usize];
        let radius = spacing * scale[site as usize];
        disc[site as usize] = seat;
        open.push(site);
        while let Some(at) = open.pop() {
            for &next in mesh.around(at as usize) {
                let near = mesh.sites[next as usize].distance(centre) < radius;
                if near && disc[next as usize] != seat {
                    disc[next as usize] = seat;
                    open.push(next);
                }
            }
        }
    }
    seats
}

/// Gives every mainland site to the seat that reaches it at least cost (Dijkstra 1959).
fn grow(seed: u64, mesh: &Mesh, label: &[u32], seats: &[u32]) -> Vec<u32> {
    let mut dice = Dice::new(seed, Stream::Costs, 0);
    // Uneven ground bends the borders away from straight lines between seats.
    let ground: Vec<f64> = mesh.sites.iter().map(|_| dice.between(0.4, 1.7)).collect();
    let mut owner = vec![NONE; mesh.sites.len()];
    let mut queue: BinaryHeap<Reverse<(Cost, u32, u32)>> =
        seats.iter().enumerate().map(|(zone, &site)| Reverse((Cost(0.0), site, zone as u32))).collect();
    while let Some(Reverse((cost, site, zone))) = queue.pop() {
        if owner[site as usize] != NONE {
            continue;
        }
        owner[site as usize] = zone;
        let here = mesh.sites[site as usize];
        for &next in mesh.around(site as usize) {
            if label[next as usize] == 1 && owner[next as usize] == NONE {
                let step = here.distance(mesh.sites[next as usize]);
                let ground = 0.5 * (ground[site as usize] + ground[next as usize]);
                queue.push(Reverse((Cost(cost.0 + step * ground), next, zone)));
            }
        }
    }
    owner
}

/// Gives each island to the municipality of the mainland site nearest to it.
fn adopt_islands(mesh: &Mesh, label: &[u32], owner: &mut [u32]) {
    let shore: Vec<usize> = (0..mesh.sites.len())
        .filter(|&s| label[s] == 1 && mesh.around(s).iter().any(|&t| label[t as usize] == 0))
        .collect();
    let islands = label.iter().copied().max().unwrap_or(0);
    for island in 2..=islands {
        let sites: Vec<usize> = (0..label.len()).filter(|&s| label[s] == island).collect();
        let nearest = sites
            .iter()
            .flat_map(|&s| shore.iter().map(move |&m| (s, m)))
            .min_by_key(|&(s, m)| (Cost(mesh.sites[s].distance(mesh.sites[m])), m));
        if let Some((_, mainland)) = nearest {
            let zone = owner[mainland];
            for site in sites {
                owner[site] = zone;
            }
        }
    }
}
