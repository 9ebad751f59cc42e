//! Corredor maps risk along migration corridors: it overlays routes and shelters on
//! risk scores per zone, finds hotspots and service gaps, and publishes protected layers.
//!
//! Data flows one way, and the modules follow it; see `ARCHITECTURE.md`.

pub mod corridor;
pub mod coverage;
pub mod geodesy;
pub mod index;
pub mod join;
pub mod layer;
