//! Nearest sites and nearest places on routes: `cargo bench --bench nearest`.
#![allow(clippy::unwrap_used, reason = "a bench may stop where its ground is missing")]

mod ground;

use corredor::join::{RouteIndex, SiteIndex};
use corredor::layer::PointView;
use divan::Bencher;
use divan::counter::ItemsCount;
use ground::{Dice, Lines};

const POSITIONS: usize = 1_000_000;

fn main() {
    divan::main();
}

/// Positions anywhere in the extent of Mexico.
fn positions(count: usize, seed: u64) -> (Vec<f64>, Vec<f64>) {
    let mut dice = Dice(seed);
    (0..count).map(|_| (-117.0 + 30.0 * dice.share(), 14.5 + 18.0 * dice.share())).unzip()
}

fn sites(count: usize) -> SiteIndex {
    let (lon, lat) = positions(count, 1);
    SiteIndex::new(&PointView { lon: &lon, lat: &lat }).unwrap()
}

/// Building, and the nearest of some sites for each of a million positions.
#[divan::bench(args = [75, 300, 100_000], sample_count = 5, sample_size = 1)]
fn nearest(bencher: Bencher, count: usize) {
    let (lon, lat) = positions(POSITIONS, 2);
    let (mut site, mut km) = (vec![0; POSITIONS], vec![0.0; POSITIONS]);
    bencher.counter(ItemsCount::new(POSITIONS)).bench_local(|| {
        sites(count).nearest_many(&lon, &lat, &mut site, &mut km).unwrap();
        km[0]
    });
}

#[divan::bench(args = [5, 50], sample_count = 5, sample_size = 1)]
fn nearest_k_of_300(bencher: Bencher, k: usize) {
    let (lon, lat) = positions(POSITIONS / 10, 2);
    let (mut site, mut km) = (vec![0; k * lon.len()], vec![0.0; k * lon.len()]);
    let sites = sites(300);
    bencher.counter(ItemsCount::new(lon.len())).bench_local(|| {
        sites.nearest_k_many(&lon, &lat, k, &mut site, &mut km).unwrap();
        km[0]
    });
}

#[divan::bench(sample_count = 5, sample_size = 1)]
fn within_100_km_of_300(bencher: Bencher) {
    let (lon, lat) = positions(POSITIONS, 2);
    let sites = sites(300);
    bencher
        .counter(ItemsCount::new(POSITIONS))
        .bench(|| sites.within_many(&lon, &lat, 100.0).unwrap().sites.len());
}

/// Building over a thousand walks of 199 segments.
#[divan::bench(sample_count = 5, sample_size = 1)]
fn route_index(bencher: Bencher) {
    let lines = ground::walks(1_000);
    bencher.bench(|| RouteIndex::new(&lines.view()).unwrap().len());
}

/// The nearest place on a thousand walks for each of 100,000 positions.
#[divan::bench(sample_count = 5, sample_size = 1)]
fn place_on_walks(bencher: Bencher) {
    places(bencher, &ground::walks(1_000));
}

/// The same on the real railways, where they are at hand: their segments are up to 54 km long.
#[divan::bench(sample_count = 5, sample_size = 1)]
fn place_on_railways(bencher: Bencher) {
    if let Some(dir) = ground::mexico() {
        places(bencher, &Lines::read(dir.join("railways.geojson"), "uident"));
    }
}

fn places(bencher: Bencher, lines: &Lines) {
    let (lon, lat) = positions(POSITIONS / 10, 2);
    let index = RouteIndex::new(&lines.view()).unwrap();
    bencher.counter(ItemsCount::new(lon.len())).bench(|| index.nearest_many(&lon, &lat).unwrap().len());
}
