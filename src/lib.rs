//! Corredor maps vulnerability along migration corridors: it overlays routes and shelters on
//! scores per zone, finds hot spots and service gaps, and publishes protected layers.
//!
//! Data flows one way, and the modules follow it; see `ARCHITECTURE.md`.

pub use corredor_geo::{coverage, exposure, geodesy, hotspot, index, join, network};

pub mod audit;
pub mod build;
pub mod checked;
pub mod compare;
pub mod demo;
pub mod ficha;
pub mod lang;
pub mod layer;
pub mod locate;
pub mod protect;
pub mod publish;
pub mod query;
pub mod risk;
pub mod sensitivity;
pub mod text;
pub mod validate;
pub mod view;
pub mod workspace;
