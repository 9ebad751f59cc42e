//! How well an attack did. Only here, and in the ground it is tried on, the truth is known.

use std::fmt;

use super::globe::Place;

/// Distances that count as found, kilometres.
pub const WITHIN: [f64; 4] = [0.1, 1.0, 5.0, 10.0];

/// Shares of true places that were found.
#[derive(Clone, Debug)]
pub struct Score {
    /// Kilometres from each true place to the nearest named one.
    misses: Vec<f64>,
    /// Number of places named.
    named: usize,
    /// How many of them have a true place within 5 km.
    right: usize,
}

impl Score {
    pub fn new(truth: &[Place], named: &[Place]) -> Self {
        let nearest = |place: &Place, places: &[Place]| {
            places.iter().map(|p| p.km(place)).fold(f64::INFINITY, f64::min)
        };
        let mut misses: Vec<f64> = truth.iter().map(|place| nearest(place, named)).collect();
        misses.sort_by(f64::total_cmp);
        let right = named.iter().filter(|place| nearest(place, truth) <= 5.0).count();
        Self { misses, named: named.len(), right }
    }

    /// Share of the true places within so many kilometres of a named one.
    pub fn within(&self, km: f64) -> f64 {
        let hits = self.misses.iter().filter(|&&miss| miss <= km).count();
        hits as f64 / self.misses.len().max(1) as f64
    }

    /// Half of the true places were missed by less, kilometres.
    pub fn median_km(&self) -> f64 {
        self.misses.get(self.misses.len() / 2).copied().unwrap_or(f64::INFINITY)
    }
}

impl fmt::Display for Score {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:3} places:", self.misses.len())?;
        for km in WITHIN {
            write!(f, " {:3.0} % within {km} km,", 100.0 * self.within(km))?;
        }
        write!(f, " median {:.2} km; {} named, {} right", self.median_km(), self.named, self.right)
    }
}
