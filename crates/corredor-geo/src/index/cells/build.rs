//! Building the cells of a layer of zones.

use rayon::prelude::*;

use super::code;
use super::entries::Entries;
use super::grid::Grid;
use super::rows::{self, CELLS_PER_NODE, Keep, Plan, TileRow};
use super::store::{Sizes, Store};
use crate::index::IndexError;
use crate::index::error::check_zones;
use crate::view::ZoneView;

/// Tiles per vertex where many points come: on municipalities (3.7 million vertices) this
/// makes about 1,024 x 1,024 tiles, whose border cells hold some four edges each. Half as
/// many look more edges up per point, twice as many outgrow the caches.
const TILES_PER_VERTEX: f64 = 0.28;

/// Vertices that a point expected pays for: with fewer points, coarser cells cost less to
/// build than they lose in the look-ups.
const TILES_PER_POINT: f64 = 0.5;

/// Fewer tiles than this do not build faster.
const MIN_TILES: f64 = 4096.0;

/// Builds the cells; `by_rank` lists the zones in the order of their keys.
pub(super) fn build(view: &ZoneView, by_rank: &[u32], points: u64, keep: Keep) -> Result<Store, IndexError> {
    check_zones(view)?;
    let tiles =
        (view.lon.len() as f64 * TILES_PER_VERTEX).min(points as f64 * TILES_PER_POINT).max(MIN_TILES);
    let grid = match bounds(view) {
        Some(bounds) => Grid::over(bounds, tiles),
        None => Grid::over([0.0, 0.0, 1.0, 1.0], 1.0),
    };
    build_on(grid, view, by_rank, keep)
}

/// Builds the cells of a given grid, which must hold all zones.
pub(super) fn build_on(
    grid: Grid,
    view: &ZoneView,
    by_rank: &[u32],
    keep: Keep,
) -> Result<Store, IndexError> {
    let mut ranks = vec![0; view.len()];
    for (rank, &zone) in (0_u32..).zip(by_rank) {
        ranks[zone as usize] = rank;
    }
    let entries = Entries::collect(view, &ranks, &grid);
    let plan =
        Plan { view: *view, meridians: grid.meridians(), parallels: grid.parallels(), grid, by_rank, keep };
    let rows: Vec<TileRow> = (0..grid.tiles_y)
        .into_par_iter()
        .map(|row| rows::build(&plan, row, &entries.of_row(row as usize)))
        .collect();
    drop(entries);
    join(grid, rows)
}

/// Puts the rows behind one another and moves their numbers on.
fn join(grid: Grid, rows: Vec<TileRow>) -> Result<Store, IndexError> {
    // The first node is there even where no tile is divided, and serves the look-ups that need none.
    let nodes = CELLS_PER_NODE + rows.iter().map(|row| row.nodes.len()).sum::<usize>();
    let words: usize = rows.iter().map(|row| row.blob.len()).sum();
    if words.max(nodes / CELLS_PER_NODE) > code::MAX_VALUE as usize {
        return Err(IndexError::TooManyBorders { words });
    }
    let tiles = (grid.tiles_x * grid.tiles_y) as usize + 1;
    let sizes = Sizes { keys: 0, tiles: 4 * tiles, nodes: 4 * nodes, blob: 8 * words };
    let mut store = Store::zeroed(sizes, grid).map_err(|_| IndexError::NoMemory { bytes: sizes.total() })?;
    if let Some((tiles, nodes, blob)) = store.parts_mut() {
        tiles.fill(code::NO_ZONE);
        nodes[..CELLS_PER_NODE].fill(code::NO_ZONE);
        place(rows, tiles, &mut nodes[CELLS_PER_NODE..], blob);
    }
    Ok(store)
}

/// Copies the rows to their places, in parallel.
fn place(rows: Vec<TileRow>, mut tiles: &mut [u32], mut nodes: &mut [u32], mut blob: &mut [u64]) {
    let (mut node, mut word) = (1_u32, 0_u32);
    let mut places = Vec::with_capacity(rows.len());
    for row in rows {
        let of_row;
        (of_row, tiles) = tiles.split_at_mut(row.tiles.len());
        let nodes_of_row;
        (nodes_of_row, nodes) = nodes.split_at_mut(row.nodes.len());
        let blob_of_row;
        (blob_of_row, blob) = blob.split_at_mut(row.blob.len());
        let first = (node, word);
        node += (row.nodes.len() / CELLS_PER_NODE) as u32;
        word += row.blob.len() as u32;
        places.push((row, first, of_row, nodes_of_row, blob_of_row));
    }
    places.into_par_iter().for_each(|(row, (node, word), tiles, nodes, blob)| {
        for (to, &code) in tiles.iter_mut().zip(&row.tiles) {
            *to = if code::is_node(code) { code::node(code::value(code) + node) } else { code };
        }
        for (to, &code) in nodes.iter_mut().zip(&row.nodes) {
            *to = if code::is_border(code) { code::border(code::value(code) + word) } else { code };
        }
        blob.copy_from_slice(&row.blob);
    });
}

/// The box `[west, south, east, north]` of all finite vertices.
fn bounds(view: &ZoneView) -> Option<[f64; 4]> {
    let none = [f64::INFINITY, f64::INFINITY, f64::NEG_INFINITY, f64::NEG_INFINITY];
    let wider = |a: [f64; 4], b: [f64; 4]| [a[0].min(b[0]), a[1].min(b[1]), a[2].max(b[2]), a[3].max(b[3])];
    let all = (view.lon, view.lat)
        .into_par_iter()
        .filter(|(lon, lat)| lon.is_finite() && lat.is_finite())
        .fold(|| none, |a, (&x, &y)| wider(a, [x, y, x, y]))
        .reduce(|| none, wider);
    (all[0] <= all[2]).then_some(all)
}
