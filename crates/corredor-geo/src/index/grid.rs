//! A uniform grid of cells over an extent in degrees.

use std::ops::RangeInclusive;

/// How far beyond a cell an edge is still listed in it, degrees: far above the rounding of a
/// longitude (6e-14), so that whatever meets an edge meets it in a cell that lists it.
const MARGIN_DEG: f64 = 1e-12;

/// Square cells over a box, numbered row by row from the south-west.
///
/// The cell of a position never falls as the position rises, whatever the rounding, so a
/// segment with both ends in one cell stays in it. Positions outside the box belong to the
/// cells at its rim.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Grid {
    bounds: [f64; 4],
    /// Cells per degree.
    scale: f64,
    columns: usize,
    rows: usize,
}

/// A box or a segment's neighbourhood, one row of cells at a time.
#[derive(Clone, Debug)]
pub(crate) struct RowSpan {
    pub(crate) row: usize,
    pub(crate) columns: RangeInclusive<usize>,
}

impl Grid {
    /// About `cells` cells over `[west, south, east, north]`, none narrower than
    /// `least_deg`; one cell where the box is empty.
    pub(crate) fn over(bounds: [f64; 4], cells: usize, least_deg: f64) -> Self {
        let (width, height) = (bounds[2] - bounds[0], bounds[3] - bounds[1]);
        let longest = width.max(height);
        let cells = cells.max(1) as f64;
        // A box without width or height is divided along its other side.
        let scale = (cells / (width * height)).sqrt().min(cells / longest).min(1.0 / least_deg);
        let sound = longest >= 0.0 && scale.is_finite();
        if !sound {
            return Self { bounds, scale: 0.0, columns: 1, rows: 1 };
        }
        let side = |degrees: f64| (degrees * scale) as usize + 1;
        Self { bounds, scale, columns: side(width), rows: side(height) }
    }

    pub(crate) fn columns(&self) -> usize {
        self.columns
    }

    pub(crate) fn cells(&self) -> usize {
        self.columns * self.rows
    }

    /// The column of a longitude.
    pub(crate) fn column(&self, lon: f64) -> usize {
        (((lon - self.bounds[0]) * self.scale) as usize).min(self.columns - 1)
    }

    /// The row of a latitude.
    pub(crate) fn row(&self, lat: f64) -> usize {
        (((lat - self.bounds[1]) * self.scale) as usize).min(self.rows - 1)
    }

    /// The column and the row of a position.
    pub(crate) fn column_row(&self, at: (f64, f64)) -> (usize, usize) {
        (self.column(at.0), self.row(at.1))
    }

    pub(crate) fn cell(&self, at: (f64, f64)) -> usize {
        self.row(at.1) * self.columns + self.column(at.0)
    }

    /// Whether the box holds a position.
    pub(crate) fn holds(&self, (lon, lat): (f64, f64)) -> bool {
        let [west, south, east, north] = self.bounds;
        lon >= west && lon <= east && lat >= south && lat <= north
    }

    /// The longitudes in the middle of the columns.
    pub(crate) fn middle_lons(&self) -> Vec<f64> {
        (0..self.columns).map(|i| self.bounds[0] + (i as f64 + 0.5) / self.scale).collect()
    }

    /// The latitudes in the middle of the rows.
    pub(crate) fn middle_lats(&self) -> Vec<f64> {
        (0..self.rows).map(|i| self.bounds[1] + (i as f64 + 0.5) / self.scale).collect()
    }

    /// The cells that a segment passes, or comes nearer to than `pad` (degrees of longitude
    /// and of latitude); a few more where rounding leaves it open. None where the segment
    /// stays clear of the box.
    pub(crate) fn along(
        &self,
        a: (f64, f64),
        b: (f64, f64),
        pad: (f64, f64),
    ) -> impl Iterator<Item = RowSpan> + use<> {
        let grid = *self;
        let (low, high) = if a.1 <= b.1 { (a, b) } else { (b, a) };
        let (pad_x, pad_y) = (pad.0 + MARGIN_DEG, pad.1 + MARGIN_DEG);
        let (west, east) = (a.0.min(b.0), a.0.max(b.0));
        let clear = low.1 - pad_y > self.bounds[3]
            || high.1 + pad_y < self.bounds[1]
            || west - pad_x > self.bounds[2]
            || east + pad_x < self.bounds[0];
        let (first, last) = (self.row(low.1 - pad_y), self.row(high.1 + pad_y));
        let rows = first..if clear { first } else { last + 1 };
        let single = first == last;
        let slope = (high.0 - low.0) / (high.1 - low.1);
        rows.map(move |row| {
            let (mut from, mut to) = (west, east);
            if !single && slope.is_finite() {
                // The rim rows also stand for what lies beyond them.
                let south = grid.bounds[1] + row as f64 / grid.scale - pad_y;
                let north = grid.bounds[1] + (row + 1) as f64 / grid.scale + pad_y;
                let south = if row == first { low.1 } else { south.clamp(low.1, high.1) };
                let north = if row == last { high.1 } else { north.clamp(low.1, high.1) };
                let (p, q) = (low.0 + (south - low.1) * slope, low.0 + (north - low.1) * slope);
                (from, to) = (p.min(q).max(west), p.max(q).min(east));
            }
            RowSpan { row, columns: grid.column(from - pad_x)..=grid.column(to + pad_x) }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn cells(grid: &Grid, a: (f64, f64), b: (f64, f64), pad: f64) -> Vec<usize> {
        grid.along(a, b, (pad, pad))
            .flat_map(|span| span.columns.map(move |column| span.row * grid.columns() + column))
            .collect()
    }

    proptest! {
        #[test]
        fn every_place_near_a_segment_is_in_a_listed_cell(
            a in (-3.0..13.0, -3.0..13.0),
            b in (-3.0..13.0, -3.0..13.0),
            t in 0.0..=1.0,
            pad in prop_oneof![Just(0.0), 0.0..0.7],
            off in (-1.0..=1.0, -1.0..=1.0),
            many in 1..5000_usize,
        ) {
            let grid = Grid::over([0.0, 0.0, 10.0, 7.0], many, 1e-9);
            prop_assert!(grid.cells() <= 2 * many + 100);
            let p = (a.0 + t * (b.0 - a.0) + off.0 * pad, a.1 + t * (b.1 - a.1) + off.1 * pad);
            if grid.holds(p) {
                prop_assert!(cells(&grid, a, b, pad).contains(&grid.cell(p)));
            }
        }
    }

    #[test]
    fn boxes_without_extent_have_few_cells() {
        for bounds in [[0.0; 4], [1.0, 1.0, 1.0, 9.0], [f64::INFINITY, f64::INFINITY, -f64::INFINITY, 0.0]] {
            let grid = Grid::over(bounds, 100, 1e-9);
            assert!((1..=101).contains(&grid.cells()), "{grid:?}");
        }
        assert_eq!(Grid::over([0.0, 0.0, 10.0, 10.0], 1 << 20, 2.0).cells(), 36);
        assert!(Grid::over([0.0, 0.0, 1e-9, 10.0], 1000, 1e-12).cells() <= 2002);
        let thin = Grid::over([0.0, 0.0, 10.0, 0.0], 100, 1e-9);
        assert_eq!((thin.rows, thin.columns), (1, 101));
    }

    #[test]
    fn a_segment_clear_of_the_box_has_no_cells() {
        let grid = Grid::over([0.0, 0.0, 10.0, 10.0], 100, 1e-9);
        assert!(cells(&grid, (11.0, 0.0), (12.0, 9.0), 0.5).is_empty());
        assert!(!cells(&grid, (11.0, 0.0), (12.0, 9.0), 1.5).is_empty());
        assert_eq!(cells(&grid, (0.5, 0.5), (0.6, 0.4), 0.0), [0]);
    }
}
