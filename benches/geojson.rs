//! GeoJSON at full size: the real municipalities where they are at hand, and zones made up otherwise.
//!
//! `cargo bench --bench geojson`; `DIVAN_THREADS` has no bearing on it, `RAYON_NUM_THREADS` has.
#![allow(clippy::unwrap_used, reason = "a benchmark may stop where its ground is missing")]

use std::fs::File;
use std::path::PathBuf;
use std::sync::{Arc, LazyLock};

use corredor::layer::read::{Kind, Options, read};
use corredor::layer::write::write_geojson;
use corredor::layer::{Column, Layer, Provenance, ZonesBuilder};
use divan::counter::BytesCount;
use divan::{Bencher, black_box};

fn main() {
    divan::main();
}

/// Zones with wiggly borders: 50 x 50, 1,500 vertices each, the same on every machine.
fn made_up() -> Layer {
    let mut builder = ZonesBuilder::default();
    let mut keys = Vec::new();
    for zone in 0..2500_u32 {
        let (west, south) = (f64::from(zone % 50) / 2.0 - 110.0, f64::from(zone / 50) / 3.0 + 15.0);
        let place = |step: u32| {
            let angle = std::f64::consts::TAU * f64::from(step % 1500) / 1500.0;
            let radius = 0.1 + f64::from(step % 1500 * 7919 % 1009) * 1e-6;
            (west + radius * angle.cos(), south + radius * angle.sin())
        };
        (0..=1500).map(place).for_each(|(lon, lat)| builder.vertex(lon, lat));
        builder.end_ring().unwrap();
        builder.end_polygon().unwrap();
        builder.end_zone().unwrap();
        keys.push(Some(format!("{zone:05}")));
    }
    let geometry = Arc::new(builder.finish().unwrap());
    Layer::new("zones", "code", vec![Column::texts("code", keys)], geometry, Provenance::default()).unwrap()
}

fn real() -> Option<PathBuf> {
    let root = std::env::var_os("CORREDOR_DATA").map(PathBuf::from).unwrap_or_else(|| {
        PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../..")).join("../shared/data")
    });
    let path = root.join("mexico/municipalities_full.fgb");
    let found = path.is_file();
    if !found {
        eprintln!("made-up zones, since there is no {} (set CORREDOR_DATA)", path.display());
    }
    found.then_some(path)
}

fn options(path: &std::path::Path, key: &str) -> Options {
    Options::new(path.to_string_lossy(), Kind::Polygon, key)
}

static ZONES: LazyLock<Layer> = LazyLock::new(|| match real() {
    Some(path) => read("zones", &options(&path, "cvegeo")).unwrap(),
    None => made_up(),
});

/// The zones as a file, which goes with the process.
static WRITTEN: LazyLock<(tempfile::TempDir, PathBuf, u64)> = LazyLock::new(|| {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("zones.geojson");
    let bytes = write_geojson(&ZONES, &mut File::create(&path).unwrap()).unwrap().bytes;
    (dir, path, bytes)
});

/// Rounding, the test of validity and printing, into nothing.
#[divan::bench(sample_count = 9)]
fn write_to_nowhere(bencher: Bencher) {
    bencher
        .counter(BytesCount::new(WRITTEN.2))
        .bench(|| write_geojson(black_box(&ZONES), &mut std::io::sink()).unwrap());
}

/// The same, into a file.
#[divan::bench(sample_count = 9)]
fn write_to_a_file(bencher: Bencher) {
    let (dir, _, bytes) = &*WRITTEN;
    let path = dir.path().join("again.geojson");
    bencher
        .counter(BytesCount::new(*bytes))
        .bench(|| write_geojson(black_box(&ZONES), &mut File::create(&path).unwrap()).unwrap());
}

/// Reading that file back into a layer: checksum, parsing, validity, order.
#[divan::bench(sample_count = 9)]
fn read_back(bencher: Bencher) {
    let options = options(&WRITTEN.1, ZONES.key());
    bencher.counter(BytesCount::new(WRITTEN.2)).bench(|| read("zones", black_box(&options)).unwrap());
}
