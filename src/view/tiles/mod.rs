//! Vector tiles of zones: shared borders simplified alike for both neighbours, one file of tiles.
//!
//! `world` puts zones on the Mercator square, `shared` says how much each vertex matters to the line it lies on,
//! `cut` clips to tiles, `mvt` prints a tile, `archive` gathers all of them.

mod archive;
mod cut;
mod mvt;
mod shared;
mod world;

#[cfg(test)]
mod tests;

use rayon::prelude::*;

pub(super) use archive::gzip as archive_gzip;

use crate::layer::ZoneView;

/// Tiles of a set of zones.
#[derive(Clone, Debug)]
pub struct TileSet {
    /// The file, PMTiles 3.
    pub bytes: Vec<u8>,
    /// The deepest zoom in it.
    pub max_zoom: u8,
    /// How far a border may lie from where it was read, metres on the ground at the middle of the zones.
    pub within_m: f64,
}

/// Units along the side of a tile.
pub(crate) const EXTENT: i64 = 4096;

/// The one layer in every tile.
pub const LAYER: &str = "zones";

/// The deepest zoom tried: its unit is 2.4 m at the equator, finer than borders are surveyed.
const DEEPEST: u8 = 12;

/// Below the deepest zoom a vertex must stand off its line by so many units: half a pixel of a screen whose
/// tiles are 512 pixels wide.
const COARSE_UNITS: f64 = 4.0;

/// At the deepest zoom, by so many: what rounding to whole units would do anyway.
const FINE_UNITS: f64 = 1.0;

/// Where the budget allows, neighbouring vertices lie so many units apart at the deepest zoom, so that rounding
/// bends no border visibly.
const UNITS_APART: f64 = 16.0;

/// Zones as tiles of all zooms from 0 on, as deep as fits in `budget` bytes; feature ids are the zones' positions.
///
/// The deepest zoom is the first that keeps neighbouring vertices well apart, or the last that fits. Same zones, same bytes, for any
/// number of threads. O(v) memory for v vertices; time O(v log v) a zoom.
///
/// # Errors
/// What compressing in memory may say.
pub fn zones(view: &ZoneView<'_>, budget: usize) -> std::io::Result<TileSet> {
    let world = world::World::new(view);
    let weights = shared::weights(&world);
    let level = |zoom: u8, units: f64| cut::tiles(&world, &weights, zoom, units);
    // Levels that are not the deepest; each is kept as soon as a deeper one fits.
    let mut coarse: Vec<(u64, Vec<u8>)> = Vec::new();
    let mut best = print(level(0, FINE_UNITS))?;
    let mut deepest = 0;
    let needed = world.finest_gap().map_or(0, needed_zoom).min(DEEPEST);
    let size = |tiles: &[(u64, Vec<u8>)]| tiles.iter().map(|(_, bytes)| bytes.len()).sum::<usize>();
    for zoom in 1..=needed {
        coarse.extend(print(level(zoom - 1, COARSE_UNITS))?);
        let fine = print(level(zoom, FINE_UNITS))?;
        if size(&coarse) + size(&fine) > budget {
            break;
        }
        best = coarse.iter().cloned().chain(fine).collect();
        deepest = zoom;
    }
    let bounds = world.bounds();
    let bytes = archive::pack(&best, deepest, bounds)?;
    Ok(TileSet { bytes, max_zoom: deepest, within_m: within_m(deepest, bounds) })
}

/// Each tile of a level, printed and compressed.
fn print(level: cut::Level) -> std::io::Result<Vec<(u64, Vec<u8>)>> {
    let printed: Vec<_> = level
        .into_par_iter()
        .map(|(id, features)| archive::gzip(&mvt::tile(LAYER, &features)).map(|bytes| (id, bytes)))
        .collect();
    printed.into_iter().collect()
}

/// The zoom at which a gap between neighbouring vertices spans [`UNITS_APART`].
fn needed_zoom(gap: f64) -> u8 {
    let zoom = libm::ceil(-libm::log2(gap * EXTENT as f64 / UNITS_APART));
    zoom.clamp(0.0, f64::from(DEEPEST)) as u8
}

/// Rounding moves a vertex by 0.71 units at most, simplification by one.
fn within_m(zoom: u8, bounds: Option<[f64; 4]>) -> f64 {
    let middle = bounds.map_or(0.0, |[_, south, _, north]| (south + north) / 2.0);
    let equator_m = 40_075_016.7;
    let unit = equator_m / (libm::exp2(f64::from(zoom)) * EXTENT as f64);
    (FINE_UNITS + std::f64::consts::FRAC_1_SQRT_2) * unit * libm::cos(middle.to_radians())
}
