//! The attacks: on one run by distances, by gaps, by both; on what differs between two runs.

use super::globe::Place;
use super::published::{Published, Zone};
use super::rings::{Clear, Found, Ring, solve};

/// More places than this are not named: an attacker who names every place hits all.
const MOST: usize = 200;
/// Kilometres between the places of a gap that are tried.
const SAMPLE_KM: f64 = 2.0;

/// From the distances of zones alone.
pub fn by_distances(run: &Published) -> Vec<Found> {
    let (rings, clear) = distances(run);
    solve(&rings, &clear, MOST)
}

/// From the ends of gaps alone.
pub fn by_gaps(run: &Published) -> Vec<Found> {
    let (rings, clear) = gaps(run);
    solve(&rings, &clear, MOST)
}

/// From both.
pub fn by_both(run: &Published) -> Vec<Found> {
    let (mut rings, mut clear) = distances(run);
    let (more, cleared) = gaps(run);
    rings.extend(more);
    clear.extend(cleared);
    solve(&rings, &clear, MOST)
}

/// What two nights tell: places where sites appeared, and where sites went away.
pub fn by_difference(before: &Published, after: &Published) -> (Vec<Found>, Vec<Found>) {
    (appeared(before, after), appeared(after, before))
}

/// Sites of `after` that `before` had not: they stand on the rings of the distances that fell.
fn appeared(before: &Published, after: &Published) -> Vec<Found> {
    let tolerance = after.step_km() / 2.0;
    let near = |zone: &Zone| zone.near_km;
    let fell: Vec<Ring> = after
        .zones
        .iter()
        .zip(&before.zones)
        .filter(|(a, b)| a.key == b.key && near(a).is_some() && near(a) < near(b).or(Some(f64::INFINITY)))
        .filter_map(|(a, _)| near(a).map(|km| Ring { at: a.at, km, tolerance }))
        .collect();
    let (_, mut clear) = distances(after);
    clear.extend(gaps(after).1);
    // One site a night at the most is opened, closed or moved, which the attacker need not know: two places.
    solve(&fell, &clear, 2)
}

fn distances(run: &Published) -> (Vec<Ring>, Vec<Clear>) {
    let tolerance = run.step_km() / 2.0;
    let near = || run.zones.iter().filter_map(|z| z.near_km.map(|km| (z.at, km)));
    (
        near().map(|(at, km)| Ring { at, km, tolerance }).collect(),
        near().map(|(at, km)| Clear { at, km: km - tolerance }).collect(),
    )
}

fn gaps(run: &Published) -> (Vec<Ring>, Vec<Clear>) {
    let (mut rings, mut clear) = (Vec::new(), Vec::new());
    let tolerance = (run.step_km() / 2.0).max(0.5);
    for gap in &run.gaps {
        let (Some(&first), Some(&last)) = (gap.line.first(), gap.line.last()) else { continue };
        if gap.begins {
            rings.push(Ring { at: first, km: run.reach_km, tolerance });
        }
        if gap.ends {
            rings.push(Ring { at: last, km: run.reach_km, tolerance });
        }
        let km = run.reach_km - tolerance;
        clear.extend(samples(&gap.line).map(|at| Clear { at, km }));
    }
    (rings, clear)
}

/// Places along a line, its vertices among them.
fn samples(line: &[Place]) -> impl Iterator<Item = Place> {
    line.windows(2).flat_map(|pair| {
        let parts = (pair[0].km(&pair[1]) / SAMPLE_KM).ceil().max(1.0) as usize;
        (0..=parts).map(move |i| {
            let share = i as f64 / parts as f64;
            Place::new(
                pair[0].lon + share * (pair[1].lon - pair[0].lon),
                pair[0].lat + share * (pair[1].lat - pair[0].lat),
            )
        })
    })
}
