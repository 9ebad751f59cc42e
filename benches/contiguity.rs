//! Neighbours by common borders: `cargo bench --bench contiguity`.
#![allow(clippy::unwrap_used, reason = "a bench may stop where its ground is missing")]

mod ground;

use std::sync::LazyLock;

use corredor::hotspot::{ContiguityOptions, ContiguityRule, contiguity};
use divan::Bencher;
use ground::Zones;

static ZONES: LazyLock<Zones> = LazyLock::new(ground::zones);

fn main() {
    eprintln!("{} zones, {} vertices", ZONES.keys.len(), ZONES.lon.len());
    divan::main();
}

fn run(bencher: Bencher, rule: ContiguityRule, tolerance_m: f64) {
    let options = ContiguityOptions { rule, tolerance_m };
    bencher.bench(|| contiguity(&ZONES.view(), &options).unwrap().edges());
}

#[divan::bench(args = [0.0, 100.0], sample_count = 5, sample_size = 1)]
fn queen(bencher: Bencher, tolerance_m: f64) {
    run(bencher, ContiguityRule::Queen, tolerance_m);
}

#[divan::bench(args = [0.0, 100.0], sample_count = 5, sample_size = 1)]
fn rook(bencher: Bencher, tolerance_m: f64) {
    run(bencher, ContiguityRule::Rook, tolerance_m);
}
