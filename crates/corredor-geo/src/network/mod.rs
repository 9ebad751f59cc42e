//! Routes as networks: pieces of nearly equal length (lixels), which of them meet, and rates of events along them.

mod error;
mod gamma;
mod graph;
mod lixels;
mod rates;
mod snap;

pub use error::NetworkError;
pub use graph::LixelGraph;
pub use lixels::{Lixel, lixels};
pub use rates::{LixelRates, RateOptions, lixel_rates};
pub use snap::LixelIndex;
