//! Geometry on the ellipsoid for movement along routes: exact points in zones, lines over zones, nearest sites, gaps in
//! service, exposure, and hot spots, with neither GDAL nor Arrow.
//!
//! Inputs are flat slices of longitudes and latitudes in degrees on WGS84 with offsets, as GeoArrow has them; see
//! [`ZoneView`], [`LineView`], [`PointView`]. Lengths, areas and distances are geodesic, in kilometres. Results are the same
//! bytes for any number of threads.

pub mod coverage;
pub mod exposure;
pub mod geodesy;
pub mod hotspot;
pub mod index;
pub mod join;
pub mod network;
mod view;

pub use view::{LineView, PointView, Ring, ZoneView};

/// The example of the README, so that it stays true.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
