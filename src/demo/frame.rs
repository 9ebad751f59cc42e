//! From the country's plane to the globe, and lengths there.

use super::country::Position;
use super::dice::Xy;

/// Centre of the country: open ocean between Africa and the Caribbean.
const CENTRE_LON_DEG: f64 = -40.0;
const CENTRE_LAT_DEG: f64 = 20.0;
/// Kilometres of one degree of latitude there.
const KM_PER_DEG_LAT: f64 = 110.7;
/// Kilometres of one degree of longitude there.
const KM_PER_DEG_LON: f64 = 104.6;
/// WGS84 semi-major axis, km.
const WGS84_A_KM: f64 = 6_378.137;
/// WGS84 first eccentricity squared.
const WGS84_E2: f64 = 0.006_694_379_990_141_316;

/// Places the plane on the globe. An affine map, so that what doesn't cross on the plane
/// doesn't cross in degrees either.
#[derive(Clone, Copy, Debug)]
pub(super) struct Frame {
    pub scale: f64,
}

impl Frame {
    /// The position of a point, rounded to a millionth of a degree (0.11 m).
    pub fn place(&self, p: Xy) -> Position {
        let lon = CENTRE_LON_DEG + p.x * self.scale / KM_PER_DEG_LON;
        let lat = CENTRE_LAT_DEG + p.y * self.scale / KM_PER_DEG_LAT;
        Position { lon_e6: (lon * 1e6).round() as i32, lat_e6: (lat * 1e6).round() as i32 }
    }

    /// The point of a position: the inverse of [`Frame::place`] up to its rounding.
    pub fn point(&self, at: Position) -> Xy {
        Xy::new(
            (at.lon_deg() - CENTRE_LON_DEG) * KM_PER_DEG_LON / self.scale,
            (at.lat_deg() - CENTRE_LAT_DEG) * KM_PER_DEG_LAT / self.scale,
        )
    }
}

/// Length of a line of short pieces on WGS84, km.
///
/// Each piece is measured with the radii of curvature at its middle latitude: within 1e-6 of
/// Karney's geodesic for pieces under 10 km. The reference is `geodesy`; this one is bound
/// to the same bits on every platform, because the country's scale follows from it.
pub(super) fn length_km(line: &[Position]) -> f64 {
    line.windows(2)
        .map(|w| {
            let middle = 0.5 * (w[0].lat_deg() + w[1].lat_deg()).to_radians();
            let sin = libm::sin(middle);
            let bend = 1.0 - WGS84_E2 * sin * sin;
            let normal = WGS84_A_KM / bend.sqrt();
            let meridian = normal * (1.0 - WGS84_E2) / bend;
            let east = (w[1].lon_deg() - w[0].lon_deg()).to_radians() * normal * libm::cos(middle);
            let north = (w[1].lat_deg() - w[0].lat_deg()).to_radians() * meridian;
            (east * east + north * north).sqrt()
        })
        .sum()
}
