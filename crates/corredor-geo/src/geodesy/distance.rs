//! Geodesic distances: Karney (2013), and a closed form for near positions.

use geographiclib_rs::InverseGeodesic;

use super::bessel::inverse;
use super::ellipsoid::WGS84;
use super::short::{short_km, short_steps_km};
use crate::view::LineView;

/// Geodesic distance between two positions, kilometres.
///
/// Accurate to about 15 nanometres at any distance, and converges for nearly antipodal
/// points too. Up to 100 km a closed form takes a twentieth of the time of Karney's solution
/// and is accurate to 2 nanometres, or a few units of the last place; up to a quarter around
/// the Earth two steps with his series take a fifth of it (`docs/methods/join.md`).
///
/// Source: C. F. F. Karney, "Algorithms for geodesics", Journal of Geodesy 87, 43-55,
/// 2013, <https://doi.org/10.1007/s00190-012-0578-z>.
///
/// ```
/// use corredor_geo::geodesy::distance_km;
///
/// // Tapachula to Tenosique.
/// let km = distance_km(-92.26, 14.91, -91.42, 17.47);
/// assert!((km - 297.3).abs() < 1.0);
/// ```
pub fn distance_km(lon1: f64, lat1: f64, lon2: f64, lat2: f64) -> f64 {
    short_km(lon1, lat1, lon2, lat2).unwrap_or_else(|| far_km(lon1, lat1, lon2, lat2))
}

/// Geodesic distance between positions that need not be near, kilometres.
fn far_km(lon1: f64, lat1: f64, lon2: f64, lat2: f64) -> f64 {
    match inverse(lon1, lat1, lon2, lat2) {
        Some(found) => found.km,
        None => karney_km(lon1, lat1, lon2, lat2),
    }
}

/// Geodesic distance by Karney's solution, whatever the distance, kilometres.
pub(super) fn karney_km(lon1: f64, lat1: f64, lon2: f64, lat2: f64) -> f64 {
    let metres: f64 = WGS84.inverse(lat1, lon1, lat2, lon2);
    metres / 1000.0
}

/// Fills `steps_km` with the geodesics between consecutive positions, as many as it has room
/// for: the same as [`distance_km`] gives, in a third of its time where they are short.
///
/// # Panics
/// When there are not more positions than steps.
pub(crate) fn steps_km(lon: &[f64], lat: &[f64], steps_km: &mut [f64]) {
    short_steps_km(lon, lat, steps_km);
    for i in 0..steps_km.len() {
        if steps_km[i].is_nan() {
            steps_km[i] = far_km(lon[i], lat[i], lon[i + 1], lat[i + 1]);
        }
    }
}

/// Geodesic distance in kilometres, and the azimuth at the first position toward the
/// second, degrees clockwise from north. The azimuth of equal positions means nothing.
pub fn distance_azimuth_km(lon1: f64, lat1: f64, lon2: f64, lat2: f64) -> (f64, f64) {
    if lon1 == lon2 && lat1 == lat2 {
        return (0.0, 0.0);
    }
    match inverse(lon1, lat1, lon2, lat2) {
        Some(found) => {
            let km = short_km(lon1, lat1, lon2, lat2).unwrap_or(found.km);
            (km, libm::atan2(found.sin_azimuth, found.cos_azimuth).to_degrees())
        }
        None => (karney_km(lon1, lat1, lon2, lat2), karney_azimuth_deg(lon1, lat1, lon2, lat2)),
    }
}

/// The azimuth at the first position by Karney's solution, degrees.
pub(super) fn karney_azimuth_deg(lon1: f64, lat1: f64, lon2: f64, lat2: f64) -> f64 {
    let (_, azimuth_deg, _, _): (f64, f64, f64, f64) = WGS84.inverse(lat1, lon1, lat2, lon2);
    azimuth_deg
}

/// Geodesic length of a line given by its vertices, kilometres: the sum of the geodesics
/// between consecutive vertices. Zero for fewer than two vertices; when the slices differ
/// in length, the shorter one counts.
///
/// ```
/// use corredor_geo::geodesy::{distance_km, length_km};
///
/// let km = length_km(&[-99.0, -98.0, -97.0], &[19.0, 19.5, 19.0]);
/// let sum = distance_km(-99.0, 19.0, -98.0, 19.5) + distance_km(-98.0, 19.5, -97.0, 19.0);
/// assert_eq!(km, sum);
/// ```
pub fn length_km(lon: &[f64], lat: &[f64]) -> f64 {
    let mut steps = vec![0.0; lon.len().min(lat.len()).saturating_sub(1)];
    steps_km(lon, lat, &mut steps);
    steps.iter().sum()
}

/// Geodesic length of each line, kilometres, as [`length_km`]; in their order.
pub fn lengths_km(lines: &LineView) -> Vec<f64> {
    (0..lines.len())
        .map(|line| {
            let (lon, lat) = lines.line(line);
            length_km(lon, lat)
        })
        .collect()
}

/// Kilometres per degree of longitude and per degree of latitude at a latitude (radii of
/// curvature in the prime vertical, times cosine, and in the meridian).
pub fn km_per_degree(lat: f64) -> (f64, f64) {
    let (a_km, f) = (WGS84.equatorial_radius() / 1000.0, WGS84.flattening());
    let e2 = f * (2.0 - f);
    let (sin, cos) = lat.to_radians().sin_cos();
    let w2 = 1.0 - e2 * sin * sin;
    let prime_vertical = a_km / w2.sqrt();
    let meridian = prime_vertical * (1.0 - e2) / w2;
    ((prime_vertical * cos).to_radians(), meridian.to_radians())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn agrees_with_published_geodesics() {
        // GeographicLib's own examples: Wellington to Salamanca; a nearly antipodal pair.
        let km = distance_km(174.81, -41.32, -5.50, 40.96);
        assert!((km - 19_959.679_267_353_82).abs() < 1e-9, "{km}");
        let km = distance_km(0.0, 0.0, 179.5, 0.5);
        assert!((km - 19_936.288_578_965_3).abs() < 1e-6, "{km}");
    }

    #[test]
    fn the_same_place_is_at_no_distance() {
        assert_eq!(distance_km(-99.1, 19.4, -99.1, 19.4), 0.0);
        assert_eq!(length_km(&[], &[]), 0.0);
        assert_eq!(length_km(&[1.0], &[1.0]), 0.0);
        assert_eq!(length_km(&[1.0, 1.0], &[1.0, 1.0]), 0.0);
    }

    #[test]
    fn degrees_scale_as_short_geodesics_do() {
        for lat in [-60.0, 0.0, 19.4, 45.0, 75.0] {
            let (east, north) = km_per_degree(lat);
            let h = 1e-3;
            assert!((distance_km(0.0, lat, h, lat) / h / east - 1.0).abs() < 1e-8);
            assert!((distance_km(0.0, lat - h, 0.0, lat + h) / (2.0 * h) / north - 1.0).abs() < 1e-8);
        }
    }

    #[test]
    fn azimuth_turns_clockwise_from_north() {
        assert!((distance_azimuth_km(0.0, 0.0, 1.0, 0.0).1 - 90.0).abs() < 1e-12);
        assert!(distance_azimuth_km(0.0, 0.0, 0.0, 1.0).1.abs() < 1e-12);
    }
}
