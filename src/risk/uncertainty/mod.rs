//! How sure a score, a rank and a class are, and what makes them unsure.
//!
//! - [`unit()`]: the random numbers of one run, the same whichever thread draws them
//! - [`intervals`]: scores of many runs to intervals of scores and ranks
//! - [`class_share`]: the share of runs that agree with a class
//! - [`ranks`]: places from the highest down
//! - [`sobol`]: which input makes an output vary
//!
//! Methods and sources: `docs/methods/risk.md`.

mod intervals;
mod random;
mod sobol;
#[cfg(test)]
mod tests;

pub use intervals::{Intervals, align, class_share, intervals, ranks};
pub use random::unit;
pub use sobol::{Sobol, sobol};
