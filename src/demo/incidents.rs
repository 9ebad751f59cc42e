//! Incidents: dated points, most along the planted dangerous stretches, the others near the routes or where people live,
//! a few at sea.

use super::country::{Incident, Municipality, Position, Route};
use super::danger::Danger;
use super::dice::{Dice, Stream, running_sums};
use super::locate::Locator;

/// Share of the incidents at sea: 40 of the default 3,000.
const AT_SEA: f64 = 40.0 / 3_000.0;
/// Share of the others along dangerous stretches, and near routes; the rest follow population.
const ON_DANGEROUS: f64 = 0.50;
const NEAR_ROUTES: f64 = 0.25;
/// Standard deviation of the distance from a route, millionths of a degree (about 2 km).
const ASIDE_E6: f64 = 20_000.0;
/// Kinds with their weights in hundredths.
const KINDS: [(&str, usize); 6] = [
    ("robbery", 38),
    ("extortion", 24),
    ("assault", 14),
    ("kidnapping", 10),
    ("death", 8),
    ("disappearance", 6),
];
/// Months in which more people travel.
const BUSY: [f64; 12] = [0.8, 0.9, 1.2, 1.4, 1.3, 1.0, 0.9, 0.9, 1.0, 1.2, 1.0, 0.7];

/// Number of incidents at sea for a number of incidents in all.
pub(super) fn at_sea(count: usize) -> usize {
    (count as f64 * AT_SEA).round() as usize
}

/// Draws `count` incidents, numbered by date.
pub(super) fn happen(
    seed: u64,
    zones: &[Municipality],
    locator: &Locator,
    (routes, danger): (&[Route], &[Danger]),
    count: usize,
) -> Vec<Incident> {
    let mut dice = Dice::new(seed, Stream::Incidents, 0);
    let sea = at_sea(count);
    let places = Places {
        locator,
        routes,
        danger,
        flows: running_sums(routes.iter().map(|r| f64::from(r.flow) * r.line.len() as f64)),
        people: running_sums(zones.iter().map(|z| f64::from(z.population))),
    };
    let months = running_sums(BUSY);
    let mut incidents: Vec<Incident> = (0..count)
        .map(|i| {
            let (position, municipality) = if i < sea {
                (at_random_sea(&mut dice, locator), None)
            } else {
                let (position, zone) = places.on_land(&mut dice);
                (position, Some(zone))
            };
            incident(&mut dice, position, municipality, &months)
        })
        .collect();
    incidents.sort_by_key(|i| (i.year, i.month, i.day, i.position));
    let width = count.to_string().len().max(5);
    for (i, incident) in incidents.iter_mut().enumerate() {
        incident.id = format!("I{:0width$}", i + 1);
    }
    incidents
}

/// Where incidents may happen.
struct Places<'a> {
    locator: &'a Locator<'a>,
    routes: &'a [Route],
    danger: &'a [Danger],
    /// Running sums of people along routes, and of residents.
    flows: Vec<f64>,
    people: Vec<f64>,
}

impl Places<'_> {
    fn on_land(&self, dice: &mut Dice) -> (Position, usize) {
        // Each kind of place is on land more often than not, so this ends soon.
        loop {
            let draw = dice.unit();
            let at = if draw < ON_DANGEROUS {
                let Danger { route, vertices } = &self.danger[dice.below(self.danger.len())];
                let from = vertices.start + dice.below(vertices.len());
                beside(dice, &self.routes[*route], from)
            } else if draw < ON_DANGEROUS + NEAR_ROUTES {
                let route = &self.routes[dice.weighted(&self.flows)];
                let from = dice.below(route.line.len() - 1);
                beside(dice, route, from)
            } else {
                let zone = dice.weighted(&self.people);
                within(dice, self.locator.frame(zone))
            };
            if let Some(zone) = self.locator.find(at) {
                return (at, zone);
            }
        }
    }
}

/// A position near a route, between a vertex of it and the next.
fn beside(dice: &mut Dice, route: &Route, from: usize) -> Position {
    let (a, b, share) = (route.line[from], route.line[from + 1], dice.unit());
    let between =
        |a: i32, b: i32, aside: f64| (f64::from(a) + f64::from(b - a) * share + ASIDE_E6 * aside) as i32;
    let (east, north) = (dice.normal(), dice.normal());
    Position { lon_e6: between(a.lon_e6, b.lon_e6, east), lat_e6: between(a.lat_e6, b.lat_e6, north) }
}

fn at_random_sea(dice: &mut Dice, locator: &Locator) -> Position {
    let (mut low, mut high) = locator.country_frame();
    for (low, high) in [(&mut low.lon_e6, &mut high.lon_e6), (&mut low.lat_e6, &mut high.lat_e6)] {
        *low -= 500_000;
        *high += 500_000;
    }
    loop {
        let at = within(dice, (low, high));
        if locator.find(at).is_none() {
            return at;
        }
    }
}

/// A random position between two corners.
pub(super) fn within(dice: &mut Dice, (low, high): (Position, Position)) -> Position {
    Position {
        lon_e6: low.lon_e6 + dice.below((high.lon_e6 - low.lon_e6) as usize) as i32,
        lat_e6: low.lat_e6 + dice.below((high.lat_e6 - low.lat_e6) as usize) as i32,
    }
}

fn incident(dice: &mut Dice, position: Position, municipality: Option<usize>, months: &[f64]) -> Incident {
    let mut mark = dice.below(KINDS.iter().map(|k| k.1).sum());
    let mut kind = KINDS[0].0;
    for (name, weight) in KINDS {
        kind = name;
        if mark < weight {
            break;
        }
        mark -= weight;
    }
    let mut persons = 1;
    while persons < 40 && dice.below(5) < 2 {
        persons += 1;
    }
    let (mut female, mut male) = (0, 0);
    for _ in 0..persons {
        match dice.below(20) {
            0..=5 => female += 1,
            6..=17 => male += 1,
            _ => {}
        }
    }
    Incident {
        id: String::new(),
        year: 2_023 + dice.below(3) as u16,
        month: dice.weighted(months) as u8 + 1,
        day: dice.below(28) as u8 + 1,
        kind,
        persons,
        female,
        male,
        position,
        municipality,
    }
}
