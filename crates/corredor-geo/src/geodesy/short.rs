//! Short geodesics in closed form.
//!
//! The chord between two positions follows from their reduced latitudes without cancellation.
//! A geodesic of length `s` with curvature `k` at its middle has the chord `c` with
//!
//! ```text
//! s = c (1 + x/24 + 3x^2/640 + 5x^3/7168 + 35x^4/294912 - e^2 u x^2/160 ...),  x = (k c)^2
//! ```
//!
//! of which the first terms are those of a circle, and the last is the change of the
//! curvature along it: `u = cos(a0)^2 cos(2m)`, where `a0` is the azimuth of the geodesic at
//! the equator and `m` its middle on the auxiliary sphere. What is left out is of the order
//! of `e^4 x^2` and `e^2 x^3`: 2e-14 of 100 km.

use std::f64::consts::PI;

use super::ellipsoid::WGS84_A_KM as A_KM;
use super::ellipsoid::WGS84_F as F;

/// The longest chord taken, kilometres: what the series leaves out is under 2 nanometres, an
/// eighth of what Karney's solution claims.
const LONGEST_KM: f64 = 100.0;

/// The same in units of the equatorial radius.
const LONGEST: f64 = LONGEST_KM / A_KM;

/// The largest differences taken, so that the sines of their halves are short polynomials.
const MOST_LAT_DEG: f64 = 1.0;
const MOST_LON_DEG: f64 = 2.0;

/// One minus the flattening, and the square of the eccentricity.
const B_BY_A: f64 = 1.0 - F;
const E2: f64 = F * (2.0 - F);

const RADIANS: f64 = PI / 180.0;

/// Positions worked on at a time: their numbers stay in the nearest cache.
const BLOCK: usize = 64;

/// A latitude with what its geodesics need.
#[derive(Clone, Copy, Debug)]
pub(super) struct Parallel {
    lat: f64,
    /// Cosine and sine of the reduced latitude.
    cos: f64,
    sin: f64,
    /// The cosine of the reduced latitude by that of the latitude.
    ratio: f64,
}

impl Parallel {
    /// A latitude in degrees; beyond the poles its numbers are not numbers.
    #[inline(always)]
    pub(super) fn at(lat: f64) -> Self {
        // Degrees are turned before they are rounded to radians, so that the poles are exact.
        let north = lat.abs();
        let low = north <= 45.0;
        let (near, far) = sine_cosine((if low { north } else { 90.0 - north }) * RADIANS);
        let (sin, cos) = if low { (near, far) } else { (far, near) };
        let sin = B_BY_A * sin;
        let ratio = 1.0 / (cos * cos + sin * sin).sqrt();
        let ratio = if north <= 90.0 { ratio } else { f64::NAN };
        Self { lat, cos: cos * ratio, sin: (sin * ratio).copysign(lat), ratio }
    }
}

impl Parallel {
    /// Cosine and sine of the reduced latitude.
    pub(super) fn cos(self) -> f64 {
        self.cos
    }

    pub(super) fn sin(self) -> f64 {
        self.sin
    }

    /// The sine of the change in reduced latitude from another, without cancellation.
    pub(super) fn sine_from(self, other: Self) -> f64 {
        B_BY_A * libm::sin((self.lat - other.lat) * RADIANS) * (self.ratio * other.ratio)
    }
}

/// The geodesic between two near positions, kilometres, to 2 nanometres or a few units of
/// the last place; `None` where they are too far apart for it, or not on the Earth.
pub(super) fn short_km(lon1: f64, lat1: f64, lon2: f64, lat2: f64) -> Option<f64> {
    // Saves the far ones the trigonometry.
    if !near(lon2 - lon1, lat2 - lat1) {
        return None;
    }
    let km = series_km(lon2 - lon1, &Parallel::at(lat1), &Parallel::at(lat2));
    (!km.is_nan()).then_some(km)
}

/// Fills `steps_km` with the geodesics between consecutive positions, as many as it has room
/// for; not a number where [`short_km`] gives `None`.
///
/// Without branches or calls, so that it runs on vectors of numbers; the same numbers as
/// [`short_km`] gives.
pub(super) fn short_steps_km(lon: &[f64], lat: &[f64], steps_km: &mut [f64]) {
    let (mut cos, mut sin, mut ratio) = ([0.0; BLOCK + 1], [0.0; BLOCK + 1], [0.0; BLOCK + 1]);
    for (block, steps_km) in steps_km.chunks_mut(BLOCK).enumerate() {
        let (first, n) = (block * BLOCK, steps_km.len());
        let (lon, lat) = (&lon[first..=first + n], &lat[first..=first + n]);
        let (cos, sin, ratio) = (&mut cos[..=n], &mut sin[..=n], &mut ratio[..=n]);
        for i in 0..=n {
            let here = Parallel::at(lat[i]);
            (cos[i], sin[i], ratio[i]) = (here.cos, here.sin, here.ratio);
        }
        let at = |i: usize| Parallel { lat: lat[i], cos: cos[i], sin: sin[i], ratio: ratio[i] };
        for i in 0..n {
            steps_km[i] = series_km(lon[i + 1] - lon[i], &at(i), &at(i + 1));
        }
    }
}

#[inline(always)]
fn near(lon_deg: f64, lat_deg: f64) -> bool {
    lat_deg.abs() <= MOST_LAT_DEG && lon_deg.abs() <= MOST_LON_DEG
}

/// Not a number where the series does not serve.
#[inline(always)]
fn series_km(lon_deg: f64, p: &Parallel, q: &Parallel) -> f64 {
    let lat_deg = q.lat - p.lat;
    // Squares of the chord's parts along the meridian and the parallel, in units of the
    // equatorial radius; `turn` is the square of the sine of the change in reduced latitude.
    let cosines = p.cos * q.cos;
    let step = B_BY_A * small_sine(lat_deg * RADIANS) * (p.ratio * q.ratio);
    let turn = step * step;
    let arc = turn * (1.0 + turn * (0.25 + turn * (0.125 + turn * (0.078125 + turn * 0.0546875))));
    let along_meridian = arc * (1.0 - 0.5 * E2 * (1.0 + cosines - p.sin * q.sin));
    let half = small_sine(0.5 * lon_deg * RADIANS);
    let half2 = half * half;
    let along_parallel = 4.0 * cosines * half2;
    let chord2 = along_meridian + along_parallel;

    // The middle on the auxiliary sphere, and the azimuth at the equator by the moment
    // about the axis (Clairaut): both to the order of e^2 x, as the curvature needs them.
    let sphere = 4.0 - (arc + along_parallel);
    let by_both = 1.0 / (chord2 * sphere);
    let sines = p.sin + q.sin;
    let middle_sin2 = sines * sines * (by_both * chord2);
    let node_sin2 = 4.0 * cosines * along_parallel * (1.0 - half2) * by_both;
    let g = 1.0 - E2 * (1.0 - middle_sin2);
    let curved = B_BY_A * (1.0 - E2 * node_sin2);
    let x = curved * curved * chord2 / (g * g * g);
    let u = 1.0 - node_sin2 - 2.0 * middle_sin2;
    let third = 5.0 / 7168.0 + x * (35.0 / 294_912.0);
    let second = 3.0 / 640.0 - u * (E2 / 160.0) + x * third;
    let km = A_KM * chord2.sqrt() * (1.0 + x * (1.0 / 24.0 + x * second));

    let km = if chord2 < f64::MIN_POSITIVE { 0.0 } else { km };
    let serves = near(lon_deg, lat_deg) & (chord2 <= LONGEST * LONGEST);
    if serves { km } else { f64::NAN }
}

/// The sine of at most a degree, to the last place.
#[inline(always)]
fn small_sine(x: f64) -> f64 {
    let y = x * x;
    x * (1.0 - y * (1.0 / 6.0 - y * (1.0 / 120.0 - y * (1.0 / 5040.0))))
}

/// Sine and cosine of 0 to 45 degrees, in radians, by their Taylor series to the last place.
#[inline(always)]
pub(super) fn sine_cosine(x: f64) -> (f64, f64) {
    const fn inverse_factorial(n: u32) -> f64 {
        let (mut i, mut product) = (2, 1.0);
        while i <= n {
            product *= i as f64;
            i += 1;
        }
        1.0 / product
    }
    const SINE: [f64; 7] = [
        inverse_factorial(3),
        inverse_factorial(5),
        inverse_factorial(7),
        inverse_factorial(9),
        inverse_factorial(11),
        inverse_factorial(13),
        inverse_factorial(15),
    ];
    const COSINE: [f64; 7] = [
        inverse_factorial(4),
        inverse_factorial(6),
        inverse_factorial(8),
        inverse_factorial(10),
        inverse_factorial(12),
        inverse_factorial(14),
        inverse_factorial(16),
    ];
    let y = x * x;
    let series = |c: &[f64; 7]| {
        let high = c[4] - y * (c[5] - y * c[6]);
        c[0] - y * (c[1] - y * (c[2] - y * (c[3] - y * high)))
    };
    (x - x * (y * series(&SINE)), 1.0 - (0.5 * y - y * y * series(&COSINE)))
}

#[cfg(test)]
mod tests {
    use super::super::distance::karney_km;
    use super::*;
    use proptest::prelude::*;

    fn short(lon1: f64, lat1: f64, lon2: f64, lat2: f64) -> Option<f64> {
        let found = short_km(lon1, lat1, lon2, lat2);
        let mut step_km = [0.0];
        short_steps_km(&[lon1, lon2], &[lat1, lat2], &mut step_km);
        assert_eq!(found.is_none(), step_km[0].is_nan());
        assert!(found.is_none_or(|km| km == step_km[0]), "one by one as in a row");
        found
    }

    #[test]
    fn sines_are_right_to_the_last_place() {
        for i in 0..=45_000 {
            let degrees = f64::from(i) / 1000.0;
            let (sin, cos) = sine_cosine(degrees.to_radians());
            let wanted = libm::sincos(degrees.to_radians());
            assert!((sin - wanted.0).abs() <= 2.0 * f64::EPSILON * wanted.0, "{degrees}");
            assert!((cos - wanted.1).abs() <= f64::EPSILON, "{degrees}");
        }
    }

    /// Distances to 22 digits: `tests/oracles/make_geodesics.py`.
    #[test]
    fn short_geodesics_are_right_to_two_nanometres() {
        let table = include_str!("../../../../tests/oracles/geodesics.csv");
        let (mut worst, mut worst_karney, mut worst_m, mut taken) = (0.0_f64, 0.0_f64, 0.0_f64, 0);
        for row in table.lines().skip(1) {
            let v: Vec<f64> = row.split(',').map(|n| n.parse().unwrap()).collect();
            let truth_km = v[4] / 1000.0;
            let whole = super::super::distance_km(v[0], v[1], v[2], v[3]);
            assert!((whole - truth_km).abs() < 1.5e-11 + 2e-16 * truth_km, "{row}: {whole}");
            if let Some(km) = short(v[0], v[1], v[2], v[3]) {
                taken += 1;
                assert_eq!(short(v[2], v[3], v[0], v[1]), Some(km), "{row}: the same way back");
                worst = worst.max((km / truth_km - 1.0).abs());
                worst_m = worst_m.max((km - truth_km).abs() * 1000.0);
                let karney = karney_km(v[0], v[1], v[2], v[3]);
                worst_karney = worst_karney.max((karney / truth_km - 1.0).abs());
            }
        }
        println!(
            "{taken} pairs: {worst:e} relative, {worst_m:e} m; Karney's solution {worst_karney:e} relative"
        );
        assert!(taken > 300, "{taken}");
        assert!(worst < 2.5e-14 && worst_m < 2.2e-9, "{worst:e} {worst_m:e}");
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(4096))]

        #[test]
        fn agrees_with_karney(
            lon in -180.0..180.0,
            lat in prop_oneof![-90.0..90.0_f64, 89.0..90.0_f64, -1e-6..1e-6_f64],
            span in prop_oneof![Just(1.0), Just(0.1), Just(1e-3), Just(1e-6)],
            step in (-1.0..1.0, -2.0..2.0),
        ) {
            let (lon2, lat2) = (lon + span * step.1, f64::clamp(lat + span * step.0, -90.0, 90.0));
            let karney = karney_km(lon, lat, lon2, lat2);
            match short(lon, lat, lon2, lat2) {
                // 15 nanometres are Karney's own.
                Some(km) => prop_assert!((km - karney).abs() < 1.8e-11, "{} {}", km, karney),
                None => prop_assert!(karney > 99.9, "{}", karney),
            }
        }
    }

    #[test]
    fn what_is_not_short_or_not_on_earth_is_left_alone() {
        assert_eq!(short(0.0, 0.0, 0.9, 0.0), None);
        assert_eq!(short(-99.0, 90.1, -99.0, 90.0), None);
        assert_eq!(short(f64::NAN, 0.0, 0.0, 0.0), None);
        assert_eq!(short(0.0, f64::NAN, 0.0, 0.0), None);
        assert_eq!(short(179.99, 0.0, -179.99, 0.0), None);
        assert_eq!(short(5.0, 90.0, 6.0, 90.0), Some(0.0));
        assert_eq!(short(0.0, 0.0, 1e-300, 0.0), Some(0.0));
        let km = short(0.0, 90.0, 0.0, 89.5).unwrap();
        assert!((km - karney_km(0.0, 90.0, 1.0, 89.5)).abs() < 1e-11);
    }
}
