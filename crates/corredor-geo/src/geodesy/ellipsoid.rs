//! The ellipsoid of WGS84.

use std::sync::LazyLock;

use geographiclib_rs::Geodesic;

/// The equatorial radius of WGS84, kilometres.
pub(super) const WGS84_A_KM: f64 = 6378.137;

/// The flattening of WGS84.
pub(super) const WGS84_F: f64 = 1.0 / 298.257_223_563;

/// The ellipsoid and its series coefficients, computed once.
pub(super) static WGS84: LazyLock<Geodesic> = LazyLock::new(Geodesic::wgs84);
