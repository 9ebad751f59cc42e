//! Which municipality holds a position, for the generator's own use.

use super::border::inside;
use super::country::{Border, Position};

/// Polygons of all municipalities with buckets of those whose box overlaps each.
pub(super) struct Locator<'a> {
    polygons: &'a [Vec<Vec<Border>>],
    origin: Position,
    step: i32,
    columns: usize,
    rows: usize,
    buckets: Vec<Vec<u32>>,
}

impl<'a> Locator<'a> {
    pub fn new(polygons: &'a [Vec<Vec<Border>>]) -> Self {
        let (low, high) = bounds(polygons.iter().flatten());
        let (width, height) = (high.lon_e6 - low.lon_e6, high.lat_e6 - low.lat_e6);
        let side = (polygons.len() as f64).sqrt() * 2.0;
        let step = ((f64::from(width.max(height)) / side) as i32).max(1);
        let columns = (width / step) as usize + 1;
        let rows = (height / step) as usize + 1;
        let mut locator =
            Self { polygons, origin: low, step, columns, rows, buckets: vec![Vec::new(); columns * rows] };
        for (zone, parts) in polygons.iter().enumerate() {
            let (low, high) = bounds(parts.iter());
            if let (Some((c0, r0)), Some((c1, r1))) = (locator.bucket(low), locator.bucket(high)) {
                for row in r0..=r1 {
                    for bucket in &mut locator.buckets[row * columns + c0..=row * columns + c1] {
                        bucket.push(zone as u32);
                    }
                }
            }
        }
        locator
    }

    fn bucket(&self, at: Position) -> Option<(usize, usize)> {
        let column = (at.lon_e6 - self.origin.lon_e6).div_euclid(self.step);
        let row = (at.lat_e6 - self.origin.lat_e6).div_euclid(self.step);
        let column = usize::try_from(column).ok().filter(|&c| c < self.columns)?;
        let row = usize::try_from(row).ok().filter(|&r| r < self.rows)?;
        Some((column, row))
    }

    /// The municipality that holds `at`, or none at sea.
    pub fn find(&self, at: Position) -> Option<usize> {
        let (column, row) = self.bucket(at)?;
        self.buckets[row * self.columns + column].iter().map(|&zone| zone as usize).find(|&zone| {
            self.polygons[zone].iter().any(|rings| rings.iter().filter(|ring| inside(ring, at)).count() == 1)
        })
    }

    /// Lowest and highest corner of a municipality's largest polygon.
    pub fn frame(&self, zone: usize) -> (Position, Position) {
        bounds(self.polygons[zone].iter().take(1))
    }

    /// Lowest and highest corner of the country.
    pub fn country_frame(&self) -> (Position, Position) {
        bounds(self.polygons.iter().flatten())
    }
}

fn bounds<'a>(polygons: impl Iterator<Item = &'a Vec<Border>>) -> (Position, Position) {
    let mut low = Position { lon_e6: i32::MAX, lat_e6: i32::MAX };
    let mut high = Position { lon_e6: i32::MIN, lat_e6: i32::MIN };
    for at in polygons.flatten().flatten() {
        low.lon_e6 = low.lon_e6.min(at.lon_e6);
        low.lat_e6 = low.lat_e6.min(at.lat_e6);
        high.lon_e6 = high.lon_e6.max(at.lon_e6);
        high.lat_e6 = high.lat_e6.max(at.lat_e6);
    }
    (low, high)
}
