//! Comparing scores between two runs, years or countries, and refusing where they do not compare.
//!
//! - [`Scored`]: a published score with what it was made by
//! - [`compare`]: the change of each zone with its interval ([`Comparison`])

mod changes;
mod error;
mod scored;
#[cfg(test)]
mod tests;

pub use changes::{Change, Comparison, compare};
pub use error::CompareError;
pub use scored::Scored;
