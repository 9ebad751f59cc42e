//! Thirty nights on which thirty sites are opened, closed and moved, one a night, and what their differences tell.

use std::collections::BTreeSet;

use super::globe::Place;
use super::ground::Ground;
use super::published::{Places, Published};
use super::trace;

/// Nights, of which each opens, closes or moves a site.
pub const NIGHTS: usize = 30;

/// What happened, and what the attacker made of it.
pub struct Nights {
    /// Every run that was published, in order; the first is the night before.
    pub runs: Vec<Published>,
    /// The sites of each of them.
    pub sites: Vec<Vec<Place>>,
    /// Where sites were opened, closed, moved away from and moved to.
    pub changed: Vec<Place>,
    /// Places that the differences name.
    pub named: Vec<Place>,
    /// Nights on which nothing was published, as the gate refused.
    pub refused: usize,
}

/// Lives through the nights. Sites are opened that stand in the list as it came, and moved to the nearest other town.
pub fn live(ground: &Ground) -> Nights {
    let (all, third) = (ground.lines.clone(), NIGHTS / 3);
    // Every so manieth site of the list, three times as many as have a third of the nights.
    let picked: Vec<usize> = (0..NIGHTS).map(|i| i * all.len() / NIGHTS).collect();
    let of = |kind: usize| picked.iter().skip(kind).step_by(3).copied().take(third).collect::<Vec<_>>();
    let (opens, closes, moves) = (of(0), of(1), of(2));
    let closed_at_first: BTreeSet<usize> = opens.iter().copied().collect();
    let mut lines: Vec<Option<String>> = all
        .iter()
        .enumerate()
        .map(|(i, line)| (!closed_at_first.contains(&i)).then(|| line.clone()))
        .collect();
    let standing = |lines: &[Option<String>]| lines.iter().flatten().cloned().collect::<Vec<_>>();
    let places_of =
        |lines: &[Option<String>]| lines.iter().flatten().map(|l| ground.place(l)).collect::<Vec<_>>();

    let first = ground.build(&standing(&lines));
    let places = Places::read(&first);
    let mut runs = vec![Published::read(&first, &places)];
    let mut sites = vec![places_of(&lines)];
    let (mut changed, mut named, mut refused) = (Vec::new(), Vec::new(), 0);
    for night in 0..NIGHTS {
        let turn = night / 3;
        match night % 3 {
            0 => {
                changed.push(ground.place(&all[opens[turn]]));
                lines[opens[turn]] = Some(all[opens[turn]].clone());
            }
            1 => {
                changed.push(ground.place(&all[closes[turn]]));
                lines[closes[turn]] = None;
            }
            _ => {
                let from = ground.place(&all[moves[turn]]);
                let to = runs[0].zones.iter().map(|z| z.at).filter(|at| at.km(&from) > 4.0);
                let to = to.min_by(|a, b| a.chord2(&from).total_cmp(&b.chord2(&from))).unwrap();
                changed.extend([from, to]);
                lines[moves[turn]] = Some(ground.moved(&all[moves[turn]], to));
            }
        }
        let (current, published) = ground.night(&standing(&lines));
        refused += usize::from(!published);
        let run = Published::read(&current, &places);
        let (came, went) = trace::by_difference(&runs[runs.len() - 1], &run);
        named.extend(came.iter().chain(&went).map(|found| found.at));
        runs.push(run);
        sites.push(places_of(&lines));
    }
    Nights { runs, sites, changed, named, refused }
}
