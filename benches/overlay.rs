//! Lines over zones: `cargo bench --bench overlay`.
#![allow(clippy::unwrap_used, reason = "a bench may stop where its ground is missing")]

mod ground;

use std::sync::LazyLock;

use corredor::geodesy::length_km;
use corredor::join::{BorderIndex, StretchLines, overlay};
use divan::Bencher;
use divan::counter::ItemsCount;
use ground::{Lines, Zones};

static ZONES: LazyLock<Zones> = LazyLock::new(ground::zones);

fn main() {
    let index = BorderIndex::new(&ZONES.view(), &ZONES.keys).unwrap();
    let megabytes = index.bytes() as f64 / 1e6;
    eprintln!("{} zones, {} vertices; index {megabytes:.0} MB", ZONES.keys.len(), ZONES.lon.len());
    divan::main();
}

#[divan::bench(sample_count = 5, sample_size = 1)]
fn index() -> usize {
    BorderIndex::new(&ZONES.view(), &ZONES.keys).unwrap().bytes()
}

/// Random walks of 200 vertices, over an index that stands; items are segments.
#[divan::bench(args = [1_000, 20_000], sample_count = 5, sample_size = 1)]
fn walks(bencher: Bencher, count: usize) {
    cut(bencher, &ground::walks(count));
}

/// The real railways, where they are at hand.
#[divan::bench(sample_count = 5, sample_size = 1)]
fn railways(bencher: Bencher) {
    if let Some(dir) = ground::mexico() {
        cut(bencher, &Lines::read(dir.join("railways.geojson"), "uident"));
    }
}

/// One line of four million segments.
#[divan::bench(sample_count = 5, sample_size = 1)]
fn one_long_line(bencher: Bencher) {
    let mut line = ground::walks(20_000);
    line.lines = vec![0, line.lon.len() as i32];
    cut(bencher, &line);
}

fn cut(bencher: Bencher, lines: &Lines) {
    let index = BorderIndex::new(&ZONES.view(), &ZONES.keys).unwrap();
    let segments = lines.lon.len() - (lines.lines.len() - 1);
    bencher.counter(ItemsCount::new(segments)).bench(|| overlay(&lines.view(), &index).unwrap().len());
}

/// The coordinates of all stretches of 20,000 walks.
#[divan::bench(sample_count = 5, sample_size = 1)]
fn draw(bencher: Bencher) {
    let lines = ground::walks(20_000);
    let index = BorderIndex::new(&ZONES.view(), &ZONES.keys).unwrap();
    let stretches = overlay(&lines.view(), &index).unwrap();
    bencher.bench(|| StretchLines::draw(&stretches, &lines.view()).unwrap().view().len());
}

/// Geodesic lengths of 20,000 walks, on one thread; items are segments.
#[divan::bench(sample_count = 5, sample_size = 1)]
fn lengths(bencher: Bencher) {
    let lines = ground::walks(20_000);
    let view = lines.view();
    let of = |line: usize| {
        let (lon, lat) = view.line(line);
        length_km(lon, lat)
    };
    let count = ItemsCount::new(lines.lon.len() - view.len());
    bencher.counter(count).bench(|| (0..view.len()).map(of).sum::<f64>());
}
