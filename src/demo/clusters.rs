//! Planted hot clusters: compact groups of municipalities, the truth of the demo.

use super::country::Route;
use super::dice::{Dice, Stream, Xy};
use super::zones::{Cost, Zones};

/// Share of the municipalities that are planted, in all clusters together.
const SHARE: f64 = 0.14;
/// Most clusters; small countries have fewer, because one of less than about this many
/// municipalities is all edge and no test could tell it from chance.
const MOST: usize = 4;
const SMALLEST: f64 = 14.0;
/// Score of Gi* that parts inside from outside when clusters are shaped. Benjamini and Hochberg
/// at 5 % put the threshold at about 2.70 when 14 % are hot (p = 0.007); the margin is for noise.
const EDGE_Z: f64 = 2.85;

/// Cluster of each municipality, counted from 1.
pub(super) fn plant(seed: u64, centres: &[Xy], zones: &Zones, routes: &[Route]) -> Vec<Option<u8>> {
    let n = centres.len();
    let wanted = SHARE * n as f64;
    let count = ((wanted / SMALLEST).round() as usize).clamp(1, MOST);
    let mut dice = Dice::new(seed, Stream::Clusters, 0);
    let hearts = hearts(&mut dice, centres, zones, routes, count);
    let share: Vec<f64> = hearts.iter().map(|_| dice.between(0.85, 1.15)).collect();
    let total: f64 = share.iter().sum();
    let mut cluster = vec![None; n];
    for (c, &heart) in hearts.iter().enumerate() {
        let size = (wanted * share[c] / total).round() as usize;
        let away = hops(zones, &[heart]);
        let mut order: Vec<usize> = (0..n).filter(|&z| cluster[z].is_none()).collect();
        // By hops first: municipalities are small in some parts and large in others.
        order.sort_by_key(|&z| (away[z], Cost(centres[z].distance(centres[heart])), z));
        for &zone in order.iter().take(size) {
            cluster[zone] = Some(c as u8 + 1);
        }
    }
    settle(zones, &mut cluster);
    cluster
}

/// Hops on the neighbour graph from the nearest of `from`; unreachable is `usize::MAX`.
fn hops(zones: &Zones, from: &[usize]) -> Vec<usize> {
    let mut away = vec![usize::MAX; zones.neighbours.len()];
    let mut order = from.to_vec();
    for &zone in from {
        away[zone] = 0;
    }
    let mut at = 0;
    while at < order.len() {
        for &next in &zones.neighbours[order[at]] {
            if away[next] == usize::MAX {
                away[next] = away[order[at]] + 1;
                order.push(next);
            }
        }
        at += 1;
    }
    away
}

/// Middles of the clusters: inland, far from each other, the last one off the routes and
/// the others on them.
fn hearts(dice: &mut Dice, centres: &[Xy], zones: &Zones, routes: &[Route], count: usize) -> Vec<usize> {
    let n = centres.len();
    let coast: Vec<usize> = (0..n).filter(|&z| zones.coastal[z]).collect();
    let inland = hops(zones, &coast);
    // About the radius of a cluster in hops, so that it ends before the coast.
    let radius = (SHARE * n as f64 / count as f64 / 3.0).sqrt();
    let mut on_route = vec![false; n];
    for zone in routes.iter().flat_map(|r| &r.through) {
        on_route[*zone] = true;
    }
    let mut hearts: Vec<usize> = Vec::new();
    for c in 0..count {
        let off = count > 1 && c + 1 == count;
        let apart = hops(zones, &hearts);
        let best = (0..n)
            .map(|z| {
                let room = (inland[z] as f64).min(radius + 1.0);
                let gap = if hearts.is_empty() { 0.0 } else { (apart[z] as f64).min(3.2 * radius) };
                let place = if on_route[z] == off { 0.0 } else { radius };
                Cost(2.0 * room + 2.0 * gap + place + 0.7 * radius * dice.unit())
            })
            .enumerate()
            .max_by_key(|&(z, score)| (score, z));
        hearts.extend(best.map(|(z, _)| z));
    }
    hearts
}

/// Shapes the clusters until each member's neighbourhood is hot enough to be found and
/// no outsider's is: the truth that Gi* could find without noise.
fn settle(zones: &Zones, cluster: &mut [Option<u8>]) {
    let n = cluster.len() as f64;
    for _ in 0..30 {
        let share = cluster.iter().flatten().count() as f64 / n;
        let before = cluster.to_vec();
        for zone in 0..before.len() {
            let around = &zones.neighbours[zone];
            let members = around.iter().filter_map(|&z| before[z]);
            let hot = members.clone().count() as f64 + f64::from(u8::from(before[zone].is_some()));
            let size = around.len() as f64 + 1.0;
            // Gi* of a yes-or-no variable (Ord and Getis 1995).
            let sd = (share * (1.0 - share) * size * (n - size) / (n - 1.0)).sqrt();
            let found = (hot - size * share) / sd > EDGE_Z;
            cluster[zone] = if found { before[zone].or(members.max()) } else { None };
        }
        if *cluster == *before {
            break;
        }
    }
}
