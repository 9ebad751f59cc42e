//! Which zones hold the middle of each cell, and from there any point of it.

use rayon::prelude::*;

use super::edges::EdgeCells;
use super::orient;

/// The code of a cell whose middle is in no zone.
const NONE: u32 = u32::MAX;

/// In the code of a cell whose middle is in several zones: the rest is their place in `sets`.
const SEVERAL: u32 = 1 << 31;

/// Zones whose edges one task looks through.
const ZONES_PER_TASK: usize = 16;

/// The zones that hold the middle of each cell of a grid, and by the edges in the cell those
/// that hold any other point: exactly, in time that does not grow with the zones.
///
/// Middles, and the points between that are passed, stand for points moved to the east by
/// less than any distance, and to the north by less than any part of that (Edelsbrunner and
/// Muecke 1990). So no edge goes through one, and no vertex stands level with it. 4 bytes a
/// cell.
#[derive(Debug)]
pub(crate) struct Middles {
    lons: Vec<f64>,
    lats: Vec<f64>,
    codes: Vec<u32>,
    /// Sets of several zones: their number, then the zones, ascending.
    sets: Vec<u32>,
}

/// An edge passes between two neighbouring middles of a row.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Passage {
    row: u32,
    /// The column of the middle to the east of it.
    column: u32,
    zone: u32,
}

impl Middles {
    /// Sweeps the rows from west to east; O(vertices + cells + p log p) for `p` passages.
    pub(crate) fn new(cells: &EdgeCells) -> Self {
        let grid = cells.grid();
        let mut all = Self {
            lons: grid.middle_lons(),
            lats: grid.middle_lats(),
            codes: vec![NONE; grid.cells()],
            sets: Vec::new(),
        };
        let zones: Vec<usize> = (0..cells.view().len()).collect();
        let found: Vec<Vec<Passage>> =
            zones.par_chunks(ZONES_PER_TASK).map(|zones| all.passages(cells, zones)).collect();
        let mut passages = found.concat();
        passages.par_sort_unstable();

        let mut inside: Vec<u32> = Vec::new();
        for of_row in passages.chunk_by(|a, b| a.row == b.row) {
            inside.clear();
            let base = of_row[0].row as usize * grid.columns();
            for (i, passage) in of_row.iter().enumerate() {
                flip(&mut inside, passage.zone);
                let next = of_row.get(i + 1).map_or(grid.columns(), |p| p.column as usize);
                let here = base + passage.column as usize..base + next;
                if !here.is_empty() && !inside.is_empty() {
                    let code = all.code(&inside);
                    all.codes[here].fill(code);
                }
            }
        }
        all
    }

    /// Where the edges of some zones cross the latitudes of middles.
    fn passages(&self, cells: &EdgeCells, zones: &[usize]) -> Vec<Passage> {
        let (grid, view) = (cells.grid(), cells.view());
        let mut found = Vec::new();
        for &zone in zones {
            for ring in view.rings_of(zone) {
                let mut rows = ring.lat.iter().map(|&lat| grid.row(lat));
                let mut last = rows.next().unwrap_or(0);
                for (i, row) in (1..).zip(rows) {
                    let (first, end) = (last.min(row), last.max(row));
                    last = row;
                    let (c, d) = ((ring.lon[i - 1], ring.lat[i - 1]), (ring.lon[i], ring.lat[i]));
                    let (low, high) = if c.1 <= d.1 { (c, d) } else { (d, c) };
                    let finite = [low.0, low.1, high.0, high.1].iter().all(|v| v.is_finite());
                    for row in (first..=end).filter(|_| finite) {
                        let lat = self.lats[row];
                        if low.1 <= lat && lat < high.1 {
                            let column = self.east_of(low, high, lat);
                            if column < self.lons.len() {
                                let (row, column) = (row as u32, column as u32);
                                found.push(Passage { row, column, zone: zone as u32 });
                            }
                        }
                    }
                }
            }
        }
        found
    }

    /// The first column whose middle is to the east of where a rising edge crosses a latitude.
    fn east_of(&self, low: (f64, f64), high: (f64, f64), lat: f64) -> usize {
        let lon = low.0 + (lat - low.1) * ((high.0 - low.0) / (high.1 - low.1));
        let mut column = self.lons.partition_point(|&middle| middle < lon);
        let east = |column: usize| !left(low, high, (self.lons[column], lat));
        while column > 0 && east(column - 1) {
            column -= 1;
        }
        while column < self.lons.len() && !east(column) {
            column += 1;
        }
        column
    }

    fn code(&mut self, inside: &[u32]) -> u32 {
        if let [zone] = inside {
            return *zone;
        }
        let place = self.sets.len() as u32;
        self.sets.push(inside.len() as u32);
        self.sets.extend(inside);
        SEVERAL | place
    }

    fn held(&self, cell: usize) -> &[u32] {
        match self.codes[cell] {
            NONE => &[],
            code if code & SEVERAL == 0 => std::slice::from_ref(&self.codes[cell]),
            code => {
                let place = (code & !SEVERAL) as usize;
                &self.sets[place + 1..place + 1 + self.sets[place] as usize]
            }
        }
    }

    /// Fills `inside` with the zones that have a point in their interior, ascending.
    pub(crate) fn inside(&self, cells: &EdgeCells, at: (f64, f64), inside: &mut Vec<u32>) {
        inside.clear();
        let grid = cells.grid();
        if !grid.holds(at) {
            return;
        }
        let (row, column) = (grid.row(at.1), grid.column(at.0));
        let cell = row * grid.columns() + column;
        inside.extend(self.held(cell));
        // Along the meridian to the latitude of the middle, then along that.
        let middle = (self.lons[column], self.lats[row]);
        let corner = (at.0, middle.1);
        let legs = [at.0.min(middle.0), at.1.min(middle.1), at.0.max(middle.0), at.1.max(middle.1)];
        for run in cells.runs(cell).iter().filter(|run| run.near(&legs)) {
            let mut c = cells.vertex(run.first);
            for i in run.edges() {
                let d = cells.vertex(i + 1);
                if (c.0 <= at.0) != (d.0 <= at.0) && left(c, d, at) != left(c, d, corner) {
                    flip(inside, run.zone);
                }
                if (c.1 <= middle.1) != (d.1 <= middle.1) && left(c, d, corner) != left(c, d, middle) {
                    flip(inside, run.zone);
                }
                c = d;
            }
        }
        if !inside.is_empty() {
            for run in cells.runs(cell).iter().filter(|run| run.near(&[at.0, at.1, at.0, at.1])) {
                let border = |i: u32| on_edge(cells.vertex(i), cells.vertex(i + 1), at);
                if run.edges().any(border) {
                    inside.retain(|&zone| zone != run.zone);
                }
            }
        }
    }

    /// Bytes held.
    pub(crate) fn bytes(&self) -> usize {
        (self.codes.len() + self.sets.len()) * size_of::<u32>()
            + (self.lons.len() + self.lats.len()) * size_of::<f64>()
    }
}

/// Takes a zone into an ascending set, or out of it.
fn flip(inside: &mut Vec<u32>, zone: u32) {
    match inside.binary_search(&zone) {
        Ok(place) => {
            inside.remove(place);
        }
        Err(place) => inside.insert(place, zone),
    }
}

/// Whether a point, moved as little as [`Middles`] says, is left of an edge.
fn left(c: (f64, f64), d: (f64, f64), p: (f64, f64)) -> bool {
    let side = orient(c, d, p);
    if side != 0.0 {
        side > 0.0
    } else if c.1 != d.1 {
        d.1 < c.1
    } else {
        d.0 > c.0
    }
}

/// Whether a point is on an edge.
fn on_edge(c: (f64, f64), d: (f64, f64), p: (f64, f64)) -> bool {
    p.0 >= c.0.min(d.0)
        && p.0 <= c.0.max(d.0)
        && p.1 >= c.1.min(d.1)
        && p.1 <= c.1.max(d.1)
        && orient(c, d, p) == 0.0
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::index::{BandedZones, Position};
    use crate::view::ZoneView;
    use proptest::prelude::*;

    /// Rings on a small lattice: vertices, edges and middles of cells fall together.
    fn rings() -> impl Strategy<Value = Vec<Vec<(f64, f64)>>> {
        let vertex = (0..9, 0..9).prop_map(|(x, y)| (f64::from(x) * 0.25, f64::from(y) * 0.25));
        prop::collection::vec(prop::collection::vec(vertex, 3..9), 0..5)
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(1024))]

        #[test]
        fn points_are_in_the_zones_of_the_exact_test(
            zones in rings(),
            density in prop_oneof![Just(0.01), 0.1..40.0],
            at in prop::collection::vec((0..=16, 0..=16), 1..20),
        ) {
            let (mut lon, mut lat, mut offsets) = (vec![], vec![], vec![0]);
            for ring in &zones {
                for p in ring.iter().chain(&ring[..1]) {
                    lon.push(p.0);
                    lat.push(p.1);
                }
                offsets.push(lon.len() as i32);
            }
            let ones: Vec<i32> = (0..=zones.len() as i32).collect();
            let view = ZoneView { lon: &lon, lat: &lat, rings: &offsets, polygons: &ones, zones: &ones };
            let cells = EdgeCells::new(&view, density, (0.0, 0.0)).unwrap();
            let middles = Middles::new(&cells);
            let bands = BandedZones::new(&view).unwrap();
            let mut inside = Vec::new();
            for (x, y) in at {
                let p = (f64::from(x) * 0.125, f64::from(y) * 0.125);
                middles.inside(&cells, p, &mut inside);
                let exact = |&zone: &u32| bands.position(zone as usize, p.0, p.1) == Position::Inside;
                let wanted: Vec<u32> = (0..zones.len() as u32).filter(exact).collect();
                prop_assert_eq!(&inside, &wanted, "at {:?}", p);
            }
        }
    }
}
