//! Work centres: farms, yards and workshops, each with a product; some are certified free of child labour.

use super::country::{Municipality, Product, WorkCentre};
use super::dice::{Dice, Stream, running_sums};
use super::localities::inside;
use super::locate::Locator;
use super::names::Names;

/// Products with the kind of place that makes them; the first of them, one for each planted cluster,
/// travel on supply corridors.
pub(super) const PRODUCTS: [(Product, &str); 6] = [
    (Product { name: "coffee", sector: "farming" }, "Finca"),
    (Product { name: "sugar_cane", sector: "farming" }, "Ingenio"),
    (Product { name: "vegetables", sector: "farming" }, "Rancho"),
    (Product { name: "clothing", sector: "industry" }, "Taller"),
    (Product { name: "bricks", sector: "building" }, "Ladrillera"),
    (Product { name: "salt", sector: "mining" }, "Salinas"),
];
/// Municipalities for each work centre.
const ZONES_PER_CENTRE: usize = 2;
/// Share of the work centres that lie inside planted clusters.
const IN_CLUSTERS: f64 = 0.4;
/// Share of those that make the product of their cluster.
const CLUSTER_PRODUCT: f64 = 0.75;
/// Share that is certified, inside a cluster and outside.
const CERTIFIED: (f64, f64) = (0.15, 0.45);

/// Opens the work centres.
pub(super) fn open(seed: u64, zones: &[Municipality], locator: &Locator) -> Vec<WorkCentre> {
    let mut dice = Dice::new(seed, Stream::Work, 0);
    let mut names = Names::default();
    let count = zones.len().div_ceil(ZONES_PER_CENTRE);
    let people = running_sums(zones.iter().map(|z| f64::from(z.population).sqrt()));
    let planted: Vec<usize> = (0..zones.len()).filter(|&z| zones[z].cluster.is_some()).collect();
    let mut homes: Vec<usize> = (0..count)
        .map(|_| match dice.unit() < IN_CLUSTERS && !planted.is_empty() {
            true => planted[dice.below(planted.len())],
            false => dice.weighted(&people),
        })
        .collect();
    homes.sort_unstable();
    let width = count.to_string().len().max(4);
    homes
        .into_iter()
        .enumerate()
        .map(|(i, zone)| {
            let town = &zones[zone];
            let own = town.cluster.filter(|_| dice.unit() < CLUSTER_PRODUCT);
            let drawn = dice.below(PRODUCTS.len());
            let (product, kind) = PRODUCTS[own.map_or(drawn, |c| (usize::from(c) - 1) % PRODUCTS.len())];
            let certified = if town.cluster.is_some() { CERTIFIED.0 } else { CERTIFIED.1 };
            WorkCentre {
                id: format!("W{:0width$}", i + 1),
                name: names.work_centre(&mut dice, kind),
                municipality: zone,
                position: inside(&mut dice, locator, zone, town.seat),
                product,
                workers: libm::exp(3.3 + 0.9 * dice.normal()).clamp(3.0, 2_000.0).round() as u32,
                certified: dice.unit() < certified,
            }
        })
        .collect()
}
