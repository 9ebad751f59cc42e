//! Lengths, areas and positions on the WGS84 ellipsoid; the only room that knows it.
//!
//! Longitude comes before latitude everywhere, in degrees. Lengths are kilometres.

mod approach;
mod area;
mod bessel;
mod buffer;
mod distance;
mod ecef;
mod ellipsoid;
mod map;
mod measure;
mod root;
mod short;
mod strip;

pub(crate) use approach::Piece;
pub use area::{area_km2, zone_area_km2};
pub use buffer::{BufferError, MAX_BUFFER_KM, buffer_km};
pub(crate) use distance::steps_km;
pub use distance::{distance_azimuth_km, distance_km, km_per_degree, length_km, lengths_km};
pub(crate) use ecef::longest_geodesic2_km2;
pub use ecef::to_ecef_km;
pub use map::{MapPlane, authalic};
pub use measure::{RouteMeasure, RoutePosition, interpolate};
pub(crate) use root::bracketed_root;
pub use strip::flat_area_km2;
pub(crate) use strip::{below_km2, strip_km2};
