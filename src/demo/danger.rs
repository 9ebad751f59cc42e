//! Planted dangerous stretches: parts of routes where most happens to those who travel, apart from the hot clusters of
//! those who live there. A map of the way has to find these, and not those.

use std::ops::Range;

use super::country::{DangerousStretch, Municipality, Route};
use super::dice::{Dice, Stream};
use super::frame::length_km;
use super::locate::Locator;
use super::zones::Cost;

/// Steps between vertices of a stretch: about 66 km.
const STEPS: usize = 20;
/// Another route as near as this would share its incidents, degrees (about 16 km).
const BESIDE_E6: i32 = 150_000;

/// A dangerous stretch as the vertices of its route.
pub(super) struct Danger {
    pub route: usize,
    pub vertices: Range<usize>,
}

/// Plants a stretch on each route: where the fewest vertices lie in hot clusters, near another route, or near the coast, whose
/// incidents would be at sea.
pub(super) fn plant(seed: u64, zones: &[Municipality], locator: &Locator, routes: &[Route]) -> Vec<Danger> {
    let mut dice = Dice::new(seed, Stream::Danger, 0);
    routes
        .iter()
        .enumerate()
        .map(|(route, own)| {
            let unfit: Vec<bool> = own
                .line
                .iter()
                .enumerate()
                .map(|(at, &vertex)| {
                    let hot = locator.find(vertex).is_none_or(|zone| zones[zone].cluster.is_some());
                    let beside = |other: &Route| {
                        other.line.iter().any(|there| {
                            (there.lon_e6 - vertex.lon_e6).abs() < BESIDE_E6
                                && (there.lat_e6 - vertex.lat_e6).abs() < BESIDE_E6
                        })
                    };
                    let others =
                        routes.iter().enumerate().any(|(number, other)| number != route && beside(other));
                    hot || others || at < STEPS / 2 || at + STEPS / 2 > own.line.len()
                })
                .collect();
            let last = own.line.len().saturating_sub(STEPS + 1);
            let first = (0..=last)
                .min_by_key(|&from| {
                    let count = unfit[from..].iter().take(STEPS + 1).filter(|&&unfit| unfit).count();
                    Cost(count as f64 + dice.unit())
                })
                .unwrap_or(0);
            Danger { route, vertices: first..(first + STEPS).min(own.line.len() - 1) }
        })
        .collect()
}

/// The stretches in kilometres of their routes.
pub(super) fn measured(danger: &[Danger], routes: &[Route]) -> Vec<DangerousStretch> {
    danger
        .iter()
        .map(|Danger { route, vertices }| {
            let km = |end: usize| length_km(&routes[*route].line[..=end]);
            DangerousStretch { route: *route, from_km: km(vertices.start), to_km: km(vertices.end) }
        })
        .collect()
}
