//! Routes: least-cost paths over the municipalities from south to north, drawn as lines.

use super::DemoError;
use super::country::{Mode, Position, Route};
use super::dice::{Dice, Noise, Stream, Xy};
use super::frame::{Frame, length_km};
use super::mesh::{Mesh, NONE};
use super::way::cheapest;
use super::zones::{Cost, Zones};

/// Length of all routes together, km.
pub(super) const TOTAL_KM: f64 = 3_000.0;
/// Distance between vertices along a route, km.
const STEP_KM: f64 = 3.3;
/// Where each route starts and ends, as shares of the country's width from west to east.
const ENDS: [(f64, f64); 5] = [(0.20, 0.10), (0.36, 0.30), (0.50, 0.52), (0.66, 0.72), (0.78, 0.90)];
/// Id, name, mode and people per month.
const FACTS: [(&str, &str, Mode, u32); 5] = [
    ("R1", "Corredor Poniente (inventado)", Mode::Rail, 4_200),
    ("R2", "Ruta de la Ceniza (inventada)", Mode::Mixed, 9_600),
    ("R3", "Corredor Central (inventado)", Mode::Rail, 12_800),
    ("R4", "Camino de los Añiles (inventado)", Mode::Road, 6_900),
    ("R5", "Ruta de Levante (inventada)", Mode::Road, 3_100),
];

/// A route before the country's scale is known.
pub(super) struct Path {
    pub through: Vec<usize>,
    pub line: Vec<Xy>,
}

/// Leads five routes through the country.
pub(super) fn lead(seed: u64, mesh: &Mesh, zones: &Zones) -> Result<Vec<Path>, DemoError> {
    let ground = Noise::new(seed, Stream::Routes, 0, 140.0, 3);
    let centres: Vec<Xy> = (0..zones.seats.len()).map(|z| zones.seat(mesh, z)).collect();
    let mut taken = vec![false; centres.len()];
    let mut paths = Vec::with_capacity(ENDS.len());
    for (number, (south, north)) in ENDS.into_iter().enumerate() {
        let mut dice = Dice::new(seed, Stream::Routes, number as u64);
        let start = coast_town(&centres, zones, south + dice.between(-0.04, 0.04), false);
        let end = coast_town(&centres, zones, north + dice.between(-0.04, 0.04), true);
        let through = start
            .zip(end)
            .and_then(|ends| across(&centres, zones, &ground, &taken, ends))
            .ok_or(DemoError::Unlucky { seed, reason: "no route crosses it" })?;
        for &zone in &through {
            taken[zone] = true;
        }
        let mut stops: Vec<Xy> = through.iter().map(|&z| centres[z]).collect();
        let first = shore(mesh, zones, through[0], false).unwrap_or(stops[0]);
        let last = through.last().and_then(|&z| shore(mesh, zones, z, true)).unwrap_or(first);
        stops.insert(0, first);
        stops.push(last);
        // Resampled again, because bends stretch the steps.
        let line = resample(&meander(seed, number as u64, &smooth(&stops)));
        paths.push(Path { through, line });
    }
    Ok(paths)
}

/// The scale at which the routes are [`TOTAL_KM`] long together.
pub(super) fn fit(paths: &[Path]) -> Frame {
    let mut frame = Frame { scale: 1.0 };
    // Length grows almost in proportion to scale; two rounds leave 1e-5.
    for _ in 0..3 {
        let total: f64 = paths.iter().map(|p| length_km(&draw(p, &frame))).sum();
        frame.scale *= TOTAL_KM / total;
    }
    frame
}

/// The finished routes.
pub(super) fn finish(paths: Vec<Path>, frame: &Frame) -> Vec<Route> {
    paths
        .into_iter()
        .zip(FACTS)
        .map(|(path, (id, name, mode, flow))| Route {
            id: id.to_owned(),
            name: name.to_owned(),
            mode,
            flow,
            line: draw(&path, frame),
            through: path.through,
        })
        .collect()
}

fn draw(path: &Path, frame: &Frame) -> Vec<Position> {
    let mut line: Vec<Position> = path.line.iter().map(|&p| frame.place(p)).collect();
    line.dedup();
    line
}

/// The southernmost or northernmost coastal town around a share of the country's width.
fn coast_town(centres: &[Xy], zones: &Zones, share: f64, north: bool) -> Option<usize> {
    let west = centres.iter().map(|p| p.x).fold(f64::INFINITY, f64::min);
    let east = centres.iter().map(|p| p.x).fold(f64::NEG_INFINITY, f64::max);
    let middle = west + share * (east - west);
    (0..centres.len()).filter(|&z| zones.coastal[z] && !zones.neighbours[z].is_empty()).min_by_key(|&z| {
        let p = centres[z];
        let up = if north { -p.y } else { p.y };
        Cost(up + 2.5 * (p.x - middle).abs())
    })
}

/// The cheapest way between two towns; ground is uneven and another route's towns dear.
fn across(
    centres: &[Xy],
    zones: &Zones,
    ground: &Noise,
    taken: &[bool],
    (start, end): (usize, usize),
) -> Option<Vec<usize>> {
    let price = |zone: usize, next: usize| {
        let (a, b) = (centres[zone], centres[next]);
        let price = (1.0 + 1.3 * ground.at(a.toward(b, 0.5))).max(0.3);
        let crowd = if taken[next] { 2.0 } else { 1.0 };
        // Coasts are left to the fishermen, and keep lines from cutting across bays.
        let coast = if zones.coastal[next] && next != end { 2.0 } else { 1.0 };
        a.distance(b) * price * crowd * coast
    };
    cheapest(centres.len(), (start, end), |zone| &zones.neighbours[zone], price)
}

/// The cell site at the sea where a coastal municipality reaches farthest south or north
/// near its seat.
fn shore(mesh: &Mesh, zones: &Zones, zone: usize, north: bool) -> Option<Xy> {
    let seat = zones.seat(mesh, zone);
    (0..mesh.sites.len())
        .filter(|&s| zones.mainland[s] && zones.owner[s] == zone as u32)
        .filter_map(|s| {
            let wet = mesh.around(s).iter().find(|&&t| zones.owner[t as usize] == NONE)?;
            Some(mesh.sites[s].toward(mesh.sites[*wet as usize], 0.3))
        })
        .min_by_key(|p| {
            let up = if north { -p.y } else { p.y };
            Cost(up + 0.7 * p.distance(seat))
        })
}

/// A curve near the stops with a vertex every [`STEP_KM`] (Catmull and Rom 1974).
pub(super) fn smooth(stops: &[Xy]) -> Vec<Xy> {
    let stops = thin(stops);
    let mut eased = stops.clone();
    // Straightens the zigzag of towns a little: roads pass beside most of them.
    for (w, eased) in stops.windows(3).zip(eased.iter_mut().skip(1)) {
        *eased = w[1].toward(w[0].toward(w[2], 0.5), 0.35);
    }
    let at = |i: usize| eased[i.min(eased.len() - 1)];
    let mut fine = Vec::new();
    for i in 0..eased.len().saturating_sub(1) {
        let (p0, p1, p2, p3) = (at(i.saturating_sub(1)), at(i), at(i + 1), at(i + 2));
        for step in 0..24 {
            let t = f64::from(step) / 24.0;
            let mix = |a: f64, b: f64, c: f64, d: f64| {
                0.5 * (2.0 * b
                    + (c - a) * t
                    + (2.0 * a - 5.0 * b + 4.0 * c - d) * t * t
                    + (3.0 * b - a - 3.0 * c + d) * t * t * t)
            };
            fine.push(Xy::new(mix(p0.x, p1.x, p2.x, p3.x), mix(p0.y, p1.y, p2.y, p3.y)));
        }
    }
    fine.extend(eased.last());
    resample(&fine)
}

/// Leaves out stops closer than two steps to the one before; first and last stay.
fn thin(stops: &[Xy]) -> Vec<Xy> {
    let mut kept: Vec<Xy> = Vec::with_capacity(stops.len());
    for (i, &p) in stops.iter().enumerate() {
        let close = kept.last().is_some_and(|q| q.distance(p) < 2.0 * STEP_KM);
        if i + 1 == stops.len() && close && kept.len() > 1 {
            kept.pop();
        }
        if !close || i + 1 == stops.len() {
            kept.push(p);
        }
    }
    kept
}

/// Points at equal distances of about [`STEP_KM`] along a fine line, ends kept.
fn resample(fine: &[Xy]) -> Vec<Xy> {
    let total: f64 = fine.windows(2).map(|w| w[0].distance(w[1])).sum();
    let pieces = (total / STEP_KM).round().max(1.0);
    let step = total / pieces;
    let mut line = Vec::with_capacity(pieces as usize + 1);
    let (mut gone, mut due) = (0.0, 0.0);
    for w in fine.windows(2) {
        let piece = w[0].distance(w[1]);
        while due < gone + piece && line.len() < pieces as usize {
            line.push(w[0].toward(w[1], (due - gone) / piece));
            due += step;
        }
        gone += piece;
    }
    line.extend(fine.last());
    line
}

/// Bends a line to both sides by smooth noise, less toward its ends.
fn meander(seed: u64, route: u64, line: &[Xy]) -> Vec<Xy> {
    let bend = Noise::new(seed, Stream::Routes, route + 1, 36.0, 4);
    let n = line.len();
    (0..n)
        .map(|i| {
            let (before, after) = (line[i.saturating_sub(1)], line[(i + 1).min(n - 1)]);
            let reach = before.distance(after);
            if reach <= 0.0 {
                return line[i];
            }
            let ease = (i.min(n - 1 - i) as f64 / 4.0).min(1.0);
            let aside = 6.0 * ease * bend.at(Xy::new(i as f64 * STEP_KM, 0.5)) / reach;
            Xy::new(line[i].x - (after.y - before.y) * aside, line[i].y + (after.x - before.x) * aside)
        })
        .collect()
}
