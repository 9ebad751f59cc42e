//! What published data say of where sites are, each thing as a band of distances.

use std::collections::HashMap;

use super::ground::{Chain, Position, ground_km};
use crate::geodesy::to_ecef_km;

/// Vertices of a line that excludes as one: its parts exclude each for itself, and far ones are soon left out.
const PART: usize = 8;

/// Where a thing that is said comes from.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Source {
    /// Layer.
    pub layer: String,
    /// Field, or what of the geometry says it.
    pub field: String,
}

/// What distances are measured from.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Shape {
    Point(Position),
    Line(Chain),
}

/// One thing that is said: no site is nearer than `low_km` to it, and one is within `high_km` (infinite where none need
/// be).
#[derive(Clone, Debug, PartialEq)]
pub struct Clue {
    pub(super) shape: Shape,
    pub(super) low_km: f64,
    pub(super) high_km: f64,
    /// Any position of it, degrees.
    pub(super) at: (f64, f64),
    /// Number of its source.
    pub(super) source: u16,
    /// Number of its feature in the layer.
    pub(super) row: u32,
}

impl Clue {
    /// Kilometres from a position.
    pub(super) fn km(&self, from: &Position) -> f64 {
        match &self.shape {
            Shape::Point(at) => ground_km(at, from),
            Shape::Line(chain) => chain.km(from),
        }
    }

    /// Kilometres from a position where they matter: any number beyond `far_km` stands for all of those.
    pub(super) fn km_up_to(&self, from: &Position, far_km: f64) -> f64 {
        match &self.shape {
            Shape::Line(chain) => match chain.least_km(from) {
                least if least > far_km => least,
                _ => chain.km(from),
            },
            Shape::Point(at) => ground_km(at, from),
        }
    }

    /// Whether it says that a site is somewhere, and not only where none is.
    pub(super) fn points(&self) -> bool {
        self.high_km.is_finite()
    }

    /// How far from what was said the distance of a nearest site is, kilometres.
    pub(super) fn miss_km(&self, km: f64) -> f64 {
        (self.low_km - km).max(km - self.high_km).max(0.0)
    }
}

/// All that one run says.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Evidence {
    /// Where it comes from.
    pub sources: Vec<Source>,
    pub(super) clues: Vec<Clue>,
}

impl Evidence {
    /// How many things are said.
    pub fn len(&self) -> usize {
        self.clues.len()
    }

    /// Whether nothing is said.
    pub fn is_empty(&self) -> bool {
        self.clues.is_empty()
    }

    /// The number of a source, which is made where it is new.
    pub fn source(&mut self, layer: &str, field: &str) -> u16 {
        let source = Source { layer: layer.to_owned(), field: field.to_owned() };
        let known = self.sources.iter().position(|known| *known == source);
        known.unwrap_or_else(|| {
            self.sources.push(source);
            self.sources.len() - 1
        }) as u16
    }

    /// The nearest site is `low_km` to `high_km` from a position (degrees).
    pub fn near(&mut self, source: u16, row: u32, at: (f64, f64), (low_km, high_km): (f64, f64)) {
        let whole = at.0.is_finite() && at.1.is_finite() && low_km.is_finite() && low_km <= high_km;
        if whole {
            let shape = Shape::Point(to_ecef_km(at.0, at.1));
            self.clues.push(Clue { shape, low_km, high_km, at, source, row });
        }
    }

    /// The nearest site to a line is `low_km` to `high_km` from it.
    pub fn along(
        &mut self,
        source: u16,
        row: u32,
        (lon, lat): (&[f64], &[f64]),
        (low_km, high_km): (f64, f64),
    ) {
        if high_km.is_finite()
            && let (Some(chain), Some(at)) = (Chain::new(lon, lat), lon.first().zip(lat.first()))
        {
            let at = (*at.0, *at.1);
            self.clues.push(Clue { shape: Shape::Line(chain), low_km, high_km, at, source, row });
        }
        self.clear(source, row, (lon, lat), low_km);
    }

    /// No site is nearer than `low_km` to a line.
    pub fn clear(&mut self, source: u16, row: u32, (lon, lat): (&[f64], &[f64]), low_km: f64) {
        let mut from = 0;
        while from < lon.len().min(lat.len()) {
            let to = (from + PART).min(lon.len());
            if let Some(chain) = Chain::new(&lon[from..to], &lat[from..to]) {
                let (at, shape) = ((lon[from], lat[from]), Shape::Line(chain));
                self.clues.push(Clue { shape, low_km, high_km: f64::INFINITY, at, source, row });
            }
            // The next part begins where this one ends.
            from = if to == lon.len() { to } else { to - 1 };
        }
    }

    /// What some sources say, and no others.
    pub(super) fn of(&self, sources: &[u16]) -> Self {
        let clues = self.clues.iter().filter(|clue| sources.contains(&clue.source)).cloned().collect();
        Self { sources: self.sources.clone(), clues }
    }

    /// What is nearer than an earlier run said, and what was nearer then: that is what sites that opened and closed say.
    pub(super) fn changed(&self, before: &Self) -> (Self, Self) {
        fn by_place(evidence: &Evidence) -> HashMap<(&Source, u32), &Clue> {
            let clues = evidence.clues.iter().filter(|clue| clue.points());
            clues.map(|clue| ((&evidence.sources[usize::from(clue.source)], clue.row), clue)).collect()
        }
        let nearer = |these: &Self, those: &Self| {
            let others = by_place(those);
            let clues = these.clues.iter().filter(|clue| {
                let other = others.get(&(&these.sources[usize::from(clue.source)], clue.row));
                clue.points() && other.is_some_and(|other| other.at == clue.at && clue.low_km < other.low_km)
            });
            Self { sources: these.sources.clone(), clues: clues.cloned().collect() }
        };
        (nearer(self, before), nearer(before, self))
    }

    /// How far each thing is from what it would be if sites stood at these positions, and nowhere else: its source,
    /// its feature, and by how many kilometres it is off. O(things times sites).
    pub(super) fn misses<'a>(&'a self, sites: &'a [Position]) -> impl Iterator<Item = (u16, u32, f64)> + 'a {
        self.clues.iter().map(|clue| {
            let km = sites.iter().map(|site| clue.km(site)).fold(f64::INFINITY, f64::min);
            (clue.source, clue.row, clue.miss_km(km))
        })
    }
}

/// The step that all values are whole multiples of, so that each is off by half of it at most; 0 where they were not
/// rounded.
pub fn step_of(values: impl Iterator<Item = f64> + Clone) -> f64 {
    const STEPS: [f64; 14] = [100.0, 50.0, 25.0, 20.0, 10.0, 5.0, 2.5, 2.0, 1.0, 0.5, 0.2, 0.1, 0.05, 0.01];
    let whole = |step: f64| {
        let far = |value: f64| (value / step - (value / step).round()).abs() * step;
        values.clone().all(|value| far(value) < 1e-6)
    };
    let any = values.clone().any(|value| value != 0.0);
    STEPS.into_iter().find(|&step| any && whole(step)).unwrap_or(0.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_step_of_rounded_values_is_found() {
        let step = |values: &[f64]| step_of(values.iter().copied());
        assert_eq!(step(&[3.0, 7.0, 12.0]), 1.0);
        assert_eq!(step(&[50.0, 125.0]), 25.0);
        assert_eq!(step(&[0.5, 2.0]), 0.5);
        assert_eq!(step(&[0.1234567, 2.0]), 0.0);
        assert_eq!(step(&[]), 0.0);
        assert_eq!(step(&[0.0]), 0.0);
    }

    #[test]
    fn what_is_said_fits_the_sites_it_was_said_of() {
        let mut evidence = Evidence::default();
        let source = evidence.source("zones", "near_km");
        assert_eq!(evidence.source("zones", "near_km"), source);
        evidence.near(source, 0, (-99.0, 19.0), (20.5, 21.5));
        evidence.near(source, 1, (f64::NAN, 19.0), (1.0, 2.0));
        evidence.clear(source, 2, (&[-98.0, -97.0], &[19.0, 19.0]), 30.0);
        let site = [to_ecef_km(-98.8, 19.0)];
        let misses: Vec<f64> = evidence.misses(&site).map(|(_, _, km)| km).collect();
        assert_eq!(misses, [0.0, 0.0]);
        let other = [to_ecef_km(-98.2, 19.0)];
        let misses: Vec<f64> = evidence.misses(&other).map(|(_, _, km)| km).collect();
        assert!(misses[0] > 60.0 && misses[1] > 5.0, "{misses:?}");
    }
}
