//! Distances as fast as an attack needs them: to a few metres, from Earth-centred positions.

use crate::geodesy::{km_per_degree, to_ecef_km};

/// Radius of the sphere that turns chords into arcs, kilometres. Between the least and greatest radius of curvature
/// the arc of a chord of 1,000 km differs by ten metres; of 100 km, by a hundredth of one.
const RADIUS_KM: f64 = 6371.0;

/// Longest straight piece that stands for a part of a line, kilometres; it passes two metres below the ground.
const PIECE_KM: f64 = 10.0;

/// An Earth-centred position, kilometres.
pub(super) type Position = [f64; 3];

/// The distance along the ground of two positions, kilometres; good to ten metres up to 1,000 km.
pub(super) fn ground_km(a: &Position, b: &Position) -> f64 {
    arc_km(chord2_km2(a, b))
}

fn chord2_km2(a: &Position, b: &Position) -> f64 {
    let (x, y, z) = (a[0] - b[0], a[1] - b[1], a[2] - b[2]);
    x * x + y * y + z * z
}

fn arc_km(chord2_km2: f64) -> f64 {
    const R2: f64 = RADIUS_KM * RADIUS_KM;
    let x = chord2_km2 / R2;
    // The series of 2 asin(c / 2).
    chord2_km2.sqrt() * (1.0 + x * (1.0 / 24.0 + x * (3.0 / 640.0 + x * (5.0 / 7168.0))))
}

/// A line as straight pieces below the ground, in groups that a ball holds.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Chain {
    places: Vec<Position>,
    middle: Position,
    ball_km: f64,
}

impl Chain {
    /// The line through these vertices; `None` without any.
    pub(super) fn new(lon: &[f64], lat: &[f64]) -> Option<Self> {
        let mut places: Vec<Position> = Vec::with_capacity(lon.len());
        for (i, (&x, &y)) in lon.iter().zip(lat).enumerate() {
            let here = to_ecef_km(x, y);
            if let Some(&last) = places.last() {
                let pieces = (chord2_km2(&last, &here).sqrt() / PIECE_KM).ceil().max(1.0);
                for piece in 1..pieces as usize {
                    let t = piece as f64 / pieces;
                    places.push(to_ecef_km(
                        lon[i - 1] + t * (x - lon[i - 1]),
                        lat[i - 1] + t * (y - lat[i - 1]),
                    ));
                }
            }
            places.push(here);
        }
        let (mut low, mut high) = (*places.first()?, *places.first()?);
        for place in &places {
            for axis in 0..3 {
                low[axis] = low[axis].min(place[axis]);
                high[axis] = high[axis].max(place[axis]);
            }
        }
        let middle = [0, 1, 2].map(|axis| 0.5 * (low[axis] + high[axis]));
        let ball_km = places.iter().map(|place| chord2_km2(place, &middle)).fold(0.0, f64::max).sqrt();
        Some(Self { places, middle, ball_km })
    }

    /// No place of the line is nearer than this, kilometres.
    pub(super) fn least_km(&self, from: &Position) -> f64 {
        chord2_km2(from, &self.middle).sqrt() - self.ball_km
    }

    /// Distance of the nearest place of the line, kilometres.
    pub(super) fn km(&self, from: &Position) -> f64 {
        let mut best = self.places.first().map_or(f64::INFINITY, |first| chord2_km2(first, from));
        for pair in self.places.windows(2) {
            let (a, b) = (&pair[0], &pair[1]);
            let along = [b[0] - a[0], b[1] - a[1], b[2] - a[2]];
            let to = [from[0] - a[0], from[1] - a[1], from[2] - a[2]];
            let length2 = along.iter().map(|v| v * v).sum::<f64>();
            let t = along.iter().zip(&to).map(|(u, v)| u * v).sum::<f64>() / length2;
            if t > 0.0 && t < 1.0 {
                let foot = [0, 1, 2].map(|axis| a[axis] + t * along[axis]);
                best = best.min(chord2_km2(&foot, from));
            }
            best = best.min(chord2_km2(b, from));
        }
        arc_km(best)
    }
}

/// The position `east` and `north` kilometres from another, degrees. For steps of a few hundred kilometres at most.
pub(super) fn moved((lon, lat): (f64, f64), east: f64, north: f64) -> (f64, f64) {
    let (x, y) = km_per_degree(lat);
    (lon + east / x.max(1e-3), (lat + north / y).clamp(-90.0, 90.0))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::geodesy::distance_km;

    #[test]
    fn fast_distances_are_those_of_the_ellipsoid_to_ten_metres() {
        for (to, within) in
            [((-99.2, 19.1), 1e-3), ((-98.0, 20.0), 0.002), ((-92.0, 15.0), 0.01), ((-117.0, 32.5), 0.3)]
        {
            let fast = ground_km(&to_ecef_km(-99.0, 19.0), &to_ecef_km(to.0, to.1));
            assert!((fast - distance_km(-99.0, 19.0, to.0, to.1)).abs() < within, "{to:?} {fast}");
        }
    }

    #[test]
    fn a_chain_is_as_near_as_its_nearest_place() {
        let chain = Chain::new(&[-99.0, -98.0], &[19.0, 19.0]).unwrap();
        let above = to_ecef_km(-98.4, 19.2);
        let km = distance_km(-98.4, 19.2, -98.4, 19.0);
        assert!((chain.km(&above) - km).abs() < 0.01, "{} {km}", chain.km(&above));
        let beyond = to_ecef_km(-97.5, 19.0);
        assert!((chain.km(&beyond) - distance_km(-97.5, 19.0, -98.0, 19.0)).abs() < 0.01);
        assert!(chain.least_km(&above) <= chain.km(&above));
        assert!(Chain::new(&[], &[]).is_none());
    }
}
