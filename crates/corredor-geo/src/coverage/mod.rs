//! What is within reach of a site, and what is not.
//!
//! `docs/methods/join.md` states the rules and their sources.

mod error;
mod gaps;
mod point;
mod reach;
mod stretches;
mod zones;

pub use error::CoverageError;
pub use gaps::{Gap, gaps};
pub use point::representative_point;
pub use stretches::{StretchCoverage, cover_stretches};
pub use zones::nearest_sites;
