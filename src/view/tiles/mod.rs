//! Vector tiles of zones: shared borders simplified alike for all neighbours and kept once, one file of tiles.
//!
//! `world` puts zones on the Mercator square, `shared` says how much each vertex matters to the line it lies on,
//! `cut` clips to tiles, `chains` finds the borders that zones of a tile share, `mvt` prints it, `archive` gathers
//! all of them.

mod archive;
mod chains;
mod cut;
mod mvt;
mod rings;
mod shared;
mod tile_id;
mod world;

#[cfg(test)]
mod tests;

use rayon::prelude::*;

pub(super) use archive::gzip as archive_gzip;

use cut::Grid;
use world::World;

use crate::layer::ZoneView;

/// Tiles of layers of zones.
#[derive(Clone, Debug)]
pub struct TileSet {
    /// The file, PMTiles 3.
    pub bytes: Vec<u8>,
    /// The deepest zoom in it.
    pub max_zoom: u8,
    /// How far a border may lie from where it was read, metres on the ground at the middle of the zones.
    pub within_m: f64,
    /// Whether every vertex was kept, but for those that round to the same place.
    pub every_vertex: bool,
}

/// Units along the side of a tile above the deepest zoom.
const COARSE_EXTENT: i64 = 4096;

/// Units along the side of a tile of the deepest zoom.
const FINE_EXTENT: i64 = 16_384;

/// The deepest zoom tried: its unit is 2.4 m at the equator, finer than borders are surveyed.
const DEEPEST: u8 = 10;

/// Above the deepest zoom a vertex must stand off its line by so many units: half a pixel of a screen whose
/// tiles are 512 pixels wide.
const COARSE_UNITS: f64 = 4.0;

/// At the deepest zoom, by so many: none, or as much as rounding to whole units would do anyway, or more.
const FINE_UNITS: [f64; 3] = [0.0, 1.0, 4.0];

/// Where the budget allows, neighbouring vertices lie so many units apart at the deepest zoom, so that rounding
/// bends no border visibly.
const UNITS_APART: f64 = 16.0;

/// Layers of zones as tiles of all zooms from 0 on, as deep and as exact as fits in `budget` bytes; feature ids are the
/// zones' positions in their layers.
///
/// The deepest zoom tried is the first that keeps neighbouring vertices well apart. Same zones, same bytes, for any
/// number of threads. O(v) memory for v vertices; time O(v log v) a zoom.
///
/// # Errors
/// What compressing in memory may say.
pub fn zones(layers: &[(&str, ZoneView<'_>)], budget: usize) -> std::io::Result<TileSet> {
    let (names, views): (Vec<&str>, Vec<ZoneView<'_>>) = layers.iter().copied().unzip();
    let world = World::new(&views);
    let weights = shared::weights(&world);
    let print = |grid: Grid, units: f64| print(&names, grid, cut::tiles(&world, &weights, grid, units));
    let needed = world.finest_gap().map_or(0, needed_zoom).min(DEEPEST);
    let above: Vec<Printed> = (0..needed)
        .map(|zoom| print(Grid { zoom, extent: COARSE_EXTENT }, COARSE_UNITS))
        .collect::<Result<_, _>>()?;
    let size = |tiles: &Printed| tiles.iter().map(|(_, bytes)| bytes.len()).sum::<usize>();
    let mut deepest = needed;
    let (fine, units) = 'fits: loop {
        let coarse: usize = above[..usize::from(deepest)].iter().map(size).sum();
        for units in FINE_UNITS {
            // Nothing is coarser than the last of the top zoom: it goes in whatever the budget.
            let last = deepest == 0 && units == FINE_UNITS[FINE_UNITS.len() - 1];
            if coarse >= budget && !last {
                continue;
            }
            let fine = print(Grid { zoom: deepest, extent: FINE_EXTENT }, units)?;
            if coarse + size(&fine) <= budget || last {
                break 'fits (fine, units);
            }
        }
        deepest = deepest.saturating_sub(1);
    };
    let tiles: Printed = above.into_iter().take(usize::from(deepest)).flatten().chain(fine).collect();
    let bytes = archive::pack(&tiles, &names, deepest, world.bounds)?;
    let within_m = within_m(Grid { zoom: deepest, extent: FINE_EXTENT }, units, world.bounds);
    Ok(TileSet { bytes, max_zoom: deepest, within_m, every_vertex: units == 0.0 })
}

/// Tiles by their number, printed and compressed.
type Printed = Vec<(u64, Vec<u8>)>;

fn print(names: &[&str], grid: Grid, level: cut::Level) -> std::io::Result<Printed> {
    let printed: Vec<_> = level
        .into_par_iter()
        .map(|(id, features)| {
            archive::gzip(&mvt::tile(names, &features, grid.extent)).map(|bytes| (id, bytes))
        })
        .collect();
    printed.into_iter().collect()
}

/// The zoom at which a gap between neighbouring vertices spans [`UNITS_APART`].
fn needed_zoom(gap: f64) -> u8 {
    let zoom = libm::ceil(-libm::log2(gap * FINE_EXTENT as f64 / UNITS_APART));
    zoom.clamp(0.0, f64::from(DEEPEST)) as u8
}

/// Rounding moves a vertex by 0.71 units at most, simplification by `units`.
fn within_m(grid: Grid, units: f64, bounds: Option<[f64; 4]>) -> f64 {
    let middle = bounds.map_or(0.0, |[_, south, _, north]| (south + north) / 2.0);
    let equator_m = 40_075_016.7;
    (units + std::f64::consts::FRAC_1_SQRT_2) * equator_m / grid.side() * libm::cos(middle.to_radians())
}
