//! An attacker who has read the program's source: who knows the groups, and everything but the key.
//!
//! Every place at which sites seem to stand is one of a group of settlements, and says that the group has a site. What is
//! left is to guess at which of its settlements, evenly or by people.

use std::collections::{BTreeMap, BTreeSet};

use super::globe::Place;
use super::published::Settlement;

/// A settlement farther than this from every named place was not named, kilometres.
const NEAR_KM: f64 = 3.0;

/// What everybody can read about how sites are displaced.
#[derive(Clone, Copy, Debug)]
pub struct Rules {
    pub k: usize,
    pub min_km: f64,
    pub min_people: f64,
}

/// For the public, by default.
pub const PUBLIC: Rules = Rules { k: 10, min_km: 10.0, min_people: 20_000.0 };

/// All settlements that there are, in their groups.
pub struct Groups<'a> {
    settlements: &'a [Settlement],
    rules: Rules,
    groups: Vec<Vec<usize>>,
    of: Vec<usize>,
}

impl<'a> Groups<'a> {
    /// Halves the settlements again and again along their greater extent, while both halves hide well enough.
    pub fn new(settlements: &'a [Settlement], rules: Rules) -> Self {
        let mut groups = Vec::new();
        let mut open = vec![(0..settlements.len()).collect::<Vec<_>>()];
        let middle = middle(settlements);
        while let Some(group) = open.pop() {
            match halves(settlements, &group, &middle)
                .filter(|h| h.iter().all(|half| hides(settlements, half, &rules)))
            {
                Some(halves) => open.extend(halves),
                None => groups.push(group),
            }
        }
        let mut of = vec![0; settlements.len()];
        groups.iter().enumerate().for_each(|(g, members)| members.iter().for_each(|&m| of[m] = g));
        Self { settlements, rules, groups, of }
    }

    /// How many groups, and the least and most settlements of one.
    pub fn sizes(&self) -> (usize, usize, usize) {
        let sizes = || self.groups.iter().map(Vec::len);
        (self.groups.len(), sizes().min().unwrap_or(0), sizes().max().unwrap_or(0))
    }

    /// The settlements at which named places lie.
    pub fn at(&self, named: &[Place]) -> BTreeSet<usize> {
        let nearest = |place: &Place| {
            (0..self.settlements.len()).min_by(|&a, &b| {
                self.settlements[a].at.chord2(place).total_cmp(&self.settlements[b].at.chord2(place))
            })
        };
        named.iter().filter_map(|p| nearest(p).filter(|&z| self.settlements[z].at.km(p) <= NEAR_KM)).collect()
    }

    /// Settlements of which one, at least, has a site where one is seen at `at`: all of its group.
    pub fn candidates(&self, at: usize) -> &[usize] {
        &self.groups[self.of[at]]
    }
}

fn middle(settlements: &[Settlement]) -> Place {
    let n = settlements.len().max(1) as f64;
    let mean = |of: fn(&Settlement) -> f64| settlements.iter().map(of).sum::<f64>() / n;
    Place::new(mean(|s| s.at.lon), mean(|s| s.at.lat))
}

/// Two halves of a group, the smaller first where it is odd.
fn halves(settlements: &[Settlement], group: &[usize], middle: &Place) -> Option<[Vec<usize>; 2]> {
    if group.len() < 2 {
        return None;
    }
    let along = |axis: usize, zone: usize| settlements[zone].at.along(middle)[axis];
    let extent = |axis: usize| {
        let (low, high) = group.iter().fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), &z| {
            (low.min(along(axis, z)), high.max(along(axis, z)))
        });
        high - low
    };
    let axis = usize::from(extent(1) > extent(0));
    let mut sorted = group.to_vec();
    sorted.sort_by(|&a, &b| along(axis, a).total_cmp(&along(axis, b)).then(a.cmp(&b)));
    let high = sorted.split_off(sorted.len() / 2);
    Some([sorted, high])
}

fn hides(settlements: &[Settlement], group: &[usize], rules: &Rules) -> bool {
    let far = |a: usize| {
        group.iter().filter(|&&b| b != a && settlements[a].at.km(&settlements[b].at) >= rules.min_km).count()
    };
    let people: f64 = group.iter().map(|&z| settlements[z].people).sum();
    group.len() > rules.k && people >= rules.min_people && group.iter().all(|&zone| far(zone) >= rules.k)
}

/// What is left to guess, and how well it is guessed.
#[derive(Clone, Debug)]
pub struct Guess {
    /// Settlements that each site may be at, fewest first; a site that is thought to be elsewhere has none.
    pub candidates: Vec<usize>,
    /// Share of the sites that are named by one candidate drawn evenly for each.
    pub evenly: f64,
    /// Share that are named by the candidate with most people.
    pub largest: f64,
    /// Share that are named by as many of the largest settlements of all, without a map.
    pub without: f64,
    /// The last two, of sites in settlements under 50,000 people.
    pub small: (f64, f64),
    /// As how many evenly likely settlements the candidates count, by people: the median.
    pub effective: f64,
}

/// Guesses where sites stand, whose settlements are `truth`, from the settlements where they seem to.
pub fn guess(groups: &Groups, seen: &BTreeSet<usize>, truth: &[usize]) -> Guess {
    let settlements = groups.settlements;
    // One place a group, whatever else was named in it.
    let by_group: BTreeMap<usize, &[usize]> =
        seen.iter().map(|&at| (groups.of[at], groups.candidates(at))).collect();
    let most = |members: &&[usize]| {
        let people = |zone: usize| settlements[zone].people;
        members.iter().copied().max_by(|&a, &b| people(a).total_cmp(&people(b)))
    };
    let largest: BTreeSet<usize> = by_group.values().filter_map(most).collect();
    let mut order: Vec<usize> = (0..settlements.len()).collect();
    order.sort_by(|&a, &b| settlements[b].people.total_cmp(&settlements[a].people));
    let top: BTreeSet<usize> = order.into_iter().take(largest.len()).collect();
    let share = |named: &BTreeSet<usize>, small: bool| {
        let sites: Vec<usize> =
            truth.iter().copied().filter(|&t| !small || settlements[t].people < 50_000.0).collect();
        sites.iter().filter(|t| named.contains(t)).count() as f64 / sites.len().max(1) as f64
    };
    let (mut counts, mut evenly, mut effective) = (Vec::new(), 0.0, Vec::new());
    for site in truth {
        let Some(candidates) = by_group.get(&groups.of[*site]) else { continue };
        counts.push(candidates.len());
        evenly += 1.0 / candidates.len() as f64;
        let people: f64 = candidates.iter().map(|&c| settlements[c].people.max(1.0)).sum();
        let entropy: f64 =
            candidates.iter().map(|&c| settlements[c].people.max(1.0) / people).map(|p| -p * p.ln()).sum();
        effective.push(entropy.exp());
    }
    counts.sort_unstable();
    effective.sort_by(f64::total_cmp);
    Guess {
        candidates: counts,
        evenly: evenly / truth.len().max(1) as f64,
        largest: share(&largest, false),
        without: share(&top, false),
        small: (share(&largest, true), share(&top, true)),
        effective: effective.get(effective.len() / 2).copied().unwrap_or(f64::INFINITY),
    }
}
