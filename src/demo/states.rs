//! States: contiguous groups of municipalities of about equal size.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use super::dice::Xy;
use super::zones::Cost;

/// Rounds of growing from re-centred seeds (Lloyd 1982 on the graph).
const ROUNDS: usize = 12;

/// State of each municipality, numbered from north to south and west to east in bands.
pub(super) fn divide(centres: &[Xy], neighbours: &[Vec<usize>], count: usize) -> Vec<usize> {
    let mut seeds = far_apart(centres, count);
    let mut best = grow(centres, neighbours, &seeds);
    for _ in 0..ROUNDS {
        seeds = middles(centres, &best, count);
        let state = grow(centres, neighbours, &seeds);
        if spread(&state, count) <= spread(&best, count) {
            best = state;
        } else {
            break;
        }
    }
    even_out(neighbours, &mut best, count);
    renumber(centres, best, count)
}

/// Largest minus smallest number of municipalities.
fn spread(state: &[usize], count: usize) -> usize {
    let sizes = sizes(state, count);
    let least = sizes.iter().copied().min().unwrap_or(0);
    sizes.iter().copied().max().unwrap_or(0) - least
}

fn sizes(state: &[usize], count: usize) -> Vec<usize> {
    let mut sizes = vec![0; count];
    for &s in state {
        sizes[s] += 1;
    }
    sizes
}

/// Municipalities far from each other: each next one farthest from those before.
fn far_apart(centres: &[Xy], count: usize) -> Vec<usize> {
    let mut away = vec![f64::INFINITY; centres.len()];
    let mut next =
        (0..centres.len()).min_by_key(|&z| Cost(centres[z].x + centres[z].y + 2_000.0)).unwrap_or(0);
    let mut seeds = Vec::with_capacity(count);
    while seeds.len() < count {
        seeds.push(next);
        for (z, away) in away.iter_mut().enumerate() {
            *away = away.min(centres[z].distance(centres[next]));
        }
        next = (0..centres.len()).max_by_key(|&z| Cost(away[z])).unwrap_or(0);
    }
    seeds
}

/// Grows all states at once: the smallest takes the free neighbour nearest to its seed.
fn grow(centres: &[Xy], neighbours: &[Vec<usize>], seeds: &[usize]) -> Vec<usize> {
    let mut state = vec![usize::MAX; centres.len()];
    let mut edge: Vec<BinaryHeap<Reverse<(Cost, usize)>>> =
        seeds.iter().map(|&s| BinaryHeap::from([Reverse((Cost(0.0), s))])).collect();
    let mut turn: BinaryHeap<Reverse<(usize, usize)>> = (0..seeds.len()).map(|s| Reverse((0, s))).collect();
    // Every seed first, so that no state stays empty.
    while let Some(Reverse((size, s))) = turn.pop() {
        let free = std::iter::from_fn(|| edge[s].pop()).find(|Reverse((_, z))| state[*z] == usize::MAX);
        // A state without free neighbours is closed in and stays as it is.
        if let Some(Reverse((_, zone))) = free {
            state[zone] = s;
            for &next in &neighbours[zone] {
                if state[next] == usize::MAX {
                    let away = centres[next].distance(centres[seeds[s]]);
                    edge[s].push(Reverse((Cost(away), next)));
                }
            }
            turn.push(Reverse((size + 1, s)));
        }
    }
    state
}

/// The municipality nearest to the mean centre of each state.
fn middles(centres: &[Xy], state: &[usize], count: usize) -> Vec<usize> {
    let sizes = sizes(state, count);
    let mut mean = vec![Xy::default(); count];
    for (p, &s) in centres.iter().zip(state) {
        mean[s].x += p.x / sizes[s] as f64;
        mean[s].y += p.y / sizes[s] as f64;
    }
    (0..count)
        .map(|s| {
            (0..centres.len())
                .filter(|&z| state[z] == s)
                .min_by_key(|&z| Cost(centres[z].distance(mean[s])))
                .unwrap_or(0)
        })
        .collect()
}

/// Moves border municipalities to smaller neighbouring states while states stay whole.
fn even_out(neighbours: &[Vec<usize>], state: &mut [usize], count: usize) {
    let mut sizes = sizes(state, count);
    for _ in 0..200 {
        let mut moved = false;
        for zone in 0..state.len() {
            let from = state[zone];
            let to = neighbours[zone].iter().map(|&n| state[n]).min_by_key(|&s| (sizes[s], s));
            if let Some(to) = to
                && sizes[from] > sizes[to] + 1
                && stays_whole(neighbours, state, zone)
            {
                state[zone] = to;
                sizes[from] -= 1;
                sizes[to] += 1;
                moved = true;
            }
        }
        if !moved {
            break;
        }
    }
}

/// Whether the neighbours of `zone` in its own state touch each other without it.
fn stays_whole(neighbours: &[Vec<usize>], state: &[usize], zone: usize) -> bool {
    let own: Vec<usize> = neighbours[zone].iter().copied().filter(|&n| state[n] == state[zone]).collect();
    let Some(&first) = own.first() else {
        return false;
    };
    // Two such neighbours keep a municipality from becoming a thread between states.
    if own.len() < 2 {
        return true;
    }
    let mut reached = vec![first];
    let mut at = 0;
    while at < reached.len() {
        for &next in &neighbours[reached[at]] {
            if own.contains(&next) && !reached.contains(&next) {
                reached.push(next);
            }
        }
        at += 1;
    }
    reached.len() == own.len()
}

/// Numbers the states by bands from north to south, west to east within a band.
fn renumber(centres: &[Xy], state: Vec<usize>, count: usize) -> Vec<usize> {
    let middles = middles(centres, &state, count);
    let mut order: Vec<usize> = (0..count).collect();
    order.sort_by_key(|&s| {
        let p = centres[middles[s]];
        ((-p.y / 160.0).floor() as i64, Cost(p.x + 2_000.0), s)
    });
    let mut number = vec![0; count];
    for (new, &old) in order.iter().enumerate() {
        number[old] = new;
    }
    state.into_iter().map(|s| number[s]).collect()
}
