//! The lixel that a point lies nearest to.

use rayon::prelude::*;

use super::NetworkError;
use crate::geodesy::{Piece, RouteMeasure};
use crate::index::check_lines;
use crate::join::SiteIndex;
use crate::view::{LineView, PointView};

/// Lixels as near as this to the nearest are as near: routes that share their ground are drawn alike to the last digit or
/// almost.
const TIE_KM: f64 = 0.001;

/// Lixels by where they are, for the points that are given to them.
#[derive(Debug)]
pub struct LixelIndex<'a> {
    drawn: LineView<'a>,
    middles: Middles,
}

impl<'a> LixelIndex<'a> {
    /// Indexes lixels; `drawn` has one line for each. O(n log n).
    ///
    /// # Errors
    /// [`NetworkError::Index`] and [`NetworkError::Join`] for lines that do not fit together.
    pub fn new(drawn: &LineView<'a>) -> Result<Self, NetworkError> {
        check_lines(drawn)?;
        Ok(Self { drawn: *drawn, middles: Middles::new(drawn)? })
    }

    /// The nearest lixel and its geodesic distance, km; of those within a metre of the nearest the first. `None` where none
    /// is within `max_km`.
    ///
    /// ```
    /// use corredor_geo::LineView;
    /// use corredor_geo::network::LixelIndex;
    ///
    /// let drawn = LineView { lon: &[0.0, 0.1, 0.1, 0.2], lat: &[0.0; 4], lines: &[0, 2, 4] };
    /// let index = LixelIndex::new(&drawn)?;
    /// let (lixel, km) = index.nearest(0.12, 0.1, 25.0).unwrap();
    /// assert_eq!(lixel, 1);
    /// assert!((km - 11.06).abs() < 0.01);
    /// assert_eq!(index.nearest(0.12, 0.1, 10.0), None);
    /// # Ok::<(), corredor_geo::network::NetworkError>(())
    /// ```
    pub fn nearest(&self, lon: f64, lat: f64, max_km: f64) -> Option<(u32, f64)> {
        let (_, middle_km) = self.middles.sites.nearest(lon, lat)?;
        // No place of a lixel is farther from its middle than half of its length.
        let radius = middle_km.min(max_km) + self.middles.longest_half_km + TIE_KM;
        let candidates = self.middles.sites.within(lon, lat, radius);
        let measured = candidates.into_iter().map(|(lixel, _)| (lixel, self.km(lixel as usize, (lon, lat))));
        let measured: Vec<(u32, f64)> = measured.collect();
        let least = measured.iter().map(|&(_, km)| km).fold(f64::INFINITY, f64::min);
        let tied = |&&(_, km): &&(u32, f64)| km <= least + TIE_KM;
        let &(lixel, km) = measured.iter().filter(tied).min_by_key(|&&(lixel, _)| lixel)?;
        (least <= max_km).then_some((lixel, km))
    }

    /// The same for many points, in parallel and in their order.
    pub fn nearest_many(&self, points: &PointView, max_km: f64) -> Vec<Option<(u32, f64)>> {
        (0..points.len())
            .into_par_iter()
            .map(|point| self.nearest(points.lon[point], points.lat[point], max_km))
            .collect()
    }

    fn km(&self, lixel: usize, point: (f64, f64)) -> f64 {
        let (lon, lat) = self.drawn.line(lixel);
        lon.windows(2)
            .zip(lat.windows(2))
            .map(|(x, y)| Piece { a: (x[0], y[0]), b: (x[1], y[1]) }.closest(point).1)
            .fold(f64::INFINITY, f64::min)
    }
}

/// The middles of lixels along themselves.
#[derive(Debug)]
pub(super) struct Middles {
    pub(super) sites: SiteIndex,
    half_km: Vec<f64>,
    longest_half_km: f64,
}

impl Middles {
    pub(super) fn new(drawn: &LineView) -> Result<Self, NetworkError> {
        let measured: Vec<(f64, f64, f64)> = (0..drawn.len())
            .into_par_iter()
            .map(|line| {
                let (lon, lat) = drawn.line(line);
                let measure = RouteMeasure::new(lon, lat);
                let half = measure.length_km() / 2.0;
                let middle = measure.locate_km(half).ok_or(NetworkError::NoLength { line })?;
                Ok((middle.lon, middle.lat, half))
            })
            .collect::<Result<_, NetworkError>>()?;
        let (lon, (lat, half_km)): (Vec<f64>, (Vec<f64>, Vec<f64>)) =
            measured.into_iter().map(|(lon, lat, half)| (lon, (lat, half))).unzip();
        let longest_half_km = half_km.iter().copied().fold(0.0, f64::max);
        Ok(Self { sites: SiteIndex::new(&PointView { lon: &lon, lat: &lat })?, half_km, longest_half_km })
    }

    /// Lixels that may come within `km` of one, and how far apart their middles are.
    pub(super) fn within_of(&self, lixel: usize, km: f64) -> Vec<(u32, f64)> {
        let Some((lon, lat)) = self.sites.position(lixel as u32) else { return Vec::new() };
        let reach = self.half_km[lixel] + km + 1e-6;
        let mut near = self.sites.within(lon, lat, reach + self.longest_half_km);
        near.retain(|&(other, apart)| apart <= reach + self.half_km[other as usize]);
        near
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::network::lixels;

    #[test]
    fn the_nearest_of_all_is_found() {
        // A bent road, drawn as its pieces.
        let (lon, lat) = ([0.0, 0.4, 0.4, 0.9], [0.0, 0.05, 0.5, 0.4]);
        let road = LineView { lon: &lon, lat: &lat, lines: &[0, 4] };
        let measure = RouteMeasure::new(&lon, &lat);
        let (mut x, mut y, mut ends) = (Vec::new(), Vec::new(), vec![0_i32]);
        for lixel in lixels(&road, 5.0).unwrap() {
            for (lon, lat) in measure.slice(lixel.from_km, lixel.to_km) {
                x.push(lon);
                y.push(lat);
            }
            ends.push(x.len() as i32);
        }
        let drawn = LineView { lon: &x, lat: &y, lines: &ends };
        let index = LixelIndex::new(&drawn).unwrap();
        for step in 0..200 {
            let (lon, lat) = (f64::from(step % 20) * 0.05, f64::from(step / 20) * 0.06);
            let all = (0..drawn.len()).map(|lixel| (index.km(lixel, (lon, lat)), lixel as u32));
            let all: Vec<(f64, u32)> = all.collect();
            let least = all.iter().map(|&(km, _)| km).fold(f64::INFINITY, f64::min);
            let first = all.iter().find(|&&(km, _)| km <= least + TIE_KM).map(|&(km, lixel)| (lixel, km));
            assert_eq!(index.nearest(lon, lat, 1000.0), first);
            assert_eq!(index.nearest(lon, lat, least * 0.99 - 1e-9), None);
        }
    }
}
