//! Earth-centred positions, for trees over points without seams or poles.

use super::distance::WGS84;

/// Earth-centred, Earth-fixed position of a point on the ellipsoid, kilometres.
///
/// The straight chord between two such positions is never longer than their geodesic, so
/// it is a safe lower bound when searching for neighbours.
///
/// ```
/// use corredor::geodesy::to_ecef_km;
///
/// let [x, y, z] = to_ecef_km(90.0, 0.0);
/// assert!(x.abs() < 1e-9 && (y - 6378.137).abs() < 1e-9 && z == 0.0);
/// ```
pub fn to_ecef_km(lon: f64, lat: f64) -> [f64; 3] {
    let (a_km, f) = (WGS84.equatorial_radius() / 1000.0, WGS84.flattening());
    let e2 = f * (2.0 - f);
    let (sin_lat, cos_lat) = lat.to_radians().sin_cos();
    let (sin_lon, cos_lon) = lon.to_radians().sin_cos();
    let n = a_km / (1.0 - e2 * sin_lat * sin_lat).sqrt();
    [n * cos_lat * cos_lon, n * cos_lat * sin_lon, n * (1.0 - e2) * sin_lat]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::geodesy::distance_km;

    #[test]
    fn the_chord_is_never_longer_than_the_geodesic() {
        let places = [(-99.1, 19.4), (-99.1, 19.400001), (179.9, -45.0), (-179.9, 60.0), (0.0, 90.0)];
        for &(x1, y1) in &places {
            for &(x2, y2) in &places {
                let (p, q) = (to_ecef_km(x1, y1), to_ecef_km(x2, y2));
                let chord = (0..3).map(|i| (p[i] - q[i]).powi(2)).sum::<f64>().sqrt();
                assert!(chord <= distance_km(x1, y1, x2, y2) + 1e-11);
            }
        }
    }
}
