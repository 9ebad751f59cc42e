//! The steps from a seed to a country.

use super::country::{Country, Municipality, Route, State};
use super::dice::{Dice, Stream, Xy};
use super::frame::Frame;
use super::land::Land;
use super::locate::Locator;
use super::mesh::Mesh;
use super::names::Names;
use super::zones::Zones;
use super::{
    DemoError, Options, border, children, clusters, danger, incidents, indicators, localities, routes,
    shelters, states, supply, work,
};

/// Cells for each municipality: enough to give it a shape of its own.
const CELLS_PER_ZONE: usize = 7;
/// Fewest cells of all, so that a country of few municipalities still has a coast.
const FEWEST_CELLS: usize = 3_000;

/// Invents a country.
///
/// The same options give the same country on every platform, for any number of threads.
/// Municipalities are groups of cells of a triangulated blue-noise mesh (Bridson 2007), grown
/// from their seats over uneven ground; borders are rough lines that both sides share vertex
/// by vertex, so they leave no gap and never cross. About `O(n log n)` in municipalities.
///
/// # Errors
///
/// [`DemoError::OutOfRange`] and [`DemoError::StatesDoNotFit`] for bad options;
/// [`DemoError::Unlucky`] when a seed gives no usable country (none is known).
///
/// ```
/// use corredor::demo::{Options, generate};
///
/// let country = generate(&Options { seed: 7, ..Options::sized(60) })?;
/// assert_eq!(country.municipalities.len(), 60);
/// assert_eq!(country.municipalities[0].code, "01001");
/// # Ok::<(), corredor::demo::DemoError>(())
/// ```
pub fn generate(options: &Options) -> Result<Country, DemoError> {
    options.check()?;
    let seed = options.seed;
    let count = options.municipalities;
    let land = Land::new(seed);
    let mesh = Mesh::build(seed, &land, FEWEST_CELLS.max(CELLS_PER_ZONE * count))?;
    let label = land.label(&mesh, count);
    let zones = Zones::build(seed, &mesh, &label, count)?;
    let centres: Vec<Xy> = (0..count).map(|z| zones.seat(&mesh, z)).collect();
    let paths = routes::lead(seed, &mesh, &zones)?;
    let frame = routes::fit(&paths);
    let mut routes = routes::finish(paths, &frame);
    let cluster = clusters::plant(seed, &centres, &zones, &routes);
    let state = states::divide(&centres, &zones.neighbours, options.states);
    let states = name_states(seed, options.states);
    let names = name_zones(seed, &state, options.states);
    let mut order: Vec<usize> = (0..count).collect();
    order.sort_by(|&a, &b| (state[a], &names[a]).cmp(&(state[b], &names[b])));
    let mut place = vec![0; count];
    for (new, &old) in order.iter().enumerate() {
        place[old] = new;
    }
    for zone in routes.iter_mut().flat_map(|r| &mut r.through) {
        *zone = place[*zone];
    }
    let mut borders = border::trace(seed, &mesh, &zones.owner, &frame);
    let polygons: Vec<_> = order.iter().map(|&z| std::mem::take(&mut borders[z])).collect();
    let ordered: Vec<Xy> = order.iter().map(|&z| centres[z]).collect();
    let cluster: Vec<Option<u8>> = order.iter().map(|&z| cluster[z]).collect();
    let people = populate(seed, &ordered, &routes, &frame);
    let values = indicators::draw(seed, &ordered, &cluster);
    let mut number = vec![0; options.states];
    let mut municipalities: Vec<Municipality> = order
        .iter()
        .enumerate()
        .map(|(new, &old)| {
            let state = state[old];
            number[state] += 1;
            let mut neighbours: Vec<usize> = zones.neighbours[old].iter().map(|&z| place[z]).collect();
            neighbours.sort_unstable();
            Municipality {
                code: format!("{:02}{:03}", state + 1, number[state]),
                name: names[old].clone(),
                state,
                population: people[new],
                seat: frame.place(centres[old]),
                polygons: Vec::new(),
                neighbours,
                cluster: cluster[new],
                indicators: values[new],
            }
        })
        .collect();
    if number.iter().any(|&n| n > 999) {
        return Err(DemoError::Unlucky { seed, reason: "a state has over 999 municipalities" });
    }
    let shelters = shelters::place(seed, &municipalities, &routes, options.shelters);
    let locator = Locator::new(&polygons);
    let danger = danger::plant(seed, &municipalities, &locator, &routes);
    let incidents = incidents::happen(seed, &municipalities, &locator, (&routes, &danger), options.incidents);
    let dangerous = danger::measured(&danger, &routes);
    let localities = localities::settle(seed, &municipalities, &locator);
    let work_centres = work::open(seed, &municipalities, &locator);
    let children = children::estimate(seed, &municipalities, &ordered);
    let coastal: Vec<bool> = order.iter().map(|&z| zones.coastal[z]).collect();
    let supply_routes = supply::lead(seed, &municipalities, &ordered, &coastal, &work_centres, &frame)?;
    for (zone, polygons) in municipalities.iter_mut().zip(polygons) {
        zone.polygons = polygons;
    }
    Ok(Country {
        options: *options,
        states,
        municipalities,
        routes,
        shelters,
        incidents,
        dangerous,
        localities,
        work_centres,
        children,
        supply_routes,
    })
}

fn name_states(seed: u64, count: usize) -> Vec<State> {
    let mut dice = Dice::new(seed, Stream::Names, 0);
    let mut names = Names::default();
    (0..count).map(|s| State { code: format!("{:02}", s + 1), name: names.state(&mut dice) }).collect()
}

fn name_zones(seed: u64, state: &[usize], states: usize) -> Vec<String> {
    let mut used: Vec<Names> = (0..states).map(|_| Names::default()).collect();
    let mut dice = Dice::new(seed, Stream::Names, 1);
    state.iter().map(|&s| used[s].municipality(&mut dice)).collect()
}

/// People of each municipality: log-normal, larger near the routes.
fn populate(seed: u64, centres: &[Xy], routes: &[Route], frame: &Frame) -> Vec<u32> {
    let mut dice = Dice::new(seed, Stream::People, 0);
    let stops: Vec<Xy> =
        routes.iter().flat_map(|r| r.line.iter().step_by(4).map(|&at| frame.point(at))).collect();
    centres
        .iter()
        .map(|&p| {
            let away = stops.iter().map(|s| s.distance(p)).fold(f64::INFINITY, f64::min);
            let near = 0.9 * libm::exp(-away / 40.0);
            let people = libm::exp(9.3 + near + 0.95 * dice.normal());
            people.clamp(250.0, 2_500_000.0).round() as u32
        })
        .collect()
}
