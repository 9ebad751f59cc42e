//! The places that explain what was said, one after another.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use super::cells::{Cells, cells};
use super::fit::fit;
use crate::audit::evidence::Evidence;
use crate::geodesy::to_ecef_km;

/// Distances may be off by this besides their rounding: positions of inner points are rounded to 7 decimals and
/// distances of the attack to some metres, kilometres.
const SLACK_KM: f64 = 0.05;

/// A place that a site seems to stand at.
#[derive(Clone, Debug, PartialEq)]
pub struct Place {
    /// Longitude, degrees.
    pub lon: f64,
    /// Latitude, degrees.
    pub lat: f64,
    /// How many bands pass here.
    pub support: usize,
    /// Of them, how many no place of more support explains.
    pub own: usize,
    /// Square kilometres left for it: what all its bands share.
    pub km2: f64,
}

impl Place {
    /// Whether its bands meet in one place: three bands that ask for it, two of which nothing else explains.
    pub fn pinned(&self) -> bool {
        self.support >= 3 && self.own >= 2
    }
}

/// The places that the evidence points to, the best supported first; deterministic.
///
/// Every band that asks for a site is explained by a place at the end, but for those that nothing is left of, which
/// says that the evidence contradicts itself.
pub fn places(evidence: &Evidence) -> Vec<Place> {
    let clues = &evidence.clues;
    let cells = cells(clues);
    let mut unexplained: Vec<bool> = clues.iter().map(|clue| clue.points()).collect();
    let by_clue = by_clue(&cells, clues.len());
    let score = |unexplained: &[bool], cell: usize| {
        let own = cells.of(cell).iter().filter(|&&clue| unexplained[clue as usize]).count();
        (own, cells.of(cell).len())
    };
    let entry = |(own, support): (usize, usize), cell: usize| (own, support, Reverse(cell));
    let mut heap: BinaryHeap<_> =
        (0..cells.len()).map(|cell| entry(score(&unexplained, cell), cell)).collect();
    let mut found = Vec::new();
    while let Some((own, support, Reverse(cell))) = heap.pop() {
        let now = score(&unexplained, cell);
        if now.0 == 0 {
            continue;
        }
        if now != (own, support) {
            heap.push(entry(now, cell));
            continue;
        }
        // Several cells share a site's bands; the fit decides between them.
        let bands = cells.of(cell);
        let start = cells.middle[cell];
        let rough = fit(clues, bands, start, 2.0);
        let at = fit(clues, bands, rough, 0.25);
        let fits = |at: (f64, f64)| -> Vec<u32> {
            let position = to_ecef_km(at.0, at.1);
            let fits = |&&clue: &&u32| {
                let clue = &clues[clue as usize];
                clue.miss_km(clue.km(&position)) <= SLACK_KM
            };
            bands.iter().filter(fits).copied().collect()
        };
        let (at, mut kept) = [at, rough, start]
            .into_iter()
            .map(|at| (at, fits(at)))
            .fold(None, |best: Option<((f64, f64), Vec<u32>)>, next| match best {
                Some(best) if best.1.len() >= next.1.len() => Some(best),
                _ => Some(next),
            })
            .unwrap_or((start, Vec::new()));
        if !kept.iter().any(|&clue| unexplained[clue as usize]) {
            // The cell is left by its edges alone.
            kept = bands.to_vec();
        }
        let km2 = left_km2(&cells, &by_clue, &kept, cell);
        let own = kept.iter().filter(|&&clue| unexplained[clue as usize]).count();
        kept.iter().for_each(|&clue| unexplained[clue as usize] = false);
        found.push(Place { lon: at.0, lat: at.1, support: kept.len(), own, km2 });
    }
    found
}

/// The cells of each clue.
fn by_clue(cells: &Cells, clues: usize) -> Vec<Vec<u32>> {
    let mut by_clue = vec![Vec::new(); clues];
    for cell in 0..cells.len() {
        for &clue in cells.of(cell) {
            by_clue[clue as usize].push(cell as u32);
        }
    }
    by_clue
}

/// Area of the cells that all these clues pass, at least that of `seed`.
fn left_km2(cells: &Cells, by_clue: &[Vec<u32>], clues: &[u32], seed: usize) -> f64 {
    let Some(fewest) = clues.iter().map(|&clue| &by_clue[clue as usize]).min_by_key(|cells| cells.len())
    else {
        return f64::from(cells.km2[seed]);
    };
    let all = |cell: usize| {
        let here = cells.of(cell);
        clues.iter().all(|clue| here.binary_search(clue).is_ok())
    };
    let shared: f64 = fewest
        .iter()
        .filter(|&&cell| all(cell as usize))
        .map(|&cell| f64::from(cells.km2[cell as usize]))
        .sum();
    shared.max(f64::from(cells.km2[seed]))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::geodesy::distance_km;
    use proptest::prelude::*;

    /// Rounded distances of the nodes of a lattice to the nearest of some sites.
    fn lattice(sites: &[(f64, f64)], round_km: f64) -> Evidence {
        let mut evidence = Evidence::default();
        let source = evidence.source("zones", "near_km");
        for i in 0..400_u32 {
            let at = (-104.0 + f64::from(i % 20) * 0.4, 17.0 + f64::from(i / 20) * 0.3);
            let km = sites.iter().map(|s| distance_km(at.0, at.1, s.0, s.1)).fold(f64::INFINITY, f64::min);
            let (said, half) = match round_km {
                0.0 => (km, 0.0),
                _ => ((km / round_km).round() * round_km, 0.5 * round_km),
            };
            evidence.near(source, i, at, (said - half, said + half));
        }
        evidence
    }

    fn nearest(places: &[Place], site: (f64, f64)) -> f64 {
        let km = |p: &Place| distance_km(p.lon, p.lat, site.0, site.1);
        places.iter().filter(|p| p.pinned()).map(km).fold(f64::INFINITY, f64::min)
    }

    #[test]
    fn rounded_distances_give_sites_away() {
        let sites = [(-103.1, 18.2), (-100.4, 20.3), (-98.05, 21.4), (-97.2, 17.7)];
        let places = places(&lattice(&sites, 1.0));
        for site in sites {
            assert!(nearest(&places, site) < 0.5, "{site:?} {places:?}");
        }
        assert_eq!(places.iter().filter(|place| place.pinned()).count(), 4, "{places:?}");
        assert!(places.iter().all(|place| place.km2 < 4.0), "{places:?}");
    }

    #[test]
    fn unrounded_distances_give_them_to_some_metres() {
        let sites = [(-103.1, 18.2), (-100.4, 20.3), (-98.05, 21.4)];
        let places = places(&lattice(&sites, 0.0));
        for site in sites {
            assert!(nearest(&places, site) < 0.02, "{site:?} {places:?}");
        }
    }

    #[test]
    fn nothing_said_points_nowhere() {
        assert!(places(&Evidence::default()).is_empty());
        let mut evidence = Evidence::default();
        let source = evidence.source("gaps", "km");
        evidence.clear(source, 0, (&[-99.0, -98.0], &[19.0, 19.0]), 30.0);
        assert!(places(&evidence).is_empty());
    }

    #[test]
    fn one_distance_leaves_its_circle() {
        let mut evidence = Evidence::default();
        let source = evidence.source("zones", "near_km");
        evidence.near(source, 0, (-99.0, 19.0), (19.5, 20.5));
        let places = places(&evidence);
        assert_eq!(places.len(), 1);
        let ring = std::f64::consts::PI * (20.5_f64.powi(2) - 19.5_f64.powi(2));
        assert!(!places[0].pinned() && (places[0].km2 / ring - 1.0).abs() < 1.2, "{places:?}");
    }

    #[test]
    fn the_date_line_is_no_border() {
        let mut evidence = Evidence::default();
        let source = evidence.source("zones", "near_km");
        let site = (179.95, -17.0);
        for (i, at) in
            [(179.5, -17.2), (-179.6, -16.7), (179.9, -16.4), (-179.8, -17.5)].into_iter().enumerate()
        {
            let km = distance_km(at.0, at.1, site.0, site.1).round();
            evidence.near(source, i as u32, at, (km - 0.5, km + 0.5));
        }
        let places = places(&evidence);
        assert!(places[0].support == 4 && nearest(&places, site) < 1.0, "{places:?}");
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(24))]

        #[test]
        fn sites_far_enough_apart_are_found(
            seeds in proptest::collection::vec((0.0..1.0_f64, 0.0..1.0_f64), 1..7),
            round_km in prop_oneof![Just(1.0), Just(2.0), Just(5.0)],
        ) {
            let sites: Vec<(f64, f64)> = seeds.iter().map(|s| (-103.0 + 6.0 * s.0, 18.0 + 4.0 * s.1)).collect();
            let apart = |i: usize| (0..i).all(|j| {
                distance_km(sites[i].0, sites[i].1, sites[j].0, sites[j].1) > 120.0
            });
            prop_assume!((0..sites.len()).all(apart));
            let places = places(&lattice(&sites, round_km));
            for &site in &sites {
                prop_assert!(nearest(&places, site) < 1.5 * round_km, "{:?} {:?}", site, places);
            }
        }
    }
}
