//! Supply corridors: what work centres make, on its way to a port.

use std::cmp::Reverse;

use super::DemoError;
use super::country::{Municipality, Position, SupplyRoute, WorkCentre};
use super::dice::{Dice, Noise, Stream, Xy};
use super::frame::Frame;
use super::routes::smooth;
use super::way::cheapest;
use super::work::PRODUCTS;
use super::zones::Cost;

/// Name of each corridor, in the order of the products, and tonnes per year.
const FACTS: [(&str, u32); 4] = [
    ("Corredor del café (inventado)", 38_000),
    ("Corredor de la caña (inventado)", 410_000),
    ("Corredor de las hortalizas (inventado)", 126_000),
    ("Corredor de la ropa (inventado)", 9_500),
];
/// A port lies at least this far from where its corridor begins, km on the plane, where there is one.
const LEAST_KM: f64 = 120.0;

/// Leads a corridor for each of the first products; `centres` are the towns on the plane.
pub(super) fn lead(
    seed: u64,
    zones: &[Municipality],
    centres: &[Xy],
    coastal: &[bool],
    work: &[WorkCentre],
    frame: &Frame,
) -> Result<Vec<SupplyRoute>, DemoError> {
    let ground = Noise::new(seed, Stream::Supply, 0, 120.0, 3);
    let price = |zone: usize, next: usize| {
        let (a, b) = (centres[zone], centres[next]);
        a.distance(b) * (1.0 + ground.at(a.toward(b, 0.5))).max(0.3)
    };
    FACTS
        .iter()
        .enumerate()
        .map(|(number, &(name, tonnes))| {
            let product = PRODUCTS[number].0;
            let mut dice = Dice::new(seed, Stream::Supply, number as u64);
            let start = heart(zones, work, product.name);
            let port = start.and_then(|start| port(&mut dice, zones, centres, coastal, start));
            let through = start
                .zip(port)
                .and_then(|ends| cheapest(zones.len(), ends, |zone| &zones[zone].neighbours, price))
                .ok_or(DemoError::Unlucky { seed, reason: "no supply corridor reaches a port" })?;
            let stops: Vec<Xy> = through.iter().map(|&z| centres[z]).collect();
            let mut line: Vec<Position> = smooth(&stops).into_iter().map(|p| frame.place(p)).collect();
            line.dedup();
            let id = format!("S{}", number + 1);
            Ok(SupplyRoute { id, name: name.to_owned(), product, tonnes, line, through })
        })
        .collect()
}

/// The municipality that has most workers of a product, its neighbours' counted half.
fn heart(zones: &[Municipality], work: &[WorkCentre], product: &str) -> Option<usize> {
    let mut workers = vec![0_u64; zones.len()];
    for centre in work.iter().filter(|c| c.product.name == product) {
        workers[centre.municipality] += 2 * u64::from(centre.workers);
    }
    let with_neighbours =
        |z: usize| workers[z] + zones[z].neighbours.iter().map(|&n| workers[n] / 2).sum::<u64>();
    (0..zones.len()).max_by_key(|&z| (with_neighbours(z), Reverse(z)))
}

/// A large coastal town far enough away; the farthest where none is.
fn port(
    dice: &mut Dice,
    zones: &[Municipality],
    centres: &[Xy],
    coastal: &[bool],
    start: usize,
) -> Option<usize> {
    let away = |z: usize| centres[z].distance(centres[start]);
    let mut towns: Vec<usize> =
        (0..zones.len()).filter(|&z| z != start && coastal[z] && !zones[z].neighbours.is_empty()).collect();
    towns.sort_by_key(|&z| (Reverse(zones[z].population), z));
    let far: Vec<usize> = towns.iter().copied().filter(|&z| away(z) >= LEAST_KM).take(3).collect();
    match far.is_empty() {
        true => towns.into_iter().max_by_key(|&z| Cost(away(z))),
        false => Some(far[dice.below(far.len())]),
    }
}
