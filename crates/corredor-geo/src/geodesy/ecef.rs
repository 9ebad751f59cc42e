//! Earth-centred positions, for trees over points without seams or poles.

use super::ellipsoid::{WGS84_A_KM as A_KM, WGS84_F as F};
use super::short::{Parallel, sine_cosine};

/// The least radius of curvature on the ellipsoid, kilometres: of the meridian at the equator.
const LEAST_RADIUS_KM: f64 = A_KM * (1.0 - F) * (1.0 - F);

/// Earth-centred, Earth-fixed position of a point on the ellipsoid, kilometres.
///
/// The straight chord between two such positions is never longer than their geodesic, so
/// it is a safe lower bound when searching for neighbours. The same bits on every machine;
/// right to a hundredth of a millimetre and far better.
///
/// ```
/// use corredor_geo::geodesy::to_ecef_km;
///
/// let [x, y, z] = to_ecef_km(90.0, 0.0);
/// assert!(x.abs() < 1e-9 && (y - 6378.137).abs() < 1e-9 && z == 0.0);
/// ```
pub fn to_ecef_km(lon: f64, lat: f64) -> [f64; 3] {
    // Adding and subtracting this rounds to a whole number, without a call.
    const WHOLE: f64 = 6_755_399_441_055_744.0;
    let parallel = Parallel::at(lat);
    let quarters = (lon * (1.0 / 90.0) + WHOLE) - WHOLE;
    let rest = lon - 90.0 * quarters;
    let (sin, cos) = sine_cosine(rest.abs().to_radians());
    let sin = sin.copysign(rest);
    let (east, north) = match quarters as i64 & 3 {
        0 => (cos, sin),
        1 => (-sin, cos),
        2 => (-cos, -sin),
        _ => (sin, -cos),
    };
    let from_axis = A_KM * parallel.cos();
    [from_axis * east, from_axis * north, A_KM * (1.0 - F) * parallel.sin()]
}

/// The square of the length that no geodesic with a given chord exceeds (both squared, square
/// kilometres), with room for the rounding of either; infinite where the bound says nothing.
///
/// A geodesic has no curvature but that of the surface, at most that of a circle with the
/// least radius `R`. By Schur's theorem its chord is at least that of the same length of the
/// circle: `s <= 2 R asin(c / 2 R)`, wherever `s` is at most half the circle; chords of up to
/// 9,000 km have geodesics of up to 10,100.
pub(crate) fn longest_geodesic2_km2(chord2_km2: f64) -> f64 {
    const DIAMETER2: f64 = 4.0 * LEAST_RADIUS_KM * LEAST_RADIUS_KM;
    let x = chord2_km2 * (1.0 / DIAMETER2);
    let arc = if x <= 0.01 {
        // The series of asin(sqrt(x))^2, its third coefficient raised from 0.1778 to make up
        // for the rest.
        x * (1.0 + x * (1.0 / 3.0 + x * 0.18))
    } else if x <= 0.5 {
        libm::asin(x.sqrt()).powi(2)
    } else {
        return f64::INFINITY;
    };
    // Lengths may be off by 10 micrometres, which is far more than they are: `(s + d)^2` is
    // less than `s^2 (1 + 1e-9) + 1.1e9 d^2`.
    DIAMETER2 * arc * (1.0 + 1e-9) + 1.1e-7
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::geodesy::distance_km;
    use proptest::prelude::*;

    fn chord2(from: (f64, f64), to: (f64, f64)) -> f64 {
        let (p, q) = (to_ecef_km(from.0, from.1), to_ecef_km(to.0, to.1));
        (0..3).map(|i| (p[i] - q[i]).powi(2)).sum()
    }

    #[test]
    fn positions_are_right_in_every_quarter() {
        let e2 = F * (2.0 - F);
        for i in 0..=1440 {
            let (lon, lat) = (f64::from(i) * 0.5 - 360.0, f64::from(i) / 8.0 - 90.0);
            let (sin_lat, cos_lat) = lat.to_radians().sin_cos();
            let (sin_lon, cos_lon) = lon.to_radians().sin_cos();
            let n = A_KM / (1.0 - e2 * sin_lat * sin_lat).sqrt();
            let wanted = [n * cos_lat * cos_lon, n * cos_lat * sin_lon, n * (1.0 - e2) * sin_lat];
            for (found, wanted) in to_ecef_km(lon, lat).iter().zip(wanted) {
                assert!((found - wanted).abs() < 1e-11 * 6378.0, "{lon} {lat}");
            }
        }
        assert!(to_ecef_km(f64::NAN, 0.0)[0].is_nan() && to_ecef_km(0.0, 91.0)[0].is_nan());
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(4096))]

        #[test]
        fn geodesics_are_between_their_bounds(
            from in (-180.0..180.0_f64, -90.0..90.0_f64),
            to in (-180.0..180.0_f64, -90.0..90.0_f64),
            near in prop_oneof![Just(1.0), Just(0.1), Just(1e-3), Just(0.0)],
        ) {
            let to = (from.0 + near * (to.0 - from.0), from.1 + near * (to.1 - from.1));
            let (chord2, km) = (chord2(from, to), distance_km(from.0, from.1, to.0, to.1));
            prop_assert!(chord2.sqrt() <= km + 1e-8, "{} {}", chord2.sqrt(), km);
            let most2 = longest_geodesic2_km2(chord2);
            prop_assert!((km + 1e-8).powi(2) <= most2, "{} {}", km, most2.sqrt());
            // And it says something: within a hundredth up to 1,000 km.
            prop_assert!(km > 1000.0 || most2.sqrt() < km * 1.01 + 1e-3);
        }
    }
}
