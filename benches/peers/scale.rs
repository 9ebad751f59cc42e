//! How costs grow with points and zones.

use corredor::join::Locator;
use corredor::layer::ZoneView;
use serde_json::json;

use crate::timing::{measured, median};
use crate::{Outcome, files};

/// Points that lie in memory; more are these again and again.
const CHUNK: usize = 10_000_000;

/// Looks up `count` points in `copies` of the zones, side by side, each point moved into one of them.
pub fn run(zones: &str, points: &str, count: usize, copies: usize) -> Outcome {
    let layer = files::zones(zones)?;
    let (mut lon, mut lat) = files::points(points, count.min(CHUNK))?;
    let quilt = Quilt::new(&layer.zones()?, copies);
    for (i, (lon, lat)) in lon.iter_mut().zip(&mut lat).enumerate() {
        let (east, north) = quilt.shifts[i % copies];
        *lon += east;
        *lat += north;
    }
    let keys = layer.keys();
    let keys: Vec<String> =
        (0..copies).flat_map(|copy| keys.iter().map(move |key| format!("{copy:02}{key}"))).collect();
    drop(layer);
    let (build, locator) = median(|| Locator::for_points(&quilt.view(), &keys, count as u64))?;
    let vertices = quilt.lon.len();
    drop(quilt);
    let mut found = vec![0_u32; lon.len()];
    let (work, ()) =
        median(|| (0..count.div_ceil(CHUNK)).try_for_each(|_| locator.locate_many(&lon, &lat, &mut found)))?;
    let (kind, bytes) = match &locator {
        Locator::Bands(_) => ("bands", None),
        Locator::Cells(cells) => ("cells", Some(cells.bytes())),
    };
    let inside = found.iter().filter(|&&zone| zone != corredor::join::OUTSIDE).count();
    let more = json!({
        "index": kind, "index_bytes": bytes, "zones": keys.len(), "vertices": vertices,
        "inside_pct": 100.0 * inside as f64 / found.len() as f64,
    });
    Ok(measured(count, Some(build), work, more))
}

/// Copies of some zones side by side, four to a row.
struct Quilt {
    /// Degrees that each copy is moved east and north.
    shifts: Vec<(f64, f64)>,
    lon: Vec<f64>,
    lat: Vec<f64>,
    rings: Vec<i32>,
    polygons: Vec<i32>,
    zones: Vec<i32>,
}

impl Quilt {
    fn new(view: &ZoneView, copies: usize) -> Self {
        let (width, height) = (extent(view.lon), extent(view.lat));
        let shifts: Vec<(f64, f64)> =
            (0..copies).map(|copy| ((copy % 4) as f64 * width, (copy / 4) as f64 * height)).collect();
        let lon = shifts.iter().flat_map(|&(east, _)| view.lon.iter().map(move |lon| lon + east));
        let lat = shifts.iter().flat_map(|&(_, north)| view.lat.iter().map(move |lat| lat + north));
        Self {
            lon: lon.collect(),
            lat: lat.collect(),
            rings: repeat(view.rings, copies),
            polygons: repeat(view.polygons, copies),
            zones: repeat(view.zones, copies),
            shifts,
        }
    }

    fn view(&self) -> ZoneView<'_> {
        ZoneView {
            lon: &self.lon,
            lat: &self.lat,
            rings: &self.rings,
            polygons: &self.polygons,
            zones: &self.zones,
        }
    }
}

/// From the least to the greatest, degrees.
fn extent(values: &[f64]) -> f64 {
    let (least, greatest) = values
        .iter()
        .fold((f64::INFINITY, f64::NEG_INFINITY), |(least, greatest), &v| (least.min(v), greatest.max(v)));
    greatest - least
}

/// Offsets of some copies one after the other.
fn repeat(offsets: &[i32], copies: usize) -> Vec<i32> {
    let (first, rest) = offsets.split_first().map_or((0, offsets), |(&first, rest)| (first, rest));
    let last = rest.last().map_or(0, |last| last - first);
    let copy = |copy: usize| rest.iter().map(move |offset| offset - first + copy as i32 * last);
    std::iter::once(0).chain((0..copies).flat_map(copy)).collect()
}
