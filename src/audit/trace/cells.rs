//! Where a site may be: cells that no clue excludes and some clue asks for.

use rayon::prelude::*;

use crate::audit::evidence::Clue;
use crate::geodesy::{km_per_degree, to_ecef_km};

/// Side of the tiles that are cut by themselves, degrees.
const TILE_DEG: f64 = 1.0;

/// Sides of the smallest cells, kilometres: half the width of the usual band, within these.
const SIDE_KM: (f64, f64) = (0.5, 8.0);

/// More cells than this say only that much of the country is left; the smallest cells are then made larger.
const MOST_CELLS: usize = 1 << 20;

/// Cells that are left, with the clues whose bands they are in.
#[derive(Debug, Default)]
pub(super) struct Cells {
    /// Middle of each, degrees.
    pub(super) middle: Vec<(f64, f64)>,
    /// Area of each, square kilometres.
    pub(super) km2: Vec<f32>,
    /// Offsets of each into `clues`.
    pub(super) offsets: Vec<u32>,
    /// Clues that ask for a site and whose band passes, ascending.
    pub(super) clues: Vec<u32>,
}

impl Cells {
    pub(super) fn len(&self) -> usize {
        self.middle.len()
    }

    /// The clues of a cell.
    pub(super) fn of(&self, cell: usize) -> &[u32] {
        &self.clues[self.offsets[cell] as usize..self.offsets[cell + 1] as usize]
    }

    fn add(&mut self, other: Self) {
        let base = self.clues.len() as u32;
        if self.offsets.is_empty() {
            self.offsets.push(0);
        }
        self.offsets.extend(other.offsets.iter().skip(1).map(|offset| base + offset));
        self.middle.extend(other.middle);
        self.km2.extend(other.km2);
        self.clues.extend(other.clues);
    }
}

/// Cuts the ground.
pub(super) fn cells(clues: &[Clue]) -> Cells {
    let mut side = side_km(clues);
    loop {
        let cells = cut(clues, side);
        if cells.len() <= MOST_CELLS || side > 64.0 {
            return cells;
        }
        side *= 2.0;
    }
}

fn side_km(clues: &[Clue]) -> f64 {
    let mut widths: Vec<f64> =
        clues.iter().filter(|clue| clue.points()).map(|clue| clue.high_km - clue.low_km).collect();
    widths.sort_by(f64::total_cmp);
    let usual = widths.get(widths.len() / 2).copied().unwrap_or(0.0);
    (0.5 * usual).clamp(SIDE_KM.0, SIDE_KM.1)
}

fn cut(clues: &[Clue], side_km: f64) -> Cells {
    let Some(tiles) = tiles(clues) else { return Cells::default() };
    let parts: Vec<Cells> = tiles
        .into_par_iter()
        .map(|tile| {
            let mut found = Cells { offsets: vec![0], ..Cells::default() };
            let all: Vec<u32> = (0..clues.len() as u32).collect();
            split(clues, tile, all, side_km, &mut found);
            found
        })
        .collect();
    let mut all = Cells { offsets: vec![0], ..Cells::default() };
    parts.into_iter().for_each(|part| all.add(part));
    all
}

/// A cell: its middle and half its sides, degrees.
#[derive(Clone, Copy)]
struct Cell {
    lon: f64,
    lat: f64,
    half_lon: f64,
    half_lat: f64,
}

/// Tiles over everything that the bands reach. Longitudes may pass 180 degrees, so that no seam is special.
fn tiles(clues: &[Clue]) -> Option<Vec<Cell>> {
    let first = clues.iter().find(|clue| clue.points())?.at.0;
    let (mut west, mut east, mut south, mut north) = (f64::MAX, f64::MIN, f64::MAX, f64::MIN);
    for clue in clues.iter().filter(|clue| clue.points()) {
        let lon = first + (clue.at.0 - first + 540.0).rem_euclid(360.0) - 180.0;
        // A line is longer than its first vertex; a band that is wide enough by far costs only tiles that are empty.
        let reach = clue.high_km + 1.0;
        let (x, y) = km_per_degree(clue.at.1);
        let (wide, high) = (reach / x.max(1.0), reach / y);
        west = west.min(lon - wide);
        east = east.max(lon + wide);
        south = south.min(clue.at.1 - high);
        north = north.max(clue.at.1 + high);
    }
    let (south, north) = (south.max(-89.0), north.min(89.0));
    let (west, east) = if east - west > 360.0 { (-180.0, 180.0) } else { (west, east) };
    let count = |from: f64, to: f64| (((to - from) / TILE_DEG).ceil() as usize).max(1);
    let (columns, rows) = (count(west, east), count(south, north));
    let half = 0.5 * TILE_DEG;
    let tile = |i: usize| Cell {
        lon: west + (i % columns) as f64 * TILE_DEG + half,
        lat: (south + (i / columns) as f64 * TILE_DEG + half).min(89.4),
        half_lon: half,
        half_lat: half,
    };
    Some((0..columns * rows).map(tile).collect())
}

fn split(clues: &[Clue], cell: Cell, mut active: Vec<u32>, side_km: f64, found: &mut Cells) {
    let (x, y) = km_per_degree((cell.lat.abs() - cell.half_lat).max(0.0));
    let (wide, high) = (cell.half_lon * x, cell.half_lat * (y + 0.6));
    let reach = wide.hypot(high) * 1.001;
    let middle = to_ecef_km(cell.lon, cell.lat);
    // What passes, and whether all of it is sure; what excludes all of the cell ends it.
    let (mut asks, mut open, mut dead) = (false, false, false);
    active.retain(|&number| {
        let clue = &clues[number as usize];
        let far = if clue.points() { clue.high_km } else { clue.low_km } + reach;
        if dead {
            return false;
        }
        let km = clue.km_up_to(&middle, far);
        dead |= km + reach < clue.low_km;
        if km > far {
            return false;
        }
        asks |= clue.points();
        let inside = km - reach >= clue.low_km && (!clue.points() || km + reach <= clue.high_km);
        open |= !inside;
        // What only excludes, and does not here, says nothing more.
        !inside || clue.points()
    });
    if dead || !asks {
        return;
    }
    if !open || 2.0 * wide.max(high) <= side_km {
        // The middle may be excluded where the cell is not: its edges are within the rounding.
        found.middle.push((cell.lon, cell.lat));
        found.km2.push((4.0 * cell.half_lon * km_per_degree(cell.lat).0 * cell.half_lat * y) as f32);
        found.clues.extend(active.iter().filter(|&&number| clues[number as usize].points()));
        found.offsets.push(found.clues.len() as u32);
        return;
    }
    let (half_lon, half_lat) = (0.5 * cell.half_lon, 0.5 * cell.half_lat);
    for (east, north) in [(-1.0, -1.0), (1.0, -1.0), (-1.0, 1.0), (1.0, 1.0)] {
        let part =
            Cell { lon: cell.lon + east * half_lon, lat: cell.lat + north * half_lat, half_lon, half_lat };
        split(clues, part, active.clone(), side_km, found);
    }
}
