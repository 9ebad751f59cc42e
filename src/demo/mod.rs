//! An invented country with planted hot clusters and planted dangerous stretches, for demonstrations and tests.
//!
//! [`generate`] makes it from a seed and a size, [`write()`] puts its files into a folder.
//! It lies in open ocean and says in its name that it is invented, so that nobody takes
//! it for a real place.

mod border;
mod children;
mod clusters;
mod country;
mod danger;
mod dice;
mod error;
mod frame;
mod generate;
mod incidents;
mod indicators;
mod islands;
mod land;
mod localities;
mod locate;
mod mesh;
mod names;
mod options;
mod readme;
mod routes;
mod shelters;
mod states;
mod supply;
#[cfg(test)]
mod tests;
mod way;
mod work;
mod write;
mod zones;

pub use country::{
    Border, ChildLabour, Children, Country, DangerousStretch, INDICATORS, Incident, Indicator, Locality,
    Mode, Municipality, Position, Product, Route, Shelter, State, SupplyRoute, WorkCentre,
};
pub use error::DemoError;
pub use generate::generate;
pub use options::Options;
pub use write::write;
