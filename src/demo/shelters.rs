//! Shelters: most stand in towns along the routes, with long parts left without any.

use std::collections::BTreeSet;

use super::country::{Municipality, Route, Shelter};
use super::dice::{Dice, Stream, running_sums};
use super::frame::length_km;

/// Share of the shelters that stand along the routes.
const ALONG: f64 = 0.8;
/// Length of a part of a route with shelters, km: at least, at most.
const SERVED_KM: (f64, f64) = (50.0, 120.0);
/// Length of a part without, km.
const BARE_KM: (f64, f64) = (80.0, 190.0);
const KINDS: &[&str] = &["Albergue", "Casa", "Comedor", "Refugio", "Hogar", "Centro de acogida"];
const PATRONS: &[&str] = &[
    "Esperanza",
    "del Caminante",
    "La Sombra",
    "San Telmo",
    "Buen Camino",
    "Puertas Abiertas",
    "Manos Unidas",
    "La Estación",
    "Santa Olalla",
    "del Peregrino",
    "Nuevo Día",
    "La Ceiba",
    "El Pozo",
    "Corazón Abierto",
    "La Señal",
];
const SERVICES: &[&str] = &["food", "medical", "legal", "psychosocial", "phone", "clothing", "showers"];

/// Places `count` shelters.
pub(super) fn place(seed: u64, towns: &[Municipality], routes: &[Route], count: usize) -> Vec<Shelter> {
    let mut dice = Dice::new(seed, Stream::Shelters, 0);
    let mut on_route = vec![false; towns.len()];
    for zone in routes.iter().flat_map(|r| &r.through) {
        on_route[*zone] = true;
    }
    let served = served_towns(&mut dice, towns, routes);
    let along = (count as f64 * ALONG).round() as usize;
    let mut homes: Vec<usize> = draw_towns(&mut dice, along, &served);
    let others: Vec<(usize, f64)> = (0..towns.len())
        .filter(|&z| !on_route[z] && towns[z].neighbours.iter().all(|&n| !on_route[n]))
        .map(|z| (z, f64::from(towns[z].population)))
        .collect();
    let others = if others.is_empty() { &served } else { &others };
    homes.extend(draw_towns(&mut dice, count - along, others));
    homes.sort_unstable();
    let mut names = BTreeSet::new();
    let width = count.to_string().len().max(3);
    homes
        .into_iter()
        .enumerate()
        .map(|(i, zone)| shelter(&mut dice, &mut names, format!("A{:0width$}", i + 1), zone, &towns[zone]))
        .collect()
}

/// Towns inside the served parts of the routes, each with its weight.
fn served_towns(dice: &mut Dice, towns: &[Municipality], routes: &[Route]) -> Vec<(usize, f64)> {
    let mut served = Vec::new();
    for route in routes {
        let share = length_km(&route.line) / route.through.len().max(1) as f64;
        let mut end = dice.between(SERVED_KM.0, SERVED_KM.1);
        let mut bare = false;
        for (i, &zone) in route.through.iter().enumerate() {
            let at = share * i as f64;
            while at >= end {
                bare = !bare;
                let span = if bare { BARE_KM } else { SERVED_KM };
                end += dice.between(span.0, span.1);
            }
            if !bare {
                let people = f64::from(towns[zone].population).sqrt();
                served.push((zone, people * f64::from(route.flow).sqrt()));
            }
        }
    }
    served
}

/// Draws towns by weight; a town that has a shelter seldom gets another.
fn draw_towns(dice: &mut Dice, count: usize, towns: &[(usize, f64)]) -> Vec<usize> {
    let mut weights: Vec<f64> = towns.iter().map(|t| t.1).collect();
    (0..count)
        .map(|_| {
            let drawn = dice.weighted(&running_sums(weights.iter().copied()));
            weights[drawn] *= 0.1;
            towns[drawn].0
        })
        .collect()
}

fn shelter(
    dice: &mut Dice,
    names: &mut BTreeSet<String>,
    id: String,
    zone: usize,
    town: &Municipality,
) -> Shelter {
    let women_only = dice.below(12) == 0;
    let kind = if women_only { "Refugio para mujeres" } else { dice.pick(KINDS) };
    let name = format!("{kind} {}", dice.pick(PATRONS));
    let mut unique = format!("{name}, {}", town.name);
    let mut number = 2;
    while !names.insert(unique.clone()) {
        unique = format!("{name} {number}, {}", town.name);
        number += 1;
    }
    let mut services = vec!["lodging"];
    services.extend(SERVICES.iter().filter(|_| dice.below(5) < 2));
    // A few streets from the town's middle, which is farther than this from every border.
    let mut position = town.seat;
    position.lon_e6 += dice.below(1_401) as i32 - 700;
    position.lat_e6 += dice.below(1_401) as i32 - 700;
    Shelter {
        id,
        name: unique,
        municipality: zone,
        position,
        services,
        capacity: (dice.below(5) > 0)
            .then(|| 10 * (1 + dice.below(5) as u32 * dice.below(6) as u32 + dice.below(4) as u32)),
        certainty: dice.pick(&["high", "high", "medium", "medium", "low"]),
        women_only,
    }
}
