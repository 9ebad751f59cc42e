//! The grid of cells over an extent, and its lines.

/// Cells along each side of a tile: 64 cells of four bytes fill four cache lines, and one
/// look-up more serves where borders run.
pub(super) const CELLS_PER_TILE: u32 = 1 << CELL_BITS;
/// The bits of a cell number that count within its tile.
pub(super) const CELL_BITS: u32 = 3;

/// The most tiles along a side: cell numbers must fit 16 bits.
pub(super) const MAX_TILES: u32 = (1 << 16) / CELLS_PER_TILE - 1;

/// How much wider than the zones the grid is, as a share of their width: enough that the last
/// column holds the easternmost vertex whatever the rounding.
const MARGIN: f64 = 1e-6;

/// A grid of tiles over the box of all zones; every position within falls into one cell.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Grid {
    pub west: f64,
    pub south: f64,
    pub columns_per_deg: f64,
    pub rows_per_deg: f64,
    pub tiles_x: u32,
    pub tiles_y: u32,
}

impl Grid {
    /// A grid of about `tiles` tiles, as square as the extent allows, over the box
    /// `[west, south, east, north]` in degrees.
    pub(super) fn over(bounds: [f64; 4], tiles: f64) -> Self {
        let [west, south, east, north] = bounds;
        // A line or a point has no extent; any width serves, since all falls into few cells.
        let floor = |extent: f64| if extent > 0.0 && extent.is_finite() { extent } else { 1e-9 };
        let (width, height) = (floor(east - west), floor(north - south));
        let across = (tiles * width / height).sqrt();
        let tiles_x = across.clamp(1.0, f64::from(MAX_TILES)) as u32;
        let tiles_y = (tiles / f64::from(tiles_x)).clamp(1.0, f64::from(MAX_TILES)) as u32;
        let per_deg =
            |tiles: u32, extent: f64| f64::from(tiles * CELLS_PER_TILE) / (extent * (1.0 + 2.0 * MARGIN));
        Self {
            west: west - width * MARGIN,
            south: south - height * MARGIN,
            columns_per_deg: per_deg(tiles_x, width),
            rows_per_deg: per_deg(tiles_y, height),
            tiles_x,
            tiles_y,
        }
    }

    pub(super) fn columns(&self) -> u32 {
        self.tiles_x * CELLS_PER_TILE
    }

    pub(super) fn rows(&self) -> u32 {
        self.tiles_y * CELLS_PER_TILE
    }

    /// The position in columns; its whole part numbers the column. Never falls as the
    /// longitude rises, so cells are intervals of longitudes, rounding included.
    #[inline]
    pub(super) fn across(&self, lon: f64) -> f64 {
        (lon - self.west) * self.columns_per_deg
    }

    /// The position in rows; its whole part numbers the row.
    #[inline]
    pub(super) fn up(&self, lat: f64) -> f64 {
        (lat - self.south) * self.rows_per_deg
    }

    /// The column of a longitude within the extent.
    pub(super) fn column(&self, lon: f64) -> u32 {
        (self.across(lon) as u32).min(self.columns() - 1)
    }

    /// The row of a latitude within the extent.
    pub(super) fn row(&self, lat: f64) -> u32 {
        (self.up(lat) as u32).min(self.rows() - 1)
    }

    /// The lines west of each column, and one east of the last: line `i` is the smallest
    /// longitude that falls into column `i`, so that a cell's corner is exact.
    pub(super) fn meridians(&self) -> Vec<f64> {
        lines(self.columns(), |lon| self.across(lon), self.west, self.columns_per_deg)
    }

    /// The lines south of each row, and one north of the last.
    pub(super) fn parallels(&self) -> Vec<f64> {
        lines(self.rows(), |lat| self.up(lat), self.south, self.rows_per_deg)
    }
}

fn lines(count: u32, position: impl Fn(f64) -> f64, base: f64, per_deg: f64) -> Vec<f64> {
    (0..=count).map(|i| smallest(f64::from(i), &position, base, per_deg)).collect()
}

/// The smallest float whose position is at least `target`, by bisection over the floats
/// around the computed line: steps of one float would be too many near zero.
fn smallest(target: f64, position: &impl Fn(f64) -> f64, base: f64, per_deg: f64) -> f64 {
    let guess = base + target / per_deg;
    // The computed position is off by a few roundings of the largest number in it.
    let slack = 8.0 * f64::EPSILON * (guess.abs().max(base.abs()) + 1.0 / per_deg);
    let (mut low, mut high) = (ordered(guess - slack), ordered(guess + slack));
    while low < high {
        // Rounded down: `midpoint` rounds toward zero, and would stand still below it.
        let middle = low + (high - low) / 2;
        if position(float(middle)) >= target { high = middle } else { low = middle + 1 }
    }
    float(low)
}

/// Bits that order as the floats do.
fn ordered(x: f64) -> i64 {
    let bits = x.to_bits() as i64;
    if bits < 0 { i64::MIN - bits } else { bits }
}

fn float(ordered: i64) -> f64 {
    f64::from_bits(if ordered < 0 { i64::MIN - ordered } else { ordered } as u64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_the_smallest_floats_of_their_columns() {
        for bounds in [[-118.4, 14.5, -86.7, 32.7], [-1.0, -1e-3, 1.0, 1e-3], [179.0, -90.0, 180.0, 90.0]] {
            let grid = Grid::over(bounds, 5_000.0);
            for (i, &line) in (0_u32..).zip(&grid.meridians()) {
                assert!(grid.across(line) >= f64::from(i));
                assert!(grid.across(line.next_down()) < f64::from(i));
            }
            for (i, &line) in (0_u32..).zip(&grid.parallels()) {
                assert!(grid.up(line) >= f64::from(i));
                assert!(grid.up(line.next_down()) < f64::from(i));
            }
            assert!(grid.across(bounds[2]) < f64::from(grid.columns()));
            assert!(grid.up(bounds[3]) < f64::from(grid.rows()));
        }
    }

    #[test]
    fn flat_extents_still_have_cells() {
        let grid = Grid::over([1.0, 2.0, 1.0, 2.0], 100.0);
        assert!(grid.tiles_x >= 1 && grid.tiles_y >= 1);
        assert!(grid.across(1.0) < f64::from(grid.columns()));
        assert_eq!(ordered(float(-7)), -7);
        assert_eq!(float(ordered(-0.0)), 0.0);
    }
}
