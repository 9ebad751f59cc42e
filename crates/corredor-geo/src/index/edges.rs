//! The edges of zones by the cells of a grid.

use rayon::prelude::*;

use super::IndexError;
use super::error::check_zones;
use super::grid::Grid;
use crate::view::ZoneView;

/// Zones whose edges one task lists: enough to hide the cost of handing over.
const ZONES_PER_TASK: usize = 16;

/// The most edges of a run: its box then is small against its cell, and often enough to see
/// that nothing is met.
const MAX_RUN: u32 = 16;

/// The most cells of a grid: their offsets then take 64 MB.
const MAX_CELLS: usize = 1 << 24;

/// Consecutive edges of one ring that pass one cell: edge `i` joins the vertices `i` and
/// `i + 1` of the layer.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Run {
    pub(crate) zone: u32,
    pub(crate) first: u32,
    pub(crate) count: u32,
    /// The box `[west, south, east, north]` of the edges, rounded outward.
    bounds: [f32; 4],
}

impl Run {
    /// The numbers of its edges.
    pub(crate) fn edges(&self) -> std::ops::Range<u32> {
        self.first..self.first + self.count
    }

    /// Whether its edges may meet a box `[west, south, east, north]`.
    pub(crate) fn near(&self, with: &[f64; 4]) -> bool {
        let [west, south, east, north] = self.bounds.map(f64::from);
        west <= with[2] && east >= with[0] && south <= with[3] && north >= with[1]
    }

    fn widen(&mut self, p: (f64, f64)) {
        let (x, y) = (p.0 as f32, p.1 as f32);
        let [west, south, east, north] = &mut self.bounds;
        (*west, *east) = (west.min(x.next_down()), east.max(x.next_up()));
        (*south, *north) = (south.min(y.next_down()), north.max(y.next_up()));
    }
}

/// Which edges of zones pass which cells.
///
/// Borders pass a cell many vertices at a time, so a cell lists runs of up to 16 edges with
/// their box: less to hold, and less to look at, than single edges. Edges without length, or with an end that is
/// not finite, are in no cell. Building is O(vertices), in parallel; 28 bytes a run
/// and 4 a cell. The coordinates stay where they are.
#[derive(Debug)]
pub(crate) struct EdgeCells<'a> {
    view: ZoneView<'a>,
    /// The box `[west, south, east, north]` of each zone's vertices.
    boxes: Vec<[f64; 4]>,
    grid: Grid,
    starts: Vec<u32>,
    runs: Vec<Run>,
    /// A bit per cell: whether it has runs. Small enough to stay in a cache.
    busy: Vec<u64>,
}

impl<'a> EdgeCells<'a> {
    /// Lists edges in about `cells_per_edge` cells an edge, each edge in all cells that it
    /// comes nearer to than `pad` (degrees of longitude and latitude).
    ///
    /// # Errors
    ///
    /// [`IndexError`] when the offsets of the view do not fit its coordinates.
    pub(crate) fn new(view: &ZoneView<'a>, cells_per_edge: f64, pad: (f64, f64)) -> Result<Self, IndexError> {
        check_zones(view)?;
        let boxes: Vec<[f64; 4]> = (0..view.len()).into_par_iter().map(|zone| bounds(view, zone)).collect();
        let all = boxes
            .iter()
            .fold(NOWHERE, |all, b| [all[0].min(b[0]), all[1].min(b[1]), all[2].max(b[2]), all[3].max(b[3])]);
        let cells = (view.lon.len() as f64 * cells_per_edge) as usize;
        // An edge padded by more than its cell would be listed over and over.
        let least_deg = (2.0 * pad.0.max(pad.1)).max(1e-9);
        let grid = Grid::over(all, cells.clamp(1, MAX_CELLS), least_deg);
        let zones: Vec<usize> = (0..view.len()).collect();
        let found: Vec<Vec<(u32, Run)>> = zones
            .par_chunks(ZONES_PER_TASK)
            .map(|zones| {
                let mut found = Vec::new();
                for &zone in zones {
                    runs_of(view, zone, &grid, pad, &mut found);
                }
                found
            })
            .collect();

        // Count, sum, fill: a counting sort by cell, which keeps the order of the rings.
        let mut starts = vec![0_u32; grid.cells() + 1];
        for &(cell, _) in found.iter().flatten() {
            starts[cell as usize] += 1;
        }
        let mut total = 0;
        for start in &mut starts {
            total += std::mem::replace(start, total);
        }
        let mut runs = vec![Run { zone: 0, first: 0, count: 0, bounds: [0.0; 4] }; total as usize];
        for &(cell, run) in found.iter().flatten() {
            let at = &mut starts[cell as usize];
            runs[*at as usize] = run;
            *at += 1;
        }
        // Filling has moved each start to the next; move them back.
        starts.rotate_right(1);
        starts[0] = 0;
        let mut busy = vec![0; grid.cells().div_ceil(64)];
        for &(cell, _) in found.iter().flatten() {
            busy[cell as usize / 64] |= 1_u64 << (cell % 64);
        }
        Ok(Self { view: *view, boxes, grid, starts, runs, busy })
    }

    pub(crate) fn grid(&self) -> &Grid {
        &self.grid
    }

    pub(crate) fn view(&self) -> &ZoneView<'a> {
        &self.view
    }

    /// The box `[west, south, east, north]` of a zone; west is infinite for an empty one.
    pub(crate) fn zone_box(&self, zone: u32) -> [f64; 4] {
        self.boxes[zone as usize]
    }

    /// Whether edges pass a cell.
    pub(crate) fn is_busy(&self, cell: usize) -> bool {
        self.busy[cell / 64] >> (cell % 64) & 1 == 1
    }

    /// The runs of edges that pass a cell, by zone and along the rings.
    pub(crate) fn runs(&self, cell: usize) -> &[Run] {
        &self.runs[self.starts[cell] as usize..self.starts[cell + 1] as usize]
    }

    /// The runs of edges that pass any of some neighbouring cells of a row.
    pub(crate) fn runs_across(&self, row: usize, columns: &std::ops::RangeInclusive<usize>) -> &[Run] {
        let base = row * self.grid.columns();
        let (first, last) = (base + columns.start(), base + columns.end());
        &self.runs[self.starts[first] as usize..self.starts[last + 1] as usize]
    }

    /// The position of a vertex.
    pub(crate) fn vertex(&self, i: u32) -> (f64, f64) {
        (self.view.lon[i as usize], self.view.lat[i as usize])
    }

    /// Bytes held, coordinates left out.
    pub(crate) fn bytes(&self) -> usize {
        self.starts.len() * size_of::<u32>()
            + self.runs.len() * size_of::<Run>()
            + self.busy.len() * size_of::<u64>()
            + self.boxes.len() * size_of::<[f64; 4]>()
    }
}

/// A box that holds nothing.
const NOWHERE: [f64; 4] = [f64::INFINITY, f64::INFINITY, f64::NEG_INFINITY, f64::NEG_INFINITY];

/// The box `[west, south, east, north]` of a zone's vertices; not finite ones are passed over.
fn bounds(view: &ZoneView, zone: usize) -> [f64; 4] {
    let mut bounds = NOWHERE;
    for ring in view.rings_of(zone) {
        // Infinite values would make the grid endless.
        for &x in ring.lon.iter().filter(|x| x.is_finite()) {
            (bounds[0], bounds[2]) = (bounds[0].min(x), bounds[2].max(x));
        }
        for &y in ring.lat.iter().filter(|y| y.is_finite()) {
            (bounds[1], bounds[3]) = (bounds[1].min(y), bounds[3].max(y));
        }
    }
    bounds
}

/// Appends the runs of one zone, with their cells.
fn runs_of(view: &ZoneView, zone: usize, grid: &Grid, pad: (f64, f64), found: &mut Vec<(u32, Run)>) {
    let zone_number = zone as u32;
    // The runs that hold the edge before: a handful at most, by their place in `found`.
    let (mut open, mut next): (Vec<usize>, Vec<usize>) = (Vec::new(), Vec::new());
    let no_pad = pad == (0.0, 0.0);
    for ring in view.polygons_of(zone).flatten() {
        let span = view.rings[ring] as usize..view.rings[ring + 1] as usize;
        open.clear();
        let mut at = None;
        for i in span.start..span.end.saturating_sub(1) {
            let (a, b) = ((view.lon[i], view.lat[i]), (view.lon[i + 1], view.lat[i + 1]));
            let finite = a.0.is_finite() && a.1.is_finite() && b.0.is_finite() && b.1.is_finite();
            if a == b || !finite {
                open.clear();
                at = None;
                continue;
            }
            let (from, to) = (at.unwrap_or_else(|| grid.cell(a)), grid.cell(b));
            at = Some(to);
            let mut list = |cell: usize, found: &mut Vec<(u32, Run)>, open: &[usize]| {
                let cell = cell as u32;
                let goes_on = |&place: &usize| found[place].0 == cell && found[place].1.count < MAX_RUN;
                let place = open.iter().copied().find(goes_on);
                let place = place.unwrap_or_else(|| {
                    let bounds = [f32::INFINITY, f32::INFINITY, f32::NEG_INFINITY, f32::NEG_INFINITY];
                    let mut run = Run { zone: zone_number, first: i as u32, count: 0, bounds };
                    run.widen(a);
                    found.push((cell, run));
                    found.len() - 1
                });
                found[place].1.count += 1;
                found[place].1.widen(b);
                next.push(place);
            };
            if from == to && no_pad {
                list(to, found, &open);
            } else {
                for span in grid.along(a, b, pad) {
                    span.columns.for_each(|column| list(span.row * grid.columns() + column, found, &open));
                }
            }
            std::mem::swap(&mut open, &mut next);
            next.clear();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_edge_is_in_the_cells_it_passes_and_runs_do_not_repeat() {
        // A coarse circle over a fine grid, and a ring with a doubled vertex.
        let angle = |i: i32| f64::from(i % 40) * std::f64::consts::TAU / 40.0;
        let mut lon: Vec<f64> = (0..=40).map(|i| 5.0 + 4.0 * angle(i).cos()).collect();
        let mut lat: Vec<f64> = (0..=40).map(|i| 5.0 + 4.0 * angle(i).sin()).collect();
        lon.extend([0.0, 1.0, 1.0, 1.0, 0.0]);
        lat.extend([0.0, 0.0, 0.0, 1.0, 0.0]);
        let view =
            ZoneView { lon: &lon, lat: &lat, rings: &[0, 41, 46], polygons: &[0, 1, 2], zones: &[0, 1, 2] };
        for (density, pad) in [(0.1, 0.0), (2.0, 0.0), (40.0, 0.0), (40.0, 0.2)] {
            let cells = EdgeCells::new(&view, density, (pad, pad)).unwrap();
            let mut listed = vec![0; lon.len()];
            for cell in 0..cells.grid().cells() {
                let mut edges = Vec::new();
                for run in cells.runs(cell) {
                    assert_eq!(run.zone, u32::from(run.first > 40));
                    edges.extend(run.edges());
                }
                assert!(edges.windows(2).all(|w| w[0] < w[1]), "{edges:?}");
                edges.iter().for_each(|&e| listed[e as usize] += 1);
            }
            for i in (0..lon.len()).filter(|&i| i != 40 && i != 45) {
                assert_eq!(listed[i] == 0, i == 42, "edge {i} at density {density}");
                let (a, b) = ((lon[i], lat[i]), (lon[i + 1], lat[i + 1]));
                for t in (0..=100).filter(|_| i != 42) {
                    let t = f64::from(t) / 100.0;
                    let cell = cells.grid().cell((a.0 + t * (b.0 - a.0), a.1 + t * (b.1 - a.1)));
                    let holds = |r: &Run| r.edges().contains(&(i as u32));
                    assert!(cells.runs(cell).iter().any(holds));
                }
            }
        }
    }

    #[test]
    fn no_zones_have_one_empty_cell() {
        let none = ZoneView { lon: &[], lat: &[], rings: &[0], polygons: &[0], zones: &[0] };
        let cells = EdgeCells::new(&none, 1.0, (0.0, 0.0)).unwrap();
        assert!(cells.runs(0).is_empty());
        let broken = ZoneView { lon: &[], lat: &[], rings: &[0], polygons: &[0], zones: &[0, 4] };
        assert!(EdgeCells::new(&broken, 1.0, (0.0, 0.0)).is_err());
    }
}
