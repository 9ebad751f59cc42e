//! GeoJSON of any bytes: no panic, and what our reader accepts comes out as it does through GDAL.
#![no_main]

use corredor::layer::Layer;
use corredor::layer::read::fuzzing::{read_by_gdal, read_geojson};
use corredor::layer::read::{Kind, Options, Parts};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let Some((&kind, text)) = bytes.split_first() else { return };
    let kind = [Kind::Point, Kind::Line, Kind::Polygon, Kind::None][usize::from(kind % 4)];
    // A file of its own for each process: names that GDAL takes for other sources are refused.
    let path = std::env::temp_dir().join(format!("corredor-fuzz-{}.geojson", std::process::id()));
    let mut options = Options::new(path.to_str().unwrap(), kind, "");
    options.number_rows = true;
    options.parts = Parts::Split;
    let Some(ours) = read_geojson(text, &options) else {
        // Declined.
        return;
    };
    std::fs::write(&path, text).unwrap();
    let theirs = read_by_gdal(&options);
    std::fs::remove_file(&path).unwrap();
    match (ours, theirs) {
        (Ok(ours), Ok(theirs)) => {
            assert_eq!(ours.attributes(), theirs.attributes());
            assert_eq!(places(&ours), places(&theirs));
            let told = |layer: &Layer| serde_json::to_string(&layer.provenance).unwrap();
            assert_eq!(told(&ours), told(&theirs));
        }
        (Err(ours), Err(theirs)) => assert_eq!(ours.to_string(), theirs.to_string()),
        (ours, theirs) => panic!("{ours:?}\n{theirs:?}"),
    }
});

/// Bits of all coordinates, and all offsets.
fn places(layer: &Layer) -> (Vec<u64>, Vec<i32>) {
    let bits = |lon: &[f64], lat: &[f64]| lon.iter().chain(lat).map(|c| c.to_bits()).collect();
    if let Ok(points) = layer.points() {
        (bits(points.lon, points.lat), Vec::new())
    } else if let Ok(lines) = layer.lines() {
        (bits(lines.lon, lines.lat), lines.lines.to_vec())
    } else if let Ok(zones) = layer.zones() {
        (bits(zones.lon, zones.lat), [zones.rings, zones.polygons, zones.zones].concat())
    } else {
        Default::default()
    }
}
