//! Localities: the settlements of each municipality, which share out its people.

use super::country::{Locality, Municipality, Position};
use super::dice::{Dice, Stream};
use super::incidents::within;
use super::locate::Locator;
use super::names::Names;

/// Localities of a municipality: at least, and how many more at most.
const COUNT: (usize, usize) = (2, 6);
/// Share of the people who live in the seat: at least, at most.
const SEAT_SHARE: (f64, f64) = (0.3, 0.7);
/// Throws for a position inside a municipality before the seat is taken in its place.
const THROWS: usize = 400;

/// Settles the people of every municipality, the seat first.
pub(super) fn settle(seed: u64, zones: &[Municipality], locator: &Locator) -> Vec<Locality> {
    let mut localities = Vec::new();
    for (zone, town) in zones.iter().enumerate() {
        let mut dice = Dice::new(seed, Stream::Localities, zone as u64);
        let mut names = Names::default();
        names.take(&town.name);
        let people = share_out(&mut dice, town.population);
        for (number, &population) in people.iter().enumerate() {
            let (name, position) = match number {
                0 => (town.name.clone(), town.seat),
                _ => (names.municipality(&mut dice), inside(&mut dice, locator, zone, town.seat)),
            };
            let id = format!("{}{:04}", town.code, number + 1);
            localities.push(Locality { id, name, municipality: zone, position, population });
        }
    }
    localities
}

/// People of each settlement, the seat's first; they add up to `all`.
fn share_out(dice: &mut Dice, all: u32) -> Vec<u32> {
    let others = COUNT.0 - 1 + dice.below(COUNT.1 + 1);
    let outside = f64::from(all) * (1.0 - dice.between(SEAT_SHARE.0, SEAT_SHARE.1));
    let weights: Vec<f64> = (0..others).map(|_| dice.between(0.1, 1.0)).collect();
    let total: f64 = weights.iter().sum();
    let villages: Vec<u32> = weights.iter().map(|w| (outside * w / total) as u32).collect();
    let seat = all - villages.iter().sum::<u32>();
    std::iter::once(seat).chain(villages).collect()
}

/// A random position inside a municipality.
pub(super) fn inside(dice: &mut Dice, locator: &Locator, zone: usize, seat: Position) -> Position {
    let frame = locator.frame(zone);
    (0..THROWS).map(|_| within(dice, frame)).find(|&at| locator.find(at) == Some(zone)).unwrap_or(seat)
}
